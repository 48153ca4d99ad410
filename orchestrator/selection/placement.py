"""Which accounts can take a group set, whatever the rules say."""

from orchestrator.model.catalog import GroupSet
from orchestrator.model.identifiers import AccountId
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rule
from orchestrator.selection.matching import Places, is_naming_management


def refusal(group_set: GroupSet, account: AccountId, rule: Rule, places: Places) -> str | None:
    """Why this account cannot take the group set by this rule, or None when it can."""
    if reason := misplacement(group_set, account, places):
        return reason
    if places.is_management(account) and not is_naming_management(rule.where, places):
        return 'the management account is reached only by a rule that says "management" or names its id'
    return None


def misplacement(group_set: GroupSet, account: AccountId, places: Places) -> str | None:
    """Why the group set's role does not live in this account, or None when it does."""
    if group_set.role.is_hub and account != places.hub:
        return "hub sets go to the hub account alone"
    if group_set.role is RoleKind.DISCOVERY and not places.is_management(account):
        return "management sets go to the management account alone"
    if group_set.role is RoleKind.SPOKE and account == places.hub:
        return "spoke sets do not go to the hub account"
    return None


def is_fit(group_set: GroupSet, account: AccountId, places: Places) -> bool:
    """Whether the group set's role lives in this account."""
    return misplacement(group_set, account, places) is None
