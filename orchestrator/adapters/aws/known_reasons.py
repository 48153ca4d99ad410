"""The reasons AWS is known to give, in the order in which they are looked for: the particular before the general.

``tests/adapters/aws/test_hints.py`` has AWS's wordings with where each was found. AWS changes them without notice, so a reason that
is not known has no hint rather than a wrong one.
"""

import re
from dataclasses import dataclass
from typing import Final

from orchestrator.planning.preconditions import ACTIVATE

CHECK_TRUSTED_ACCESS = (
    "Check trusted access for StackSets: `aws cloudformation describe-organizations-access` says ENABLED, from a delegated administrator "
    "with `--call-as DELEGATED_ADMIN`. If not, run `aws cloudformation activate-organizations-access` in the management account."
)


@dataclass(frozen=True, slots=True)
class Hint:
    """``advice`` may name groups of ``words``, the ``{action}`` and ``{caller}`` of a refusal, and what would allow it, ``{granted}``."""

    name: str
    words: re.Pattern[str]
    advice: str


def _hint(name: str, words: str, advice: str) -> Hint:
    return Hint(name, re.compile(words, re.IGNORECASE), advice)


ORGANIZATION: Final = (
    _hint(
        "trusted access is off", r"you must enable organizations access", f"Trusted access for StackSets is off. {ACTIVATE} Then run again."
    ),
    # https://github.com/hashicorp/terraform-provider-aws/issues/37069: AWS says the same when a permission is missing.
    _hint(
        "not a delegated administrator",
        r"account used is not a delegated administrator",
        "If the account is registered for StackSets, the caller lacks organizations:ListDelegatedAdministrators, which "
        "config/permissions/reader.json allows: AWS says the same. "
        "Otherwise register the account, or set organization.call_as to self in the management account.",
    ),
    # https://github.com/hashicorp/terraform-provider-aws/issues/22867
    _hint(
        "not an administrator of StackSets",
        r"you must be the (?:management|master) (?:account )?or delegated admin",
        "In a delegated administrator set organization.call_as to delegated-admin; or use the management account's credentials.",
    ),
)

POLICIES_THAT_DENY: Final = (
    _hint(
        "organization policy denies",
        r"\b(?P<policy>(?:service|resource) control policy)\b",
        "A {policy} of the organization does not allow {caller} to do {action}. Allow it there, or exclude this account.",
    ),
    _hint(
        "permissions boundary denies",
        r"explicit deny in a permissions boundary|no permissions boundary allows",
        "The permissions boundary of {caller} does not allow {action}. Allow it there, then run again.",
    ),
    _hint(
        "own policy denies",
        r"explicit deny in (?P<policy>an? (?:identity-based|resource-based|session|VPC endpoint) policy)",
        "A statement in {policy} denies {action} to {caller}. Remove it, then run again.",
    ),
)

VALIDATION: Final = (
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    _hint(
        "name is taken, found by validation",
        r"EarlyValidation::ResourceExistenceCheck",
        "A resource of the template bears a name that is taken in this account: `aws cloudformation describe-events` there says which. "
        "Remove or rename what has it, then run again; or say of a role how it is handled, in roles.ROLE.existing, and plan again.",
    ),
    _hint(
        "validation before deployment",
        r"EarlyValidation",
        "CloudFormation refuses the template before it deploys: `aws cloudformation describe-events` in this account says why. "
        "Correct the catalog, then plan again.",
    ),
    _hint(
        "hook",
        r"the following hook\(s\) failed: \[?(?P<hook>[\w:, -]+\w)",
        "The CloudFormation hook {hook} of this account refuses it. Ask its owner to let the stacks of this rollout pass, then run again.",
    ),
    _hint(
        "hook without a name",
        r"hook failed with message",
        "A CloudFormation hook of this account refuses it. Ask its owner to let the stacks of this rollout pass, then run again.",
    ),
    _hint(
        "tag policy",
        r"tag policy.*tag key: '?(?P<tag>[^'.]+)",
        "A tag policy of the organization refuses the value of tag {tag}. Allow it there, or change the role's tags in rollout.yaml.",
    ),
)

