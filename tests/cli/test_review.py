"""`review` shows a reviewer every role as the rollout makes it, with the ways to privilege it touches."""

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, HUB, ROLLOUT, write_rollout


def roles(answer) -> list[tuple[str, tuple[str, ...]]]:
    return [(row["role"], tuple(row["group_sets"])) for row in answer.json["roles"]]


def test_every_role_and_set_of_grants_stands_once(run: Run, snapshot: str):
    answer = run("review", "--organization", snapshot, "--format", "json")
    assert answer.code == 0, answer.err
    assert len(roles(answer)) == len(set(roles(answer)))
    assert {role for role, _ in roles(answer)} >= {"acquisition", "spoke"}


def test_effective_values_stand_instead_of_parameters(run: Run, snapshot: str):
    (spoke, *_) = run("review", "spoke", "--organization", snapshot, "--format", "json").json["roles"]
    assert spoke["properties"]["assumed by"] == [f"arn:aws:iam::{HUB}:role/EstateInstanceRole", f"arn:aws:iam::{HUB}:role/EstateRole"]
    assert "${" not in str(spoke["allowed"]).replace("${AWS::AccountId}", "")


def test_a_temporary_grant_is_shown_with_its_end(run: Run, snapshot: str):
    said = run("review", "acquisition", "--organization", snapshot).out
    assert "hub-kms-first-use (temporary)" in said
    assert "until 20" in said


def test_ways_to_privilege_are_judged(run: Run, snapshot: str):
    found = [way for row in run("review", "--organization", snapshot, "--format", "json").json["roles"] for way in row["ways"]]
    assert "sts-001" in {way["id"] for way in found}
    assert [way["id"] for way in found if way["weight"] is None] == []


def test_ways_to_privilege_and_alarms_name_the_guardrail_that_holds_them(run: Run, snapshot: str):
    (role, *_) = run("review", "acquisition", "--organization", snapshot, "--format", "json").json["roles"]
    assert {way["id"]: way["guardrail"] for way in role["ways"]}["sts-001"] == "stacksets/guardrails/role-changes.json"
    assert {row["event"]: row["guardrail"] for row in role["alarms"]}["AssumeRole"] == "stacksets/guardrails/role-assumption.json"
    for form in ("text", "markdown"):
        said = " ".join(run("review", "acquisition", "--organization", snapshot, "--format", form).out.split())
        assert "Held from outside by stacksets/guardrails/role-changes.json" in said
        assert "stacksets/guardrails/role-assumption.json denies what should never be" in said


def test_one_account_shows_what_it_gets(run: Run, snapshot: str):
    answer = run("review", CHAPEL, "--organization", snapshot, "--format", "json")
    assert roles(answer) == [("spoke", ("spoke-checks",))]


def test_markdown_folds_the_actions(run: Run, snapshot: str):
    said = run("review", "--organization", snapshot, "--format", "markdown").out
    assert "<details><summary>What it may do" in said
    assert "## role spoke" in said


def test_differences_from_the_vendors_statements_are_shown_with_their_conditions(run: Run, snapshot: str):
    (spoke, *_) = run("review", "spoke", "--organization", snapshot, "--format", "json").json["roles"]
    (grant,) = [row for row in spoke["differences"] if row["actions"] == ["kms:CreateGrant"]]
    assert (grant["group"], grant["change"]) == ("RequiredForKmsEncryptedEc2Import", "narrower")
    assert grant["published"] == [{"resources": ["*"], "conditions": {}}]
    assert grant["ours"] == [{"resources": ["*"], "conditions": {"Bool": {"kms:GrantIsForAWSResource": ["true"]}}}]
    assert "for AWS services alone" in grant["because"]
    assert grant["sources"]
    text = " ".join(run("review", "spoke", "--organization", snapshot).out.split())
    assert "~ narrower on * → on *, when kms:GrantIsForAWSResource is true kms:CreateGrant" in text
    page = run("review", "spoke", "--organization", snapshot, "--format", "markdown").out
    assert "### Differences from the vendor's statements" in page
    assert "| `RequiredForKmsEncryptedEc2Import` | narrower | `kms:CreateGrant` |" in page


def test_the_end_of_a_temporary_grant_is_a_difference_from_the_vendor(run: Run, snapshot: str):
    (role, *_) = run("review", "acquisition", "--organization", snapshot, "--format", "json").json["roles"]
    (row,) = [row for row in role["differences"] if row["actions"] == ["iam:CreateServiceLinkedRole"] and row["change"] == "narrower"]
    assert [list(block["conditions"]) for block in row["ours"]] == [["DateLessThan", "StringLike"]]
    assert [list(block["conditions"]) for block in row["published"]] == [["StringLike"]]


def test_conditions_that_an_unset_option_leaves_out_are_named_with_what_they_would_narrow(run: Run, snapshot: str):
    (spoke, *_) = run("review", "spoke", "--organization", snapshot, "--format", "json").json["roles"]
    (region,) = [row for row in spoke["not_in_force"] if row["set"] == "regions"]
    assert (region["operator"], region["key"]) == ("StringEquals", "aws:RequestedRegion")
    assert {"kms:Decrypt", "kms:CreateGrant"} <= set(region["actions"])
    for form in ("text", "markdown"):
        said = " ".join(run("review", "spoke", "--organization", snapshot, "--format", form).out.split())
        assert "StringEquals aws:RequestedRegion: not in force: set" in said
    write_rollout(ROLLOUT.replace("{platform_bucket: estate-evidence}", "{platform_bucket: estate-evidence, regions: us-east-1}"))
    (spoke, *_) = run("review", "spoke", "--organization", snapshot, "--format", "json").json["roles"]
    assert spoke["not_in_force"] == []


def test_a_finding_is_accepted_on_a_role_for_the_actions_that_it_has(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("spoke-kms]", "spoke-kms, spoke-ec2]", 1))
    (spoke, *_) = run("review", "spoke", "--organization", snapshot, "--format", "json").json["roles"]
    accepted = {action for row in spoke["accepted"] for action in row["actions"]}
    assert "ec2:CreateTags" in accepted
    assert "ec2:RunInstances" not in accepted


@pytest.mark.parametrize("subject", ["spok", "123"])
def test_what_is_neither_role_nor_account_is_an_error(run: Run, snapshot: str, subject: str):
    assert run("review", subject, "--organization", snapshot).code == 1
