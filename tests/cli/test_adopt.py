"""The audit of roles that others made, and the lines it proposes."""

import json

import pytest
from ruamel.yaml import YAML

from tests.cli.organization import write_rollout
from tests.worlds.organizations import HUB
from tests.worlds.sandboxes import client_in, playing
from tests.worlds.vendor import (
    ELSEWHERE,
    FIXED,
    FRESH,
    HANDMADE,
    RANDOM,
    ROLES,
    SHARED,
    SPOKE,
    VENDOR_FIXED,
    VENDOR_RANDOM,
    handled,
    vendor_rollout,
    vendor_snapshot,
)


@pytest.fixture
def sandbox(folder, monkeypatch):
    write_rollout(json.dumps(vendor_rollout()))
    with playing(vendor_snapshot(), monkeypatch) as running:
        yield running


def test_every_role_of_others_is_found_with_what_made_it(run, sandbox):
    answer = run("adopt", "--format", "json")
    assert answer.code == 0
    found = {role["account"]: role for role in answer.json["roles"]}
    assert found.keys() == ROLES.keys()
    assert {account: role["stack_set"] for account, role in found.items()} == {
        RANDOM: VENDOR_RANDOM,
        FIXED: VENDOR_FIXED,
        SHARED: VENDOR_FIXED,
        HANDMADE: None,
        ELSEWHERE: None,
    }
    assert (found[RANDOM]["bears_name"], found[RANDOM]["name"].startswith("StackSet-CadoResponse")) == (False, True)
    assert found[ELSEWHERE]["path"] == "/forensics/"
    assert answer.json["looked"] == 8


def test_what_a_role_lacks_and_allows_beyond_is_what_the_rules_would_change(run, sandbox):
    (found,) = run("adopt", "--account", SHARED, "--format", "json").json["roles"]
    assert "ec2:TerminateInstances" in found["beyond"]
    assert "s3:GetObject" in found["beyond"]
    assert "ec2:DescribeInstances" not in found["lacking"]
    assert "ec2:CopySnapshot" in found["lacking"]


def test_the_proposed_lines_are_those_with_which_a_plan_is_sound(run, sandbox):
    lines = run("adopt", "--format", "json").json["rollout_lines"]
    proposed = YAML(typ="safe").load("\n".join(lines))["roles"]["spoke"]["existing"]
    assert {account for line in proposed for account in line["where"]["account"]} == {FIXED, HANDMADE, ELSEWHERE, SHARED}
    write_rollout(json.dumps(vendor_rollout(*proposed)))
    assert run("plan").code == 0
    assert run("adopt", "--format", "json").json["rollout_lines"] == []


def test_the_text_says_what_becomes_of_each_and_what_its_stack_set_may_lose(run, sandbox):
    write_rollout(json.dumps(vendor_rollout(handled("leave", HANDMADE, because="its owner decides"))))
    text = " ".join(run("adopt").out.split())
    assert "8 accounts looked into: 5 roles made by others." in text
    assert f"{HANDMADE} {SPOKE}, made by hand" in text
    assert "leave: its owner decides" in text
    assert "stays as it is: ours is made beside it" in text
    assert f"{VENDOR_FIXED}: delete its instances in 2 accounts with RetainStacks alone" in text
    assert f"{VENDOR_RANDOM}: its instances in 1 account can be deleted once our role is there" in text


def test_roles_that_this_rollout_made_are_not_of_others(run, sandbox):
    write_rollout(json.dumps(vendor_rollout(handled("attach", FIXED, HANDMADE, ELSEWHERE, SHARED))))
    assert run("apply", "--yes").code == 0
    assert {role["account"] for role in run("adopt", "--format", "json").json["roles"]} == ROLES.keys()
    assert run("adopt", "--account", FRESH, "--account", HUB, "--format", "json").json["roles"] == []


def test_an_account_that_cannot_be_looked_into_is_named(run, sandbox):
    sandbox.delete_role(FRESH, "OrganizationAccountAccessRole")
    answer = run("adopt")
    assert answer.code == 0
    assert f"Not looked into\n  {FRESH}" in answer.out
    assert "7 accounts looked into: 5 roles made by others. 1 account could not be looked into." in answer.out
    assert run("adopt", "--format", "json").json["looked"] == 7


def test_a_stack_set_keeps_the_roles_that_are_left(run, sandbox):
    write_rollout(json.dumps(vendor_rollout(handled("leave", FIXED))))
    text = " ".join(run("adopt", "--account", FIXED).out.split())
    assert "keep its instances in 1 account, or delete them with RetainStacks: these roles are left as they are" in text
    assert "our policies are on these roles" not in text


def test_an_account_outside_the_organization_is_refused(run, sandbox):
    answer = run("adopt", "--account", "999999999999")
    assert (answer.code, "is not in the organization" in answer.err) == (1, True)


def test_the_plan_for_named_accounts_adopts_them_and_no_other(run, sandbox):
    assert run("adopt", "--account", HANDMADE, "--out", "plan.json").code == 3
    write_rollout(json.dumps(vendor_rollout(handled("attach", HANDMADE))))
    answer = run("adopt", "--account", HANDMADE, "--out", "plan.json", "--format", "json")
    assert (answer.code, answer.json["violations"]) == (0, [])
    written = run("show", "plan.json", "--format", "json").json
    assert written["digest"] == answer.json["plan"]
    assert {account for operation in written["operations"] for account in operation["accounts"]} == {HANDMADE}
    assert run("apply", "plan.json").code == 0
    policies = client_in(sandbox, "iam", HANDMADE).list_role_policies(RoleName=SPOKE)["PolicyNames"]
    assert policies == ["CadoResponsePolicy", "cado-spoke-checks", "cado-spoke-ec2"]
    assert client_in(sandbox, "cloudformation", FRESH).list_stacks()["StackSummaries"] == []


def test_a_plan_is_written_for_named_accounts_alone(run, sandbox):
    assert run("adopt", "--out", "plan.json").code == 64
