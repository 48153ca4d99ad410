"""Roles that accounts have already: foreseen by plan and doctor, attached to or left as rollout.yaml says."""

import json
from pathlib import Path

import pytest

from tests.cli.organization import write_rollout
from tests.worlds.rollouts import rule
from tests.worlds.sandboxes import client_in, playing
from tests.worlds.vendor import (
    ELSEWHERE,
    FIXED,
    FRESH,
    HANDMADE,
    RANDOM,
    SHARED,
    SPOKE,
    TRUSTS_HUB,
    VENDOR_FIXED,
    document,
    handled,
    vendor_rollout,
    vendor_snapshot,
)

TAKEN = (FIXED, HANDMADE, ELSEWHERE, SHARED)


@pytest.fixture
def sandbox(folder, monkeypatch):
    with playing(vendor_snapshot(), monkeypatch) as running:
        yield running


def write(*existing) -> Path:
    return write_rollout(json.dumps(vendor_rollout(*existing)))


def test_a_plan_foresees_every_account_whose_role_name_is_taken(run, sandbox):
    write()
    answer = run("plan", "--format", "json")
    assert answer.code == 3
    (violation,) = answer.json["violations"]
    assert violation["kind"] == "role_exists"
    assert f'role "{SPOKE}" exists already in 4 accounts' in violation["message"]
    assert f"{FIXED} (made by StackSet {VENDOR_FIXED}; lacks" in violation["message"]
    assert f"{HANDMADE} (made by hand; lacks" in violation["message"]
    assert f"{ELSEWHERE} (made by hand, under /forensics/; lacks" in violation["message"]
    assert all(account not in violation["message"] for account in (RANDOM, FRESH))


def test_a_plan_with_a_line_for_every_account_applies_whole(run, sandbox):
    write(handled("attach", *TAKEN))
    answer = run("apply", "--yes", "--format", "json")
    assert (answer.code, answer.json["failed"]) == (0, [])
    again = run("plan", "--format", "json")
    assert (again.code, again.json["operations"]) == (0, [])
    verified = run("verify", "--probe", "--format", "json")
    assert verified.json["missing"] == []
    assert verified.json["unhealthy"] == []
    assert (verified.code, verified.json["tampered"]) == (0, [])


def test_attaching_adds_our_policies_and_changes_nothing_else_of_the_role(run, sandbox):
    iam = client_in(sandbox, "iam", HANDMADE)
    before = iam.get_role(RoleName=SPOKE)["Role"]
    write(handled("attach", *TAKEN))
    assert run("apply", "--yes").code == 0
    assert iam.get_role(RoleName=SPOKE)["Role"] == before
    assert iam.list_role_policies(RoleName=SPOKE)["PolicyNames"] == ["CadoResponsePolicy", "cado-spoke-checks", "cado-spoke-ec2"]


def test_an_account_whose_role_is_left_gets_nothing_and_every_command_says_why(run, sandbox):
    write(handled("attach", FIXED, ELSEWHERE, SHARED), handled("leave", HANDMADE, because="its owner decides in May"))
    planned = run("plan", "--format", "json").json
    reason = f"role {SPOKE} exists there already, leave: its owner decides in May"
    assert {"account": HANDMADE, "group_set": "spoke-ec2", "because": reason} in planned["withheld"]
    explained = run("explain", HANDMADE)
    assert "its owner decides in May" in explained.out
    everyone = " ".join(run("explain", "--all").out.split())
    assert "3 accounts: role spoke attach:" in everyone
    assert "1 account: role spoke leave: its owner decides in May" in everyone


def warned_of_elsewhere(run) -> list[str]:
    return [text for text in run("plan", "--format", "json").json["warnings"] if ELSEWHERE in text]


def test_a_path_that_the_hub_may_enter_all_the_same_is_no_warning(run, sandbox):
    write(handled("attach", *TAKEN))
    assert warned_of_elsewhere(run) == []
    assert run("apply", "--yes").code == 0
    assert run("verify", "--probe").code == 0


def test_a_role_under_a_path_that_nothing_granted_to_the_hub_covers_is_warned_of(run, sandbox):
    rollout = vendor_rollout(handled("attach", *TAKEN))
    rollout["rules"] = [rule("workloads", {"ou": "/Workloads"}, grant=["spoke-checks"]), rule("hub", "hub", grant=["hub-platform"])]
    write_rollout(json.dumps(rollout))
    (warning,) = warned_of_elsewhere(run)
    assert "has the path /forensics/, and nothing the hub is granted lets it assume a role there" in warning


