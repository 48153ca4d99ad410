"""AWS::IAM::RolePolicy, AWS::IAM::Policy, AWS::IAM::ManagedPolicy and AWS::IAM::InstanceProfile in an account's IAM."""

from collections.abc import Mapping
from typing import ClassVar

from orchestrator.sandbox.iam_store import IamFailure, compact, policy_document
from orchestrator.sandbox.resources import Difference, Place, Properties, changed


class RolePolicyResource:
    """One inline policy on one role that another stack may own."""

    identified_by: ClassVar[tuple[str, ...]] = ("PolicyName", "RoleName")

    def replaces(self, old: Properties, new: Properties) -> bool:
        return changed(old, new, "PolicyName", "RoleName")

    def create(self, place: Place, properties: Properties) -> str:
        role, name = properties["RoleName"], properties["PolicyName"]
        if name in place.iam.need_role(role).policies:
            raise IamFailure(f"Resource of type 'AWS::IAM::RolePolicy' with identifier '{name}|{role}' already exists.")
        place.iam.put_inline(role, name, properties["PolicyDocument"])
        return f"{name}|{role}"

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        del old
        if not self.exists(place, physical):
            raise IamFailure(f"Resource of type 'AWS::IAM::RolePolicy' with identifier '{physical}' was not found.")
        place.iam.put_inline(new["RoleName"], new["PolicyName"], new["PolicyDocument"])

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        del properties
        name, _, role_name = physical.partition("|")
        role = place.iam.role(role_name)
        if role is not None:
            role.policies.pop(name, None)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        del place, physical
        return {}

    def exists(self, place: Place, physical: str) -> bool:
        name, _, role_name = physical.partition("|")
        role = place.iam.role(role_name)
        return role is not None and name in role.policies

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        name, _, role_name = physical.partition("|")
        return _document_difference(properties, place.iam.need_role(role_name).policies[name])


class PolicyResource:
    """The older inline policy: one document on several roles."""

    identified_by: ClassVar[tuple[str, ...]] = ()

    def replaces(self, old: Properties, new: Properties) -> bool:
        return changed(old, new, "PolicyName")

    def create(self, place: Place, properties: Properties) -> str:
        for role in properties.get("Roles", []):
            place.iam.put_inline(role, properties["PolicyName"], properties["PolicyDocument"])
        return str(properties["PolicyName"])

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        gone = [role for role in old.get("Roles", []) if role not in new.get("Roles", [])]
        self.delete(place, physical, {"Roles": gone})
        self.create(place, new)

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        for role_name in properties.get("Roles", []):
            role = place.iam.role(role_name)
            if role is not None:
                role.policies.pop(physical, None)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        del place
        return {"Id": physical}

    def exists(self, place: Place, physical: str) -> bool:
        del place, physical
        return True

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        found = [place.iam.role(role) for role in properties.get("Roles", [])]
        bodies = [role.policies.get(physical, "{}") if role else "{}" for role in found]
        return [item for body in bodies for item in _document_difference(properties, body)]


class ManagedPolicyResource:
    """Its identifier is its ARN, which no property gives."""

    identified_by: ClassVar[tuple[str, ...]] = ()

    def replaces(self, old: Properties, new: Properties) -> bool:
        return changed(old, new, "ManagedPolicyName", "Path", "Description")

    def create(self, place: Place, properties: Properties) -> str:
        name = str(properties.get("ManagedPolicyName") or place.generated_name())
        for role in properties.get("Roles", []):
            place.iam.need_role(role)
        policy = place.iam.add_policy(name, properties.get("Path", "/"), properties["PolicyDocument"], properties.get("Description", ""))
        for role in properties.get("Roles", []):
            policy.attach_to(place.iam.need_role(role))
        return str(policy.arn)

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        if changed(old, new, "PolicyDocument"):
            place.iam.change_policy(physical, new["PolicyDocument"])
        gone = [role for role in old.get("Roles", []) if role not in new.get("Roles", [])]
        self._detach(place, physical, gone)
        policy = place.iam.need_policy(physical)
        for name in new.get("Roles", []):
            role = place.iam.need_role(name)
            if physical not in role.managed_policies:
                policy.attach_to(role)

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        if place.iam.policy(physical) is not None:
            self._detach(place, physical, properties.get("Roles", []))
            place.iam.remove_policy(physical)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        del place
        return {"PolicyArn": physical}

    def exists(self, place: Place, physical: str) -> bool:
        return place.iam.policy(physical) is not None

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        return _document_difference(properties, policy_document(place.iam.need_policy(physical)))

    def _detach(self, place: Place, arn: str, roles: list[str]) -> None:
        for name in roles:
            role = place.iam.role(name)
            if role is not None and arn in role.managed_policies:
                role.managed_policies[arn].detach_from(role)


class InstanceProfileResource:
    identified_by: ClassVar[tuple[str, ...]] = ("InstanceProfileName",)

    def replaces(self, old: Properties, new: Properties) -> bool:
        return changed(old, new, "InstanceProfileName", "Path")

    def create(self, place: Place, properties: Properties) -> str:
        name = str(properties.get("InstanceProfileName") or place.generated_name())
        place.iam.add_profile(name, properties.get("Path", "/"), list(properties.get("Roles", [])))
        return name

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        del old
        profile = place.iam.profile(physical)
        if profile is None:
            raise IamFailure(f"Resource of type 'AWS::IAM::InstanceProfile' with identifier '{physical}' was not found.")
        profile.roles = [place.iam.need_role(role) for role in new.get("Roles", [])]

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        del properties
        place.iam.remove_profile(physical)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        profile = place.iam.profile(physical)
        return {"Arn": str(profile.arn)} if profile else {}

    def exists(self, place: Place, physical: str) -> bool:
        return place.iam.profile(physical) is not None

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        profile = place.iam.profile(physical)
        expected, actual = list(properties.get("Roles", [])), [role.name for role in profile.roles] if profile else []
        return [] if expected == actual else [Difference("/Roles", compact(expected), compact(actual))]


def _document_difference(properties: Properties, actual: str) -> list[Difference]:
    expected, found = compact(properties["PolicyDocument"]), compact(actual)
    return [] if expected == found else [Difference("/PolicyDocument", expected, found)]
