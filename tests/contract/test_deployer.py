"""What AWS is after an operation is what planning.projection says it is. The sandbox plays AWS."""

import pytest

from orchestrator.model.operation import (
    KINDS,
    CreateInstances,
    CreateStack,
    CreateStackSet,
    DeleteInstances,
    DeleteStack,
    DeleteStackSet,
    UpdateInstances,
    UpdateStack,
    UpdateStackSet,
)
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.rollout import CallAs
from orchestrator.model.state import State
from orchestrator.planning.projection import project
from tests.adapters.aws.world import DEV, HUB, LATER, LOOSE, MANAGEMENT, PROD, SPOKE, WINDOW, carry_out, definition, make_deployer, step

LIFE_OF_A_STACK_SET = [
    step(CreateStackSet, definition=definition()),
    step(CreateInstances, accounts=(PROD, DEV)),
    step(CreateInstances, accounts=(LOOSE,), window=WINDOW),
    step(UpdateStackSet, definition=definition(2), accounts=(PROD,)),
    step(UpdateInstances, accounts=(DEV, LOOSE)),
    step(UpdateInstances, accounts=(LOOSE,), window=LATER),
    step(UpdateStackSet, definition=definition(3, RoleName="Other")),
    step(DeleteInstances, accounts=(PROD,)),
    step(DeleteInstances, accounts=(DEV, LOOSE)),
    step(DeleteStackSet),
]
LIFE_OF_A_STACK = [
    step(CreateStack, account=MANAGEMENT, definition=definition()),
    step(UpdateStack, account=MANAGEMENT, definition=definition(2), window=WINDOW),
    step(UpdateStack, account=MANAGEMENT, definition=definition(3)),
    step(DeleteStack, account=MANAGEMENT),
    step(CreateStack, account=MANAGEMENT, definition=definition(), window=LATER),
]


def live_through(deployer, operations):
    for number, operation in enumerate(operations):
        before = deployer.observe([SPOKE])
        assert deployer.progress(operation, f"op-{number}") is None
        progress = carry_out(deployer, operation, f"op-{number}")
        assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())
        assert deployer.observe([SPOKE]) == project([operation], before)


def test_lives_below_show_every_kind_of_operation():
    assert {type(operation) for operation in [*LIFE_OF_A_STACK_SET, *LIFE_OF_A_STACK]} == set(KINDS)


def test_stack_set_lives_as_projected(deployer):
    live_through(deployer, LIFE_OF_A_STACK_SET)


def test_stack_lives_as_projected(deployer):
    live_through(deployer, LIFE_OF_A_STACK)


def test_delegated_administrator_sees_the_same_life(session_of, clock):
    live_through(make_deployer(session_of(HUB), call_as=CallAs.DELEGATED_ADMIN, clock=clock), LIFE_OF_A_STACK_SET)


def test_slow_operations_and_lost_answers_change_nothing_about_it(sandbox, deployer, hasty_retries):
    sandbox.faults.seconds_per_instance = 0.02
    for name in ("CreateStackSet", "UpdateStackSet", "CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances"):
        sandbox.faults.lose_next[f"cloudformation:{name}"] = 1
    live_through(deployer, LIFE_OF_A_STACK_SET)


@pytest.mark.parametrize("life", [LIFE_OF_A_STACK_SET, LIFE_OF_A_STACK], ids=["stack set", "stack"])
def test_submitting_an_id_again_starts_nothing(deployer, life):
    for number, operation in enumerate(life):
        carry_out(deployer, operation, f"op-{number}")
        before = deployer.observe([SPOKE])
        progress = carry_out(deployer, operation, f"op-{number}")
        assert progress.status is OperationStatus.SUCCEEDED
        assert deployer.observe([SPOKE]) == before


def test_nothing_is_observed_where_nothing_is(deployer):
    assert deployer.observe() == State()
