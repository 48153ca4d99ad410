"""One run at a time on state in a bucket: the lock is an object that only one writer can create."""

import logging
from typing import TYPE_CHECKING

from orchestrator.adapters.state.bucket.objects import Objects
from orchestrator.adapters.state.lock_note import LockNote
from orchestrator.execution.layout import LOCK_NOTE

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

LOG = logging.getLogger(__name__)


class BucketLock:
    """ports.Lock on a bucket prefix: PutObject with If-None-Match, released with a conditional DeleteObject.

    A process on another machine cannot be checked: if it died, break its lock with --break-lock.
    """

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._objects = Objects(client, bucket, prefix)
        self._mine: LockNote | None = None

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take the lock. Raises RefusedError naming the holder, StateError when the bucket cannot be used."""
        # Kept where giving it back failed, or the answer to writing it was lost: a note of ours is not in our own way.
        self._mine = self._mine or LockNote.mine(holder)
        if not self._objects.create(LOCK_NOTE, self._mine.encode()):
            self._take_over(self._mine, break_lock=break_lock)

    def release(self) -> None:
        """Release the lock; no effect when it is not held or was broken."""
        there = self._objects.read(LOCK_NOTE) if self._mine is not None else None
        if there is not None and LockNote.decode(there.content) == self._mine:
            self._objects.delete(LOCK_NOTE, there.etag)
        self._mine = None

    def holder(self) -> str | None:
        there = self._objects.read(LOCK_NOTE)
        return LockNote.decode(there.content).present if there else None

    def _take_over(self, mine: LockNote, *, break_lock: bool) -> None:
        """Replace exactly the note that was read: of two processes that break one lock, one gets it."""
        there = self._objects.read(LOCK_NOTE)
        if there is None:
            is_ours, left = self._objects.create(LOCK_NOTE, mine.encode()), LockNote.decode(b"")
        else:
            left = LockNote.decode(there.content)
            is_ours = (break_lock or left.is_dead) and self._objects.replace(LOCK_NOTE, mine.encode(), there.etag)
        if not is_ours:
            self._mine = None
            raise left.refusal(self._objects.where(LOCK_NOTE))
        LOG.warning("The lock of %s, held since %s, is %s.", left.holder, left.since, "broken" if break_lock else "left over: taken")
