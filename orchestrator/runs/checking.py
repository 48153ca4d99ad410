"""What is there compared with what the rules want, and what past runs did."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from orchestrator.errors import StateError
from orchestrator.execution.journal import Journal
from orchestrator.execution.layout import JOURNALS, digest_of_journal
from orchestrator.execution.records import Record
from orchestrator.execution.verification import unseen_uses
from orchestrator.execution.verification import verify as compare
from orchestrator.model.identifiers import AccountId, PlanDigest
from orchestrator.model.outcome import Deviation, Verification
from orchestrator.model.plan import HandsOff
from orchestrator.model.state import State, instances_in, ours
from orchestrator.model.status import AccountStatus
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.planning.standing import account_statuses
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World, desired, hands_off, managed, out_of_reach, read_world


def verify(tools: Tools, *, drift: bool = False) -> Verification:
    """Compare what the rules want with what is there; with ``drift``, have AWS compare the accounts with the templates too."""
    world = read_world(tools)
    spared, observed = hands_off(world), managed(tools, world)
    found = compare(desired(tools, world), observed, spared)
    found = replace(found, unreachable=unreachable(tools, world))
    if not drift:
        return replace(found, tampered=known_drift(observed, spared))
    drifted = world.reach.deployer.detect_drift({place.name for place in ours(observed)})
    return replace(found, tampered=tuple(difference for difference in drifted if difference.account not in spared))


def unreachable(tools: Tools, world: World) -> tuple[Deviation, ...]:
    """What could not be looked at: grants in a management account out of reach, and the use of temporary ones; each place once."""
    hidden = out_of_reach(tools, world)
    told = {(found.account, found.stack_set) for found in hidden}
    unseen = unseen_uses(world.judgement.grants, tools.rollout.prefix)
    return (*hidden, *(found for found in unseen if (found.account, found.stack_set) not in told))


def known_drift(observed: State, spared: Collection[AccountId]) -> tuple[Deviation, ...]:
    """What an earlier drift detection found; a plan deletes it and makes it anew."""
    detail = "drift detection last found it changed in the account, or could not compare it; a plan makes it anew"
    drifted = ((place.name, account) for place, account, instance in instances_in(ours(observed)) if instance.is_drifted)
    return tuple(Deviation(account, name, detail) for name, account in sorted(drifted) if account not in spared)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the rollout stands: every account, every temporary grant, and the accounts left alone."""

    accounts: tuple[AccountStatus, ...]
    temporary: tuple[TemporaryGrant, ...]
    excluded: tuple[HandsOff, ...]


def status(tools: Tools) -> Standing:
    """Where every account stands, temporary grants with age and evidence."""
    world = read_world(tools)
    untouched = hands_off(world)
    statuses = account_statuses(desired(tools, world), managed(tools, world), world.organization, tools.rollout.prefix)
    reasons = {account: share.hands_off for account, share in world.selection.assignments.items() if share.hands_off}
    holding = {entry.id: len({*entry.granted, *entry.unexpected, *entry.outdated, *entry.failed}) for entry in statuses}
    left = tuple(
        HandsOff(account, reasons.get(account, "no longer in the organization"), holding.get(account, 0)) for account in sorted(untouched)
    )
    return Standing(tuple(entry for entry in statuses if entry.id not in untouched), world.judgement.grants, left)


def journals(tools: Tools) -> tuple[dict[PlanDigest, tuple[Record, ...]], tuple[StateError, ...]]:
    """The records of every plan that was ever begun, by digest; and what cannot be read of them, for one damaged journal hides no other."""
    found: dict[PlanDigest, tuple[Record, ...]] = {}
    damaged: list[StateError] = []
    for digest in map(digest_of_journal, tools.store.keys(JOURNALS)):
        try:
            found[digest] = Journal(tools.store, digest).records()
        except StateError as error:
            damaged.append(error)
    return found, tuple(damaged)
