import pytest

from orchestrator.analysis import Rule, Severity
from tests.unit.analysis.linter.judging import findings, judged, messages, rules, statement


def test_an_action_aws_does_not_know():
    (finding,) = findings("ec2:DeleteSnapshott")
    assert (finding.rule, finding.severity, finding.action) == (Rule.UNKNOWN_ACTION, Severity.HIGH, "ec2:DeleteSnapshott")


def test_an_action_in_the_wrong_case():
    (message,) = messages(Rule.SPELLING, "ecr:GetDownloadURLForLayer", "arn:aws:ecr:*:111111111111:repository/own")
    assert "is spelt ecr:GetDownloadUrlForLayer" in message


def test_an_action_that_stands_twice_in_whatever_case_is_named_once():
    (message,) = messages(Rule.DUPLICATE, ["s3:ListAllMyBuckets", "eks:ListClusters", "S3:ListAllMyBuckets"])
    assert message == "s3:ListAllMyBuckets of the same statement allows S3:ListAllMyBuckets too. Keep one."


def test_an_action_that_a_wildcard_beside_it_means_already():
    (message,) = messages(Rule.DUPLICATE, ["eks:List*", "eks:ListClusters"])
    assert message == "eks:List* of the same statement allows eks:ListClusters too. Keep one."


@pytest.mark.parametrize("condition", [{}, {"StringEquals": {"s3:ExistingObjectTag/team": "x"}}])
def test_a_statement_whose_rights_others_grant_anyway_stands_twice(condition):
    objects = "arn:aws:s3:::evidence/*"
    found = judged(statement("s3:GetObjectTagging", objects, sid="Wide"), statement("s3:GetObjectTagging", objects, condition, sid="Same"))
    assert [(finding.rule, finding.sid) for finding in found if finding.rule is Rule.DUPLICATE] == [(Rule.DUPLICATE, "Same")]


def test_statements_that_each_allow_something_do_not_stand_twice():
    found = judged(statement("eks:ListClusters", sid="One"), statement("eks:ListNodegroups", sid="Other"))
    assert found == []


def test_actions_that_begin_alike_are_no_duplicates():
    assert rules(["eks:ListClusters", "eks:ListNodegroups", "eks:DescribeCluster"]) == set()
