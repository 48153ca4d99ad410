"""Roles that others made in an account: attached to, or left."""

from dataclasses import replace

import pytest

from orchestrator.errors import ConfigurationError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.roles import ExistingRole, Handling, RoleKind
from orchestrator.model.rollout import Rollout, Rule
from orchestrator.model.selectors import AccountIs, Everyone, NameLike
from orchestrator.selection.select import select
from tests.unit.selection.selections import DEV, HUB, ORGANIZATION, PROD, granted, rollout, share
from tests.worlds.catalogs import CATALOG

SPOKE = GroupSetName("spoke-lasting")
EVERYWHERE = Rule("everywhere", Everyone(), grant=(SPOKE,))


def with_existing(*rules: ExistingRole, wanted: Rollout) -> Rollout:
    spoke = replace(wanted.roles[RoleKind.SPOKE], existing=rules)
    return replace(wanted, roles={**wanted.roles, RoleKind.SPOKE: spoke})


def existing(handling: Handling, *accounts: AccountId, because: str = "the vendor made it") -> ExistingRole:
    return ExistingRole(AccountIs(accounts), handling, because, "rollout.yaml:7:9")


def test_an_account_whose_role_is_left_gets_no_group_set_of_that_role_and_says_why():
    wanted = with_existing(existing(Handling.LEAVE, PROD), wanted=rollout(EVERYWHERE))
    assert granted(PROD, wanted) == set()
    assert {held.group_set: held.because for held in share(PROD, wanted).withheld}[SPOKE] == (
        "role TestSpokeRole exists there already, leave: the vendor made it"
    )
    assert granted(DEV, wanted) == {SPOKE}


def test_an_account_whose_role_is_attached_to_keeps_its_grants():
    wanted = with_existing(existing(Handling.ATTACH, PROD), wanted=rollout(EVERYWHERE))
    selection = select(wanted, CATALOG, ORGANIZATION)
    assert set(selection.granted(PROD)) == {SPOKE}
    assert selection.attached(PROD, RoleKind.SPOKE) is not None
    assert selection.attached(DEV, RoleKind.SPOKE) is None


def test_leaving_beats_attaching_in_either_order():
    both = existing(Handling.ATTACH, PROD), existing(Handling.LEAVE, PROD, because="sold soon")
    for rules in (both, both[::-1]):
        assert share(PROD, with_existing(*rules, wanted=rollout(EVERYWHERE))).existing[RoleKind.SPOKE].because == "sold soon"


def test_a_temporary_set_of_a_role_that_is_left_may_not_be_asked_for_either():
    wanted = with_existing(existing(Handling.LEAVE, PROD, HUB), wanted=rollout())
    assert {held.group_set for held in share(PROD, wanted).withheld} == {"spoke-passing"}
    assert share(HUB, wanted).withheld == ()


def test_a_line_that_matches_no_account_is_a_warning():
    idle = ExistingRole(NameLike("nothing-*"), Handling.ATTACH, "the vendor made it", "rollout.yaml:7:9")
    warnings = select(with_existing(idle, wanted=rollout(EVERYWHERE)), CATALOG, ORGANIZATION).warnings
    assert "rollout.yaml:7:9: roles.spoke.existing matches no account." in warnings


def test_an_account_that_does_not_exist_is_a_problem_at_its_line():
    wanted = with_existing(existing(Handling.ATTACH, AccountId("999999999999")), wanted=rollout(EVERYWHERE))
    with pytest.raises(ConfigurationError) as caught:
        select(wanted, CATALOG, ORGANIZATION)
    assert [problem.where for problem in caught.value.problems] == ["rollout.yaml:7:9"]
