"""The JSON Schemas that editors check the files with, generated from the models that read them."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from orchestrator.adapters.files.catalog.guardrails import GuardrailsFile
from orchestrator.adapters.files.catalog.privileges import PrivilegesFile
from orchestrator.adapters.files.catalog.published import PublishedFile
from orchestrator.adapters.files.catalog.schema import GroupsFile, ParametersFile, ProfileFile
from orchestrator.adapters.files.catalog.vendor_roles import VendorRolesFile
from orchestrator.adapters.files.rollout.schema import RolloutFile
from orchestrator.adapters.files.snapshot.schema import SnapshotFile
from orchestrator.presentation.report import Report
from scripts.generated.catalogs import ROOT

MODELS: Mapping[str, type[BaseModel]] = {
    "rollout.schema.json": RolloutFile,
    "snapshot.schema.json": SnapshotFile,
    "groups.schema.json": GroupsFile,
    "profile.schema.json": ProfileFile,
    "parameters.schema.json": ParametersFile,
    "privileges.schema.json": PrivilegesFile,
    "published.schema.json": PublishedFile,
    "guardrails.schema.json": GuardrailsFile,
    "vendor_roles.schema.json": VendorRolesFile,
}


def schema_files() -> Mapping[Path, str]:
    """Those of files that users write, and that of the data in a page."""
    written = {ROOT / "config" / "schema" / name: schema_text(model) for name, model in MODELS.items()}
    return {**written, ROOT / "docs" / "report.schema.json": schema_text(Report)}


def schema_text(model: type[object]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(model).json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
