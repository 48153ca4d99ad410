"""Where a rollout lives in AWS, and the settings of its operations."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestrator.model.identifiers import OuId, Region
from orchestrator.model.rollout import CallAs, Pace

if TYPE_CHECKING:
    from types_boto3_cloudformation.literals import CallAsType
    from types_boto3_cloudformation.type_defs import DeploymentTargetsTypeDef, StackSetOperationPreferencesUnionTypeDef

PAGE = 100
"""The most rows StackSets gives in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``root`` is what StackSets target; the accounts of an operation are then picked by intersection.

    ``salt`` is the rollout's own for the fingerprints of external ids.
    """

    prefix: str
    salt: str
    home_region: Region
    root: OuId
    caller: CallAs = CallAs.SELF
    pace: Pace = field(default_factory=Pace)

    @property
    def call_as(self) -> "CallAsType":
        """CallAs, which every StackSets call carries, reads included."""
        return spelled(self.caller)

    def is_ours(self, name: str) -> bool:
        """Whether a StackSet or stack bears one of our names; its tags say whether it is ours."""
        return name.startswith(f"{self.prefix}-")

    def targets(self, accounts: tuple[str, ...]) -> "DeploymentTargetsTypeDef":
        """Exactly these accounts: those of the root that are also in the list."""
        # The default filter is UNION, which CreateStackInstances refuses: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
        return {"OrganizationalUnitIds": [self.root], "Accounts": list(accounts), "AccountFilterType": "INTERSECTION"}

    def preferences(self) -> "StackSetOperationPreferencesUnionTypeDef":
        # AWS's defaults: one account at a time, stop at the first failure. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
        return {
            "RegionConcurrencyType": "PARALLEL",
            "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
            "MaxConcurrentPercentage": self.pace.max_concurrent_percent,
            "FailureTolerancePercentage": self.pace.failure_tolerance_percent,
        }

    def looking(self) -> "StackSetOperationPreferencesUnionTypeDef":
        """The same for drift detection: accounts that cannot be checked do not stop it for the others."""
        return {**self.preferences(), "FailureTolerancePercentage": 100}


def spelled(caller: CallAs) -> "CallAsType":
    """As StackSets spells it."""
    return "DELEGATED_ADMIN" if caller is CallAs.DELEGATED_ADMIN else "SELF"
