"""Where accounts are said to be: counted by unit, the exceptions by name, few of them by name alone."""

from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import AccountState
from orchestrator.model.plan import Target
from orchestrator.presentation.places import where

PROD = [AccountId(f"1{number:011d}") for number in range(12)]
DEV = [AccountId(f"2{number:011d}") for number in range(9)]
ODD = AccountId("3" * 12)
TARGETS = {
    **{account: Target(account, f"prod-{number}", "/Prod", AccountState.ACTIVE) for number, account in enumerate(PROD)},
    **{account: Target(account, f"dev-{number}", f"/Dev/Team {number}", AccountState.ACTIVE) for number, account in enumerate(DEV)},
    ODD: Target(ODD, "the-odd-one", "/Exceptions", AccountState.ACTIVE),
}


def test_units_are_counted_and_their_exceptions_named():
    assert where(PROD, TARGETS) == ["/Prod 12"]
    assert where(PROD[1:], TARGETS) == [f"/Prod 11 of 12 (not {PROD[0]} prod-0)"]
    assert where(PROD[:6], TARGETS) == ["/Prod 6 of 12"]


def test_a_single_account_of_a_unit_is_named():
    assert where([*PROD, ODD], TARGETS) == [f"{ODD} the-odd-one in /Exceptions,", "/Prod 12"]


def test_few_accounts_are_named_and_an_unknown_one_is_said_to_be_not_found():
    assert where([ODD, AccountId("4" * 12)], TARGETS) == [f"{ODD} the-odd-one in /Exceptions,", f"{'4' * 12} (not found)"]


def test_many_units_are_shown_by_their_parents():
    many = {
        account: Target(account, "", f"/Dev/Team {account}", AccountState.ACTIVE)
        for account in (AccountId(f"5{number:011d}") for number in range(30))
    }
    assert where(many, many) == ["/Dev and below 30"]


def test_as_many_units_at_the_top_are_cut_with_the_flag_that_lists_them():
    many = {
        account: Target(account, "", f"/Team {int(account) % 40}", AccountState.ACTIVE)
        for account in (AccountId(f"5{number:011d}") for number in range(100))
    }
    pieces = where(many, many, "--accounts")
    assert len(pieces) == 13
    assert pieces[-1] == "and 28 more units (--accounts)"
