"""What a plan may not do unasked: the exact bounds and the exact words."""

from dataclasses import replace

import pytest

from orchestrator.model.organization import AccountState
from orchestrator.model.plan import Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rule, Safety
from orchestrator.model.selectors import AccountIs
from orchestrator.model.state import Definition, Instance, Place, Unit
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.safety import Allowances
from tests.worlds.situations import (
    EVERYONE,
    HUB,
    MANAGEMENT,
    OLD,
    PASSING,
    SPOKE_SET,
    deployed,
    grants,
    members,
    redefined,
    with_rules,
    with_stack_set,
    world,
)
from tests.worlds.states import stack, state

FOREIGN = Unit(Definition("Resources: {}"), {}, is_foreign=True)


def messages(known, *, purpose=Purpose.ROLLOUT, **allowed):
    return [v.message for v in make_plan(known.basis(purpose, Allowances(**allowed))).violations]


def kinds(known, *, purpose=Purpose.ROLLOUT, **allowed):
    return [v.kind for v in make_plan(known.basis(purpose, Allowances(**allowed))).violations]


def shrunk(before, after):
    """So many accounts held the set, so many are to keep it."""
    return with_rules(deployed(before), grants("the rest", members(after)))


@pytest.mark.parametrize(
    ("before", "after", "is_refused"), [(20, 16, False), (20, 15, True), (11, 8, True), (11, 9, False), (10, 1, False)]
)
def test_more_than_the_limit_is_refused_once_there_are_more_than_ten_grants(before, after, is_refused):
    assert bool(messages(shrunk(before, after))) is is_refused


def test_the_refusal_tells_numbers_place_and_flag():
    assert messages(shrunk(100, 59)) == [
        (
            'plan revokes 41 of 100 grants of "spoke-lasting" (41 %, limit 20 %). Check the rules from rollout.yaml:38:5, '
            "or pass --allow-revokes spoke-lasting."
        )
    ]


@pytest.mark.parametrize("allowed", ["spoke-lasting", "all"])
def test_the_flag_lets_it_pass_and_is_recorded(allowed):
    plan = make_plan(shrunk(20, 5).basis(allowed=Allowances(frozenset({allowed}))))
    assert plan.violations == ()
    assert plan.header.overrides == (f"--allow-revokes {allowed}",)


def test_a_flag_for_another_set_does_not():
    assert messages(shrunk(20, 5), revokes=frozenset({"spoke-passing"}))


def test_a_stack_set_and_the_management_stack_of_one_group_set_count_together():
    """Eleven grants, ten in the StackSet: on its own that would be too few to count."""
    known = deployed(10, grants("all", (*members(10), MANAGEMENT)))
    assert messages(with_rules(known, grants("all", members(7)))) == [
        (
            'plan revokes 4 of 11 grants of "spoke-lasting" (36 %, limit 20 %). Check the rules from rollout.yaml:38:5, '
            "or pass --allow-revokes spoke-lasting."
        )
    ]


def test_many_small_revocations_are_refused_in_all():
    retired = Unit(OLD, dict.fromkeys(members(8), Instance()))
    known = with_stack_set(deployed(10), "cado-retired", retired)
    assert messages(known) == [
        "plan revokes 8 of 18 grants in all (44 %, limit 20 %). Check the rules from rollout.yaml:38:5, or pass --allow-revokes all."
    ]


def test_a_destruction_is_meant():
    assert kinds(deployed(30), purpose=Purpose.DESTROY) == []


def test_ended_temporary_grants_are_gone_by_right():
    known = deployed(20, grants("temporarily", members(20), PASSING))
    later = replace(known, now=known.now.replace(year=2027))
    plan = later.plan()
    assert plan.summary.grants_revoked == 20
    assert plan.violations == ()


def without(known, count):
    """The organization as if discovery no longer showed the last accounts."""
    kept = dict(list(known.organization.accounts.items())[: len(known.organization.accounts) - count])
    return replace(known, organization=replace(known.organization, accounts=kept))


@pytest.mark.parametrize(("gone", "is_refused"), [(2, False), (3, True)])
def test_too_many_vanished_accounts_are_refused(gone, is_refused):
    assert ("missing_accounts" in kinds(without(deployed(20), gone))) is is_refused


