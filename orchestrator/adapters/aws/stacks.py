"""The plain stacks of the management account, which StackSets never reach: each read as if it were a StackSet of one account."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.drift_findings import DRIFTED, remaining, resource_drift
from orchestrator.adapters.aws.errors import code_of, message_of, speaking
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.spread import spread
from orchestrator.adapters.aws.values import (
    foreign_definition,
    hide_overrides,
    is_foreign,
    is_of_another_rollout,
    read_parameters,
    read_revision,
    read_tags,
    read_template,
    read_window,
)
from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit
from orchestrator.permissions.drift import alteration_of

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

IN_FORCE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"})
"""Stacks that match their template. After a rolled-back update that is the previous template: calling the stack OUTDATED would plan an
update that CloudFormation refuses as empty."""

UNSEEN = frozenset({"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"})
"""A stack that only holds a change set for review, and one that is gone."""


class StackReader:
    """Reads; changes nothing."""

    def __init__(self, source: ClientSource, site: Site, management_account: AccountId) -> None:
        self._source = source
        self._site = site
        self._account = management_account

    @property
    def client(self) -> "CloudFormationClient":
        return self._source.client("cloudformation", region=self._site.home_region)

    def observe(self) -> dict[Place, Unit]:
        """Every stack that bears one of our names."""
        with speaking("read the stacks of the management account"):
            rows = tuple(self._rows())
            stacks = spread(self.read, rows)
        found = {Place(StackSetName(row["StackName"]), is_stack=True): stack for row, stack in zip(rows, stacks, strict=True) if stack}
        ours = (place for place, stack in found.items() if not is_of_another_rollout(place.name, stack.definition, self._site.prefix))
        return {place: found[place] for place in sorted(ours)}

    def describe(self, name: StackSetName) -> "StackTypeDef | None":
        """None when there is no such stack."""
        # A stack that does not exist is a ValidationError like any other: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
        try:
            rows = self.client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        return next((row for row in rows if row["StackStatus"] != "DELETE_COMPLETE"), None)

    def read(self, row: "StackTypeDef") -> Unit | None:
        """None when it was deleted since it was listed."""
        tags = read_tags(row.get("Tags", []))
        if is_foreign(tags, self._site.prefix):
            return Unit(foreign_definition(tags), is_foreign=True)
        try:
            template = self._template(row["StackName"])
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        values = read_parameters(row.get("Parameters", []), self._site.salt)
        definition = Definition(template, hide_overrides(values), tags)
        condition = condition_of(row["StackStatus"])
        reason = "" if condition is Condition.CURRENT else f"{row['StackStatus']}: {row.get('StackStatusReason', '')}".rstrip(": ")
        alteration = self._alteration(row, read_revision(values))
        return Unit(definition, {self._account: Instance(condition, read_window(values), reason, alteration)})

    def _rows(self) -> Iterator["StackTypeDef"]:
        for page in self.client.get_paginator("describe_stacks").paginate():
            for row in page["Stacks"]:
                if self._site.is_ours(row["StackName"]) and row["StackStatus"] not in UNSEEN:
                    yield row

    def _alteration(self, row: "StackTypeDef", revision: Revision | None) -> Alteration | None:
        """What the last drift detection found, without what a repair has put back since; None where it found nothing."""
        drift = row.get("DriftInformation")
        found_at = drift.get("LastCheckTimestamp") if drift and drift["StackDriftStatus"] == DRIFTED else None
        if not isinstance(found_at, datetime):
            return None
        rows = self.client.describe_stack_resource_drifts(
            StackName=row["StackName"], StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
        )["StackResourceDrifts"]
        drifts = (
            resource_drift(
                found["LogicalResourceId"], found["ResourceType"], found["StackResourceDriftStatus"], found.get("PropertyDifferences", [])
            )
            for found in rows
        )
        return remaining(alteration_of(drifts, found_at), revision)

    def _template(self, name: str) -> str:
        """Botocore parses JSON templates, which ours never are, whatever its types say."""
        body: object = self.client.get_template(StackName=name, TemplateStage="Original").get("TemplateBody", "")
        return read_template(body if isinstance(body, str) else json.dumps(body))


def condition_of(status: str) -> Condition:
    if status in IN_FORCE:
        return Condition.CURRENT
    return Condition.INOPERABLE if status == "DELETE_FAILED" else Condition.OUTDATED


def is_absent(error: ClientError) -> bool:
    return code_of(error) == "ValidationError" and "does not exist" in message_of(error)
