"""Selectors as rollout.yaml and plan files write them: a word, or a mapping with exactly one key."""

from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import BeforeValidator, Discriminator, Field, Tag, TypeAdapter

from orchestrator.adapters.files.reading.choice import WORD, check_choice, tag_of
from orchestrator.adapters.files.reading.texts import AccountIdText, LineText, OuText, ValueText
from orchestrator.adapters.files.reading.validation import Entry
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

Word = Literal["everyone", "hub", "management"]


class OuEntry(Entry):
    ou: OuText = Field(description="An organizational unit and everything below it: a path, or an id")


class AccountEntry(Entry):
    account: list[AccountIdText] = Field(min_length=1, description="Account ids, in quotes")


class NameEntry(Entry):
    name: LineText = Field(description="A pattern over the account's name, with * and ?")


class TagEntry(Entry):
    tag: dict[str, ValueText] = Field(min_length=1, description="Tag keys, each with a pattern over the value; all must fit")


class AllEntry(Entry):
    all: list["SelectorEntry"] = Field(min_length=1, description="Accounts that every one of these selectors chooses")


class AnyEntry(Entry):
    any: list["SelectorEntry"] = Field(min_length=1, description="Accounts that one of these selectors chooses")


class NotEntry(Entry):
    not_: "SelectorEntry" = Field(alias="not", description="Accounts that this selector does not choose")


Mapped: TypeAlias = OuEntry | AccountEntry | NameEntry | TagEntry | AllEntry | AnyEntry | NotEntry
KEYS = ("ou", "account", "name", "tag", "all", "any", "not")

SelectorEntry = Annotated[
    Annotated[Word, Tag(WORD)]
    | Annotated[OuEntry, Tag("<ou>")]
    | Annotated[AccountEntry, Tag("<account>")]
    | Annotated[NameEntry, Tag("<name>")]
    | Annotated[TagEntry, Tag("<tag>")]
    | Annotated[AllEntry, Tag("<all>")]
    | Annotated[AnyEntry, Tag("<any>")]
    | Annotated[NotEntry, Tag("<not>")],
    Discriminator(tag_of),
    BeforeValidator(check_choice("selector", ("everyone", "hub", "management"), KEYS)),
]

for _model in (AllEntry, AnyEntry, NotEntry):
    _model.model_rebuild()

ENTRIES: TypeAdapter[Word | Mapped] = TypeAdapter(SelectorEntry)


def selector_of(entry: Word | Mapped) -> Selector:  # noqa: C901 - one case per member of the union
    """The selector an entry stands for."""
    match entry:
        case "everyone":
            return Everyone()
        case "hub":
            return Hub()
        case "management":
            return Management()
        case OuEntry():
            return InOrganizationalUnit(entry.ou)
        case AccountEntry():
            return AccountIs(tuple(map(AccountId, entry.account)))
        case NameEntry():
            return NameLike(entry.name)
        case TagEntry():
            return Tagged(entry.tag)
        case AllEntry():
            return AllOf(tuple(map(selector_of, entry.all)))
        case AnyEntry():
            return AnyOf(tuple(map(selector_of, entry.any)))
        case NotEntry():
            return Not(selector_of(entry.not_))
        case _:
            assert_never(entry)


def read_selector(notation: object) -> Selector:
    """The selector a file writes so. Raises ValidationError."""
    entry: Word | Mapped = ENTRIES.validate_python(notation)
    return selector_of(entry)
