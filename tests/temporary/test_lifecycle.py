"""A temporary grant from its rule to the proof that it is gone, over the wire."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.composition import equip
from orchestrator.errors import RefusedError
from orchestrator.execution.ledger import Ledger
from orchestrator.model.evidence import Unknown
from orchestrator.model.plan import Purpose
from orchestrator.model.rollout import CallAs
from orchestrator.model.temporary import LedgerEvent, TemporaryState
from orchestrator.runs.watching import alive
from orchestrator.sandbox.first_use import use_for_the_first_time
from orchestrator.settings import Settings
from tests.temporary.world import (
    ACCESS,
    FIRST_USE,
    FIRST_USE_SET,
    HUB_ROLE,
    ONE,
    PASSING_SET,
    PLATFORM_ROLE,
    SNAPSHOT,
    SPOKE_ROLE,
    TEMPORARY,
    THREE,
    TWO,
)
from tests.worlds.organizations import HUB, MANAGEMENT

GRANTED, USED, EXPIRED, REVOKED, GONE = (LedgerEvent(name) for name in ("granted", "used", "expired", "revoked", "gone"))


def test_the_first_use_ends_the_grant_and_the_account_shows_that_it_is_gone(open_for, sandbox):
    shop = open_for((), first_use=True, passing=False)
    assert shop.roll_out().is_converged
    assert shop.standing(HUB, FIRST_USE).state is TemporaryState.GRANTED
    assert FIRST_USE_SET in shop.policies(HUB, HUB_ROLE)
    _, created = use_for_the_first_time(sandbox, HUB, PLATFORM_ROLE, HUB_ROLE)
    assert shop.standing(HUB, FIRST_USE).state is TemporaryState.USED
    outcome = shop.clean_up()
    assert outcome.is_converged
    assert outcome.verification.is_converged
    assert FIRST_USE_SET not in shop.policies(HUB, HUB_ROLE)
    assert shop.plan().operations == ()
    assert shop.standing(HUB, FIRST_USE).detail.startswith(f"not needed: already used on {created:%Y-%m-%d}")
    assert shop.events(HUB) == [GRANTED, USED, REVOKED, GONE]
    used = Ledger(shop.tools.store).records()[1]
    assert (used.at, used.because) == (created.replace(microsecond=0), "")


def test_a_rule_does_not_grant_what_was_used_before(open_for, sandbox):
    sandbox.make_multi_region_role(HUB)
    shop = open_for((), first_use=True, passing=False)
    made = shop.plan()
    assert FIRST_USE_SET not in {change.stack_set for change in made.changes}
    (grant,) = made.temporary
    assert grant.state is TemporaryState.ABSENT
    assert grant.detail.startswith("not needed: already used on 20")


def test_the_used_and_the_expired_go_and_what_cannot_be_read_stays(open_for, sandbox):
    """Of three spokes one was used, one is over, and one can be neither read nor is it over."""
    shop = open_for((TWO,))
    shop.roll_out()
    shop.pass_time(days=6)
    shop.configure((ONE, TWO, THREE))
    shop.roll_out()
    shop.pass_time(days=2)
    shop.use(ONE)
    sandbox.delete_role(THREE, ACCESS)
    made = shop.plan(Purpose.CLEANUP)
    states = {grant.account: grant.state for grant in made.temporary}
    assert states == {ONE: TemporaryState.USED, TWO: TemporaryState.EXPIRED, THREE: TemporaryState.GRANTED}
    assert isinstance(shop.standing(THREE).evidence, Unknown)
    assert {(account, change.stack_set) for change in made.changes for account in change.accounts} == {
        (ONE, PASSING_SET),
        (TWO, PASSING_SET),
    }
    outcome = shop.carry_out(made)
    assert [item.account for item in outcome.verification.unreachable] == [THREE]
    assert list(shop.windows()) == [THREE]
    assert PASSING_SET not in shop.policies(ONE) + shop.policies(TWO)
    assert PASSING_SET in shop.policies(THREE)
    assert shop.events(ONE) == [GRANTED, USED, REVOKED, GONE]
    assert shop.events(TWO) == [GRANTED, EXPIRED, REVOKED, GONE]
    assert shop.plan().operations == ()
    shop.pass_time(days=6)
    over = shop.clean_up()
    assert [item.account for item in over.verification.unreachable] == [THREE]
    assert shop.windows() == {}
    assert shop.events(THREE) == [GRANTED, EXPIRED, REVOKED]


def test_a_second_clean_up_has_nothing_to_do_and_the_first_can_be_applied_again(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    shop.use(ONE)
    made = shop.plan(Purpose.CLEANUP)
    assert shop.carry_out(made).is_converged
    told = shop.events(ONE)
    assert shop.plan(Purpose.CLEANUP).operations == ()
    assert shop.carry_out(made).already_done
    assert shop.events(ONE) == told


def test_a_policy_that_is_still_in_the_account_is_reported_with_the_remedy(open_for, sandbox):
    shop = open_for((ONE,))
    shop.roll_out()
    shop.use(ONE)
    made = shop.plan(Purpose.CLEANUP)
    reach = shop.tools.reach
    shop.tools = replace(
        shop.tools, reach=lambda found: replace(reach(found), inspector=SomebodyPutsItBack(reach(found).inspector, sandbox))
    )
    outcome = shop.carry_out(made)
    (found,) = outcome.verification.tampered
    assert (found.account, found.stack_set) == (ONE, PASSING_SET)
    assert f"aws iam delete-role-policy --role-name {SPOKE_ROLE} --policy-name {PASSING_SET}" in found.detail
    assert not outcome.is_converged
    assert shop.events(ONE) == [GRANTED, USED, REVOKED, LedgerEvent.STILL_THERE]


class SomebodyPutsItBack:
    """By hand, right before we look."""

    def __init__(self, inspector, sandbox):
        self._inspector, self._sandbox = inspector, sandbox

    def inline_policies(self, account, role_name):
        self._sandbox.put_inline_policy(account, role_name, PASSING_SET)
        return self._inspector.inline_policies(account, role_name)


def test_windows_opened_on_different_days_differ_and_planning_never_moves_them(open_for):
    shop = open_for((ONE,))
    shop.roll_out()
    first = shop.windows()[ONE]
    shop.pass_time(days=2)
    shop.configure((ONE, TWO))
    shop.roll_out()
    windows = shop.windows()
    assert windows[ONE] == first
    assert timedelta(days=2) <= windows[TWO].not_after - first.not_after < timedelta(days=2, minutes=5)
    shop.pass_time(days=1)
    assert shop.plan().operations == ()


def test_minimum_age_delays_the_end(open_for):
    shop = open_for((ONE,), minimum_age="24h")
    shop.roll_out()
    shop.use(ONE)
    young = shop.standing(ONE)
    assert young.state is TemporaryState.GRANTED
    assert "its minimum age" in young.detail
    assert shop.plan(Purpose.CLEANUP).operations == ()
    shop.pass_time(hours=25)
    assert shop.clean_up().is_converged
    assert shop.windows() == {}


@pytest.mark.parametrize("days", [0, 8])
def test_a_plain_apply_does_not_bring_it_back(open_for, days):
    """Used, the account tells; ended unused, the ledger does."""
    shop = open_for((ONE,))
    shop.roll_out()
    if days == 0:
        shop.use(ONE)
    shop.pass_time(days=days)
    shop.clean_up()
    assert shop.plan().operations == ()
    shop.pass_time(days=30)
    assert shop.plan().operations == ()
    assert shop.standing(ONE).state is TemporaryState.ABSENT


def test_the_plan_of_a_clean_up_says_what_it_costs_and_how_to_grant_again(open_for, sandbox):
    shop = open_for((), first_use=True, passing=False)
    shop.roll_out()
    assert not any("revokes" in notice for notice in shop.plan().notices)
    sandbox.make_multi_region_role(HUB)
    (told,) = [notice for notice in shop.plan(Purpose.CLEANUP).notices if notice.startswith(f"revokes {FIRST_USE}.")]
    assert "multi-Region primary keys" in told
    assert f"orchestrator grant-temporarily {FIRST_USE}" in told


def test_a_window_that_is_over_before_it_is_opened_makes_the_plan_stale(open_for):
    """Opened late it would grant nothing, and the rule would never open another."""
    shop = open_for((ONE,))
    made = shop.plan()
    shop.pass_time(days=8)
    with pytest.raises(RefusedError, match=f"{PASSING_SET} in {ONE} ended on") as caught:
        shop.carry_out(made)
    assert caught.value.refusal == "stale_plan"
    assert shop.windows() == {}
    assert shop.roll_out().is_converged
    assert shop.windows()[ONE].not_after > shop.clock.now() + timedelta(days=6)


def change(path, before, after):
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


@pytest.mark.parametrize("days", [0, 8])
def test_a_set_that_was_renamed_while_granted_is_taken_back_and_seen_gone(open_for, days):
    shop = open_for((ONE,))
    shop.roll_out()
    for path in (shop.profile, shop.folder / "rollout.yaml"):
        change(path, "spoke-lambda-temp", "spoke-lambda-brief")
    shop.read_files()
    shop.pass_time(days=days)
    assert shop.standing(ONE).state is (TemporaryState.EXPIRED if days else TemporaryState.GRANTED)
    outcome = shop.clean_up() if days else shop.roll_out()
    assert outcome.is_converged, outcome
    assert PASSING_SET not in shop.policies(ONE)
    old = [record.event for record in Ledger(shop.tools.store).records() if record.group_set == "spoke-lambda-temp"]
    assert old == ([GRANTED, EXPIRED, REVOKED, GONE] if days else [GRANTED, REVOKED, GONE])


def test_a_set_that_became_permanent_loses_its_windows(open_for):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    change(shop.profile, TEMPORARY, TEMPORARY.replace("    temporary: true\n", ""))
    shop.configure((ONE, TWO), is_temporary=False)
    assert shop.roll_out().is_converged
    assert shop.plan().operations == ()
    shop.pass_time(days=30)
    assert shop.plan().operations == ()
    assert PASSING_SET in shop.policies(ONE)


def test_a_grant_in_an_account_that_is_excluded_now_is_told_as_left_alone_and_owed_by_nobody(open_for):
    shop = open_for((ONE, TWO))
    shop.roll_out()
    shop.configure((ONE, TWO), sold=ONE)
    found = shop.standing(ONE)
    assert (found.state, found.detail) == (TemporaryState.GRANTED, "")
    assert "sold" in (found.excluded or "")
    shop.spend(TWO)
    assert alive(shop.clean_up()) == 0


def test_a_grant_in_a_management_account_out_of_reach_is_told_as_the_ledger_knows_it(open_for, sandbox, monkeypatch):
    shop = open_for((MANAGEMENT,))
    shop.roll_out()
    shop.pass_time(days=8)
    assert shop.standing(MANAGEMENT).state is TemporaryState.EXPIRED
    sandbox.seed({**SNAPSHOT, "delegated_administrators": [HUB]})
    for name, value in sandbox.environment(HUB).items():
        monkeypatch.setenv(name, value)
    elsewhere = equip(replace(shop.tools.rollout, call_as=CallAs.DELEGATED_ADMIN), shop.tools.catalog, Settings())
    shop.tools = replace(elsewhere, clock=shop.clock)
    found = shop.standing(MANAGEMENT)
    assert (found.state, "ended" in found.detail) == (TemporaryState.EXPIRED, True)
    assert "access.management_role_arn" in (found.excluded or "")
    outcome = shop.clean_up()
    assert [item.account for item in outcome.verification.unreachable] == [MANAGEMENT]
    assert not outcome.is_converged
