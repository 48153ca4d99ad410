"""This process by name: the holder of a lock, and one run of the program."""

import getpass
import os
import secrets
import socket
from datetime import datetime

from orchestrator.model.identifiers import RunId


def holder() -> str:
    """This process, as the lock names its holder."""
    return f"{local_user()}, process {os.getpid()}"


def local_user() -> str:
    """Who runs this process, and on which machine."""
    return f"{user()} on {socket.gethostname()}"


def user() -> str:
    """Who runs this process; its number where the machine knows no name, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def new_run_id(now: datetime) -> RunId:
    """A name for one run of the program, in order of time."""
    return RunId(f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}")
