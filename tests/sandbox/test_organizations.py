import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import SNAPSHOT
from tests.sandbox.stack_set_steps import code_of
from tests.worlds.organizations import DEV, HUB, LOOSE, MANAGEMENT, PROD, SUSPENDED


def test_the_management_account_is_listed_although_the_snapshot_leaves_it_out(client):
    pages = client("organizations").get_paginator("list_accounts").paginate()
    assert {account["Id"] for page in pages for account in page["Accounts"]} == {MANAGEMENT, PROD, HUB, DEV, SUSPENDED, LOOSE}


def test_lists_come_in_pages_of_twenty_with_opaque_tokens(sandbox, client):
    for number in range(30):
        sandbox.add_account(f"{600000000000 + number}")
    first = client("organizations").list_accounts()
    assert len(first["Accounts"]) == 20
    assert not first["NextToken"].isdigit()
    rest = client("organizations").list_accounts(NextToken=first["NextToken"])
    assert len(rest["Accounts"]) == 16
    assert "NextToken" not in rest
    with pytest.raises(ClientError) as error:
        client("organizations").list_accounts(NextToken="made-up")
    assert code_of(error) == "InvalidInputException"


def test_accounts_have_a_state_and_no_status(client):
    account = client("organizations").describe_account(AccountId=SUSPENDED)["Account"]
    assert account["State"] == "SUSPENDED"
    assert "Status" not in account


def test_an_older_partition_serves_status_and_no_paths(sandbox, client):
    sandbox.faults.change({"serve_state": False, "serve_status": True, "serve_paths": False})
    account = client("organizations").describe_account(AccountId=SUSPENDED)["Account"]
    assert account["Status"] == "SUSPENDED"
    assert "State" not in account
    assert "Paths" not in account


def test_paths_lead_from_the_organization_to_the_account(client):
    account = client("organizations").describe_account(AccountId=PROD)["Account"]
    assert account["Paths"] == [f"o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/{PROD}/"]
    unit = client("organizations").describe_organizational_unit(OrganizationalUnitId="ou-ab12-22222222")["OrganizationalUnit"]
    assert unit["Path"] == "o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"
    assert unit["Name"] == "Prod"


def test_the_tree_can_be_walked_in_every_direction(client):
    organizations = client("organizations")
    assert [root["Id"] for root in organizations.list_roots()["Roots"]] == ["r-ab12"]
    below = organizations.list_organizational_units_for_parent(ParentId="r-ab12")["OrganizationalUnits"]
    assert {unit["Name"] for unit in below} == {"Workloads", "Security"}
    assert {account["Id"] for account in organizations.list_accounts_for_parent(ParentId="ou-ab12-11111111")["Accounts"]} == {
        DEV,
        SUSPENDED,
    }
    assert organizations.list_parents(ChildId=PROD)["Parents"] == [{"Id": "ou-ab12-22222222", "Type": "ORGANIZATIONAL_UNIT"}]
    children = organizations.list_children(ParentId="ou-ab12-11111111", ChildType="ORGANIZATIONAL_UNIT")["Children"]
    assert [child["Id"] for child in children] == ["ou-ab12-22222222"]
    with pytest.raises(ClientError) as error:
        organizations.list_accounts_for_parent(ParentId="ou-ab12-99999999")
    assert code_of(error) == "ParentNotFoundException"


def test_a_delegated_administrator_reads_and_a_plain_member_does_not(client):
    assert client("organizations", HUB).list_accounts()["Accounts"]
    with pytest.raises(ClientError) as error:
        client("organizations", PROD).list_accounts()
    assert code_of(error) == "AccessDeniedException"
    assert client("organizations", PROD).describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT


def test_an_account_in_no_organization_is_told_so(client):
    with pytest.raises(ClientError) as error:
        client("organizations", "999999999999").describe_organization()
    assert code_of(error) == "AWSOrganizationsNotInUseException"


def test_delegated_administrators_are_listed_by_service(client):
    organizations = client("organizations")
    service = "member.org.stacksets.cloudformation.amazonaws.com"
    assert [row["Id"] for row in organizations.list_delegated_administrators(ServicePrincipal=service)["DelegatedAdministrators"]] == [HUB]
    assert organizations.list_delegated_administrators(ServicePrincipal="x.amazonaws.com")["DelegatedAdministrators"] == []


def test_tags_are_served_one_by_one_and_in_bulk_to_the_management_account_alone(sandbox, client):
    assert client("organizations").list_tags_for_resource(ResourceId=PROD)["Tags"] == [{"Key": "env", "Value": "prod"}]
    ask = {"ResourceTypeFilters": ["organizations:account"], "ResourcesPerPage": 100}
    rows = client("resourcegroupstaggingapi").get_resources(**ask)["ResourceTagMappingList"]
    assert {row["ResourceARN"].rsplit("/", 1)[-1]: row["Tags"][0]["Value"] for row in rows} == {PROD: "prod", DEV: "dev"}
    assert client("resourcegroupstaggingapi", HUB).get_resources(**ask)["ResourceTagMappingList"] == []
    sandbox.faults.serve_bulk_tags = False
    assert client("resourcegroupstaggingapi").get_resources(**ask)["ResourceTagMappingList"] == []


def test_policies_and_their_targets_can_be_read(client):
    organizations = client("organizations")
    found = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert [item["Name"] for item in found] == ["DenySnapshots"]
    assert "ec2:CreateSnapshot" in organizations.describe_policy(PolicyId="p-1a2b3c4d")["Policy"]["Content"]
    assert [row["Name"] for row in organizations.list_targets_for_policy(PolicyId="p-1a2b3c4d")["Targets"]] == ["Prod"]
    assert organizations.list_policies_for_target(TargetId=PROD, Filter="SERVICE_CONTROL_POLICY")["Policies"] == []


def test_the_world_changes_behind_everybodys_back(sandbox, client):
    sandbox.move_account(PROD, "/Security")
    sandbox.set_state(DEV, "CLOSED")
    sandbox.set_tags(LOOSE, {"owner": "me"})
    organizations = client("organizations")
    assert organizations.list_parents(ChildId=PROD)["Parents"][0]["Id"] == "ou-ab12-33333333"
    assert organizations.describe_account(AccountId=DEV)["Account"]["State"] == "CLOSED"
    assert organizations.list_tags_for_resource(ResourceId=LOOSE)["Tags"] == [{"Key": "owner", "Value": "me"}]


@pytest.mark.parametrize("broken", [{"accounts": [{"id": 111111111111}]}, {"accounts": [{"id": PROD, "ou": "/Nowhere"}]}])
def test_a_snapshot_that_does_not_hold_together_is_refused(sandbox, broken):
    with pytest.raises((KeyError, ValueError)):
        sandbox.seed(SNAPSHOT | broken)
