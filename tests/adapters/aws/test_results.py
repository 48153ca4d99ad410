"""Every account that was asked for is answered for, whatever the eventually consistent lists say."""

import pytest

from orchestrator.adapters.aws.results import Findings, Result
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.state import Condition, Instance

ONE, TWO = AccountId("111111111111"), AccountId("222222222222")
FINE = Instance()
FAILED = Instance(Condition.OUTDATED, reason="FAILED: denied")
STUCK = Instance(Condition.INOPERABLE, reason="INOPERABLE: delete first")
SUSPENDED = Instance(Condition.OUTDATED, reason="SKIPPED_SUSPENDED_ACCOUNT: suspended")
OK, DENIED, CANCELLED = Result("SUCCEEDED"), Result("FAILED", "denied"), Result("CANCELLED", "")


def findings(asked=(ONE,), *, results=None, instances=None, is_deletion=False, reason="", failed=None, succeeded=False):
    return Findings(StackSetName("cado-spoke"), asked, is_deletion, reason, failed, results or {}, instances or {}, succeeded)


def reasons(found):
    return {failure.account: failure.reason for failure in found.failures()}


def test_account_that_succeeded_is_no_failure():
    found = findings(results={ONE: OK}, instances={ONE: FINE})
    assert found.agree()
    assert found.failures() == ()


def test_failure_carries_what_aws_said_of_the_account():
    found = findings((ONE, TWO), results={ONE: DENIED, TWO: OK}, instances={ONE: FAILED, TWO: FINE}, failed=1)
    assert found.agree()
    assert reasons(found) == {ONE: "denied"}


@pytest.mark.parametrize("is_deletion", [False, True])
def test_suspended_account_failed_though_its_result_says_it_succeeded(is_deletion):
    found = findings(results={ONE: OK}, instances={ONE: SUSPENDED}, is_deletion=is_deletion)
    assert found.agree()
    assert "suspended" in reasons(found)[ONE]


def test_account_without_a_result_is_a_failure_with_a_hint_that_guesses_nothing():
    found = findings((ONE, TWO), results={TWO: OK}, instances={TWO: FINE})
    assert not found.agree()
    assert reasons(found) == {ONE: "skipped: StackSets did not try this account: AWS gives no reason"}
    assert "still in the organization and active" in found.failures()[0].hint
    assert "suspended" not in found.failures()[0].hint


@pytest.mark.parametrize(
    ("instance", "is_deletion", "said"),
    [(FINE, True, "the instance is still there"), (Instance(Condition.OUTDATED), False, "the instance is OUTDATED")],
)
def test_a_success_that_the_lists_contradict_is_called_that(instance, is_deletion, said):
    found = findings(instances={ONE: instance}, is_deletion=is_deletion, succeeded=True)
    assert reasons(found) == {ONE: f"AWS reports that the operation SUCCEEDED, but {said}"}


def test_deleting_what_is_not_there_is_done():
    found = findings(is_deletion=True)
    assert found.agree()
    assert found.failures() == ()


def test_instance_left_after_a_deletion_without_result_is_a_failure():
    assert reasons(findings(is_deletion=True, instances={ONE: STUCK})) == {ONE: "INOPERABLE: delete first"}


def test_instance_that_cannot_be_updated_is_a_failure_not_a_success():
    found = findings(instances={ONE: STUCK})
    assert found.agree()
    assert reasons(found) == {ONE: "INOPERABLE: delete first"}


def test_cancelled_account_gets_the_reason_of_the_operation():
    found = findings(results={ONE: CANCELLED}, reason="tolerance exceeded")
    assert found.agree()
    assert reasons(found) == {ONE: "tolerance exceeded"}


def test_failure_without_any_reason_says_so():
    assert reasons(findings(results={ONE: CANCELLED})) == {ONE: "AWS gives no reason"}


@pytest.mark.parametrize(
    "found",
    [
        findings(results={ONE: Result("RUNNING")}, instances={ONE: FINE}),
        findings(results={ONE: OK}, instances={ONE: FAILED}),
        findings(results={ONE: OK}),
        findings(results={ONE: OK}, instances={ONE: FINE}, is_deletion=True),
        findings(results={ONE: DENIED}, instances={ONE: FINE}),
        findings(results={ONE: OK}, instances={ONE: FINE}, failed=1),
        findings(instances={ONE: FINE}),
        findings(instances={ONE: FINE}, is_deletion=True),
    ],
    ids=[
        "not ended",
        "instance lags",
        "instance not listed",
        "not gone yet",
        "old instance",
        "failure not listed",
        "result not listed",
        "deletion not listed",
    ],
)
def test_lists_that_lag_do_not_agree(found):
    assert not found.agree()


def test_update_of_everybody_answers_for_every_instance_it_can_reach():
    found = findings((), results={ONE: OK}, instances={ONE: FINE, TWO: FAILED, AccountId("3"): STUCK})
    assert found.accounts() == (ONE, TWO)
    assert reasons(found) == {TWO: "FAILED: denied"}
