"""Templates resolved to allowances, and allowances compared by what they allow."""

from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.model.permission import ScopeChange
from orchestrator.model.state import Definition
from orchestrator.permissions.allowances import Allowance, allowances, is_within, union
from orchestrator.permissions.conditions import ConditionTest, condition_tests, implies
from orchestrator.permissions.difference import compare_allowances, compare_scopes

NOW = datetime(2026, 11, 27, tzinfo=UTC)
KEY = "arn:aws:kms:*:*:key/1234"
REGION = "aws:RequestedRegion"

TEMPLATE = """
Parameters:
  Keys: {Type: CommaDelimitedList, Default: '*'}
  Regions: {Type: CommaDelimitedList, Default: ''}
  NotBefore: {Type: String, Default: '1970-01-01T00:00:00Z'}
  NotAfter: {Type: String, Default: '1970-01-02T00:00:00Z'}
Conditions:
  HasRegions: !Not [!Equals [!Join [',', !Ref Regions], '']]
Resources:
  Policy:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: [kms:Decrypt, kms:Encrypt]
            Resource: !Ref Keys
            Condition: !If [HasRegions, {StringEquals: {aws:RequestedRegion: !Ref Regions}}, !Ref AWS::NoValue]
          - Effect: Allow
            Action: iam:PassRole
            Resource: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${!aws:username}
            Condition: {DateGreaterThan: {aws:CurrentTime: !Ref NotBefore}, DateLessThan: {aws:CurrentTime: !Ref NotAfter}}
          - Effect: Deny
            Action: s3:*
            Resource: '*'
"""


def granted(overrides=None, **parameters):
    return allowances(Definition(TEMPLATE, parameters), overrides or {}, NOW)


def allowed(resource="*", **conditions):
    return Allowance(resource, condition_tests({operator: {REGION: values} for operator, values in conditions.items()}))


def test_parameters_conditions_and_no_value_are_resolved():
    assert granted()["kms:Decrypt"] == {Allowance("*")}
    assert granted(Keys=f"{KEY}, arn:2", Regions="us-east-1")["kms:Encrypt"] == {
        allowed(KEY, StringEquals="us-east-1"),
        allowed("arn:2", StringEquals="us-east-1"),
    }


def test_a_closed_window_allows_nothing_and_an_open_one_ends():
    assert "iam:PassRole" not in granted()
    opened = granted({"NotBefore": "2026-11-26T00:00:00Z", "NotAfter": "2026-11-28T00:00:00Z"})["iam:PassRole"]
    resource = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${aws:username}"
    assert opened == {Allowance(resource, condition_tests({"DateLessThan": {"aws:CurrentTime": "2026-11-28T00:00:00Z"}}))}


def test_deny_and_unreadable_templates_allow_nothing():
    assert not [action for action in granted() if action.startswith("s3:")]
    assert allowances(Definition("{"), {}, NOW) == {}


def test_a_parameter_that_tightens_is_narrower_and_taking_it_away_is_wider():
    loose, tight = granted(), granted(Keys=KEY, Regions="us-east-1")
    assert {change.change for change in compare_allowances(loose, tight)} == {ScopeChange.NARROWER}
    assert {change.change for change in compare_allowances(tight, loose)} == {ScopeChange.WIDER}
    assert list(compare_allowances(loose, loose)) == []


def test_a_window_that_ends_later_is_wider():
    now, later = (granted({"NotBefore": "2026-11-26T00:00:00Z", "NotAfter": f"2026-12-{day}T00:00:00Z"}) for day in ("01", "02"))
    assert [(change.action, change.change) for change in compare_allowances(now, later)] == [("iam:PassRole", ScopeChange.WIDER)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"kms:*": {Allowance("*")}}, {"kms:Decrypt": {Allowance("*")}}, {"kms:*": ScopeChange.GONE}),
        ({"kms:Decrypt": {Allowance("*")}}, {"kms:*": {Allowance("*")}}, {"kms:*": ScopeChange.NEW}),
        ({"a:B": {Allowance("x")}}, {"a:B": {Allowance("y")}}, {"a:B": ScopeChange.OTHER}),
        ({"a:B": {Allowance("x")}}, {"A:b": {Allowance("x")}}, {}),
    ],
)
def test_patterns_of_actions_are_compared_by_what_they_cover(before, after, expected):
    assert {change.action: change.change for change in compare_allowances(before, after)} == expected


