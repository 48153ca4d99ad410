"""Forty accounts in which drift detection finds something: what is false, what is real, what is too much, and a run that dies meanwhile."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.model.operation import UpdateInstances
from orchestrator.planning.safety import Allowances
from orchestrator.runs import Intent, verify
from tests.faults.stage import CHECKS_SET, EC2_SET, ROLE_SET, Stage, snapshot
from tests.faults.test_crashes import CrashingStore
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.sandboxes import playing

FORTY = tuple(f"2000000000{number:02}" for number in range(40))
THREE, TWELVE = FORTY[10:13], FORTY[10:22]
SPOKE_ROLE = "CadoResponseCrossAccountRole"


@pytest.fixture
def many(tmp_path, monkeypatch, seed) -> Iterator[Stage]:
    with playing(snapshot(FORTY), monkeypatch) as sandbox:
        sandbox.faults.seed = seed
        stage = Stage(sandbox, tmp_path)
        stage.converge()
        yield stage


def reorder(stage: Stage, account: str) -> None:
    """As IAM may give a list back, and as an organization's tagger works."""
    iam = stage.iam(account)
    document: Any = iam.get_role_policy(RoleName=SPOKE_ROLE, PolicyName=EC2_SET)["PolicyDocument"]
    for statement in document["Statement"]:
        if isinstance(statement["Action"], list):
            statement["Action"].reverse()
    stage.sandbox.put_inline_policy(account, SPOKE_ROLE, EC2_SET, json.dumps(document))
    trust: Any = iam.get_role(RoleName=SPOKE_ROLE)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Condition"]["ArnEquals"]["aws:PrincipalArn"].reverse()
    iam.update_assume_role_policy(RoleName=SPOKE_ROLE, PolicyDocument=json.dumps(trust))
    iam.tag_role(RoleName=SPOKE_ROLE, Tags=[{"Key": "cost-center", "Value": "7"}])


def widen(stage: Stage, account: str) -> None:
    document: Any = stage.iam(account).get_role_policy(RoleName=SPOKE_ROLE, PolicyName=CHECKS_SET)["PolicyDocument"]
    document["Statement"][0]["Action"] = "*"
    stage.sandbox.put_inline_policy(account, SPOKE_ROLE, CHECKS_SET, json.dumps(document))


def test_false_drift_in_every_account_plans_nothing(many):
    for account in FORTY:
        reorder(many, account)
    found = verify(many.tools(), drift=True)
    assert found.is_converged
    assert {item.account for item in found.harmless} == set(FORTY)
    assert {item.stack_set for item in found.harmless} == {ROLE_SET, EC2_SET}
    plan = many.plan()
    assert (plan.operations, plan.changes, plan.violations, plan.warnings) == ((), (), (), ())


def test_real_drift_in_three_of_forty_is_repaired_in_place_one_block_after_the_other(many):
    for account in THREE:
        widen(many, account)
    verify(many.tools(), drift=True)
    plan, outcome = many.converge()
    assert plan.summary.grants_repaired == 3
    assert [(type(operation), operation.accounts) for operation in plan.operations] == [
        (UpdateInstances, THREE[:1]),
        (UpdateInstances, THREE[1:]),
    ]
    assert outcome.is_converged
    assert verify(many.tools(), drift=True).is_converged


def test_real_drift_in_twelve_of_forty_is_refused_with_the_numbers_and_allowed_by_name(many):
    for account in TWELVE:
        widen(many, account)
    verify(many.tools(), drift=True)
    (violation,) = many.plan().violations
    assert "12 grants and 0 roles: 12 of 81 grants (14 %, limit 5 %)" in violation.message
    assert "--allow-repairs" in violation.message
    plan = many.plan(Intent(allowed=Allowances(repairs=True)))
    assert many.apply(plan).is_converged
    assert verify(many.tools(), drift=True).is_converged


def test_a_block_after_one_that_could_not_be_repaired_is_not_tried(many):
    for account in THREE:
        widen(many, account)
    verify(many.tools(), drift=True)
    many.tolerance = 100
    plan = many.plan()
    many.sandbox.faults.change({"failures": [{"account": THREE[0], "action": "UPDATE", "reason": "Denied", "times": 1}]})
    many.sandbox.journal.clear()
    outcome = many.apply(plan)
    assert {failure.account for failure in outcome.failed} >= {THREE[0]}
    assert [call.operation for call in many.sandbox.journal.writes()].count("UpdateStackInstances") == 1
    many.apply(plan)
    assert verify(many.tools(), drift=True).is_converged


@pytest.mark.parametrize("boundary", [5, 7, 9, 11])
def test_a_crash_in_the_middle_of_a_repair_is_made_good_by_the_same_plan(many, boundary):
    for account in THREE:
        widen(many, account)
    verify(many.tools(), drift=True)
    plan = many.plan()
    with pytest.raises(SimulatedCrash):
        many.apply(plan, many.tools(lambda store: CrashingStore(store, boundary, after=boundary % 4 == 1)))
    assert many.apply(plan).is_converged
    assert verify(many.tools(), drift=True).is_converged
    assert many.plan().operations == ()
