"""Which control policies block an account's request, from the examples of the AWS Organizations user guide, worked out by hand.

Service control policies: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
Examples: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
Resource control policies: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

import json
from collections.abc import Mapping

import pytest

from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath, Region
from orchestrator.model.organization import (
    FULL_ACCESS,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)
from orchestrator.policies.above import above
from orchestrator.policies.control import Reason, outcome, reasons
from orchestrator.policies.principals import region_of, role_context
from orchestrator.policies.statements import Request

ROOT, SANDBOX, WORKLOADS, TEST, PRODUCTION = OuId("r-ab12"), OuId("ou-ab12-1"), OuId("ou-ab12-2"), OuId("ou-ab12-3"), OuId("ou-ab12-4")
MANAGEMENT, A, B, E, F = (AccountId(digit * 12) for digit in "91256")
UNITS = {"/Sandbox": SANDBOX, "/Workloads": WORKLOADS, "/Workloads/Test": TEST, "/Workloads/Production": PRODUCTION}
PLACES = {MANAGEMENT: "/", A: "/Sandbox", B: "/Sandbox", E: "/Workloads/Production", F: "/Workloads/Production"}
ORGANIZATION = Organization(
    OrganizationId("o-exampleorgid"),
    MANAGEMENT,
    ROOT,
    tuple(OrganizationalUnit(unit, OuPath(path)) for path, unit in UNITS.items()),
    {account: Account(account, account, OuPath(path)) for account, path in PLACES.items()},
)
Statement = Mapping[str, object]


def policy(name: str, targets: list[str], *statements: Statement, kind: str = SERVICE_CONTROL) -> OrganizationPolicy:
    document = {"Version": "2012-10-17", "Statement": [{"Resource": "*", **statement} for statement in statements]}
    return OrganizationPolicy(name, name, kind, tuple(targets), json.dumps(document))


def full_access(*targets: str) -> OrganizationPolicy:
    return policy(FULL_ACCESS, list(targets), {"Effect": "Allow", "Action": "*"})


def ask(
    policies: list[OrganizationPolicy],
    action: str,
    *,
    account: AccountId = E,
    role: str = "role/Spoke",
    resource: str = "*",
    region: Region | None = None,
) -> tuple[Reason, ...]:
    known = above(ORGANIZATION, policies)
    regions = region_of(action, "aws", *([region] if region else []))
    context = role_context(f"arn:aws:iam::{account}:{role}", ORGANIZATION.id, known.path_of(account), regions)
    return reasons(known.statements, known.bounds(account, account), Request(action, resource, context))


ALLOW_S3 = {"Effect": "Allow", "Action": "s3:*"}
ALLOW_EC2 = {"Effect": "Allow", "Action": "ec2:*"}
DENY_S3 = {"Effect": "Deny", "Action": "s3:*"}
EVERYWHERE = (ROOT, SANDBOX, WORKLOADS, TEST, PRODUCTION, A, B, E, F)


@pytest.mark.parametrize(
    ("policies", "s3", "ec2"),
    [
        ([full_access(*EVERYWHERE)], "unblocked", "unblocked"),
        ([full_access(*EVERYWHERE), policy("deny", [PRODUCTION], DENY_S3)], "blocked", "unblocked"),
        ([full_access(*EVERYWHERE), policy("deny", [ROOT], DENY_S3)], "blocked", "unblocked"),
        ([full_access(*(set(EVERYWHERE) - {WORKLOADS})), policy("only", [WORKLOADS], ALLOW_S3)], "unblocked", "blocked"),
        ([full_access(*(set(EVERYWHERE) - {E})), policy("only", [E], ALLOW_EC2)], "blocked", "unblocked"),
        ([full_access(*(set(EVERYWHERE) - {WORKLOADS})), policy("deny", [WORKLOADS], DENY_S3)], "blocked", "blocked"),
        (
            [
                full_access(*(set(EVERYWHERE) - {WORKLOADS, PRODUCTION})),
                policy("s3", [WORKLOADS], ALLOW_S3),
                policy("ec2", [PRODUCTION], ALLOW_EC2),
            ],
            "blocked",
            "blocked",
        ),
    ],
    ids=["full", "denied below", "denied at root", "allow list above", "allow list on account", "nothing allows", "lists do not meet"],
)
def test_every_level_has_to_allow_and_none_may_deny(policies: list[OrganizationPolicy], s3: str, ec2: str):
    assert (outcome(ask(policies, "s3:GetObject")), outcome(ask(policies, "ec2:RunInstances"))) == (s3, ec2)


def test_an_account_beside_the_unit_is_not_bound():
    policies = [full_access(*EVERYWHERE), policy("deny", [PRODUCTION], DENY_S3)]
    assert ask(policies, "s3:GetObject", account=A) == ()


def test_the_management_account_is_never_bound():
    assert ask([policy("deny", [ROOT, MANAGEMENT], DENY_S3)], "s3:GetObject", account=MANAGEMENT) == ()


def test_a_denial_alone_stands_beside_full_access_unless_that_is_listed_elsewhere():
    """A snapshot written by hand lists no FullAWSAccess; AWS lets no unit be without a policy that is listed."""
    assert ask([policy("deny", [PRODUCTION], DENY_S3)], "ec2:RunInstances") == ()


def test_the_reason_names_policy_statement_and_place():
    known = above(ORGANIZATION, [policy("deny", [WORKLOADS], {"Sid": "NoS3", **DENY_S3})])
    (reason,) = ask(list(known.policies.values()), "s3:GetObject")
    assert (reason.policy, reason.statement, reason.is_certain) == ("deny", "NoS3", True)
    assert known.place_of(reason, E) == "/Workloads"


def test_where_nothing_allows_the_level_is_named():
    known = above(ORGANIZATION, [policy("only", [PRODUCTION], ALLOW_S3)])
    (reason,) = ask(list(known.policies.values()), "ec2:RunInstances")
    assert (reason.policy, known.place_of(reason, E)) == ("", "/Workloads/Production")


# "Deny access to AWS based on the requested Region", as AWS Control Tower has it too: global services exempt, a role exempt.
REGIONS: Statement = {
    "Sid": "DenyAllOutsideEU",
    "Effect": "Deny",
    "NotAction": ["iam:*", "organizations:*", "route53:*", "sts:*", "support:*"],
    "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]},
        "ArnNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/Role1AllowedToBypassThisSCP"]},
    },
}


@pytest.mark.parametrize(
    ("action", "region", "role", "expected"),
    [
        ("ec2:RunInstances", "eu-west-1", "role/Spoke", "unblocked"),
        ("ec2:RunInstances", "us-east-1", "role/Spoke", "blocked"),
        ("ec2:RunInstances", "us-east-1", "role/Role1AllowedToBypassThisSCP", "unblocked"),
        ("ec2:RunInstances", "", "role/Spoke", "depends"),
        ("iam:CreateRole", "", "role/Spoke", "unblocked"),
        ("cloudfront:ListDistributions", "", "role/Spoke", "blocked"),
    ],
)
def test_a_region_denial_is_judged_by_where_the_call_goes(action: str, region: str, role: str, expected: str):
    found = ask([policy("regions", [ROOT], REGIONS)], action, region=Region(region), role=role)
    assert outcome(found) == expected
    assert expected != "depends" or found[0].depends_on == ("aws:RequestedRegion",)


@pytest.mark.parametrize(
    ("statement", "role", "resource", "expected"),
    [
        # "Prevent IAM users and roles from making certain changes, with an exception for a specified admin role"
        ({"Condition": {"StringNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/admin"}}}, "role/admin", "*", "unblocked"),
        ({"Condition": {"StringNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/admin"}}}, "role/Spoke", "*", "blocked"),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}, "role/Spoke", "*", "unblocked"),
        ({"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/ou-ab12-2/*"}}}, "role/Spoke", "*", "blocked"),
        ({"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/ou-ab12-1/*"}}}, "role/Spoke", "*", "unblocked"),
        ({"Condition": {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}, "role/Spoke", "*", "blocked"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, "role/Spoke", "*", "unblocked"),
        ({"Condition": {"Null": {"aws:SourceArn": "false"}}}, "role/Spoke", "*", "unblocked"),
        ({"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}, "role/Spoke", "*", "depends"),
        ({"Resource": "arn:aws:s3:::logs/*"}, "role/Spoke", "arn:aws:s3:::logs/a/b", "blocked"),
        ({"Resource": "arn:aws:s3:::logs/*"}, "role/Spoke", "arn:aws:s3:::data/a", "unblocked"),
        ({"Resource": "arn:aws:s3:::logs/*"}, "role/Spoke", "arn:aws:s3:::*", "depends"),
        ({"Resource": "arn:aws:s3:::logs/*"}, "role/Spoke", "*", "depends"),
        ({"Resource": "arn:aws:s3:*"}, "role/Spoke", "arn:aws:s3:::data/a", "blocked"),
        ({"NotResource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}, "role/Spoke", "arn:aws:s3:::logs/a", "unblocked"),
        ({"NotResource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}, "role/Spoke", "arn:aws:s3:::data/a", "blocked"),
        ({"NotResource": "arn:aws:s3:::logs/*"}, "role/Spoke", "*", "depends"),
        ({"Resource": "arn:aws:s3:::${aws:PrincipalAccount}-logs/*"}, "role/Spoke", f"arn:aws:s3:::{E}-logs/a", "blocked"),
    ],
)
def test_statements_are_read_whole(statement: Statement, role: str, resource: str, expected: str):
    found = ask(
        [policy("deny", [ROOT], {"Effect": "Deny", "Action": "S3:get*", **statement})], "s3:GetObject", role=role, resource=resource
    )
    assert outcome(found) == expected


@pytest.mark.parametrize(
    ("action", "statement", "expected"),
    [
        ("ec2:CreateSnapshots", {"Action": "ec2:CreateSnapshot?"}, "blocked"),
        ("ec2:CreateSnapshots", {"Action": "ec2:*Snapshot"}, "unblocked"),
        ("kms:ReEncrypt*", {"Action": "kms:ReEncryptFrom"}, "depends"),
        ("kms:ReEncrypt*", {"Action": "kms:Re*"}, "blocked"),
        ("kms:ReEncrypt*", {"NotAction": "kms:*"}, "unblocked"),
        ("kms:ReEncrypt*", {"NotAction": "kms:ReEncryptTo"}, "depends"),
    ],
)
def test_wildcards_stand_anywhere_in_actions(action: str, statement: Statement, expected: str):
    assert outcome(ask([policy("deny", [ROOT], {"Effect": "Deny", **statement})], action)) == expected


def test_an_allow_that_depends_leaves_the_answer_open():
    conditional = {"Effect": "Allow", "Action": "s3:*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    (reason,) = ask([policy("vpc", [PRODUCTION], conditional)], "s3:GetObject")
    assert reason.depends_on == ("aws:SourceVpc",)


PERIMETER: Statement = {
    "Sid": "OrganizationOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:*", "sqs:*", "kms:*", "secretsmanager:*", "sts:AssumeRole"],
    "Condition": {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
}


@pytest.mark.parametrize(
    ("statement", "action", "account", "expected"),
    [
        (PERIMETER, "s3:GetObject", E, "unblocked"),
        ({"Effect": "Deny", "Principal": "*", "Action": "kms:*"}, "kms:Decrypt", E, "blocked"),
        ({"Effect": "Deny", "Principal": "*", "Action": "kms:*"}, "kms:RetireGrant", E, "unblocked"),
        ({"Effect": "Deny", "Principal": "*", "Action": "kms:*"}, "kms:Decrypt", MANAGEMENT, "unblocked"),
        ({"Effect": "Deny", "Principal": "*", "Action": "*"}, "ec2:RunInstances", E, "depends"),
    ],
)
def test_resource_control_policies_bind_what_lies_in_the_account(statement: Statement, action: str, account: AccountId, expected: str):
    assert outcome(ask([policy("rcp", [ROOT], statement, kind=RESOURCE_CONTROL)], action, account=account)) == expected


def test_a_resource_is_bound_by_its_own_account_and_a_role_by_its_own():
    policies = [
        policy("scp", [WORKLOADS], {"Effect": "Deny", "Action": "sts:*"}),
        policy("rcp", [SANDBOX], {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}, kind=RESOURCE_CONTROL),
    ]
    known = above(ORGANIZATION, policies)
    assert (len(known.bounds(A, E).principal), len(known.bounds(A, E).resource)) == (0, 0)
    assert (len(known.bounds(E, A).principal), len(known.bounds(E, A).resource)) == (1, 1)


def test_accounts_that_no_policy_tells_apart_are_alike():
    plain = above(ORGANIZATION, [policy("deny", [PRODUCTION], DENY_S3)])
    naming = above(ORGANIZATION, [policy("deny", [PRODUCTION], {**DENY_S3, "Resource": f"arn:aws:s3:::{E}-logs/*"})])
    assert [len(known.alike((E, F))) for known in (plain, naming)] == [1, 2]
