"""The plan as Markdown, for a pull request: the same groups as the text, in tables, long lists folded away."""

import re
from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.permission import ScopeChange
from orchestrator.model.plan import Plan, Target
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.exclusions import group_excluded, holdings
from orchestrator.presentation.page import printable, sections, text_of
from orchestrator.presentation.places import where
from orchestrator.presentation.plan.grouping import ChangeGroup, group_changes
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.plan.text import summary_line
from orchestrator.presentation.plan.waves import operation_row
from orchestrator.presentation.provenance import provenance_words
from orchestrator.presentation.scopes import scope_words
from orchestrator.presentation.temporary import grant_sentences, is_overdue, overdue_first
from orchestrator.presentation.words import expected_span, listed, moment, sourced

FOLDED = 20
"""Longer tables are folded."""

SPECIAL = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_[]<>|#~&"})
LINKED = re.compile(r"(?i)@|https?(?=://)|ftp(?=://)|\bwww(?=\.)|#(?=\d)")
"""Where GitHub and GitLab find mentions, addresses and references in plain text; a backslash does not keep them from it."""
NOTHING = "&#8203;"
"""A space of no width: what stands before and behind it is not one word."""


def plan_markdown(plan: Plan) -> str:
    """GitHub's Markdown, without HTML other than ``details``."""
    targets = {target.account: target for target in plan.targets}
    return text_of(
        sections(
            heading(plan),
            [f"> **{escape(notice)}**" for notice in plan.notices],
            bullets(
                "Refused: this plan cannot be applied",
                [f"**{code(found.kind)}** {escape(found.message)}" for found in plan.violations],
            ),
            bullets("Warnings", [escape(warning) for warning in plan.warnings]),
            table("Temporary grants", ("group set", "account", "state", ""), temporary_rows(plan)),
            table("Roles", ("change", "role set", "accounts", "property", "before", "after"), role_rows(plan)),
            table("Permissions", ("change", "accounts", "role", "actions", "where", "because"), permission_rows(plan)),
            table("Changes", ("change", "group sets", "accounts", "because", "where"), change_rows(plan, targets)),
            table("Operations", ("wave", "id", "operation", "StackSet", ""), operation_rows(plan)),
            bullets("Excluded", excluded_items(plan)),
            bullets("Withheld", withheld_items(plan)),
            [f"**{escape(summary_line(plan))}**"],
        )
    )


def heading(plan: Plan) -> list[str]:
    header = plan.header
    made = f"made {moment(header.created_at)} {provenance_words(header.provenance)}".rstrip()
    lines = [
        f"## Plan of rollout {code(header.prefix)} in {code(header.organization)}",
        "",
        f"Purpose {header.purpose}, profile {escape(header.profile)}, {escape(made)}.",
    ]
    because = [f"Because: {escape(header.because)}."] if header.because else []
    overrides = [f"Allowed on request: {listed([code(flag) for flag in header.overrides])}."] if header.overrides else []
    expected = [f"Takes {words}."] if (words := expected_span(estimate(plan.operations, plan.header.pace))) else []
    return [*lines, *because, *overrides, *expected]


def temporary_rows(plan: Plan) -> list[tuple[str, ...]]:
    now = plan.header.created_at
    return [
        (
            code(grant.group_set),
            code(grant.account),
            f"**{grant.state}, overdue**" if is_overdue(grant, now) else grant.state,
            "; ".join(map(escape, grant_sentences(grant, now))),
        )
        for grant in overdue_first(plan.temporary, now)
    ]


def permission_rows(plan: Plan) -> list[tuple[str, ...]]:
    return [
        (
            f"**{row.change}**" if row.change is not ScopeChange.NEW and row.change.allows_more else row.change,
            f"{row.accounts:,}",
            row.role,
            codes(row.actions),
            escape(scope_words(row)),
            escape("; ".join(sourced(reason, plan.rules) for reason in reasons)),
        )
        for row, reasons in permission_reasons(plan)
    ]


def role_rows(plan: Plan) -> list[tuple[str, ...]]:
    return [
        (
            f"**{row.change}, wider**" if row.widens else row.change,
            code(row.role_set),
            f"{row.accounts:,}",
            row.property,
            escape(row.before),
            escape(row.after),
        )
        for row in plan.roles
    ]


def withheld_items(plan: Plan) -> list[str]:
    return [
        f"{code(row.group_set)} in {many}: {escape(row.because)}" if row.group_set else f"{many}: {escape(row.because)}"
        for row in plan.withheld
        for many in (counted(len(row.accounts), "account"),)
    ]


def change_rows(plan: Plan, targets: Mapping[AccountId, Target]) -> list[tuple[str, ...]]:
    return [change_row(group, plan, targets) for group in group_changes(plan)]


def change_row(group: ChangeGroup, plan: Plan, targets: Mapping[AccountId, Target]) -> tuple[str, ...]:
    places = escape(" ".join(where(group.accounts, targets)))
    return (group.change, codes(group.subjects), f"{len(group.accounts):,}", escape(sourced(group.because, plan.rules)), places)


def operation_rows(plan: Plan) -> list[tuple[str, ...]]:
    rows = ((escape(operation.wave), *operation_row(operation)) for operation in plan.operations)
    return [(wave, code(identifier), kind, code(stack_set), details) for wave, identifier, kind, stack_set, details in rows]


def excluded_items(plan: Plan) -> list[str]:
    items = []
    for because, accounts in group_excluded(plan.excluded).items():
        holding = ", ".join(f"{code(account.account)}{holdings(account)}" for account in accounts if account.holds or len(accounts) == 1)
        items.append(f"{counted(len(accounts), 'account')}: {escape(because)}" + (f" ({holding})" if holding else ""))
    return items


def bullets(title: str, items: Sequence[str]) -> list[str]:
    return [f"### {title}", "", *(f"- {item}" for item in items)] if items else []


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = [table_row(columns), table_row(["---"] * len(columns)), *map(table_row, rows)]
    folded = ["<details><summary>" + counted(len(rows), "row") + "</summary>", "", *lines, "", "</details>"]
    return [f"### {title}", "", *(folded if len(rows) > FOLDED else lines)]


def table_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape(text: str) -> str:
    """Names and reasons come from outside: nothing in them is markup, calls anybody or leads anywhere."""
    return LINKED.sub(lambda found: found[0] + NOTHING, printable(text).translate(SPECIAL))


def code(text: str) -> str:
    return f"`{printable(text).replace('`', ' ').replace('|', ' ')}`"


def codes(texts: Iterable[str]) -> str:
    return ", ".join(map(code, texts))
