"""Plans, made against AWS as it is or against nothing at all. Nothing is written."""

from dataclasses import dataclass, replace

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import group_set_of
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.provenance import Provenance
from orchestrator.planning.basis import NOTHING_ALLOWED, Basis
from orchestrator.planning.exclusion import exclusions
from orchestrator.planning.holdings import grants_held
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.parts import check_names
from orchestrator.planning.safety import Allowances
from orchestrator.runs.foresight import foresee
from orchestrator.runs.tools import Files, Tools
from orchestrator.runs.world import World, basis_of, read_world, with_policies
from orchestrator.selection.select import select
from orchestrator.temporary.life import Facts, candidates, judge
from orchestrator.temporary.requests import WantedGrant, check_request


@dataclass(frozen=True, slots=True)
class Intent:
    """What a plan is asked for: its purpose, what it may do beyond the limits, the temporary grant or the lost account it is for, or
    the part of the rollout it is narrowed to.
    """

    purpose: Purpose = Purpose.ROLLOUT
    allowed: Allowances = NOTHING_ALLOWED
    grant: WantedGrant | None = None
    because: str = ""
    forgotten: AccountId | None = None
    part: Part | None = None


ROLL_OUT = Intent()


def plan(tools: Tools, intent: Intent = ROLL_OUT) -> Plan:
    """Make a plan against AWS as it is. Writes nothing.

    Raises OrchestratorError for a temporary grant that may not be asked for, and for a part that names what is not there.
    """
    return plan_and_world(tools, intent)[0]


def plan_and_world(tools: Tools, intent: Intent = ROLL_OUT) -> tuple[Plan, World]:
    """The same, with everything that was read for it."""
    world = read_world(tools, include_excluded=intent.allowed.include_excluded)
    if intent.part is not None:
        check_names(intent.part, world.organization, tools.catalog, world.observed, tools.rollout.prefix)
    return plan_beside(tools, intent, world), world


def plan_again(tools: Tools, intent: Intent) -> Plan:
    """As ``plan``, for what an unfinished plan was asked for: its part may name what has gone since."""
    return plan_beside(tools, intent, read_world(tools, include_excluded=intent.allowed.include_excluded))


def plan_beside(tools: Tools, intent: Intent, world: World) -> Plan:
    """A plan for this world, which says so when another run is at work on it."""
    warnings: tuple[str, ...] = ()
    if (holder := tools.lock.holder()) is not None:
        warnings = (f"another run is at work on this rollout: {holder}. What it is about to do is listed here as still to be done.",)
    return plan_for(tools, intent, world, warnings)


def plan_for(tools: Tools, intent: Intent, world: World, warnings: tuple[str, ...] = ()) -> Plan:
    """A plan for this world. Raises OrchestratorError for a temporary grant that may not be asked for."""
    check_grant(tools, intent, world)
    world = replace(world, organization=with_policies(tools, world.organization))
    provenance = Provenance(tools.caller(), tools.configuration)
    made = foresee(tools, world, make_plan(replace(basis_for(tools, intent, world), provenance=provenance)))
    memory = (lost_memory(tools, world),) if world.is_memory_lost else ()
    return tools.codec.seal(replace(made, warnings=(*warnings, *memory, *made.warnings)))


def check_grant(tools: Tools, intent: Intent, world: World) -> None:
    """Raises OrchestratorError for a temporary grant that may not be asked for."""
    if intent.grant is not None:
        check_request(intent.grant, tools.rollout, tools.catalog, world.organization, world.selection)


def basis_for(tools: Tools, intent: Intent, world: World) -> Basis:
    """Everything a plan for that is made from."""
    return replace(
        basis_of(tools, world),
        purpose=intent.purpose,
        allowed=intent.allowed,
        grant=intent.grant,
        because=intent.because,
        forgotten=intent.forgotten,
        part=intent.part,
        trusted_access=world.reach.deployer.trusted_access(),
    )


def intent_of(made: Plan) -> Intent:
    """What a plan was asked for, as it says itself."""
    header = made.header
    return Intent(
        header.purpose, Allowances.of(header.overrides), requested_grant(made), header.because, forgotten_account(made), part_of(made)
    )


def part_of(made: Plan) -> Part | None:
    """What a plan was narrowed to."""
    return made.narrowing.part if made.narrowing else None


def requested_grant(made: Plan) -> WantedGrant | None:
    """The grant a plan for one was asked for: the only one whose window it opens or moves."""
    if made.header.purpose is not Purpose.TEMPORARY_GRANT:
        return None
    for operation in made.operations:
        name = group_set_of(made.header.prefix, operation.place.name)
        if operation.window is not None and operation.accounts and name is not None:
            return WantedGrant(name, operation.accounts[0], f"asked for: {made.header.because}", operation.window)
    return None


def forgotten_account(made: Plan) -> AccountId | None:
    """The account a plan is to forget; None where only StackSets are left to delete."""
    if made.header.purpose is not Purpose.FORGET:
        return None
    return next((account for operation in made.operations for account in operation.accounts), None)


def lost_memory(tools: Tools, world: World) -> str:
    """What a rollout means whose state knows nothing of it."""
    held = grants_held(world.observed, tools.rollout.prefix)
    return (
        f"the state {tools.rollout.state} is empty, but this rollout is in AWS (grants: {held.total()}, accounts: {len(held)}). "
        "Set `state` to that of earlier runs. Without it temporary grants are judged by what AWS shows, and none is opened but by "
        "grant-temporarily."
    )


def plan_from_nothing(files: Files, organization: Organization, *, allowed: Allowances = NOTHING_ALLOWED, part: Part | None = None) -> Plan:
    """Make a plan for an organization from a snapshot, as against an empty AWS: no credentials are needed."""
    rollout, catalog, now = files.rollout, files.catalog, files.clock.now()
    if part is not None:
        check_names(part, organization, catalog, {}, rollout.prefix)
    selection = select(rollout, catalog, organization)
    keys = candidates(catalog, selection, (), ())
    judgement = judge([Facts(key, selection.granted(key[1]).get(key[0], ()), None, None, None) for key in keys], rollout, now)
    if rollout.organization_id not in (None, organization.id):
        stranger = f"the snapshot is of organization {organization.id}, rollout.yaml is for {rollout.organization_id}."
        selection = replace(selection, warnings=(stranger, *selection.warnings))
    return files.codec.seal(
        make_plan(
            Basis(
                rollout=rollout,
                catalog=catalog,
                organization=organization,
                selection=selection,
                observed={},
                excluded=exclusions(selection, organization, {}),
                judgement=judgement,
                now=now,
                allowed=allowed,
                part=part,
                provenance=files.provenance,
            )
        )
    )
