"""Names of group sets in rollout.yaml, checked against the catalog while the file is parsed, so that all problems come at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationInfo

from orchestrator.adapters.files.reading.choice import WORD
from orchestrator.adapters.files.reading.validation import refuse
from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.model.catalog import Catalog
from orchestrator.model.nearness import did_you_mean

LIST = "<list>"


def nowhere(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Known:
    """The catalog, and the other profiles that have a group set."""

    catalog: Catalog
    elsewhere: Callable[[str], tuple[str, ...]] = nowhere


def check_known(name: str, info: ValidationInfo) -> str:
    known = info.context
    if not isinstance(known, Known) or name in known.catalog.group_sets:
        return name
    if name.lower() == "all":
        raise refuse(f'"{name}" stands alone.', "Write it without a list: all.")
    profiles = known.elsewhere(name)
    hint = f"It belongs to the profile {' and '.join(profiles)}." if profiles else "`orchestrator groups` lists them."
    near = did_you_mean(name, known.catalog.group_sets)
    remedy = f"{hint} {near}".strip() if profiles else near or hint
    raise refuse(f'there is no group set "{name}" in the profile "{known.catalog.profile}".', remedy)


def check_list(value: Plain) -> Plain:
    """Only ``all`` and lists are accepted."""
    if isinstance(value, str) and value != "all":
        raise refuse(f'must be a list of group sets, or all, not "{value}".', did_you_mean(value, ["all"], f"Write [{value}]."))
    return value


def tag_of(value: Plain) -> str:
    return WORD if isinstance(value, str) else LIST


GroupSetText = Annotated[str, AfterValidator(check_known)]
GroupSetsText = Annotated[
    Annotated[Literal["all"], Tag(WORD)] | Annotated[list[GroupSetText], Field(min_length=1), Tag(LIST)],
    Discriminator(tag_of),
    BeforeValidator(check_list),
]
