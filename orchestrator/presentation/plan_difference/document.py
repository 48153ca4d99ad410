"""The differences of two plans as programs read them: from ``before``, the earlier plan, to ``after``."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from orchestrator.model.plan import Plan
from orchestrator.model.plan_difference import ChangeDifference, Entry, PlanDifference, Standing, Texts, V
from orchestrator.presentation.observed_json import window_json
from orchestrator.presentation.plan.document import json_pieces
from orchestrator.presentation.plan.rows import permission_row
from orchestrator.presentation.provenance import provenance_json
from orchestrator.presentation.results_json import Json, instant

FORMAT = 1


def difference_json_text(before: Plan, after: Plan, found: PlanDifference) -> Iterator[str]:
    """In pieces, one row of a table per line."""
    return json_pieces(difference_json(before, after, found))


def difference_json(before: Plan, after: Plan, found: PlanDifference) -> Json:
    """What both plans say alike is left out; null where one of them says nothing."""
    return {
        "format": FORMAT,
        "before": identity_json(before),
        "after": identity_json(after),
        "differs": not found.is_empty,
        "settings": entry_rows(found.settings, "setting"),
        "summary": entry_rows(found.summary, "count"),
        "overrides": texts_json(found.overrides),
        "violations": texts_json(found.violations),
        "notices": texts_json(found.notices),
        "warnings": texts_json(found.warnings),
        "rules": texts_json(found.rules),
        "temporary": account_rows(found.temporary, "group_set", standing_json),
        "permissions": map(permission_row, found.permissions),
        "roles": map(asdict, found.roles),
        "changes": change_rows(found.changes),
        "waves": account_rows(found.waves),
        "targets": account_rows(found.targets),
        "excluded": account_rows(found.excluded),
        "withheld": account_rows(found.withheld, "group_set"),
    }


def identity_json(plan: Plan) -> Json:
    return {"digest": plan.digest, "created_at": instant(plan.header.created_at), **provenance_json(plan.header.provenance)}


def texts_json(texts: Texts) -> Json:
    return {"removed": texts.removed, "added": texts.added}


def entry_rows(entries: Iterable[Entry[V]], name: str) -> Iterator[Json]:
    return ({name: entry.subject, "before": entry.before, "after": entry.after} for entry in entries)


def account_rows(entries: Iterable[Entry[V]], name: str = "", words: Callable[[V], object] = str) -> Iterator[Json]:
    """A row per account; ``group_set`` is null for an account that no rule grants anything."""
    for entry in entries:
        subject = {name: entry.subject or None} if name else {}
        old, new = (None if value is None else words(value) for value in (entry.before, entry.after))
        yield from ({"account": account, **subject, "before": old, "after": new} for account in entry.accounts)


def standing_json(standing: Standing) -> Json:
    return {
        "state": standing.state,
        "window": window_json(standing.window),
        "opens": window_json(standing.opens),
        "asked_for": standing.asked_for,
        "excluded": standing.excluded,
    }


def change_rows(rows: Iterable[ChangeDifference]) -> Iterator[Json]:
    """``done``: the later plan does nothing there, for it found it done."""
    for row in rows:
        old, new = (asdict(side) if side else None for side in (row.before, row.after))
        head = {"stack_set": row.stack_set, "group_set": row.group_set}
        yield from ({"account": account, **head, "before": old, "after": new, "done": row.is_done} for account in row.accounts)
