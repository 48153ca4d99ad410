"""Service control policies that hold what the catalog relies on."""

from dataclasses import dataclass

from orchestrator.model.catalog import Statement


@dataclass(frozen=True, slots=True)
class GuardrailStatement:
    """One Deny. It is left out while one of the parameters in ``when_set`` is empty."""

    statement: Statement
    when_set: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One policy: what it holds, whom it binds, and what it may break where it is attached."""

    name: str
    purpose: str
    binds: str
    may_break: str
    statements: tuple[GuardrailStatement, ...]

    @property
    def path(self) -> str:
        """Where it is written."""
        return f"stacksets/guardrails/{self.name}.json"
