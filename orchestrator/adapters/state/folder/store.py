"""State in a folder: every write is on disk when it returns, files are replaced atomically, a truncated last line is ignored."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestrator.adapters.files.writing import replace_file
from orchestrator.errors import StateError

LOG_SUFFIX = ".jsonl"
OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600


class FolderStore:
    """ports.Store on a folder, created by the first write and readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, log: str, record: bytes) -> None:
        """Append a line and sync it to disk. A truncated last line, left by a crash, is removed first."""
        if b"\n" in record:
            raise ValueError("a record is one line")
        path = self._path(log + LOG_SUFFIX)
        with writing(path):
            make_state(self._folder)
            make_folder(path.parent)
            is_new = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY_FILE)
            try:
                append_line(descriptor, record + b"\n")
            finally:
                os.close(descriptor)
            if is_new:
                sync_folder(path.parent)

    def read_log(self, log: str) -> Sequence[bytes]:
        """Whole lines only."""
        content = self._read(log + LOG_SUFFIX) or b""
        return content.split(b"\n")[:-1]

    def put(self, key: str, content: bytes) -> None:
        """Replace the content atomically."""
        path = self._path(key)
        with writing(path):
            make_state(self._folder)
            make_folder(path.parent)
            replace_file(path, content)
            sync_folder(path.parent)

    def get(self, key: str) -> bytes | None:
        """The content, or None."""
        return self._read(key)

    def keys(self, prefix: str) -> Sequence[str]:
        """Files and logs whose name starts with the prefix, without temporary files."""
        found = (path.relative_to(self._folder) for path in self._folder.rglob("*") if path.is_file())
        names = (path.as_posix().removesuffix(LOG_SUFFIX) for path in found if not path.name.startswith("."))
        return sorted(name for name in names if name.startswith(prefix))

    def _path(self, name: str) -> Path:
        path = self._folder / name
        if ".." in path.parts or not path.is_relative_to(self._folder):
            raise StateError(f'"{name}" leads out of the state folder.', where=str(self._folder), remedy="Give a plain name.")
        return path

    def _read(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"Cannot read {path}: {error.strerror}.", where=str(path), remedy="Check who may read it.") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise StateError, with a remedy, for an error of the file system."""
    try:
        yield
    except OSError as error:
        message = f"Cannot write {path}: {error.strerror}. Nothing more is done, because it could not be recorded."
        remedy = "Free some space or allow writing there, then run the same command again: it goes on where it stopped."
        raise StateError(message, where=str(path), remedy=remedy) from error


def make_state(folder: Path) -> None:
    """The folder of the state, with a .gitignore: it lies beside a rollout.yaml that is in git."""
    if not folder.exists():
        make_folder(folder)
        replace_file(folder / ".gitignore", b"*\n")


def make_folder(folder: Path) -> None:
    """The folder and its parents; those that are new are its owner's alone."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)


def append_line(descriptor: int, line: bytes) -> None:
    """Append after the last whole line. A write that fails half-way is undone, as far as the system allows."""
    end = whole_length(descriptor)
    os.ftruncate(descriptor, end)
    try:
        write_all(descriptor, line)
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, end)
        raise


def whole_length(descriptor: int) -> int:
    """The length up to and including the last newline."""
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n":
        return size
    return os.pread(descriptor, size, 0).rfind(b"\n") + 1


def write_all(descriptor: int, content: bytes) -> None:
    """Raises OSError for a short write, which the system does not report."""
    while content:
        content = content[os.write(descriptor, content) :]


def sync_folder(folder: Path) -> None:
    """A new name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
