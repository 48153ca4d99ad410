"""What a lock says of its holder: enough for a person to find him, and for the same machine to see that he died."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import RefusedError

UNKNOWN = "somebody"

KERNEL = (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid"))
"""What tells machines of one name apart on Linux, and containers of one machine: process numbers mean nothing across them."""


@dataclass(frozen=True, slots=True)
class LockNote:
    """``machine`` is where ``pid`` means something. ``token`` tells one acquisition from another, even of the same process."""

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
        """A note that cannot be read still means that somebody was here."""
        try:
            return NOTE.decode(content)
        except UnreadableError:
            return cls(UNKNOWN, "", "", 0, "an unknown time", "")

    def encode(self) -> bytes:
        return NOTE.encode(self)

    @property
    def is_from_here(self) -> bool:
        """The host has our name; enough where the operating system vouches for the rest."""
        return self.host == socket.gethostname()

    @property
    def is_dead(self) -> bool:
        """Certainly dead: a process of this machine that is no more. Of other machines nobody can tell."""
        return self.machine == this_machine() and not is_process(self.pid)

    @property
    def present(self) -> str | None:
        """The holder, unless he is known to be dead: of another machine nobody can tell."""
        return None if self.is_dead else self.holder

    @property
    def is_alive(self) -> bool:
        """Certainly alive: a process of this machine that runs."""
        return self.machine == this_machine() and is_process(self.pid)

    def refusal(self, where: str, *, is_breakable: bool = True) -> RefusedError:
        """Who has it since when, and how to break it or why not."""
        death = "If you are sure that it died, pass --break-lock."
        life = f"Process {self.pid} is alive on this machine, and --break-lock takes no lock from the living: end it if it must not go on."
        return RefusedError(
            f"another run holds the lock: {self.holder}, since {self.since}.",
            kind="locked",
            where=where,
            remedy=f"Wait until it ends. {death if is_breakable else life}",
        )


NOTE: Codec[LockNote] = Codec(LockNote)


def this_machine() -> str:
    """This host, this boot, this container, as far as the system tells."""
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
