"""What stands on top of a plan: everything that matters on at most 25 lines, whatever the size of the plan and of the page."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, StackSetName
from orchestrator.model.operation import CreateInstances
from orchestrator.model.permission import PermissionChange, RoleChange, RoleChangeKind, ScopeChange
from orchestrator.model.plan import Change, ChangeKind, Plan, Violation
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Place
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan.summary import MOST_LINES, summary_lines
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import View
from tests.unit.presentation.plans import HEADER, PLAN

WORDS = st.text(st.sampled_from("abc -:/,;口é\n"), max_size=80).map("x{}".format)
SIZES = st.integers(0, 40)


@st.composite
def plans(draw) -> Plan:
    """Every part of a plan, from nothing to far too much, with names of any length."""
    accounts = tuple(AccountId(f"{number:012d}") for number in range(draw(st.sampled_from([1, 2, 300]))))
    names = draw(st.lists(WORDS, min_size=1, max_size=25, unique=True))
    kinds = draw(st.lists(st.sampled_from(ChangeKind), unique=True))
    waves = names[: draw(SIZES)]
    return replace(
        PLAN,
        header=replace(HEADER, because=draw(WORDS), prefix=draw(WORDS), overrides=tuple(names[: draw(SIZES)])),
        changes=tuple(
            Change(kind, StackSetName(name), GroupSetName(name) if is_set else None, accounts, "a rule")
            for kind in kinds
            for name in names
            for is_set in (True, False)
        ),
        permissions=tuple(
            PermissionChange(number, role, change, tuple(f"iam:Put{name}" for name in names[:12]))
            for role in draw(st.lists(st.sampled_from(RoleKind), unique=True))
            for change in draw(st.lists(st.sampled_from(ScopeChange), unique=True))
            for number in (1, 7)
        ),
        roles=tuple(RoleChange(StackSetName(name), 3, RoleChangeKind.CHANGED, "path", "/", name, widens=True) for name in names),
        temporary=tuple(
            TemporaryGrant(GroupSetName(name), accounts[0], TemporaryState.EXPIRED, None, None) for name in names[: draw(SIZES)]
        ),
        notices=tuple(names[: draw(SIZES)]),
        warnings=tuple(names[: draw(SIZES)]),
        violations=tuple(Violation("kind", name) for name in names[: draw(SIZES)]),
        operations=tuple(
            CreateInstances(id=OperationKey(f"op-{number}"), place=Place(StackSetName(wave)), wave=wave, accounts=accounts)
            for number, wave in enumerate(waves)
        ),
    )


@given(plans(), st.integers(20, 200))
def test_the_summary_of_any_plan_has_at_most_25_lines(plan, width):
    lines = summary_lines(plan, Page(width), View(next_step="orchestrator apply plan.json"))
    assert len(lines) <= MOST_LINES
    if plan.operations:
        assert any(plan.digest in line for line in lines)


@given(plans(), st.integers(72, 200))
def test_nothing_that_must_not_be_missed_is_without_its_line(plan, width):
    labels = {line[2:15].strip() for line in summary_lines(plan, Page(width), View(next_step="apply"))}
    expected = {
        "! refused": plan.violations,
        "! warnings": plan.warnings,
        "! notices": plan.notices,
        "! wider": plan.roles,
        "! temporary": plan.temporary,
        "next": plan.operations,
    }
    assert {label for label, found in expected.items() if found} <= labels


def test_the_next_command_stands_whole_on_its_line():
    command = "orchestrator --config config/rollout.yaml apply reviews/plan-of-the-first-rollout.json"
    text = plan_text(replace(PLAN, violations=()), Page(60), View(next_step=command))
    assert command in text


def test_a_refused_plan_names_no_command_that_would_be_refused_too():
    text = plan_text(PLAN, Page(), View(next_step="orchestrator apply plan.json"))
    assert "orchestrator apply" not in text
    assert "next       resolve what is refused, then plan again" in text


def test_what_does_not_fit_is_counted():
    names = [f"spoke-{number:02d}" for number in range(60)]
    many = tuple(Change(ChangeKind.GRANT, StackSetName(name), GroupSetName(name), (AccountId("1" * 12),), "a rule") for name in names)
    lines = summary_lines(replace(PLAN, changes=many), Page(80), View())
    entry = " ".join(line.strip() for line in lines[4:])
    shown = [name for name in names if f"{name} 1" in entry]
    assert shown
    assert f"and {60 - len(shown)} more group sets (below)" in entry


@pytest.mark.parametrize("width", [100, 160])
def test_an_action_that_widens_is_on_top_with_its_role_and_accounts(width):
    text = " ".join("\n".join(summary_lines(PLAN, Page(width), View())).split())
    assert "session of cado-role-spoke in 12 accounts; kms:CreateGrant, kms:Decrypt, kms:DescribeKey and 1 more action" in text
    assert "! sensitive spoke role in 12 accounts: kms:CreateGrant, kms:Decrypt" in text


def test_a_plan_without_changes_has_no_command():
    empty = replace(PLAN, operations=(), changes=(), violations=())
    assert "next" not in "\n".join(summary_lines(empty, Page(), View(next_step="orchestrator apply plan.json")))


def test_a_command_that_is_wider_than_the_page_keeps_its_label():
    command = "orchestrator --config reviews/of/the/first/rollout/rollout.yaml apply plan.json"
    assert f"  next {command}" in summary_lines(replace(PLAN, violations=()), Page(40), View(next_step=command))
