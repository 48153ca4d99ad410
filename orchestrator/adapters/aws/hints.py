"""The next step for a reason AWS gives for a failed account. AWS's messages vary: the first hint whose fragment occurs in one wins."""

from orchestrator.adapters.aws.errors import CHECK_TRUSTED_ACCESS

HINTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("service control policy", "resource control policy"),
        "A policy of the organization denies it. Exempt the role stacksets-exec-* there, or exclude this account.",
    ),
    (("not attachable",), "The policy that is to bound the role is not in this account. Create it there first, or name another boundary."),
    (("permissions boundary",), "The permissions boundary denies it. Check the boundary named in rollout.yaml."),
    (
        ("suspended", "not active"),
        "The account is suspended or closed: StackSets passes over it. Plan again.",
    ),
    (
        ("did not try",),
        "Look whether the account is still in the organization and active, then plan again.",
    ),
    (("cancelled by user",), "The operation was stopped in AWS. Find out by whom and why, then run again."),
    (("failure tolerance", "cancelled"), "Too many other accounts failed before its turn. Resolve those, then run again."),
    (
        ("policies first", "deleteconflict", "cannot delete entity", "roles from instance profile first"),
        "The role has a policy or an instance profile that StackSets did not attach. Detach it in the account, then plan again.",
    ),
    (("termination protection", "terminationprotection"), "Turn off termination protection of the stack in this account, then run again."),
    (("already exists",), "Something of this name was made by other means. Remove or rename it, then run again."),
    (
        ("maximum policy size", "cannot exceed quota", "limit exceeded", "limitexceeded"),
        "An IAM quota of the account or the role is used up. Ask for more, or grant less.",
    ),
    (("accountgate",), "The account's own StackSets gate refused. Ask the account's owner."),
    (
        ("stacksets-exec", "trust relationship", "cannot assume", "stacksetexecutionrole"),
        f"StackSets has no role to work with in this account. {CHECK_TRUSTED_ACCESS}",
    ),
    (("cannot be found", "nosuchentity"), "The role or policy is not there. Let its role set be deployed first, then run again."),
    (
        ("security token", "is not authorized", "accessdenied", "access denied", "role has insufficient"),
        "The role that StackSets works with may not do this, or not yet: a new role takes a minute. Run again.",
    ),
    (("throttl", "rate exceeded"), "AWS was too busy. Run again."),
    (("inoperable",), "An earlier deletion failed. Remove what is in its way in the account, then plan again."),
    (("rollback_failed",), "Continue or skip the rollback of this stack in the CloudFormation console, then run again."),
)


def hint_for(reason: str) -> str:
    """The next step, or an empty text for an unknown reason."""
    words = reason.lower()
    return next((hint for pieces, hint in HINTS if any(piece in words for piece in pieces)), "")
