"""The JSON Schemas that editors check the files with, generated from the models that read them."""

import json
from pathlib import Path

from pydantic import BaseModel

from orchestrator.adapters.files.catalog.schema import GroupsFile, ParametersFile, ProfileFile
from orchestrator.adapters.files.rollout.schema import RolloutFile
from orchestrator.adapters.files.snapshot.schema import SnapshotFile

SCHEMAS: dict[str, type[BaseModel]] = {
    "rollout.schema.json": RolloutFile,
    "snapshot.schema.json": SnapshotFile,
    "groups.schema.json": GroupsFile,
    "profile.schema.json": ProfileFile,
    "parameters.schema.json": ParametersFile,
}


def render_schemas() -> dict[str, str]:
    """File name to text, for the folder config/schema."""
    return {name: render_schema(model) for name, model in SCHEMAS.items()}


def render_schema(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write every schema into the folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in SCHEMAS)