DOCUMENTS: Final = (
    _hint(
        "boundary is missing",
        r"scope arn:? (?P<boundary>\S+) does not exist",
        "The permissions boundary {boundary} is not in this account. Create it there first, or name another one in rollout.yaml.",
    ),
    _hint(
        "managed policy is missing",
        r"policy (?P<policy>arn:\S+) does not exist",
        "The managed policy {policy} is not in this account. Create it there first, then run again.",
    ),
    _hint(
        "partition",
        r'partition "(?P<partition>[\w-]+)" is not valid',
        "A policy names ARNs of partition {partition}, and this account is in another one. Correct rollout.yaml and the catalog.",
    ),
    _hint(
        "trusted principal is missing",
        r'invalid principal in policy: "\w+":"(?P<principal>[^"]+)"',
        "The trust policy names {principal}, which does not exist, or does not yet: what was just made takes some seconds. "
        "Run again; if it stays, correct what the role trusts in rollout.yaml.",
    ),
    _hint(
        "policy is malformed",
        r"MalformedPolicyDocument|syntax errors in policy",
        "IAM does not accept a policy of the template. Run `orchestrator validate`, correct the catalog, then plan again.",
    ),
    _hint(
        "name or path was changed",
        r"custom-named resource requires replacing",
        "CloudFormation cannot give a role of that name another path. Set name and path in rollout.yaml as they were, then plan again.",
    ),
)

NAMES: Final = (
    _hint(
        "operation was sent before", r"operation with id \S+ already exists", "This operation was sent before. Run again: it is adopted."
    ),
    _hint(
        "name belongs to another stack",
        r"already exists in stack (?P<stack>arn:\S+[\w-])",
        "The name belongs to the stack {stack}. Have that stack removed, or choose another name in rollout.yaml.",
    ),
    _hint(
        "name is taken",
        r"already ?exists",
        "Something of this name was made by other means. Remove or rename it, then run again; "
        "a role that is to stay as it is needs `managed: false` in rollout.yaml.",
    ),
    _hint(
        "stack was deleted in the account",
        r"stack (?:with id )?\[?arn:\S+ does not exist",
        "The stack was deleted in this account, and an update does not make it anew. Run `orchestrator verify --drift`, then plan again.",
    ),
    _hint(
        "role is missing",
        r"role with name (?P<role>\S+) cannot be found",
        "The role {role} is not in this account. Let its role set be deployed first, or create a role that is not managed; run again.",
    ),
    _hint(
        "something is missing", r"cannot be found|NoSuchEntity", "What it refers to is not in this account. Plan again to have it deployed."
    ),
    _hint(
        "organizational unit is not in the StackSet",
        r"organizational unit \S+ not found in StackSet",
        "The StackSet has no instances there any more. Plan again.",
    ),
)

DELETION: Final = (
    _hint(
        "something is attached to the role",
        r"policies first|DeleteConflict|cannot delete entity|roles from instance profile first",
        "The role has a policy or an instance profile that StackSets did not attach. Detach it in the account, then plan again.",
    ),
    _hint(
        "termination protection",
        r"stack \[(?P<stack>[^\]]+)\] cannot be deleted while TerminationProtection is enabled",
        "Termination protection of the stack is on. Run `aws cloudformation update-termination-protection "
        "--no-enable-termination-protection --stack-name {stack}` in its account, then run again.",
    ),
)

