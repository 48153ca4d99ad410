"""The first screen: what this is, what changes in one sentence, and what is dangerous in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from orchestrator.model.counts import counted, some_of
from orchestrator.model.permission import ScopeChange
from orchestrator.model.plan import Plan
from orchestrator.model.temporary import TemporaryState
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.plan.text import summary_sentence
from orchestrator.presentation.provenance import commit_words
from orchestrator.presentation.report.background import Background
from orchestrator.presentation.report.model import Danger, DangerKind, Heading, TemporaryRow, Verdict, WayRow
from orchestrator.presentation.words import expected_span, listed

WIDENING = (ScopeChange.WIDER, ScopeChange.OTHER)
"""A permission that is new stands for itself; these make more of one that was reviewed before."""


def plan_heading(plan: Plan) -> Heading:
    header = plan.header
    return Heading(
        verdict=Verdict.REFUSED if plan.violations else Verdict.NOTHING if plan.is_empty else Verdict.CHANGES,
        sentence=summary_sentence(plan),
        prefix=header.prefix,
        profile=header.profile,
        organization=header.organization,
        accounts=header.accounts,
        made_at=header.created_at,
        digest=plan.digest,
        purpose=header.purpose,
        made_by=header.provenance.made_by or "",
        commit=commit_words(header.provenance.configuration),
        because=header.because,
        overrides=header.overrides,
        expected=expected_span(estimate(plan.operations, header.pace)),
    )


def review_heading(background: Background, now: datetime) -> Heading:
    roles = counted(len({review.role for review in background.reviews}), "role")
    accounts = len({account for review in background.reviews for account in review.accounts})
    return Heading(
        verdict=Verdict.REVIEW,
        sentence=f"The rules lead to {roles} in {counted(accounts, 'account')}.",
        prefix=background.rollout.prefix,
        profile=background.rollout.profile,
        organization=background.organization.id,
        accounts=len(background.organization.accounts),
        made_at=now,
    )


def dangers_of(plan: Plan | None, ways: Sequence[WayRow] | None, temporary: Sequence[TemporaryRow]) -> Iterator[Danger]:
    """``ways`` is None where they are not known."""
    if plan:
        yield Danger(DangerKind.VIOLATIONS, len(plan.violations), some_of(sorted({found.kind for found in plan.violations}), "kind", 2))
        yield wider(plan)
    yield ways_danger(ways)
    if plan:
        yield revoked(plan)
        yield temporary_danger(temporary)
        yield repairs(plan)


def wider(plan: Plan) -> Danger:
    rows = [row for row in plan.permissions if row.change in WIDENING]
    widened = [row for row in plan.roles if row.widens]
    count = sum(len(row.actions) for row in rows) + len(widened)
    roles = sorted({row.role for row in rows})
    trust = sorted({row.role_set for row in widened})
    words = (f"actions of {listed(roles)}" if roles else "", f"the role itself: {listed(trust)}" if trust else "")
    return Danger(DangerKind.WIDER, count, "; ".join(filter(None, words)))


def ways_danger(ways: Sequence[WayRow] | None) -> Danger:
    if ways is None:
        return Danger(DangerKind.WAYS, None, "not in the plan file")
    unjudged = len({way.id for way in ways if way.weight is None})
    words = f"{unjudged:,} not judged" if unjudged else "all judged in the catalog" if ways else ""
    return Danger(DangerKind.WAYS, len({way.id for way in ways}), words)


def revoked(plan: Plan) -> Danger:
    gone = len({account for change in plan.changes if change.change == "revoke" for account in change.accounts})
    return Danger(DangerKind.REVOKED, plan.summary.grants_revoked, f"in {counted(gone, 'account')}" if gone else "")


def temporary_danger(rows: Sequence[TemporaryRow]) -> Danger:
    alive = [row for row in rows if row.opens or row.state != TemporaryState.ABSENT]
    overdue = sum(row.overdue for row in alive)
    words = f"{overdue:,} overdue" if overdue else listed(sorted({row.group_set for row in alive})[:2])
    return Danger(DangerKind.TEMPORARY, len(alive), words)


def repairs(plan: Plan) -> Danger:
    summary = plan.summary
    words = f"{counted(summary.roles_repaired, 'role')} among them" if summary.roles_repaired else ""
    return Danger(DangerKind.REPAIRS, summary.grants_repaired + summary.roles_repaired, words)
