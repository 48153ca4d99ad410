"""What the catalog amounts to: findings of the linter, sizes against the limits of IAM, differences between profiles. Pure."""

from orchestrator.analysis.compare import ProfileDifference, compare_profiles
from orchestrator.analysis.linter.analyse import analyse, unexplained
from orchestrator.analysis.linter.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.linter.finding import Finding, Rule, Severity
from orchestrator.analysis.role_names import unaccepted_names
from orchestrator.analysis.sizes import Size, crowded, overgranted, oversized, sizes

__all__ = [
    "ActionData",
    "ActionFacts",
    "Finding",
    "ProfileDifference",
    "ResourceFacts",
    "Rule",
    "Severity",
    "Size",
    "analyse",
    "compare_profiles",
    "crowded",
    "overgranted",
    "oversized",
    "sizes",
    "unaccepted_names",
    "unexplained",
]
