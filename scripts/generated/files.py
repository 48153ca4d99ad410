"""Every generated file, by path."""

from collections.abc import Mapping
from pathlib import Path

from orchestrator.adapters.files.rollout.file import load
from orchestrator.analysis import analyse
from orchestrator.templates import rendered_files
from orchestrator.templates.guardrails import guardrail_files
from scripts.generated.actions import actions_text
from scripts.generated.catalogs import DEPLOYED, PROFILES, ROOT, action_data, catalog
from scripts.generated.commands import commands_page
from scripts.generated.guardrails import guardrails, guardrails_page
from scripts.generated.library import library_page
from scripts.generated.linter_rules import linter_page
from scripts.generated.permission_groups import permission_groups_page
from scripts.generated.recovery import recovery_page
from scripts.generated.rights import policy_files, readme, rights_page
from scripts.generated.schemas import schema_files
from scripts.generated.vendor_differences import vendor_differences_page

FOLDERS = tuple(
    ROOT / folder for folder in ("stacksets", "stacksets/guardrails", "tests/stacksets/expected", "config/schema", "config/permissions")
)
"""Folders that hold generated files and nothing else."""


def generated_files() -> Mapping[Path, str]:
    pages = {
        ROOT / "docs" / "permission-groups.md": page(),
        ROOT / "docs" / "vendor-differences.md": vendor_differences_page(catalog(PROFILES[0])),
        ROOT / "docs" / "commands.md": commands_page(),
        ROOT / "docs" / "library.md": library_page(),
        ROOT / "docs" / "linter.md": linter_page(),
        ROOT / "docs" / "guardrails.md": guardrails_page(guardrails()),
        ROOT / "docs" / "recover.md": recovery_page(),
        ROOT / "docs" / "rights.md": rights_page(),
        ROOT / "README.md": readme(),
    }
    return {**template_files(), **guardrail_texts(), **action_files(), **schema_files(), **policy_files(), **pages}


def template_files() -> Mapping[Path, str]:
    return {ROOT / "stacksets" / name: text for name, text in rendered_files(catalog(DEPLOYED)).items()}


def guardrail_texts() -> Mapping[Path, str]:
    """With the values of the shipped rollout.yaml."""
    rollout, deployed = load(ROOT / "config" / "rollout.yaml")
    return {ROOT / path: text for path, text in guardrail_files(guardrails(), rollout, deployed).items()}


def action_files() -> Mapping[Path, str]:
    """The actions of each group set. The deployed profile needs no prefix; other profiles may reuse its names for other groups."""
    folder = ROOT / "tests" / "stacksets" / "expected"
    return {
        folder / f"{'' if profile == DEPLOYED else f'{profile}.'}{name}.actions.txt": actions_text(catalog(profile), name)
        for profile in PROFILES
        for name in catalog(profile).group_sets
    }


def page() -> str:
    catalogs = [catalog(profile) for profile in PROFILES]
    return permission_groups_page(catalogs, analyse(catalogs[0], action_data()))
