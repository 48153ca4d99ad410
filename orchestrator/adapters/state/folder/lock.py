"""One run at a time in one state folder. The operating system releases the lock of a process that died; a note beside it names
the holder.
"""

import logging
from pathlib import Path

from filelock import FileLock, Timeout

from orchestrator.adapters.state.folder.store import OWNER_ONLY_FILE, FolderStore, make_state, writing
from orchestrator.adapters.state.lock_note import LockNote
from orchestrator.execution.layout import LOCK, LOCK_NOTE

LOG = logging.getLogger(__name__)


class FolderLock:
    """ports.Lock on a folder. The note of a dead process of this machine is replaced, that of another machine is trusted.

    Nothing else keeps two runs from writing one journal, so the lock of a process that runs on this machine is never broken.
    """

    def __init__(self, folder: Path) -> None:
        self._store = FolderStore(folder)
        self._path = folder / LOCK
        self._note_path = folder / LOCK_NOTE
        self._lock = self._new_lock()
        self._mine: LockNote | None = None

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take the lock. Raises RefusedError naming the holder, StateError when the folder cannot be written."""
        with writing(self._path):
            make_state(self._path.parent)
            is_free = self._try()
            left = self._note()
            if break_lock and not is_free and left is not None and not left.is_alive:
                # The holder keeps the lock of a file that has no name any more; who comes next meets the new one.
                self._path.unlink(missing_ok=True)
                self._lock = self._new_lock()
                is_free = self._try()
        if not is_free or (left is not None and not left.is_from_here and not break_lock):
            self._lock.release()
            taken = left or LockNote.decode(b"")
            raise taken.refusal(str(self._path), is_breakable=not taken.is_alive)
        if left is not None:
            LOG.warning("The lock of %s, held since %s, is %s.", left.holder, left.since, "broken" if break_lock else "left over: taken")
        mine = LockNote.mine(holder)
        try:
            self._store.put(LOCK_NOTE, mine.encode())
        except BaseException:
            self._lock.release()
            raise
        self._mine = mine

    def release(self) -> None:
        """Release the lock; no effect when it is not held or was broken."""
        if self._mine is not None and self._mine == self._note():
            with writing(self._note_path):
                self._note_path.unlink(missing_ok=True)
        self._mine = None
        self._lock.release()

    def holder(self) -> str | None:
        left = self._note()
        return left.present if left else None

    def _new_lock(self) -> FileLock:
        return FileLock(self._path, mode=OWNER_ONLY_FILE, thread_local=False)

    def _try(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _note(self) -> LockNote | None:
        content = self._store.get(LOCK_NOTE)
        return None if content is None else LockNote.decode(content)
