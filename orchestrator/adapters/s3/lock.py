"""One apply at a time for a rollout whose state lives in a bucket: an object that only one writer can create."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.errors import RefusedError, StateError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


class BucketLock:
    """ports.Lock on a bucket prefix: PutObject with If-None-Match. A dead holder's lock is broken by hand, for nobody can see it died."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = f"{prefix.strip('/')}/lock".lstrip("/")
        self._is_held = False

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take it, or raise RefusedError saying who has it since when."""
        note = json.dumps({"holder": holder, "since": datetime.now(UTC).isoformat(timespec="seconds")}).encode()
        try:
            if break_lock:
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=note)
            else:
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=note, IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("PreconditionFailed", "412", "ConditionalRequestConflict"):
                raise self._refusal() from error
            raise self._failure(error) from error
        except BotoCoreError as error:
            raise self._failure(error) from error
        self._is_held = True

    def release(self) -> None:
        """Give it back; harmless when not held."""
        if self._is_held:
            self._client.delete_object(Bucket=self._bucket, Key=self._key)
            self._is_held = False

    def _refusal(self) -> RefusedError:
        note = json.loads(self._client.get_object(Bucket=self._bucket, Key=self._key)["Body"].read() or b"{}")
        who = f"{note.get('holder', 'somebody')} since {note.get('since', 'an unknown time')}"
        remedy = "Wait until it ends. If you are sure nobody is applying, pass --break-lock."
        return RefusedError(f"another apply holds the lock: {who}.", kind="locked", where=f"s3://{self._bucket}/{self._key}", remedy=remedy)

    def _failure(self, error: Exception) -> StateError:
        where = f"s3://{self._bucket}/{self._key}"
        return StateError(
            f"cannot take the lock {where}: {error}", where=where, remedy="Check the bucket, its policy and your credentials."
        )
