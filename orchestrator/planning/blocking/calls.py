"""The calls that control policies may block: what group sets allow, what StackSets does in an account, how the hub gets in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.model.blockage import Concern
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import EACH_ACCOUNT, AccountId, GroupSetName, Region, StackSetName, account_in, partition_of, role_arn
from orchestrator.model.names import ownership_tags, role_kind_of
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.permissions.trust import ASSUME_ROLE
from orchestrator.planning.definitions import hub_role_arn
from orchestrator.policies.context import ABSENT, Alternatives, valued
from orchestrator.policies.principals import GLOBAL_REGIONS, region_of
from orchestrator.templates.placeholders import fill

EXECUTOR = "stacksets-exec-*"
"""The role StackSets works with in an account: the rest of its name are 32 digits. It is not service-linked: control policies bind it
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html)."""

REQUEST_TAG = "aws:requesttag/"
BOUNDARY = "iam:permissionsboundary"
BOUND_ACTIONS = frozenset({"iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"})
"""Of those StackSets calls, the ones that know the boundary of the role
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html)."""

TAGGING_ACTIONS = frozenset({"iam:CreateRole", "iam:TagRole"})


class Work(StrEnum):
    """What StackSets does with the stack in an account."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Call:
    """An action on resources; ``known`` are keys beyond those of the role, ``absent`` the beginnings of those it lacks.

    In resources ``${account}`` stands for the account it happens in.
    """

    action: str
    resources: tuple[str, ...]
    known: Mapping[str, Alternatives] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Calls that one role makes for one purpose in some accounts; ``role`` is its ARN, with ``${account}`` where it is their own."""

    concern: Concern
    name: str
    role: str
    calls: tuple[Call, ...]

    @property
    def account(self) -> AccountId | None:
        """Whose role it is; None for one of each account."""
        named = account_in(self.role)
        return None if named == EACH_ACCOUNT else AccountId(named)


def by_group_set(rollout: Rollout, catalog: Catalog, name: GroupSetName, parameters: Mapping[str, str], *, is_ours: bool) -> Subject:
    """What the group set allows its role, in any region. ``parameters`` are its StackSet's; tags are known of roles that are ours."""
    partition = partition_of(rollout.home_region)
    values = {"AWS::Partition": partition, "AWS::AccountId": EACH_ACCOUNT, "AWS::Region": rollout.home_region, **parameters}
    resources: dict[str, dict[str, None]] = {}
    for statement in catalog.statements(name):
        filled = dict.fromkeys(text for resource in statement.resources for text in fill(resource, values))
        for action in statement.actions:
            resources.setdefault(action, {}).update(filled)
    role = rollout.roles[catalog.group_sets[name].role]
    tags = {f"aws:principaltag/{key.lower()}": valued(value) for key, value in tags_of(role, rollout).items()} if is_ours else {}
    calls = (Call(action, tuple(where), {**tags, **region_of(action, partition)}) for action, where in resources.items())
    return Subject(Concern.GRANT, name, own_role(rollout, role), tuple(calls))


def by_stack_sets(rollout: Rollout, name: StackSetName, kind: RoleKind, work: Work, *, is_ours: bool) -> Subject:
    """What StackSets calls in an account for this StackSet, from the handlers of CloudFormation's resource types.

    The boundary is known of a role that is ours.
    """
    role, region, partition = rollout.roles[kind], rollout.home_region, partition_of(rollout.home_region)
    stack = f"arn:{partition}:cloudformation:{region}:{EACH_ACCOUNT}:stack/StackSet-{name}-*"
    profile = f"arn:{partition}:iam::{EACH_ACCOUNT}:instance-profile{role.path}{role.name}"
    is_role_set = role_kind_of(rollout.prefix, name) is not None
    calls = [(f"cloudformation:{work}Stack", stack)]
    calls += [(action, own_role(rollout, role)) for action in (ROLE_CALLS if is_role_set else POLICY_CALLS)[work]]
    if is_role_set and kind is RoleKind.PLATFORM:
        calls += [(action, profile) for action in PROFILE_CALLS[work]]
    made = (executor_call(action, resource, role, rollout, is_ours=is_ours) for action, resource in calls)
    return Subject(Concern.ROLLOUT, EXECUTOR, role_arn(partition, EACH_ACCOUNT, f"/{EXECUTOR}"), tuple(made))


ROLE_CALLS: Mapping[Work, Sequence[str]] = {
    Work.CREATE: ("iam:CreateRole", "iam:TagRole", "iam:GetRole"),
    Work.UPDATE: (),
    Work.DELETE: ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:DeleteRole"),
}
"""Which properties of a role an update changes is not known here."""

POLICY_CALLS: Mapping[Work, Sequence[str]] = {
    Work.CREATE: ("iam:GetRolePolicy", "iam:PutRolePolicy"),
    Work.UPDATE: ("iam:GetRolePolicy", "iam:PutRolePolicy"),
    Work.DELETE: ("iam:GetRolePolicy", "iam:DeleteRolePolicy"),
}
PROFILE_CALLS: Mapping[Work, Sequence[str]] = {
    Work.CREATE: ("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:GetInstanceProfile"),
    Work.UPDATE: (),
    Work.DELETE: ("iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"),
}


def executor_call(action: str, resource: str, role: Role, rollout: Rollout, *, is_ours: bool) -> Call:
    known = dict(region_of(action, partition_of(rollout.home_region), rollout.home_region))
    if action in BOUND_ACTIONS and is_ours:
        boundary = role.permissions_boundary
        known[BOUNDARY] = valued(boundary) if boundary else ABSENT
    if action not in TAGGING_ACTIONS:
        return Call(action, (resource,), known)
    # CreateRole may carry the tags, or TagRole may add them: each key is there or not.
    tags = {f"{REQUEST_TAG}{key.lower()}": ((value,), ()) for key, value in tags_of(role, rollout).items()}
    return Call(action, (resource,), {**known, **tags}, (REQUEST_TAG,))


def by_hub(rollout: Rollout, kind: RoleKind) -> Iterator[Subject]:
    """The hub roles that assume this one, by the regional endpoint of STS or the global one."""
    role, partition = rollout.roles[kind], partition_of(rollout.home_region)
    hubs = role.trusted or tuple(hub for hub in (RoleKind.PLATFORM, RoleKind.ACQUISITION) if hub is not kind)
    regions = region_of(ASSUME_ROLE, partition, rollout.home_region, Region(GLOBAL_REGIONS[partition]))
    for hub in (rollout.roles[hub] for hub in hubs if hub in rollout.roles):
        call = Call(ASSUME_ROLE, (own_role(rollout, role),), regions)
        yield Subject(Concern.ENTRY, hub.name, hub_role_arn(rollout, hub, hub.account or ""), (call,))


def own_role(rollout: Rollout, role: Role) -> str:
    return role_arn(partition_of(rollout.home_region), EACH_ACCOUNT, f"{role.path}{role.name}")


def tags_of(role: Role, rollout: Rollout) -> Mapping[str, str]:
    return {**role.tags, **ownership_tags(rollout.prefix)}
