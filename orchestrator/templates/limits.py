"""Limits of IAM and CloudFormation, and sizes with the values of one rollout. Account and partition count at their longest."""

from collections.abc import Mapping

from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import policy_document, policy_size
from orchestrator.templates.trust import trust_document

INLINE_LIMIT = 10_240
"""Characters of all inline policies of one role together, white space not counted
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""
TRUST_LIMIT = 2_048
"""Characters of a trust policy, before any quota increase (IAM quotas)."""
TEMPLATE_LIMIT = 51_200
"""Bytes of a template body in one call (CloudFormation quotas)."""
PARAMETER_LIMIT = 4_096
"""Bytes of the value of a parameter (CloudFormation quotas)."""

LONGEST_PSEUDO = {"AWS::Partition": "aws-us-gov", "AWS::AccountId": "111111111111", "AWS::Region": "us-gov-west-1"}
OPEN_WINDOW = {"NotBefore": "2026-01-31T00:00:00Z", "NotAfter": "2026-01-31T00:00:00Z"}


def group_set_size(catalog: Catalog, name: GroupSetName, parameters: Mapping[str, str]) -> int:
    """Characters of one inline policy. ``parameters`` are those of its StackSet."""
    return policy_size(policy_document(catalog.statements(name), values={**OPEN_WINDOW, **LONGEST_PSEUDO, **parameters}))


def trust_size(kind: RoleKind, parameters: Mapping[str, str]) -> int:
    """Characters of a trust policy. ``parameters`` are those of the role's StackSet."""
    return policy_size(trust_document(kind, values={**LONGEST_PSEUDO, **parameters}))


def explain_excess(role: str, sizes: Mapping[GroupSetName, int]) -> str | None:
    """Why these group sets do not fit on one role, each with its size, the largest first; None when they do."""
    total = sum(sizes.values())
    if total <= INLINE_LIMIT:
        return None
    parts = ", ".join(f"{name} {size:,}" for name, size in sorted(sizes.items(), key=lambda item: -item[1]))
    return f"the {role} role would hold {total:,} characters of inline policies, the limit is {INLINE_LIMIT:,}: {parts}."
