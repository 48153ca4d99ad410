"""The state is lost, or lies elsewhere: AWS alone says what is granted, and no rule opens a window that may have ended before."""

import shutil

import pytest

from orchestrator.errors import OrchestratorError
from orchestrator.model.temporary import LedgerEvent, TemporaryState
from orchestrator.runs.belonging import claim
from tests.temporary.world import ONE, PASSING_SET, TWO
from tests.worlds.fakes import SimulatedCrash


def lose_state(shop):
    shutil.rmtree(shop.folder / "state")


def opened(plan):
    return {(change.stack_set, account) for change in plan.changes if change.stack_set == PASSING_SET for account in change.accounts}


@pytest.fixture
def shop(open_for):
    """One account's window has ended unused and is revoked, the other one's is open, and the state is lost."""
    shop = open_for((ONE,))
    shop.roll_out()
    shop.pass_time(days=8)
    shop.clean_up()
    shop.configure((ONE, TWO))
    shop.roll_out()
    assert (set(shop.windows()), opened(shop.plan())) == ({TWO}, set())
    lose_state(shop)
    return shop


def test_it_is_a_warning_on_top_of_every_plan(shop):
    for purpose in ("rollout", "cleanup", "destroy"):
        first, *_ = shop.plan(type(shop.plan().header.purpose)(purpose)).warnings
        assert f"the state {shop.folder / 'state'} is empty, but this rollout is in AWS" in first


def test_no_rule_opens_a_window_and_those_that_are_open_stay(shop):
    window = shop.windows()[TWO]
    assert opened(shop.plan()) == set()
    absent, granted = shop.standing(ONE), shop.standing(TWO)
    assert (absent.state, granted.state, granted.window) == (TemporaryState.ABSENT, TemporaryState.GRANTED, window)
    assert f"grant-temporarily {absent.group_set} --account {ONE}" in absent.detail


def test_the_next_runs_do_not_open_it_either(shop):
    shop.configure((ONE, TWO), first_use=True)
    assert shop.roll_out().is_converged
    assert not any("is empty" in warning for warning in shop.plan().warnings)
    assert opened(shop.plan()) == set()
    assert shop.events(ONE) == [LedgerEvent.FORGOTTEN]


def test_a_person_opens_it_by_name_and_a_rule_wherever_nothing_was_before(shop):
    shop.carry_out(shop.plan_requested(ONE))
    assert shop.standing(ONE).state is TemporaryState.GRANTED
    assert shop.events(ONE) == [LedgerEvent.FORGOTTEN, LedgerEvent.GRANTED]


@pytest.mark.parametrize("key", ["ledger", "belongs-to"])
def test_a_run_that_dies_before_it_is_written_down_forgets_nothing(shop, monkeypatch, key):
    plan = shop.plan_requested(ONE)
    store = type(shop.tools.store)

    def die(self, name, content):
        raise SimulatedCrash

    with monkeypatch.context() as crash:
        crash.setattr(store, {"ledger": "append", "belongs-to": "put"}[key], die)
        with pytest.raises((SimulatedCrash, OrchestratorError)):
            claim(shop.tools, shop.tools.directory.discover(), plan)
    assert opened(shop.plan()) == set()
    assert "is empty" in shop.plan().warnings[0]


def test_a_first_rollout_knows_that_nothing_was_before(open_for):
    shop = open_for((ONE,))
    assert shop.plan().warnings == ()
    assert opened(shop.plan()) == {(PASSING_SET, ONE)}
