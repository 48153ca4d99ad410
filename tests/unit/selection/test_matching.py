"""Which accounts each selector means."""

import pytest

from orchestrator.model.organization import Account
from orchestrator.model.selectors import (
    AccountIs,
    AllOf,
    AnyOf,
    Everyone,
    Hub,
    InOrganizationalUnit,
    Management,
    NameLike,
    Not,
    Tagged,
)
from orchestrator.selection.matching import Places, is_match, is_naming_management
from tests.unit.selection.selections import ACCOUNTS, DEV, HUB, MANAGEMENT, ORGANIZATION, PROD, SUSPENDED

PLACES = Places(ORGANIZATION, HUB)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Everyone(), {MANAGEMENT, HUB, PROD, DEV, SUSPENDED}),
        (Hub(), {HUB}),
        (Management(), {MANAGEMENT}),
        (InOrganizationalUnit("/"), {MANAGEMENT, HUB, PROD, DEV, SUSPENDED}),
        (InOrganizationalUnit("r-ab12"), {MANAGEMENT, HUB, PROD, DEV, SUSPENDED}),
        (InOrganizationalUnit("/Workloads"), {PROD, SUSPENDED}),
        (InOrganizationalUnit("ou-ab12-11111112"), {PROD}),
        (InOrganizationalUnit("/Work"), set()),
        (AccountIs((PROD, HUB)), {PROD, HUB}),
        (NameLike("payments-*"), {PROD, DEV}),
        (NameLike("Payments-*"), set()),
        (Tagged({"env": "*"}), {PROD, DEV}),
        (Tagged({"env": "prod", "team": "pay*"}), {PROD}),
        (Tagged({"absent": "*"}), set()),
        (AllOf((NameLike("payments-*"), Not(Tagged({"env": "prod"})))), {DEV}),
        (AnyOf((Hub(), Management())), {HUB, MANAGEMENT}),
        (Not(InOrganizationalUnit("/Workloads")), {MANAGEMENT, HUB, DEV}),
    ],
)
def test_each_selector_matches_exactly_these_accounts(selector, expected):
    assert {account.id for account in ACCOUNTS if is_match(selector, account, PLACES)} == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Management(), True),
        (AccountIs((PROD, MANAGEMENT)), True),
        (AllOf((Management(), Not(NameLike("x")))), True),
        (AnyOf((Everyone(), Management())), True),
        (Not(AccountIs((MANAGEMENT,))), False),
        (Not(Not(Management())), False),
        (Everyone(), False),
        (NameLike("root"), False),
        (Hub(), False),
    ],
)
def test_the_management_account_is_named_only_in_a_positive_term(selector, expected):
    assert is_naming_management(selector, PLACES) is expected


def test_the_word_hub_names_the_management_account_when_they_are_one():
    assert is_naming_management(Hub(), Places(ORGANIZATION, MANAGEMENT))


def test_of_alternatives_the_one_that_names_the_management_account_has_to_match_it():
    idle = AllOf((AccountIs((MANAGEMENT,)), Tagged({"env": "nowhere"})))
    places = Places(ORGANIZATION, HUB)
    assert not is_naming_management(AnyOf((idle, InOrganizationalUnit("/"))), places)
    assert is_naming_management(AnyOf((AccountIs((MANAGEMENT,)), InOrganizationalUnit("/Security"))), places)


def test_a_bracket_in_a_pattern_is_a_bracket():
    account = Account(DEV, "team[blue]", tags={"env": "[x]"})
    places = Places(ORGANIZATION, HUB)
    assert is_match(NameLike("team[blue]"), account, places)
    assert is_match(Tagged({"env": "[?]"}), account, places)
    assert not is_match(NameLike("[!x]*"), account, places)
