"""Identifies the holder of a lock; detects a dead process on this host."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import RefusedError

UNKNOWN = "an unknown process"

KERNEL = (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid"))
"""Boot and container ids on Linux: they distinguish hosts of one name and containers of one host, whose process numbers overlap."""


@dataclass(frozen=True, slots=True)
class LockNote:
    """``machine`` is where ``pid`` is valid. ``token`` distinguishes acquisitions, even by one process."""

    holder: str
    host: str
    machine: str
    pid: int
    since: str
    token: str

    @classmethod
    def mine(cls, holder: str) -> "LockNote":
        since = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(holder, socket.gethostname(), this_machine(), os.getpid(), since, secrets.token_hex(8))

    @classmethod
    def decode(cls, content: bytes) -> "LockNote":
        """An unreadable note still stands for a holder."""
        try:
            return NOTE.decode(content)
        except UnreadableError:
            return cls(UNKNOWN, "", "", 0, "an unknown time", "")

    def encode(self) -> bytes:
        return NOTE.encode(self)

    @property
    def is_from_here(self) -> bool:
        """Whether the host has this host's name: enough where the operating system holds the lock."""
        return self.host == socket.gethostname()

    @property
    def is_dead(self) -> bool:
        """A process of this machine that has ended. Processes of other machines cannot be checked."""
        return self.machine == this_machine() and not is_process(self.pid)

    @property
    def present(self) -> str | None:
        """The holder; None if its process is dead."""
        return None if self.is_dead else self.holder

    @property
    def is_alive(self) -> bool:
        """A process of this machine that runs."""
        return self.machine == this_machine() and is_process(self.pid)

    def refusal(self, where: str, *, is_breakable: bool = True) -> RefusedError:
        """Names the holder and since when, and how to break the lock or why not."""
        death = "If you are sure that it died, pass --break-lock."
        life = f"Process {self.pid} runs on this machine: --break-lock does not break its lock. Stop it first if it must not continue."
        return RefusedError(
            f"another run holds the lock: {self.holder}, since {self.since}.",
            kind="locked",
            where=where,
            remedy=f"Wait until it ends. {death if is_breakable else life}",
        )


NOTE: Codec[LockNote] = Codec(LockNote)


def this_machine() -> str:
    """Host, boot and container, as far as the system reports them."""
    return "/".join((socket.gethostname(), *filter(None, map(read_identity, KERNEL))))


def read_identity(path: Path) -> str:
    try:
        return str(path.readlink()) if path.is_symlink() else path.read_text().strip()
    except OSError:
        return ""


def is_process(pid: int) -> bool:
    """Whether a process of that number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
