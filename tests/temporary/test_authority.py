"""Windows of a plan that is applied later, or says more than the rules: those it was reviewed with, as long as the rules want them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.errors import RefusedError
from orchestrator.model.plan import Purpose
from orchestrator.model.state import Window
from orchestrator.model.temporary import LedgerEvent
from tests.temporary.world import ONE, PASSING, PASSING_SET, PCI, SOLD, TWO


def refused(shop, plan, *words):
    """As stale, with the words, and nothing is granted."""
    before = len(shop.sandbox.journal.writes())
    with pytest.raises(RefusedError) as caught:
        shop.carry_out(shop.tools.codec.seal(plan))
    assert caught.value.refusal == "stale_plan"
    assert [word for word in words if word not in caught.value.message] == []
    assert len(shop.sandbox.journal.writes()) == before


def with_windows(plan, window):
    """The plan with this window wherever it opens one."""
    changed = tuple(replace(step, window=window) if step.window is not None else step for step in plan.operations)
    return replace(plan, operations=changed)


def test_a_plan_applied_later_opens_the_window_it_was_reviewed_with(open_for):
    shop = open_for((ONE,))
    plan = shop.plan()
    shop.pass_time(hours=30)
    assert shop.carry_out(plan).is_converged
    assert shop.windows()[ONE] == Window(plan.header.created_at, plan.header.created_at + timedelta(days=7))
    assert shop.plan().operations == ()


def test_a_longer_window_than_the_terms_give_is_not_opened(open_for):
    shop = open_for((ONE,))
    plan = shop.plan()
    begins = plan.header.created_at
    refused(shop, with_windows(plan, Window(begins, begins + timedelta(days=100))), PASSING_SET, ONE, "window")
    refused(shop, with_windows(plan, None), PASSING_SET, "the window is to be none")
    later = begins + timedelta(days=400)
    forged = replace(plan, header=replace(plan.header, created_at=later))
    refused(shop, with_windows(forged, Window(later, later + timedelta(days=7))), "begins in the future")


def test_shorter_terms_hold_for_a_plan_made_before(open_for):
    shop = open_for((ONE,))
    plan, terms = shop.plan(), shop.tools.rollout.temporary
    shorter = {**terms, PASSING: replace(terms[PASSING], expires_after=timedelta(days=1))}
    shop.tools = replace(shop.tools, rollout=replace(shop.tools.rollout, temporary=shorter))
    refused(shop, plan, PASSING_SET, "the window is to be")


def test_a_used_grant_is_not_given_by_a_plan_made_before_its_use(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    shop.pass_time(days=8)
    renewal = shop.plan_requested(ONE)
    assert shop.clean_up().is_converged
    refused(shop, renewal, PASSING_SET)
    assert shop.events(ONE)[-1] is LedgerEvent.GONE


@pytest.mark.parametrize(("account", "word"), [(SOLD, "never changed: sold"), (PCI, "PCI scope")])
def test_a_request_reaches_no_account_that_could_not_ask_for_it(open_for, account, word):
    shop = open_for((ONE,))
    plan = shop.plan_requested(TWO)
    elsewhere = tuple(replace(step, accounts=(account,)) if step.accounts else step for step in plan.operations)
    refused(shop, replace(plan, operations=elsewhere), word)


def test_a_request_is_refused_once_its_account_is_excluded(open_for):
    shop = open_for((ONE,))
    plan = shop.plan_requested(TWO)
    shop.configure((ONE,), sold=TWO)
    refused(shop, plan, "never changed: sold")


def test_a_clean_up_revokes_nothing_that_is_alive(open_for):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    shop.use(ONE)
    plan = shop.plan(Purpose.CLEANUP)
    everywhere = tuple(replace(step, accounts=(ONE, TWO)) if step.accounts else step for step in plan.operations)
    refused(shop, replace(plan, operations=everywhere), TWO, "granted by for a time")
