"""Who is calling. Access keys of administrators carry their account id, and keys of sessions are looked up, so finding the account
of a call never depends on how many accounts there are.
"""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

_ADMINISTRATOR = "AKIAADMN"
_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True, slots=True)
class Caller:
    """``principal_arn`` is what ``aws:PrincipalArn`` sees: for a session, the role's ARN. ``role`` is None for an administrator."""

    account: str
    arn: str
    principal_arn: str
    user_id: str
    access_key: str
    role: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    caller: Caller
    secret: str
    token: str
    expires: datetime


def administrator(account: str) -> Caller:
    """A user allowed everything in its account, as the owner of the sandbox is."""
    arn = f"arn:aws:iam::{account}:user/administrator"
    return Caller(account, arn, arn, f"AIDA{account}ADMN", f"{_ADMINISTRATOR}{account}")


class Sessions:
    """Every session given out by AssumeRole; their keys die with their time."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def open(self, role_arn: str, role_id: str, session: str, expires: datetime) -> Session:
        account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
        key = "ASIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16))
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
        caller = Caller(account, arn, role_arn, f"{role_id}:{session}", key, name, session)
        self._sessions[key] = Session(caller, secrets.token_urlsafe(30), secrets.token_urlsafe(60), expires)
        return self._sessions[key]

    def caller(self, access_key: str, now: datetime) -> Caller | None:
        """None for unknown keys and for sessions that ended."""
        if access_key.startswith(_ADMINISTRATOR) and access_key.removeprefix(_ADMINISTRATOR).isdigit():
            return administrator(access_key.removeprefix(_ADMINISTRATOR))
        session = self._sessions.get(access_key)
        return session.caller if session and session.expires > now else None


def hours(seconds: int | None) -> timedelta:
    """How long a session lasts: AssumeRole's DurationSeconds, an hour by default."""
    return timedelta(seconds=seconds or 3600)
