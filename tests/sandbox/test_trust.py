import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.stack_set_steps import code_of, policy, trust
from tests.worlds.organizations import DEV, HUB, MANAGEMENT, PROD, SUSPENDED

SPOKE = f"arn:aws:iam::{PROD}:role/Spoke"
HUB_ROOT = f"arn:aws:iam::{HUB}:root"


def make_role(client, account, name, document, allowed=None, **fields):
    iam = client("iam", account)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document), **fields)
    if allowed:
        iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=json.dumps(allowed))


def hub_session(client, name="HubRole", allowed=None, path="/"):
    """Credentials of a role of the hub, which its administrator may assume."""
    make_role(client, HUB, name, trust(HUB_ROOT), allowed or policy("sts:AssumeRole"), Path=path)
    return assume(client("sts", HUB), f"arn:aws:iam::{HUB}:role{path}{name}")


def assume(sts, arn=SPOKE, **more):
    return sts.assume_role(RoleArn=arn, RoleSessionName="session", **more)["Credentials"]


def is_let_in(sts, arn=SPOKE, **more):
    try:
        assume(sts, arn, **more)
    except sts.exceptions.ClientError as error:
        return error.response["Error"]["Code"] != "AccessDenied"
    return True


def test_a_session_acts_in_the_other_account_under_its_own_name(client):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT), policy("iam:*"))
    credentials = assume(client("sts", HUB))
    identity = client("sts", credentials=credentials).get_caller_identity()
    assert identity["Account"] == PROD
    assert identity["Arn"] == f"arn:aws:sts::{PROD}:assumed-role/Spoke/session"
    assert client("iam", credentials=credentials).get_role(RoleName="Spoke")["Role"]["Arn"] == SPOKE


def test_the_administrator_is_who_the_environment_says(client):
    for account in (MANAGEMENT, HUB, PROD, "999999999999"):
        assert client("sts", account).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/administrator"


def test_unknown_keys_open_nothing(client):
    stranger = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x", "SessionToken": None}
    with pytest.raises(ClientError) as error:
        client("sts", credentials=stranger).get_caller_identity()
    assert code_of(error) == "InvalidClientTokenId"
    with pytest.raises(ClientError) as error:
        client("organizations", credentials=stranger).list_roots()
    assert code_of(error) == "UnrecognizedClientException"


def test_a_session_ends_with_its_time(sandbox, client):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT))
    credentials = assume(client("sts", HUB), DurationSeconds=900)
    sandbox.advance_clock(901)
    with pytest.raises(ClientError):
        client("sts", credentials=credentials).get_caller_identity()


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (HUB_ROOT, True),
        (HUB, True),
        ("*", True),
        (f"arn:aws:iam::{HUB}:user/administrator", True),
        (f"arn:aws:iam::{DEV}:root", False),
        (f"arn:aws:iam::{HUB}:role/Other", False),
    ],
)
def test_the_principal_must_be_the_caller(client, principal, expected):
    make_role(client, PROD, "Spoke", trust(principal))
    assert is_let_in(client("sts", HUB)) is expected


def test_a_service_is_never_one_of_us(client):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "*"}]}
    make_role(client, HUB, "Spoke", document)
    assert not is_let_in(client("sts", HUB), f"arn:aws:iam::{HUB}:role/Spoke")


def test_the_external_id_must_match(client):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT, {"StringEquals": {"sts:ExternalId": "abc"}}))
    sts = client("sts", HUB)
    assert not is_let_in(sts)
    assert not is_let_in(sts, ExternalId="wrong")
    assert is_let_in(sts, ExternalId="abc")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-other"}}, False),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HUB}:role/HubRole"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{DEV}:role/*", f"arn:aws:iam::{HUB}:role/Hub*"]}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HUB}:role/Another"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": HUB}, "StringLike": {"aws:principalarn": "*:role/HubRole"}}, True),
        ({"StringNotLike": {"aws:PrincipalArn": "*:role/HubRole"}}, False),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-ab12/ou-ab12-33333333/*"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-ab12/ou-ab12-11111111/*"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "1"}}, False),
        ({"Null": {"sts:ExternalId": "true"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"NoSuchOperator": {"aws:PrincipalAccount": HUB}}, False),
    ],
)
def test_conditions_are_judged_by_the_real_caller(client, condition, expected):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT, condition))
    assert is_let_in(client("sts", credentials=hub_session(client))) is expected


def test_a_role_with_a_path_is_known_by_its_whole_arn(client):
    make_role(client, PROD, "Spoke", trust(f"arn:aws:iam::{HUB}:role/dr/HubRole"), Path="/dr/")
    sts = client("sts", credentials=hub_session(client, path="/dr/"))
    assert is_let_in(sts, f"arn:aws:iam::{PROD}:role/dr/Spoke")
    assert not is_let_in(sts, SPOKE)


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (policy("sts:AssumeRole", resource="arn:aws:iam::*:role/Sp*"), True),
        (policy("sts:*", resource=SPOKE), True),
        (policy("sts:AssumeRole", resource="arn:aws:iam::*:role/Other"), False),
        (policy("s3:GetObject"), False),
        (policy("sts:AssumeRole", condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}), False),
        (policy("sts:AssumeRole", condition={"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}), True),
    ],
)
def test_a_role_must_also_be_allowed_by_its_own_policies(client, allowed, expected):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT))
    assert is_let_in(client("sts", credentials=hub_session(client, allowed=allowed))) is expected


def test_a_deny_beats_every_allow(client):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT))
    denying = policy("sts:*")
    denying["Statement"].append({"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": SPOKE})
    assert not is_let_in(client("sts", credentials=hub_session(client, allowed=denying)))


def test_a_missing_role_and_a_forbidden_one_give_the_same_answer(client):
    make_role(client, PROD, "Spoke", trust(f"arn:aws:iam::{DEV}:root"))
    for arn in (SPOKE, f"arn:aws:iam::{PROD}:role/Missing"):
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole on resource"):
            assume(client("sts", HUB), arn)


def test_the_longest_session_is_the_roles(client):
    make_role(client, PROD, "Spoke", trust(HUB_ROOT), MaxSessionDuration=7200)
    assert is_let_in(client("sts", HUB), DurationSeconds=7200)
    with pytest.raises(ClientError, match="MaxSessionDuration"):
        assume(client("sts", HUB), DurationSeconds=7201)


def test_the_management_account_reaches_its_members_but_not_suspended_ones(client):
    for account, expected in ((PROD, True), (HUB, True), (SUSPENDED, False)):
        assert is_let_in(client("sts"), f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole") is expected
    assert not is_let_in(client("sts", HUB), f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole")
    credentials = assume(client("sts"), f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole")
    assert client("iam", credentials=credentials).list_roles()["Roles"]


def test_a_role_cannot_use_what_its_policies_never_mention(client):
    credentials = hub_session(client, allowed=policy("organizations:ListRoots"))
    assert client("organizations", credentials=credentials).list_roots()["Roots"]
    with pytest.raises(ClientError) as error:
        client("organizations", credentials=credentials).list_accounts()
    assert code_of(error) == "AccessDeniedException"
