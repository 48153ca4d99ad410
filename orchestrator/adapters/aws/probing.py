"""Looks into accounts: the roles of the rollout as IAM shows them, further roles with its tags, and whether hub roles get in.

GetAccountAuthorizationDetails would take fewer calls, but gives every policy of every role of the account, megabytes where there are
hundreds of roles, and no session lengths; GetRole and its like read what is ours alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.entrances import HubRoles
from orchestrator.adapters.aws.errors import RAISED, as_reason, speaking, translate
from orchestrator.adapters.aws.origins import named_like, read_managed, read_origin
from orchestrator.adapters.aws.spread import stream
from orchestrator.adapters.aws.values import read_tags
from orchestrator.errors import OrchestratorError
from orchestrator.model.fingerprint import fingerprint
from orchestrator.model.inside import DEFAULT_SESSION, InsideRole, InstanceProfile, Question, RoleSettings, Sight, UnexpectedRole
from orchestrator.permissions.resolution import mapping, texts
from orchestrator.permissions.trust import EXTERNAL_ID_KEY
from orchestrator.templates.parameters import ROLE_NAMES
from orchestrator.templates.roles import ROLE_PURPOSES

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import InstanceProfileTypeDef, RoleTypeDef

THREADS = 12
LARGEST_PAGE = 1_000
ANY = "*"
DESCRIPTIONS = tuple(ROLE_PURPOSES.values())
OF_SERVICES = "/aws-service-role/"


@dataclass(frozen=True, slots=True)
class Marks:
    """By what further roles of the rollout are known: its tags; and by what those whose tags are worth reading.

    Roles cannot be found by tag: GetResources knows none of them
    (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html), and ListRoles gives no tags
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html).
    """

    tags: Mapping[str, str]
    names: frozenset[str]
    hub_account: str

    def is_candidate(self, role: "RoleTypeDef") -> bool:
        """One of our names, by rollout.yaml or by default, the description of a role of ours, or trust in the hub."""
        is_named = role["RoleName"] in self.names or role["RoleName"] in ROLE_NAMES.values()
        return is_named or role.get("Description", "").startswith(DESCRIPTIONS) or self.trusts_hub(role)

    def trusts_hub(self, role: "RoleTypeDef") -> bool:
        return bool(self.hub_account) and f":{self.hub_account}:" in str(role.get("AssumeRolePolicyDocument"))


class AccountProber:
    """ports.Prober on IAM and STS. ``salt`` is that of the rollout's fingerprints: no external id leaves this module."""

    def __init__(self, access: AccountAccess, hub_roles: HubRoles, marks: Marks, salt: str) -> None:
        self._access = access
        self._hub_roles = hub_roles
        self._marks = marks
        self._salt = salt

    def look(self, questions: Iterable[Question]) -> Iterator[Sight]:
        return stream(self._look, questions, THREADS)

    def _look(self, question: Question) -> Sight:
        try:
            with speaking(f"look into account {question.account}"), self._access.iam_in(question.account) as client:
                return self._read(client, question)
        except OrchestratorError as error:
            return Sight(question.account, error=as_reason(error))

    def _read(self, client: "IAMClient", question: Question) -> Sight:
        names = dict.fromkeys((*question.roles, *named_like(client, question.names)))
        reads = (partial(self._read_role, client, name, question) for name in names)
        roles = {role.name: role for role in map(unless_absent, reads) if role is not None}
        unexpected, unsearched = self._search(client, question) if question.with_search else ((), "")
        return Sight(question.account, roles, unexpected, self._hub_roles.enter(question, roles), unsearched=unsearched)

    def _read_role(self, client: "IAMClient", name: str, question: Question) -> InsideRole:
        settings, attached = self._settings(client.get_role(RoleName=name)["Role"]), tuple(read_attached(client, name))
        return InsideRole(
            name=name,
            settings=settings,
            policies=dict(read_policies(client, name)),
            attached=attached,
            profiles=dict(read_profiles(client, name)) if name in question.with_profiles else {},
            origin=read_origin(self._access.session_in(question.account), name, settings.tags) if question.with_origin else None,
            managed=dict(read_managed(client, attached)) if question.with_origin else {},
        )

    def _settings(self, role: "RoleTypeDef") -> RoleSettings:
        return RoleSettings(
            path=role["Path"],
            trust=mapping(hide_ids(role.get("AssumeRolePolicyDocument"), self._salt)),
            max_session=role.get("MaxSessionDuration", DEFAULT_SESSION),
            boundary=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            tags=read_tags(role.get("Tags", [])),
        )

    def _search(self, client: "IAMClient", question: Question) -> tuple[tuple[UnexpectedRole, ...], str]:
        """Further roles with our tags, and why they could not be looked for."""
        try:
            pages = client.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": LARGEST_PAGE})
            found = (role for page in pages for role in page["Roles"] if not role["Path"].startswith(OF_SERVICES))
            candidates = [role for role in found if role["RoleName"] not in question.roles and self._marks.is_candidate(role)]
            return tuple(UnexpectedRole(role["RoleName"], role["Path"]) for role in candidates if self._is_tagged(client, role)), ""
        except RAISED as error:
            return (), translate(error, "list the roles").message

    def _is_tagged(self, client: "IAMClient", role: "RoleTypeDef") -> bool:
        pages = client.get_paginator("list_role_tags").paginate(RoleName=role["RoleName"])
        return self._marks.tags.items() <= read_tags(tag for page in pages for tag in page["Tags"]).items()


def read_policies(client: "IAMClient", role_name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Inline policies; botocore decodes the documents."""
    for page in client.get_paginator("list_role_policies").paginate(RoleName=role_name):
        for name in page["PolicyNames"]:
            yield name, mapping(client.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"])


def read_attached(client: "IAMClient", role_name: str) -> Iterator[str]:
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=role_name):
        yield from (policy.get("PolicyArn", "") for policy in page["AttachedPolicies"])


def read_profiles(client: "IAMClient", role_name: str) -> Iterator[tuple[str, InstanceProfile]]:
    """The one of the role's name, and every one the role is in."""
    for page in client.get_paginator("list_instance_profiles_for_role").paginate(RoleName=role_name):
        yield from map(read_profile, page["InstanceProfiles"])
    own = unless_absent(lambda: client.get_instance_profile(InstanceProfileName=role_name)["InstanceProfile"])
    if own is not None:
        yield read_profile(own)


def read_profile(profile: "InstanceProfileTypeDef") -> tuple[str, InstanceProfile]:
    return profile["InstanceProfileName"], InstanceProfile(profile["Path"], tuple(role["RoleName"] for role in profile["Roles"]))


def hide_ids(value: object, salt: str, key: str = "") -> object:
    """The trust policy with fingerprints in place of external ids."""
    match value:
        case Mapping():
            return {name: hide_ids(item, salt, str(name)) for name, item in value.items()}
        case list() if key.lower() != EXTERNAL_ID_KEY:
            return [hide_ids(item, salt) for item in value]
        case _ if key.lower() == EXTERNAL_ID_KEY:
            return [text if text == ANY else fingerprint(text, salt) for text in texts(value)]
        case _:
            return value
