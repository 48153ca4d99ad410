"""What AWS is after an operation is what planning.projection says it is: in the sandbox through the adapter, and in the fake."""

from dataclasses import replace
from typing import get_args

import pytest

from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.rollout import CallAs
from orchestrator.model.state import Condition, Place
from orchestrator.planning.projection import project
from tests.adapters.aws.world import LATER, SPOKE, WINDOW, carry_out, definition, make_deployer, stack_step, step
from tests.worlds.organizations import DEV, HUB, LOOSE, PROD

LIFE_OF_A_STACK_SET = [
    step(Create, definition=definition()),
    step(CreateInstances, accounts=(PROD, DEV)),
    step(CreateInstances, accounts=(LOOSE,), window=WINDOW),
    step(Update, definition=definition(2), accounts=(PROD,)),
    step(UpdateInstances, accounts=(DEV, LOOSE)),
    step(UpdateInstances, accounts=(LOOSE,), window=LATER),
    step(Update, definition=definition(3, RoleName="Other")),
    step(StopAutoDeployment),
    step(DeleteInstances, accounts=(PROD,)),
    step(DeleteInstances, accounts=(DEV, LOOSE)),
    step(Delete),
]
LIFE_OF_A_STACK = [
    stack_step(Create, definition=definition()),
    stack_step(Update, definition=definition(2), window=WINDOW),
    stack_step(Update, definition=definition(3)),
    stack_step(Delete),
    stack_step(Create, definition=definition(), window=LATER),
]


def live_through(deployer, operations):
    for number, operation in enumerate(operations):
        before = deployer.observe([SPOKE])
        assert deployer.progress(operation, f"op-{number}") is None
        progress = carry_out(deployer, operation, f"op-{number}")
        assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())
        assert deployer.observe([SPOKE]) == project([operation], before)


def test_lives_below_show_every_kind_of_operation():
    assert {type(operation) for operation in [*LIFE_OF_A_STACK_SET, *LIFE_OF_A_STACK]} == set(get_args(Operation))


def test_stack_set_lives_as_projected(aws):
    live_through(aws.deployer, LIFE_OF_A_STACK_SET)


def test_stack_lives_as_projected(aws):
    live_through(aws.deployer, LIFE_OF_A_STACK)


@pytest.mark.parametrize(
    ("operation", "condition"),
    [
        (step(CreateInstances, accounts=(PROD, LOOSE)), Condition.OUTDATED),
        (step(Update, definition=definition(2), accounts=(PROD, DEV)), Condition.OUTDATED),
        (step(UpdateInstances, accounts=(PROD, DEV), window=WINDOW), Condition.OUTDATED),
        (step(DeleteInstances, accounts=(PROD, DEV)), Condition.INOPERABLE),
    ],
    ids=["create", "redefine", "update", "delete"],
)
def test_account_that_fails_is_told_and_stays_as_it_should_not(aws, operation, condition):
    there = (DEV,) if isinstance(operation, CreateInstances) else (PROD, DEV)
    for number, earlier in enumerate([step(Create, definition=definition()), step(CreateInstances, accounts=there)]):
        carry_out(aws.deployer, earlier, f"earlier-{number}")
    expected = project([operation], aws.deployer.observe([SPOKE]))[Place(SPOKE)]
    aws.fail_once(PROD)
    progress = carry_out(aws.deployer, operation, "op-1")
    found = aws.deployer.observe([SPOKE])[Place(SPOKE)]
    assert [failure.account for failure in progress.failures] == [PROD]
    assert found.instances[PROD].condition is condition
    assert without(found, PROD) == without(expected, PROD)


@pytest.mark.parametrize("operation", [step(DeleteInstances, accounts=(PROD,)), step(Delete)], ids=["instances", "stack set"])
def test_operation_aws_never_heard_of_has_no_progress(aws, operation):
    for number, earlier in enumerate([step(Create, definition=definition()), step(CreateInstances, accounts=(PROD,))]):
        carry_out(aws.deployer, earlier, f"earlier-{number}")
    assert aws.deployer.progress(operation, "op-1") is None


def without(stack_set, account):
    return replace(stack_set, instances={other: instance for other, instance in stack_set.instances.items() if other != account})


def test_delegated_administrator_sees_the_same_life(session_of, clock):
    live_through(make_deployer(session_of(HUB), call_as=CallAs.DELEGATED_ADMIN, clock=clock), LIFE_OF_A_STACK_SET)


def test_slow_operations_and_lost_answers_change_nothing_about_it(sandbox, deployer, hasty_retries):
    sandbox.faults.seconds_per_instance = 0.02
    for name in ("CreateStackSet", "UpdateStackSet", "CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances"):
        sandbox.faults.lose_next[f"cloudformation:{name}"] = 1
    live_through(deployer, LIFE_OF_A_STACK_SET)


@pytest.mark.parametrize("life", [LIFE_OF_A_STACK_SET, LIFE_OF_A_STACK], ids=["stack set", "stack"])
def test_submitting_an_id_again_starts_nothing(aws, life):
    for number, operation in enumerate(life):
        carry_out(aws.deployer, operation, f"op-{number}")
        before = aws.deployer.observe([SPOKE])
        progress = carry_out(aws.deployer, operation, f"op-{number}")
        assert progress.status is OperationStatus.SUCCEEDED
        assert aws.deployer.observe([SPOKE]) == before


def test_nothing_is_observed_where_nothing_is(aws):
    assert aws.deployer.observe() == {}
