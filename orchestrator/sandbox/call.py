"""One call on its way through the local AWS, and lists cut into pages."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from orchestrator.sandbox.principals import Caller
from orchestrator.sandbox.refusals import Refusal

Item = TypeVar("Item")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """``parameters`` have the shape of the operation's input."""

    service: str
    operation: str
    region: str
    caller: Caller
    parameters: dict[str, Any]

    @property
    def account(self) -> str:
        return self.caller.account

    def text(self, name: str) -> str:
        """A string parameter, empty when absent."""
        return str(self.parameters.get(name) or "")


@dataclass(frozen=True, slots=True)
class Paging:
    """How a service cuts its lists: the names it uses, the largest page, and the error for a token it did not give."""

    size: int
    limit: str = "MaxResults"
    token: str = "NextToken"  # noqa: S105 - the name of a parameter
    refusal: str = "ValidationError"

    def cut(self, call: Call, items: Sequence[Item]) -> tuple[list[Item], str | None]:
        """One page, and the opaque token of the next one."""
        limit = min(int(call.parameters.get(self.limit) or self.size), self.size)
        start = self._start(call)
        token = self._seal(call, start + limit) if start + limit < len(items) else None
        return list(items[start : start + limit]), token

    def _start(self, call: Call) -> int:
        sealed = call.text(self.token)
        if not sealed:
            return 0
        try:
            operation, start, _ = json.loads(base64.urlsafe_b64decode(sealed))
        except ValueError as error:
            raise Refusal(self.refusal, "You provided an invalid pagination token.") from error
        if operation != call.operation:
            raise Refusal(self.refusal, "You provided a pagination token of another operation.")
        return int(start)

    def _seal(self, call: Call, start: int) -> str:
        return base64.urlsafe_b64encode(json.dumps([call.operation, start, secrets.token_hex(4)]).encode()).decode()
