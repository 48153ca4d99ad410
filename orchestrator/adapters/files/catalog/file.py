"""Reads config/catalog: parameters, groups and the group sets of one profile. Every problem is reported at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.adapters.files.catalog.checks import check_catalog
from orchestrator.adapters.files.catalog.groups import group_of, parameter_of
from orchestrator.adapters.files.catalog.schema import GroupSchema, GroupsFile, ParametersFile, ProfileFile
from orchestrator.adapters.files.reading.validation import Model, report, validate
from orchestrator.adapters.files.reading.yaml_document import Document, load_document
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.catalog import AcceptedFinding, Catalog, GroupSet, Parameter, PermissionGroup
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.roles import RoleKind

PACKAGE = Path(__file__).resolve().parents[3]


def default_catalog_folder() -> Path:
    """The catalog this program ships with: beside the package in a checkout, inside it when installed."""
    checkout = PACKAGE.parent / "config" / "catalog"
    return checkout if checkout.is_dir() else PACKAGE / "defaults" / "config" / "catalog"


def catalog_folder(config_folder: Path) -> Path:
    """The catalog beside rollout.yaml when there is one, else the one this program ships with."""
    own = config_folder / "catalog"
    return own if own.is_dir() else default_catalog_folder()


def reference_file(folder: Path, name: str) -> Path:
    """A file of the catalog that describes the world rather than a choice: the one in this folder, else the one that ships."""
    own = folder / name
    return own if own.is_file() else default_catalog_folder() / name


def profiles(folder: Path) -> tuple[str, ...]:
    """The profiles a catalog folder offers."""
    return tuple(sorted(path.stem for path in (folder / "profiles").glob("*.yaml")))


def load_catalog(folder: Path, profile: str) -> Catalog:
    """The catalog of one profile. Raises ConfigurationError with every problem of every file."""
    reading = Reading()
    profile_document = load_document(profile_path(folder, profile))
    parameters = reading.parameters(load_document(folder / "parameters.yaml"))
    groups = reading.groups([load_document(path) for path in sorted((folder / "groups").glob("*.yaml"))])
    group_sets, accepted = reading.profile(profile_document)
    catalog = Catalog(profile, groups, group_sets, parameters, (*reading.accepted, *accepted))
    problems = reading.problems or check_catalog(catalog)
    if problems:
        raise ConfigurationError(problems)
    return catalog


def profile_path(folder: Path, profile: str) -> Path:
    known = profiles(folder)
    if profile in known:
        return folder / "profiles" / f"{profile}.yaml"
    raise ConfigurationError(
        [
            Problem(
                str(folder / "profiles"),
                f'there is no profile "{profile}".',
                did_you_mean(profile, known, f"Known are: {', '.join(known) or 'none'}."),
            )
        ]
    )


class Reading:
    """Collects the content of the files and their problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.accepted: list[AcceptedFinding] = []

    def read(self, document: Document, model: type[Model]) -> Model | None:
        """The parsed file; None when it is invalid. Keeps its problems."""
        parsed, faults = validate(document, model)
        self.problems += report(document, faults)
        return parsed

    def parameters(self, document: Document) -> Mapping[str, Parameter]:
        parsed = self.read(document, ParametersFile)
        return {name: parameter_of(name, item) for name, item in parsed.parameters.items()} if parsed else {}

    def groups(self, documents: Sequence[Document]) -> Mapping[GroupName, PermissionGroup]:
        found: dict[GroupName, PermissionGroup] = {}
        for document in documents:
            parsed = self.read(document, GroupsFile)
            for name, item in parsed.groups.items() if parsed else ():
                self.add_group(found, document, GroupName(name), item)
        return found

    def add_group(self, found: dict[GroupName, PermissionGroup], document: Document, name: GroupName, item: GroupSchema) -> None:
        where = document.where(("groups", name), key=True)
        if name in found:
            self.problems.append(Problem(where, f"{name} is defined twice; the first is at {found[name].location}.", "Keep one of them."))
            return
        found[name] = group_of(name, item, where)
        self.accepted += [
            AcceptedFinding(
                entry.finding,
                name,
                tuple(entry.actions),
                entry.because,
                fingerprint=entry.fingerprint or "",
                location=document.where(("groups", name, "accepted", index)),
            )
            for index, entry in enumerate(item.accepted)
        ]

    def profile(self, document: Document) -> tuple[Mapping[GroupSetName, GroupSet], Sequence[AcceptedFinding]]:
        parsed = self.read(document, ProfileFile)
        if parsed is None:
            return {}, ()
        sets = (
            GroupSet(
                GroupSetName(name),
                RoleKind(item.role),
                tuple(map(GroupName, item.groups)),
                item.purpose,
                item.temporary,
                tuple(map(GroupSetName, item.needs)),
                document.where(("group_sets", name), key=True),
            )
            for name, item in parsed.group_sets.items()
        )
        accepted = [
            AcceptedFinding(
                entry.finding,
                GroupName(entry.group),
                tuple(entry.actions),
                entry.because,
                RoleKind(entry.role),
                entry.fingerprint or "",
                document.where(("accepted", index)),
            )
            for index, entry in enumerate(parsed.accepted)
        ]
        return {group_set.name: group_set for group_set in sets}, accepted
