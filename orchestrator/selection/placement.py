"""Which accounts a group set can live in at all, whatever the rules say."""

from orchestrator.model.catalog import GroupSet
from orchestrator.model.identifiers import AccountId
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rule
from orchestrator.selection.matching import Places, is_naming_management


def refusal(group_set: GroupSet, account: AccountId, rule: Rule, places: Places) -> str | None:
    """Why this account cannot take the group set by this rule, or None when it can."""
    if group_set.role.is_hub and account != places.hub:
        return "hub sets go to the hub account alone"
    if group_set.role is RoleKind.DISCOVERY and not places.is_management(account):
        return "management sets go to the management account alone"
    if group_set.role is RoleKind.SPOKE and account == places.hub:
        return "spoke sets do not go to the hub account"
    if places.is_management(account) and not is_naming_management(rule.where, places):
        return 'the management account is reached only by a rule that says "management" or names its id'
    return None
