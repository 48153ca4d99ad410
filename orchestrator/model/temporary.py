"""The life of a temporary grant, and the ledger that remembers it: absent, granted, used or expired, gone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrator.model.evidence import Evidence, Unknown
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest
from orchestrator.model.state import Window

OUT_OF_REACH = "cannot be reached from here; set access.management_role_arn"
"""Why the management account is excluded where it cannot be reached: not on purpose, so what it holds is unknown."""


class TemporaryState(StrEnum):
    """Where a temporary grant stands."""

    ABSENT = "absent"
    GRANTED = "granted"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class TemporaryGrant:
    """One temporary group set in one account, as observed and as evidence shows it.

    ``detail`` says what follows, such as "not needed: already used on 2026-11-24". ``asked_for`` is the reason of the
    person who asked for it by name; None when it is a rule's. ``due`` is when a used or expired one should have gone, ``excluded``
    why it cannot: its account is never changed.
    """

    group_set: GroupSetName
    account: AccountId
    state: TemporaryState
    window: Window | None
    evidence: Evidence | None
    detail: str = ""
    asked_for: str | None = None
    due: datetime | None = None
    excluded: str | None = None

    @property
    def is_unseen(self) -> bool:
        """Its account could not be read for evidence, and is not excluded on purpose."""
        return self.state is not TemporaryState.ABSENT and self.has_unknown_use

    @property
    def has_unknown_use(self) -> bool:
        """Whether it was used could not be looked for where that matters."""
        return isinstance(self.evidence, Unknown) and self.excluded in (None, OUT_OF_REACH)


class LedgerEvent(StrEnum):
    """What a ledger record records. GONE: the account was read and the policy was not there.

    RETAINED: the instance was taken out of its StackSet and its stack left in the account, so the policy may be there still.
    FORGOTTEN: the rollout was in AWS before this state was, so whether the grant had a window that ended is not known.
    """

    GRANTED = "granted"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RETAINED = "retained"
    GONE = "gone"
    STILL_THERE = "still_there"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One line of the ledger. ``deliberate`` marks a grant asked for by name with a reason, not by a rule."""

    at: datetime
    event: LedgerEvent
    group_set: GroupSetName
    account: AccountId
    plan: PlanDigest
    window: Window | None = None
    deliberate: bool = False
    because: str = ""
    evidence: str = ""
