"""What a plan saw in AWS, and the definitions it refers to, as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.operation import Create, Update
from orchestrator.model.plan import Plan
from orchestrator.model.state import Definition, Instance, State, Unit, Window
from orchestrator.presentation.results_json import Json, instant


def observed_json(state: State) -> Json:
    return {
        "stack_sets": {place.name: stack_set_json(unit) for place, unit in state.items() if not place.is_stack},
        "stacks": {place.name: stack_json(unit) for place, unit in state.items() if place.is_stack},
    }


def stack_set_json(unit: Unit) -> Json:
    """``current`` are the accounts of plain instances, nearly all of them; ``others`` are written in full."""
    plain = instance_json(Instance())
    rows = {account: instance_json(instance) for account, instance in sorted(unit.instances.items())}
    return {
        **unit_json(unit),
        "current": [account for account, row in rows.items() if row == plain],
        "others": {account: row for account, row in rows.items() if row != plain},
        "auto_deploys": unit.auto_deploys,
    }


def stack_json(unit: Unit) -> Json:
    return {**unit_json(unit), "instance": instance_json(next(iter(unit.instances.values()), Instance()))}


def unit_json(unit: Unit) -> Mapping[str, object]:
    return {"definition": mark_of(unit.definition), "is_foreign": unit.is_foreign}


def instance_json(instance: Instance) -> Json:
    return {
        "condition": instance.condition,
        "window": window_json(instance.window),
        "reason": instance.reason,
        "alteration": alteration_json(instance.alteration),
    }


def alteration_json(alteration: Alteration | None) -> Json | None:
    if alteration is None:
        return None
    return {**asdict(alteration), "found_at": instant(alteration.found_at), "last": revision_json(alteration.last)}


def revision_json(revision: Revision | None) -> Json | None:
    return {"letter": revision.letter, "found_at": instant(revision.found_at)} if revision else None


def window_json(window: Window | None) -> Json | None:
    return {"not_before": instant(window.not_before), "not_after": instant(window.not_after)} if window else None


def definitions_json(plan: Plan) -> Json:
    """Definitions and templates, by the marks that operations and observed places refer to."""
    defined = (operation.definition for operation in plan.operations if isinstance(operation, Create | Update))
    found = {mark_of(definition): definition for definition in (*defined, *(unit.definition for unit in plan.observed.values()))}
    return {
        "definitions": {mark: {**asdict(definition), "template": mark_of_text(definition.template)} for mark, definition in found.items()},
        "templates": {mark_of_text(definition.template): definition.template for definition in found.values()},
    }


def mark_of(definition: Definition) -> str:
    return mark_of_text(json.dumps(asdict(definition), sort_keys=True))


def mark_of_text(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"
