"""Anybody can read the page: without a script, by keyboard, with a screen reader, in the dark, on a telephone, on paper."""

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from orchestrator.cli.pages import plan_page
from tests.page.conftest import Open
from tests.page.pages import page_of, scenario
from tests.unit.presentation.plans import PLAN

SHAPES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 390, "height": 844}},
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SHOWN = ("permissions", "roles", "temporary", "withheld", "excluded", "notices", "warnings", "violations", "rules")
ON_THE_FIRST_SCREEN = (".facts", ".digest", ".sentence", ".dangers")


@pytest.mark.parametrize("shape", SHAPES)
def test_axe_finds_nothing(shape: str, show: Open):
    plan, background = scenario("what-was-altered-is-written-again")
    everything = replace(plan, **{name: getattr(PLAN, name) for name in SHOWN})
    page = show(plan_page(everything, background, plan), **SHAPES[shape])
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], node["target"], node["failureSummary"].splitlines()[-1]) for rule in found for node in rule["nodes"]] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_what_it_is_what_changes_and_what_is_dangerous_stands_on_the_first_screen(shape: str, show: Open):
    page = show(page_of("revocations-beyond-the-limit-are-refused"), **SHAPES[shape])
    ends = [page.locator(part).first.bounding_box() for part in ON_THE_FIRST_SCREEN]
    assert page.viewport_size
    assert max(box["y"] + box["height"] for box in ends if box) <= page.viewport_size["height"]


def test_a_narrow_window_scrolls_in_one_direction(show: Open):
    page = show(plan_page(PLAN, None), viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_scripts_every_account_stands_on_the_page(show: Open):
    page = show(page_of("tags-and-names-choose"), java_script_enabled=False)
    shown = page.locator("#folds").text_content() or ""
    assert [account for account in scenario("tags-and-names-choose")[1].organization.accounts if account not in shown] == []
    assert page.locator("#folds").is_visible()
    assert not page.locator("#grid").is_visible()
