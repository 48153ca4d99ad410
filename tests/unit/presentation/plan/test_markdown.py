"""A plan as a comment on a pull request: whole at any size, and nothing from outside ends what is folded."""

import re
from dataclasses import replace

import pytest

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.organization import AccountState
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.plan import Change, ChangeKind, ExcludedAccount, Plan, Target, Violation, WithheldSet
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.plan.markdown import plan_markdown
from tests.unit.presentation.plans import PLAN, operations

COMMENT = 65_536
HOSTILE = "</details> | `@team` <b> https://evil.example #1 "


def plan_of(accounts: int, sets: int, name: str) -> Plan:
    """Every account of a unit of its own, every set for a reason of its own."""
    ids = [AccountId(f"{number:012d}") for number in range(accounts)]
    actions = tuple(f"ec2:Describe{number}" for number in range(60))
    names = [f"{name}{number}" for number in range(sets)]
    many = [f"{name} {number}" for number in range(accounts)]
    return replace(
        PLAN,
        header=replace(PLAN.header, because=name * 500, overrides=(name,) * 20),
        changes=tuple(
            Change(kind, StackSetName(each), GroupSetName(each), tuple(ids[number:]), each)
            for kind in (ChangeKind.GRANT, ChangeKind.UPDATE)
            for number, each in enumerate(names)
        ),
        targets=tuple(Target(account, name, f"/{name}{number}", AccountState.ACTIVE) for number, account in enumerate(ids)),
        permissions=tuple(
            PermissionChange(number + 1, role, change, actions, (Block((name,)),), (Block((name,) * 30),), (name,))
            for role in RoleKind
            for change in ScopeChange
            for number in range(0, sets, 5)
        ),
        operations=operations() * accounts,
        excluded=tuple(ExcludedAccount(account, each, 1) for account, each in zip(ids, many, strict=True)),
        withheld=tuple(WithheldSet(None, (account,), each) for account, each in zip(ids, many, strict=True)),
        violations=tuple(Violation(name, each) for each in many),
        warnings=tuple(many),
        notices=tuple(many),
    )


@pytest.mark.parametrize(("accounts", "name"), [(2000, "x"), (60, HOSTILE), (60, "@" * 120), (60, "口" * 100)])
def test_a_plan_of_thousands_of_accounts_and_25_sets_is_one_comment(accounts, name):
    markdown = plan_markdown(plan_of(accounts, 25, name))
    assert len(markdown) <= COMMENT
    markup = re.sub(r"`[^`]*`|\\\\.", "", markdown)
    assert markup.count("<details>") == markup.count("</details>")
    assert "more: `orchestrator show PLAN --detail` lists everything." in markdown
    assert PLAN.digest in markdown


def test_a_long_list_of_actions_is_folded_under_its_counts():
    actions = (*(f"ec2:Describe{number}" for number in range(20)), "ssm:SendCommand")
    markdown = plan_markdown(replace(PLAN, permissions=(PermissionChange(3, RoleKind.SPOKE, ScopeChange.NEW, actions),)))
    assert "**`ssm:SendCommand`** <details><summary>ec2 20, ssm 1</summary>`ec2:Describe0`" in markdown
