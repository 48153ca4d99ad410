"""What roles may do: how that differs in a plan, and what it amounts to."""

from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.plan import Plan, Target
from orchestrator.planning.review import RoleReview
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.report.model import AcceptedRow, Allowance, PermissionRow, Policy, RoleRow, Scope, WayRow
from orchestrator.presentation.report.places import places_of
from orchestrator.presentation.review_text import unset_words
from orchestrator.presentation.scopes import conditions_of
from orchestrator.presentation.words import sourced


def permissions_of(plan: Plan) -> Mapping[ScopeChange, tuple[PermissionRow, ...]]:
    """By how the scope changes, every kind in its place."""
    rows = [permission_row(row, reasons, plan) for row, reasons in permission_reasons(plan)]
    return {kind: tuple(row for row in rows if row.change is kind) for kind in ScopeChange}


def permission_row(row: PermissionChange, reasons: Iterable[str], plan: Plan) -> PermissionRow:
    because = tuple(sourced(reason, plan.rules) for reason in reasons if reason)
    return PermissionRow(row.change, row.role, row.accounts, row.actions, scopes_of(row.before), scopes_of(row.after), because)


def scopes_of(blocks: Iterable[Block]) -> tuple[Scope, ...]:
    return tuple(Scope(block.resources, tuple(conditions_of(block))) for block in blocks)


def role_changes_of(plan: Plan) -> tuple[RoleRow, ...]:
    """Those that widen first."""
    rows = (RoleRow(row.role_set, row.accounts, row.change, row.property, row.before, row.after, row.widens) for row in plan.roles)
    return tuple(sorted(rows, key=lambda row: not row.widens))


def policies_of(reviews: Iterable[RoleReview], known: Mapping[AccountId, Target]) -> tuple[Policy, ...]:
    return tuple(
        Policy(
            role=review.role,
            group_sets=review.group_sets,
            temporary=review.temporary,
            accounts=len(review.accounts),
            places=places_of(review.accounts, known),
            allowed=tuple(Allowance(allowed.actions, scopes_of(allowed.blocks)) for allowed in review.allowed),
            not_in_force=tuple(map(unset_words, review.unset)),
        )
        for review in reviews
    )


def ways_of(reviews: Iterable[RoleReview]) -> tuple[WayRow, ...]:
    """Each way of each role once, with all its accounts; those that the catalog does not judge first."""
    found: dict[tuple[str, str], WayRow] = {}
    accounts: dict[tuple[str, str], set[AccountId]] = {}
    for review in reviews:
        for touched in review.ways:
            way, bound = touched.way, touched.bound
            key = (way.id, review.role)
            accounts.setdefault(key, set()).update(review.accounts)
            found[key] = WayRow(
                id=way.id,
                technique=way.technique,
                role=review.role,
                accounts=len(accounts[key]),
                actions=way.actions,
                weight=bound.weight if bound else None,
                bounded_by=bound.bounded_by if bound else "",
                guardrail=bound.guardrail.path if bound and bound.guardrail else "",
            )
    return tuple(sorted(found.values(), key=lambda way: (way.weight is not None, way.role, way.id)))


def accepted_of(reviews: Iterable[RoleReview]) -> tuple[AcceptedRow, ...]:
    """Each finding of each role once."""
    rows = (
        AcceptedRow(found.rule, found.group, review.role, found.actions, found.because) for review in reviews for found in review.accepted
    )
    return tuple(dict.fromkeys(rows))
