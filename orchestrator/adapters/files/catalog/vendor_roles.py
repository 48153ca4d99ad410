"""Reads config/catalog/vendor_roles.yaml: names under which the vendor's own templates make roles."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from orchestrator.adapters.files.catalog.file import reference_file
from orchestrator.adapters.files.catalog.schema import Role, Text
from orchestrator.adapters.files.reading.validation import Entry, report, validate
from orchestrator.adapters.files.reading.yaml_document import load_document
from orchestrator.errors import ConfigurationError
from orchestrator.model.roles import RoleKind
from orchestrator.model.vendor_role import VendorRole


class VendorRoleSchema(Entry):
    """``names`` are globs, ``source`` says where the vendor gives these names."""

    role: Role
    names: Annotated[list[Text], Field(min_length=1)]
    source: Text


class VendorRolesFile(Entry):
    roles: list[VendorRoleSchema]


def load_vendor_roles(folder: Path) -> tuple[VendorRole, ...]:
    """What the vendor calls its roles. Raises ConfigurationError with every problem of the file."""
    document = load_document(reference_file(folder, "vendor_roles.yaml"))
    parsed, faults = validate(document, VendorRolesFile)
    if parsed is None:
        raise ConfigurationError(report(document, faults))
    return tuple(VendorRole(RoleKind(entry.role), tuple(entry.names), entry.source) for entry in parsed.roles)
