"""A window a person opens: fresh, written down with its reason, left alone until its end, and never where no rule could put it."""

from datetime import timedelta

import pytest

from orchestrator.errors import OrchestratorError, RefusedError
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.temporary import LedgerEvent, TemporaryState
from tests.temporary.world import FIRST_USE, ONE, PASSING, PASSING_SET, PCI, SOLD, TWO
from tests.worlds.organizations import HUB, MANAGEMENT


def test_a_renewal_after_expiry_has_a_fresh_window_until_its_own_end(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    first = shop.windows()[ONE]
    shop.pass_time(days=8)
    shop.clean_up()
    assert "renew it with: grant-temporarily" in shop.standing(ONE).detail
    assert shop.carry_out(shop.plan_requested(ONE, hours=24)).is_converged
    window = shop.windows()[ONE]
    assert window.not_before > first.not_after
    assert window.not_after - window.not_before == timedelta(hours=24)
    record = Ledger(shop.tools.store).records()[-1]
    assert (record.event, record.deliberate, record.because, record.window) == (LedgerEvent.GRANTED, True, "a case", window)
    shop.pass_time(hours=23)
    assert shop.plan().operations == ()
    assert shop.windows()[ONE] == window
    shop.pass_time(hours=2)
    assert shop.roll_out().is_converged
    assert PASSING_SET not in shop.policies(ONE)
    assert shop.plan().operations == ()


def test_a_renewal_outlives_the_use_that_came_before_it(open_for):
    shop = open_for((ONE,))
    shop.spend(ONE)
    assert shop.carry_out(shop.plan_requested(ONE, hours=24)).is_converged
    standing = shop.standing(ONE)
    assert standing.state is TemporaryState.GRANTED
    assert "before this window" in standing.detail
    assert shop.plan().operations == ()
    shop.pass_time(hours=25)
    assert shop.clean_up().is_converged
    assert shop.windows() == {}
    shop.pass_time(days=3)
    assert shop.plan().operations == ()


def test_an_account_no_rule_names_gets_its_role_for_as_long(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    assert shop.carry_out(shop.plan_requested(TWO)).is_converged
    assert shop.policies(TWO) == [PASSING_SET]
    assert shop.plan().operations == ()
    assert ONE in shop.windows()


def test_what_no_rule_could_grant_is_refused_by_name_too(open_for):
    shop = open_for((ONE,))
    for account, group_set, reason in (
        (SOLD, PASSING, "never changed: sold"),
        (PCI, PASSING, "withheld: .*PCI scope"),
        (HUB, PASSING, "spoke sets do not go to the hub"),
        (ONE, FIRST_USE, "hub sets go to the hub account"),
        (MANAGEMENT, FIRST_USE, "hub sets go to the hub account"),
    ):
        with pytest.raises(RefusedError, match=reason):
            shop.plan_requested(account, group_set=group_set)


def test_names_that_mean_nothing_are_told_apart_from_refusals(open_for):
    shop = open_for((ONE,))
    for account, group_set in ((ONE, GroupSetName("spoke-checks")), (ONE, GroupSetName("spoke-lamda")), (AccountId("9" * 12), PASSING)):
        with pytest.raises(OrchestratorError) as caught:
            shop.plan_requested(account, group_set=group_set)
        assert caught.value.exit_code == 1
