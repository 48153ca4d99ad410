"""Temporary grants: where each stands, and the stretch of time it is alive."""

from collections.abc import Mapping

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.plan import Plan, Target
from orchestrator.model.state import Window
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.presentation.report.model import TemporaryRow
from orchestrator.presentation.temporary import grant_sentences, is_overdue, overdue_first, state_words

Openings = Mapping[tuple[GroupSetName | None, AccountId], Window]


def temporary_of(plan: Plan, known: Mapping[AccountId, Target]) -> tuple[TemporaryRow, ...]:
    """Overdue ones first."""
    opened = openings(plan)
    return tuple(temporary_row(grant, plan, known, opened) for grant in overdue_first(plan.temporary, plan.header.created_at))


def openings(plan: Plan) -> Openings:
    """The windows that the plan opens or moves."""
    return {
        (group_set_of(plan.header.prefix, operation.place.name), account): operation.window
        for operation in plan.operations
        if operation.window
        for account in operation.accounts
    }


def temporary_row(grant: TemporaryGrant, plan: Plan, known: Mapping[AccountId, Target], opened: Openings) -> TemporaryRow:
    now, target = plan.header.created_at, known.get(grant.account)
    opening = opened.get((grant.group_set, grant.account))
    window, is_late = opening or grant.window, is_overdue(grant, now)
    return TemporaryRow(
        group_set=grant.group_set,
        account=grant.account,
        name=target.name if target else "",
        state=grant.state,
        overdue=is_late,
        opens=opening is not None,
        begins=window.not_before if window else None,
        ends=window.not_after if window else None,
        words=tuple(words for words in (state_words(grant, is_late=is_late), *grant_sentences(grant, now)) if words != grant.state),
    )
