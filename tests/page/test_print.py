"""On paper: A4, no row of a table cut in two, and everything that is folded on the screen."""

import re

import pytest
from playwright.sync_api import Page

from orchestrator.cli.pages import plan_page
from tests.page.conftest import Open
from tests.page.pages import page_of
from tests.page.test_matrix import company
from tests.unit.presentation.plans import PLAN

SHEET = {"width": 688, "height": 994}
"""A4 without its margins, in CSS pixels."""

PAGES = {
    "everything": lambda: plan_page(PLAN, None),
    "background": lambda: page_of("tags-and-names-choose"),
    "3,000 accounts": lambda: company(3000),
}
TOO_TALL = f"""rows => rows.filter(row => row.getBoundingClientRect().height > {SHEET["height"]}
  || getComputedStyle(row).breakInside !== 'avoid').map(row => row.innerText.slice(0, 80))"""


@pytest.fixture(params=PAGES)
def sheet(request: pytest.FixtureRequest, show: Open) -> Page:
    page = show(PAGES[request.param](), viewport=SHEET)
    page.emulate_media(media="print")
    return page


def test_no_row_of_a_table_is_cut(sheet: Page):
    assert sheet.locator("tbody tr:visible").evaluate_all(TOO_TALL) == []


def test_tables_repeat_their_headings(sheet: Page):
    heads = sheet.locator("thead:visible").evaluate_all("heads => heads.map(head => getComputedStyle(head).display)")
    assert set(heads) == {"table-header-group"}


def test_nothing_is_wider_than_the_sheet(sheet: Page):
    assert sheet.evaluate("document.documentElement.scrollWidth") <= SHEET["width"]


def test_what_is_folded_on_the_screen_is_printed(show: Open):
    page = show(page_of("tags-and-names-choose"), viewport=SHEET)
    assert not page.get_by_text("333333333333 payments-prod").last.is_visible() or page.locator("details:not([open])").count() > 0
    page.emulate_media(media="print")
    closed = page.locator("details:not([open]) > :not(summary)")
    assert [part for part in closed.all() if not part.is_visible()] == []


def test_the_page_prints_on_a4(show: Open):
    printed = show(page_of("tags-and-names-choose")).pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[0 0 (\d+)\.?\d* (\d+)\.?\d*\]", printed))
    assert boxes in ({(b"594", b"841")}, {(b"595", b"842")})
