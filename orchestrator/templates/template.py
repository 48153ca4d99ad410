"""CloudFormation templates: one per group set (one inline policy on one role) and one per role. The text is deployed as it stands."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from orchestrator.model.alteration import REVISION
from orchestrator.model.catalog import Catalog, GroupSet, Parameter, Statement
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.templates.conditions import Parameters, condition_block, list_value, options, template_conditions
from orchestrator.templates.emission import Ref, Sub, Value, dump
from orchestrator.templates.parameters import REVISED, WINDOW, asked_of_role, policy_name, role_name
from orchestrator.templates.placeholders import used
from orchestrator.templates.policy import VERSION, one_or_more
from orchestrator.templates.roles import METADATA, ROLE_PURPOSES, role_outputs, role_resources

COMMENT = "Rendered from config/catalog by `orchestrator render`: change the catalog, not this file."
FORMAT = "2010-09-09"
DEFAULT_PREFIX = "cado"
DESCRIPTION_LIMIT = 1024
"""In bytes (CloudFormation User Guide, "CloudFormation template Description syntax")."""


def group_set_template(catalog: Catalog, name: GroupSetName) -> str:
    """The template of a group set: an AWS::IAM::RolePolicy named ``PolicyName`` on the role ``RoleName``."""
    group_set = catalog.group_sets[name]
    parameters = asked_of_group_set(catalog, name)
    return assemble(
        f"Group set {name} of the {catalog.profile} profile. {group_set.purpose}",
        parameters,
        options(catalog.statements(name), catalog.parameters),
        {"Policy": {"Type": "AWS::IAM::RolePolicy", "Metadata": METADATA, "Properties": policy_properties(catalog, group_set)}},
    )


def role_template(kind: RoleKind) -> str:
    """The template of a role: trust, boundary and tags, and for the platform role an instance profile of the same name."""
    parameters = asked_of_role(kind)
    hanging = tuple(parameter for parameter in parameters if parameter.is_optional)
    return assemble(ROLE_PURPOSES[kind], parameters, hanging, role_resources(kind), role_outputs())


def rendered_files(catalog: Catalog) -> Mapping[str, str]:
    """Every template of the profile, by the name of its file in stacksets/."""
    roles = {f"role-{kind}.yaml": role_template(kind) for kind in RoleKind}
    return roles | {f"{name}.yaml": group_set_template(catalog, name) for name in catalog.group_sets}


def group_set_parameters(catalog: Catalog, name: GroupSetName) -> tuple[str, ...]:
    """Names of the CloudFormation parameters of a group set's template, in its order."""
    return tuple(parameter.logical_name for parameter in asked_of_group_set(catalog, name))


def role_parameters(kind: RoleKind) -> tuple[str, ...]:
    """Names of the CloudFormation parameters of a role's template, in its order."""
    return tuple(parameter.logical_name for parameter in asked_of_role(kind))


def template_parameters(catalog: Catalog, of: GroupSetName | RoleKind) -> tuple[str, ...]:
    """The same for either."""
    return role_parameters(of) if isinstance(of, RoleKind) else group_set_parameters(catalog, of)


def asked_of_group_set(catalog: Catalog, name: GroupSetName) -> tuple[Parameter, ...]:
    """What the template of a group set asks for: its role, its policy's name, and only the catalog parameters it uses."""
    group_set = catalog.group_sets[name]
    own = (role_name(group_set.role), policy_name(f"{DEFAULT_PREFIX}-{name}"), *REVISED, *(WINDOW if group_set.temporary else ()))
    taken = {parameter.name for parameter in own}
    asked = (catalog.parameters[placeholder] for placeholder in used(catalog.statements(name)) if placeholder not in taken)
    return (*own, *asked)


def catalog_values(catalog: Catalog, name: GroupSetName, given: Mapping[str, str]) -> Mapping[str, str]:
    """Values of the catalog parameters one group set uses, keyed as CloudFormation names them.

    ``given`` is ``parameters`` of rollout.yaml, lists joined with commas, and what follows from its ``roles``.
    What is not given takes its default. Raises KeyError for a required parameter that is not given, see ``missing_parameters``.
    """
    asked = (catalog.parameters[used_name] for used_name in used(catalog.statements(name)) if used_name in catalog.parameters)
    return {
        parameter.logical_name: given[parameter.name] if parameter.default is None else given.get(parameter.name, parameter.default)
        for parameter in asked
    }


def missing_parameters(catalog: Catalog, names: Sequence[GroupSetName], given: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Required catalog parameters that these group sets use and ``given`` lacks."""
    asked = dict.fromkeys(placeholder for name in names for placeholder in used(catalog.statements(name)))
    parameters = (catalog.parameters[name] for name in asked if name in catalog.parameters)
    return tuple(parameter for parameter in parameters if parameter.default is None and parameter.name not in given)


def policy_properties(catalog: Catalog, group_set: GroupSet) -> dict[str, Value]:
    first, *others = (statement_value(statement, catalog.parameters) for statement in catalog.statements(group_set.name))
    revised = {**first, "Sid": Sub(f"{first['Sid']}${{{REVISION}}}")}
    return {
        "RoleName": Ref("RoleName"),
        "PolicyName": Ref("PolicyName"),
        "PolicyDocument": {"Version": VERSION, "Statement": [revised, *others]},
    }


def statement_value(statement: Statement, parameters: Parameters) -> Mapping[str, Value]:
    rendered: dict[str, Value] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": one_or_more(statement.actions),
        "Resource": list_value(statement.resources),
    }
    condition = condition_block(statement.conditions, parameters)
    return rendered if condition is None else {**rendered, "Condition": condition}


def assemble(
    description: str,
    parameters: Sequence[Parameter],
    hanging: Sequence[Parameter],
    resources: Mapping[str, Value],
    outputs: Mapping[str, Value] = MappingProxyType({}),
) -> str:
    conditions = template_conditions(hanging)
    template: dict[str, Value] = {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": description.strip().encode()[:DESCRIPTION_LIMIT].decode(errors="ignore"),
        "Parameters": {parameter.logical_name: parameter_value(parameter) for parameter in parameters},
        **({"Conditions": conditions} if conditions else {}),
        "Resources": resources,
        **({"Outputs": outputs} if outputs else {}),
    }
    return dump(template, COMMENT)


def parameter_value(parameter: Parameter) -> Mapping[str, Value]:
    value: dict[str, Value] = {
        "Type": "CommaDelimitedList" if parameter.is_list else "String",
        "Description": parameter.description,
    }
    if parameter.default is not None:
        value["Default"] = parameter.default
    return {**value, "AllowedPattern": parameter.pattern, "ConstraintDescription": parameter.constraint}
