"""Accounts that are never changed, and why: one answer for plan, status and verification."""

from collections.abc import Mapping

from orchestrator.model.assignment import Selection
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.state import State
from orchestrator.planning.holdings import holders_of

Exclusions = Mapping[AccountId, str]
"""Account to the reason: excluded by a rule, out of scope, not active, protected, out of reach, or missing."""

MISSING = "discovery no longer shows this account"


def exclusions(selection: Selection, organization: Organization, observed: State) -> Exclusions:
    """As selected, and those that hold something of ours and are missing from the organization."""
    selected = {account: share.excluded for account, share in selection.assignments.items() if share.excluded is not None}
    missing = holders_of(observed) - set(organization.accounts)
    return dict(sorted({**selected, **dict.fromkeys(missing, MISSING)}.items()))
