"""Translates botocore's errors into ours: kind, message and remedy.

Messages quote AWS, so that they can be searched for, and contain no credentials or parameter values.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from orchestrator.adapters.aws.foreign_answers import ForeignAnswerError
from orchestrator.adapters.aws.granting import action_of, granted_by
from orchestrator.adapters.aws.hints import hint_for
from orchestrator.adapters.aws.known_reasons import CHECK_TRUSTED_ACCESS
from orchestrator.errors import AwsError, OrchestratorError, PreconditionError

RAISED = (ClientError, BotoCoreError, ResponseParserError)
"""Everything botocore raises for a failed call."""

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
INVALID = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "UnauthorizedException"})
THROTTLED = frozenset({"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"})
QUOTA = frozenset({"LimitExceeded", "LimitExceededException", "ConstraintViolationException"})

NO_TRUSTED_ACCESS = "you must enable organizations access"
NOT_DELEGATED = "account used is not a delegated administrator"
MUST_BE_ADMIN = "you must be the management account or delegated admin"

REMEDIES = {
    "AWSOrganizationsNotInUseException": "Use credentials of an account that belongs to an AWS organization.",
    "InvalidOperationException": CHECK_TRUSTED_ACCESS,
    "StaleRequestException": "Another operation changed the StackSet meanwhile. Plan again.",
    "StackSetNotEmptyException": "Delete its stack instances first. Plan again to see those that are left.",
    "InsufficientCapabilitiesException": "The template needs a capability that is not granted. Run `orchestrator render`.",
}


class CredentialsError(AwsError):
    """No credentials, or AWS rejects them."""

    kind = "credentials"


class AccessDeniedError(AwsError):
    """The credentials are valid but lack the permission."""

    kind = "access_denied"


class UnreachableError(AwsError):
    """No answer from the endpoint."""

    kind = "unreachable"


class ThrottledError(AwsError):
    """AWS kept throttling; whether it accepted the call is unknown."""

    kind = "throttled"


class QuotaError(AwsError):
    """A service quota is exhausted; retrying does not help."""

    kind = "quota"


class NoOrganizationError(AwsError):
    """The account belongs to no organization."""

    kind = "no_organization"


@contextmanager
def speaking(doing: str) -> Iterator[None]:
    """Translate botocore's errors raised inside; ``doing`` completes "cannot ..."."""
    try:
        yield
    except RAISED as error:
        raise translate(error, doing) from None


def code_of(error: ClientError) -> str:
    """``AccessDenied``, as the service spells it."""
    return error.response.get("Error", {}).get("Code", "")


def message_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Message", "")


def translate(error: Exception, doing: str) -> OrchestratorError:
    """Our error for one of botocore's; ``doing`` completes "cannot ...", as in "list the accounts"."""
    if isinstance(error, ClientError):
        return translate_answer(error, doing)
    return translate_failure(error, doing)


def translate_answer(error: ClientError, doing: str) -> AwsError:
    """AWS answered with an error."""
    code, words = code_of(error), message_of(error)
    said = f"cannot {doing}: {words or 'no reason given'} ({error.operation_name}, {code or 'no code'})"
    if code in EXPIRED:
        return CredentialsError(f"cannot {doing}: the credentials have expired.", remedy="Log in again and repeat the command.")
    if code in INVALID:
        return CredentialsError(
            f"cannot {doing}: AWS does not accept the credentials ({code}).", remedy="Check the profile, the clock and the endpoint."
        )
    if found := translate_words(words, said):
        return found
    if code in DENIED:
        return AccessDeniedError(said, remedy=allowing(error))
    if code in THROTTLED:
        return ThrottledError(said, remedy="AWS is throttling and went on doing so. Wait some minutes and run again.")
    if code in QUOTA:
        return QuotaError(said, remedy="Look at the service quotas of the account; ask for more or delete what is not used.")
    if code == "AWSOrganizationsNotInUseException":
        return NoOrganizationError(said, remedy=REMEDIES[code])
    return AwsError(said, remedy=REMEDIES.get(code) or hint_for(words) or None)


def translate_words(words: str, said: str) -> AwsError | None:
    """StackSets refuses with ValidationError alone: only the message distinguishes the causes."""
    if NOT_DELEGATED in words.lower() or MUST_BE_ADMIN in words.lower():
        return AccessDeniedError(said, remedy=hint_for(words))
    if NO_TRUSTED_ACCESS in words.lower():
        return PreconditionError(said, remedy=hint_for(words))
    return None


def allowing(error: ClientError) -> str:
    """What would let the call pass. Messages that name the action say more than the operation does."""
    words = message_of(error)
    if "not authorized to perform" in words:
        return hint_for(words)
    action = action_of(error.operation_name)
    if action is None:
        return f"Allow the action of {error.operation_name} for this caller; a service control policy may deny it too."
    return f"Allow {action} for this caller{granted_by(action)}; a service control policy may deny it too."


def as_reason(error: OrchestratorError) -> str:
    """Why something is not known; a missing right with what would grant it."""
    return f"{error.message} {error.remedy}" if isinstance(error, AccessDeniedError) and error.remedy else error.message


def translate_failure(error: Exception, doing: str) -> OrchestratorError:
    """AWS did not answer: no credentials, no connection, or a request botocore rejects."""
    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return CredentialsError(f"cannot {doing}: no AWS credentials found.", remedy="Set AWS_PROFILE, or log in with the AWS CLI.")
        case exceptions.ProfileNotFound():
            return CredentialsError(f"cannot {doing}: {error}.", remedy="Check AWS_PROFILE against the AWS configuration file.")
        case exceptions.SSOError() | exceptions.TokenRetrievalError() | exceptions.CredentialRetrievalError():
            return CredentialsError(f"cannot {doing}: the credentials cannot be refreshed.", remedy="Run `aws sso login`, or log in again.")
        case exceptions.LoginError():
            return CredentialsError(f"cannot {doing}: the login has expired.", remedy="Run `aws login`.")
        case exceptions.NoRegionError():
            return AwsError(f"cannot {doing}: no region is set.", remedy="Set AWS_REGION.")
        case ResponseParserError() | ForeignAnswerError():
            return UnreachableError(
                f"cannot {doing}: the endpoint does not speak AWS ({error}).", remedy="Check AWS_ENDPOINT_URL, the proxy and the network."
            )
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            return UnreachableError(
                f"cannot {doing}: {error}", remedy="Check the network, the proxy, the region and AWS_ENDPOINT_URL, then run again."
            )
        case _:
            return AwsError(f"cannot {doing}: {type(error).__name__}: {error}")
