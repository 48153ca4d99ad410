"""Names that are taken where the plan of now would make something of that name, and roles that have to be there already."""

from collections.abc import Iterator, Sequence

from orchestrator.doctor.facts import Facts
from orchestrator.doctor.quotas import messages
from orchestrator.doctor.surroundings import AccountView
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.roles import Role, RoleKind
from orchestrator.probing.existing import compared, origin_of

RENAME = "Say under roles.ROLE.existing how these accounts are handled: `orchestrator adopt` prints the lines. Or choose another name."
ABSENT = "Make these roles, or take the accounts out of roles.ROLE.existing; where `managed: false` says it, set `managed: true`."
SHOWN = 5
"""Of a list in one line of evidence."""


def check_names(facts: Facts) -> Verdict:
    """CloudFormation makes no role or instance profile over one that is there, even one of ours."""
    new, relied = facts.new_roles(), facts.relied_on()
    seen = {account: view for account, view in facts.views().items() if isinstance(view, AccountView)}
    wrong = [line for account, view in sorted(seen.items()) for line in conflicts(account, view, new.get(account, ()), facts)]
    absent = [line for account, view in sorted(seen.items()) for line in absences(account, view, relied.get(account, ()))]
    if wrong or absent:
        return fail(shortened([*wrong, *absent]), RENAME if wrong else ABSENT)
    asked = {*new, *relied}
    unseen = sorted(asked - set(seen))
    evidence = f"in {counted(len(asked) - len(unseen), 'account')} names of new roles are free, and roles to rely on are there"
    if unseen:
        return warn(f"{evidence}; not looked into: {shortened(unseen)}", "See access_roles; without --sample every account is looked into.")
    return ok(f"{evidence}.")


def conflicts(account: AccountId, view: AccountView, roles: tuple[Role, ...], facts: Facts) -> Iterator[str]:
    for role in roles:
        if found := view.roles.get(role.name):
            existing = facts.existing().get((account, role.kind))
            more = f"{origin_of(existing)}; {compared(existing.difference)}" if existing else "with our tags" if found.is_ours else ""
            yield f"{account}: {found.arn} is there already" + (f" ({more})" if more else "")
        if role.kind is RoleKind.PLATFORM and role.name in view.instance_profiles:
            yield f"{account}: instance profile {role.name} is there already"


def absences(account: AccountId, view: AccountView, roles: tuple[Role, ...]) -> Iterator[str]:
    for role in roles:
        if role.name not in view.roles:
            yield f"{account}: role {role.name} is not there, and rollout.yaml says that it exists already"


def shortened(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - SHOWN:,} more" if len(lines) > SHOWN else ""
    return "; ".join(lines[:SHOWN]) + more


def check_stack_names(facts: Facts) -> Verdict:
    """As the plan refuses them."""
    plan = facts.plan()
    if foreign := messages(plan, "foreign_stack_set"):
        return fail("; ".join(foreign), "Rename or delete it, or choose another `prefix`.")
    others = sorted(place.name for place, unit in plan.observed.items() if unit.is_foreign)
    if others:
        return warn(f"foreign, not needed and never changed: {shortened(others)}.", "Choose another `prefix` if others use it.")
    return ok(f"no StackSet or stack of another owner begins with {facts.tools.rollout.prefix}-.")
