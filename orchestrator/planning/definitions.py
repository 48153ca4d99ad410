"""What each StackSet deploys: the rendered template, and every parameter given explicitly so that nothing hides in a default."""

from collections.abc import Iterable

from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.catalog import Catalog
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, fingerprint
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Definition
from orchestrator.planning.names import group_stack_set, ownership_tags
from orchestrator.planning.windows import CLOSED, window_parameters
from orchestrator.templates import group_set_parameters, group_set_template, role_parameters, role_template


def role_definition(rollout: Rollout, organization: Organization, kind: RoleKind, partition: str = "aws") -> Definition:
    """The role set of one role. The external id appears as its fingerprint."""
    role = rollout.roles[kind]
    values = {
        "RoleName": role.name,
        "Path": role.path,
        "MaxSession": str(role.max_session),
        "PermissionsBoundary": role.permissions_boundary or "",
        "OrganizationId": organization.id,
        "HubAccount": rollout.hub_account or "",
        "TrustedRoleArns": ",".join(trusted_arns(rollout, role, partition)),
        EXTERNAL_ID_PARAMETER: fingerprint(role.external_id or ""),
        "Rollout": rollout.prefix,
    }
    parameters = {name: values[name] for name in role_parameters(kind)}
    return Definition(role_template(kind), parameters, {**role.tags, **ownership_tags(rollout.prefix)})


def trusted_arns(rollout: Rollout, role: Role, partition: str) -> Iterable[str]:
    """The exact ARNs of the hub roles that may assume this one."""
    trusted = (rollout.roles[kind] for kind in role.trusted if kind in rollout.roles)
    return (f"arn:{partition}:iam::{hub.account}:role{hub.path}{hub.name}" for hub in trusted)


def group_set_definition(rollout: Rollout, catalog: Catalog, name: GroupSetName) -> Definition:
    """The StackSet of one group set; a temporary one's window is closed but for the overrides of its instances.

    Raises ConfigurationError for a required parameter that rollout.yaml does not set.
    """
    group_set = catalog.group_sets[name]
    values = {
        **{parameter.logical_name: parameter.default for parameter in catalog.parameters.values() if parameter.default is not None},
        **{catalog.parameters[key].logical_name: value for key, value in rollout.parameters.items() if key in catalog.parameters},
        "RoleName": rollout.roles[group_set.role].name,
        "PolicyName": group_stack_set(rollout.prefix, name),
        **window_parameters(CLOSED),
    }
    wanted = group_set_parameters(catalog, name)
    if missing := [parameter for parameter in wanted if parameter not in values]:
        raise ConfigurationError([missing_parameter(catalog, name, logical_name) for logical_name in missing])
    tags = ownership_tags(rollout.prefix)
    return Definition(group_set_template(catalog, name), {parameter: values[parameter] for parameter in wanted}, tags)


def missing_parameter(catalog: Catalog, name: GroupSetName, logical_name: str) -> Problem:
    key = next((key for key, parameter in catalog.parameters.items() if parameter.logical_name == logical_name), logical_name)
    return Problem("parameters", f'group set "{name}" needs parameter "{key}".', f"Set parameters.{key} in rollout.yaml.")
