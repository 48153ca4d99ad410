"""State kept in a bucket: one object per record, written only where none is, so that two writers can never interleave."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.errors import StateError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


class BucketStore:
    """ports.Store on a bucket prefix. Conditional writes: PutObject with If-None-Match (Amazon S3 User Guide)."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def append(self, log: str, record: bytes) -> None:
        """Add a record as the next object. Raises StateError when somebody else wrote it first."""
        number = len(self._names(f"{log}.log/")) + 1
        try:
            key = f"{self._prefix}{log}.log/{number:08}"
            self._client.put_object(Bucket=self._bucket, Key=key, Body=record, IfNoneMatch="*")
        except (ClientError, BotoCoreError) as error:
            raise self._failure("write", log, error) from error

    def read_log(self, log: str) -> Sequence[bytes]:
        """The records in order."""
        return [content for name in self._names(f"{log}.log/") if (content := self.get(name)) is not None]

    def put(self, key: str, content: bytes) -> None:
        """Write or replace; S3 does so atomically."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise self._failure("write", key, error) from error

    def get(self, key: str) -> bytes | None:
        """The content, or None."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise self._failure("read", key, error) from error
        except BotoCoreError as error:
            raise self._failure("read", key, error) from error

    def keys(self, prefix: str) -> Sequence[str]:
        """Keys and log names under the prefix."""
        return sorted({name.split(".log/")[0] for name in self._names(prefix)})

    def _names(self, prefix: str) -> Sequence[str]:
        try:
            return sorted(self._list(self._prefix + prefix))
        except (ClientError, BotoCoreError) as error:
            raise self._failure("list", prefix, error) from error

    def _list(self, prefix: str) -> Iterator[str]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                yield item["Key"].removeprefix(self._prefix)

    def _failure(self, doing: str, key: str, error: Exception) -> StateError:
        where = f"s3://{self._bucket}/{self._prefix}{key}"
        return StateError(f"cannot {doing} {where}: {error}", where=where, remedy="Check the bucket, its policy and your credentials.")
