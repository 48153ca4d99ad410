"""Who we are, how often we ask, and what we say when nobody answers."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from orchestrator.adapters.aws.errors import AccessDeniedError, CredentialsError, QuotaError, UnreachableError, speaking
from orchestrator.adapters.aws.session import AwsSession
from tests.adapters.aws.world import REGION
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import DEV, MANAGEMENT, PROD

ACCESS_ROLE = f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole"


def test_caller_is_known_and_asked_for_once(session):
    assert (session.account(), session.partition()) == (MANAGEMENT, "aws")
    assert session.arn().startswith(f"arn:aws:iam::{MANAGEMENT}:")
    assert session.calls() == {"sts:GetCallerIdentity": 1}


def test_clients_are_shared_by_service_region_and_credentials(session):
    credentials = session.assume(ACCESS_ROLE, "test")
    client = session.client("iam")
    assert session.client("iam", region=REGION) is client
    assert session.client("iam", region="eu-west-1") is not client
    assert session.client("iam", credentials=credentials) is not client
    assert session.client("iam", credentials=credentials) is session.client("iam", credentials=credentials)


def test_assumed_role_is_kept_until_it_nears_its_end(session, clock):
    first = session.assume(ACCESS_ROLE, "test")
    assert session.assume(ACCESS_ROLE, "test") is first
    assert session.client("sts", credentials=first).get_caller_identity()["Account"] == PROD
    clock.slept += 3_400
    assert session.assume(ACCESS_ROLE, "test") is not first


def test_role_that_refuses_us_is_named_with_a_remedy(session):
    with pytest.raises(AccessDeniedError, match="NoSuchRole") as error:
        session.assume(f"arn:aws:iam::{DEV}:role/NoSuchRole", "test")
    assert error.value.remedy


def test_credentials_are_not_shown(session):
    credentials = session.assume(ACCESS_ROLE, "test")
    for secret in (credentials.access_key, credentials.secret_key, credentials.token):
        assert secret not in repr(credentials)


def test_throttled_calls_are_repeated_and_counted(sandbox, session, hasty_retries):
    sandbox.faults.throttle_next["cloudformation:ListStackSets"] = 1
    session.client("cloudformation").list_stack_sets()
    assert session.calls()["cloudformation:ListStackSets"] == 2


def test_used_up_quota_is_no_throttling(sandbox, session, monkeypatch):
    """botocore takes LimitExceededException for throttling and would repeat it nine times."""
    client = session.client("cloudformation")
    answer = b"<ErrorResponse><Error><Code>LimitExceededException</Code><Message>too many stack sets</Message></Error></ErrorResponse>"
    sent = []

    def refuse(request, **_):
        sent.append(request)
        return Answer(answer)

    client.meta.events.register_last("before-send.cloudformation", refuse)
    with pytest.raises(QuotaError, match="too many stack sets"), speaking("create a StackSet"):
        client.create_stack_set(StackSetName="cado-x")
    assert len(sent) == 1


class Answer:
    """What botocore needs of an HTTP response."""

    status_code = 400

    def __init__(self, content):
        self.content = content
        self.text = content.decode()
        self.headers = {}


def test_no_credentials_is_an_error_with_a_remedy(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsError, match="no AWS credentials") as error:
        AwsSession(region=REGION).account()
    assert "AWS_PROFILE" in str(error.value.remedy)


def test_unknown_profile_is_an_error_with_a_remedy(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(CredentialsError, match="no-such-profile"):
        AwsSession(region=REGION).account()


def test_endpoint_nobody_answers_at_is_an_error_after_few_attempts(monkeypatch, hasty_retries):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    session = AwsSession(region=REGION, clock=RunningClock())
    with pytest.raises(UnreachableError) as error:
        session.account()
    assert error.value.remedy
    assert session.calls()["sts:GetCallerIdentity"] <= 3


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_credentials_aws_does_not_take_are_told_from_denied_access(session, code):
    client = session.client("sts")
    with Stubber(client) as stub:
        stub.add_client_error("get_caller_identity", code, "the security token is invalid", 403)
        with pytest.raises(CredentialsError) as error:
            session.account()
    assert error.value.remedy


def test_errors_of_other_kinds_pass(session):
    with pytest.raises(ClientError):
        session.client("cloudformation").describe_stack_set(StackSetName="cado-absent")


@pytest.mark.parametrize(("endpoint", "is_local"), [("http://127.0.0.1:5000", True), ("http://aws.localhost:4566", True), (None, False)])
def test_an_aws_on_this_machine_is_told_from_the_real_one(monkeypatch, endpoint, is_local):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert AwsSession(region=REGION).is_local() is is_local
