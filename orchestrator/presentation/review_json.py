"""A review as programs read it."""

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.catalog import AcceptedFinding
from orchestrator.model.guardrail import Guardrail
from orchestrator.model.permission import Block
from orchestrator.model.privilege import Alarm
from orchestrator.model.published import VendorDifference
from orchestrator.planning.review import Allowed, RoleReview, Touched, UnsetOption
from orchestrator.presentation.deployed_roles import role_set_json

Json = Mapping[str, object]


def review_json(reviews: Sequence[RoleReview]) -> Json:
    return {"roles": [role_json(review) for review in reviews]}


def role_json(review: RoleReview) -> Json:
    return {
        **role_set_json(review.deployed),
        "group_sets": list(review.group_sets),
        "temporary": list(review.temporary),
        "accounts": list(review.accounts),
        "allowed": [allowed_json(allowed) for allowed in review.allowed],
        "ways": [way_json(way) for way in review.ways],
        "not_in_force": [unset_json(option) for option in review.unset],
        "differences": [difference_json(row) for row in review.differences],
        "accepted": [accepted_json(found) for found in review.accepted],
        "alarms": [alarm_json(alarm) for alarm in review.alarms],
    }


def allowed_json(allowed: Allowed) -> Json:
    return {"actions": list(allowed.actions), "where": blocks_json(allowed.blocks)}


def blocks_json(blocks: Iterable[Block]) -> list[Json]:
    return [{"resources": list(block.resources), "conditions": block.conditions} for block in blocks]


def way_json(touched: Touched) -> Json:
    """``weight`` and ``bounded_by`` are null for a way that the catalog does not judge."""
    way, bound = touched.way, touched.bound
    return {
        "id": way.id,
        "actions": list(way.actions),
        "technique": way.technique or None,
        "weight": bound.weight if bound else None,
        "bounded_by": bound.bounded_by if bound else None,
        "guardrail": path_of(bound.guardrail) if bound else None,
    }


def unset_json(option: UnsetOption) -> Json:
    condition = option.condition
    return {"operator": condition.operator, "key": condition.key, "set": condition.unset, "actions": list(option.actions)}


def difference_json(row: VendorDifference) -> Json:
    """``published`` is empty for what the vendor does not allow, ``ours`` for what we do not."""
    return {
        "group": row.group,
        "change": row.change,
        "actions": list(row.actions),
        "published": blocks_json(row.before),
        "ours": blocks_json(row.after),
        "because": row.because,
        "sources": list(row.sources),
    }


def accepted_json(found: AcceptedFinding) -> Json:
    return {"finding": found.rule, "group": found.group, "actions": list(found.actions), "because": found.because}


def alarm_json(alarm: Alarm) -> Json:
    return {"event": alarm.event, "source": alarm.source, "because": alarm.because, "guardrail": path_of(alarm.guardrail)}


def path_of(guardrail: Guardrail | None) -> str | None:
    return guardrail.path if guardrail else None