def test_values_split_over_statements_are_the_same_as_in_one():
    split = {allowed(StringEquals="a"), allowed(StringEquals="b")}
    assert compare_scopes(frozenset(split), frozenset({allowed(StringEquals=["a", "b"])})) is None


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (("StringEquals", "a"), ("StringEquals", "a", "b"), True),
        (("StringEquals", "a", "b"), ("StringEquals", "a"), False),
        (("StringEquals", "ab"), ("StringLike", "a*"), True),
        (("StringLike", "a*"), ("StringEquals", "ab"), False),
        (("StringEquals", "a"), ("StringEqualsIfExists", "a"), True),
        (("StringEqualsIfExists", "a"), ("StringEquals", "a"), False),
        (("StringNotEquals", "a", "b"), ("StringNotEquals", "a"), True),
        (("StringNotEquals", "a"), ("StringNotEquals", "a", "b"), False),
        (("StringEquals", "A"), ("StringEqualsIgnoreCase", "a"), True),
        (("DateLessThan", "2026-01-01T00:00:00Z"), ("DateLessThan", "2026-01-02T00:00:00Z"), True),
        (("DateGreaterThan", "2026-01-01T00:00:00Z"), ("DateGreaterThan", "2026-01-02T00:00:00Z"), False),
        (("NumericLessThan", "9"), ("NumericLessThan", "10"), True),
        (("ForAnyValue:StringEquals", "a"), ("StringEquals", "a"), False),
        (("ForAllValues:StringEquals", "a"), ("ForAllValues:StringEquals", "a", "b"), True),
        (("Null", "true"), ("Null", "false"), False),
        (("ArnLike", "arn:a:*"), ("ArnEquals", "arn:*"), True),
    ],
)
def test_one_condition_follows_from_another(narrow, wide, expected):
    def test(operator, *values):
        return ConditionTest(operator, REGION, tuple(sorted(values)))

    assert implies(test(*narrow), test(*wide)) is expected


RESOURCES = st.sampled_from(["*", "a*", "ab", "b", "b?", "c"])
REGIONS = st.frozensets(st.sampled_from(["r1", "r2", "r3"]), min_size=1, max_size=2)
OPERATORS = st.sampled_from(["StringEquals", "StringNotEquals", "StringEqualsIfExists"])
CONDITIONS = st.one_of(st.just({}), st.builds(lambda operator, values: {operator: {REGION: sorted(values)}}, OPERATORS, REGIONS))
SCOPES = st.frozensets(st.builds(lambda resource, block: Allowance(resource, condition_tests(block)), RESOURCES, CONDITIONS), max_size=3)
ACTIONS = st.sampled_from(["*", "s:*", "s:Get", "s:Get*", "t:Put"])
POLICIES = st.dictionaries(ACTIONS, SCOPES.filter(bool), max_size=3)
REQUESTS = st.tuples(
    st.sampled_from(["s:Get", "s:GetMore", "t:Put", "u:Do"]),
    st.sampled_from(["ab", "b", "bc", "c", "d"]),
    st.sampled_from([None, "r1", "r2"]),
)


def passes(test, region):
    """An evaluator of its own, after the IAM user guide."""
    if test.operator == "StringNotEquals":
        return region is None or region not in test.values
    return region in test.values or (region is None and test.operator.endswith("IfExists"))


def evaluate(policy, request):
    action, resource, region = request
    return any(
        fnmatchcase(action, pattern)
        and any(fnmatchcase(resource, item.resource) and all(passes(test, region) for test in item.conditions) for item in scope)
        for pattern, scope in policy.items()
    )


@given(SCOPES, SCOPES, REQUESTS)
def test_what_lies_within_allows_no_more(inner, outer, request_):
    if is_within(inner, outer) and evaluate({"*": inner}, request_):
        assert evaluate({"*": outer}, request_)


@given(POLICIES, POLICIES, REQUESTS)
def test_every_request_newly_allowed_or_denied_has_its_row(before, after, request_):
    changes = [change for change in compare_allowances(before, after) if fnmatchcase(request_[0], change.action)]
    was, is_now = evaluate(before, request_), evaluate(after, request_)
    if is_now and not was:
        assert any(change.change.allows_more for change in changes)
    if was and not is_now:
        assert any(change.change in (ScopeChange.GONE, ScopeChange.NARROWER, ScopeChange.OTHER) for change in changes)


@given(SCOPES, SCOPES)
def test_wider_one_way_is_narrower_the_other(before, after):
    mirrored = {
        ScopeChange.NEW: ScopeChange.GONE,
        ScopeChange.WIDER: ScopeChange.NARROWER,
        ScopeChange.OTHER: ScopeChange.OTHER,
        None: None,
    }
    mirrored |= {ScopeChange.GONE: ScopeChange.NEW, ScopeChange.NARROWER: ScopeChange.WIDER}
    assert compare_scopes(after, before) is mirrored[compare_scopes(before, after)]


@given(st.lists(POLICIES, max_size=3), REQUESTS)
def test_policies_together_allow_what_one_of_them_does(policies, request_):
    assert evaluate(union(policies), request_) == any(evaluate(policy, request_) for policy in policies)
