"""The plan on at most 25 lines: what changes, what must not be missed, how long it takes, what to type next."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.permission import ScopeChange
from orchestrator.model.plan import Change, ChangeKind, Header, Plan, Purpose
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.changes import DIRECTIONS, SIGNS
from orchestrator.presentation.plan.dangers import newly_sensitive, other_notices, widened
from orchestrator.presentation.plan.entry import Entry, ended, entry_lines
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.plan.waves import accounts_by_wave
from orchestrator.presentation.provenance import provenance_words
from orchestrator.presentation.temporary import is_overdue, overdue_first, state_words
from orchestrator.presentation.words import listed, moment, span_of

MOST_LINES = 25
TITLE = 2


def summary_lines(plan: Plan, page: Page, view: View) -> list[str]:
    """One block for any plan on any page."""
    entries = summary_entries(plan, view)
    title = ended(page.wrap(title_words(plan.header), rest="    "), max(1, min(TITLE, MOST_LINES - 1 - len(entries))), page.width)
    return [*title, *([""] if entries else []), *entry_lines(entries, page, MOST_LINES - 1 - len(title))]


def title_words(header: Header) -> str:
    asked = "" if header.purpose is Purpose.ROLLOUT else f"{header.purpose} "
    return f"Plan of {asked}rollout {header.prefix} (profile {header.profile}) in {header.organization}, made {moment(header.created_at)}"


def origin_entries(header: Header) -> Iterator[Entry]:
    """Who made it from what, why, and what was allowed on request."""
    facts = {"made": provenance_words(header.provenance), "because": header.because, "allowed": listed(header.overrides)}
    return (Entry(f"  {label}", text) for label, text in facts.items() if text)


def summary_entries(plan: Plan, view: View) -> tuple[Entry, ...]:
    """At most 23: three of the origin, five kinds of changes, four roles with sensitive actions, eleven more."""
    return (
        *origin_entries(plan.header),
        *messages("! refused", [found.message for found in plan.violations], "violation", Tone.BAD),
        *change_entries(plan),
        *role_entries(plan),
        *action_entries(plan),
        *widenings(plan),
        *sensitive_entries(plan),
        *temporary_entries(plan),
        *messages("! notices", other_notices(plan), "notice", Tone.CAREFUL),
        *messages("! warnings", plan.warnings, "warning", Tone.CAREFUL),
        *time_entries(plan),
        *(next_entries(plan, view) if plan.operations else ()),
    )


def change_entries(plan: Plan) -> Iterator[Entry]:
    """``118 grants to 37 accounts: spoke-checks 35, …``, of each kind of change."""
    for kind in ChangeKind:
        rows = [row for row in plan.changes if row.change is kind and row.group_set]
        counts = in_accounts(rows).most_common()
        (sign, tone), where = SIGNS[kind], f"{DIRECTIONS[kind]} {counted(len(accounts_in(rows)), 'account')}"
        if len(counts) == 1:
            yield Entry(f"{sign} {kind}", f"{counts[0][0]} {where}", tone=tone)
        elif counts:
            total = sum(number for _, number in counts)
            items = tuple(f"{name} {number:,}" for name, number in counts)
            yield Entry(f"{sign} {kind}", f"{counted(total, 'grant')} {where}: ", items, "group set", tone=tone)


def role_entries(plan: Plan) -> Iterator[Entry]:
    kinds = [(kind, [row for row in plan.changes if row.change is kind and not row.group_set]) for kind in ChangeKind]
    items = tuple(
        f"{SIGNS[kind][0]} {name} in {counted(number, 'account')}"
        for kind, rows in kinds
        for name, number in in_accounts(rows).most_common()
    )
    if items:
        yield Entry("  roles", "", items, "role set")


def accounts_in(rows: Iterable[Change]) -> set[AccountId]:
    return {account for row in rows for account in row.accounts}


def in_accounts(rows: Iterable[Change]) -> Counter[str]:
    """Group set, or StackSet of a role, to the number of accounts."""
    counts: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: row.stack_set):
        counts[row.group_set or row.stack_set] += len(row.accounts)
    return counts


def action_entries(plan: Plan) -> Iterator[Entry]:
    """Per role, how many actions are new, wider and so on."""
    roles: dict[str, dict[ScopeChange, set[str]]] = {}
    counts: dict[str, set[int]] = {}
    for row in plan.permissions:
        roles.setdefault(row.role, {}).setdefault(row.change, set()).update(row.actions)
        counts.setdefault(row.role, set()).add(row.accounts)
    items = [
        f"{role} {listed([f'{len(found[change]):,} {change}' for change in ScopeChange if change in found])} in {span_words(counts[role])}"
        for role, found in roles.items()
    ]
    if items:
        yield Entry("  actions", "", tuple(items), "role", separator=";")


def span_words(counts: Iterable[int]) -> str:
    """``11 to 35 accounts``: the fewest and the most that something changes in."""
    least, most = min(counts), max(counts)
    return counted(most, "account") if least == most else f"{least:,} to {counted(most, 'account')}"


def widenings(plan: Plan) -> Iterator[Entry]:
    permissions, roles = widened(plan)
    items = [f"{row.property} of {row.role_set} in {counted(row.accounts, 'account')}" for row in roles]
    for row in permissions:
        otherwise = "otherwise: " if row.change is ScopeChange.OTHER else ""
        items.append(f"{otherwise}{some_of(row.actions, 'action', 3)} of the {row.role} role in {counted(row.accounts, 'account')}")
    if items:
        yield Entry("! wider", "", tuple(items), "change", separator=";", tone=Tone.CAREFUL)


def sensitive_entries(plan: Plan) -> Iterator[Entry]:
    for role, actions in newly_sensitive(plan).items():
        where = span_words({count for counts in actions.values() for count in counts})
        yield Entry("! sensitive", f"{role} role in {where}: ", tuple(actions), "action", tone=Tone.CAREFUL)


def messages(label: str, texts: Iterable[str], noun: str, tone: Tone) -> Iterator[Entry]:
    items = tuple(text.rstrip(".") for text in texts)
    if items:
        yield Entry(label, f"{len(items):,}: " if len(items) > 1 else "", items, noun, separator=";", tone=tone)


def temporary_entries(plan: Plan) -> Iterator[Entry]:
    """Grants of one group set in one state together, overdue ones first."""
    now = plan.header.created_at
    is_late = any(is_overdue(grant, now) for grant in plan.temporary)
    items = tuple(temporary_words(name, state, found) for (name, state), found in alike_grants(plan.temporary, now).items())
    if items:
        label, tone = ("! temporary", Tone.BAD) if is_late else ("  temporary", None)
        yield Entry(label, "", items, "state", separator=";", tone=tone)


def alike_grants(grants: Iterable[TemporaryGrant], now: datetime) -> dict[tuple[str, str], list[TemporaryGrant]]:
    """Group set and state to its grants."""
    found: dict[tuple[str, str], list[TemporaryGrant]] = {}
    for grant in overdue_first(grants, now):
        found.setdefault((grant.group_set, state_words(grant, is_late=is_overdue(grant, now))), []).append(grant)
    return found


def temporary_words(name: str, state: str, grants: list[TemporaryGrant]) -> str:
    if len(grants) > 1:
        return f"{name} in {counted(len(grants), 'account')}: {state}"
    detail = f", {grants[0].detail}" if grants[0].detail else ""
    return f"{name} in {grants[0].account}: {state}{detail}"


def time_entries(plan: Plan) -> Iterator[Entry]:
    expected = estimate(plan.operations, plan.header.pace)
    about = f"about {span_of(expected.seconds)}, " if expected.instances else ""
    items = tuple(f"{wave} {len(accounts):,}" for wave, accounts in accounts_by_wave(plan).items())
    if items:
        yield Entry("  takes", f"{about}{counted(len(plan.operations), 'operation')}; accounts by wave: ", items, "wave")


def next_entries(plan: Plan, view: View) -> Iterator[Entry]:
    yield Entry("  digest", plan.digest, is_whole=True)
    if plan.violations:
        yield Entry("  next", "resolve what is refused, then plan again")
    elif view.next_step:
        yield Entry("  next", view.next_step, is_whole=True)
