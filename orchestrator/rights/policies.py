"""The policies of config/permissions: which commands each is for, and its document for one rollout."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum

from orchestrator.model.catalog import Statement
from orchestrator.model.rollout import Rollout
from orchestrator.rights.conditions import conditions
from orchestrator.rights.resources import KEYS, arns
from orchestrator.rights.right import Command, Holder, Limit, Right, Target
from orchestrator.rights.table import RIGHTS
from orchestrator.templates import PolicyDocument, policy_document


class Policy(StrEnum):
    """The files. Four are the caller's, each containing the one before; the last is that of the access roles."""

    READER = "reader"
    PLANNER = "planner"
    CLEANER = "cleaner"
    OPERATOR = "operator"
    PROBER = "prober"

    @property
    def path(self) -> str:
        """As messages and the README name it."""
        return f"config/permissions/{self}.json"


READS = frozenset({Command.DISCOVER, Command.EXPLAIN, Command.HISTORY})
LOOKS = READS | {Command.ADOPT, Command.DOCTOR, Command.PLAN, Command.REPORT, Command.STATUS, Command.VERIFY, Command.DRIFT, Command.PROBE}
REVOKES = LOOKS | {Command.CLEANUP, Command.FORGET}
ALL = frozenset(Command)

COMMANDS: Mapping[Policy, frozenset[Command]] = {
    Policy.READER: READS,
    Policy.PLANNER: LOOKS,
    Policy.CLEANER: REVOKES,
    Policy.OPERATOR: ALL,
    Policy.PROBER: ALL,
}
"""What each policy is enough for: the caller's four alone, the prober's beside one of them."""


def policy_for(command: Command) -> Policy:
    """The narrowest that is enough for the command."""
    return next(policy for policy in Policy if command in COMMANDS[policy])


def rights_of(policy: Policy) -> tuple[Right, ...]:
    holder = Holder.INSIDE if policy is Policy.PROBER else Holder.CALLER
    return tuple(right for right in RIGHTS if right.holder is holder and right.commands & COMMANDS[policy])


def policies_granting(action: str, resource: str = "") -> tuple[Policy, ...]:
    """Narrowest first; none for an action the program never needs. ``resource`` is the ARN, where it is known."""
    return tuple(policy for policy in Policy if any(action in right.actions and may_reach(right, resource) for right in rights_of(policy)))


def may_reach(right: Right, resource: str) -> bool:
    """Whether the resource can be one of the right's: objects of the state are known by their names."""
    names = [KEYS[target] for target in right.targets if target in KEYS]
    return not (resource and names) or any(name == "*" or resource.endswith(f"/{name}") for name in names)


def statements(rights: Iterable[Right], rollout: Rollout) -> tuple[Statement, ...]:
    """What this rollout needs of them. One statement for what has the same targets and limits: a managed policy holds 6,144 characters."""
    shared: dict[tuple[tuple[Target, ...], tuple[Limit, ...]], set[str]] = {}
    for right in rights:
        shared.setdefault((right.targets, right.limits), set()).update(right.actions)
    named = [
        (targets, limits, tuple(arn for target in targets for arn in arns(target, rollout)), actions)
        for (targets, limits), actions in shared.items()
    ]
    return tuple(
        Statement(statement_id(targets, limits), tuple(sorted(actions)), found, conditions(limits, rollout))
        for targets, limits, found, actions in named
        if found
    )


def statement_id(targets: Iterable[Target], limits: Iterable[Limit]) -> str:
    """``StackSetsStackSetTargetsResourceTypesHomeRegion``."""
    return "".join(word.capitalize() for named in (*targets, *limits) for word in named.name.split("_"))


def policy_of(policy: Policy, rollout: Rollout) -> PolicyDocument:
    """The document, narrowed to the prefix, the region, the roles, the evidence and the state of the rollout."""
    return policy_document(statements(rights_of(policy), rollout), values={})


def written_policies(rollout: Rollout) -> Mapping[str, str]:
    """The text of every file of config/permissions, by its name."""
    return {f"{policy}.json": json.dumps(policy_of(policy, rollout), indent=2) + "\n" for policy in Policy}
