"""An organization as a tree, and one account explained."""

from orchestrator.model.assignment import Assignment, Grant, Withheld
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, OuId, OuPath
from orchestrator.model.organization import Account, AccountState, Organization, OrganizationalUnit
from orchestrator.presentation.explanation import explanation_text
from orchestrator.presentation.organization_text import organization_text
from orchestrator.presentation.page import Page
from orchestrator.presentation.results_json import discover_json, explain_json
from tests.unit.presentation.plans import EVERY_WORKLOAD, HUB, RULES, read

PAGE = Page(100)
PAYMENTS = Account(AccountId("012345678901"), "payments", OuPath("/Workloads/Prod"), tags={"env": "prod", "team": "pay"})
OLD = Account(AccountId("111111111111"), "old", OuPath("/Workloads"), AccountState.SUSPENDED)
ORGANIZATION = Organization(
    id=OrganizationId("o-exampleorgid"),
    management_account=HUB,
    root=OuId("r-ab12"),
    organizational_units=tuple(
        OrganizationalUnit(OuId(f"ou-ab12-{number:08d}"), OuPath(path))
        for number, path in enumerate(("/Workloads", "/Workloads/Prod", "/Workloads Old"))
    ),
    accounts={account.id: account for account in (PAYMENTS, OLD, Account(HUB, "root account"))},
    delegated_administrators=(PAYMENTS.id,),
)
ASSIGNMENT = Assignment(
    PAYMENTS.id,
    (Grant(GroupSetName("spoke-kms"), (EVERY_WORKLOAD,)),),
    (Withheld(GroupSetName("spoke-triage"), "cardholder data: PCI scope"),),
)


def test_the_tree_shows_counts_states_and_tags():
    assert organization_text(ORGANIZATION, PAGE, {"organizations:ListAccounts": 2, "organizations:ListRoots": 1}) == (
        "o-exampleorgid / (3 accounts)\n"
        "  222222222222 root account  [management account]\n"
        "  Workloads/ (2 accounts)\n"
        "    111111111111 old  [SUSPENDED]\n"
        "    Prod/ (1 account)\n"
        "      012345678901 payments  [delegated administrator]  env=prod team=pay\n"
        "  Workloads Old/ (0 accounts)\n"
        "\n"
        "3 accounts in 3 organizational units: 2 ACTIVE, 1 SUSPENDED. Read with 3 calls.\n"
    )


def test_discovery_in_json():
    found = read(discover_json(ORGANIZATION, {"organizations:ListAccounts": 2}))
    assert found["accounts"][0] == {
        "id": "012345678901",
        "name": "payments",
        "path": "/Workloads/Prod",
        "state": "ACTIVE",
        "tags": {"env": "prod", "team": "pay"},
    }
    assert found["calls"] == {"organizations:ListAccounts": 2}
    assert found["organization"]["management_account"] == HUB


def test_an_explanation_gives_each_rule_and_what_was_held_back():
    assert explanation_text(PAYMENTS, ASSIGNMENT, RULES, PAGE) == (
        "012345678901 payments in /Workloads/Prod, ACTIVE\n"
        "  env=prod  team=pay\n"
        "\n"
        "Granted\n"
        '  spoke-kms  rule "every workload account" (config/rollout.yaml:38)\n'
        "\n"
        "Not granted\n"
        '  spoke-triage  rule "cardholder data" (config/rollout.yaml:46): PCI scope\n'
    )


def test_an_account_left_alone_says_why():
    text = explanation_text(OLD, Assignment(OLD.id, excluded="the account is SUSPENDED"), RULES, PAGE)
    assert "Excluded, never changed: the account is SUSPENDED." in text
    assert "no rule reaches it" in text


def test_an_explanation_in_json():
    assert explain_json(PAYMENTS, ASSIGNMENT) == {
        "account": "012345678901",
        "name": "payments",
        "path": "/Workloads/Prod",
        "state": "ACTIVE",
        "grants": [{"group_set": "spoke-kms", "because": [EVERY_WORKLOAD]}],
        "roles": [],
        "existing": [],
        "withheld": [{"group_set": "spoke-triage", "because": "cardholder data: PCI scope"}],
        "excluded": None,
        "control_policies": None,
    }
