"""One root, one exit code per branch. An error says what happened, where, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class OrchestratorError(Exception):
    """The run cannot continue. ``where`` is ``file:line:column``, an account or an ARN; ``remedy`` a next step."""

    exit_code: ClassVar[int] = 1
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    @property
    def reported_kind(self) -> str:
        """The kind in JSON; a refusal's is its reason."""
        return self.kind


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file: ``where`` is ``file:line:column``."""

    where: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (f" {self.remedy}" if self.remedy else "")


class ConfigurationError(OrchestratorError):
    """The files are invalid; every problem is listed at once."""

    kind = "configuration"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)), where=problems[0].where, remedy=problems[0].remedy or None)
        self.problems = tuple(problems)


class PlanFileError(OrchestratorError):
    """A plan file is unreadable, truncated or of a newer format."""

    kind = "plan_file"


class FileError(OrchestratorError):
    """A file that was named cannot be read or written."""

    kind = "file"


class StateError(OrchestratorError):
    """The state cannot be read or written; of another kind when the cause is not the state's own."""

    kind = "state"

    def __init__(self, message: str, *, kind: str = "state", where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.cause = kind

    @property
    def reported_kind(self) -> str:
        return self.cause


class AwsError(OrchestratorError):
    """AWS refused a call and will go on refusing it."""

    kind = "aws"


class PreconditionError(AwsError):
    """What every change of a StackSet needs of the whole organization is missing: AWS would refuse each of them."""

    kind = "precondition"


class LostOperationError(AwsError):
    """AWS accepted an operation and does not know it afterwards."""

    kind = "lost_operation"


class RefusedError(OrchestratorError):
    """Refused, and nothing was done: violations, a stale plan, another organization, a lock, no confirmation."""

    exit_code = 3
    kind = "refused"

    def __init__(self, message: str, *, kind: str = "refused", where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.refusal = kind

    @property
    def reported_kind(self) -> str:
        return self.refusal


class ViolationsError(RefusedError):
    """The plan must not be applied; every violation is listed at once, as kind and message."""

    def __init__(self, violations: Sequence[tuple[str, str]]) -> None:
        listed = "\n".join(f"  {message}" for _, message in violations)
        super().__init__(
            f"the plan has violations ({len(violations)}):\n{listed}",
            kind="violations",
            remedy="Nothing was done. Make a new plan once they are resolved.",
        )
        self.violations = tuple(violations)


class UsageError(OrchestratorError):
    """The command line makes no sense."""

    exit_code = 64
    kind = "usage"


class InterruptedRunError(OrchestratorError):
    """Ctrl-C: nothing more was submitted, what runs goes on running."""

    exit_code = 130
    kind = "interrupted"
