"""Reads config/rollout.yaml and its catalog, and reports every problem of both at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestrator.adapters.files.catalog.file import catalog_folder, load_catalog, profile_path, profiles
from orchestrator.adapters.files.reading.validation import Fault, report, validate
from orchestrator.adapters.files.reading.yaml_document import Document, load_document, mapping
from orchestrator.adapters.files.rollout.agreement import check_agreement
from orchestrator.adapters.files.rollout.checks import check_pieces
from orchestrator.adapters.files.rollout.external_id import read_external_ids
from orchestrator.adapters.files.rollout.group_sets import Known
from orchestrator.adapters.files.rollout.pieces import read_pieces
from orchestrator.adapters.files.rollout.schema import VERSION, RolloutFile, TrustingRoleEntry
from orchestrator.adapters.files.rollout.values import rollout_of
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.catalog import Catalog
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.rollout import Rollout

WHEN_MISSING = "Run `orchestrator init` to write one, or name another with --config."
DEFAULT_PROFILE = "classic"


def load(path: Path, *, with_secrets: bool = True) -> tuple[Rollout, Catalog]:
    """rollout.yaml and the catalog of its profile, from the folder beside it or else as shipped.

    Without ``with_secrets`` external ids are not looked for where they are kept. Raises ConfigurationError with every problem of
    every file.
    """
    document = load_document(path, when_missing=WHEN_MISSING)
    folder = catalog_folder(path.parent)
    faults = tuple(check_profile(document, folder))
    catalog, problems = (None, ()) if faults else try_catalog(folder, profile_of(document))
    known = Known(catalog, lambda name: profiles_with(folder, name)) if catalog else None
    rollout, found = read_rollout(document, known, faults, with_secrets=with_secrets)
    if rollout is None or catalog is None or problems:
        raise ConfigurationError((*found, *problems))
    return rollout, catalog


def read_rollout(
    document: Document, known: Known | None, faults: Iterable[Fault] = (), *, with_secrets: bool = True
) -> tuple[Rollout | None, tuple[Problem, ...]]:
    """The rollout, or None with every problem."""
    parsed, found = validate(document, RolloutFile, known)
    if newer := [fault for fault in found if fault.at == ("version",) and is_newer(document)]:
        return None, report(document, newer)
    pieces = read_pieces(document.data)
    agreement = check_agreement(pieces, known.catalog) if known else ()
    sources = {kind: role.external_id for kind, role in pieces.roles.items() if isinstance(role, TrustingRoleEntry) and role.external_id}
    external_ids, missing = read_external_ids(sources if with_secrets else {}, document.path.parent)
    problems = report(document, (*found, *faults, *check_pieces(pieces), *agreement, *missing))
    return (None, problems) if parsed is None or problems else (rollout_of(parsed, document, external_ids), ())


def is_newer(document: Document) -> bool:
    """A newer version may have other keys, so no other problem is reported."""
    version = mapping(document.data).get("version")
    return isinstance(version, int) and version > VERSION


def profile_of(document: Document) -> str:
    profile = mapping(document.data).get("profile", DEFAULT_PROFILE)
    return profile if isinstance(profile, str) else DEFAULT_PROFILE


def check_profile(document: Document, folder: Path) -> Iterable[Fault]:
    profile, known = profile_of(document), profiles(folder)
    if profile.strip() and profile not in known:
        remedy = did_you_mean(profile, known, f"Known are: {', '.join(known) or 'none'}.")
        yield Fault(("profile",), f'there is no profile "{profile}" in {folder / "profiles"}.', remedy)


def try_catalog(folder: Path, profile: str) -> tuple[Catalog | None, tuple[Problem, ...]]:
    try:
        return load_catalog(folder, profile), ()
    except ConfigurationError as error:
        return None, error.problems


def profiles_with(folder: Path, group_set: str) -> tuple[str, ...]:
    """The profiles that have a group set of this name."""
    return tuple(profile for profile in profiles(folder) if group_set in group_sets_of(folder, profile))


def group_sets_of(folder: Path, profile: str) -> Mapping[str, object]:
    try:
        return mapping(load_document(profile_path(folder, profile)).data, "group_sets")
    except ConfigurationError:
        return {}
