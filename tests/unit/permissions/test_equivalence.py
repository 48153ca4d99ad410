"""What counts as the same policy, and what does not."""

import pytest

from orchestrator.permissions.equivalence import is_equivalent

HUB = "222222222222"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"ArnEquals": {"aws:PrincipalArn": ["arn:a", "arn:b"]}},
}
TRUST = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def with_statement(**changed):
    return {**TRUST, "Statement": [{**STATEMENT, **changed}]}


@pytest.mark.parametrize(
    "other",
    [
        with_statement(Condition={"ArnEquals": {"aws:PrincipalArn": ["arn:b", "arn:a"]}}),
        with_statement(Condition={"ArnEquals": {"aws:PrincipalArn": ["arn:a", "arn:b", "arn:a"]}}),
        with_statement(Condition={"ArnEquals": {"AWS:principalarn": ["arn:a", "arn:b"]}}),
        with_statement(Action=["sts:AssumeRole"]),
        with_statement(Principal={"AWS": [HUB]}),
        {"Statement": STATEMENT, "Version": "2012-10-17"},
        with_statement(NotAction=[]),
        with_statement(Sid="Hub"),
    ],
    ids=["order", "repeated", "condition key", "list of one", "account id", "lone statement", "empty key", "statement id"],
)
def test_another_way_of_writing_a_policy_is_the_same_policy(other):
    assert is_equivalent(TRUST, other)


@pytest.mark.parametrize(
    "other",
    [
        with_statement(Effect="Deny"),
        with_statement(Condition={"ArnEquals": {"aws:PrincipalArn": ["arn:a"]}}),
        with_statement(Condition={"ArnLike": {"aws:PrincipalArn": ["arn:a", "arn:b"]}}),
        with_statement(Condition={}),
        with_statement(Principal={"AWS": "*"}),
        with_statement(Principal={"Service": f"arn:aws:iam::{HUB}:root"}),
        {**TRUST, "Statement": [STATEMENT, {**STATEMENT, "Principal": {"AWS": "333333333333"}}]},
        {**TRUST, "Statement": []},
    ],
    ids=["effect", "value", "operator", "no condition", "anybody", "kind of principal", "another statement", "no statement"],
)
def test_another_policy_is_not_the_same_policy(other):
    assert not is_equivalent(TRUST, other)


def test_an_account_is_its_arn_only_as_a_principal():
    assert not is_equivalent({"StringEquals": {"a": HUB}}, {"StringEquals": {"a": f"arn:aws:iam::{HUB}:root"}})


def test_an_action_that_moves_to_another_statement_changes_the_policy():
    here, there = {"Action": ["a:Get", "a:Put"], "Resource": "x"}, {"Action": "b:Get", "Resource": "y"}
    moved = [{"Action": "a:Get", "Resource": "x"}, {"Action": ["a:Put", "b:Get"], "Resource": "y"}]
    assert is_equivalent({"Statement": [there, here]}, {"Statement": [here, there]})
    assert not is_equivalent({"Statement": [here, there]}, {"Statement": moved})


def test_texts_are_compared_as_iam_reads_them():
    assert is_equivalent({"Bool": {"aws:SecureTransport": True}}, {"Bool": {"aws:SecureTransport": ["true"]}})
    assert is_equivalent({"MaxSessionDuration": 3600}, {"MaxSessionDuration": "3600"})
