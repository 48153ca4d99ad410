"""Which of the differences that drift detection reports matter, what puts them back, and how they are shown."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from orchestrator.permissions.drift import PropertyDifference, ResourceDrift, alteration_of

FOUND = datetime(2026, 11, 27, 22, 45, tzinfo=UTC)
POLICY, ROLE, PROFILE = "AWS::IAM::RolePolicy", "AWS::IAM::Role", "AWS::IAM::InstanceProfile"
SECRET = "s3cr3t-external-id"
STATEMENT = {"Sid": "ReadA", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
TRUSTING = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:role/A", "arn:aws:iam::222222222222:role/B"]},
        "StringEquals": {"sts:ExternalId": SECRET},
    },
}


def drift(kind, *differences):
    return ResourceDrift("Thing", kind, differences=tuple(PropertyDifference(*found) for found in differences))


def document(path, *sides):
    return (path, *(json.dumps({"Version": "2012-10-17", "Statement": [side]}) for side in sides))


def judged(*drifts):
    return alteration_of(drifts, FOUND)


@pytest.mark.parametrize(
    "differences",
    [
        [document("/PolicyDocument", STATEMENT, {**STATEMENT, "Action": ["s3:ListBucket", "s3:GetObject"]})],
        [
            ("/PolicyDocument/Statement/0/Action/0", "s3:GetObject", "s3:ListBucket"),
            ("/PolicyDocument/Statement/0/Action/1", "s3:ListBucket", "s3:GetObject"),
        ],
        [("/PolicyDocument/Statement/0/Resource", '["*"]', "*")],
        [("/PolicyDocument/Statement/0/Sid", "ReadA", "ReadB")],
    ],
    ids=["document", "item by item", "list of one", "statement id"],
)
def test_the_same_written_otherwise_needs_no_repair(differences):
    found = judged(drift(POLICY, *differences))
    assert not found.needs_repair
    assert "another order" in found.harmless[0]


def test_an_account_id_in_place_of_its_arn_needs_no_repair():
    trust = ("/AssumeRolePolicyDocument/Statement/0/Principal/AWS", "arn:aws:iam::222222222222:root", "222222222222")
    assert not judged(drift(ROLE, trust)).needs_repair


def test_tags_alone_need_no_repair_and_beside_something_else_they_are_not_in_the_way():
    tags = ("/Tags/2", "", '{"Key":"cost-center","Value":"7"}')
    assert judged(drift(ROLE, tags)).harmless == ("Thing (AWS::IAM::Role): other tags",)
    found = judged(drift(ROLE, tags, ("/MaxSessionDuration", "43200", "3600")))
    assert (found.rewritable, found.harmless) == (("Thing (AWS::IAM::Role): MaxSessionDuration 43200 → 3600",), ())


@pytest.mark.parametrize(
    ("kind", "path", "is_rewritable"),
    [
        (POLICY, "/PolicyDocument/Statement/0/Action/1", True),
        (ROLE, "/AssumeRolePolicyDocument/Statement/0/Action", True),
        (ROLE, "/Description", True),
        (ROLE, "/MaxSessionDuration", True),
        (ROLE, "/PermissionsBoundary", False),
        (ROLE, "/Path", False),
        (PROFILE, "/Roles/0", False),
    ],
)
def test_an_update_puts_back_what_the_revision_writes_again(kind, path, is_rewritable):
    found = judged(drift(kind, (path, "one", "other")))
    assert (bool(found.rewritable), bool(found.lasting)) == (is_rewritable, not is_rewritable)


def test_what_was_deleted_has_to_be_made_anew():
    assert judged(ResourceDrift("Policy", POLICY, is_deleted=True)).lasting == ("Policy (AWS::IAM::RolePolicy) was deleted",)


def test_a_policy_is_shown_by_what_it_allows_otherwise():
    changed = {**STATEMENT, "Action": ["s3:GetObject", "iam:PassRole"]}
    (found,) = judged(drift(POLICY, document("/PolicyDocument", STATEMENT, changed))).rewritable
    assert "PolicyDocument new iam:PassRole; gone s3:ListBucket" in found


def test_an_added_statement_is_shown_by_what_it_allows():
    added = json.dumps({"Effect": "Allow", "Action": "iam:*", "Resource": "*"})
    (found,) = judged(drift(POLICY, ("/PolicyDocument/Statement/1", "", added))).rewritable
    assert "PolicyDocument/Statement/1 new iam:*" in found


@pytest.mark.parametrize(
    "difference",
    [
        document("/AssumeRolePolicyDocument", TRUSTING, {**TRUSTING, "Condition": {"StringEquals": {"sts:ExternalId": "other"}}}),
        ("/AssumeRolePolicyDocument/Statement/0/Condition/StringEquals/sts:ExternalId", SECRET, "other"),
        ("/AssumeRolePolicyDocument/Statement/1", "", json.dumps(TRUSTING)),
    ],
    ids=["document", "value", "statement"],
)
def test_a_trust_policy_is_shown_without_external_ids(difference):
    (found,) = judged(drift(ROLE, difference)).rewritable
    assert "AssumeRolePolicyDocument" in found
    assert SECRET not in found
    assert "other" not in found.replace("other conditions", "")


def test_a_trust_policy_is_shown_by_who_may_come_in():
    stranger = {**TRUSTING, "Principal": {"AWS": "arn:aws:iam::666666666666:root"}, "Condition": {}}
    (found,) = judged(drift(ROLE, document("/AssumeRolePolicyDocument", TRUSTING, stranger))).rewritable
    assert "assumed by" in found
    assert "666666666666" in found
    assert "external id set → unset" in found


def test_long_values_are_cut():
    (found,) = judged(drift(ROLE, ("/Description", "ours", "x" * 1000))).rewritable
    assert len(found) < 200


def test_a_second_repair_writes_the_documents_again_too():
    first = judged(ResourceDrift("Policy", POLICY, is_deleted=True))
    second = replace(first, last=first.revision)
    assert first.revision.letter != second.revision.letter
