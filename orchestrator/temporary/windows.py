"""The window of a temporary grant as template parameters: ISO 8601 in UTC, whole seconds, and closed by default."""

from datetime import UTC, datetime, timedelta

from orchestrator.model.state import Window

NOT_BEFORE = "NotBefore"
NOT_AFTER = "NotAfter"

CLOSED = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC))
"""The StackSet's own value: an instance without overrides grants nothing."""


def open_window(now: datetime, length: timedelta) -> Window:
    """A window that begins now."""
    begin = now.astimezone(UTC).replace(microsecond=0)
    return Window(begin, begin + length)


def window_parameters(window: Window) -> dict[str, str]:
    """The two parameters, as templates take them."""
    return {NOT_BEFORE: format_time(window.not_before), NOT_AFTER: format_time(window.not_after)}


def format_time(moment: datetime) -> str:
    """``2026-11-24T08:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """The inverse of ``format_time``. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
