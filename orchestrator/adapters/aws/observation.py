"""What the StackSets of one rollout are: their definitions, their instances in the home region, the windows of temporary ones.

Costs a call per hundred StackSets, and for each of ours one call and one per hundred instances. Foreign ones are named and
described, and their instances are not read: whatever they do is no reason to call a plan stale. Where the last drift detection found
something, its operation is looked up, and each account it found is read with two calls.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.drift_findings import DriftFindings
from orchestrator.adapters.aws.errors import as_reason, code_of, speaking
from orchestrator.adapters.aws.site import PAGE, Site
from orchestrator.adapters.aws.spread import spread, stream
from orchestrator.adapters.aws.values import (
    foreign_definition,
    is_foreign,
    is_of_another_rollout,
    read_parameters,
    read_revision,
    read_tags,
    read_template,
    read_window,
)
from orchestrator.errors import OrchestratorError
from orchestrator.model.activity import Activity, Tell, followed, ignore
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import (
        ListStackInstancesInputPaginateTypeDef,
        StackInstanceSummaryTypeDef,
        StackSetTypeDef,
    )

SUSPENDED = "SKIPPED_SUSPENDED_ACCOUNT"
"""The detailed status of an instance in a suspended account; its status may be CURRENT."""

GONE = frozenset({"StackSetNotFoundException", "StackInstanceNotFoundException", "OperationNotFoundException"})


class StackSetReader:
    """Reads; changes nothing."""

    def __init__(self, source: ClientSource, site: Site, tell: Tell = ignore) -> None:
        self._source = source
        self._site = site
        self._tell = tell

    @property
    def client(self) -> "CloudFormationClient":
        return self._source.client("cloudformation", region=self._site.home_region)

    def observe(self, windowed: Collection[StackSetName]) -> dict[Place, Unit]:
        """Every StackSet that bears one of our names. Instances of those in ``windowed`` come with their windows."""
        with speaking("read the StackSets"):
            names = sorted(self._names())
            answers = stream(lambda name: (name, self._read(name, with_windows=name in windowed)), names)
            found = tuple(followed(Activity.STACK_SETS, answers, len(names), self._tell))
        return {Place(name): unit for name, unit in found if unit is not None}

    def describe(self, name: StackSetName) -> Unit | None:
        """The StackSet without its instances; None when there is none of this name."""
        described = self._described(name)
        return self._unit(described) if described else None

    def trusted_access(self) -> TrustedAccess | Unknown:
        """Unknown when the caller may not ask."""
        try:
            with speaking("ask for trusted access for StackSets"):
                status = self.client.describe_organizations_access(CallAs=self._site.call_as)["Status"]
        except OrchestratorError as error:
            return Unknown(as_reason(error))
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
        described = self._described(name)
        unit = self._unit(described) if described else None
        if described is None or unit is None or is_of_another_rollout(name, unit.definition, self._site.prefix):
            return None
        return unit if unit.is_foreign else replace(unit, instances=self._complete(name, described, with_windows=with_windows))

    def _complete(self, name: StackSetName, described: "StackSetTypeDef", *, with_windows: bool) -> dict[AccountId, Instance]:
        """The instances with their windows, and with what drift detection found in their accounts. Overrides are read for these alone."""
        rows = tuple(self.summaries(name))
        instances = {AccountId(row.get("Account", "")): read_instance(row) for row in rows}
        findings = DriftFindings(self.client, self._site)
        detection = findings.detection(name, described, rows)
        asked = instances if with_windows else detection.accounts & instances.keys() if detection else ()
        overrides = dict(spread(lambda account: (account, self.overrides(name, account)), asked))
        revisions = {account: read_revision(values) for account, values in overrides.items()}
        alterations = findings.alterations(name, detection, revisions) if detection else {}
        return {
            account: replace(instance, window=read_window(overrides.get(account, {})), alteration=alterations.get(account))
            for account, instance in sorted(instances.items())
        }

    def _described(self, name: StackSetName) -> "StackSetTypeDef | None":
        try:
            described = self.client.describe_stack_set(StackSetName=name, CallAs=self._site.call_as)["StackSet"]
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise
        return None if described.get("Status") == "DELETED" else described

    def _unit(self, described: "StackSetTypeDef") -> Unit:
        """A foreign one by its tags alone."""
        tags = read_tags(described.get("Tags", []))
        if is_foreign(tags, self._site.prefix):
            return Unit(foreign_definition(tags), is_foreign=True)
        parameters = read_parameters(described.get("Parameters", []), self._site.salt)
        definition = Definition(read_template(described.get("TemplateBody", "")), parameters, tags)
        return Unit(definition, auto_deploys=described.get("AutoDeployment", {}).get("Enabled", False))

    def overrides(self, name: StackSetName, account: AccountId) -> Mapping[str, str]:
        """Of one instance; none when it is gone."""
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
                return {}
            raise
        return read_parameters(described.get("ParameterOverrides", []), self._site.salt)


def read_instance(summary: "StackInstanceSummaryTypeDef") -> Instance:
    """An instance keeps its condition while an operation runs on it."""
    condition = Condition(summary.get("Status", Condition.OUTDATED))
    reason = reason_of(summary)
    return Instance(condition, reason="" if condition is Condition.CURRENT and SUSPENDED not in reason else reason)


def reason_of(summary: "StackInstanceSummaryTypeDef") -> str:
    """The last operation's status and reason; empty if it succeeded, for then the instance is OUTDATED for another reason."""
    detailed = detailed_status(summary)
    return ": ".join(part for part in (detailed, summary.get("StatusReason", "")) if part and part != "SUCCEEDED")


def detailed_status(summary: "StackInstanceSummaryTypeDef") -> str:
    """What became of the last operation in this account: SUCCEEDED, FAILED, CANCELLED, SKIPPED_SUSPENDED_ACCOUNT, ..."""
    return str(summary.get("StackInstanceStatus", {}).get("DetailedStatus", ""))
