"""The tagging API for accounts: all tags of the organization's accounts in pages of 100, in the management account alone."""

from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.world import World

_PAGES = Paging(100, "ResourcesPerPage", "PaginationToken", "PaginationTokenExpiredException")


def get_resources(world: World, call: Call) -> Answer:
    """Accounts that are or once were tagged; nothing for other types, other accounts, or when the switch is off."""
    organization = world.organization
    kinds = call.parameters.get("ResourceTypeFilters") or ["organizations"]
    serves = organization is not None and call.account == organization.management_account and world.faults.serve_bulk_tags
    asked = any(kind in {"organizations", "organizations:account"} for kind in kinds)
    rows = _rows(organization) if organization and serves and asked else []
    page, token = _PAGES.cut(call, rows)
    return {"ResourceTagMappingList": page, "PaginationToken": token or ""}


def _rows(organization: Organization) -> list[dict[str, object]]:
    return [
        {
            "ResourceARN": organization.arn("account", account.id),
            "Tags": [{"Key": key, "Value": value} for key, value in account.tags.items()],
        }
        for account in organization.accounts.values()
        if account.tags or account.was_tagged
    ]
