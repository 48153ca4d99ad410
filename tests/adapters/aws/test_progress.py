"""An operation that AWS calls finished is believed once the instances that bear its id say as much as its own count."""

import pytest

from orchestrator.adapters.aws.observation import StackSetReader
from orchestrator.adapters.aws.progress import COUNT_EVERY, LAG, StackSetProgress
from orchestrator.adapters.aws.results import NO_REASON
from orchestrator.adapters.aws.site import PAGE
from orchestrator.model.operation import CreateInstances, DeleteInstances
from orchestrator.model.outcome import Failure, OperationStatus, Progress
from tests.adapters.aws.stubbed import StubbedCloudFormation, site
from tests.adapters.aws.world import REGION, SPOKE, step
from tests.worlds.clocks import FakeClock
from tests.worlds.organizations import DEV, PROD

PLACE = {"StackSetName": SPOKE, "CallAs": "DELEGATED_ADMIN"}
CREATE, DELETE = step(CreateInstances, accounts=(PROD,)), step(DeleteInstances, accounts=(PROD,))
DONE = Progress(OperationStatus.SUCCEEDED, 1, 1, reached=frozenset({PROD}))


class Script:
    """What AWS answers next, with the requests it expects."""

    def __init__(self, script):
        self._script = script

    def described(self, status="SUCCEEDED", failed=0):
        row = {"Status": status, "StatusDetails": {"FailedStackInstancesCount": failed}}
        self._script.add_response("describe_stack_set_operation", {"StackSetOperation": row}, {**PLACE, "OperationId": "op-1"})

    def worked_on(self, *accounts, status="CURRENT", detailed="SUCCEEDED"):
        """The instances the operation was the last to work on."""
        filtered = {"Filters": [{"Name": "LAST_OPERATION_ID", "Values": "op-1"}]}
        self._listed({**PLACE, "MaxResults": PAGE, **filtered}, accounts, status, detailed)

    def all_instances(self, *accounts, status="CURRENT", detailed="SUCCEEDED"):
        self._listed({**PLACE, "MaxResults": PAGE}, accounts, status, detailed)

    def results(self, *accounts, status="SUCCEEDED"):
        rows = [{"Account": account, "Region": REGION, "Status": status} for account in accounts]
        request = {**PLACE, "OperationId": "op-1", "MaxResults": PAGE}
        self._script.add_response("list_stack_set_operation_results", {"Summaries": rows}, request)

    def _listed(self, request, accounts, status, detailed):
        row = {"Region": REGION, "Status": status, "StackInstanceStatus": {"DetailedStatus": detailed}}
        self._script.add_response("list_stack_instances", {"Summaries": [{"Account": account, **row} for account in accounts]}, request)


@pytest.fixture
def aws():
    with StubbedCloudFormation() as stubbed:
        yield stubbed


@pytest.fixture
def says(aws):
    return Script(aws.script)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def progress(aws, clock):
    place = site()
    return StackSetProgress(StackSetReader(aws, place), place, clock)


def test_what_went_well_is_read_from_the_instances_it_worked_on_and_from_nothing_else(says, progress):
    says.described()
    says.worked_on(PROD)
    assert progress.of(CREATE, "op-1") == DONE


def test_what_was_deleted_is_read_from_the_results_of_the_deletion(says, progress):
    says.described()
    says.worked_on()
    says.results(PROD)
    assert progress.of(DELETE, "op-1") == DONE


def test_a_failure_that_is_counted_is_waited_for_until_it_is_listed(says, progress, clock):
    for _ in range(2):
        says.described(failed=1)
        says.worked_on(PROD)
        says.results(PROD)
    says.all_instances(PROD)
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.RUNNING, 1, 1)
    clock.sleep(LAG.total_seconds())
    assert progress.of(CREATE, "op-1") == DONE


def test_instances_that_do_not_bear_its_id_yet_are_waited_for_and_the_stackset_is_read_whole_only_then(says, progress, clock):
    for _ in range(2):
        says.described()
        says.worked_on()
        says.results()
    says.all_instances(PROD)
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.RUNNING, 0, 1, pending=(PROD,))
    clock.sleep(LAG.total_seconds())
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.SUCCEEDED, 1, 1)


def test_why_an_account_failed_is_read_from_the_results(says, progress):
    says.described("FAILED", failed=1)
    says.worked_on(PROD, status="OUTDATED", detailed="FAILED")
    says.results(PROD, status="FAILED")
    found = progress.of(CREATE, "op-1")
    assert found is not None
    assert [(failure.account, failure.reason) for failure in found.failures] == [(PROD, "FAILED")]


def test_a_suspended_account_that_a_deletion_passed_over_is_a_failure_whatever_its_result_says(says, progress):
    says.described()
    says.worked_on(PROD, detailed="SKIPPED_SUSPENDED_ACCOUNT")
    says.results(PROD)
    found = progress.of(DELETE, "op-1")
    assert found is not None
    assert found.failures == (Failure(PROD, SPOKE, "skipped: the account is suspended", found.failures[0].hint),)


@pytest.mark.parametrize("operation", [CREATE, DELETE])
def test_accounts_it_reached_without_naming_them_are_reported(says, progress, operation):
    says.described()
    says.worked_on(*((PROD, DEV) if operation is CREATE else ()))
    if operation is DELETE:
        says.results(PROD, DEV)
    found = progress.of(operation, "op-1")
    assert found is not None
    assert found.reached == {PROD, DEV}


def test_completed_accounts_of_a_running_operation_are_counted_now_and_then(says, progress, clock):
    says.described("RUNNING")
    says.described("RUNNING")
    says.results(PROD)
    says.described("RUNNING")
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.RUNNING, 0, 1, pending=(PROD,))
    clock.sleep(COUNT_EVERY.total_seconds())
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.RUNNING, 1, 1)
    assert progress.of(CREATE, "op-1") == Progress(OperationStatus.RUNNING, 1, 1)


def test_a_running_operation_shows_who_failed_already_and_who_is_waited_for(says, progress, clock):
    operation = step(CreateInstances, accounts=(PROD, DEV))
    says.described("RUNNING")
    says.described("RUNNING")
    says.results(PROD, status="FAILED")
    progress.of(operation, "op-1")
    clock.sleep(COUNT_EVERY.total_seconds())
    found = progress.of(operation, "op-1")
    assert found == Progress(OperationStatus.RUNNING, 1, 2, (Failure(PROD, SPOKE, NO_REASON),), pending=(DEV,))
