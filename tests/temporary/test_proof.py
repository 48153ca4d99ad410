"""Taken back is not yet gone: what nobody saw is looked for again by the next clean-up, wherever it runs."""

import time
from dataclasses import replace

import pytest

from orchestrator.execution.layout import plan_key
from orchestrator.model.plan import Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.model.temporary import LedgerEvent
from orchestrator.runs import Intent, plan, read_world, unfinished_plan
from orchestrator.runs.applying import prove_earlier
from tests.temporary.test_lifecycle import GONE, GRANTED, REVOKED, USED, SomebodyPutsItBack
from tests.temporary.world import ONE, PASSING, PASSING_SET, SPOKE_ROLE, THREE, TWO
from tests.worlds.organizations import MANAGEMENT


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


def take_out_by_hand(shop, account, *, retain=True):
    """As somebody with a console does it: the instance goes, and with ``retain`` its stack stays in the account."""
    console = shop.client("cloudformation", MANAGEMENT)
    targets = {"OrganizationalUnitIds": ["r-ab12"], "Accounts": [account], "AccountFilterType": "INTERSECTION"}
    place = {"StackSetName": PASSING_SET, "DeploymentTargets": targets, "Regions": ["us-east-1"]}
    operation = console.delete_stack_instances(**place, RetainStacks=retain)["OperationId"]
    while console.describe_stack_set_operation(StackSetName=PASSING_SET, OperationId=operation)["StackSetOperation"]["Status"] == "RUNNING":
        time.sleep(0.01)


@pytest.fixture
def shop(open_for):
    """One temporary grant, alive."""
    made = open_for((ONE,))
    made.roll_out()
    return made


def test_a_grant_whose_instance_was_removed_by_hand_is_looked_for(shop, sandbox):
    take_out_by_hand(shop, ONE)
    outcome = shop.clean_up()
    assert [(item.account, item.stack_set) for item in outcome.verification.tampered] == [(ONE, PASSING_SET)]
    assert not outcome.is_converged
    assert shop.events(ONE) == [GRANTED, LedgerEvent.STILL_THERE]
    sandbox.delete_inline_policy(ONE, SPOKE_ROLE, PASSING_SET)
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, LedgerEvent.STILL_THERE, GONE]


def test_a_grant_that_left_with_its_stack_is_seen_to_be_gone(shop):
    take_out_by_hand(shop, ONE, retain=False)
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, GONE]


def test_a_grant_whose_stack_set_was_deleted_by_hand_and_dropped_from_the_catalog_is_looked_for(shop):
    take_out_by_hand(shop, ONE)
    shop.client("cloudformation", MANAGEMENT).delete_stack_set(StackSetName=PASSING_SET)
    shop.configure((ONE,), passing=False)
    kept = {name: group_set for name, group_set in shop.tools.catalog.group_sets.items() if name != PASSING}
    rules = tuple(rule for rule in shop.tools.rollout.rules if not rule.withhold)
    rollout, catalog = replace(shop.tools.rollout, rules=rules), replace(shop.tools.catalog, group_sets=kept)
    shop.tools = replace(shop.tools, rollout=rollout, catalog=catalog)
    assert [item.account for item in shop.clean_up().verification.tampered] == [ONE]


def test_a_grant_is_looked_for_on_the_role_it_was_made_for_whatever_the_rules_call_it_now(shop):
    take_out_by_hand(shop, ONE)
    renamed = replace(shop.tools.rollout.roles[RoleKind.SPOKE], name="AnotherRole")
    roles = {**shop.tools.rollout.roles, RoleKind.SPOKE: renamed}
    shop.tools = replace(shop.tools, rollout=replace(shop.tools.rollout, roles=roles))
    assert [item.account for item in shop.clean_up().verification.tampered] == [ONE]


def test_a_grant_nobody_knows_the_role_of_is_not_taken_for_gone(shop):
    take_out_by_hand(shop, ONE)
    shop.tools.store.put(plan_key(shop.granted_by(ONE)), b"")
    shop.tools = replace(shop.tools, rollout=replace(shop.tools.rollout, roles={}, rules=()))
    outcome = prove_earlier(shop.tools, shop.plan(Purpose.CLEANUP), read_world(shop.tools))
    assert [item.account for item in outcome.verification.unreachable] == [ONE]
    assert GONE not in shop.events(ONE)


def test_a_grant_that_is_alive_is_where_it_should_be(shop, sandbox):
    before = len(sandbox.journal.calls())
    assert shop.clean_up().is_converged
    assert not [call for call in sandbox.journal.calls()[before:] if call.operation == "ListRolePolicies"]


def test_a_grant_that_was_forgotten_is_never_called_gone_and_looked_for_once_its_account_is_back(shop, sandbox):
    sandbox.set_state(ONE, "SUSPENDED")
    shop.carry_out(plan(shop.tools, Intent(Purpose.FORGET, forgotten=ONE, because="a case")))
    assert shop.clean_up().is_converged
    assert shop.events(ONE) == [GRANTED, LedgerEvent.RETAINED]
    sandbox.set_state(ONE, "ACTIVE")
    shop.configure((TWO,))
    assert [(item.account, item.stack_set) for item in shop.clean_up().verification.tampered] == [(ONE, PASSING_SET)]
    sandbox.delete_inline_policy(ONE, SPOKE_ROLE, PASSING_SET)
    shop.clean_up()
    assert shop.events(ONE)[-2:] == [LedgerEvent.STILL_THERE, GONE]
