"""One apply at a time in one state folder. The operating system frees the lock of a holder that died, however it died."""

import json
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestrator.adapters.files.store import FolderStore
from orchestrator.errors import RefusedError

HOLDER = "lock-holder.json"


class FolderLock:
    """ports.Lock on a folder: a lock of the operating system for truth, a note beside it for people."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = FolderStore(folder)
        self._lock = FileLock(folder / "lock")

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take it, or raise RefusedError saying who has it since when."""
        self._store.put(".touch", b"")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if not break_lock:
                raise self._refusal() from None
            (self._folder / "lock").unlink(missing_ok=True)
            self._lock = FileLock(self._folder / "lock")
            self._lock.acquire(timeout=0)
        note = {"holder": holder, "since": datetime.now(UTC).isoformat(timespec="seconds")}
        self._store.put(HOLDER, json.dumps(note).encode())

    def release(self) -> None:
        """Give it back; harmless when not held."""
        if self._lock.is_locked:
            (self._folder / HOLDER).unlink(missing_ok=True)
            self._lock.release()

    def _refusal(self) -> RefusedError:
        note = json.loads(self._store.get(HOLDER) or b"{}")
        who = f"{note.get('holder', 'somebody')} since {note.get('since', 'an unknown time')}"
        remedy = "Wait until it ends. If you are sure nobody is applying, pass --break-lock."
        return RefusedError(
            f"another apply holds the lock of {self._folder}: {who}.", kind="locked", where=str(self._folder), remedy=remedy
        )
