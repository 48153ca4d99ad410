"""Service quotas of the management account, where the StackSets of the organization are, and what is used of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.doctor.surroundings import Quota
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import Unknown

if TYPE_CHECKING:
    from types_boto3_cloudformation.literals import CallAsType


class QuotasClient(Protocol):
    """The one call that is needed of ``service-quotas``."""

    def get_service_quota(self, *, ServiceCode: str, QuotaCode: str) -> Mapping[str, Mapping[str, float]]: ...  # noqa: N803 - AWS's names


def read_quota(management: ClientSource | None, quota: Quota) -> int | Unknown:
    """Unknown when the caller may not ask, or is elsewhere and has no way into the management account."""
    if management is None:
        return Unknown("the management account cannot be reached from here.")
    try:
        with speaking(f"read the quota {quota.code} of {quota.service}"):
            client = cast("QuotasClient", management.connect("service-quotas", None, None))
            return int(client.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]["Value"])
    except OrchestratorError as error:
        return Unknown(error.message)


def count_stack_sets(session: AwsSession, call_as: "CallAsType") -> int:
    """Of all rollouts and tools: they share the quota."""
    with speaking("count the StackSets"):
        pages = session.client("cloudformation").get_paginator("list_stack_sets").paginate(Status="ACTIVE", CallAs=call_as)
        return sum(len(page["Summaries"]) for page in pages)
