"""A plan that is unfinished and is given up for another: what it did is written down, what AWS still works on is waited for."""

from dataclasses import replace

import pytest

from orchestrator.errors import InterruptedRunError, StateError
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Ending, RunEnded
from orchestrator.model.identifiers import RunId
from orchestrator.model.temporary import LedgerEvent
from orchestrator.runs import Conduct, abandon, apply, leads_to_the_same, unfinished_plan
from tests.temporary.world import ONE, TWO


def interrupted_once_sent(shop, made):
    """Stops as soon as the last operation is on its way."""
    sent = []

    def tell(event):
        sent.append(type(event).__name__)

    conduct = Conduct(
        RunId("cut-short"),
        "a test",
        tell=tell,
        is_interrupted=lambda: sent.count("OperationSubmitted") == len(made.operations),
        resume="the same words",
    )
    with pytest.raises(InterruptedRunError) as caught:
        apply(shop.tools, made, conduct)
    assert "the same words" in (caught.value.remedy or "")


def request_cut_short(shop):
    """A deliberate grant that AWS makes after its run is gone."""
    shop.roll_out()
    shop.sandbox.faults.hold = True
    made = shop.plan_requested(ONE)
    interrupted_once_sent(shop, made)
    shop.sandbox.faults.hold = False
    shop.sandbox.release()
    return made


def endings(shop, plan):
    return [record.ending for record in Journal(shop.tools.store, plan.digest).records() if isinstance(record, RunEnded)]


def test_a_deliberate_grant_cut_short_is_remembered_when_something_else_is_planned(open_for):
    shop = open_for((ONE,), passing=False)
    made = request_cut_short(shop)
    assert shop.events(ONE) == []
    abandon(shop.tools, made, Conduct(RunId("next"), "a test"), "something else")
    assert unfinished_plan(shop.tools) is None
    assert shop.events(ONE) == [LedgerEvent.GRANTED]
    fresh = shop.plan()
    assert fresh.operations == ()


def test_a_plan_that_takes_anothers_place_says_so_in_its_journal(open_for):
    shop = open_for((ONE,))
    first = shop.plan()
    shop.tools = replace(shop.tools)
    conduct = Conduct(RunId("cut-short"), "a test", is_interrupted=lambda: True)
    with pytest.raises(InterruptedRunError):
        apply(shop.tools, first, conduct)
    shop.configure((ONE, TWO))
    second = shop.plan()
    assert not leads_to_the_same(first, second)
    assert shop.carry_out(second).is_converged
    assert endings(shop, first) == [Ending.INTERRUPTED, Ending.SUPERSEDED]
    assert unfinished_plan(shop.tools) is None


def test_the_same_rules_still_want_a_plan_left_unfinished_though_a_new_window_would_open_later(open_for):
    shop = open_for((ONE,))
    first = shop.plan()
    shop.pass_time(hours=1)
    again = shop.plan()
    assert first.digest != again.digest
    assert leads_to_the_same(first, again)


def test_an_unfinished_plan_that_cannot_be_read_stops_everything_and_says_how_to_go_on(open_for):
    shop = open_for((ONE,))
    made = shop.plan()
    conduct = Conduct(RunId("cut-short"), "a test", is_interrupted=lambda: True)
    with pytest.raises(InterruptedRunError):
        apply(shop.tools, made, conduct)
    kept = shop.tools.store.get(f"plans/{made.digest.removeprefix('sha256:')}.json")
    shop.tools.store.put(f"plans/{made.digest.removeprefix('sha256:')}.json", kept[: len(kept) // 2])
    with pytest.raises(StateError, match="truncated") as caught:
        shop.plan()
    assert '"current"' in (caught.value.remedy or "")
    shop.tools.store.put("current", b"")
    assert shop.roll_out().is_converged


def test_the_same_request_again_goes_on_with_the_first_and_another_one_does_not(open_for):
    shop = open_for((ONE,), passing=False)
    made = request_cut_short(shop)
    assert leads_to_the_same(made, shop.plan_requested(ONE))
    assert not leads_to_the_same(made, shop.plan_requested(ONE, hours=48))
    assert not leads_to_the_same(made, shop.plan_requested(TWO))
    shop.pass_time(hours=2)
    assert not leads_to_the_same(made, shop.plan_requested(ONE))
