"""Guardrails as AWS Organizations takes them: service control policies with the values of one rollout. Rendered, never attached."""

import json
from collections.abc import Callable, Iterable, Mapping

from orchestrator.model.catalog import Catalog
from orchestrator.model.guardrail import Guardrail, GuardrailStatement
from orchestrator.model.identifiers import partition_of
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.templates.effective import deployed_values, is_known
from orchestrator.templates.parameters import given_values
from orchestrator.templates.placeholders import logical_name, used
from orchestrator.templates.policy import VERSION, fill_statement

SCP_LIMIT = 5_120
"""Characters of a service control policy, white space included where it is uploaded as it stands
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html)."""


def guardrail_files(guardrails: Iterable[Guardrail], rollout: Rollout, catalog: Catalog) -> Mapping[str, str]:
    """The text of each file by its path; one without any statement is none."""
    values = guardrail_values(rollout, catalog)
    documents = {guardrail.path: guardrail_document(guardrail, values) for guardrail in guardrails}
    return {path: json.dumps(document, indent=1) + "\n" for path, document in documents.items() if document["Statement"]}


def guardrail_document(guardrail: Guardrail, values: Mapping[str, str]) -> Mapping[str, object]:
    """The policy without the statements whose values are not known: a Deny that loses a condition denies more than it should."""
    found = (each.statement for each in guardrail.statements if is_complete(each, values))
    return {"Version": VERSION, "Statement": [{**fill_statement(statement, values), "Effect": "Deny"} for statement in found]}


def is_complete(entry: GuardrailStatement, values: Mapping[str, str]) -> bool:
    return all(values.get(logical_name(name)) for name in (*used([entry.statement]), *entry.when_set))


def guardrail_values(rollout: Rollout, catalog: Catalog) -> Mapping[str, str]:
    """By CloudFormation's names, lists joined with commas; empty for what is not known."""
    known = {name: value for name, value in deployed_values(catalog, given_values(rollout)).items() if is_known(value)}
    return {**known, **{logical_name(name): value_in(rollout) for name, value_in in OWN_VALUES.items()}}


def arns(rollout: Rollout, kinds: Iterable[RoleKind], kind: str = "role", *, managed_only: bool = False) -> str:
    """``*`` stands for the account of a role that is in many."""
    start = f"arn:{partition_of(rollout.home_region)}:iam"
    roles = (role for role in rollout.roles.values() if role.kind in kinds and (role.managed or not managed_only))
    return ",".join(f"{start}::{role.account or '*'}:{kind}{role.path}{role.name}" for role in roles)


HUB = (RoleKind.PLATFORM, RoleKind.ACQUISITION)

OWN_VALUES: Mapping[str, Callable[[Rollout], str]] = {
    "managed_roles": lambda rollout: arns(rollout, RoleKind, managed_only=True),
    "instance_profiles": lambda rollout: arns(rollout, [RoleKind.PLATFORM], "instance-profile", managed_only=True),
    "assumed_roles": lambda rollout: arns(rollout, [RoleKind.SPOKE, RoleKind.DISCOVERY]),
    "hub_roles": lambda rollout: arns(rollout, HUB),
    "our_roles": lambda rollout: arns(rollout, [*HUB, RoleKind.SPOKE]),
    "prefix": lambda rollout: rollout.prefix,
    "organization": lambda rollout: rollout.organization_id or "",
    "partition": lambda rollout: partition_of(rollout.home_region),
}
"""What guardrails may name beside the parameters of the catalog."""
