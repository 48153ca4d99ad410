"""The plan as programs read it: one row per account of every change, as the contract promises, whatever the plan file looks like."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from orchestrator.model.letters import escape_unseen
from orchestrator.model.plan import Plan
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.observed_json import definitions_json, observed_json
from orchestrator.presentation.plan.rows import change_rows, operation_row, pace_json, permission_row, temporary_row
from orchestrator.presentation.provenance import provenance_json
from orchestrator.presentation.results_json import Json, instant, withheld_json

FORMAT = 1
"""Of these rows; plan files count for themselves."""


def plan_json_text(plan: Plan) -> Iterator[str]:
    """JSON in pieces, one row of a table per line: a large plan has a million rows."""
    return json_pieces(plan_json(plan))


def json_pieces(fields: Json) -> Iterator[str]:
    """Fields on lines of their own, and so the rows of those that are iterators."""
    opening = "{\n"
    for name, value in fields.items():
        yield f"{opening}{compact(name)}: "
        yield from laid_out(value)
        opening = ",\n"
    yield "\n}\n"


def laid_out(value: object) -> Iterator[str]:
    """The rows of a table on lines of their own, anything else on one."""
    if not isinstance(value, Iterator):
        yield compact(value)
        return
    opening = "[\n  "
    for row in value:
        yield f"{opening}{compact(row)}"
        opening = ",\n  "
    yield "[]" if opening.startswith("[") else "\n]"


def compact(value: object) -> str:
    return escape_unseen(json.dumps(value, sort_keys=True, ensure_ascii=False))


def plan_json(plan: Plan) -> Json:
    """The fields in their order; tables are iterators over their rows."""
    header = plan.header
    return {
        "format": FORMAT,
        "digest": plan.digest,
        "created_at": instant(header.created_at),
        **provenance_json(header.provenance),
        "purpose": header.purpose,
        "because": header.because,
        "organization": {"id": header.organization, "management_account": header.management_account, "accounts": header.accounts},
        "scope": {"prefix": header.prefix, "profile": header.profile, "home_region": header.home_region, "call_as": header.call_as},
        "summary": asdict(plan.summary),
        "notices": plan.notices,
        "violations": map(asdict, plan.violations),
        "warnings": plan.warnings,
        "overrides": header.overrides,
        "narrowing": asdict(plan.narrowing) if plan.narrowing else None,
        "temporary": map(temporary_row, plan.temporary),
        "permissions": map(permission_row, plan.permissions),
        "roles": map(asdict, plan.roles),
        "withheld": withheld_json(plan.withheld),
        "changes": change_rows(plan),
        "estimate": asdict(estimate(plan.operations, plan.header.pace)),
        "operations": map(operation_row, plan.operations),
        "excluded": map(asdict, plan.excluded),
        "rules": dict(plan.rules),
        "group_sets": dict(plan.group_sets),
        "pace": pace_json(header.pace),
        "targets": map(asdict, plan.targets),
        "observed": observed_json(plan.observed),
        **definitions_json(plan),
    }
