"""Where accounts sit, as every section of the page says it."""

from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Target
from orchestrator.presentation.plan.changes import place_rows
from orchestrator.presentation.plan.grouping import group_places
from orchestrator.presentation.report.model import Place


def places_of(accounts: Iterable[AccountId], known: Mapping[AccountId, Target]) -> tuple[Place, ...]:
    """By organizational unit; few accounts of one unit by id and name, a row each."""
    rows = (row for place in group_places(accounts, known) for row in place_rows(place, known))
    return tuple(Place(where, named) for where, named in rows)
