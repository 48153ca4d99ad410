"""What control policies block in one account, in words and as JSON."""

from collections.abc import Mapping

from orchestrator.model.blockage import Blockage
from orchestrator.model.evidence import Unknown
from orchestrator.planning.blocking import Blockages, blockage_warnings
from orchestrator.policies.control import Outcome
from orchestrator.presentation.page import Page, Tone

UNBLOCKED = "nothing it gets is blocked, as far as they were read and say"


def blockage_lines(found: Blockages, page: Page) -> list[str]:
    """Nothing where nothing asked for them."""
    if found is None:
        return []
    lines = [line for words in blockage_warnings(found) or (UNBLOCKED,) for line in page.wrap(words, "  ", "    ", tone=tone_of(found))]
    return [page.paint("Control policies", Tone.TITLE), *lines]


def tone_of(found: Blockages) -> Tone | None:
    return Tone.CAREFUL if found else None


def control_policies_json(found: Blockages) -> Mapping[str, object] | None:
    """``unread`` is why they could not be read; null where nothing asked for them."""
    if found is None:
        return None
    rows = () if isinstance(found, Unknown) else found
    return {"unread": found.reason if isinstance(found, Unknown) else None, "blocked": [blockage_json(row) for row in rows]}


def blockage_json(row: Blockage) -> Mapping[str, object]:
    """``policy`` is null where no policy on that unit allows the actions."""
    return {
        "result": (Outcome.BLOCKED if row.is_certain else Outcome.DEPENDS).value,
        "concern": row.concern.value,
        "name": row.name,
        "actions": list(row.actions),
        "type": row.type,
        "policy": row.policy or None,
        "policy_name": row.policy_name or None,
        "statements": list(row.statements),
        "unit": row.unit,
        "depends_on": list(row.depends_on),
    }
