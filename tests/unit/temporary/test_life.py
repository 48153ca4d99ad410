"""The life of a temporary grant: opened once, ended by use or time, renewed by a person alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.model.evidence import Unknown, Unused, Used
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.operation import CreateInstances, UpdateInstances
from orchestrator.model.permission import ScopeChange
from orchestrator.model.plan import Purpose
from orchestrator.model.rollout import Rule
from orchestrator.model.selectors import AccountIs
from orchestrator.model.state import Place, Unit, Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryState
from orchestrator.planning.make_plan import make_plan
from orchestrator.presentation.temporary import is_overdue
from orchestrator.temporary.requests import WantedGrant
from tests.worlds.catalogs import LIFETIME
from tests.worlds.situations import (
    OLD,
    PASSING,
    PASSING_SET,
    ROLE_SET,
    deployed,
    grants,
    member,
    members,
    redefined,
    steps,
    with_rules,
    with_stack_set,
    world,
)

ONE = member(0)
KEY = (PASSING, ONE)
TEMPORARILY = grants("temporarily", (ONE,), PASSING)


def later(known, **time):
    return replace(known, now=known.now + timedelta(**time))


def seen(known, evidence):
    return replace(known, evidence={KEY: evidence})


def record(known, event, **fields):
    entry = LedgerRecord(known.now, event, PASSING, ONE, PlanDigest(""), **fields)
    return replace(known, ledger=(*known.ledger, entry))


def state(known):
    return [(grant.state, grant.detail) for grant in known.judgement.grants]


def revoked(known):
    """The world after a plan that takes the grant back, which the ledger notes."""
    return record(known.carry_out(known.plan()), LedgerEvent.REVOKED)


def test_a_window_opens_when_first_granted_and_stays_put():
    known = deployed(1, TEMPORARILY)
    window = known.observed[Place(PASSING_SET)].instances[ONE].window
    assert window == Window(known.now, known.now + LIFETIME)
    assert later(known, days=7).plan().operations == ()


def test_an_instance_that_lost_its_window_gets_its_own_back():
    known = deployed(1, TEMPORARILY)
    window = known.observed[Place(PASSING_SET)].instances[ONE].window
    stack_set = known.observed[Place(PASSING_SET)]
    bare = with_stack_set(known, PASSING_SET, replace(stack_set, instances={ONE: replace(stack_set.instances[ONE], window=None)}))
    assert [o.window for o in later(bare, days=3).plan().operations if isinstance(o, UpdateInstances)] == [window]


def moved_by_hand(known, window):
    stack_set = known.observed[Place(PASSING_SET)]
    return with_stack_set(known, PASSING_SET, replace(stack_set, instances={ONE: replace(stack_set.instances[ONE], window=window)}))


@pytest.mark.parametrize("end", [timedelta(hours=1), timedelta(days=400)], ids=["earlier", "later"])
def test_a_window_moved_by_hand_is_told_and_moved_back(end):
    known = deployed(1, TEMPORARILY)
    granted = Window(known.now, known.now + LIFETIME)
    moved = later(moved_by_hand(known, Window(granted.not_before, granted.not_before + end)), days=1)
    assert [o.window for o in moved.plan().operations if isinstance(o, UpdateInstances)] == [granted]
    ((found, detail),) = state(moved)
    assert found is TemporaryState.GRANTED
    assert "not the granted one" in detail


def test_a_window_prolonged_by_hand_ends_when_it_was_granted_to_end():
    known = deployed(1, TEMPORARILY)
    granted = Window(known.now, known.now + LIFETIME)
    moved = later(moved_by_hand(known, Window(granted.not_before, granted.not_after + timedelta(days=400))), days=31)
    assert [found for found, _ in state(moved)] == [TemporaryState.EXPIRED]
    assert moved.plan(Purpose.CLEANUP).summary.grants_revoked == 1


@pytest.mark.parametrize("evidence", [Unused(), Unknown("access denied")])
def test_nothing_but_use_or_time_ends_a_grant(evidence):
    known = seen(later(deployed(1, TEMPORARILY), days=29), evidence)
    assert state(known) == [(TemporaryState.GRANTED, "")]
    assert known.plan().operations == ()


def test_a_used_grant_is_taken_back_and_not_given_again():
    known = deployed(1, TEMPORARILY)
    used = seen(later(known, days=1), Used(known.now + timedelta(hours=1), "the service-linked role exists"))
    assert state(used) == [(TemporaryState.USED, "used on 2026-10-01T01:00:00Z: the service-linked role exists")]
    assert {change.because for change in used.plan().changes if change.group_set} == {state(used)[0][1]}
    after = revoked(used)
    assert state(after) == [(TemporaryState.ABSENT, "not needed: already used on 2026-10-01 (the service-linked role exists)")]
    assert after.plan().operations == ()


def test_use_is_remembered_when_the_account_no_longer_shows_it():
    used = seen(later(deployed(1, TEMPORARILY), days=1), Used(deployed(1, TEMPORARILY).now, "seen"))
    after = revoked(record(used, LedgerEvent.USED, evidence="seen"))
    assert seen(after, Unknown("access denied")).plan().operations == ()


def test_a_grant_that_ended_unused_is_not_renewed_by_its_rule():
    known = later(deployed(1, TEMPORARILY), days=30)
    assert state(known) == [(TemporaryState.EXPIRED, "ended unused on 2026-10-31T00:00:00Z")]
    after = revoked(known)
    (found,) = state(after)
    assert found[0] is TemporaryState.ABSENT
    assert "renew it with: grant-temporarily spoke-passing --account 000000000100" in found[1]
    assert after.plan().operations == ()


def test_minimum_age_delays_the_end():
    known = deployed(1, TEMPORARILY)
    terms = replace(known.rollout.temporary[PASSING], minimum_age=timedelta(days=1))
    known = replace(known, rollout=replace(known.rollout, temporary={PASSING: terms}))
    used = seen(known, Used(known.now, "seen"))
    assert later(used, hours=23).plan().operations == ()
    assert later(used, hours=24).plan().summary.grants_revoked == 1


def test_after_its_minimum_age_a_used_grant_has_a_day_before_it_is_overdue():
    known = deployed(1, TEMPORARILY)
    terms = replace(known.rollout.temporary[PASSING], minimum_age=timedelta(days=1))
    known = replace(known, rollout=replace(known.rollout, temporary={PASSING: terms}))
    used = seen(known, Used(known.now, "seen"))
    for hours, overdue in ((24, False), (47, False), (49, True)):
        (grant,) = later(used, hours=hours).judgement.grants
        assert (grant.state, is_overdue(grant, later(used, hours=hours).now)) == (TemporaryState.USED, overdue)


def test_without_terms_a_living_grant_is_none_of_a_clean_ups_business():
    known = with_rules(deployed(1, TEMPORARILY))
    bare = replace(known, rollout=replace(known.rollout, temporary={}))
    assert state(bare) == [(TemporaryState.GRANTED, "rollout.yaml gives it no terms")]
    assert bare.plan(Purpose.CLEANUP).operations == ()
    assert bare.plan().summary.grants_revoked == 1
    assert later(bare, days=31).plan(Purpose.CLEANUP).summary.grants_revoked == 1


def test_a_rule_that_no_longer_grants_it_takes_it_back():
    known = with_rules(deployed(1, TEMPORARILY))
    assert state(known) == [(TemporaryState.GRANTED, "no rule grants it any more; `orchestrator plan` shows its revocation")]
    assert known.plan().summary.grants_revoked == 1
    assert known.plan(Purpose.CLEANUP).operations == ()


def deliberate(known, length=timedelta(hours=24)):
    """The plan of one fresh window, and the world after it."""
    window = Window(known.now, known.now + length)
    basis = replace(known.basis(Purpose.TEMPORARY_GRANT), grant=WantedGrant(PASSING, ONE, "asked for: migration", window))
    plan = make_plan(basis)
    after = replace(known.carry_out(plan), ledger=known.ledger)
    return plan, record(after, LedgerEvent.GRANTED, window=window, deliberate=True, because="migration")


def test_a_deliberate_grant_is_one_window_in_one_account_with_its_role():
    plan, after = deliberate(with_rules(world(3), grants("others", members(3)[1:], "spoke-lasting")))
    assert steps(plan.operations) == [
        ("create_stack_set", (), "everyone"),
        ("create_instances", (ONE,), "everyone"),
        ("create_stack_set", (), "everyone"),
        ("create_instances", (ONE,), "everyone"),
    ]
    assert {o.place.name for o in plan.operations} == {ROLE_SET, PASSING_SET}
    assert [o.window for o in plan.operations if isinstance(o, CreateInstances)] == [
        None,
        Window(after.now, after.now + timedelta(hours=24)),
    ]


def test_a_plan_tells_the_windows_it_opens_and_no_others():
    def told(plan):
        return [(grant.state, grant.detail) for grant in plan.temporary]

    fresh = with_rules(world(1), TEMPORARILY)
    assert told(fresh.plan()) == [
        (TemporaryState.ABSENT, "this plan opens it from 2026-10-01T00:00:00Z until 2026-10-31T00:00:00Z"),
    ]
    assert told(later(deployed(1, TEMPORARILY), days=3).plan()) == [(TemporaryState.GRANTED, "")]
    renewal, _ = deliberate(later(deployed(1, TEMPORARILY), days=3))
    assert told(renewal) == [(TemporaryState.GRANTED, "this plan ends it earlier: 2026-10-31T00:00:00Z → 2026-10-05T00:00:00Z")]
    stranger, _ = deliberate(with_rules(world(1)))
    assert told(stranger) == [(TemporaryState.ABSENT, "this plan opens it from 2026-10-01T00:00:00Z until 2026-10-02T00:00:00Z")]


def test_a_plain_plan_leaves_a_deliberate_grant_until_it_ends():
    _, after = deliberate(with_rules(world(1)))
    assert after.plan().operations == ()
    assert later(after, hours=24).plan().summary.grants_revoked == 1


def test_a_deliberate_renewal_opens_a_new_window_and_outlives_older_use():
    known = seen(later(deployed(1, TEMPORARILY), days=1), Used(world(1).now, "seen"))
    plan, after = deliberate(known)
    assert steps(plan.operations) == [("update_instances", (ONE,), "everyone")]
    assert [(row.change, row.actions) for row in plan.permissions] == [(ScopeChange.NARROWER, ("ec2:ReadSpokePassing", "kms:Decrypt"))]
    assert after.plan().operations == ()


@pytest.mark.parametrize("rule", [Rule("sold", AccountIs((ONE,)), exclude=True), Rule("pci", AccountIs((ONE,)), withhold=(PASSING,))])
def test_what_a_person_asked_for_yields_to_exclusion_and_withholding(rule):
    _, after = deliberate(with_rules(world(1)))
    plan = redefined(with_rules(after, rule), PASSING_SET).plan()
    kinds = {kind for kind, _, _ in steps(plan.operations)}
    assert kinds == (set() if rule.exclude else {"delete_instances", "delete_stack_set"})


def test_what_a_person_asked_for_is_forgotten_with_a_vanished_account():
    _, after = deliberate(with_rules(world(2)))
    accounts = {known: account for known, account in after.organization.accounts.items() if known != ONE}
    gone = replace(after, organization=replace(after.organization, accounts=accounts))
    assert gone.plan().operations == ()
    assert [h.account for h in gone.plan().excluded] == [ONE]


def test_a_deliberate_grant_into_a_foreign_stack_set_is_refused():
    plan, _ = deliberate(with_stack_set(with_rules(world(1)), PASSING_SET, Unit(OLD, is_foreign=True)))
    assert [violation.kind for violation in plan.violations] == ["foreign_stack_set"]


def test_a_clean_up_keeps_the_grants_that_are_alive():
    known = deployed(2, grants("temporarily", members(2), PASSING))
    used = seen(later(known, days=1), Used(known.now, "seen"))
    plan = used.plan(Purpose.CLEANUP)
    assert steps(plan.operations) == [("delete_instances", (ONE,), "everyone")]
    expired = later(known, days=31).plan(Purpose.CLEANUP)
    assert [kind for kind, _, _ in steps(expired.operations)] == ["delete_instances", "delete_stack_set"]
