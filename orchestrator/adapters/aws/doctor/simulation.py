"""What IAM's simulator says of the caller's own permissions."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import spread
from orchestrator.doctor.surroundings import Decisions, Question
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import Unknown

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import ContextEntryTypeDef

ALLOWED = "allowed"


def simulate(session: AwsSession, questions: Sequence[Question]) -> Decisions | Unknown:
    """One call per question. Unknown when the caller may not ask, and for root, which is not simulated."""
    try:
        with speaking("simulate the caller's policies"):
            client, source = session.client("iam"), principal_of(session)
            answers = spread(lambda question: dict(ask(client, source, question)), questions)
    except OrchestratorError as error:
        return Unknown(error.message)
    return {
        (question.id, action): decision for question, found in zip(questions, answers, strict=True) for action, decision in found.items()
    }


def ask(client: "IAMClient", source: str, question: Question) -> Iterator[tuple[str, str]]:
    """Of several resources, one that is refused comes last: it decides."""
    pages = client.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=source,
        ActionNames=list(question.actions),
        ResourceArns=list(question.resources),
        ContextEntries=[entry(key, values, is_list=key in question.lists) for key, values in question.context.items()],
    )
    found = [(result["EvalActionName"], str(result["EvalDecision"])) for page in pages for result in page["EvaluationResults"]]
    yield from sorted(found, key=lambda answer: answer[1] != ALLOWED)


def entry(key: str, values: tuple[str, ...], *, is_list: bool) -> "ContextEntryTypeDef":
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": "stringList" if is_list else "string"}


def principal_of(session: AwsSession) -> str:
    """The user or role. A session's ARN leaves the path of its role out, so IAM is asked for the role."""
    arn = session.arn()
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    if kind != "assumed-role":
        return arn
    return session.client("iam").get_role(RoleName=rest.partition("/")[0])["Role"]["Arn"]
