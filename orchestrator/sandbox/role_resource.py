"""AWS::IAM::Role: created, really updated, and deleted in an account's IAM."""

import re
from collections.abc import Mapping
from typing import ClassVar

from moto.iam.models import Role

from orchestrator.sandbox.iam_store import LARGEST_TRUST, IamFailure, IamStore, checked_document, compact
from orchestrator.sandbox.resources import Difference, Place, Properties, changed
from orchestrator.sandbox.trust import named_principals

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:.*/)?([^/]+)")


class RoleResource:
    """A role with a name of its own cannot be replaced: CloudFormation wants another name first."""

    identified_by: ClassVar[tuple[str, ...]] = ("RoleName",)

    def replaces(self, old: Properties, new: Properties) -> bool:
        if changed(old, new, "RoleName"):
            return True
        if not changed(old, new, "Path"):
            return False
        if "RoleName" in new:
            name = new["RoleName"]
            raise IamFailure(
                f"CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {name} and update the stack again."
            )
        return True

    def create(self, place: Place, properties: Properties) -> str:
        name = str(properties.get("RoleName") or place.generated_name())
        trust = _checked_trust(place, name, properties)
        _check_boundary(place.iam, properties)
        role = place.iam.add_role(name, trust, path=properties.get("Path", "/"), at=place.at)
        try:
            _settle(place, role, {}, properties)
        except IamFailure:
            _strip(role, properties)
            place.iam.remove_role(name)
            raise
        return name

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        role = place.iam.need_role(physical)
        trust = _checked_trust(place, physical, new)
        _check_boundary(place.iam, new)
        if changed(old, new, "AssumeRolePolicyDocument"):
            role.assume_role_policy_document = trust
        _settle(place, role, old, new)

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        role = place.iam.role(physical)
        if role is None:
            return
        own = {item["PolicyName"] for item in properties.get("Policies", [])}
        if set(role.policies) - own:
            raise IamFailure("Cannot delete entity, must delete policies first. (Service: Iam, Status Code: 409)")
        _strip(role, properties)
        place.iam.remove_role(physical)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        role = place.iam.need_role(physical)
        return {"Arn": role.arn, "RoleId": role.id}

    def exists(self, place: Place, physical: str) -> bool:
        return place.iam.role(physical) is not None

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        role = place.iam.need_role(physical)
        pairs = [("/AssumeRolePolicyDocument", compact(properties["AssumeRolePolicyDocument"]), compact(role.assume_role_policy_document))]
        if "Policies" in properties:
            wanted = {item["PolicyName"]: compact(item["PolicyDocument"]) for item in properties["Policies"]}
            actual = {name: compact(body) for name, body in role.policies.items()}
            pairs.append(("/Policies", compact(dict(sorted(wanted.items()))), compact(dict(sorted(actual.items())))))
        if "ManagedPolicyArns" in properties:
            pairs.append(("/ManagedPolicyArns", compact(sorted(properties["ManagedPolicyArns"])), compact(sorted(role.managed_policies))))
        if "MaxSessionDuration" in properties:
            pairs.append(("/MaxSessionDuration", str(properties["MaxSessionDuration"]), str(role.max_session_duration)))
        if "Tags" in properties:
            wanted = dict(place.tags) | {item["Key"]: item["Value"] for item in properties["Tags"]}
            actual = {tag["Key"]: tag["Value"] for tag in role.tags}
            pairs.append(("/Tags", compact(dict(sorted(wanted.items()))), compact(dict(sorted(actual.items())))))
        if "Description" in properties:
            pairs.append(("/Description", str(properties["Description"]), str(role.description)))
        if "PermissionsBoundary" in properties:
            pairs.append(("/PermissionsBoundary", str(properties["PermissionsBoundary"]), str(role.permissions_boundary_arn)))
        return [Difference(path, expected, actual) for path, expected, actual in pairs if expected != actual]


def _checked_trust(place: Place, name: str, properties: Properties) -> str:
    trust = checked_document(properties.get("AssumeRolePolicyDocument"))
    if len(trust) > LARGEST_TRUST:
        raise IamFailure(f"Cannot exceed quota for ACLSizePerRole: {LARGEST_TRUST} (role {name}) (Service: Iam, Status Code: 409)")
    for principal in named_principals(trust):
        match = _ROLE_ARN.fullmatch(principal)
        is_elsewhere = principal.startswith("arn:") and not principal.startswith("arn:aws:")
        if is_elsewhere or (match and not IamStore(match[1]).shows(match[2], place.shown)):
            raise IamFailure(f'Invalid principal in policy: "AWS":"{principal}" (Service: Iam, Status Code: 400)')
    return trust


def _check_boundary(iam: IamStore, properties: Properties) -> None:
    boundary = properties.get("PermissionsBoundary")
    if boundary and iam.policy(boundary) is None:
        raise IamFailure(f"Scope ARN: {boundary} does not exist or is not attachable. (Service: Iam, Status Code: 404)")


def _settle(place: Place, role: Role, old: Properties, new: Properties) -> None:
    """Bring everything but name and path to the new properties, as far as they change; what the old ones did not set is not ours to remove.

    CloudFormation writes nothing that its templates have not changed, whatever the account holds. Description and session length are one
    call of IAM.
    """
    if changed(old, new, "Description", "MaxSessionDuration"):
        role.description = new.get("Description", "")
        role.max_session_duration = str(new.get("MaxSessionDuration", 3600))
    if changed(old, new, "PermissionsBoundary"):
        role.permissions_boundary_arn = new.get("PermissionsBoundary")
    tags = dict(place.tags) | {item["Key"]: item["Value"] for item in new.get("Tags", [])}
    role.tags = [{"Key": key, "Value": str(value)} for key, value in tags.items()]
    kept = {item["PolicyName"] for item in new.get("Policies", [])}
    for item in old.get("Policies", []):
        if item["PolicyName"] not in kept:
            role.policies.pop(item["PolicyName"], None)
    for item in new.get("Policies", []):
        place.iam.put_inline(role.name, item["PolicyName"], item["PolicyDocument"])
    _attach(place.iam, role, old.get("ManagedPolicyArns", []), new.get("ManagedPolicyArns", []))


def _attach(iam: IamStore, role: Role, old: list[str], new: list[str]) -> None:
    for arn in old:
        if arn not in new and arn in role.managed_policies:
            iam.need_policy(arn).detach_from(role)
    for arn in new:
        if arn not in role.managed_policies:
            iam.need_policy(arn).attach_to(role)


def _strip(role: Role, properties: Properties) -> None:
    """Take off what the template put on."""
    for item in properties.get("Policies", []):
        role.policies.pop(item["PolicyName"], None)
    for arn in properties.get("ManagedPolicyArns", []):
        if arn in role.managed_policies:
            role.managed_policies[arn].detach_from(role)
