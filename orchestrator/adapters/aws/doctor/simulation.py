"""What IAM's simulator says of the caller's own permissions."""

from collections.abc import Mapping, Sequence

from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import Unknown


def simulate(session: AwsSession, actions: Sequence[str]) -> Mapping[str, str] | Unknown:
    """EvalDecision by action, on any resource. Unknown when the caller may not ask, and for root, which is not simulated."""
    try:
        with speaking("simulate the caller's policies"):
            source = principal_of(session)
            pages = session.client("iam").get_paginator("simulate_principal_policy")
            results = [
                result for page in pages.paginate(PolicySourceArn=source, ActionNames=list(actions)) for result in page["EvaluationResults"]
            ]
            return {result["EvalActionName"]: result["EvalDecision"] for result in results}
    except OrchestratorError as error:
        return Unknown(error.message)


def principal_of(session: AwsSession) -> str:
    """The user or role. A session's ARN leaves the path of its role out, so IAM is asked for the role."""
    arn = session.arn()
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    if kind != "assumed-role":
        return arn
    return session.client("iam").get_role(RoleName=rest.partition("/")[0])["Role"]["Arn"]
