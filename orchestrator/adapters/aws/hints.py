"""The next step for a reason of AWS: what it means here, and what to do.

Messages of IAM name the caller and the action they refuse; a hint names both.
"""

import re

from orchestrator.adapters.aws.granting import granted_by
from orchestrator.adapters.aws.known_reasons import KNOWN

_ACTION = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)")
_RESOURCE = re.compile(r"on resource: (\S+)")
_CALLER = re.compile(r"User: \S+?:(?:assumed-role/(?P<role>[^\s/]+)|user/(?P<user>\S+))")
_EXECUTION_ROLE = "stacksets-exec-"
"""How the role begins that StackSets works with in a member account; the rest differs from account to account."""


def hint_for(reason: str) -> str:
    """The hint of the first known reason whose words occur; an empty text when none does."""
    found = ((hint, hint.words.search(reason)) for hint in KNOWN)
    return next((hint.advice.format_map(_names_in(reason) | match.groupdict()) for hint, match in found if match), "")


def _names_in(reason: str) -> dict[str, str]:
    """Action and caller of a refusal, in words where the reason does not name them, and the policies that allow it."""
    action, resource, caller = _ACTION.search(reason), _RESOURCE.search(reason), _CALLER.search(reason)
    return {
        "action": action["action"] if action else "this",
        "granted": granted_by(action["action"], resource[1] if resource else "") if action else "",
        "caller": _shown(**caller.groupdict()) if caller else "the caller",
    }


def _shown(role: str | None, user: str | None) -> str:
    if role is None:
        return f"the user {user}"
    return f"the role {_EXECUTION_ROLE}*" if role.startswith(_EXECUTION_ROLE) else f"the role {role}"
