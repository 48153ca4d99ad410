"""The entries of rollout.yaml that are valid by themselves; checks across entries run on these.

Invalid entries are omitted, so that one mistake is reported once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from orchestrator.adapters.files.reading.yaml_document import Plain, items, mapping
from orchestrator.adapters.files.rollout.schema import ROLE_ENTRIES, AccessEntry, AnyRoleEntry, RuleEntry, TermsEntry, WaveEntry
from orchestrator.model.identifiers import Region, partition_of
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import DEFAULT_REGION

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Valid entries by key or index. ``configured`` and ``has_terms`` count invalid ones too."""

    roles: Mapping[RoleKind, AnyRoleEntry]
    configured: frozenset[RoleKind]
    rules: Mapping[int, RuleEntry]
    terms: Mapping[str, TermsEntry]
    has_terms: frozenset[str]
    waves: Mapping[int, WaveEntry]
    last_wave: int
    parameters: Mapping[str, str]
    prefix: str
    access: AccessEntry
    partition: str


def read_pieces(data: Plain) -> Pieces:
    roles = mapping(data, "roles")
    terms = mapping(data, "temporary")
    waves = items(data, "rollout", "waves")
    prefix, region = mapping(data).get("prefix"), mapping(data, "organization").get("home_region")
    return Pieces(
        roles={kind: role for kind, entry in ROLE_ENTRIES.items() for role in sound(entry, roles.get(kind))},
        configured=frozenset(kind for kind in RoleKind if roles.get(kind) is not None),
        rules={index: rule for index, item in enumerate(items(data, "rules")) for rule in sound(RuleEntry, item)},
        terms={name: entry for name, item in terms.items() for entry in sound(TermsEntry, item)},
        has_terms=frozenset(terms),
        waves={index: wave for index, item in enumerate(waves) for wave in sound(WaveEntry, item)},
        last_wave=len(waves) - 1,
        parameters={name: value for name, value in mapping(data, "parameters").items() if isinstance(value, str)},
        prefix=prefix if isinstance(prefix, str) else "cado",
        access=next(sound(AccessEntry, mapping(data, "access")), AccessEntry()),
        partition=partition_of(Region(region if isinstance(region, str) else DEFAULT_REGION)),
    )


def sound(model: type[Model], data: Plain) -> Iterator[Model]:
    """The entry; None when it is invalid."""
    try:
        yield model.model_validate(data)
    except ValidationError:
        return
