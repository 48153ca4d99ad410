"""How two policy documents differ, in words."""

import pytest

from orchestrator.probing.documents import differences

READ = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
WRITE = {"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:b"}


def document(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (document(WRITE, {**READ, "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["*"]}), []),
        (document(READ), ["statement Write is missing: allows s3:PutObject on arn:b"]),
        (document({**READ, "Action": "s3:*"}, WRITE), ["statement Read: Action: expected s3:GetObject, s3:ListBucket, found s3:*"]),
        (
            document(READ, WRITE, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": {"Bool": {"a": "true"}}}),
            ["statement added: allows everything but iam:* on * under conditions"],
        ),
        (document(READ, {**WRITE, "Effect": "Deny"}), ["statement Write: Effect: expected Allow, found Deny"]),
        (document(READ, WRITE, version="2008-10-17"), ["Version: expected 2012-10-17, found 2008-10-17"]),
        ({"Statement": [READ, WRITE]}, ["Version: expected 2012-10-17, found nothing"]),
        (
            document(),
            [
                "statement Read is missing: allows s3:GetObject, s3:ListBucket on *",
                "statement Write is missing: allows s3:PutObject on arn:b",
            ],
        ),
    ],
    ids=["same", "statement gone", "action", "statement added", "effect", "version", "no version", "nothing"],
)
def test_a_difference_names_statement_element_expected_and_found(found, words):
    assert differences(document(READ, WRITE), found) == words


def test_a_policy_that_was_replaced_whole_is_cut_short():
    wanted = document(*({**READ, "Sid": f"Read{number}"} for number in range(20)))
    said = differences(wanted, document(WRITE))
    assert (len(said), said[0], said[-1]) == (6, "statement added: allows s3:PutObject on arn:b", "16 more differences")


def test_a_principal_that_was_deleted_is_a_difference_and_explained():
    ours, theirs = (document({"Effect": "Allow", "Principal": {"AWS": name}}) for name in ("arn:aws:iam::1:role/A", "AROAEXAMPLEID12345"))
    said = "Principal.AWS: expected arn:aws:iam::1:role/A, found AROAEXAMPLEID12345 (a role or user that was deleted)"
    assert differences(ours, theirs) == [said]


@pytest.mark.parametrize(
    ("found", "words"), [("fingerprint:b", "another one"), (None, "none")], ids=["another external id", "no external id"]
)
def test_an_external_id_is_said_to_be_ours_or_not_and_never_shown(found, words):
    def trust(external_id):
        condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1", **({"sts:ExternalId": external_id} if external_id else {})}}
        return document({"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole", "Condition": condition})

    (said,) = differences(trust("fingerprint:a"), trust(found))
    assert said == f"Condition.StringEquals.sts:ExternalId: expected the external id of rollout.yaml, found {words}"