QUOTAS: Final = (
    _hint(
        "inline policies are too large",
        r"maximum policy size of (?P<size>\d+) bytes exceeded for role (?P<role>[\w+=,.@-]*[\w+=@-])",
        "The inline policies of {role} would exceed {size} characters. Grant the role fewer group sets, or remove policies added by hand.",
    ),
    _hint(
        "IAM quota",
        r"cannot exceed quota for (?P<quota>\w+)",
        "The IAM quota {quota} of this account is used up. Ask for more in Service Quotas, or delete what is not used; then run again.",
    ),
    _hint(
        "quota",
        r"limit ?exceeded|quota exceeded|quota for .* reached",
        "A quota of this account is used up. Ask for more in Service Quotas, or delete what is not used; then run again.",
    ),
)

ACCOUNTS: Final = (
    _hint(
        "account is suspended",
        r"\bsuspended\b|account \S+ is not active",
        "The account is suspended or closed: StackSets passes over it. Plan again.",
    ),
    _hint("account was not tried", r"did not try", "Look whether the account is still in the organization and active, then plan again."),
    _hint(
        "account gate",
        r"account ?gate\b.*\bfailed|\bfailed\b.*account ?gate",
        "The account's own StackSets gate refused. Ask the account's owner.",
    ),
    _hint(
        "region is disabled",
        r"OptInRequired|region \S+ is (?:disabled|not enabled)|not subscribed to this service",
        "The home region is not enabled in this account. Run `aws account enable-region --region-name REGION` there, then run again.",
    ),
    _hint(
        "credentials are not accepted",
        r"security token included in the request is invalid",
        "The account does not accept the credentials of StackSets: it is new, or the home region is not enabled there. "
        "Run again in some minutes; if it stays, enable the region in the account.",
    ),
)

EXECUTION_ROLE: Final = (
    _hint(
        "execution role is missing",
        r"should have '(?P<role>[^']+)' role with trust relationship",
        f"StackSets has no role {{role}} to work with in this account. {CHECK_TRUSTED_ACCESS}",
    ),
    _hint(
        "execution role may not",
        r"assumed-role/stacksets-exec-\S+ is not authorized",
        "StackSets works here with {caller}, which may not do {action}: in a new account it takes a minute. Run again; if it stays, "
        "look for a service control policy that does not allow it.",
    ),
    _hint("caller may not", r"is not authorized to perform", "Allow {caller} to do {action}{granted}, then run again."),
    _hint(
        "access is denied",
        r"access ?denied|role has insufficient|cannot be assumed",
        "AWS does not say what was denied: look for AccessDenied in the account's CloudTrail. A new role takes a minute; run again then.",
    ),
)

CONDITIONS: Final = (
    _hint("stopped in AWS", r"cancelled by user", "The operation was stopped in AWS. Find out by whom and why, then run again."),
    _hint("too many failures", r"failure tolerance", "Too many other accounts failed before its turn. Resolve those, then run again."),
    _hint(
        "another operation runs",
        r"another operation on StackSet .* is in progress|OperationInProgress|is in \w+_IN_PROGRESS state",
        "Another operation is still running there. Wait until it has ended, then run again.",
    ),
    _hint("throttling", r"throttl|rate exceeded|too many requests", "AWS was too busy. Run again."),
    _hint("fault of AWS", r"internal ?(?:failure|error)|service ?unavailable", "AWS had a fault of its own. Run again."),
    _hint(
        "INOPERABLE",
        r"inoperable",
        "An earlier deletion failed. Remove what is in its way in the account, then plan again; or leave the stack there with `forget`.",
    ),
    _hint(
        "failed rollback", r"rollback_failed", "Continue or skip the rollback of this stack in the CloudFormation console, then run again."
    ),
    _hint("failed deletion", r"delete_failed", "An earlier deletion of this stack failed. Delete it in its account, then run again."),
)

KNOWN: Final = (
    *ORGANIZATION,
    *POLICIES_THAT_DENY,
    *VALIDATION,
    *DOCUMENTS,
    *DELETION,
    *NAMES,
    *QUOTAS,
    *ACCOUNTS,
    *EXECUTION_ROLE,
    *CONDITIONS,
)
