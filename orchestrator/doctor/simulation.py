"""What IAM's simulator is asked: the rights of the widest policy, with resources and values as the program would send them."""

from orchestrator.doctor.surroundings import Question
from orchestrator.model.catalog import Statement
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Rollout
from orchestrator.permissions.conditions import SET_OPERATORS
from orchestrator.rights import Policy, rights_of, statements


def questions(rollout: Rollout, account: AccountId) -> tuple[Question, ...]:
    """One per statement of the widest policy, which contains the others'."""
    return tuple(question(statement, account) for statement in statements(rights_of(Policy.OPERATOR), rollout))


def question(statement: Statement, account: AccountId) -> Question:
    """The simulator takes resources and values, not patterns: where ours has a wildcard, any text will do."""
    context = {key: tuple(map(sample_of, values)) for keys in statement.conditions.values() for key, values in keys.items()}
    lists = frozenset(key for operator, keys in statement.conditions.items() if operator.startswith(SET_OPERATORS) for key in keys)
    return Question(statement.sid, statement.actions, tuple(sample_arn(arn, account) for arn in statement.resources), context, lists)


def sample_arn(arn: str, account: AccountId) -> str:
    return arn if arn == "*" else sample_of(arn.replace(":*:", f":{account}:"))


def sample_of(pattern: str) -> str:
    return pattern.replace("*", "x")
