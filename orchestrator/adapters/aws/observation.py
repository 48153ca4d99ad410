"""What the StackSets of one rollout are: their definitions, their instances in the home region, the windows of temporary ones.

Costs a call per hundred StackSets, and for each of ours one call and one per hundred instances. Foreign ones are named and
described, and their instances are not read: whatever they do is no reason to call a plan stale.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.spread import spread
from orchestrator.adapters.aws.values import (
    foreign_definition,
    is_foreign,
    is_of_another_rollout,
    read_parameters,
    read_tags,
    read_template,
    read_window,
)
from orchestrator.errors import OrchestratorError
from orchestrator.model.alteration import Alteration
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ListStackInstancesInputPaginateTypeDef, StackInstanceSummaryTypeDef

PAGE = 100
SUSPENDED = "SKIPPED_SUSPENDED_ACCOUNT"
"""The detailed status of an instance in a suspended account; its status may be CURRENT."""

DRIFTED = "DRIFTED"
"""The result of the last drift detection, if there was one."""

LOST = "UNKNOWN"
"""Documented as reserved for future use (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html).
Not in sync in any case: an instance that could not be compared, such as one whose stack was deleted in the account, counts as drifted."""

DIFFERS = "differs from its template"

GONE = frozenset({"StackSetNotFoundException", "StackInstanceNotFoundException", "OperationNotFoundException"})


class StackSetReader:
    """Reads; changes nothing."""

    def __init__(self, source: ClientSource, site: Site) -> None:
        self._source = source
        self._site = site

    @property
    def client(self) -> "CloudFormationClient":
        return self._source.client("cloudformation", region=self._site.home_region)

    def observe(self, windowed: Collection[StackSetName]) -> dict[Place, Unit]:
        """Every StackSet that bears one of our names. Instances of those in ``windowed`` come with their windows."""
        with speaking("read the StackSets"):
            found = spread(lambda name: (name, self._read(name, with_windows=name in windowed)), sorted(self._names()))
        return {Place(name): unit for name, unit in found if unit is not None}

    def describe(self, name: StackSetName) -> Unit | None:
        """The StackSet without its instances; None when there is none of this name."""
        try:
            described = self.client.describe_stack_set(StackSetName=name, CallAs=self._site.call_as)["StackSet"]
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise
        if described.get("Status") == "DELETED":
            return None
        tags = read_tags(described.get("Tags", []))
        if is_foreign(tags, self._site.prefix):
            return Unit(foreign_definition(tags), is_foreign=True)
        parameters = read_parameters(described.get("Parameters", []), self._site.salt)
        definition = Definition(read_template(described.get("TemplateBody", "")), parameters, tags)
        return Unit(definition, auto_deploys=described.get("AutoDeployment", {}).get("Enabled", False))

    def trusted_access(self) -> TrustedAccess | Unknown:
        """Unknown when the caller may not ask."""
        try:
            with speaking("ask for trusted access for StackSets"):
                status = self.client.describe_organizations_access(CallAs=self._site.call_as)["Status"]
        except OrchestratorError as error:
            return Unknown(error.message)
        return TrustedAccess(status) if status in set(TrustedAccess) else Unknown(f"AWS calls it {status}.")

    def definition(self, name: StackSetName) -> Definition | None:
        """None when there is no such StackSet."""
        described = self.describe(name)
        return described.definition if described else None

    def instances(self, name: StackSetName) -> dict[AccountId, Instance]:
        """Those in the home region, without windows; empty when there is no such StackSet."""
        return {AccountId(summary.get("Account", "")): read_instance(summary) for summary in self.summaries(name)}

    def summaries(self, name: StackSetName, last_operation: str | None = None) -> Iterator["StackInstanceSummaryTypeDef"]:
        """The instances in the home region as AWS lists them; with ``last_operation`` those it was the last to work on.

        None of them when there is no such StackSet.
        """
        request: ListStackInstancesInputPaginateTypeDef = {
            "StackSetName": name,
            "CallAs": self._site.call_as,
            "PaginationConfig": {"PageSize": PAGE},
        }
        if last_operation is not None:
            request["Filters"] = [{"Name": "LAST_OPERATION_ID", "Values": last_operation}]
        try:
            for page in self.client.get_paginator("list_stack_instances").paginate(**request):
                yield from (summary for summary in page["Summaries"] if summary.get("Region") == self._site.home_region)
        except ClientError as error:
            if code_of(error) not in GONE:
                raise

    def _names(self) -> Iterator[StackSetName]:
        paginator = self.client.get_paginator("list_stack_sets")
        for page in paginator.paginate(Status="ACTIVE", CallAs=self._site.call_as, PaginationConfig={"PageSize": PAGE}):
            names = (summary.get("StackSetName", "") for summary in page["Summaries"])
            yield from (StackSetName(name) for name in names if self._site.is_ours(name))

    def _read(self, name: StackSetName, *, with_windows: bool) -> Unit | None:
        """None when it was deleted since it was listed, or belongs to a rollout whose prefix begins with ours."""
        described = self.describe(name)
        if described is None or is_of_another_rollout(name, described.definition, self._site.prefix):
            return None
        if described.is_foreign:
            return described
        instances = self.instances(name)
        if with_windows:
            windows = spread(lambda account: (account, self._window(name, account)), instances)
            instances = {account: replace(instances[account], window=window) for account, window in windows}
        return replace(described, instances=dict(sorted(instances.items())))

    def _window(self, name: StackSetName, account: AccountId) -> Window | None:
        """From the overrides of one instance."""
        # ListStackInstances leaves overrides out: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html
        try:
            described = self.client.describe_stack_instance(
                StackSetName=name,
                StackInstanceAccount=account,
                StackInstanceRegion=self._site.home_region,
                CallAs=self._site.call_as,
            )["StackInstance"]
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise
        return read_window(read_parameters(described.get("ParameterOverrides", []), self._site.salt))


def read_instance(summary: "StackInstanceSummaryTypeDef") -> Instance:
    """An instance keeps its condition while an operation runs on it."""
    condition = Condition(summary.get("Status", Condition.OUTDATED))
    reason = reason_of(summary)
    found_at = summary.get("LastDriftCheckTimestamp") if summary.get("DriftStatus") in (DRIFTED, LOST) else None
    alteration = Alteration(found_at, lasting=(DIFFERS,)) if found_at else None
    return Instance(condition, reason="" if condition is Condition.CURRENT and SUSPENDED not in reason else reason, alteration=alteration)


def reason_of(summary: "StackInstanceSummaryTypeDef") -> str:
    """The last operation's status and reason; empty if it succeeded, for then the instance is OUTDATED for another reason."""
    detailed = detailed_status(summary)
    return ": ".join(part for part in (detailed, summary.get("StatusReason", "")) if part and part != "SUCCEEDED")


def detailed_status(summary: "StackInstanceSummaryTypeDef") -> str:
    """What became of the last operation in this account: SUCCEEDED, FAILED, CANCELLED, SKIPPED_SUSPENDED_ACCOUNT, ..."""
    return str(summary.get("StackInstanceStatus", {}).get("DetailedStatus", ""))
