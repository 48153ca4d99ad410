"""The failures that can be asked for by a word, in AWS's words where AWS gives a reason; docs/sandbox.md shows what each leads to."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, assert_never

from orchestrator.sandbox.early_validation import NAME_IS_TAKEN
from orchestrator.sandbox.faults import Failure
from orchestrator.sandbox.iam_store import IamFailure
from orchestrator.sandbox.sandbox import Sandbox
from orchestrator.sandbox.seeding import ACCESS_ROLE

SLOW: Final = 5.0
"""Seconds that each stack takes."""

THROTTLED: Final = 0.3
"""The share of calls that AWS throttles."""

LIST_LAG, IAM_LAG = 5.0, 10.0
"""Seconds by which lists, and what IAM has just made, lag behind."""


@dataclass(frozen=True, slots=True)
class StacksFail:
    """Stacks fail for ``reason``, which may name the ``{account}``: always, or so many ``times``."""

    reason: str
    action: str = "*"
    times: int | None = None


@dataclass(frozen=True, slots=True)
class AccountIs:
    """The account is in this state of AWS Organizations from the start."""

    state: str


@dataclass(frozen=True, slots=True)
class AccessRoleIsMissing:
    """No one can look into the account."""


@dataclass(frozen=True, slots=True)
class OperationsAreStuck:
    """Operations never end there."""


_DEPLOYS = "[CU]*"  # CREATE and UPDATE

Rehearsal = StacksFail | AccountIs | AccessRoleIsMissing | OperationsAreStuck

_EXECUTION_ROLE = "User: arn:aws:sts::{account}:assumed-role/stacksets-exec-49150fde14d44b6ce1a964ba67e522aa/2fe0a0cb-0dba-42d1-9e63"

REASONS: Final[Mapping[str, Rehearsal]] = {
    "attached-policy": StacksFail("Cannot delete entity, must delete policies first. (Service: Iam, Status Code: 409)", "DELETE"),
    "boundary": StacksFail(
        "Scope ARN: arn:aws:iam::{account}:policy/Boundary does not exist or is not attachable. (Service: Iam)", _DEPLOYS
    ),
    "hook": StacksFail("The following hook(s) failed: [Organization::Iam::Guard]", _DEPLOYS),
    "name-taken": StacksFail(NAME_IS_TAKEN, "CREATE"),
    "new-account": StacksFail(_EXECUTION_ROLE + " is not authorized to perform: cloudformation:CreateStack", "CREATE", times=1),
    "no-role": StacksFail(
        "Account {account} should have 'stacksets-exec-49150fde14d44b6ce1a964ba67e522aa' role with trust relationship to Role "
        "'aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin'."
    ),
    "protected": StacksFail("Stack [StackSet-{account}] cannot be deleted while TerminationProtection is enabled", "DELETE"),
    "quota": StacksFail("Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)", "CREATE"),
    "region-disabled": StacksFail("The security token included in the request is invalid. (Service: Sts, Status Code: 403)"),
    "scp": StacksFail(
        _EXECUTION_ROLE + " is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy", _DEPLOYS
    ),
    "stuck": OperationsAreStuck(),
    "suspended": AccountIs("SUSPENDED"),
    "tag-policy": StacksFail("The tag policy does not allow the specified value for the following tag key: 'cost-center'.", _DEPLOYS),
    "unreachable": AccessRoleIsMissing(),
}


def slow_down(sandbox: Sandbox, *, slow: bool, throttle: bool, lag: bool) -> None:
    """Set the switches that concern every account."""
    faults = sandbox.faults
    if slow:
        faults.seconds_per_instance = SLOW
    if throttle:
        faults.throttle = {"*": THROTTLED}
    if lag:
        faults.list_lag_seconds, faults.iam_lag_seconds = LIST_LAG, IAM_LAG


def fail(sandbox: Sandbox, account: str, reason: str) -> None:
    """Make an account fail for one of ``REASONS``.

    Raises KeyError for an account that the organization does not have.
    """
    match REASONS[reason]:
        case StacksFail(words, action, times):
            sandbox.faults.failures.append(Failure(words.format(account=account), account, action=action, times=times))
        case AccountIs(state):
            sandbox.set_state(account, state)
        case AccessRoleIsMissing():
            with suppress(IamFailure):  # the management account has none
                sandbox.delete_role(account, ACCESS_ROLE)
        case OperationsAreStuck():
            sandbox.faults.hold_accounts.append(account)
        case rehearsal:
            assert_never(rehearsal)
