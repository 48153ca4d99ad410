import pytest

from orchestrator.model.catalog import Parameter, Statement
from orchestrator.templates import policy_document, policy_size
from orchestrator.templates.conditions import condition_block, text_value
from orchestrator.templates.emission import If, Ref, Sub, dump
from orchestrator.templates.placeholders import used

VALUES = {"AWS::Partition": "aws-cn", "AWS::AccountId": "111111111111", "PlatformBucket": "bucket", "KmsKeyArns": "one, two", "Regions": ""}


def optional(name):
    return Parameter(name, "d", ".*", "c", longest="x", default="", is_list=True)


PARAMETERS = {name: optional(name) for name in ("regions", "tag")}


def test_values_take_the_place_of_placeholders():
    made = Statement("Sid", ("s3:GetObject",), ("arn:${partition}:s3:::${platform_bucket}/${aws:username}/*",))
    assert policy_document([made], values=VALUES) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Sid", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::bucket/${aws:username}/*"},
        ],
    }


def test_a_lone_placeholder_stands_for_a_list():
    made = Statement("Sid", ("kms:Decrypt", "kms:Encrypt"), ("${kms_key_arns}",))
    (rendered,) = policy_document([made], values=VALUES)["Statement"]
    assert rendered["Resource"] == ["one", "two"]
    assert rendered["Action"] == ["kms:Decrypt", "kms:Encrypt"]


@pytest.mark.parametrize(
    ("regions", "conditions"),
    [
        ("", {"Bool": {"aws:SecureTransport": "true"}}),
        ("eu-west-1", {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}),
    ],
)
def test_an_empty_option_leaves_its_condition_out(regions, conditions):
    made = Statement(
        "Sid", ("s3:*",), ("*",), {"Bool": {"aws:SecureTransport": ("true",)}, "StringEquals": {"aws:RequestedRegion": ("${regions}",)}}
    )
    (rendered,) = policy_document([made], values={**VALUES, "Regions": regions})["Statement"]
    assert rendered["Condition"] == conditions


def test_a_statement_whose_only_condition_is_left_out_has_none():
    made = Statement("Sid", ("s3:*",), ("*",), {"StringEquals": {"aws:RequestedRegion": ("${regions}",)}})
    (rendered,) = policy_document([made], values=VALUES)["Statement"]
    assert "Condition" not in rendered


def test_sizes_count_what_iam_counts():
    assert policy_size({"a b": "c\td", "e": ["é"]}) == len('{"ab":"c\\td","e":["é"]}')


def test_texts_become_the_shortest_function_that_says_them():
    assert text_value("plain") == "plain"
    assert text_value("${regions}") == Ref("Regions")
    assert text_value("arn:${partition}:x/${aws:username}/${region}") == Sub("arn:${AWS::Partition}:x/${!aws:username}/${AWS::Region}")


def test_a_condition_hangs_on_its_option_as_a_whole():
    assert condition_block({"StringEquals": {"aws:RequestedRegion": ("${regions}",)}}, PARAMETERS) == If(
        "HasRegions", {"StringEquals": {"aws:RequestedRegion": Ref("Regions")}}
    )


def test_an_option_beside_a_fixed_condition_hangs_alone():
    conditions = {"StringEquals": {"ec2:Attribute": ("GroupId",), "aws:RequestedRegion": ("${regions}",)}}
    assert condition_block(conditions, PARAMETERS) == {
        "StringEquals": {"ec2:Attribute": "GroupId", "aws:RequestedRegion": If("HasRegions", Ref("Regions"))}
    }


def test_names_of_placeholders_come_in_order_without_those_cloudformation_fills():
    made = Statement("Sid", ("a:B",), ("arn:${partition}:${b}", "${a}"), {"Bool": {"k": ("${b}",)}})
    assert used([made]) == ("b", "a")


def test_short_functions_and_dates_survive_as_text():
    assert dump({"A": Sub("${AWS::Partition}:x"), "B": "2012-10-17", "C": "true", "D": "222222222222"}, "made") == (
        "# made\nA: !Sub ${AWS::Partition}:x\nB: '2012-10-17'\nC: 'true'\nD: '222222222222'\n"
    )
