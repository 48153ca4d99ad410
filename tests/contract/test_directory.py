"""The organization as the sandbox has it, whatever AWS serves of it and whoever asks."""

import pytest

from orchestrator.adapters.aws.directory import OrganizationsDirectory
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import AccountId, OuId, OuPath
from orchestrator.model.organization import Account, AccountState, Extent, OrganizationalUnit
from tests.adapters.aws.world import ROOT
from tests.worlds.organizations import DEV, HUB, LOOSE, MANAGEMENT, PROD, SUSPENDED

UNITS = (
    OrganizationalUnit(OuId("ou-ab12-33333333"), OuPath("/Security")),
    OrganizationalUnit(OuId("ou-ab12-11111111"), OuPath("/Workloads")),
    OrganizationalUnit(OuId("ou-ab12-22222222"), OuPath("/Workloads/Prod")),
)


def account(account_id, name, ou="/", state=AccountState.ACTIVE, tags=None):
    return Account(account_id, name, OuPath(ou), state, f"{name}@example.com", tags or {})


ACCOUNTS = (
    account(PROD, "payments-prod", "/Workloads/Prod", tags={"env": "prod"}),
    account(MANAGEMENT, "management"),
    account(HUB, "security", "/Security"),
    account(DEV, "payments-dev", "/Workloads", tags={"env": "dev"}),
    account(SUSPENDED, "old", "/Workloads", AccountState.SUSPENDED),
    account(LOOSE, "loose"),
)


@pytest.mark.parametrize("caller", [MANAGEMENT, HUB], ids=["management account", "delegated administrator"])
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"serve_paths": False},
        {"serve_bulk_tags": False},
        {"serve_state": False, "serve_status": True},
        {"deny": ["tag:*", "resourcegroupstaggingapi:*"]},
    ],
    ids=["everything", "no paths", "no tags in bulk", "Status for State", "tagging API denied"],
)
def test_organization_is_read_whole(sandbox, session_of, caller, switches):
    sandbox.faults.change(switches)
    found = OrganizationsDirectory(session_of(caller)).discover()
    assert (found.id, found.management_account, found.root) == ("o-exampleorgid", MANAGEMENT, ROOT)
    assert found.organizational_units == UNITS
    assert tuple(found.accounts.values()) == ACCOUNTS
    assert list(found.accounts) == sorted(found.accounts)
    assert found.delegated_administrators == (HUB,)


@pytest.mark.parametrize("state", list(AccountState))
def test_every_state_is_told(sandbox, session, state):
    sandbox.set_state(DEV, state)
    assert OrganizationsDirectory(session).discover().accounts[DEV].state is state


def test_delegated_administrators_may_be_secret(sandbox, session):
    sandbox.faults.deny = ["organizations:ListDelegatedAdministrators"]
    assert OrganizationsDirectory(session).discover().delegated_administrators is None


def test_delegated_administrators_are_asked_for_where_one_is_needed_or_shown(sandbox, session_of):
    narrow = Extent(has_administrators=False)
    assert OrganizationsDirectory(session_of(MANAGEMENT)).discover(narrow).delegated_administrators is None
    assert OrganizationsDirectory(session_of(HUB)).discover(narrow).delegated_administrators == (HUB,)


@pytest.mark.parametrize("operation", ["DescribeOrganization", "ListRoots", "ListAccounts", "ListOrganizationalUnitsForParent"])
def test_what_may_not_be_read_ends_the_run_with_a_remedy(sandbox, session, operation):
    sandbox.faults.deny = [f"organizations:{operation}"]
    with pytest.raises(AwsError, match=operation) as error:
        OrganizationsDirectory(session).discover()
    assert error.value.kind == "access_denied"
    assert error.value.remedy


def test_thousand_accounts_cost_about_a_hundred_calls(sandbox, session):
    units = [{"id": f"ou-ab12-{number:08d}", "path": f"/Unit{number}"} for number in range(30)]
    accounts = [
        {"id": f"{number:012d}", "name": f"account-{number}", "ou": f"/Unit{number % 30}", "tags": {"n": str(number)}}
        for number in range(1, 1000)
    ]
    head = {"id": "o-exampleorgid", "management_account": MANAGEMENT, "root": ROOT}
    sandbox.seed({"organization": head, "organizational_units": units, "accounts": accounts})
    directory = OrganizationsDirectory(session)
    found = directory.discover()
    assert len(found.accounts) == 1000
    assert found.accounts[AccountId("000000000042")].tags == {"n": "42"}
    assert sum(directory.calls().values()) <= 110
    assert directory.calls()["organizations:ListAccounts"] == 50


