"""A review as GitHub's Markdown: a section per role and set of grants, what it may do folded."""

from collections.abc import Sequence

from orchestrator.model.counts import counted
from orchestrator.model.published import VendorDifference
from orchestrator.planning.review import RoleReview, Touched
from orchestrator.presentation.deployed_roles import property_rows
from orchestrator.presentation.page import sections, text_of
from orchestrator.presentation.plan.markdown import bullets, code, codes, escape, table
from orchestrator.presentation.review_text import NOTHING, alarm_words, guardrail_words, title, unset_words, who
from orchestrator.presentation.scopes import blocks_words, scope_words

DIFFERENCE_COLUMNS = ("group", "ours is", "actions", "published → ours", "because")


def review_markdown(reviews: Sequence[RoleReview]) -> str:
    return text_of(sections(*(role_markdown(review) for review in reviews))) or NOTHING


def role_markdown(review: RoleReview) -> list[str]:
    return sections(
        [f"## {title(review)}"],
        [f"Accounts: {who(review)}. Group sets: {codes(review.group_sets)}."],
        bullets("Role", [f"{name}: {escape(value)}" for name, value in property_rows(review.deployed)]),
        allowed_markdown(review),
        bullets("Ways to privilege", [way_markdown(way) for way in review.ways]),
        bullets("Not in force", [escape(unset_words(option)) for option in review.unset]),
        table("Differences from the vendor's statements", DIFFERENCE_COLUMNS, [difference_row(row) for row in review.differences]),
        bullets("Accepted findings", [f"{code(found.rule)} in {code(found.group)}: {escape(found.because)}" for found in review.accepted]),
        bullets("Alarms worth having", [f"{code(alarm.event)} ({alarm.source}): {escape(alarm_words(alarm))}" for alarm in review.alarms]),
    )


def allowed_markdown(review: RoleReview) -> list[str]:
    count = sum(len(allowed.actions) for allowed in review.allowed)
    rows = (f"- {escape(blocks_words(allowed.blocks))}: {codes(allowed.actions)}" for allowed in review.allowed)
    return [f"<details><summary>What it may do ({counted(count, 'action')})</summary>", "", *rows, "", "</details>"]


def difference_row(row: VendorDifference) -> tuple[str, ...]:
    return (code(row.group), row.change, codes(row.actions), escape(scope_words(row)), escape(row.because))


def way_markdown(touched: Touched) -> str:
    bound = f"**{touched.bound.weight}**: {escape(touched.bound.bounded_by)}" if touched.bound else "**not judged in the catalog**"
    held = f" {guardrail_words(touched.bound.guardrail)}" if touched.bound and touched.bound.guardrail else ""
    technique = f" ({touched.way.technique})" if touched.way.technique else ""
    return f"{code(touched.way.id)}{technique}, {codes(touched.way.actions)}: {bound}{held}"
