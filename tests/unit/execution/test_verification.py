"""What is told when AWS is not as it should be, and what the accounts themselves show."""

from dataclasses import replace

import pytest

from orchestrator.execution.verification import look_inside, verify
from orchestrator.model.outcome import Deviation, Verification
from orchestrator.model.state import Condition, Instance, Place, Unit
from tests.worlds.clocks import NOON
from tests.worlds.fakes import FakeInspector
from tests.worlds.plans import MANAGEMENT, NEW, OLD, OTHER, POLICY, WINDOW, A, B, C
from tests.worlds.states import stack, state

WANTED = state({POLICY: Unit(NEW, {A: Instance(), B: Instance(window=WINDOW)})}, {POLICY: stack(NEW)})


def found(instances=None, *, stacks=None, definition=NEW, is_foreign=False, others=None):
    held = WANTED[Place(POLICY)].instances if instances is None else instances
    stack_set = Unit(definition, held, is_foreign=is_foreign)
    return state({POLICY: stack_set, **(others or {})}, {POLICY: stack(NEW)} if stacks is None else stacks)


@pytest.mark.parametrize(
    ("observed", "kind", "account", "detail"),
    [
        (found({B: Instance(window=WINDOW)}), "missing", A, "not granted"),
        (found(stacks={}), "missing", MANAGEMENT, "not granted"),
        (found({**WANTED[Place(POLICY)].instances, C: Instance()}), "unexpected", C, "granted (CURRENT), and nothing asks for it"),
        (found(others={OTHER: Unit(NEW)}), "unexpected", None, "the StackSet still exists, without accounts"),
        (
            found({A: Instance(Condition.OUTDATED, reason="cancelled"), B: Instance(window=WINDOW)}),
            "outdated",
            A,
            "OUTDATED: cancelled",
        ),
        (
            found({A: Instance(), B: Instance(window=replace(WINDOW, not_after=NOON))}),
            "outdated",
            B,
            "its window ends 2026-11-24T12:00:00Z, it should end 2026-12-24T12:00:00Z",
        ),
        (found({A: Instance(), B: Instance()}), "outdated", B, "its window ends never, for it is closed"),
        (found(definition=OLD), "outdated", None, "the template, the parameters or the tags of the StackSet"),
        (found(stacks={POLICY: stack(OLD)}), "outdated", None, "the template, the parameters or the tags of the stack"),
        (
            found({A: Instance(Condition.INOPERABLE, reason="termination protection"), B: Instance(window=WINDOW)}),
            "unhealthy",
            A,
            "INOPERABLE: termination protection",
        ),
    ],
)
def test_each_kind_of_difference_is_told_where_it_is(observed, kind, account, detail):
    verification = verify(WANTED, observed)
    assert not verification.is_converged
    (difference,) = getattr(verification, kind)
    assert sum(map(len, verification.kinds())) == 1
    assert difference.account == account
    assert difference.detail.startswith(detail)


def test_what_is_as_wanted_makes_no_difference():
    assert verify(WANTED, WANTED) == Verification()


def test_a_foreign_stack_set_of_our_name_grants_nothing_of_ours():
    verification = verify(WANTED, found(is_foreign=True))
    assert {(difference.account, difference.detail) for difference in verification.missing} == {
        (A, "not granted: the name belongs to something that is not ours"),
        (B, "not granted: the name belongs to something that is not ours"),
    }
    assert verify({}, found({}, stacks={}, is_foreign=True)) == Verification()


def test_a_stack_set_that_does_not_exist_is_missing_with_or_without_accounts():
    verification = verify(state({POLICY: Unit(NEW, {A: Instance()}), OTHER: Unit(NEW)}), {})
    assert verification.missing == (
        Deviation(None, OTHER, "the StackSet does not exist"),
        Deviation(A, POLICY, "not granted: it does not exist"),
    )


def test_hands_off_accounts_are_passed_over():
    observed = found({B: Instance(window=WINDOW), C: Instance(Condition.INOPERABLE)})
    assert verify(WANTED, observed, excluded={A, C}) == Verification()


def test_an_instance_the_plan_leaves_outdated_is_no_surprise():
    behind = state({POLICY: Unit(NEW, {A: Instance(Condition.OUTDATED)})})
    assert verify(behind, behind) == Verification()


def test_a_policy_that_outlived_its_stack_set_is_found_inside_the_account():
    inspector = FakeInspector({A: frozenset({POLICY, OTHER}), B: frozenset({OTHER}), C: "AssumeRole was denied"})
    still, unreachable = look_inside([(POLICY, account, "CadoRole") for account in (A, B, C)], inspector)
    assert [difference.account for difference in still] == [A]
    assert f"aws iam delete-role-policy --role-name CadoRole --policy-name {POLICY}" in still[0].detail
    assert [(difference.account, "AssumeRole was denied" in difference.detail) for difference in unreachable] == [(C, True)]
