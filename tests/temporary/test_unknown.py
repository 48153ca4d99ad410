"""Unknown is not no: a use that could not be looked for is told wherever grants are counted, and never passes for "not used"."""

from dataclasses import replace

import pytest

from orchestrator.model.evidence import Unknown
from orchestrator.model.plan import Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.model.temporary import TemporaryState
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan.text import plan_text
from orchestrator.runs import verify
from tests.temporary.world import ONE, PASSING, PASSING_SET, TWO

PAGE = Page(width=300)


@pytest.fixture
def shop(open_for, sandbox):
    """Two grants that are alive; one of the accounts does not show its use any more."""
    made = open_for((ONE, TWO))
    made.roll_out()
    sandbox.faults.deny = [f"kms:*@{ONE}"]
    return made


def test_a_plan_warns_and_counts(shop):
    made = shop.plan()
    assert made.operations == ()
    assert made.summary.evidence_unknown == 1
    (warning,) = made.warnings
    assert all(word in warning for word in (PASSING, ONE, "unknown", "ListAliases"))
    assert "The use of 1 temporary grant is unknown." in plan_text(made, PAGE)


def test_verification_calls_it_unreachable(shop, sandbox):
    found = verify(shop.tools)
    assert [(item.account, item.stack_set) for item in found.unreachable] == [(ONE, PASSING_SET)]
    assert "whether it was used is unknown" in found.unreachable[0].detail
    assert not found.is_converged
    sandbox.faults.deny = []
    assert verify(shop.tools).is_converged


def test_a_clean_up_does_not_call_it_unused(shop):
    made = shop.plan(Purpose.CLEANUP)
    assert "known to be used or over" in plan_text(made, PAGE)
    outcome = shop.carry_out(made)
    assert [(item.account, item.stack_set) for item in outcome.verification.unreachable] == [(ONE, PASSING_SET)]
    assert not outcome.is_converged
    assert "not every account could be read" in outcome_text(outcome, shop.clock.now(), PAGE)


def test_an_older_plan_of_a_clean_up_is_no_witness(open_for, sandbox):
    shop = open_for((ONE,))
    shop.roll_out()
    made = shop.plan(Purpose.CLEANUP)
    sandbox.faults.deny = [f"kms:*@{ONE}"]
    assert [item.account for item in shop.carry_out(made).verification.unreachable] == [ONE]


def test_a_clean_up_of_others_tells_it_too_and_leaves_it(shop):
    shop.use(TWO)
    outcome = shop.clean_up()
    assert [item.account for item in outcome.verification.unreachable] == [ONE]
    assert PASSING_SET in shop.policies(ONE)
    assert PASSING_SET not in shop.policies(TWO)


def test_once_its_window_is_over_it_goes_whether_or_not_it_was_used(shop):
    shop.pass_time(days=8)
    assert shop.clean_up().is_converged
    assert PASSING_SET not in shop.policies(ONE)


def test_a_window_that_opens_without_knowing_whether_it_is_needed_says_so(open_for, sandbox):
    sandbox.faults.deny = [f"kms:*@{ONE}"]
    made = open_for((ONE,)).plan()
    assert made.summary.evidence_unknown == 1
    assert any(ONE in warning and "unknown" in warning for warning in made.warnings)


def test_an_account_left_alone_on_purpose_is_not_missed(shop):
    shop.configure((ONE, TWO), sold=ONE)
    grant = shop.standing(ONE)
    assert isinstance(grant.evidence, Unknown)
    assert shop.plan().summary.evidence_unknown == 0
    assert verify(shop.tools).unreachable == ()
    assert shop.clean_up().is_converged


def test_a_grant_whose_role_left_rollout_yaml_is_judged_all_the_same(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    roles = {kind: role for kind, role in shop.tools.rollout.roles.items() if kind is not RoleKind.SPOKE}
    rules = tuple(rule for rule in shop.tools.rollout.rules if rule.exclude)
    shop.tools = replace(shop.tools, rollout=replace(shop.tools.rollout, roles=roles, rules=rules))
    assert shop.standing(ONE).state is TemporaryState.GRANTED
