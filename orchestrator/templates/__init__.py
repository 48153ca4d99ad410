"""What is deployed: policy documents and CloudFormation templates, rendered from the catalog. Pure."""

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
    "PolicyDocument",
    "PolicyStatement",
    "as_list",
    "catalog_values",
    "group_set_parameters",
    "group_set_template",
    "missing_parameters",
    "policy_document",
    "policy_size",
    "rendered_files",
    "role_parameters",
    "role_template",
    "template_parameters",
]
