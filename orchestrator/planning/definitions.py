"""What each StackSet deploys: the rendered template, and every parameter given explicitly so that nothing hides in a default."""

from collections.abc import Iterable, Mapping

from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.alteration import NOT_REVISED
from orchestrator.model.catalog import Catalog, Parameter
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, fingerprint, salt_of
from orchestrator.model.identifiers import EACH_ACCOUNT, GroupSetName, OrganizationId, account_in, partition_of, role_arn
from orchestrator.model.names import group_stack_set, ownership_tags
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Definition
from orchestrator.templates import (
    catalog_values,
    given_values,
    group_set_parameters,
    group_set_template,
    missing_parameters,
    role_parameters,
    role_template,
)
from orchestrator.temporary.windows import CLOSED, window_parameters

HUB, FORMER_HUB, TRUSTED_ROLES = "HubAccount", "FormerHubAccount", "TrustedRoleArns"
"""Parameters of role sets: which hub is trusted, and by which ARNs."""


def role_definition(rollout: Rollout, organization: OrganizationId, kind: RoleKind) -> Definition:
    """The role set of one role. The external id appears as its fingerprint."""
    role = rollout.roles[kind]
    values = {
        "RoleName": role.name,
        "Path": role.path,
        "MaxSession": str(role.max_session),
        **boundary_values(role.permissions_boundary or ""),
        "OrganizationId": organization,
        HUB: rollout.hub_account or "",
        FORMER_HUB: "",
        TRUSTED_ROLES: ",".join(trusted_arns(rollout, role)),
        "TrustedRole": f"{platform.path}{platform.name}" if (platform := rollout.roles.get(RoleKind.PLATFORM)) else "",
        EXTERNAL_ID_PARAMETER: fingerprint(role.external_id or "", salt_of(organization, rollout.prefix)),
        "Rollout": rollout.prefix,
        **NOT_REVISED,
    }
    parameters = {name: values[name] for name in role_parameters(kind)}
    return Definition(role_template(kind), parameters, {**role.tags, **ownership_tags(rollout.prefix)})


def boundary_values(arn: str) -> Mapping[str, str]:
    """The ARN as it stands, or with ``${account}`` in it the policy's name, which CloudFormation completes in each account."""
    is_own = account_in(arn) == EACH_ACCOUNT if arn else False
    return {"PermissionsBoundary": "" if is_own else arn, "OwnBoundary": arn.partition(":policy/")[2] if is_own else ""}


def hub_role_arns(rollout: Rollout) -> tuple[str, ...]:
    """The exact ARNs of the roles in the hub."""
    return tuple(role_arns(rollout, (kind for kind in RoleKind if kind.is_hub)))


def trusted_arns(rollout: Rollout, role: Role) -> Iterable[str]:
    """The exact ARNs of the hub roles that may assume this one; unless said otherwise the hub roles other than itself."""
    return role_arns(rollout, role.trusted or (kind for kind in RoleKind if kind.is_hub and kind is not role.kind))


def role_arns(rollout: Rollout, kinds: Iterable[RoleKind]) -> Iterable[str]:
    trusted = (rollout.roles[kind] for kind in kinds if kind in rollout.roles)
    return (hub_role_arn(rollout, hub, hub.account or "") for hub in trusted)


def hub_role_arn(rollout: Rollout, hub: Role, account: str) -> str:
    """The ARN of a hub role in this account."""
    return role_arn(partition_of(rollout.home_region), account, f"{hub.path}{hub.name}")


def group_set_definition(rollout: Rollout, organization: OrganizationId, catalog: Catalog, name: GroupSetName) -> Definition:
    """The StackSet of one group set; a temporary one's window is closed but for the overrides of its instances.

    Raises ConfigurationError for a required parameter that rollout.yaml does not set.
    """
    given = given_values(rollout, organization)
    if missing := missing_parameters(catalog, [name], given):
        raise ConfigurationError([explain_missing(name, parameter) for parameter in missing])
    values = {
        **catalog_values(catalog, name, given),
        "RoleName": rollout.roles[catalog.group_sets[name].role].name,
        "PolicyName": group_stack_set(rollout.prefix, name),
        **NOT_REVISED,
        **window_parameters(CLOSED),
    }
    parameters = {parameter: values[parameter] for parameter in group_set_parameters(catalog, name)}
    return Definition(group_set_template(catalog, name), parameters, ownership_tags(rollout.prefix))


def explain_missing(name: GroupSetName, parameter: Parameter) -> Problem:
    return Problem("parameters", f'group set "{name}" needs parameter "{parameter.name}".', f"Set parameters.{parameter.name}.")
