"""Whatever differs between two plans of one rollout is found, and nothing else is."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.errors import RefusedError
from orchestrator.model.identifiers import AccountId, OperationKey, OrganizationId, OuPath, Region
from orchestrator.model.operation import DeleteInstances
from orchestrator.model.part import Narrowing, Part
from orchestrator.model.permission import ScopeChange
from orchestrator.model.plan import ChangeKind, Header, Plan, Purpose, Violation
from orchestrator.model.plan_difference import ChangeDifference, Entry, Intention, PlanDifference, Texts
from orchestrator.model.provenance import Provenance
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs, Pace, Rule, Wave
from orchestrator.model.selectors import AccountIs, Everyone, Tagged
from orchestrator.model.state import Condition, Place
from orchestrator.planning.plan_comparison import compare_plans
from tests.worlds.situations import (
    EVERYONE,
    HUB,
    PASSING,
    ROLE_SET,
    SPOKE,
    SPOKE_SET,
    deployed,
    grants,
    in_condition,
    member,
    members,
    with_rules,
    world,
)
from tests.worlds.world import World

A_WEEK = timedelta(days=7)
GRANTED = Intention(ChangeKind.GRANT, "every account")
GIVEN_ITS_ROLE = Intention(ChangeKind.GRANT, "role of spoke-lasting")


def later(known: World) -> World:
    return replace(known, now=known.now + A_WEEK)


def rollout_changed(known: World, **changed: Any) -> World:
    return replace(known, rollout=replace(known.rollout, **changed))


def all_of(row: ChangeDifference) -> tuple[str, Intention | None, Intention | None, bool]:
    return (row.stack_set, row.before, row.after, row.is_done)


def test_a_plan_made_again_differs_in_nothing():
    fresh = world(3)
    again = replace(later(fresh).plan(), header=replace(later(fresh).plan().header, provenance=Provenance("another caller")))
    assert compare_plans(fresh.plan(), again).is_empty


def test_a_grant_to_more_accounts_is_found_by_account_with_what_the_role_may_do_there():
    before = world(3, grants("every account", members(2)))
    found = compare_plans(before.plan(), with_rules(before, grants("every account", members(3))).plan())
    assert set(map(all_of, found.changes)) == {(ROLE_SET, None, GIVEN_ITS_ROLE, False), (SPOKE_SET, None, GRANTED, False)}
    assert {row.accounts for row in found.changes} == {(member(2),)}
    assert {(row.role, row.change, row.accounts) for row in found.permissions} == {(RoleKind.SPOKE, ScopeChange.NEW, 1)}
    assert Entry("grants_added", 2, 3) in found.summary


def test_what_is_not_granted_any_more_is_told_apart_from_what_was_done_since():
    fresh = world(2)
    signed = fresh.plan()
    found = compare_plans(signed, later(fresh.carry_out(signed)).plan())
    assert {all_of(row) for row in found.changes} == {(ROLE_SET, GIVEN_ITS_ROLE, None, True), (SPOKE_SET, GRANTED, None, True)}
    assert (found.permissions, found.roles) == ((), ())
    dropped = compare_plans(signed, with_rules(fresh, grants("one", members(1))).plan())
    assert (SPOKE_SET, GRANTED, None, False) in set(map(all_of, dropped.changes))
    assert {(row.change, row.accounts) for row in dropped.permissions} == {(ScopeChange.GONE, 1)}


def test_another_change_of_the_same_instance_and_another_reason_are_one_row_each():
    there = deployed(2)
    failed = in_condition(there, SPOKE_SET, member(0), Condition.INOPERABLE, "FAILED: no role")
    before, after = with_rules(there, grants("one", [member(1)])), failed
    rows = compare_plans(before.plan(), after.plan()).changes
    assert (SPOKE_SET, ChangeKind.REVOKE, ChangeKind.REPAIR) in {
        (row.stack_set, row.before.change, row.after.change) for row in rows if row.before and row.after
    }
    renamed = compare_plans(world(1).plan(), world(1, replace(EVERYONE, name="all of them")).plan())
    assert {(row.before, row.after) for row in renamed.changes} == {(GRANTED, Intention(ChangeKind.GRANT, "all of them"))}
    assert (renamed.permissions, renamed.rules) == ((), Texts(("every account",), ("all of them",)))


def test_a_role_that_more_may_assume_is_wider():
    before = world(1)
    spoke = before.rollout.roles[RoleKind.SPOKE]
    roles = {**before.rollout.roles, RoleKind.SPOKE: replace(spoke, max_session=spoke.max_session * 2)}
    (row,) = compare_plans(before.plan(), rollout_changed(before, roles=roles).plan()).roles
    assert (row.role_set, row.property, row.widens, row.accounts) == (ROLE_SET, "session", True, 1)


def test_a_window_as_long_that_begins_later_is_shown_as_a_window_and_widens_nothing():
    before = world(1, grants("passing", members(1), PASSING))
    found = compare_plans(before.plan(), later(before).plan())
    (entry,) = found.temporary
    assert (entry.subject, entry.accounts, found.permissions) == (PASSING, (member(0),), ())
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before.opens is not None
    assert entry.after.opens is not None
    assert entry.after.opens.not_after - entry.before.opens.not_after == A_WEEK


def test_a_longer_window_is_wider():
    before = world(1, grants("passing", members(1), PASSING))
    terms = {PASSING: replace(before.rollout.temporary[PASSING], expires_after=timedelta(days=90))}
    found = compare_plans(before.plan(), rollout_changed(before, temporary={**before.rollout.temporary, **terms}).plan())
    assert {row.change for row in found.permissions} == {ScopeChange.WIDER}
    assert {row.stack_set for row in found.changes} == set()
    assert found.temporary


def test_exclusions_withholdings_and_their_reasons_are_compared_by_account():
    rules = Rule("divested", AccountIs((member(0),)), exclude=True), Rule("pci", AccountIs((member(1),)), withhold=(SPOKE,), because="PCI")
    before, after = world(2, EVERYONE), world(2, EVERYONE, *rules)
    found = compare_plans(before.plan(), after.plan())
    assert Entry("", None, "divested", (member(0),)) in found.excluded
    assert Entry(SPOKE, None, "pci: PCI", (member(1),)) in found.withheld


def test_waves_are_compared_where_both_plans_change_the_account():
    before = world(3, grants("some", members(2)), waves=(Wave("first", AccountIs((member(0),))), Wave("rest")))
    after = rollout_changed(
        with_rules(before, grants("some", members(3))), pace=Pace((Wave("first", AccountIs((member(1),))), Wave("rest")))
    )
    found = compare_plans(before.plan(), after.plan())
    assert found.waves == (Entry("", "first", "rest", (member(0),)), Entry("", "rest", "first", (member(1),)))
    assert [entry.subject for entry in found.settings] == ["waves"]


def test_a_moved_account_is_found():
    before = world(2)
    account = before.organization.accounts[member(0)]
    moved = {**before.organization.accounts, member(0): replace(account, ou=OuPath("/Elsewhere"))}
    (entry,) = compare_plans(before.plan(), replace(before, organization=replace(before.organization, accounts=moved)).plan()).targets
    assert entry.accounts == (member(0),)
    assert entry.after is not None
    assert "/Elsewhere" in entry.after


def changed(plan: Plan, **header: Any) -> Plan:
    return replace(plan, header=replace(plan.header, **header))


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"purpose": Purpose.DESTROY}, "purpose"),
        ({"because": "change 4711"}, "because"),
        ({"profile": "scoped"}, "profile"),
        ({"accounts": 77}, "accounts"),
        ({"hub": member(7)}, "hub"),
        ({"sensitive_actions": ("iam:*",)}, "sensitive_actions"),
        ({"call_as": CallAs.DELEGATED_ADMIN}, "call_as"),
        ({"management_account": HUB}, "management_account"),
        ({"pace": Pace(max_concurrent_percent=50)}, "max_concurrent_percent"),
        ({"pace": Pace(failure_tolerance_percent=50)}, "failure_tolerance_percent"),
        ({"pace": Pace((Wave("everyone", Everyone()),))}, "waves"),
        ({"pace": Pace((Wave("everyone", Tagged({"a": "b"}), 10),))}, "waves"),
    ],
)
def test_every_setting_of_the_plan_is_compared(change, setting):
    plan = world(1).plan()
    assert [entry.subject for entry in compare_plans(plan, changed(plan, **change)).settings] == [setting]


def test_a_plan_of_a_part_differs_from_the_whole_one():
    plan = world(1).plan()
    (entry,) = compare_plans(plan, replace(plan, narrowing=Narrowing(Part(members(1), ("/A",), (SPOKE,))))).settings
    assert (entry.subject, entry.before, entry.after) == ("narrowed_to", "", f"{member(0)}, /A, {SPOKE}")


def test_no_part_of_a_plan_is_left_out_of_the_comparison():
    """What is compared as the end of the operations, names the plan itself or says when, by whom and from what it was made stands apart."""
    ends = {"observed", "operations", "group_sets"}
    identity = {"digest", "header", "created_at", "provenance", "organization", "prefix", "home_region"}
    as_settings = {
        "narrowing",
        "hub",
        "sensitive_actions",
        "purpose",
        "management_account",
        "accounts",
        "profile",
        "call_as",
        "pace",
        "because",
    }
    parts = {field.name for kind in (Plan, Header) for field in fields(kind)}
    assert parts - ends - identity - as_settings == {field.name for field in fields(PlanDifference)} - {"settings", "waves"}


@pytest.mark.parametrize("section", ["notices", "warnings", "violations", "overrides"])
def test_sentences_of_one_plan_alone_are_found_on_their_side(section):
    plan = world(1).plan()
    told = {
        "notices": replace(plan, notices=("a", "b")),
        "warnings": replace(plan, warnings=("a", "b")),
        "violations": replace(plan, violations=(Violation("a", "1"), Violation("b", "2"))),
        "overrides": changed(plan, overrides=("--a", "--b")),
    }[section]
    plain = replace(plan, notices=(), warnings=(), violations=())
    texts = {"violations": ("a: 1", "b: 2"), "overrides": ("--a", "--b")}.get(section, ("a", "b"))
    assert getattr(compare_plans(plain, told), section) == Texts((), texts)
    assert getattr(compare_plans(told, plain), section) == Texts(texts, ())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"organization": OrganizationId("o-another001")}, "another_organization"),
        ({"prefix": "other"}, "another_rollout"),
        ({"home_region": Region("eu-west-1")}, "another_rollout"),
    ],
)
def test_plans_of_two_organizations_or_rollouts_are_refused(change, kind):
    plan = world(1).plan()
    with pytest.raises(RefusedError) as refused:
        compare_plans(plan, changed(plan, **change))
    assert (refused.value.reported_kind, refused.value.exit_code) == (kind, 3)


def test_an_instance_of_which_is_not_known_what_it_grants_is_in_no_row_of_permissions():
    there = in_condition(deployed(2), SPOKE_SET, member(0), Condition.OUTDATED)
    excluded = Rule("divested", AccountIs((AccountId(member(0)),)), exclude=True)
    kept = with_rules(there, EVERYONE, excluded)
    found = compare_plans(deployed(2).plan(), kept.plan())
    assert found.permissions == ()


def test_what_a_role_of_others_may_do_is_compared_too():
    before = world(1)
    roles = {**before.rollout.roles, RoleKind.SPOKE: replace(before.rollout.roles[RoleKind.SPOKE], managed=False)}
    handed = rollout_changed(before, roles=roles)
    found = compare_plans(with_rules(handed, grants("nothing", [])).plan(), handed.plan())
    assert {(row.role, row.change) for row in found.permissions} == {(RoleKind.SPOKE, ScopeChange.NEW)}


def test_stacks_that_are_left_behind_keep_what_they_grant():
    plan = deployed(1).plan()
    forgotten = DeleteInstances(id=OperationKey("op-001"), place=Place(SPOKE_SET), wave="", accounts=members(1), retains=True)
    assert compare_plans(plan, replace(plan, operations=(forgotten,))).permissions == ()
    revoked = replace(forgotten, retains=False)
    assert {row.change for row in compare_plans(plan, replace(plan, operations=(revoked,))).permissions} == {ScopeChange.GONE}
