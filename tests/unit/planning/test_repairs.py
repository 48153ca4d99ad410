"""Repairs of what was altered in accounts: in place where that is possible, few at a time, counted, and bounded."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import CreateInstances, DeleteInstances, Update, UpdateInstances
from orchestrator.model.plan import ChangeKind, Purpose
from orchestrator.model.rollout import Safety, Wave
from orchestrator.model.state import Place
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.safety import Allowances
from tests.worlds.situations import (
    EVERYONE,
    PASSING,
    PASSING_SET,
    ROLE_SET,
    SPOKE_SET,
    deployed,
    grants,
    member,
    members,
    redefined,
    with_stack_set,
)

FOUND = datetime(2026, 11, 27, 22, 45, tzinfo=UTC)
REWRITABLE, LASTING = Alteration(FOUND, rewritable=("Policy: new iam:*",)), Alteration(FOUND, lasting=("Role was deleted",))
TAGS = Alteration(FOUND, harmless=("Role: other tags",))
UNLIMITED = Safety(max_repaired_percent=100)


def altered(known, name: StackSetName, accounts: Iterable[AccountId], alteration: Alteration = REWRITABLE):
    ((place, unit),) = ((place, unit) for place, unit in known.observed.items() if place.name == name and not place.is_stack)
    instances = {account: replace(unit.instances[account], alteration=alteration) for account in accounts}
    return with_stack_set(known, place.name, replace(unit, instances={**unit.instances, **instances}))


def planned(known, *, purpose=Purpose.ROLLOUT, **allowed):
    return make_plan(known.basis(purpose, Allowances(**allowed)))


def refusals(plan):
    return [found.message for found in plan.violations if found.kind == "repairs"]


def test_what_an_update_writes_again_is_updated_with_a_revision_and_no_role_is_deleted():
    plan = planned(altered(altered(deployed(40), SPOKE_SET, members(1)), ROLE_SET, members(1)))
    assert [(type(operation), operation.place.name) for operation in plan.operations] == [
        (UpdateInstances, ROLE_SET),
        (UpdateInstances, SPOKE_SET),
    ]
    assert {operation.revision for operation in plan.operations} == {Revision("a", FOUND)}
    assert (plan.summary.grants_repaired, plan.summary.roles_repaired) == (1, 1)
    assert plan.violations == ()


def test_tags_alone_are_in_no_plan_however_many_accounts_have_them():
    plan = planned(altered(altered(deployed(40), ROLE_SET, members(40), TAGS), SPOKE_SET, members(40), TAGS))
    assert (plan.operations, plan.changes, plan.warnings, plan.violations) == ((), (), (), ())


def test_one_account_comes_first_and_then_a_few_at_a_time_one_block_after_the_other():
    operations = planned(altered(deployed(100, safety=UNLIMITED), SPOKE_SET, members(12))).operations
    assert [len(operation.accounts) for operation in operations] == [1, 5, 5, 1]
    assert [operation.after for operation in operations[1:]] == [(operation.id,) for operation in operations[:-1]]


def test_of_very_many_a_twentieth_is_repaired_at_a_time():
    operations = planned(altered(deployed(300, safety=UNLIMITED), SPOKE_SET, members(300))).operations
    assert max(len(operation.accounts) for operation in operations) == 15


def test_repairs_fall_in_the_waves_of_their_accounts_behind_everything_else_there():
    known = redefined(deployed(6, safety=UNLIMITED, waves=(Wave("half", percent=50), Wave("rest"))))
    plan = planned(altered(known, SPOKE_SET, members(6)))
    assert [type(operation) for operation in plan.operations].count(Update) == 1
    assert {account for operation in plan.operations if operation.revision for account in operation.accounts} == set(members(6))
    assert [operation.wave for operation in plan.operations] == sorted(operation.wave for operation in plan.operations)


@pytest.mark.parametrize(
    ("held", "repaired", "is_refused"), [(100, 5, False), (100, 6, True), (40, 2, False), (40, 12, True), (11, 1, True), (10, 10, False)]
)
def test_more_than_the_limit_is_refused_once_there_are_more_than_ten_grants(held, repaired, is_refused):
    assert bool(refusals(planned(altered(deployed(held), SPOKE_SET, members(repaired))))) is is_refused


def test_roles_count_with_the_grants():
    known = altered(altered(deployed(100), SPOKE_SET, members(3)), ROLE_SET, members(3))
    (message,) = refusals(planned(known))
    assert message.startswith("plan repairs 3 grants and 3 roles: 6 of 100 grants (6 %, limit 5 %). ")
    assert "--allow-repairs" in message


def test_the_flag_allows_it_and_stays_in_the_plan():
    plan = planned(altered(deployed(40), SPOKE_SET, members(12)), repairs=True)
    assert plan.violations == ()
    assert plan.header.overrides == ("--allow-repairs",)
    assert Allowances.of(plan.header.overrides) == Allowances(repairs=True)
    assert plan.notices[0] == "repairs 12 grants and 0 roles in 12 accounts, because something was altered there"


def test_instances_that_wait_for_an_update_are_no_repairs_that_count():
    plan = planned(redefined(deployed(40)))
    assert refusals(plan) == []


def test_a_role_that_no_update_repairs_is_left_with_a_warning_that_says_what_would():
    plan = planned(altered(deployed(40), ROLE_SET, members(2), LASTING))
    assert plan.operations == ()
    (warning,) = plan.warnings
    assert warning.startswith(f"{ROLE_SET} in 2 accounts ({member(0)}, {member(1)}): Role was deleted. ")
    assert "--replace-roles" in warning


def test_a_role_that_may_be_replaced_takes_its_group_sets_along_a_block_at_a_time():
    plan = planned(altered(deployed(40, safety=UNLIMITED), ROLE_SET, members(2), LASTING), replace_roles=True)
    first = [(type(step), step.place.name) for step in plan.operations if step.accounts == (member(0),)]
    assert first == [(DeleteInstances, SPOKE_SET), (DeleteInstances, ROLE_SET), (CreateInstances, ROLE_SET), (CreateInstances, SPOKE_SET)]
    assert [step.accounts for step in plan.operations[:4]] == [(member(0),)] * 4
    assert {row.change for row in plan.changes} == {ChangeKind.REPAIR}
    assert any("loses its credentials" in notice for notice in plan.notices)
    assert (plan.summary.grants_repaired, plan.summary.roles_repaired) == (2, 2)


def test_of_a_role_with_both_what_an_update_repairs_is_repaired():
    both = replace(REWRITABLE, lasting=("PermissionsBoundary differs",))
    plan = planned(altered(deployed(40), ROLE_SET, members(1), both))
    assert [type(operation) for operation in plan.operations] == [UpdateInstances]
    assert len(plan.warnings) == 1


def test_a_role_whose_stack_is_gone_comes_back_and_its_group_sets_stay():
    plan = planned(altered(deployed(40), ROLE_SET, members(1), replace(LASTING, is_gone=True)))
    assert [(type(step), step.place.name) for step in plan.operations] == [(DeleteInstances, ROLE_SET), (CreateInstances, ROLE_SET)]


def test_a_repaired_temporary_grant_keeps_its_window():
    known = deployed(12, EVERYONE, grants("a case", members(1), PASSING))
    window = known.observed[Place(PASSING_SET)].instances[member(0)].window
    (operation,) = planned(altered(known, PASSING_SET, members(1))).operations
    assert (operation.window, operation.revision) == (window, Revision("a", FOUND))
    assert window is not None


def test_the_next_repair_writes_the_other_letter():
    again = replace(REWRITABLE, last=Revision("a", FOUND))
    (operation,) = planned(altered(deployed(40), SPOKE_SET, members(1), again)).operations
    assert operation.revision == Revision("", FOUND)


def test_a_clean_up_repairs_nothing():
    assert planned(altered(deployed(40), SPOKE_SET, members(1)), purpose=Purpose.CLEANUP).operations == ()


def test_nothing_is_left_to_repair_once_the_plan_is_applied():
    known = altered(altered(deployed(40, safety=UNLIMITED), SPOKE_SET, members(7)), ROLE_SET, members(2))
    after = known.carry_out(planned(known))
    assert planned(after).operations == ()
    assert not any(instance.is_altered for unit in after.observed.values() for instance in unit.instances.values())
