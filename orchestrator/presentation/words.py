"""Small phrases every page shares: times, spans, and the rules behind a change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from orchestrator.model.counts import counted
from orchestrator.model.outcome import AccountCounts
from orchestrator.planning.estimate import Estimate

MINUTE = 60
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", MINUTE))


def moment(when: datetime) -> str:
    """To the minute, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def span(length: timedelta) -> str:
    """The two largest units, rounded down: ``29 days 4 hours``; the sign is left to the sentence around it."""
    left, parts = int(abs(length).total_seconds()), []
    for unit, seconds in UNITS:
        number, left = divmod(left, seconds)
        if number:
            parts.append(counted(number, unit))
    return " ".join(parts[:2]) or "less than a minute"


def span_of(seconds: float) -> str:
    """As ``span``, in seconds below a minute."""
    return counted(round(seconds), "second") if seconds < MINUTE else span(timedelta(seconds=seconds))


def expected_span(expected: Estimate) -> str:
    """``about 34 minutes, at 60 seconds an instance and 100 of a StackSet at once``; empty when there is no instance to wait for."""
    if not expected.instances:
        return ""
    assumed = f"at {expected.seconds_per_instance} seconds an instance and {expected.instances_at_once} of a StackSet at once"
    return f"about {span_of(expected.seconds)}, {assumed}"


def short_span(length: timedelta) -> str:
    """``9 s``, ``1:05``, ``2:05:09``: for columns and the ends of lines."""
    seconds = max(0, round(length.total_seconds()))
    hours, minutes = seconds // 3_600, seconds // MINUTE % MINUTE
    if hours:
        return f"{hours}:{minutes:02}:{seconds % MINUTE:02}"
    return f"{minutes}:{seconds % MINUTE:02}" if minutes else f"{seconds} s"


def failed_words(counts: AccountCounts) -> str:
    """``5 accounts failed``, ``5 accounts failed and 2 were skipped``, ``2 accounts were skipped``."""
    were = "was" if counts.skipped == 1 else "were"
    if not counts.failed:
        return f"{counted(counts.skipped, 'account')} {were} skipped"
    return f"{counted(counts.failed, 'account')} failed" + (f" and {counts.skipped:,} {were} skipped" if counts.skipped else "")


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def line_of(location: str) -> str:
    """``file:line`` of a ``file:line:column``."""
    parts = location.split(":")
    return ":".join(parts[:2]) if len(parts) > 1 and parts[1].isdigit() else location


def sourced(because: str, rules: Mapping[str, str]) -> str:
    """A reason with the place of each rule it names: ``rule "the hub" (config/rollout.yaml:58)``.

    Reasons name one rule, several (``a, b``) or rules with their own reasons (``withheld: a: PCI scope; b``).
    """
    lead = "withheld by " if because.startswith("withheld: ") else ""
    text = because.removeprefix("withheld: ")
    if granting := rules_in(text, rules):
        return lead + listed([*filter(None, (cite(rule, rules) for rule in granting))])
    reasons = [text] if text in rules else text.split("; ")
    cited = [cite(reason, rules) for reason in reasons]
    return lead + "; ".join(found or reason for found, reason in zip(cited, reasons, strict=True)) if any(cited) else because


def rules_in(text: str, rules: Mapping[str, str]) -> tuple[str, ...]:
    """The rules a reason names, ``a, b``, nothing when it is more than their names. Names may hold commas: the longest that fits wins."""
    for name in sorted((name for name in rules if text == name or text.startswith(f"{name}, ")), key=len, reverse=True):
        if text == name:
            return (name,)
        if rest := rules_in(text.removeprefix(f"{name}, "), rules):
            return (name, *rest)
    return ()


def cite(text: str, rules: Mapping[str, str]) -> str | None:
    """A text that is a rule's name, or begins with one and a colon, with where that rule stands; None otherwise."""
    named = max((name for name in rules if text == name or text.startswith(f"{name}: ")), key=len, default=None)
    if named is None:
        return None
    where = line_of(rules[named])
    return f'rule "{named}"' + (f" ({where})" if where else "") + text[len(named) :]
