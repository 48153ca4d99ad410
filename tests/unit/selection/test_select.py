"""Placement, precedence, and the mistakes that are refused, with the words a user reads."""

from dataclasses import replace

import pytest

from orchestrator.errors import ConfigurationError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Access, AllPermanent, Pace, Rule, Safety, Wave
from orchestrator.model.selectors import AccountIs, AllOf, Everyone, Hub, InOrganizationalUnit, Management, NameLike, Not, Tagged
from orchestrator.selection.select import select
from tests.unit.selection.selections import DEV, HUB, MANAGEMENT, ORGANIZATION, PROD, SUSPENDED, granted, rollout, share
from tests.worlds.catalogs import CATALOG

SPOKE, PASSING = GroupSetName("spoke-lasting"), GroupSetName("spoke-passing")
PLATFORM, DISCOVERY = GroupSetName("platform-lasting"), GroupSetName("discovery-lasting")
ALL_SPOKES = Rule("every account", Everyone(), grant=(SPOKE,))


def withheld(account, wanted):
    return {held.group_set: held.because for held in share(account, wanted).withheld}


def problems(wanted):
    with pytest.raises(ConfigurationError) as caught:
        select(wanted, CATALOG, ORGANIZATION)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("account", "is_refused"), [(MANAGEMENT, False), (PROD, True)])
def test_the_way_into_the_management_account_leads_into_no_other(account, is_refused):
    access = Access(management_role_arn=f"arn:aws:iam::{account}:role/Doorway")
    wanted = replace(rollout(ALL_SPOKES), access=access, places={"access.management_role_arn": "rollout.yaml:9:3"})
    if not is_refused:
        assert granted(PROD, wanted) == {"spoke-lasting"}
        return
    (problem,) = problems(wanted)
    assert problem.startswith(f"rollout.yaml:9:3: access.management_role_arn is a role in account {PROD}")
    assert f"the management account is {MANAGEMENT}" in problem


@pytest.mark.parametrize(("account", "is_refused"), [(MANAGEMENT, False), ("aws", False), ("${account}", False), (HUB, True)])
def test_the_discovery_role_is_bounded_by_a_policy_of_the_management_account(account, is_refused):
    known = rollout(ALL_SPOKES)
    discovery = replace(known.roles[RoleKind.DISCOVERY], permissions_boundary=f"arn:aws:iam::{account}:policy/B")
    wanted = replace(known, roles={**known.roles, RoleKind.DISCOVERY: discovery})
    assert [str(MANAGEMENT) in problem for problem in (problems(wanted) if is_refused else [])] == [True] * is_refused


def test_all_means_every_permanent_set_the_account_can_take():
    wanted = rollout(Rule("all", Everyone(), grant=AllPermanent()), Rule("root", Management(), grant=AllPermanent()))
    assert granted(PROD, wanted) == {"spoke-lasting"}
    assert granted(HUB, wanted) == {"platform-lasting", "acquisition-lasting"}
    assert granted(MANAGEMENT, wanted) == {"spoke-lasting", "discovery-lasting"}
    assert withheld(HUB, wanted) == {}


def test_a_spoke_set_reaching_the_hub_is_skipped_with_the_reason():
    assert granted(HUB, rollout(ALL_SPOKES)) == set()
    assert withheld(HUB, rollout(ALL_SPOKES)) == {"spoke-lasting": "every account: spoke sets do not go to the hub account"}


@pytest.mark.parametrize("where", [Everyone(), InOrganizationalUnit("/"), NameLike("*"), Not(AccountIs((PROD,)))])
def test_a_broad_selector_does_not_reach_the_management_account(where):
    wanted = rollout(Rule("broad", where, grant=(SPOKE,)))
    assert granted(MANAGEMENT, wanted) == set()
    assert "reached only by a rule that says" in withheld(MANAGEMENT, wanted)["spoke-lasting"]


def test_a_set_one_rule_grants_is_not_withheld_because_another_cannot():
    wanted = rollout(ALL_SPOKES, Rule("root", Management(), grant=(SPOKE,)))
    assert granted(MANAGEMENT, wanted) == {"spoke-lasting"}
    assert withheld(MANAGEMENT, wanted) == {}


@pytest.mark.parametrize("where", [Management(), AccountIs((MANAGEMENT,)), AllOf((Management(), Not(Tagged({"env": "prod"}))))])
def test_a_rule_that_names_it_reaches_the_management_account(where):
    assert granted(MANAGEMENT, rollout(Rule("root", where, grant=(SPOKE, DISCOVERY)))) == {"spoke-lasting", "discovery-lasting"}


def test_hub_sets_reach_a_hub_that_is_the_management_account_by_the_word_hub_alone():
    assert granted(MANAGEMENT, rollout(Rule("hub", Hub(), grant=(PLATFORM,)), hub=MANAGEMENT)) == {"platform-lasting"}
    assert problems(rollout(Rule("broad", Everyone(), grant=(PLATFORM,)), hub=MANAGEMENT))


