"""How the local AWS says no: an error code of the service model, AWS's words, and the HTTP status."""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - it is an answer of the service, not an error of this program
    """One error answer. ``code`` is the code on the wire, as the service model spells it."""

    status_of: ClassVar[dict[str, int]] = {
        "AccessDenied": 403,
        "AlreadyExistsException": 400,
        "EntityAlreadyExists": 409,
        "InvalidClientTokenId": 403,
        "NameAlreadyExistsException": 409,
        "NoSuchEntity": 404,
        "OperationIdAlreadyExistsException": 409,
        "OperationInProgressException": 409,
        "OperationNotFoundException": 404,
        "SlowDown": 503,
        "StackInstanceNotFoundException": 404,
        "StackSetNotEmptyException": 409,
        "StackSetNotFoundException": 404,
        "StaleRequestException": 409,
    }

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = self.status_of.get(code, 400)


def invalid(message: str) -> Refusal:
    """CloudFormation's answer to a request it will not take."""
    return Refusal("ValidationError", message)
