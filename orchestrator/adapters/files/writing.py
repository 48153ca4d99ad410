"""Writes a file where it was asked for: a regular file is replaced in one step; a link, device or pipe stays and is written into."""

import os
import secrets
import stat
from pathlib import Path

OWNER_ONLY = 0o600
SHARED = 0o666
"""Less what the umask takes away."""


def write_out(path: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """``mode`` is that of a regular file. Raises OSError."""
    if is_replaceable(path):
        replace_file(path, content, mode)
    else:
        with path.open("wb") as file:
            file.write(content)


def is_replaceable(path: Path) -> bool:
    """Nothing is there, or a regular file itself."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def replace_file(path: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never a part. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
