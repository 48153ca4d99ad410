"""What CloudFormation calls for a resource of a stack, with the rights of who asked for the stack's operation.

From the handlers in the schemas of the resource types (CloudFormation registry), as far as the properties call for them. Types that only
foreign stacks have are not asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.resources import Difference, Place, Properties, ResourceType, changed

Needs = Iterator[tuple[str, str]]
"""Actions, each with the ARN it is for."""


class Calls(Protocol):
    """The calls of one type of resource."""

    def create(self, place: Place, new: Properties) -> Needs: ...

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> Needs: ...

    def delete(self, place: Place, physical: str, old: Properties) -> Needs: ...

    def read(self, place: Place, physical: str) -> Needs: ...


@dataclass(frozen=True, slots=True)
class Guarded:
    """A type of resource whose calls are asked for before it acts. Raises IamFailure for the first one that is refused."""

    kind: ResourceType
    calls: Calls

    @property
    def identified_by(self) -> tuple[str, ...]:
        return self.kind.identified_by

    def replaces(self, old: Properties, new: Properties) -> bool:
        return self.kind.replaces(old, new)

    def create(self, place: Place, properties: Properties) -> str:
        ask(place, self.calls.create(place, properties))
        return self.kind.create(place, properties)

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None:
        ask(place, self.calls.update(place, physical, old, new))
        self.kind.update(place, physical, old, new)

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        ask(place, self.calls.delete(place, physical, properties))
        self.kind.delete(place, physical, properties)

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        return self.kind.attributes(place, physical)

    def exists(self, place: Place, physical: str) -> bool:
        ask(place, self.calls.read(place, physical))
        return self.kind.exists(place, physical)

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        return self.kind.differences(place, physical, properties)


def ask(place: Place, needs: Needs) -> None:
    for action, arn in needs:
        place.ask(action, arn)


class RoleCalls:
    def create(self, place: Place, new: Properties) -> Needs:
        arn = f"arn:aws:iam::{place.iam.account}:role{new.get('Path', '/')}{new.get('RoleName') or place.generated_name()}"
        yield "iam:CreateRole", arn
        yield from _when(place.tags or new.get("Tags"), "iam:TagRole", arn)
        yield from _when(new.get("Policies"), "iam:PutRolePolicy", arn)
        yield from _when(new.get("ManagedPolicyArns"), "iam:AttachRolePolicy", arn)
        yield "iam:GetRole", arn

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> Needs:
        arn = role_arn(place.iam, physical)
        yield from _when(changed(old, new, "AssumeRolePolicyDocument"), "iam:UpdateAssumeRolePolicy", arn)
        yield from _when(changed(old, new, "Description", "MaxSessionDuration"), "iam:UpdateRole", arn)
        yield from _when(changed(old, new, "Description"), "iam:UpdateRoleDescription", arn)
        is_bound = bool(new.get("PermissionsBoundary"))
        action = "iam:PutRolePermissionsBoundary" if is_bound else "iam:DeleteRolePermissionsBoundary"
        yield from _when(changed(old, new, "PermissionsBoundary"), action, arn)
        yield from _when(changed(old, new, "Policies"), "iam:PutRolePolicy", arn)
        yield from _when(changed(old, new, "ManagedPolicyArns"), "iam:AttachRolePolicy", arn)
        yield from self._tagging(place, physical, new)

    def _tagging(self, place: Place, physical: str, new: Properties) -> Needs:
        role, arn = place.iam.role(physical), role_arn(place.iam, physical)
        before = {tag["Key"]: tag["Value"] for tag in role.tags} if role else {}
        after = dict(place.tags) | {tag["Key"]: str(tag["Value"]) for tag in new.get("Tags", [])}
        yield from _when(after.items() - before.items(), "iam:TagRole", arn)
        yield from _when(before.keys() - after.keys(), "iam:UntagRole", arn)

    def delete(self, place: Place, physical: str, old: Properties) -> Needs:
        arn = role_arn(place.iam, physical)
        yield "iam:GetRole", arn
        if place.iam.role(physical) is None:
            return
        yield "iam:ListAttachedRolePolicies", arn
        yield "iam:ListRolePolicies", arn
        yield from _when(old.get("Policies"), "iam:DeleteRolePolicy", arn)
        yield from _when(old.get("ManagedPolicyArns"), "iam:DetachRolePolicy", arn)
        yield "iam:DeleteRole", arn

    def read(self, place: Place, physical: str) -> Needs:
        role, arn = place.iam.role(physical), role_arn(place.iam, physical)
        yield "iam:GetRole", arn
        if role is not None:
            yield "iam:ListAttachedRolePolicies", arn
            yield "iam:ListRolePolicies", arn
            yield from _when(role.policies, "iam:GetRolePolicy", arn)


class RolePolicyCalls:
    def create(self, place: Place, new: Properties) -> Needs:
        return self._with("iam:PutRolePolicy", role_arn(place.iam, new["RoleName"]))

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> Needs:
        del physical, old
        return self._with("iam:PutRolePolicy", role_arn(place.iam, new["RoleName"]))

    def delete(self, place: Place, physical: str, old: Properties) -> Needs:
        del physical
        return self._with("iam:DeleteRolePolicy", role_arn(place.iam, old["RoleName"]))

    def read(self, place: Place, physical: str) -> Needs:
        yield "iam:GetRolePolicy", role_arn(place.iam, physical.partition("|")[2])

    def _with(self, action: str, arn: str) -> Needs:
        yield "iam:GetRolePolicy", arn
        yield action, arn


class InstanceProfileCalls:
    def create(self, place: Place, new: Properties) -> Needs:
        name = f"{new.get('Path', '/')}{new.get('InstanceProfileName') or place.generated_name()}"
        arn = f"arn:aws:iam::{place.iam.account}:instance-profile{name}"
        yield "iam:CreateInstanceProfile", arn
        yield from self._roles(place, new, arn)
        yield "iam:GetInstanceProfile", arn

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> Needs:
        if changed(old, new, "Roles"):
            arn = profile_arn(place.iam, physical)
            yield "iam:RemoveRoleFromInstanceProfile", arn
            yield from self._roles(place, new, arn)

    def delete(self, place: Place, physical: str, old: Properties) -> Needs:
        del old
        arn = profile_arn(place.iam, physical)
        yield "iam:GetInstanceProfile", arn
        profile = place.iam.profile(physical)
        if profile is not None:
            yield from _when(profile.roles, "iam:RemoveRoleFromInstanceProfile", arn)
            yield "iam:DeleteInstanceProfile", arn

    def read(self, place: Place, physical: str) -> Needs:
        yield "iam:GetInstanceProfile", profile_arn(place.iam, physical)

    def _roles(self, place: Place, new: Properties, arn: str) -> Needs:
        for role in new.get("Roles", []):
            yield "iam:PassRole", role_arn(place.iam, role)
            yield "iam:AddRoleToInstanceProfile", arn


def _when(condition: object, action: str, arn: str) -> Needs:
    if condition:
        yield action, arn


def role_arn(iam: IamStore, name: str) -> str:
    """A role that is not there is known by its name alone."""
    role = iam.role(name)
    return str(role.arn) if role else f"arn:aws:iam::{iam.account}:role/{name}"


def profile_arn(iam: IamStore, name: str) -> str:
    profile = iam.profile(name)
    return str(profile.arn) if profile else f"arn:aws:iam::{iam.account}:instance-profile/{name}"
