"""What to do about a reason AWS gives for a failed account. AWS's words vary, so telling pieces of them are looked for."""

SUSPENDED = "The account is suspended or closed, or left the organization: StackSets passes over it. Plan again."

HINTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("service control policy", "resource control policy"),
        "A policy of the organization denies it. Exempt stacksets-exec-* or this account.",
    ),
    (("permissions boundary",), "The permissions boundary denies it. Check the boundary named in rollout.yaml."),
    (("suspended", "not active"), SUSPENDED),
    (("failure tolerance", "cancelled"), "Too many other accounts failed before its turn. Mend those, then run again."),
    (("already exists",), "Something of this name was made by other means. Remove or rename it, then run again."),
    (("termination protection",), "Turn off termination protection of the stack in this account, then run again."),
    (
        ("maximum policy size", "cannot exceed quota", "limit exceeded", "limitexceeded"),
        "An IAM quota of the role is used up. Grant it less.",
    ),
    (("cannot be found", "nosuchentity"), "The role or policy is not there. Let its role set be deployed first, then run again."),
    (("should have", "trust relationship"), "StackSets has no role in this account. Check trusted access with `orchestrator doctor`."),
    (("accountgate",), "The account's own StackSets gate refused. Ask whoever runs the account."),
    (
        ("security token", "is not authorized", "accessdenied", "access denied"),
        "StackSets' role in the account may not do this, or not yet. Run again.",
    ),
    (("throttl", "rate exceeded"), "AWS was too busy. Run again."),
)


def hint_for(reason: str) -> str:
    """A next step, or nothing when the reason is a new one to us."""
    words = reason.lower()
    return next((hint for pieces, hint in HINTS if any(piece in words for piece in pieces)), "")
