"""Each role as this rollout deploys it, for everything that says who may assume it: review, explain and groups."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from orchestrator.model.identifiers import OrganizationId, StackSetName, partition_of
from orchestrator.model.names import role_stack_set
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.permissions.roles import Properties, role_facts
from orchestrator.planning.definitions import role_definition

UNKNOWN_ORGANIZATION = OrganizationId("${organization}")
"""Stands for the id where neither rollout.yaml nor AWS says it."""


@dataclass(frozen=True, slots=True)
class DeployedRole:
    """A role with the properties of its role set. One that is not managed has none: who may assume it stands in AWS alone."""

    kind: RoleKind
    role_set: StackSetName
    name: str
    is_managed: bool = True
    properties: Properties = field(default_factory=dict)


def deployed_role(rollout: Rollout, organization: OrganizationId, kind: RoleKind, *, is_attached: bool = False) -> DeployedRole:
    """The role as a plan deploys it; in an account where others made it, it is not managed."""
    role, role_set = rollout.roles[kind], role_stack_set(rollout.prefix, kind)
    if is_attached or not role.managed:
        return DeployedRole(kind, role_set, role.name, is_managed=False)
    definition = role_definition(rollout, organization, kind)
    return DeployedRole(kind, role_set, role.name, properties=role_facts(definition, partition_of(rollout.home_region)).properties)


def deployed_roles(
    rollout: Rollout, organization: OrganizationId, kinds: Iterable[RoleKind] = tuple(RoleKind), attached: Collection[RoleKind] = ()
) -> tuple[DeployedRole, ...]:
    """Those of these kinds that the rollout has, in the order of RoleKind; ``attached`` are those that others made."""
    wanted = frozenset(kinds)
    return tuple(
        deployed_role(rollout, organization, kind, is_attached=kind in attached)
        for kind in RoleKind
        if kind in wanted and kind in rollout.roles
    )
