"""What is there compared with what the rules want, and what past runs did."""

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.errors import StateError
from orchestrator.execution.journal import Journal
from orchestrator.execution.layout import JOURNALS, digest_of_journal
from orchestrator.execution.records import Record
from orchestrator.execution.verification import unseen_uses
from orchestrator.execution.verification import verify as compare
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.inside import Finding, FindingKind
from orchestrator.model.outcome import Deviation, Probed, Verification
from orchestrator.model.state import ours
from orchestrator.model.status import Standing
from orchestrator.planning.blocking import Blockages, blockage_warnings, find_blockages, shares_of
from orchestrator.planning.grants import handed_over
from orchestrator.planning.make_plan import wanted_by
from orchestrator.planning.standing import account_statuses
from orchestrator.planning.summary import excluded_accounts, withheld_sets
from orchestrator.runs.probing import ProbeRequest, probe
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World, basis_of, desired, observe_again, out_of_reach, read_world, with_policies


def verify(tools: Tools, *, drift: bool = False, inside: ProbeRequest | None = None) -> Verification:
    """Ask for the difference between what the rules want and what is there.

    With ``drift``, CloudFormation compares its stacks with their templates; with ``inside``, IAM in the accounts is read.
    """
    world = read_world(tools, looks_again=inside is None)
    unseen = detect_drift(tools, world) if drift else ()
    if drift:
        world = observe_again(tools, world, looks_again=inside is None)
    found = compare(desired(tools, world), world.observed, world.excluded)
    found = replace(found, unreachable=(*unreachable(tools, world), *unseen))
    return with_probe(found, *probe(tools, world, inside)) if inside else found


def detect_drift(tools: Tools, world: World) -> tuple[Deviation, ...]:
    """Have AWS look into the accounts, and say what it could not look at. What it finds is observed afterwards."""
    handed = handed_over(tools.rollout)
    unseen = world.reach.deployer.detect_drift({place.name for place in ours(world.observed) if place.name not in handed})
    return tuple(deviation for deviation in unseen if deviation.account not in world.excluded)


def with_probe(found: Verification, findings: Iterable[Finding], probed: Probed) -> Verification:
    """Each finding beside those of its kind."""
    more: dict[FindingKind, tuple[Deviation, ...]] = {
        kind: tuple(finding.deviation for finding in findings if finding.kind is kind) for kind in FindingKind
    }
    return replace(
        found,
        missing=(*found.missing, *more[FindingKind.MISSING]),
        unexpected=(*found.unexpected, *more[FindingKind.UNEXPECTED]),
        unhealthy=(*found.unhealthy, *more[FindingKind.UNHEALTHY]),
        unreachable=(*found.unreachable, *more[FindingKind.UNREACHABLE]),
        tampered=(*found.tampered, *more[FindingKind.TAMPERED]),
        probed=probed,
    )


def unreachable(tools: Tools, world: World) -> tuple[Deviation, ...]:
    """What could not be looked at: grants in a management account out of reach, and the use of temporary ones; each place once."""
    hidden = out_of_reach(tools, world)
    known = {(found.account, found.stack_set) for found in hidden}
    unseen = unseen_uses(world.judgement.grants, tools.rollout.prefix)
    return (*hidden, *(found for found in unseen if (found.account, found.stack_set) not in known))


def status(tools: Tools) -> Standing:
    """Where every account stands, temporary grants with age and evidence."""
    world, prefix = read_world(tools), tools.rollout.prefix
    statuses = account_statuses(desired(tools, world), world.observed, world.organization, world.selection, prefix)
    return Standing(
        accounts=tuple(entry for entry in statuses if entry.id not in world.excluded),
        temporary=world.judgement.grants,
        withheld=withheld_sets(world.selection),
        excluded=excluded_accounts(world.excluded, world.observed, world.organization, prefix),
        rules={rule.name: rule.location for rule in tools.rollout.rules},
        warnings=blockage_warnings(blockages_of_grants(tools, world)),
    )


def blockages_of_grants(tools: Tools, world: World) -> Blockages:
    """What control policies block of what the rules grant."""
    wanted = wanted_by(basis_of(tools, world))
    return find_blockages(with_policies(tools, world.organization), shares_of(tools.rollout, tools.catalog, wanted))


def journals(tools: Tools) -> tuple[dict[PlanDigest, tuple[Record, ...]], tuple[StateError, ...]]:
    """The records of every plan that a run started, by digest, and the journals that cannot be read: a damaged one hides no other."""
    found: dict[PlanDigest, tuple[Record, ...]] = {}
    damaged: list[StateError] = []
    for digest in map(digest_of_journal, tools.store.keys(JOURNALS)):
        try:
            found[digest] = Journal(tools.store, digest).records()
        except StateError as error:
            damaged.append(error)
    return found, tuple(damaged)
