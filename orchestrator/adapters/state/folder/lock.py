"""One apply at a time in one state folder. The operating system frees the lock of a holder that died, however it died;
a note beside it says who holds it.
"""

import logging
from pathlib import Path

from filelock import FileLock, Timeout

from orchestrator.adapters.state.folder.store import OWNER_ONLY_FILE, FolderStore, make_folder, writing
from orchestrator.adapters.state.lock_note import LockNote
from orchestrator.execution.layout import LOCK, LOCK_NOTE

LOG = logging.getLogger(__name__)


class FolderLock:
    """ports.Lock on a folder. A note left by a dead process of this machine is taken over, one of another machine is believed.

    Two runs would write one journal here unhindered, so the lock of a process that lives on this machine is not broken.
    """

    def __init__(self, folder: Path) -> None:
        self._store = FolderStore(folder)
        self._path = folder / LOCK
        self._note_path = folder / LOCK_NOTE
        self._lock = self._new_lock()
        self._mine: LockNote | None = None

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take it, or raise RefusedError saying who has it since when; StateError when the folder cannot be written."""
        with writing(self._path):
            make_folder(self._path.parent)
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
        """Give it back; harmless when not held, or when somebody broke it meanwhile."""
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
