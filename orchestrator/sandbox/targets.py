"""Which accounts a StackSet call means: explicit accounts, or OUs with an account filter (API shape DeploymentTargets)."""

from collections.abc import Mapping
from typing import Any

from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_model import Instance, Spot, StackSet

MOST_UNITS = 50
Units = dict[str, str | None]  # account -> the OU it was found under


def check_targets(stack_set: StackSet, parameters: Mapping[str, Any], organization: Organization | None, *, creates: bool) -> None:
    """Refuse what AWS refuses about Accounts and DeploymentTargets, without looking at accounts yet."""
    targets = parameters.get("DeploymentTargets") or {}
    if not stack_set.is_service_managed:
        if targets.get("OrganizationalUnitIds"):
            raise invalid("StackSets with SELF_MANAGED permission model can only have accounts as targets")
        return
    units, accounts, kind = targets.get("OrganizationalUnitIds") or [], targets.get("Accounts"), targets.get("AccountFilterType")
    if "Accounts" in parameters or not units:
        raise invalid("StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target")
    if targets.get("AccountsUrl"):
        raise invalid("The sandbox does not read AccountsUrl; list the accounts")
    if len(units) > MOST_UNITS:
        raise invalid(f"Only {MOST_UNITS} organizational units can be targeted in one operation, got {len(units)}")
    _check_filter(kind, accounts, creates=creates)
    for unit in units:
        if organization is None or (unit != organization.root and unit not in organization.units):
            raise invalid(f"Organizational unit {unit} does not exist in the organization")


def _check_filter(kind: str | None, accounts: list[str] | None, *, creates: bool) -> None:
    if accounts is None and kind not in {None, "NONE"}:
        raise invalid(f"AccountFilterType {kind} requires Accounts")
    if accounts is not None and kind == "NONE":
        raise invalid("Accounts cannot be given with AccountFilterType NONE")
    if creates and kind == "UNION":
        raise invalid("AccountFilterType UNION is not supported for create operations")
    if creates and accounts is not None and kind is None:
        raise invalid("AccountFilterType must be specified when both Accounts and OrganizationalUnitIds are specified")


def accounts_of(parameters: Mapping[str, Any], organization: Organization | None) -> Units:
    """The accounts a call targets now, by the organization as it is."""
    targets = parameters.get("DeploymentTargets") or {}
    units = targets.get("OrganizationalUnitIds") or []
    if not units or organization is None:
        return dict.fromkeys(parameters.get("Accounts") or targets.get("Accounts") or [])
    inside: Units = dict(organization.members_below(units))
    members = {account for account in organization.accounts if account != organization.management_account}
    return _filtered(inside, targets, {account: units[0] for account in targets.get("Accounts") or [] if account in members})


def _filtered(inside: Units, targets: Mapping[str, Any], listed: Mapping[str, str]) -> Units:
    match targets.get("AccountFilterType") or ("UNION" if targets.get("Accounts") is not None else "NONE"):
        case "INTERSECTION":
            return {account: unit for account, unit in inside.items() if account in listed}
        case "DIFFERENCE":
            return {account: unit for account, unit in inside.items() if account not in listed}
        case "UNION":
            return {**listed, **inside}
        case _:
            return inside


def existing(stack_set: StackSet, parameters: Mapping[str, Any], organization: Organization | None) -> dict[Spot, Instance]:
    """The instances a call on existing ones means, among them those of accounts that moved away or left since."""
    now = accounts_of(parameters, organization)
    targets = parameters.get("DeploymentTargets") or {}
    units, accounts, kind = targets.get("OrganizationalUnitIds") or [], set(targets.get("Accounts") or []), targets.get("AccountFilterType")
    regions = parameters.get("Regions") or [instance.region for instance in stack_set.instances.values()]
    gone = {
        instance.account
        for instance in stack_set.instances.values()
        if instance.unit in units and (organization is None or instance.account not in organization.accounts)
    }
    if accounts:
        gone = gone - accounts if kind == "DIFFERENCE" else gone if kind == "UNION" else gone & accounts
    wanted = now.keys() | gone
    return {spot: instance for spot, instance in stack_set.instances.items() if spot[0] in wanted and spot[1] in regions}


def check_present(stack_set: StackSet, parameters: Mapping[str, Any], organization: Organization | None) -> None:
    """Updating an account or OU the StackSet is not in is an error; it never adds any."""
    targets = parameters.get("DeploymentTargets") or {}
    known = {instance.account for instance in stack_set.instances.values()}
    listed = parameters.get("Accounts") or ([] if targets.get("AccountFilterType") == "DIFFERENCE" else targets.get("Accounts") or [])
    if missing := [account for account in listed if account not in known]:
        region = (parameters.get("Regions") or ["?"])[0]
        raise Refusal("StackInstanceNotFoundException", f"Stack instance {stack_set.id}:{missing[0]}:{region} not found")
    for unit in targets.get("OrganizationalUnitIds") or []:
        below = organization.members_below([unit]) if organization else {}
        if unit not in stack_set.units() and not known & below.keys():
            raise invalid(f"Organizational unit {unit} not found in StackSet {stack_set.id}")
