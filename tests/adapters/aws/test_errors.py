"""Every no of AWS comes with its kind, its words and a next step, and without secrets."""

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import speaking, translate
from orchestrator.errors import AwsError
from orchestrator.execution.flights import HOPELESS


def refusal(code, message="no"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "ListStackSets")


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        (refusal("ExpiredToken"), "credentials", "Log in again"),
        (refusal("InvalidClientTokenId"), "credentials", "profile"),
        (refusal("AccessDeniedException"), "access_denied", "ListStackSets"),
        (refusal("AWSOrganizationsNotInUseException"), "no_organization", "organization"),
        (refusal("TooManyRequestsException"), "throttled", "Wait"),
        (refusal("LimitExceededException"), "quota", "quotas"),
        (refusal("StaleRequestException"), "aws", "Plan again"),
        (refusal("InvalidOperationException"), "aws", "aws cloudformation describe-organizations-access"),
        (
            refusal("ValidationError", "Stack [cado-role-discovery] cannot be deleted while TerminationProtection is enabled"),
            "aws",
            "--no-enable-termination-protection --stack-name cado-role-discovery",
        ),
        (
            refusal("AccessDenied", "User: arn:aws:iam::1:user/ann is not authorized to perform: cloudformation:CreateStackSet"),
            "access_denied",
            "the user ann to do cloudformation:CreateStackSet, as config/permissions/operator.json allows",
        ),
        (
            refusal("AccessDenied", "Access Denied"),
            "access_denied",
            "cloudformation:ListStackSets for this caller, as config/permissions/{planner,",
        ),
        (exceptions.NoCredentialsError(), "credentials", "AWS_PROFILE"),
        (exceptions.ProfileNotFound(profile="x"), "credentials", "AWS_PROFILE"),
        (exceptions.UnauthorizedSSOTokenError(), "credentials", "log in"),
        (exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "unreachable", "AWS_ENDPOINT_URL"),
        (exceptions.NoRegionError(), "aws", "AWS_REGION"),
    ],
)
def test_error_has_a_kind_and_a_remedy(error, kind, remedy):
    found = translate(error, "list the StackSets")
    assert isinstance(found, AwsError)
    assert found.kind == kind
    assert found.remedy is not None
    assert remedy.lower() in found.remedy.lower()
    assert found.message.startswith("cannot list the StackSets")


def test_misleading_word_about_delegation_names_the_missing_permission():
    found = translate(refusal("ValidationError", "Account used is not a delegated administrator"), "list")
    assert found.remedy is not None
    assert "organizations:ListDelegatedAdministrators" in found.remedy


def test_call_without_call_as_names_the_setting():
    words = "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set"
    found = translate(refusal("ValidationError", words), "list")
    assert found.remedy is not None
    assert "organization.call_as" in found.remedy


def test_refusal_without_trusted_access_ends_every_run_with_the_command_that_activates_it():
    words = "You must enable organizations access to operate a service managed stack set"
    found = translate(refusal("ValidationError", words), "create StackSet cado-role-spoke")
    assert isinstance(found, AwsError)
    assert found.kind in HOPELESS
    assert found.remedy is not None
    assert "aws cloudformation activate-organizations-access" in found.remedy


def test_no_trace_of_botocore_is_shown():
    with pytest.raises(AwsError) as caught, speaking("list"):
        raise refusal("AccessDenied")
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("operation", "remedy"),
    [
        ("ListObjectsV2", "Allow s3:ListBucket for this caller, as config/permissions/{reader,"),
        ("GetBucketEncryption", "Allow s3:GetEncryptionConfiguration for this caller, as config/permissions/{planner,"),
        ("DeleteBucket", "Allow the action of DeleteBucket for this caller; "),
    ],
)
def test_a_refusal_that_names_no_action_is_that_of_the_operation(operation, remedy):
    found = translate(ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, operation), "look")
    assert (found.remedy or "").startswith(remedy)
