"""Which accounts the live list may be tried on."""

from orchestrator.errors import OrchestratorError, UsageError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout

THROW_AWAY = "Name two accounts that nothing depends on: --account A --account B."


def refuse_accounts(accounts: tuple[AccountId, AccountId], rollout: Rollout, organization: Organization) -> None:
    """Two active members, neither the hub nor protected. Raises UsageError, OrchestratorError."""
    if accounts[0] == accounts[1]:
        raise UsageError(f"--account {accounts[0]} is given twice.", remedy=THROW_AWAY)
    for account in accounts:
        if why := reason_against(account, rollout, organization):
            raise OrchestratorError(f"account {account} {why}: the live list is not tried there.", where=account, remedy=THROW_AWAY)


def reason_against(account: AccountId, rollout: Rollout, organization: Organization) -> str | None:
    found = organization.accounts.get(account)
    if found is None:
        return f"is not in organization {organization.id}"
    reasons = {
        "is the management account": account == organization.management_account,
        "is the hub": account == rollout.hub_account,
        "is one of safety.protected_accounts": account in rollout.safety.protected_accounts,
        f"is {found.state}": not found.is_active,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)
