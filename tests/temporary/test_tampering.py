"""Temporary grants that somebody else's hand was in: windows moved in AWS, and policies changed in the account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Create, CreateInstances
from orchestrator.model.plan import ChangeKind
from orchestrator.model.state import Place, Window
from orchestrator.model.temporary import LedgerEvent, TemporaryState
from orchestrator.runs import observe, verify
from orchestrator.sandbox.faults import Failure
from orchestrator.temporary.windows import format_time
from tests.temporary.world import ONE, PASSING_SET, SPOKE_ROLE, TWO
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.organizations import MANAGEMENT


def move_window(shop, account, end, *, begin=None):
    """As somebody with a console would."""
    begin = begin or shop.windows()[account].not_before
    overrides = {"NotBefore": format_time(begin), "NotAfter": format_time(end)}
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
    assert "not the granted one" in shop.standing(ONE).detail
    plan = shop.plan()
    assert [(change.change, *change.accounts) for change in plan.changes] == [(ChangeKind.UPDATE, ONE)]
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
    assert shop.carry_out(shop.plan_requested(TWO, hours=48)).is_converged
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


class KilledBeforeTheCall:
    """A deployer whose first call kills the process before it is sent."""

    def __init__(self, deployer):
        self._deployer = deployer

    def __getattr__(self, name):
        return getattr(self._deployer, name)

    def submit(self, operation, operation_id):
        raise SimulatedCrash


def test_a_grant_prolonged_by_hand_whose_clean_up_was_killed_is_still_expired(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    shop.pass_time(days=8)
    move_window(shop, ONE, shop.windows()[ONE].not_after + timedelta(days=3650))
    reach = shop.tools.reach
    whole, dying = shop.tools, lambda found: replace(reach(found), deployer=KilledBeforeTheCall(reach(found).deployer))
    shop.tools = replace(whole, reach=dying)
    with pytest.raises(SimulatedCrash):
        shop.clean_up()
    shop.tools = whole
    assert shop.standing(ONE).state is TemporaryState.EXPIRED
    assert shop.clean_up().is_converged
    assert PASSING_SET not in shop.policies(ONE)


def test_a_grant_made_anew_by_hand_after_it_had_ended_is_taken_for_what_it_was(open_for):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    stack_set = observe(shop.tools.rollout, shop.tools.catalog, shop.tools.reach(shop.tools.directory.discover()).deployer)
    shop.pass_time(days=8)
    deployer = shop.tools.reach(shop.tools.directory.discover()).deployer
    shop.clean_up()
    window = Window(shop.clock.now().replace(microsecond=0), shop.clock.now().replace(microsecond=0) + timedelta(days=3650))
    definition = stack_set[Place(PASSING_SET)].definition
    for number, operation in enumerate(
        (
            Create(id=OperationKey("1"), place=Place(PASSING_SET), wave="", definition=definition),
            CreateInstances(id=OperationKey("2"), place=Place(PASSING_SET), wave="", accounts=(ONE,), window=window),
        )
    ):
        deployer.submit(operation, f"by-hand-{number}")
        while not (found := deployer.progress(operation, f"by-hand-{number}")) or not found.is_finished:
            pass
    assert shop.windows() == {ONE: window}
    assert shop.standing(ONE).state is TemporaryState.EXPIRED
    assert shop.clean_up().is_converged
    assert shop.windows() == {}


def test_a_beginning_moved_by_hand_hides_no_use(open_for):
    shop = open_for((ONE,), remove_when={"cloudtrail_event": {"name": "CreateKey"}})
    shop.roll_out()
    shop.use(ONE)
    assert shop.standing(ONE).state is TemporaryState.USED
    move_window(shop, ONE, shop.windows()[ONE].not_after, begin=shop.windows()[ONE].not_before + timedelta(hours=1))
    assert shop.standing(ONE).state is TemporaryState.USED
    assert shop.clean_up().is_converged
    assert PASSING_SET not in shop.policies(ONE)


def test_a_grant_made_at_the_second_attempt_is_in_the_ledger_like_any_other(open_for, sandbox):
    shop = open_for((ONE,))
    sandbox.faults.failures = [Failure(account=ONE, stack=PASSING_SET, times=1)]
    assert not shop.roll_out().is_converged
    assert shop.roll_out().is_converged
    before = shop.windows()
    assert shop.events(ONE) == [LedgerEvent.GRANTED]
    move_window(shop, ONE, before[ONE].not_after + timedelta(days=3650))
    assert not verify(shop.tools).is_converged
    assert shop.roll_out().is_converged
    assert shop.windows() == before