def test_vanished_accounts_are_counted_named_and_allowed_by_flag():
    known = without(deployed(20), 7)
    first = ", ".join(members(20)[13:19])
    assert messages(known) == [
        (
            f"accounts that hold grants are gone from the organization, 7 of 20 (35 %, limit 10 %): {first} and 1 more account. "
            "Check discovery; forget those that left (`forget`); or pass --allow-missing-accounts."
        )
    ]
    plan = make_plan(known.basis(allowed=Allowances(missing_accounts=True)))
    assert (plan.violations, plan.operations) == ((), ())
    assert {h.account for h in plan.excluded} == set(members(20)[13:])
    assert {h.holds for h in plan.excluded} == {1}
    cleanup = make_plan(known.basis(Purpose.CLEANUP))
    assert (cleanup.violations, cleanup.header.overrides) == ((), ())


def test_an_empty_discovery_is_refused_whatever_is_allowed():
    known = without(deployed(5), 6)
    assert list(known.organization.accounts) == [MANAGEMENT]
    rollout = replace(known.rollout, rules=(), roles={})
    assert kinds(replace(known, rollout=rollout), missing_accounts=True) == ["empty_organization"]


def test_a_foreign_stack_set_that_is_needed_is_refused_and_one_that_is_not_is_told():
    needed = with_stack_set(world(2), SPOKE_SET, FOREIGN)
    assert messages(needed) == [
        'StackSet "cado-spoke-lasting" exists without our tags and is needed. Rename or delete it, or choose another prefix.'
    ]
    idle = with_stack_set(world(2), "cado-spoke-old", FOREIGN)
    assert messages(idle) == []
    assert '"cado-spoke-old" is foreign (our tags are missing) and is never changed.' in idle.plan().warnings


def test_a_foreign_stack_in_the_management_account_is_refused_when_needed():
    known = world(2, grants("root", (MANAGEMENT,)))
    known = replace(known, observed=state(stacks={SPOKE_SET: stack(OLD, is_foreign=True)}))
    assert messages(known) == [
        'stack "cado-spoke-lasting" exists without our tags and is needed. Rename or delete it, or choose another prefix.'
    ]


def test_a_role_that_would_leave_its_old_self_behind_is_refused():
    known = deployed(2)
    spoke = replace(known.rollout.roles[RoleKind.SPOKE], name="AnotherName")
    renamed = replace(known, rollout=replace(known.rollout, roles={**known.rollout.roles, RoleKind.SPOKE: spoke}))
    (message,) = messages(renamed)
    assert "/AnotherName" in message
    assert "in 2 accounts" in message
    assert messages(replace(world(2), rollout=renamed.rollout)) == []
    assert messages(with_rules(renamed)) == []


def suspended_hub(known):
    accounts = known.organization.accounts
    hub = replace(accounts[HUB], state=AccountState.SUSPENDED)
    return replace(known, organization=replace(known.organization, accounts={**accounts, HUB: hub}))


def test_nothing_new_is_trusted_to_a_suspended_hub_but_grants_may_go():
    assert messages(suspended_hub(world(2))) == ["the hub account 000000000002 is SUSPENDED; nothing can be trusted to it."]
    assert messages(suspended_hub(with_rules(deployed(2), grants("one", members(1))))) == []


@pytest.mark.parametrize("revoked", [(), members(3)[1:2]])
def test_a_definition_held_by_hands_off_accounts_alone_is_not_changed(revoked):
    kept, fresh = members(3)[0], members(3)[2]
    known = redefined(deployed(3, grants("those", (kept, *revoked))))
    known = with_rules(known, grants("these", (fresh,)), Rule("sold", AccountIs((kept,)), exclude=True))
    (message,) = (text for text in messages(known) if "must change" in text)
    assert message.startswith(f'"cado-spoke-lasting" must change but this plan may update none of its holders: {kept}. Withhold it')


def test_a_clean_up_beside_a_changed_definition_is_not_refused():
    known = redefined(deployed(2, grants("temporarily", members(1), PASSING)), "cado-spoke-passing")
    later = with_rules(replace(known, now=known.now.replace(year=2027)), grants("temporarily", members(2), PASSING))
    plan = later.plan(Purpose.CLEANUP)
    assert plan.violations == ()
    assert plan.summary.grants_revoked == 1


def test_protected_accounts_are_listed_and_left_alone():
    known = with_rules(deployed(2, safety=Safety(protected_accounts=members(1))), EVERYONE)
    held = with_stack_set(known, SPOKE_SET, Unit(known.observed[Place(SPOKE_SET)].definition, dict.fromkeys(members(2), Instance())))
    plan = with_rules(held, grants("nobody", members(2), PASSING)).plan()
    assert [(h.account, h.because, h.holds) for h in plan.excluded] == [(members(1)[0], "protected account", 1)]
    assert {account for c in plan.changes for account in c.accounts} == {members(2)[1]}
    assert (plan.summary.grants_unchanged, plan.summary.grants_excluded) == (1, 1)
