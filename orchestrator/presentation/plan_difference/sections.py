"""What differs between two plans, in the order a reviewer asks: what is dangerous, then what changes, then for whom it does not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.model.counts import counted
from orchestrator.model.permission import PermissionChange, RoleChange, RoleChangeKind, ScopeChange
from orchestrator.model.plan import Plan
from orchestrator.model.plan_difference import Entry, PlanDifference, Standing, Texts, V
from orchestrator.model.state import Window
from orchestrator.presentation.plan_difference.changes import account_words, change_items, targets_of
from orchestrator.presentation.plan_difference.items import Item, Sign
from orchestrator.presentation.results_json import instant
from orchestrator.presentation.scopes import scope_words
from orchestrator.presentation.words import listed

SAME = "Both plans say the same; they differ in when, by whom or from what they were made."


@dataclass(frozen=True, slots=True)
class Section:
    """Everything of one kind that differs."""

    title: str
    items: tuple[Item, ...]


def difference_sections(before: Plan, after: Plan, found: PlanDifference) -> tuple[Section, ...]:
    """Those in which something differs."""
    targets = targets_of(before, after)

    def where(entry: Entry[V]) -> str:
        return account_words(entry.accounts, targets)

    parts: dict[str, Iterable[Item]] = {
        "Violations": text_items(found.violations),
        "Allowed on request": text_items(found.overrides),
        "Settings": entry_items(found.settings, lambda entry: entry.subject),
        "Notices": text_items(found.notices),
        "Temporary grants": temporary_items(found.temporary, where),
        "Roles": role_items(found.roles),
        "Permissions": map(permission_item, found.permissions),
        "Changes": change_items(before, after, found.changes),
        "Waves": entry_items(found.waves, where),
        "Accounts": entry_items(found.targets, where),
        "Excluded": entry_items(found.excluded, where),
        "Withheld": entry_items(found.withheld, lambda entry: " in ".join(filter(None, (entry.subject, where(entry))))),
        "Warnings": text_items(found.warnings),
        "Rules": text_items(found.rules),
        "Summary": entry_items(found.summary, lambda entry: entry.subject.replace("_", " "), lambda count: f"{count:,}"),
    }
    sections = (Section(title, tuple(items)) for title, items in parts.items())
    return tuple(section for section in sections if section.items)


def conclusion(before: Plan, after: Plan, sections: Sequence[Section]) -> str:
    """One line that sums up."""
    digests = after.digest if before.digest == after.digest else f"{after.digest} against {before.digest}"
    return f"{differing_words(before, after, sections)} Digest {digests}"


def differing_words(before: Plan, after: Plan, sections: Sequence[Section]) -> str:
    """In what they differ, if in anything."""
    if before.digest == after.digest:
        return "It is the same plan."
    return f"The plans differ in: {listed([section.title.lower() for section in sections])}." if sections else SAME


def text_items(texts: Texts) -> Iterator[Item]:
    yield from (Item(Sign.MORE, text) for text in texts.added)
    yield from (Item(Sign.LESS, text) for text in texts.removed)


def entry_items(entries: Iterable[Entry[V]], name: Callable[[Entry[V]], str], words: Callable[[V], str] = str) -> Iterator[Item]:
    """``name: before → after``; what only one of them says with a sign."""
    for entry in entries:
        old, new = (None if value is None else words(value) for value in (entry.before, entry.after))
        if old and new:
            yield Item(Sign.OTHER, f"{name(entry)}: {old} → {new}")
        else:
            yield Item(Sign.LESS if old else Sign.MORE, f"{name(entry)}: {old or new}")


def temporary_items(entries: Iterable[Entry[Standing]], where: Callable[[Entry[Standing]], str]) -> Iterator[Item]:
    return entry_items(entries, lambda entry: f"{entry.subject} in {where(entry)}", standing_words)


def standing_words(standing: Standing) -> str:
    """Windows to the second: of two plans, each opens its own."""
    window = f" {window_words(standing.window)}" if standing.window else ""
    opens = f", opens {window_words(standing.opens)}" if standing.opens else ""
    asked = f", asked for: {standing.asked_for}" if standing.asked_for else ""
    excluded = f", excluded: {standing.excluded}" if standing.excluded else ""
    return f"{standing.state}{window}{opens}{asked}{excluded}"


def window_words(window: Window) -> str:
    return f"from {instant(window.not_before)} until {instant(window.not_after)}"


def permission_item(row: PermissionChange) -> Item:
    text = f"role {row.role} in {counted(row.accounts, 'account')}: {row.change} {scope_words(row)}"
    return Item(SCOPES[row.change], text, (", ".join(row.actions),))


def role_items(rows: Iterable[RoleChange]) -> Iterator[Item]:
    """A role that is new or goes as a whole; of the others each property that differs."""
    whole: dict[tuple[RoleChangeKind, str], list[str]] = {}
    for row in rows:
        where = f"{row.role_set} in {counted(row.accounts, 'account')}"
        if row.change is RoleChangeKind.CHANGED:
            yield Item(Sign.WIDER if row.widens else Sign.OTHER, f"{where}: {row.property}: {row.before} → {row.after}")
        else:
            whole.setdefault((row.change, where), []).append(f"{row.property}: {row.after or row.before}")
    for (change, where), properties in whole.items():
        yield Item(Sign.MORE if change is RoleChangeKind.NEW else Sign.LESS, f"{where}: {change}", tuple(properties))


SCOPES: Mapping[ScopeChange, Sign] = {
    ScopeChange.NEW: Sign.MORE,
    ScopeChange.WIDER: Sign.WIDER,
    ScopeChange.OTHER: Sign.WIDER,
    ScopeChange.NARROWER: Sign.OTHER,
    ScopeChange.GONE: Sign.LESS,
}