@pytest.fixture
def unfolding(sandbox, session):
    """Reads what is asked for of a tree in which most units hold no accounts: the paths read, and the calls for units."""
    paths = (
        "/Workloads",
        "/Workloads/Prod",
        "/Workloads/Prod/Blue",
        "/Workloads/Prod/Empty",
        "/Later",
        "/Later/Perhaps",
        "/Later/Perhaps/Never",
    )
    sandbox.seed(
        {
            "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT, "root": ROOT},
            "organizational_units": [{"id": f"ou-ab12-0000000{number}", "path": path} for number, path in enumerate(paths)],
            "accounts": [{"id": PROD, "name": "prod", "ou": "/Workloads/Prod/Blue"}, {"id": DEV, "name": "dev", "ou": "/Workloads"}],
        }
    )

    def read(*asked):
        directory = OrganizationsDirectory(session)
        found = directory.discover(Extent(frozenset(asked), has_tags=False, has_administrators=False))
        assert {account.id: account.ou for account in found.accounts.values()} == {
            MANAGEMENT: "/",
            PROD: "/Workloads/Prod/Blue",
            DEV: "/Workloads",
        }
        return {unit.path for unit in found.organizational_units}, directory.calls()["organizations:ListOrganizationalUnitsForParent"]

    return read


INHABITED = {"/Workloads", "/Later", "/Workloads/Prod", "/Workloads/Prod/Blue", "/Workloads/Prod/Empty"}


@pytest.mark.parametrize(
    ("asked", "beyond", "calls"),
    [
        ((), set(), 3),
        (("/", ROOT, "/Workloads/Prod"), set(), 3),
        (("ou-ab12-00000002",), set(), 3),
        (("/Later/Perhaps",), {"/Later/Perhaps"}, 4),
        (("/Later/Perhaps/No",), {"/Later/Perhaps", "/Later/Perhaps/Never"}, 5),
        (("ou-ab12-00000006",), {"/Later/Perhaps", "/Later/Perhaps/Never"}, 8),
    ],
    ids=["nothing", "where accounts are", "by id", "an empty unit", "an unknown unit", "an empty unit by id"],
)
def test_units_are_read_where_accounts_are_and_where_rules_name_one(unfolding, asked, beyond, calls):
    assert unfolding(*asked) == (INHABITED | beyond, calls)


def test_every_unit_is_read_where_aws_gives_no_paths(unfolding, sandbox):
    sandbox.faults.change({"serve_paths": False})
    assert unfolding() == (INHABITED | {"/Later/Perhaps", "/Later/Perhaps/Never"}, 8)


@pytest.mark.parametrize("caller", [MANAGEMENT, HUB], ids=["management account", "delegated administrator"])
def test_tags_that_no_rule_reads_cost_no_call(sandbox, session_of, caller):
    directory = OrganizationsDirectory(session_of(caller))
    found = directory.discover(Extent(has_tags=False))
    assert {account.tags == {} for account in found.accounts.values()} == {True}
    assert not {"resourcegroupstaggingapi:GetResources", "organizations:ListTagsForResource"} & directory.calls().keys()


@pytest.mark.parametrize("features", ["ALL", "CONSOLIDATED_BILLING"])
def test_features_of_the_organization_are_told(sandbox, session, features):
    sandbox.set_features(features)
    assert OrganizationsDirectory(session).discover().has_all_features is (features == "ALL")


@pytest.mark.parametrize("operation", ["ListRoots", "ListAccounts"])
def test_a_delegated_administrator_that_is_denied_hears_what_to_allow(sandbox, session_of, operation):
    sandbox.faults.deny = [f"organizations:{operation}"]
    with pytest.raises(AwsError, match=f"account {HUB}") as error:
        OrganizationsDirectory(session_of(HUB)).discover()
    assert str(MANAGEMENT) in str(error.value.remedy)
    assert operation in str(error.value.remedy)


def test_account_outside_any_organization_is_told_so(session_of, sandbox):
    session = session_of("999999999999")
    with pytest.raises(AwsError) as error:
        OrganizationsDirectory(session).discover()
    assert error.value.kind == "no_organization"
    assert "organization" in str(error.value.remedy)


def test_a_slash_in_the_name_of_a_unit_leads_to_no_other_unit(sandbox, session):
    organization = sandbox._world.organization
    unit = next(found for found in organization.units.values() if found.name == "Security")
    unit.name = "Workloads/Prod"
    found = OrganizationsDirectory(session).discover()
    assert found.accounts[HUB].ou == "/Workloads%2FProd"
    assert found.accounts[PROD].ou == "/Workloads/Prod"


def test_a_tag_the_tagging_api_does_not_show_is_found_in_the_last_of_many_accounts(sandbox, session):
    sandbox.faults.serve_bulk_tags = False
    *others, last = (account.id for account in ACCOUNTS)
    for number in range(20):
        sandbox.add_account(f"0000000000{number:02d}")
    for other in others:
        sandbox.set_tags(other, {})
    sandbox.set_tags(last, {"compliance": "pci"})
    found = OrganizationsDirectory(session).discover().accounts
    assert {account.id: account.tags for account in found.values() if account.tags} == {last: {"compliance": "pci"}}


def test_tags_nobody_may_read_are_not_taken_for_none(sandbox, session):
    sandbox.faults.change({"serve_bulk_tags": False, "deny": ["organizations:ListTagsForResource"]})
    with pytest.raises(AwsError, match="read the tags of account") as error:
        OrganizationsDirectory(session).discover()
    assert error.value.kind == "access_denied"
