"""What looks inside the accounts leave in the state: how far the last one is, and where something was found that a plan may repair."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import StateError
from orchestrator.execution.layout import PROBE
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Finding
from orchestrator.ports import Store

RESUMABLE_FOR = timedelta(hours=12)
"""What was seen longer ago is looked at again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one account, and since when it is so."""

    at: datetime
    findings: tuple[Finding, ...]

    def followed_by(self, findings: tuple[Finding, ...], now: datetime) -> "Found":
        """What a later look found there: the same is as old as it is."""
        return self if set(findings) == set(self.findings) else Found(now, findings)


@dataclass(frozen=True, slots=True)
class ProbeNote:
    """``question`` is a digest of the accounts and of what they should show; ``looked`` counts accounts in order of their ids.

    ``unseen``: in so many accounts without grants further roles could not be looked for. ``findings`` are those of this look, and earlier
    ones in accounts it has not come to.
    """

    question: str
    started_at: datetime
    looked: int = 0
    unseen: int = 0
    is_complete: bool = False
    findings: Mapping[AccountId, Found] = field(default_factory=dict)
    format: Literal[1] = 1

    def can_be_resumed(self, question: str, now: datetime) -> bool:
        return not self.is_complete and self.question == question and now - self.started_at < RESUMABLE_FOR


NOTE: Codec[ProbeNote] = Codec(ProbeNote)


def read_note(store: Store) -> ProbeNote | None:
    """None before the first look. Raises StateError."""
    content = store.get(PROBE)
    if content is None:
        return None
    try:
        return NOTE.decode(content)
    except UnreadableError as error:
        remedy = f"Delete {PROBE} from the state: `verify --probe` then looks into every account anew."
        raise StateError(f"cannot read what the last look inside the accounts found: {error}.", where=PROBE, remedy=remedy) from error


def write_note(store: Store, note: ProbeNote) -> None:
    store.put(PROBE, NOTE.encode(note))
