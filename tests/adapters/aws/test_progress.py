"""An operation that AWS calls finished is believed once its lists say as much as its own count."""

import pytest

from orchestrator.adapters.aws.observation import PAGE, StackSetReader
from orchestrator.adapters.aws.progress import LAG, StackSetProgress, gate_reason
from orchestrator.model.operation import CreateInstances
from orchestrator.model.outcome import OperationStatus, Progress
from tests.adapters.aws.stubbed import StubbedCloudFormation, site
from tests.adapters.aws.world import REGION, SPOKE, step
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import PROD

PLACE = {"StackSetName": SPOKE, "CallAs": "DELEGATED_ADMIN"}
OPERATION = step(CreateInstances, accounts=(PROD,))


@pytest.fixture
def aws():
    with StubbedCloudFormation() as stubbed:
        yield stubbed


def answer_once(aws, failed_count):
    """The operation ended with that many failures; its lists show one account that is fine."""
    described = {"Status": "SUCCEEDED", "StatusDetails": {"FailedStackInstancesCount": failed_count}}
    row = {"Account": PROD, "Region": REGION}
    result, instance = {**row, "Status": "SUCCEEDED"}, {**row, "Status": "CURRENT", "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"}}
    of_operation = {**PLACE, "OperationId": "op-1"}
    aws.script.add_response("describe_stack_set_operation", {"StackSetOperation": described}, of_operation)
    aws.script.add_response("list_stack_set_operation_results", {"Summaries": [result]}, {**of_operation, "MaxResults": PAGE})
    aws.script.add_response("list_stack_instances", {"Summaries": [instance]}, {**PLACE, "MaxResults": PAGE})


def test_a_failure_that_is_counted_is_waited_for_until_it_is_listed(aws):
    clock, place = RunningClock(), site()
    progress = StackSetProgress(StackSetReader(aws, place), place, clock)
    answer_once(aws, failed_count=1)
    assert progress.of(OPERATION, "op-1") == Progress(OperationStatus.RUNNING, 1, 1)
    clock.sleep(LAG.total_seconds())
    answer_once(aws, failed_count=1)
    assert progress.of(OPERATION, "op-1") == Progress(OperationStatus.SUCCEEDED, 1, 1, present=frozenset({PROD}))


def test_lists_that_say_as_much_as_the_count_are_believed_at_once(aws):
    place = site()
    answer_once(aws, failed_count=0)
    found = StackSetProgress(StackSetReader(aws, place), place, RunningClock()).of(OPERATION, "op-1")
    assert found == Progress(OperationStatus.SUCCEEDED, 1, 1, present=frozenset({PROD}))


@pytest.mark.parametrize(
    ("status", "said"),
    [("FAILED", "the account gate failed: a change freeze"), ("SKIPPED", ""), ("SUCCEEDED", "")],
)
def test_a_gate_is_blamed_only_when_it_refused(status, said):
    assert gate_reason({"AccountGateResult": {"Status": status, "StatusReason": "a change freeze"}}) == said