def test_attaching_to_a_role_that_is_not_there_is_refused(run, sandbox):
    write(handled("attach", *TAKEN, FRESH))
    (violation,) = run("plan", "--format", "json").json["violations"]
    assert (violation["kind"], FRESH in violation["message"]) == ("role_missing", True)


def test_doctor_says_which_names_are_taken_and_which_line_is_missing(run, sandbox):
    write()
    checks = {check["name"]: check for check in run("doctor", "--format", "json").json["checks"]}
    assert checks["names_in_accounts"]["result"] == "fail"
    assert "roles.ROLE.existing" in checks["names_in_accounts"]["remedy"]
    assert f"role/{SPOKE} is there already (made by StackSet {VENDOR_FIXED}; lacks" in checks["names_in_accounts"]["evidence"]
    write(handled("attach", *TAKEN))
    checks = {check["name"]: check for check in run("doctor", "--format", "json").json["checks"]}
    assert checks["names_in_accounts"]["result"] == "ok"
    assert checks["named_accounts"]["evidence"].startswith("4 accounts named in rollout.yaml")


def test_validate_lists_how_roles_that_exist_are_handled(run, folder):
    write(handled("attach", FIXED), handled("leave", HANDMADE, because="its owner decides in May"))
    text = " ".join(run("validate").out.split())
    assert "role spoke where it exists already: attach: the vendor made it" in text
    assert "role spoke where it exists already: leave: its owner decides in May" in text
    assert [rule["handling"] for rule in run("validate", "--format", "json").json["existing"]] == ["attach", "leave"]


def test_policies_that_do_not_fit_beside_those_of_others_are_refused(run, sandbox):
    many = [f"s3:GetObject{'x' * 40}{number}" for number in range(160)]
    sandbox.put_inline_policy(HANDMADE, SPOKE, "much", json.dumps(document(*many)))
    write(handled("attach", *TAKEN))
    (violation,) = run("plan", "--format", "json").json["violations"]
    assert violation["kind"] == "size"
    assert f'role "{SPOKE}" in {HANDMADE}, attached to: its own inline policies and ours have' in violation["message"]


def test_nothing_is_applied_while_a_name_is_taken_and_no_line_says_how_to_handle_it(run, sandbox):
    write()
    answer = run("apply", "--yes")
    assert (answer.code, "exists already in 4 accounts" in answer.err) == (3, True)
    assert client_in(sandbox, "cloudformation", FRESH).list_stacks()["StackSummaries"] == []


def test_a_role_that_appears_after_the_plan_fails_its_account_and_a_line_takes_the_failure_out(run, sandbox):
    write(handled("attach", *TAKEN))
    assert run("plan", "--out", "plan.json").code == 0
    client_in(sandbox, "iam", FRESH).create_role(RoleName=SPOKE, AssumeRolePolicyDocument=json.dumps(TRUSTS_HUB))
    applied = run("apply", "plan.json", "--format", "json")
    assert applied.code == 4
    assert {failure["account"] for failure in applied.json["failed"]} == {FRESH}
    (violation,) = run("plan", "--format", "json").json["violations"]
    assert (violation["kind"], FRESH in violation["message"]) == ("role_exists", True)
    write(handled("attach", *TAKEN, FRESH))
    applied = run("apply", "--yes", "--format", "json")
    assert (applied.code, applied.json["failed"]) == (0, [])
    policies = client_in(sandbox, "iam", FRESH).list_role_policies(RoleName=SPOKE)["PolicyNames"]
    assert policies == ["cado-spoke-checks", "cado-spoke-ec2"]
    assert run("plan", "--format", "json").json["operations"] == []


def test_destroying_takes_our_policies_off_a_role_of_others_and_leaves_the_role(run, sandbox):
    write(handled("attach", *TAKEN))
    assert run("apply", "--yes").code == 0
    assert run("destroy", "--yes").code == 0
    assert client_in(sandbox, "iam", HANDMADE).list_role_policies(RoleName=SPOKE)["PolicyNames"] == ["CadoResponsePolicy"]


def test_a_tag_that_chooses_how_a_role_is_handled_makes_a_plan_stale_when_it_changes(run, sandbox):
    sandbox.set_tags(HANDMADE, {"forensics": "attach"})
    tagged = {"where": {"tag": {"forensics": "attach"}}, "handling": "attach", "because": "its owner says so"}
    write(handled("attach", FIXED, ELSEWHERE, SHARED), tagged)
    assert run("plan", "--out", "plan.json").code == 0
    sandbox.set_tags(HANDMADE, {})
    answer = run("apply", "plan.json")
    assert (answer.code, HANDMADE in answer.err) == (3, True)
