"""The closed union of selectors: how a rule, a wave or a scope names accounts."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class Everyone:
    """Every account but the management account, which must be named."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub account."""


@dataclass(frozen=True, slots=True)
class Management:
    """The management account."""


@dataclass(frozen=True, slots=True)
class InOrganizationalUnit:
    """Accounts in an organizational unit or anywhere below it; ``ou`` is a path or an id."""

    ou: str


@dataclass(frozen=True, slots=True)
class AccountIs:
    """Accounts named by id."""

    ids: tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class NameLike:
    """Accounts whose name matches a glob, case and all."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """Accounts that carry every one of these tags, each value matching its glob."""

    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Accounts that every term matches."""

    terms: tuple["Selector", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Accounts that at least one term matches."""

    terms: tuple["Selector", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Accounts that the term does not match."""

    term: "Selector"


Selector = Everyone | Hub | Management | InOrganizationalUnit | AccountIs | NameLike | Tagged | AllOf | AnyOf | Not
