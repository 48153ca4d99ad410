"""The plan as Markdown, for a pull request: the same groups as the text, in tables, long lists folded away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.permission import PermissionChange, ScopeChange
from orchestrator.model.plan import Plan, Target
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.exclusions import group_excluded, with_holdings
from orchestrator.presentation.page import printable, sections, text_of
from orchestrator.presentation.places import where
from orchestrator.presentation.plan.dangers import sensitive_among
from orchestrator.presentation.plan.grouping import ChangeGroup, group_changes
from orchestrator.presentation.plan.permissions import FEW, service_counts
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.plan.text import summary_line
from orchestrator.presentation.plan.waves import operation_row
from orchestrator.presentation.provenance import provenance_words
from orchestrator.presentation.scopes import scope_words
from orchestrator.presentation.temporary import grant_sentences, is_overdue, overdue_first
from orchestrator.presentation.words import expected_span, moment, sourced

FOLDED = 20
"""Longer tables are folded."""
ROOM = 4_600
"""Characters of a section: ten sections, one of them larger, and the heading fit the 65,536 of a comment on GitHub."""
ROOM_FOR_PERMISSIONS = 10_000
LONGEST = 500
"""Characters of one sentence or cell from outside, before they are escaped."""

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
            quotes(plan.notices),
            bullets(
                "Refused: this plan cannot be applied",
                [f"**{code(found.kind)}** {escape(found.message)}" for found in plan.violations],
            ),
            bullets("Warnings", [escape(warning) for warning in plan.warnings]),
            table("Temporary grants", ("group set", "account", "state", ""), temporary_rows(plan)),
            table("Roles", ("change", "role set", "accounts", "property", "before", "after"), role_rows(plan)),
            table(
                "Permissions",
                ("change", "accounts", "role", "actions", "where", "because"),
                permission_rows(plan),
                ROOM_FOR_PERMISSIONS,
            ),
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
    overrides = [f"Allowed on request: {some_of([code(flag) for flag in header.overrides], 'flag')}."] if header.overrides else []
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
            action_cell(row, plan),
            escape(scope_words(row)),
            escape("; ".join(sourced(reason, plan.rules) for reason in reasons)),
        )
        for row, reasons in permission_reasons(plan)
    ]


def action_cell(row: PermissionChange, plan: Plan) -> str:
    """The sensitive ones first; many folded away under their counts by service."""
    if len(row.actions) <= FEW:
        return codes(row.actions)
    sensitive = [f"**{code(action)}**" for action in sensitive_among(row.gains, plan.header.sensitive_actions)]
    folded = f"<details><summary>{escape(service_counts(row.actions))}</summary>{codes(row.actions)}</details>"
    return " ".join([*([", ".join(sensitive)] if sensitive else []), folded])


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
        holding = some_of(
            [with_holdings(code(account.account), account) for account in accounts if account.holds or len(accounts) == 1],
            "account that holds grants",
        )
        items.append(f"{counted(len(accounts), 'account')}: {escape(because)}" + (f" ({holding})" if holding else ""))
    return items


def quotes(texts: Sequence[str]) -> list[str]:
    shown = within([f"> **{escape(text)}**" for text in texts], ROOM)
    return [*shown, *left_out(len(texts) - len(shown))]


def bullets(title: str, items: Sequence[str], room: int = ROOM) -> list[str]:
    if not items:
        return []
    shown = within([f"- {item}" for item in items], room)
    return [f"### {title}", "", *shown, *left_out(len(items) - len(shown))]


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], room: int = ROOM) -> list[str]:
    if not rows:
        return []
    shown = within([table_row(row) for row in rows], room)
    lines = [table_row(columns), table_row(["---"] * len(columns)), *shown]
    folded = ["<details><summary>" + counted(len(rows), "row") + "</summary>", "", *lines, "", "</details>"]
    return [f"### {title}", "", *(folded if len(rows) > FOLDED else lines), *left_out(len(rows) - len(shown))]


def within(lines: Sequence[str], room: int) -> list[str]:
    """As many of the lines as there is room for."""
    ends = accumulate(len(line) + 1 for line in lines)
    return [line for line, end in zip(lines, ends, strict=True) if end <= room]


def left_out(number: int) -> list[str]:
    """How many are not shown, and what shows them."""
    return ["", f"{number:,} more: {code('orchestrator show PLAN --detail')} lists everything."] if number else []


def table_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape(text: str) -> str:
    """Names and reasons come from outside: nothing in them is markup, calls anybody or leads anywhere."""
    return LINKED.sub(lambda found: found[0] + NOTHING, shortened(printable(text)).translate(SPECIAL))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def code(text: str) -> str:
    return f"`{shortened(printable(text)).replace('`', ' ').replace('|', ' ')}`"


def codes(texts: Iterable[str]) -> str:
    return ", ".join(map(code, texts))
