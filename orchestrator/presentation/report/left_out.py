"""The accounts a plan never changes, and the group sets that rules withhold, with the reasons."""

from collections.abc import Mapping

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.plan import Plan, Target
from orchestrator.presentation.exclusions import group_excluded, holdings
from orchestrator.presentation.report.model import LeftOut, Place
from orchestrator.presentation.report.places import places_of
from orchestrator.presentation.words import sourced

Alike = tuple[str, tuple[AccountId, ...]]
"""A reason, and the accounts it is the reason for."""


def withheld_of(plan: Plan, known: Mapping[AccountId, Target]) -> tuple[LeftOut, ...]:
    """By reason and accounts, the group sets together; none where no rule grants the accounts anything."""
    alike: dict[Alike, list[GroupSetName]] = {}
    for row in plan.withheld:
        alike.setdefault((row.because, row.accounts), []).extend([row.group_set] if row.group_set else [])
    return tuple(
        LeftOut(sourced(because, plan.rules), tuple(names), len(accounts), places_of(accounts, known))
        for (because, accounts), names in alike.items()
    )


def excluded_of(plan: Plan, known: Mapping[AccountId, Target]) -> tuple[LeftOut, ...]:
    """By reason; accounts that hold grants are named, for what they hold stays."""
    rows = []
    for because, accounts in group_excluded(plan.excluded).items():
        holding = tuple(Place(account.account, holdings(account)) for account in accounts if account.holds)
        places = places_of([account.account for account in accounts], known)
        rows.append(
            LeftOut(sourced(because, plan.rules), (), len(accounts), (*places, *holding), sum(account.holds for account in accounts))
        )
    return tuple(rows)
