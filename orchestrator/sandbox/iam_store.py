"""An account's IAM, kept by the emulator so that all its IAM operations see what stacks and tests put there.

The only module that touches the emulator's private classes for IAM, and why it does: its own CloudFormation neither updates roles nor
knows inline role policies, and its HTTP operations would cost a request per change.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from moto.core.exceptions import ServiceException
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, InstanceProfile, ManagedPolicy, Role, iam_backends

from orchestrator.sandbox.conditions import as_values
from orchestrator.sandbox.refusals import Refusal

LARGEST_TRUST = 2_048
LARGEST_INLINE_SUM = 10_240
LARGEST_MANAGED = 6_144
_REGION = "us-east-1"


class IamFailure(Exception):  # noqa: N818 - IAM's own word for it is its code
    """IAM refused; the text is what CloudFormation would show as the reason."""


@cache
def _managed_by_aws() -> Mapping[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = json.loads(aws_managed_policies_data)
    return data


def compact(document: object) -> str:
    """A policy as IAM counts it: without white space. Strings that hold JSON are taken as such."""
    parsed = json.loads(document) if isinstance(document, str) else document
    return json.dumps(parsed, separators=(",", ":"))


class IamStore:
    """The IAM of one account. Documents come back as stored; sizes are IAM's, in characters without white space."""

    def __init__(self, account: str) -> None:
        self.account = account
        self._backend: IAMBackend = iam_backends[account]["aws"]

    # roles

    def roles(self) -> list[Role]:
        return list(self._backend.roles.values())

    def role(self, name: str) -> Role | None:
        return next((role for role in self._backend.roles.values() if role.name == name), None)

    def need_role(self, name: str) -> Role:
        role = self.role(name)
        if role is None:
            raise IamFailure(f"The role with name {name} cannot be found. (Service: Iam, Status Code: 404)")
        return role

    def shows(self, name: str, until: datetime) -> bool:
        """Whether there is a role of that name that was made before a time."""
        role = self.role(name)
        return role is not None and role.create_date.replace(tzinfo=UTC) <= until

    def add_role(self, name: str, trust: str, *, path: str = "/", service: str | None = None, at: datetime | None = None) -> Role:
        if self.role(name):
            raise IamFailure(f"Resource of type 'AWS::IAM::Role' with identifier '{name}' already exists.")
        try:
            role = self._backend.create_role(name, trust, path, None, "", [], "3600", service)
        except ServiceException as error:
            raise IamFailure(str(error)) from error
        role.create_date = at.replace(tzinfo=None) if at else role.create_date
        return role

    def remove_role(self, name: str) -> None:
        role = self.need_role(name)
        if role.managed_policies:
            raise IamFailure("Cannot delete entity, must detach all policies first. (Service: Iam, Status Code: 409)")
        if role.policies:
            raise IamFailure("Cannot delete entity, must delete policies first. (Service: Iam, Status Code: 409)")
        if any(role in profile.roles for profile in self._backend.instance_profiles.values()):
            raise IamFailure("Cannot delete entity, must remove roles from instance profile first. (Service: Iam, Status Code: 409)")
        del self._backend.roles[role.id]

    # inline policies

    def put_inline(self, role_name: str, name: str, document: object) -> None:
        role = self.need_role(role_name)
        text = checked_document(document)
        total = sum(len(compact(body)) for other, body in role.policies.items() if other != name) + len(text)
        if total > LARGEST_INLINE_SUM:
            raise IamFailure(
                f"Maximum policy size of {LARGEST_INLINE_SUM} bytes exceeded for role {role_name} (Service: Iam, Status Code: 409)"
            )
        role.policies[name] = text

    # managed policies

    def policy(self, arn: str) -> ManagedPolicy | None:
        """A policy of the account, or of AWS; the latter are loaded when first asked for, all of them cost seconds."""
        known = self._backend.managed_policies.get(arn)
        prefix = "arn:aws:iam::aws:policy"
        if known is None and arn.startswith(prefix):
            name = arn.rsplit("/", 1)[-1]
            data = _managed_by_aws().get(name)
            if data:
                known = AWSManagedPolicy.from_data(name, self.account, _REGION, data)
                self._backend.managed_policies[arn] = known
        return known

    def need_policy(self, arn: str) -> ManagedPolicy:
        policy = self.policy(arn)
        if policy is None:
            raise IamFailure(f"Policy {arn} does not exist or is not attachable. (Service: Iam, Status Code: 404)")
        return policy

    def add_policy(self, name: str, path: str, document: object, description: str) -> ManagedPolicy:
        text = checked_document(document)
        if len(text) > LARGEST_MANAGED:
            raise IamFailure(f"Cannot exceed quota for PolicySize: {LARGEST_MANAGED} (Service: Iam, Status Code: 409)")
        try:
            return self._backend.create_policy(description, path, text, name, [])
        except ServiceException as error:
            raise IamFailure(f"Resource of type 'AWS::IAM::ManagedPolicy' with identifier '{name}' already exists.") from error

    def change_policy(self, arn: str, document: object) -> None:
        """The new text becomes the default version; the oldest other one makes room, as CloudFormation does."""
        text = checked_document(document)
        policy = self.need_policy(arn)
        policy.versions = [version for version in policy.versions if version.is_default]
        self._backend.create_policy_version(arn, text, set_as_default=True)

    def remove_policy(self, arn: str) -> None:
        if self.need_policy(arn).attachment_count:
            raise IamFailure("Cannot delete a policy attached to entities. (Service: Iam, Status Code: 409)")
        self._backend.delete_policy(arn)

    # instance profiles

    def profile(self, name: str) -> InstanceProfile | None:
        return self._backend.instance_profiles.get(name)

    def add_profile(self, name: str, path: str, roles: list[str]) -> InstanceProfile:
        if self.profile(name):
            raise IamFailure(f"Resource of type 'AWS::IAM::InstanceProfile' with identifier '{name}' already exists.")
        for role in roles:
            self.need_role(role)
        return self._backend.create_instance_profile(name, path, roles)

    def profiles_of(self, role: Role) -> list[InstanceProfile]:
        return [profile for profile in self._backend.instance_profiles.values() if role in profile.roles]

    def remove_profile(self, name: str) -> None:
        self._backend.instance_profiles.pop(name, None)

    def counts(self) -> dict[str, int]:
        """As an account's summary counts."""
        return {"InstanceProfiles": len(self._backend.instance_profiles), "Roles": len(self._backend.roles)}

    # what a role may do

    def documents(self, role: Role) -> list[str]:
        """Every identity policy of a role, inline and managed."""
        managed = [policy_document(policy) for policy in role.managed_policies.values()]
        return [*role.policies.values(), *managed]

    def boundary(self, role: Role) -> str | None:
        """The boundary's document, if there is one; a boundary that cannot be found allows nothing."""
        if not role.permissions_boundary_arn:
            return None
        policy = self.policy(role.permissions_boundary_arn)
        return policy_document(policy) if policy else '{"Statement":[]}'


