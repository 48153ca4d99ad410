"""The selectors of waves inside a plan file, in the notation of rollout.yaml: ``everyone``, ``{ou: /Workloads}``, ``{not: ...}``."""

from typing import Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.model.identifiers import AccountId
from orchestrator.model.selectors import (
    AccountIs,
    AllOf,
    AnyOf,
    Everyone,
    Hub,
    InOrganizationalUnit,
    Management,
    NameLike,
    Not,
    Selector,
    Tagged,
)


class Row(BaseModel):
    """One object of a plan file: exact types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True)


class UnitRow(Row):
    ou: str

    def selector(self) -> Selector:
        return InOrganizationalUnit(self.ou)


class AccountRow(Row):
    account: tuple[AccountId, ...]

    def selector(self) -> Selector:
        return AccountIs(self.account)


class NameRow(Row):
    name: str

    def selector(self) -> Selector:
        return NameLike(self.name)


class TagRow(Row):
    tag: dict[str, str]

    def selector(self) -> Selector:
        return Tagged(self.tag)


class AllRow(Row):
    terms: tuple["SelectorRow", ...] = Field(alias="all")

    def selector(self) -> Selector:
        return AllOf(tuple(map(selector_of, self.terms)))


class AnyRow(Row):
    terms: tuple["SelectorRow", ...] = Field(alias="any")

    def selector(self) -> Selector:
        return AnyOf(tuple(map(selector_of, self.terms)))


class NotRow(Row):
    term: "SelectorRow" = Field(alias="not")

    def selector(self) -> Selector:
        return Not(selector_of(self.term))


SelectorRow = Literal["everyone", "hub", "management"] | UnitRow | AccountRow | NameRow | TagRow | AllRow | AnyRow | NotRow

for combination in (AllRow, AnyRow, NotRow):
    combination.model_rebuild()


def selector_of(row: SelectorRow) -> Selector:
    match row:
        case "everyone":
            return Everyone()
        case "hub":
            return Hub()
        case "management":
            return Management()
        case _:
            return row.selector()


def selector_row(selector: Selector) -> SelectorRow:
    match selector:
        case Everyone():
            return "everyone"
        case Hub():
            return "hub"
        case Management():
            return "management"
        case AllOf() | AnyOf() | Not():
            return combination_row(selector)
        case _:
            return property_row(selector)


def combination_row(selector: AllOf | AnyOf | Not) -> SelectorRow:
    match selector:
        case AllOf(terms):
            return AllRow(terms=tuple(map(selector_row, terms)))
        case AnyOf(terms):
            return AnyRow(terms=tuple(map(selector_row, terms)))
        case Not(term):
            return NotRow(term=selector_row(term))
        case _:
            assert_never(selector)


def property_row(selector: InOrganizationalUnit | AccountIs | NameLike | Tagged) -> SelectorRow:
    match selector:
        case InOrganizationalUnit(ou):
            return UnitRow(ou=ou)
        case AccountIs(ids):
            return AccountRow(account=ids)
        case NameLike(pattern):
            return NameRow(name=pattern)
        case Tagged(tags):
            return TagRow(tag=dict(tags))
        case _:
            assert_never(selector)
