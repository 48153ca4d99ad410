"""Which policies of config/permissions allow what AWS refused."""

from orchestrator.rights import RIGHTS, policies_granting

UNDER_ANOTHER_NAME = {"GetBucketEncryption": "s3:GetEncryptionConfiguration", "ListObjectsV2": "s3:ListBucket"}
"""Operations whose action is called otherwise."""


def action_of(operation: str) -> str | None:
    """The action of an operation of the program, ``cloudformation:ListStackSets``; None when no right names it, or several do."""
    named = {action for right in RIGHTS for action in right.actions if action.partition(":")[2] == operation}
    return UNDER_ANOTHER_NAME.get(operation) or (named.pop() if len(named) == 1 else None)


def granted_by(action: str, resource: str = "") -> str:
    """``, as config/permissions/{planner,operator}.json allow``; empty for an action the program never needs."""
    policies = policies_granting(action, resource)
    match policies:
        case ():
            return ""
        case (policy,):
            return f", as {policy.path} allows"
        case _:
            return f", as config/permissions/{{{','.join(policies)}}}.json allow"
