"""The closed union of selectors: how a rule, a wave or a scope names accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

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


PlainSelector = Everyone | Hub | Management | InOrganizationalUnit | AccountIs | NameLike | Tagged
Selector = PlainSelector | AllOf | AnyOf | Not

Notation: TypeAlias = "str | list[Notation] | dict[str, Notation]"


def notation_of(selector: Selector) -> Notation:  # noqa: C901 - one case per member of the union
    """The selector as files write it: ``everyone``, ``{"ou": "/Workloads"}``, ``{"not": …}``."""
    match selector:
        case Everyone():
            return "everyone"
        case Hub():
            return "hub"
        case Management():
            return "management"
        case InOrganizationalUnit(ou):
            return {"ou": ou}
        case AccountIs(ids):
            return {"account": [*ids]}
        case NameLike(pattern):
            return {"name": pattern}
        case Tagged(tags):
            return {"tag": {**tags}}
        case AllOf(terms):
            return {"all": [notation_of(term) for term in terms]}
        case AnyOf(terms):
            return {"any": [notation_of(term) for term in terms]}
        case Not(term):
            return {"not": notation_of(term)}
        case _:
            assert_never(selector)
