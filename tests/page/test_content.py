"""A reviewer finds every change of a plan on the page alone, in its section."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from orchestrator.cli.pages import plan_page
from orchestrator.model.plan import Plan
from orchestrator.planning.plan_comparison import compare_plans
from orchestrator.presentation.plan_difference import difference_sections
from tests.page.conftest import Open
from tests.page.pages import page_of, scenario
from tests.unit.presentation.plans import PLAN

SCENARIOS = (
    "an-option-and-limits-that-go-widen",
    "an-option-narrows-what-is-held",
    "exclude-beats-withhold-beats-grant",
    "foreign-stack-set-is-refused",
    "management-by-name-only",
    "missing-accounts-are-refused",
    "nothing-to-do",
    "revocations-beyond-the-limit-are-refused",
    "scope-and-states-are-excluded",
    "used-grant-is-revoked",
    "what-was-altered-is-written-again",
    "window-that-is-open-is-kept",
)


def text_of(page: Page, section: str) -> str:
    """What a section shows once everything in it is unfolded, in one line."""
    found = page.locator(f"#{section}")
    return " ".join(
        found.evaluate("node => { node.querySelectorAll('details').forEach(d => d.open = true); return node.innerText }").split()
    )


def lacking(page: Page, wanted: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Section and words, where these are not in that."""
    shown = {section: text_of(page, section) for section, words in wanted.items() if words}
    return [
        (section, words) for section, all_words in wanted.items() for words in all_words if " ".join(words.split()) not in shown[section]
    ]


def wanted_of(plan: Plan) -> dict[str, list[str]]:
    """Section to what has to stand in it."""
    wanted: dict[str, list[str]] = {
        "changes": [word for row in plan.changes for word in (row.change.capitalize(), row.group_set or row.stack_set)],
        "role-changes": [word for row in plan.roles for word in (row.role_set, row.property, row.before, row.after) if word],
        "temporary": [word for row in plan.temporary for word in (row.group_set, row.account, row.state)],
        "excluded": [re.split("[:(]", row.because)[0] for row in plan.excluded],
        "withheld": [word for row in plan.withheld for word in (row.group_set or "", row.because.split(": ")[-1])],
        "warnings": list(plan.warnings),
        "violations": [word for row in plan.violations for word in (row.kind, row.message)],
        "notices": list(plan.notices),
        "waves": [word for row in plan.operations for word in (row.wave, row.id, row.place.name)],
    }
    for row in plan.permissions:
        actions = [action.partition(":")[2] or action for action in row.actions]
        resources = [resource for block in (*row.before, *row.after) for resource in block.resources]
        wanted.setdefault(f"permissions section.{row.change}", []).extend((row.role, *actions, *resources))
    return wanted


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_a_plan_does_stands_in_its_section(name: str, show: Open):
    page = show(page_of(name))
    assert lacking(page, wanted_of(scenario(name)[0])) == []


def test_what_differs_from_an_earlier_plan_stands_in_a_section_of_its_own(show: Open):
    (before, _), (after, background) = scenario("window-that-is-open-is-kept"), scenario("window-over-is-revoked-and-not-renewed")
    earlier = replace(before, header=replace(before.header, organization=after.header.organization))
    found = difference_sections(earlier, after, compare_plans(earlier, after))
    items = [text for section in found for item in section.items for text in (section.title, item.text, *item.below)]
    page = show(plan_page(after, background, earlier))
    assert len(items) > 4
    assert lacking(page, {"against": [*items, before.digest]}) == []


def test_a_plan_that_shows_everything_shows_it_on_the_page(show: Open):
    page = show(plan_page(PLAN, None))
    assert lacking(page, wanted_of(PLAN)) == []
