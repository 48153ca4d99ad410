"""Organizations: reading the tree, its accounts, tags, policies and delegated administrators, in pages of 20."""

from collections.abc import Callable
from typing import Any

from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.organization import JOINED, Account, Organization, Policy
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World

_PAGES = Paging(20, refusal="InvalidInputException")
_POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_SERVICES = ("member.org.stacksets.cloudformation.amazonaws.com", "stacksets.cloudformation.amazonaws.com")
_TO_STATUS = {"ACTIVE": "ACTIVE", "PENDING_ACTIVATION": "ACTIVE", "PENDING_CLOSURE": "PENDING_CLOSURE"}


def organization_of(world: World, call: Call) -> Organization:
    """The caller's organization, which any member may ask for.

    Raises Refusal (AWSOrganizationsNotInUseException).
    """
    organization = world.organization
    if organization is None or (call.account != organization.management_account and call.account not in organization.accounts):
        raise Refusal("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    return organization


def readable(world: World, call: Call) -> Organization:
    """The organization for those who may look into it: the management account and delegated administrators."""
    organization = organization_of(world, call)
    if call.account != organization.management_account and not organization.is_delegated(call.account):
        raise Refusal("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization


def writable(world: World, call: Call) -> Organization:
    organization = organization_of(world, call)
    if call.account != organization.management_account:
        raise Refusal("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization


def describe_organization(world: World, call: Call) -> Answer:
    organization = organization_of(world, call)
    management = organization.accounts[organization.management_account]
    return {
        "Organization": {
            "Id": organization.id,
            "Arn": f"arn:aws:organizations::{management.id}:organization/{organization.id}",
            "FeatureSet": organization.features,
            "MasterAccountArn": organization.arn("account", management.id),
            "MasterAccountId": management.id,
            "MasterAccountEmail": management.email,
            "AvailablePolicyTypes": _policy_types() if organization.has_all_features else [],
        }
    }


def list_roots(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    arn = organization.arn("root", organization.root)
    return {"Roots": [{"Id": organization.root, "Arn": arn, "Name": "Root", "PolicyTypes": _policy_types()}]}


def list_accounts(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    page, token = _PAGES.cut(call, list(organization.accounts.values()))
    return {"Accounts": [account_row(world, organization, account) for account in page], "NextToken": token}


def list_accounts_for_parent(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    parent = _parent(organization, call)
    page, token = _PAGES.cut(call, [account for account in organization.accounts.values() if account.parent == parent])
    return {"Accounts": [account_row(world, organization, account) for account in page], "NextToken": token}


def describe_account(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    return {"Account": account_row(world, organization, _account(organization, call.text("AccountId")))}


def list_organizational_units_for_parent(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    parent = _parent(organization, call)
    page, token = _PAGES.cut(call, [unit for unit in organization.units.values() if unit.parent == parent])
    return {"OrganizationalUnits": [_unit_row(world, organization, unit.id) for unit in page], "NextToken": token}


def describe_organizational_unit(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    unit = call.text("OrganizationalUnitId")
    if unit not in organization.units:
        raise Refusal("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")
    return {"OrganizationalUnit": _unit_row(world, organization, unit)}


def list_parents(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    child = organization.accounts.get(call.text("ChildId")) or organization.units.get(call.text("ChildId"))
    if child is None:
        raise Refusal("ChildNotFoundException", "We can't find an organizational unit or account with the ChildId that you specified.")
    kind = "ROOT" if child.parent == organization.root else "ORGANIZATIONAL_UNIT"
    return {"Parents": [{"Id": child.parent, "Type": kind}]}


def list_children(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    parent, kind = _parent(organization, call), call.text("ChildType")
    items = organization.accounts if kind == "ACCOUNT" else organization.units
    page, token = _PAGES.cut(call, [item.id for item in items.values() if item.parent == parent])
    return {"Children": [{"Id": item, "Type": kind} for item in page], "NextToken": token}


def list_tags_for_resource(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    tags = sorted(_tags(organization, call.text("ResourceId")).items())
    page, token = _PAGES.cut(call, tags)
    return {"Tags": [{"Key": key, "Value": value} for key, value in page], "NextToken": token}


def tag_resource(world: World, call: Call) -> Answer:
    organization = writable(world, call)
    resource = call.text("ResourceId")
    _tags(organization, resource).update({tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]})
    if resource in organization.accounts:
        organization.accounts[resource].was_tagged = True
    return {}


def untag_resource(world: World, call: Call) -> Answer:
    tags = _tags(writable(world, call), call.text("ResourceId"))
    for key in call.parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


def list_delegated_administrators(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    principal = call.text("ServicePrincipal")
    chosen = [item for service, items in organization.delegated.items() if principal in {"", service} for item in items]
    page, token = _PAGES.cut(call, [organization.accounts[item] for item in dict.fromkeys(chosen) if item in organization.accounts])
    rows = [account_row(world, organization, account) | {"DelegationEnabledDate": JOINED} for account in page]
    return {"DelegatedAdministrators": rows, "NextToken": token}


def list_delegated_services_for_account(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    account = call.text("AccountId")
    services = [service for service, items in organization.delegated.items() if account in items]
    if not services:
        raise Refusal("AccountNotRegisteredException", "The specified account is not a delegated administrator.")
    return {"DelegatedServices": [{"ServicePrincipal": service, "DelegationEnabledDate": JOINED} for service in services]}


def register_delegated_administrator(world: World, call: Call) -> Answer:
    organization = writable(world, call)
    _account(organization, call.text("AccountId"))
    admins = organization.delegated.setdefault(call.text("ServicePrincipal"), [])
    if call.text("AccountId") in admins:
        raise Refusal("AccountAlreadyRegisteredException", "The specified account is already a delegated administrator for this service.")
    admins.append(call.text("AccountId"))
    return {}


def list_aws_service_access_for_organization(world: World, call: Call) -> Answer:
    readable(world, call)
    services = _SERVICES if world.organizations_access == "ENABLED" else ()
    return {"EnabledServicePrincipals": [{"ServicePrincipal": name, "DateEnabled": JOINED} for name in services]}


def list_policies(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    chosen = [policy for policy in organization.policies.values() if policy.type == call.text("Filter")]
    page, token = _PAGES.cut(call, chosen)
    return {"Policies": [_policy_row(organization, policy) for policy in page], "NextToken": token}


def list_policies_for_target(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    target, kind = call.text("TargetId"), call.text("Filter")
    chosen = [policy for policy in organization.policies.values() if policy.type == kind and target in policy.targets]
    page, token = _PAGES.cut(call, chosen)
    return {"Policies": [_policy_row(organization, policy) for policy in page], "NextToken": token}


def describe_policy(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    policy = _policy(organization, call)
    return {"Policy": {"PolicySummary": _policy_row(organization, policy), "Content": policy.document}}


def list_targets_for_policy(world: World, call: Call) -> Answer:
    organization = readable(world, call)
    page, token = _PAGES.cut(call, _policy(organization, call).targets)
    return {"Targets": [_target_row(organization, target) for target in page], "NextToken": token}


def move_account(world: World, call: Call) -> Answer:
    organization = writable(world, call)
    account = _account(organization, call.text("AccountId"))
    if account.parent != call.text("SourceParentId"):
        raise Refusal("SourceParentNotFoundException", "We can't find a source root or OU with the ParentId that you specified.")
    if call.text("DestinationParentId") not in {organization.root, *organization.units}:
        raise Refusal("DestinationParentNotFoundException", "We can't find the destination container with the ParentId that you specified.")
    account.parent = call.text("DestinationParentId")
    return {}


def account_row(world: World, organization: Organization, account: Account) -> dict[str, Any]:
    """An Account as this partition serves it: with State, Status and Paths as the switches say."""
    faults = world.faults
    return {
        "Id": account.id,
        "Arn": organization.arn("account", account.id),
        "Email": account.email,
        "Name": account.name,
        "State": account.state if faults.serve_state else None,
        "Status": _TO_STATUS.get(account.state, "SUSPENDED") if faults.serve_status else None,
        "Paths": [organization.path_of(account.parent, account.id)] if faults.serve_paths else None,
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": JOINED,
    }


def _unit_row(world: World, organization: Organization, unit: str) -> dict[str, Any]:
    path = organization.path_of(unit) if world.faults.serve_paths else None
    return {"Id": unit, "Arn": organization.arn("ou", unit), "Name": organization.units[unit].name, "Path": path}


def _policy_types() -> list[dict[str, str]]:
    return [{"Type": kind, "Status": "ENABLED"} for kind in _POLICY_TYPES]


def _policy_row(organization: Organization, policy: Policy) -> dict[str, Any]:
    arn = organization.arn("policy", f"{policy.type.lower()}/{policy.id}")
    return {"Id": policy.id, "Arn": arn, "Name": policy.name, "Description": "", "Type": policy.type, "AwsManaged": False}


def _target_row(organization: Organization, target: str) -> dict[str, str]:
    if target in organization.accounts:
        name, kind, arn = organization.accounts[target].name, "ACCOUNT", organization.arn("account", target)
    elif target in organization.units:
        name, kind, arn = organization.units[target].name, "ORGANIZATIONAL_UNIT", organization.arn("ou", target)
    else:
        name, kind, arn = "Root", "ROOT", organization.arn("root", target)
    return {"TargetId": target, "Arn": arn, "Name": name, "Type": kind}


def _account(organization: Organization, account: str) -> Account:
    if account not in organization.accounts:
        raise Refusal("AccountNotFoundException", "You specified an account that doesn't exist.")
    return organization.accounts[account]


def _parent(organization: Organization, call: Call) -> str:
    parent = call.text("ParentId")
    if parent not in {organization.root, *organization.units}:
        raise Refusal("ParentNotFoundException", "We can't find a root or OU with the ParentId that you specified.")
    return parent


def _policy(organization: Organization, call: Call) -> Policy:
    if call.text("PolicyId") not in organization.policies:
        raise Refusal("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
    return organization.policies[call.text("PolicyId")]


def _tags(organization: Organization, resource: str) -> dict[str, str]:
    if resource == organization.root:
        return organization.root_tags
    owner = organization.accounts.get(resource) or organization.units.get(resource)
    if owner is None:
        raise Refusal("TargetNotFoundException", "You specified a target that doesn't exist.")
    return owner.tags


OPERATIONS: dict[str, Callable[[World, Call], Answer]] = {
    "DescribeAccount": describe_account,
    "DescribeOrganization": describe_organization,
    "DescribeOrganizationalUnit": describe_organizational_unit,
    "DescribePolicy": describe_policy,
    "ListAWSServiceAccessForOrganization": list_aws_service_access_for_organization,
    "ListAccounts": list_accounts,
    "ListAccountsForParent": list_accounts_for_parent,
    "ListChildren": list_children,
    "ListDelegatedAdministrators": list_delegated_administrators,
    "ListDelegatedServicesForAccount": list_delegated_services_for_account,
    "ListOrganizationalUnitsForParent": list_organizational_units_for_parent,
    "ListParents": list_parents,
    "ListPolicies": list_policies,
    "ListPoliciesForTarget": list_policies_for_target,
    "ListRoots": list_roots,
    "ListTagsForResource": list_tags_for_resource,
    "ListTargetsForPolicy": list_targets_for_policy,
    "MoveAccount": move_account,
    "RegisterDelegatedAdministrator": register_delegated_administrator,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
