"""Temporary grants that should exist, and checks of requested ones: what no rule could grant is refused."""

from dataclasses import dataclass

from orchestrator.errors import OrchestratorError, RefusedError
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Window
from orchestrator.selection.matching import Places
from orchestrator.selection.placement import misplacement


@dataclass(frozen=True, slots=True)
class WantedGrant:
    """A temporary group set an account should have now. ``window`` is set only when it must be opened or moved."""

    group_set: GroupSetName
    account: AccountId
    because: str
    window: Window | None = None


def check_request(grant: WantedGrant, rollout: Rollout, catalog: Catalog, organization: Organization, selection: Selection) -> None:
    """Raises OrchestratorError for names that mean nothing, RefusedError for an account that may not have it."""
    group_set = catalog.group_sets.get(grant.group_set)
    if group_set is None or not group_set.temporary:
        raise OrchestratorError(
            f'"{grant.group_set}" is not a temporary group set.', remedy=f"Temporary ones: {', '.join(catalog.temporary_sets())}."
        )
    share = selection.assignments.get(grant.account)
    if share is None:
        remedy = did_you_mean(grant.account, organization.accounts, "`discover` lists the accounts.")
        raise OrchestratorError(f"account {grant.account} is not in organization {organization.id}.", remedy=remedy)
    if share.excluded is not None:
        raise RefusedError(f"account {grant.account} is never changed: {share.excluded}.", where=grant.account)
    withheld = next((held.because for held in share.withheld if held.group_set == grant.group_set), None)
    misplaced = misplacement(group_set, grant.account, Places(organization, rollout.hub_account))
    if reason := misplaced or (withheld and f"withheld: {withheld}"):
        raise RefusedError(f"{grant.group_set} cannot go to account {grant.account}: {reason}.", where=grant.account)
