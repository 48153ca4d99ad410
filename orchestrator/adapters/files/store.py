"""State kept in a folder: every write is on disk when it returns, replaced files are whole, a torn last line is nobody's record."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestrator.errors import StateError

SUFFIX = ".jsonl"


class FolderStore:
    """ports.Store on a folder, made when first written to; only its owner may read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, log: str, record: bytes) -> None:
        """Add a line and have it on disk. A torn last line, left by a crash, is cut off first."""
        path = self._path(log + SUFFIX)
        with writing(path):
            self._make(path.parent)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                end = whole_length(descriptor)
                os.ftruncate(descriptor, end)
                os.lseek(descriptor, end, os.SEEK_SET)
                write_all(descriptor, record + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def read_log(self, log: str) -> Sequence[bytes]:
        """Whole lines only."""
        content = self._read(log + SUFFIX)
        return [] if content is None else content[: content.rfind(b"\n") + 1].splitlines()

    def put(self, key: str, content: bytes) -> None:
        """Write beside, then rename: readers see the old content or the new, never a part."""
        path = self._path(key)
        with writing(path):
            self._make(path.parent)
            beside = path.with_name(f".{path.name}.{os.getpid()}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(descriptor, content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            beside.replace(path)
            sync_folder(path.parent)

    def get(self, key: str) -> bytes | None:
        """The content, or None."""
        return self._read(key)

    def keys(self, prefix: str) -> Sequence[str]:
        """Files and logs whose name begins so."""
        found = (path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file())
        return sorted(name.removesuffix(SUFFIX) for name in found if name.startswith(prefix) and not Path(name).name.startswith("."))

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _read(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"cannot read {path}: {error.strerror}."
            raise StateError(message, where=str(path), remedy="Check its permissions.") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the file system says into what to do about it."""
    try:
        yield
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}. Nothing more is done, because it could not be recorded."
        raise StateError(
            message, where=str(path), remedy="Free the disk or allow writing there, then run the same command again."
        ) from error


def whole_length(descriptor: int) -> int:
    """The length up to and including the last newline."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size == 0:
        return 0
    os.lseek(descriptor, 0, os.SEEK_SET)
    content = b""
    while len(content) < size and (piece := os.read(descriptor, size - len(content))):
        content += piece
    return content.rfind(b"\n") + 1


def write_all(descriptor: int, content: bytes) -> None:
    """A short write is not an error to the system, but it is to us."""
    while content:
        content = content[os.write(descriptor, content) :]


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
