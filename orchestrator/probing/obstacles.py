"""What a plan would run into in accounts: role names that are taken, and roles to attach to that are not there or shut the hub out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import role_kind_of
from orchestrator.model.plan import ChangeKind, Plan, Violation
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Place
from orchestrator.probing.existing import AssessedRole, by_kind, described, excess_of

NAMED = 4
"""As many accounts are described; more are counted."""

Needs = Mapping[AccountId, frozenset[RoleKind]]


@dataclass(frozen=True, slots=True)
class Obstacles:
    """``absent`` are roles to attach to that are not there; ``unread`` the accounts that could not be looked into, with the reason."""

    taken: tuple[AssessedRole, ...] = ()
    attached: tuple[AssessedRole, ...] = ()
    absent: tuple[tuple[AccountId, RoleKind], ...] = ()
    unread: Mapping[AccountId, str] = field(default_factory=dict)
    passed_over: int = 0


def roles_to_make(plan: Plan) -> Needs:
    """The roles that the plan makes, by account: those of role sets that failed there because the name was taken, too."""
    found: dict[AccountId, set[RoleKind]] = defaultdict(set)
    for row in plan.changes:
        kind = role_kind_of(plan.header.prefix, row.stack_set)
        if kind is not None and row.change is not ChangeKind.REVOKE:
            for account in row.accounts:
                if row.change is ChangeKind.GRANT or has_failed_over_name(plan, row.stack_set, account):
                    found[account].add(kind)
    return {account: frozenset(kinds) for account, kinds in found.items()}


def has_failed_over_name(plan: Plan, role_set: StackSetName, account: AccountId) -> bool:
    units = (plan.observed.get(Place(role_set, is_stack)) for is_stack in (False, True))
    return any(unit.instances[account].is_name_taken for unit in units if unit is not None and account in unit.instances)


def roles_to_attach_to(plan: Plan, selection: Selection, catalog: Catalog) -> Needs:
    """The roles made by others to which the plan adds policies, by account."""
    found: dict[AccountId, set[RoleKind]] = defaultdict(set)
    for row in plan.changes:
        known = catalog.group_sets.get(row.group_set) if row.group_set and row.change is ChangeKind.GRANT else None
        for account in row.accounts if known else ():
            if known is not None and selection.attached(account, known.role):
                found[account].add(known.role)
    return {account: frozenset(kinds) for account, kinds in found.items()}


def violations_of(found: Obstacles, rollout: Rollout) -> Iterator[Violation]:
    """One for each role, with the line of rollout.yaml that is missing, or wrong."""
    for kind, taken in by_kind(found.taken):
        accounts = [role.account for role in taken]
        where = f"where: {{account: [{quoted(accounts)}]}}"
        yield Violation(
            "role_exists",
            f'role "{rollout.roles[kind].name}" exists already in {counted(len(accounts), "account")}: '
            f"{some_of([described(role) for role in taken], 'account', NAMED)}. CloudFormation makes no role over one that is there. "
            f"Add under roles.{kind}: `existing: [{{{where}, handling: attach, because: …}}]`, or leave in place of attach; "
            "`orchestrator adopt` prints the lines.",
        )
    for role in found.attached:
        if excess := excess_of(role):
            remedy = "Grant fewer group sets there, have its maker move policies to managed ones, or leave it."
            yield Violation("size", f'role "{role.role.name}" in {role.account}, attached to: {excess}. {remedy}')
    absent = defaultdict[RoleKind, list[AccountId]](list)
    for account, kind in found.absent:
        absent[kind].append(account)
    for kind, accounts in absent.items():
        yield Violation(
            "role_missing",
            f'role "{rollout.roles[kind].name}" is not there in {some_of(accounts, "account", NAMED)}, and roles.{kind}.existing says '
            "that it is. Take these accounts out of it: then the role is made.",
        )


def quoted(accounts: Sequence[AccountId]) -> str:
    return ", ".join([*(f'"{account}"' for account in accounts[:NAMED]), *(["…"] if len(accounts) > NAMED else [])])


def warnings_of(found: Obstacles) -> Iterator[str]:
    for role in found.attached:
        yield from entrance_warnings(role)
    if found.unread:
        account, reason = next(iter(found.unread.items()))
        where = counted(len(found.unread), "account")
        yield f"whether names of roles are free, and roles to attach to are there, is unknown in {where}, the first {account}: {reason}"
    if found.passed_over:
        where = counted(found.passed_over, "more account")
        yield (
            f"whether names of roles are free, and roles to attach to are there, was not looked at in {where}; "
            "`orchestrator doctor` looks into all."
        )


def entrance_warnings(found: AssessedRole) -> Iterator[str]:
    """Policies on a role that no hub role can assume serve nothing."""
    role = f'role "{found.role.name}" in {found.account}, attached to,'
    for arn in found.shut_out:
        yield f"{role} does not let {arn} in: its trust policy is for its maker to change."
    for arn in found.unsure:
        yield f"whether {role} lets {arn} in hangs on conditions of its trust policy that cannot be judged from here."
    if found.is_out_of_reach:
        yield f"{role} has the path {found.role.settings.path}, and nothing the hub is granted lets it assume a role there."
