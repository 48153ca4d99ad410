"""What is deployed: policy documents and CloudFormation templates, rendered from the catalog. Pure."""

from orchestrator.templates.limits import INLINE_LIMIT, TEMPLATE_LIMIT, TRUST_LIMIT, explain_excess, group_set_size, trust_size
from orchestrator.templates.parameters import given_values
from orchestrator.templates.policy import PolicyDocument, PolicyStatement, as_list, policy_document, policy_size
from orchestrator.templates.template import (
    catalog_values,
    group_set_parameters,
    group_set_template,
    missing_parameters,
    rendered_files,
    role_parameters,
    role_template,
    template_parameters,
)

__all__ = [
    "INLINE_LIMIT",
    "TEMPLATE_LIMIT",
    "TRUST_LIMIT",
    "PolicyDocument",
    "PolicyStatement",
    "as_list",
    "catalog_values",
    "explain_excess",
    "given_values",
    "group_set_parameters",
    "group_set_size",
    "group_set_template",
    "missing_parameters",
    "policy_document",
    "policy_size",
    "rendered_files",
    "role_parameters",
    "role_template",
    "template_parameters",
    "trust_size",
]
