"""Names the operations AWS sees. The id follows from the plan, so a crash between call and answer is harmless."""

from uuid import UUID, uuid5

from orchestrator.model.identifiers import OperationKey, PlanDigest

NAMESPACE = UUID("5f0c5d0e-7d1b-5a54-9a3e-1c1b0e6f8a27")


def operation_id(digest: PlanDigest, key: OperationKey, attempt: int) -> str:
    """The id of one attempt at one operation of one plan; ``attempt`` counts from 1.

    Matches ``[a-zA-Z0-9][-a-zA-Z0-9]*``, 36 characters, as OperationId and ClientRequestToken ask.
    """
    return str(uuid5(NAMESPACE, f"{digest}/{key}/{attempt}"))
