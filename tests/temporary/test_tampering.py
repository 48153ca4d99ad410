"""Temporary grants that somebody else's hand was in: windows moved in AWS, and policies changed in the account."""

from datetime import timedelta

import pytest

from orchestrator.execution.ledger import Ledger
from orchestrator.model.plan import ChangeKind
from orchestrator.model.temporary import TemporaryState
from orchestrator.planning.windows import format_time
from orchestrator.workflows import verify
from tests.temporary.world import MANAGEMENT, ONE, PASSING_SET, SPOKE_ROLE, TWO


def move_window(shop, account, end):
    """As somebody with a console would."""
    window = shop.windows()[account]
    overrides = {"NotBefore": format_time(window.not_before), "NotAfter": format_time(end)}
    shop.client("cloudformation", MANAGEMENT).update_stack_instances(
        StackSetName=PASSING_SET,
        DeploymentTargets={"OrganizationalUnitIds": ["r-ab12"], "Accounts": [account], "AccountFilterType": "INTERSECTION"},
        Regions=["us-east-1"],
        ParameterOverrides=[{"ParameterKey": key, "ParameterValue": value} for key, value in overrides.items()],
    )


@pytest.mark.parametrize("length", [timedelta(hours=1), timedelta(days=3650)], ids=["shortened", "prolonged"])
def test_a_window_moved_in_aws_is_shown_and_put_back(open_for, length):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    before = shop.windows()
    move_window(shop, ONE, before[ONE].not_before + length)
    assert [(item.account, item.stack_set) for item in verify(shop.tools).outdated] == [(ONE, PASSING_SET)]
    assert "set by somebody else" in shop.standing(ONE).detail
    plan = shop.plan()
    assert [(change.change, change.account) for change in plan.changes] == [(ChangeKind.UPDATE, ONE)]
    assert shop.carry_out(plan).is_converged
    assert shop.windows() == before
    assert verify(shop.tools).is_converged
    assert shop.plan().operations == ()


def test_a_window_prolonged_in_aws_is_cleaned_up_at_the_end_it_was_granted_with(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    move_window(shop, ONE, shop.windows()[ONE].not_after + timedelta(days=3650))
    shop.pass_time(days=8)
    assert shop.standing(ONE).state is TemporaryState.EXPIRED
    assert shop.clean_up().is_converged
    assert PASSING_SET not in shop.policies(ONE)


def test_without_the_ledger_the_window_is_as_aws_shows_it(open_for, tmp_path):
    shop = open_for((ONE,))
    shop.roll_out()
    move_window(shop, ONE, shop.windows()[ONE].not_before + timedelta(days=30))
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    shop.pass_time(days=8)
    assert shop.standing(ONE).state is TemporaryState.GRANTED


def test_a_deliberate_grant_that_was_repaired_is_still_a_deliberate_one(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    assert shop.carry_out(shop.plan_wish(TWO, hours=48)).is_converged
    window = shop.windows()[TWO]
    shop.sandbox.delete_inline_policy(TWO, SPOKE_ROLE, PASSING_SET)
    assert not verify(shop.tools, drift=True).is_converged
    plan = shop.plan()
    assert {change.change for change in plan.changes} == {ChangeKind.REPAIR}
    assert shop.carry_out(plan).is_converged
    assert PASSING_SET in shop.policies(TWO)
    assert shop.windows()[TWO] == window
    last = [record for record in Ledger(shop.tools.store).records() if record.account == TWO][-1]
    assert (last.deliberate, last.because, last.window) == (True, "a case", window)
    assert shop.plan().operations == ()
    shop.pass_time(hours=49)
    assert shop.clean_up().is_converged
    assert PASSING_SET not in shop.policies(TWO)
