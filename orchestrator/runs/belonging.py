"""Whose state this is: of one rollout in one organization, recorded by its first run and checked by every later one.

The ledger knows grants by group set and account, and an unfinished plan is resumed or superseded: in the state of another rollout, or of a
rehearsal with a copy of the same organization, both would be wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import RefusedError, StateError
from orchestrator.execution.layout import BELONGS_TO
from orchestrator.execution.ledger import Ledger
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan
from orchestrator.model.state import State, ours
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryState
from orchestrator.runs.tools import Tools


@dataclass(frozen=True, slots=True)
class Belonging:
    """A rehearsal is against an AWS on this machine."""

    organization: str
    prefix: str
    home_region: str
    is_rehearsal: bool

    def __str__(self) -> str:
        where = "a rehearsal on a local AWS" if self.is_rehearsal else "AWS"
        return f"rollout {self.prefix} of organization {self.organization} in {self.home_region}, {where}"


NOTE: Codec[Belonging] = Codec(Belonging)


def refuse_state_of_another(tools: Tools, organization: Organization) -> None:
    """Raises RefusedError when the state belongs to something else, StateError when that cannot be read."""
    known, here = recorded(tools), present(tools, organization)
    if known is not None and known != here:
        kind = "another_rollout" if known.organization == here.organization else "another_organization"
        message = f"the state belongs to {known}; this is {here}."
        remedy = 'Give each a `state` of its own in rollout.yaml, such as ".orchestrator-rehearsal".'
        raise RefusedError(message, kind=kind, where=tools.rollout.state, remedy=remedy)


def claim(tools: Tools, organization: Organization, plan: Plan) -> None:
    """Write down whose state it is, and first which temporary grants nothing is known of. Only for the holder of the lock."""
    if recorded(tools) is None:
        Ledger(tools.store).add(forgotten(plan, tools.clock.now()) if is_memory_lost(tools, plan.observed) else ())
        tools.store.put(BELONGS_TO, NOTE.encode(present(tools, organization)))


def is_memory_lost(tools: Tools, observed: State) -> bool:
    """Whether AWS holds grants of the rollout that no run with this state made: it was lost, or lies elsewhere."""
    return recorded(tools) is None and any(unit.instances for unit in ours(observed).values())


def forgotten(plan: Plan, now: datetime) -> Iterator[LedgerRecord]:
    """One record for each temporary grant that is not there and may have been."""
    for grant in plan.temporary:
        if grant.state is TemporaryState.ABSENT:
            yield LedgerRecord(now, LedgerEvent.FORGOTTEN, grant.group_set, grant.account, plan.digest)


def present(tools: Tools, organization: Organization) -> Belonging:
    rollout = tools.rollout
    return Belonging(organization.id, rollout.prefix, rollout.home_region, tools.is_rehearsal())


def recorded(tools: Tools) -> Belonging | None:
    """What the first run wrote; None before that. Raises StateError."""
    content = tools.store.get(BELONGS_TO)
    if content is None:
        return None
    try:
        return NOTE.decode(content)
    except UnreadableError as error:
        remedy = f"Delete {BELONGS_TO} from the state if you are sure whose it is; the next run writes it anew."
        raise StateError(f"cannot read whose state this is: {error}.", where=BELONGS_TO, remedy=remedy) from error