def policy_document(policy: ManagedPolicy) -> str:
    """The document of the default version."""
    return next(str(version.document) for version in policy.versions if version.is_default)


def checked_document(document: object) -> str:
    """A policy document as text without white space.

    Raises IamFailure when it is no policy.
    """
    try:
        text = compact(document)
        parsed = json.loads(text)
    except (TypeError, ValueError) as error:
        raise IamFailure("Syntax errors in policy. (Service: Iam, Status Code: 400)") from error
    statements = parsed.get("Statement") if isinstance(parsed, dict) else None
    entries = [statements] if isinstance(statements, dict) else statements
    if not entries or not all(isinstance(item, dict) and item.get("Effect") in {"Allow", "Deny"} for item in entries):
        raise IamFailure("Syntax errors in policy. (Service: Iam, Status Code: 400)")
    for resource in (resource for item in entries for key in ("Resource", "NotResource") for resource in as_values(item.get(key, ()))):
        _check_partition(str(resource))
    return text


def _check_partition(resource: str) -> None:
    """The sandbox plays the partition ``aws`` alone."""
    head, _, rest = resource.partition(":")
    partition = rest.partition(":")[0]
    if head == "arn" and partition not in {"aws", "*"}:
        raise IamFailure(f'Partition "{partition}" is not valid for resource "{resource}". (Service: Iam, Status Code: 400)')


def not_found(name: str) -> Refusal:
    return Refusal("NoSuchEntity", f"The role with name {name} cannot be found.")
