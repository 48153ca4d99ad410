"""The look into accounts before a plan is shown: where it would make a role, or add policies to one that others made. Read-only."""

from dataclasses import replace

from orchestrator.model.activity import Activity, followed
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Question
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.probing.existing import AssessedRole, Assessment
from orchestrator.probing.obstacles import Needs, Obstacles, roles_to_attach_to, roles_to_make, violations_of, warnings_of
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World

MOST_ACCOUNTS = 500
"""As many are looked into for one plan: two calls for each, where the name is free."""


def foresee(tools: Tools, world: World, made: Plan) -> Plan:
    """The plan with what it would run into. What could not be looked at is a warning: unknown is not taken."""
    found = look_ahead(tools, world, roles_to_make(made), roles_to_attach_to(made, world.selection, tools.catalog))
    violations, warnings = violations_of(found, tools.rollout), warnings_of(found)
    return replace(made, violations=(*made.violations, *violations), warnings=(*made.warnings, *warnings))


def look_ahead(tools: Tools, world: World, new: Needs, attached: Needs) -> Obstacles:
    accounts = sorted({*new, *attached})
    chosen = accounts[:MOST_ACCOUNTS]
    wanted = {account: new.get(account, frozenset()) | attached.get(account, frozenset()) for account in chosen}
    names = {kind: role.name for kind, role in tools.rollout.roles.items()}
    questions = (
        Question(account, tuple(sorted(names[kind] for kind in wanted[account])), with_search=False, with_origin=True) for account in chosen
    )
    assessment = assessment_of(tools, world)
    found: list[AssessedRole] = []
    absent: list[tuple[AccountId, RoleKind]] = []
    unread: dict[AccountId, str] = {}
    sights = world.reach.prober.look(questions) if chosen else ()
    for sight in followed(Activity.PROBE, sights, len(chosen), tools.tell):
        if sight.error:
            unread[sight.account] = sight.error
        else:
            found += (
                assessment.assess(sight.account, kind, sight.roles[names[kind]])
                for kind in sorted(wanted[sight.account])
                if names[kind] in sight.roles
            )
            missing = (kind for kind in attached.get(sight.account, ()) if names[kind] not in sight.roles)
            absent += ((sight.account, kind) for kind in missing)
    return Obstacles(
        taken=tuple(role for role in found if role.kind in new.get(role.account, ())),
        attached=tuple(role for role in found if role.kind in attached.get(role.account, ())),
        absent=tuple(absent),
        unread=unread,
        passed_over=len(accounts) - len(chosen),
    )


def assessment_of(tools: Tools, world: World) -> Assessment:
    return Assessment(tools.rollout, tools.catalog, world.organization.id, world.selection, world.now)
