"""State in a bucket: one numbered object per record, created conditionally, so that two writers never interleave."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestrator.adapters.state.bucket.objects import Objects
from orchestrator.errors import StateError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

LOG_SUFFIX = ".log/"


class BucketStore:
    """ports.Store on a bucket prefix. Conditional writes: PutObject with If-None-Match (Amazon S3 User Guide).

    A log continues after the record this store last read or wrote: a run whose lock was broken fails at its next record
    instead of writing between those of its successor.
    """

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._objects = Objects(client, bucket, prefix)
        self._lengths: dict[str, int] = {}

    def append(self, log: str, record: bytes) -> None:
        """Add a record as the next object. Raises StateError when another process wrote it first."""
        if b"\n" in record:
            raise ValueError("a record is one line")
        if log not in self._lengths:
            self._lengths[log] = len(self._objects.names(log + LOG_SUFFIX))
        key = f"{log}{LOG_SUFFIX}{self._lengths[log] + 1:08}"
        if not self._objects.create(key, record):
            raise StateError(
                "Another run writes to the same log, so this one stops.",
                where=self._objects.where(key),
                remedy="Wait until it ends, then run the same command again. Was the lock broken while this run was alive?",
            )
        self._lengths[log] += 1

    def read_log(self, log: str) -> Sequence[bytes]:
        """The records in order. Raises StateError when one is missing between others."""
        names = self._objects.names(log + LOG_SUFFIX)
        records = [found.content for name in names if (found := self._objects.read(name)) is not None]
        if names and (len(records) < len(names) or not names[-1].endswith(f"/{len(names):08}")):
            raise StateError(
                f"Records of the log were deleted: the last one is {names[-1].rsplit('/', 1)[-1]}, but it has only {len(records)}.",
                where=self._objects.where(log + LOG_SUFFIX),
                remedy="Restore them, for instance from older versions if the bucket keeps them.",
            )
        self._lengths[log] = len(records)
        return records

    def put(self, key: str, content: bytes) -> None:
        """Write or replace; S3 does so atomically."""
        self._objects.write(key, content)

    def get(self, key: str) -> bytes | None:
        """The content, or None."""
        found = self._objects.read(key)
        return None if found is None else found.content

    def keys(self, prefix: str) -> Sequence[str]:
        """Keys and log names under the prefix."""
        return sorted({name.split(LOG_SUFFIX)[0] for name in self._objects.names(prefix)})
