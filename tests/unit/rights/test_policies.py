"""The policies of config/permissions: what AWS makes of them, and what rollout.yaml makes of them."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from orchestrator.analysis.linter.resources import judge_coverage, judge_life, judge_resources
from orchestrator.execution import layout
from orchestrator.model.evidence import ActionLastAccessed, AllEvidence, CloudTrailEventSeen, KmsAliasExists, ServiceLinkedRoleExists
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, Region
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Access, Rollout, TemporaryTerms
from orchestrator.rights import COMMANDS, RIGHTS, Command, Policy, policies_granting, policy_for, policy_of, rights_of, written_policies
from orchestrator.templates import as_list, policy_size
from scripts.generated.catalogs import action_data

MANAGED_LIMIT = 6_144
OF_ONE_KIND = {"iam:GenerateServiceLastAccessedDetails"}
"""The reference lists every kind of principal as required, and a report is of one."""

LOOKED_UP = {"iam:GetRole", "iam:SimulatePrincipalPolicy"}
"""What doctor asks of IAM itself: who the caller is, and what it may do."""

HUB = AccountId("222222222222")
ROLLOUT = Rollout(
    roles={
        RoleKind.PLATFORM: Role(RoleKind.PLATFORM, "Instance", HUB),
        RoleKind.ACQUISITION: Role(RoleKind.ACQUISITION, "Hub", HUB),
        RoleKind.SPOKE: Role(RoleKind.SPOKE, "Spoke", path="/forensics/"),
    },
    rules=(),
    prefix="inc",
    organization_id=OrganizationId("o-exampleorgid"),
    home_region=Region("eu-central-1"),
    access=Access(("path/Reader", "arn:aws:iam::${account}:role/Guard"), "arn:aws:iam::123456789012:role/Head"),
    temporary={
        GroupSetName("hub-kms-first-use"): TemporaryTerms(
            AllEvidence((ServiceLinkedRoleExists("AWSServiceRoleForX"), CloudTrailEventSeen("CreateKey"), KmsAliasExists("alias/x"))),
            timedelta(days=30),
        ),
        GroupSetName("hub-lambda"): TemporaryTerms(ActionLastAccessed("kms:CreateKey"), timedelta(days=30)),
    },
    state="s3://memory/of/forensics",
)
"""Every right is needed."""


def allowed(policy: Policy, rollout: Rollout = ROLLOUT) -> dict[str, set[str]]:
    """Action to the resources it is allowed on."""
    found: dict[str, set[str]] = {}
    for statement in policy_of(policy, rollout)["Statement"]:
        for action in as_list(statement["Action"]):
            found.setdefault(action, set()).update(as_list(statement["Resource"]))
    return found


@pytest.mark.parametrize("policy", Policy)
def test_aws_knows_every_action_on_these_resources_and_these_conditions(policy: Policy):
    data, statements = action_data(), policy_of(policy, ROLLOUT)["Statement"]
    flaws = [flaw for statement in statements for flaw in judge_resources(statement, data)]
    for statement in statements:
        for action in as_list(statement["Action"]):
            (facts,) = data.expand(action)
            flaws += judge_life(statement, action, facts, data)
    flaws += [flaw for _, flaw in judge_coverage(statements, data) if flaw.action not in OF_ONE_KIND]
    assert flaws == []


@pytest.mark.parametrize("policy", Policy)
def test_a_policy_fits_into_a_managed_one(policy: Policy):
    assert policy_size(policy_of(policy, ROLLOUT)) <= MANAGED_LIMIT


@pytest.mark.parametrize("policy", Policy)
def test_no_wildcard_stands_for_actions(policy: Policy):
    assert [action for action in allowed(policy) if "*" in action] == []


def test_each_policy_of_the_caller_contains_the_one_before():
    callers = [policy for policy in Policy if policy is not Policy.PROBER]
    for narrow, wide in pairwise(callers):
        assert COMMANDS[narrow] < COMMANDS[wide]
        assert all(places <= allowed(wide)[action] for action, places in allowed(narrow).items())


def test_every_right_is_in_a_policy_and_every_command_has_one():
    assert {right for policy in Policy for right in rights_of(policy)} == set(RIGHTS)
    assert {policy_for(command) for command in Command} == set(Policy) - {Policy.PROBER}


@pytest.mark.parametrize(
    ("policy", "action", "resources"),
    [
        (Policy.PLANNER, "cloudformation:DescribeStackSet", {"arn:aws:cloudformation:eu-central-1:*:stackset/inc-*"}),
        (Policy.PLANNER, "cloudformation:ListStacks", {"*"}),
        (Policy.OPERATOR, "cloudformation:CreateStackSet", {"*"}),
        (Policy.OPERATOR, "cloudformation:CreateStack", {"arn:aws:cloudformation:eu-central-1:*:stack/inc-*/*"}),
        (Policy.OPERATOR, "iam:PassRole", {f"arn:aws:iam::{HUB}:role/Instance"}),
        (
            Policy.PLANNER,
            "sts:AssumeRole",
            {"arn:aws:iam::*:role/path/Reader", "arn:aws:iam::*:role/Guard", "arn:aws:iam::123456789012:role/Head"},
        ),
        (Policy.READER, "s3:GetObject", {"arn:aws:s3:::memory/of/forensics/*"}),
        (Policy.READER, "s3:ListBucket", {"arn:aws:s3:::memory"}),
        (Policy.PROBER, "kms:DescribeKey", {"arn:aws:kms:eu-central-1:*:key/*"}),
        (
            Policy.PROBER,
            "iam:ListInstanceProfilesForRole",
            {
                f"arn:aws:iam::{HUB}:role/Instance",
                f"arn:aws:iam::{HUB}:role/*/Instance",
                f"arn:aws:iam::{HUB}:role/Hub",
                f"arn:aws:iam::{HUB}:role/*/Hub",
                "arn:aws:iam::*:role/Spoke",
                "arn:aws:iam::*:role/*/Spoke",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and ":" in value else "",
)
def test_a_right_reaches_what_rollout_yaml_names(policy: Policy, action: str, resources: set[str]):
    assert allowed(policy)[action] == resources


def test_only_stack_sets_with_our_tags_can_be_made_and_only_in_the_home_region():
    by_action = {
        action: statement for statement in policy_of(Policy.OPERATOR, ROLLOUT)["Statement"] for action in as_list(statement["Action"])
    }
    assert by_action["cloudformation:CreateStackSet"]["Condition"]["StringEquals"]["aws:RequestTag/rollout"] == "inc"
    for action in ("CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances", "UpdateStackSet"):
        assert by_action[f"cloudformation:{action}"]["Condition"]["ForAllValues:StringEquals"] == {
            "cloudformation:TargetRegion": "eu-central-1"
        }


def test_iam_is_changed_by_way_of_cloudformation_alone():
    statements = policy_of(Policy.OPERATOR, ROLLOUT)["Statement"]
    found = [statement for statement in statements if any(action.startswith("iam:") for action in as_list(statement["Action"]))]
    direct = [statement for statement in found if not set(as_list(statement["Action"])) <= LOOKED_UP]
    called_via = json.dumps({"aws:CalledVia": "cloudformation.amazonaws.com"})
    assert {json.dumps(statement["Condition"]["ForAnyValue:StringEquals"]) for statement in direct} == {called_via}


def test_what_a_rollout_does_not_need_is_not_allowed():
    small = replace(ROLLOUT, temporary={}, state=".orchestrator", access=Access())
    assert not any(action.startswith("s3:") for action in allowed(Policy.OPERATOR, small))
    evidence = {"cloudtrail:LookupEvents", "kms:DescribeKey", "kms:ListAliases", "iam:GenerateServiceLastAccessedDetails"}
    assert not evidence & set(allowed(Policy.PROBER, small))
    assert not any("Head" in arn for arn in allowed(Policy.PLANNER, small)["sts:AssumeRole"])
    unmanaged = replace(small, roles={RoleKind.PLATFORM: replace(ROLLOUT.roles[RoleKind.PLATFORM], managed=False)})
    assert "iam:PassRole" not in allowed(Policy.OPERATOR, unmanaged)


def test_another_partition_is_in_every_arn():
    policies = written_policies(replace(ROLLOUT, home_region=Region("us-gov-west-1"), access=Access(("Reader",))))
    assert "arn:aws:" not in "".join(policies.values())
    assert "arn:aws-us-gov:" in policies["operator.json"]


def test_looks_may_write_their_own_objects_of_the_state_alone():
    written = {f"arn:aws:s3:::memory/of/forensics/{name}" for name in (layout.PROBE, layout.WRITE_TEST)}
    assert allowed(Policy.PLANNER)["s3:PutObject"] == written


def test_a_state_without_a_prefix_is_the_whole_bucket():
    bare = replace(ROLLOUT, state="s3://memory")
    assert allowed(Policy.READER, bare)["s3:GetObject"] == {"arn:aws:s3:::memory/*"}
    assert "s3:prefix" not in written_policies(bare)["reader.json"]


def test_the_policies_that_grant_an_action_are_named_narrowest_first():
    assert policies_granting("cloudformation:ListStacks") == (Policy.PLANNER, Policy.CLEANER, Policy.OPERATOR)
    assert policies_granting("iam:DeleteUser") == ()


def test_the_policies_that_grant_an_object_are_told_by_its_name():
    everywhere = (Policy.CLEANER, Policy.OPERATOR)
    assert policies_granting("s3:PutObject", "arn:aws:s3:::memory/of/forensics/lock.json") == everywhere
    assert policies_granting("s3:PutObject", f"arn:aws:s3:::memory/of/forensics/{layout.PROBE}") == (Policy.PLANNER, *everywhere)
