"""What roles may do more or less: counted where that says it all, by name where it matters."""

from dataclasses import replace

import pytest

from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import FOLDED, View
from tests.unit.presentation.plans import EVERY_WORKLOAD, PLAN

READS = tuple(f"ec2:Describe{number:02d}" for number in range(20))
HERE, THERE = (Block(("arn:aws:ec2:*:*:instance/1",)),), (Block(("*",)),)


def text_of(*rows: PermissionChange, view: View = FOLDED, **header) -> str:
    plan = replace(PLAN, permissions=rows, header=replace(PLAN.header, **header))
    return plan_text(plan, Page(200), view).partition("\nPermissions\n")[2].partition("\nOperations\n")[0]


def test_many_new_actions_are_counted_by_service_and_the_sensitive_ones_named_with_their_scope():
    row = PermissionChange(9, RoleKind.SPOKE, ScopeChange.NEW, (*READS, "ssm:SendCommand"), (), HERE, (EVERY_WORKLOAD,))
    text = text_of(row)
    assert "+ new: 21 actions: ec2 20, ssm 1 (--detail names them)" in text
    assert "! sensitive, on arn:aws:ec2:*:*:instance/1" in text
    assert "ssm:SendCommand (can run commands as root on instances, with the rights of their roles)" in text
    assert READS[0] not in text
    assert all(action in text_of(row, view=View(detail=True)) for action in row.actions)


def test_an_action_that_only_the_settings_call_sensitive_is_named_too():
    row = PermissionChange(9, RoleKind.SPOKE, ScopeChange.NEW, READS, (), HERE)
    assert READS[3] in text_of(row, sensitive_actions=("EC2:describe03",))


@pytest.mark.parametrize("change", [ScopeChange.WIDER, ScopeChange.OTHER, ScopeChange.NARROWER])
def test_a_scope_that_changes_is_shown_old_and_new_whatever_the_number_of_actions(change):
    text = text_of(PermissionChange(9, RoleKind.SPOKE, change, READS, HERE, THERE))
    assert "on arn:aws:ec2:*:*:instance/1 → on *" in text
    assert all(action in text for action in READS)


def test_what_is_lost_is_counted_as_well():
    assert "- gone: 20 actions: ec2 20 (--detail names them)" in text_of(PermissionChange(9, RoleKind.SPOKE, ScopeChange.GONE, READS, HERE))


def test_what_most_accounts_share_stands_first_and_each_block_names_its_rule():
    few = PermissionChange(2, RoleKind.SPOKE, ScopeChange.NEW, ("ec2:A",), (), HERE, ("the hub",))
    many = PermissionChange(30, RoleKind.SPOKE, ScopeChange.NEW, ("ec2:B",), (), HERE, (EVERY_WORKLOAD,))
    lines = text_of(few, many).splitlines()
    assert [line for line in lines if line.startswith("  role")] == ["  role spoke in 30 accounts", "  role spoke, and these in 2 accounts"]
    assert [line for line in lines if "because:" in line] == [
        f'    because: rule "{EVERY_WORKLOAD}" (config/rollout.yaml:38)',
        '    because: rule "the hub" (config/rollout.yaml:55)',
    ]
