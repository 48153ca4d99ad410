"""The matrix of accounts and group sets: search, filter, sort and fold, however many accounts there are."""

from dataclasses import replace
from functools import cache

from playwright.sync_api import Page

from orchestrator.cli.pages import plan_page
from orchestrator.model.identifiers import OuId, OuPath
from orchestrator.model.organization import OrganizationalUnit
from orchestrator.presentation.report import Background
from tests.page.conftest import Open
from tests.worlds.situations import SPOKE, deployed, grants, member, with_rules

TEAMS = 30


@cache
def company(count: int) -> str:
    """A page of this many accounts in thirty units: they have one group set, and every seventh of them loses it."""
    before = deployed(count, grants("every account", [member(number) for number in range(count)]))
    after = with_rules(before, grants("most accounts", [member(number) for number in range(count) if number % 7]))
    named = {
        account.id: replace(account, name=f"team-{number % TEAMS}-{number}", ou=OuPath(f"/Teams/{number % TEAMS:02}"))
        for number, account in enumerate(after.organization.accounts.values())
    }
    units = tuple(OrganizationalUnit(OuId(f"ou-ab12-{number:08}"), OuPath(f"/Teams/{number:02}")) for number in range(TEAMS))
    placed = replace(after, organization=replace(after.organization, accounts=named, organizational_units=units))
    return plan_page(placed.plan(), Background(placed.rollout, placed.catalog, placed.organization, ()))


def rows(page: Page) -> list[str]:
    return page.locator("#grid tbody tr:not(.space) th").all_inner_texts()


def found(page: Page) -> str:
    return page.locator("#grid output").inner_text()


def test_few_accounts_stand_in_a_row_each(show: Open):
    page = show(company(40))
    assert found(page) == "42 of 42 accounts"
    assert len(rows(page)) == 42


def test_many_accounts_are_folded_by_unit_and_unfolded(show: Open):
    page = show(company(3000))
    assert rows(page)[0] == "▸ /Teams/00"
    page.get_by_role("button", name="/Teams/00").click()
    assert "▾ /Teams/00" in rows(page)
    assert sum("team-0-" in row for row in rows(page)) > 20


def test_search_finds_by_id_name_and_unit(show: Open):
    page = show(company(3000))
    for words, count in (("team-7-", 100), ("/teams/07", 100), (str(member(2000)), 1), ("team-7-2 /teams", 36), ("nowhere", 0)):
        page.get_by_label("Search").fill(words)
        assert found(page).split()[0] == str(count), words


def test_filters_find_who_loses_a_group_set(show: Open):
    page = show(company(40))
    page.get_by_label("Group set", exact=True).select_option(label=SPOKE)
    page.get_by_label("Account", exact=True).select_option(label="loses it")
    assert found(page) == "6 of 42 accounts"


def test_a_column_is_sorted_by_its_heading_and_by_the_keyboard(show: Open):
    page = show(company(40))
    heading = page.get_by_role("button", name=SPOKE)
    heading.focus()
    page.keyboard.press("Enter")
    assert page.locator("#grid th[aria-sort=ascending]").inner_text() == SPOKE
    assert page.locator("#grid tbody tr:not(.space)").first.get_by_role("img", name="loses it").count() == 1


def test_only_what_is_seen_is_drawn_and_scrolling_reaches_the_last_account(show: Open):
    page = show(company(3000))
    page.get_by_label("by unit").uncheck()
    assert len(rows(page)) < 100
    page.locator("#grid .window").evaluate("frame => frame.scrollTop = frame.scrollHeight")
    page.locator("#grid").get_by_text("team-29-989").wait_for()
    assert page.locator("#grid table").get_attribute("aria-rowcount") == "3003"


def test_the_page_of_fifty_thousand_accounts_would_stay_below_forty_megabytes():
    assert len(company(3000).encode()) / 3000 < 40_000_000 / 50_000