@pytest.mark.parametrize("reverse", [False, True])
def test_exclude_beats_withhold_beats_grant_in_any_order(reverse):
    rules = [
        ALL_SPOKES,
        Rule("again", NameLike("payments-*"), grant=(SPOKE,)),
        Rule("pci", Tagged({"env": "prod"}), withhold=(SPOKE,), because="PCI scope"),
        Rule("sold", AccountIs((DEV,)), exclude=True, because="leaves in March"),
        Rule("sold too", AccountIs((DEV,)), withhold=AllPermanent()),
    ]
    wanted = rollout(*(reversed(rules) if reverse else rules))
    assert withheld(PROD, wanted) == {"spoke-lasting": "pci: PCI scope"}
    assert share(DEV, wanted).excluded == "sold: leaves in March"
    assert share(DEV, wanted).grants == ()


def test_withholding_all_holds_back_temporary_sets_too_and_lists_what_could_live_there():
    wanted = rollout(Rule("some", Everyone(), grant=(SPOKE, PASSING)), Rule("none here", AccountIs((PROD,)), withhold=AllPermanent()))
    assert granted(PROD, wanted) == set()
    assert withheld(PROD, wanted) == {"spoke-lasting": "none here", "spoke-passing": "none here"}


def test_a_withheld_set_is_told_even_when_no_rule_grants_it():
    assert withheld(PROD, rollout(Rule("never", Everyone(), withhold=(PASSING,)))) == {"spoke-passing": "never"}


def test_every_reason_for_hands_off_is_told():
    wanted = replace(rollout(ALL_SPOKES), scope=("/Workloads",), safety=Safety(protected_accounts=(PROD,)))
    assert share(DEV, wanted).excluded == "outside the scope (/Workloads)"
    assert share(SUSPENDED, wanted).excluded == "state is SUSPENDED"
    assert share(PROD, wanted).excluded == "protected account"


def test_a_rule_that_can_never_take_effect_is_an_error_at_its_place():
    rule = Rule("wrong", InOrganizationalUnit("/Workloads"), grant=(PLATFORM,), location="config/rollout.yaml:38:5")
    assert problems(rollout(rule)) == [
        (
            'config/rollout.yaml:38:5: none of its accounts (2) can take "platform-lasting": hub sets go to the hub account alone. '
            "Correct the selector, or take the set out of the rule."
        )
    ]


def test_unknown_names_are_errors_with_near_names_all_at_once():
    wanted = rollout(
        Rule("typo", InOrganizationalUnit("/Workload"), grant=(SPOKE,)),
        Rule("nobody", AllOf((Everyone(), Not(AccountIs((AccountId("000000000033"),)))))),
    )
    wanted = replace(wanted, scope=("/Wrkloads/Prod",), pace=Pace((Wave("early", InOrganizationalUnit("ou-ab12-1111111x")), Wave("rest"))))
    found = problems(wanted)
    assert len(found) == 4
    assert found[0].startswith(
        'organization.scope: organizational unit "/Wrkloads/Prod" does not exist in this organization. Did you mean /Workloads/Prod'
    )
    assert found[1].startswith('rollout.yaml:10:5: organizational unit "/Workload" does not exist')
    assert "/Workloads" in found[1]
    assert found[2].startswith('rollout.yaml:11:5: account "000000000033" does not exist')
    assert found[3].startswith('rollout.waves: wave "early": organizational unit "ou-ab12-1111111x"')
    assert "ou-ab12-11111111" in found[3]


def test_a_hub_outside_the_organization_is_an_error():
    assert any('account "222222222222" does not exist' in problem for problem in problems(rollout(hub=AccountId("222222222222"))))


def test_a_rule_that_matches_nothing_is_a_warning():
    wanted = rollout(Rule("nobody", NameLike("zzz*"), grant=(SPOKE,)))
    assert select(wanted, CATALOG, ORGANIZATION).warnings == ('rollout.yaml:10:5: rule "nobody" matches no account.',)


def test_a_protected_account_that_is_not_there_is_a_warning_with_the_near_one():
    wanted = replace(rollout(), safety=Safety(protected_accounts=(AccountId("000000000013"),)))
    (warning,) = select(wanted, CATALOG, ORGANIZATION).warnings
    assert "protected_accounts: 000000000013" in warning
    assert "Did you mean 00000000000" in warning


def test_a_hub_that_is_left_alone_is_a_warning_once_somebody_is_granted_something():
    spokes = Rule("spokes", Everyone(), grant=(GroupSetName("spoke-lasting"),))
    closed = Rule("no hub", AccountIs((HUB,)), exclude=True, because="sold")
    (warning,) = select(rollout(spokes, closed), CATALOG, ORGANIZATION).warnings
    assert HUB in warning
    assert "sold" in warning
