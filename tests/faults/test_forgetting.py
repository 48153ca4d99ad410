"""Forgetting an account while the process dies, the answers are lost, or the account comes back."""

from dataclasses import replace

import pytest

from orchestrator.errors import RefusedError
from orchestrator.model.identifiers import AccountId, RunId
from orchestrator.model.plan import Purpose
from orchestrator.planning.safety import Allowances
from orchestrator.runs import Conduct, Intent, fulfil, verify
from orchestrator.runs import plan as make_plan
from orchestrator.sandbox.iam_store import IamStore
from tests.faults.stage import CHECKS_SET, EC2_SET, HUB_RULE, REST, ROLE_SET
from tests.faults.test_accounts import holders_of
from tests.faults.test_crashes import CrashingStore
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.rollouts import rule

LOST = AccountId(REST[0])
SETS = (ROLE_SET, CHECKS_SET, EC2_SET)
FORGET = Intent(Purpose.FORGET, forgotten=LOST, because="sold")


@pytest.fixture
def departed(stage):
    stage.converge()
    stage.sandbox.remove_account(LOST)
    return stage


def check_forgotten(stage):
    assert not any(LOST in holders_of(stage, name) for name in SETS)
    assert IamStore(LOST).role("CadoResponseCrossAccountRole") is not None
    assert verify(stage.tools()).is_converged
    assert stage.plan().operations == ()


@pytest.mark.parametrize("boundary", [1, 4, 6, 8, 11, 14])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_in_the_middle_is_made_good_by_the_same_plan(departed, boundary, after):
    plan = make_plan(departed.tools(), FORGET)
    with pytest.raises(SimulatedCrash):
        departed.apply(plan, departed.tools(lambda store: CrashingStore(store, boundary, after=after)))
    assert departed.apply(plan).is_converged
    assert set(departed.submitted(plan).values()) == {1}
    check_forgotten(departed)


def test_the_same_command_resumes_after_a_crash(departed):
    conduct = Conduct(RunId("first"), "operator")
    with pytest.raises(SimulatedCrash):
        fulfil(departed.tools(lambda store: CrashingStore(store, 9, after=True)), FORGET, conduct)
    assert fulfil(departed.tools(), FORGET, replace(conduct, run=RunId("second"))).is_converged
    check_forgotten(departed)


def test_it_resumes_where_only_the_empty_stack_sets_are_left(departed):
    departed.grants, departed.rules = ("spoke-checks",), (HUB_RULE, rule("sold", {"ou": "/Workloads"}, withhold="all"))
    departed.apply(make_plan(departed.tools(), Intent(allowed=Allowances(frozenset({"all"}), missing_accounts=True))))
    plan = make_plan(departed.tools(), FORGET)
    assert {operation.kind for operation in plan.operations} == {"delete_instances", "delete_stack_set"}
    with pytest.raises(SimulatedCrash):
        departed.apply(plan, departed.tools(lambda store: CrashingStore(store, 14, after=True)))
    assert fulfil(departed.tools(), FORGET, Conduct(RunId("second"), "operator")).is_converged
    assert not any(row["StackSetName"] in SETS for row in departed.client().list_stack_sets(Status="ACTIVE")["Summaries"])


def test_an_account_that_comes_back_is_not_forgotten(departed):
    plan = make_plan(departed.tools(), FORGET)
    departed.sandbox.add_account(LOST, ou_path="/Workloads")
    before = departed.sent()
    with pytest.raises(RefusedError, match="is ACTIVE") as caught:
        departed.apply(plan)
    assert caught.value.refusal == "stale_plan"
    assert departed.sent() == before
