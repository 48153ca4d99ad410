"""Where accounts sit, as every section of the page says it."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Target
from orchestrator.presentation.places import group_places, named
from orchestrator.presentation.report.model import Place

NOT_KNOWN = "unit not known"

NAMED = 8
"""As many accounts are named; more are counted by unit, and stand in the matrix."""


def places_of(accounts: Collection[AccountId], known: Mapping[AccountId, Target]) -> tuple[Place, ...]:
    """By organizational unit, with id and name or a count."""
    places = [replace(place, path=place.path or NOT_KNOWN) for place in group_places(accounts, known)]
    if len(accounts) > NAMED:
        return tuple(Place(place.name, counted(len(place.accounts), "account")) for place in places)
    return tuple(
        Place("" if number else place.name, named(account, known)) for place in places for number, account in enumerate(place.accounts)
    )
