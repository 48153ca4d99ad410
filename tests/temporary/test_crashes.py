"""A clean-up that is killed anywhere ends as one that is not, whoever goes on: the same plan again, or a new clean-up."""

from dataclasses import replace

import pytest

from orchestrator.execution.layout import LEDGER
from orchestrator.execution.ledger import Ledger
from orchestrator.model.plan import Purpose
from orchestrator.model.temporary import LedgerEvent, TemporaryState
from orchestrator.runs import status, verify
from tests.temporary.world import ONE, PASSING, PASSING_SET, SPOKE_ROLE, TWO
from tests.worlds.fakes import SimulatedCrash


class KilledWhileWriting:
    """A store whose n-th append kills the process, and everything after it."""

    def __init__(self, store, left):
        self._store, self._left = store, left

    def __getattr__(self, name):
        return getattr(self._store, name)

    def append(self, log, record):
        if self._left <= 0:
            raise SimulatedCrash
        self._left -= 1
        self._store.append(log, record)


class KilledBeforeTheLedger(KilledWhileWriting):
    """A store whose first write into the ledger kills the process: AWS and the journal have everything, the ledger nothing."""

    def append(self, log, record):
        if log == LEDGER:
            raise SimulatedCrash
        self._store.append(log, record)


def killed(shop, made, appends, dying=KilledWhileWriting):
    """The state afterwards, with the lock of the dead process broken."""
    store = shop.tools.store
    shop.tools = replace(shop.tools, store=dying(store, appends))
    with pytest.raises(SimulatedCrash):
        shop.carry_out(made)
    shop.tools = replace(shop.tools, store=store)


@pytest.mark.parametrize(("appends", "is_same_plan"), [(3, True), (8, True), (5, False)])
def test_a_clean_up_killed_in_the_middle_is_finished_by_the_next(open_for, appends, is_same_plan):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    shop.use(ONE)
    shop.use(TWO)
    made = shop.plan(Purpose.CLEANUP)
    killed(shop, made, appends)
    again = made if is_same_plan else shop.plan(Purpose.CLEANUP)
    if again.operations:
        assert shop.carry_out(again).is_converged
    assert shop.windows() == {}
    assert PASSING_SET not in shop.policies(ONE) + shop.policies(TWO)
    assert shop.plan().operations == ()
    assert shop.standing(ONE).state is TemporaryState.ABSENT
    if is_same_plan:
        for account in (ONE, TWO):
            assert sorted(shop.events(account)) == sorted([LedgerEvent.GRANTED, LedgerEvent.USED, LedgerEvent.REVOKED, LedgerEvent.GONE])


@pytest.mark.parametrize("appends", range(2, 7))
def test_a_deliberate_grant_whose_run_was_killed_is_not_taken_for_an_old_one(open_for, appends):
    """The account was used before, and the ledger does not know the new window yet: the journal does."""
    shop = open_for((ONE,))
    shop.spend(ONE)
    before = Ledger(shop.tools.store).records()
    killed(shop, shop.plan_requested(ONE, hours=24), appends)
    shop.pass_time(minutes=1)
    is_there = ONE in shop.windows()
    assert Ledger(shop.tools.store).records() == before
    assert shop.plan(Purpose.CLEANUP).changes == ()
    if is_there:
        assert shop.standing(ONE).state is TemporaryState.GRANTED
        assert shop.plan().summary.grants_revoked == 0
    shop.clean_up()
    assert (ONE in shop.windows()) is is_there


@pytest.mark.parametrize("appends", range(3, 9))
def test_a_repair_that_was_killed_loses_no_deliberate_grant(open_for, appends):
    shop = open_for((ONE,))
    shop.spend(ONE)
    assert shop.carry_out(shop.plan_requested(ONE, hours=24)).is_converged
    window = shop.windows()[ONE]
    shop.sandbox.delete_inline_policy(ONE, SPOKE_ROLE, PASSING_SET)
    verify(shop.tools, drift=True)
    killed(shop, shop.plan(), appends)
    shop.roll_out()
    assert shop.windows() == {ONE: window}
    assert PASSING_SET in shop.policies(ONE)
    assert shop.plan().operations == ()
    shop.pass_time(hours=25)
    assert shop.clean_up().is_converged
    assert shop.windows() == {}


def test_what_a_killed_run_revoked_is_known_before_it_is_resumed(open_for):
    """No rule grants it, a person did: forgotten, the revocation would look like a grant that is missing."""
    shop = open_for((ONE,), passing=False)
    shop.roll_out()
    shop.carry_out(shop.plan_requested(ONE))
    assert shop.standing(ONE).state is TemporaryState.GRANTED
    killed(shop, shop.plan(Purpose.DESTROY), 0, KilledBeforeTheLedger)
    assert shop.windows() == {}
    assert shop.events(ONE) == [LedgerEvent.GRANTED]
    assert PASSING_SET not in {change.stack_set for change in shop.plan().changes}
    assert all((grant.group_set, grant.account) != (PASSING, ONE) for grant in status(shop.tools).temporary)
