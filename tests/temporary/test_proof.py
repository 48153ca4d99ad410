"""Taken back is not yet gone: what nobody saw is looked for again by the next clean-up, wherever it runs."""

from dataclasses import replace

from orchestrator.model.plan import Purpose
from orchestrator.model.temporary import LedgerEvent
from orchestrator.runs import unfinished_plan
from tests.temporary.test_lifecycle import GONE, GRANTED, REVOKED, USED, SomebodyPutsItBack
from tests.temporary.world import ONE, PASSING_SET, SPOKE_ROLE, THREE, TWO


def taken_back_unseen(shop, sandbox, account):
    """The account shows its use, then lets nobody in any more while the grant is taken back."""
    shop.use(account)
    made = shop.plan(Purpose.CLEANUP)
    sandbox.faults.deny = [f"iam:*@{account}"]
    return shop.carry_out(made)


def test_an_account_nobody_could_look_into_is_looked_into_again(open_for, sandbox):
    shop = open_for((ONE,))
    shop.roll_out()
    outcome = taken_back_unseen(shop, sandbox, ONE)
    assert [item.account for item in outcome.verification.unreachable] == [ONE]
    assert not outcome.is_converged
    again = shop.clean_up()
    assert again.operations == ()
    assert [item.account for item in again.verification.unreachable] == [ONE]
    sandbox.faults.deny = []
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, USED, REVOKED, GONE]
    before = len(sandbox.journal.calls())
    assert shop.clean_up().is_converged
    assert not [call for call in sandbox.journal.calls()[before:] if call.operation == "ListRolePolicies"]


def test_a_look_that_is_owed_keeps_nobody_else_from_being_cleaned_up(open_for, sandbox):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    taken_back_unseen(shop, sandbox, ONE)
    assert unfinished_plan(shop.tools) is None
    shop.use(TWO)
    outcome = shop.clean_up()
    assert [item.account for item in outcome.verification.unreachable] == [ONE]
    assert PASSING_SET not in shop.policies(TWO)
    assert shop.events(TWO) == [GRANTED, USED, REVOKED, GONE]


def test_a_policy_taken_away_by_hand_is_seen_to_be_gone(open_for, sandbox):
    shop = open_for((ONE,))
    shop.roll_out()
    shop.use(ONE)
    reach = shop.tools.reach
    shop.tools = replace(
        shop.tools, reach=lambda found: replace(reach(found), inspector=SomebodyPutsItBack(reach(found).inspector, sandbox))
    )
    assert shop.clean_up().verification.tampered
    shop.tools = replace(shop.tools, reach=reach)
    assert [item.account for item in shop.clean_up().verification.tampered] == [ONE]
    sandbox.delete_inline_policy(ONE, SPOKE_ROLE, PASSING_SET)
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, USED, REVOKED, LedgerEvent.STILL_THERE, GONE]


def test_a_plain_plan_does_not_ask_for_what_others_took_back(open_for, sandbox):
    shop = open_for((ONE,))
    shop.roll_out()
    taken_back_unseen(shop, sandbox, ONE)
    shop.configure((ONE, TWO))
    assert shop.roll_out().is_converged


def test_nobody_looks_into_an_account_that_left(open_for, sandbox):
    shop = open_for((ONE, TWO, THREE))
    shop.roll_out()
    taken_back_unseen(shop, sandbox, ONE)
    sandbox.set_state(ONE, "SUSPENDED")
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, USED, REVOKED]
