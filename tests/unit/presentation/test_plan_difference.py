"""The differences of two plans in words, for people and for programs."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.files.plan.file import with_digest
from orchestrator.model.plan import Plan, Violation
from orchestrator.model.provenance import Commit, Provenance
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rule
from orchestrator.model.selectors import AccountIs
from orchestrator.planning.plan_comparison import compare_plans
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan_difference import difference_json_text, difference_markdown, difference_text
from tests.worlds.situations import EVERYONE, PASSING, SPOKE, grants, member, members, world
from tests.worlds.world import World

EXPECTED = Path(__file__).parent / "expected"
MADE = Provenance("arn:aws:iam::999999999999:user/ada", Commit("0123456789abcdef0123456789abcdef01234567", "main", is_modified=True))


def made(known: World, **changed: Any) -> Plan:
    plan = known.plan()
    return with_digest(replace(plan, header=replace(plan.header, provenance=MADE), **changed))


def worlds() -> tuple[World, World]:
    """Grants that come and go, an exclusion, a longer session, something temporary."""
    before = world(6, EVERYONE, grants("leaving", members(1), PASSING))
    spoke = replace(before.rollout.roles[RoleKind.SPOKE], max_session=7200)
    rules = (
        grants("five accounts", members(5)),
        Rule("divested", AccountIs((member(4),)), exclude=True, because="sold"),
        Rule("cardholder data", AccountIs((member(3),)), withhold=(SPOKE,), because="PCI scope"),
    )
    return before, replace(before, rollout=replace(before.rollout, roles={**before.rollout.roles, RoleKind.SPOKE: spoke}, rules=rules))


BEFORE, AFTER = worlds()
OLD = made(BEFORE, warnings=("seen before",))
NEW = made(AFTER, violations=(Violation("revocations", "too many"),), notices=("sensitive: kms:Decrypt",))
FOUND = compare_plans(OLD, NEW)


@pytest.mark.parametrize("width", [60, 100])
def test_the_text_is_the_expected_one(width: int, golden):
    text = difference_text(OLD, NEW, FOUND, Page(width))
    assert max(len(line) for line in text.splitlines() if "sha256:" not in line) <= width
    golden(EXPECTED / f"difference-{width}.txt", text)


def test_the_markdown_is_the_expected_one(golden):
    golden(EXPECTED / "difference.md", difference_markdown(OLD, NEW, FOUND))


def test_programs_get_a_row_for_every_account():
    fields = json.loads("".join(difference_json_text(OLD, NEW, FOUND)))
    assert fields["differs"] is True
    assert (fields["before"]["digest"], fields["after"]["made_by"]) == (OLD.digest, MADE.made_by)
    rows = sum(len(row.accounts) for row in FOUND.changes)
    assert rows > 0
    assert len(fields["changes"]) == rows
    assert {"account": member(4), "before": None, "after": "divested: sold"} in fields["excluded"]
    assert fields["violations"] == {"removed": [], "added": ["revocations: too many"]}
    assert fields["warnings"] == {"removed": ["seen before"], "added": []}


def test_every_section_that_differs_is_in_every_form():
    fields = json.loads("".join(difference_json_text(OLD, NEW, FOUND)))
    text, markdown = difference_text(OLD, NEW, FOUND, Page(200)), difference_markdown(OLD, NEW, FOUND)
    titles = {line for line in text.splitlines() if re.fullmatch("[A-Z][a-z ]+", line)}
    assert titles == {line.removeprefix("### ") for line in markdown.splitlines() if line.startswith("### ")}
    filled = {
        name
        for name, value in fields.items()
        if name not in {"format", "differs", "before", "after"} and value not in ([], {"added": [], "removed": []})
    }
    assert len(titles) == len(filled)


def test_of_plans_that_say_the_same_that_is_said():
    later = with_digest(replace(OLD, header=replace(OLD.header, provenance=Provenance("another caller"))))
    assert "Both plans say the same" in difference_text(OLD, later, compare_plans(OLD, later), Page(200))
    assert "It is the same plan" in difference_text(OLD, OLD, compare_plans(OLD, OLD), Page(200))


def test_hostile_names_are_no_markup():
    hostile = replace(NEW, warnings=("<script>alert(1)</script> @org\u202e",))
    found = difference_markdown(OLD, hostile, compare_plans(OLD, hostile))
    assert "<script>" not in found
    assert "@org" not in found
    assert "\u202e" not in found
