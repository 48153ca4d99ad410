"""The rows of a plan's JSON that say more, or say it otherwise, than the model."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from orchestrator.model.operation import Create, DeleteInstances, Operation, Update
from orchestrator.model.permission import Block, PermissionChange
from orchestrator.model.plan import Plan
from orchestrator.model.rollout import Pace
from orchestrator.model.selectors import notation_of
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.presentation.observed_json import mark_of, revision_json, window_json
from orchestrator.presentation.results_json import Json, instant, temporary_json


def change_rows(plan: Plan) -> Iterator[Json]:
    for change in plan.changes:
        for account in change.accounts:
            yield {
                "change": change.change,
                "stack_set": change.stack_set,
                "group_set": change.group_set,
                "account": account,
                "region": plan.header.home_region,
                "because": change.because,
            }


def operation_row(operation: Operation) -> Json:
    return {
        "id": operation.id,
        "kind": operation.kind,
        "stack_set": operation.place.name,
        "accounts": operation.accounts,
        "wave": operation.wave,
        "after": operation.after,
        "definition": mark_of(operation.definition) if isinstance(operation, Create | Update) else None,
        "window": window_json(operation.window),
        "retain_stacks": isinstance(operation, DeleteInstances) and operation.retains,
        "revision": revision_json(operation.revision),
    }


def permission_row(change: PermissionChange) -> Json:
    """``resources`` and ``conditions`` stand where they differ; ``before`` and ``after`` tell which conditions bind which resources."""
    return {
        "accounts": change.accounts,
        "role": change.role,
        "change": change.change,
        "gains": change.gains,
        "loses": change.loses,
        "because": change.because,
        "resources": sides(resources_in(change.before), resources_in(change.after)),
        "conditions": sides(conditions_in(change.before), conditions_in(change.after)),
        "before": [asdict(block) for block in change.before],
        "after": [asdict(block) for block in change.after],
    }


def sides(before: list[str], after: list[str]) -> Json | None:
    return None if before == after else {"before": before, "after": after}


def resources_in(blocks: Iterable[Block]) -> list[str]:
    return sorted({resource for block in blocks for resource in block.resources})


def conditions_in(blocks: Iterable[Block]) -> list[str]:
    """``OPERATOR KEY: VALUES``, each once."""
    found = ((operator, key, values) for block in blocks for operator, keys in block.conditions.items() for key, values in keys.items())
    return sorted({f"{operator} {key}: {', '.join(values)}" for operator, key, values in found})


def temporary_row(grant: TemporaryGrant) -> Json:
    (row,) = temporary_json([grant])
    return {**row, "asked_for": grant.asked_for, "due": instant(grant.due), "excluded": grant.excluded}


def pace_json(pace: Pace) -> Json:
    waves = [{"name": wave.name, "where": notation_of(wave.where) if wave.where else None, "percent": wave.percent} for wave in pace.waves]
    return {**asdict(pace), "waves": waves}
