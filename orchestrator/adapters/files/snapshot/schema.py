"""The schema of a snapshot: an organization's units, accounts and policies."""

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from orchestrator.adapters.files.reading.texts import (
    AccountIdText,
    Filled,
    OrganizationIdText,
    OuIdText,
    OuPathText,
    RootIdText,
)
from orchestrator.adapters.files.reading.validation import Entry, refuse
from orchestrator.model.organization import ROOT_PATH


def check_unit_path(path: str) -> str:
    if path == ROOT_PATH:
        raise refuse("the root is no organizational unit.", "Remove the entry: its id stands under organization.root.")
    return path


def check_json(document: JsonValue) -> JsonValue:
    try:
        policy = json.loads(document) if isinstance(document, str) else document
    except ValueError as error:
        raise refuse("must be a mapping, or a text that is JSON.") from error
    if not isinstance(policy, dict):
        raise refuse("must be a policy: a mapping, or a text that is JSON.")
    return document


class OrganizationEntry(Entry):
    id: OrganizationIdText
    management_account: AccountIdText
    root: RootIdText


class UnitEntry(Entry):
    id: OuIdText
    path: Annotated[OuPathText, AfterValidator(check_unit_path)]


class AccountEntry(Entry):
    id: AccountIdText
    name: str
    email: str = ""
    ou: OuPathText = "/"
    state: Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"] = "ACTIVE"
    tags: dict[str, str] = Field(default={})


class PolicyEntry(Entry):
    id: Filled
    name: str
    type: Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
    targets: list[str]
    document: Annotated[JsonValue, AfterValidator(check_json)]


class SnapshotFile(Entry):
    """An AWS Organization at one moment."""

    organization: OrganizationEntry
    organizational_units: list[UnitEntry] = Field(default=[])
    accounts: list[AccountEntry]
    delegated_administrators: list[AccountIdText] = Field(default=[])
    policies: list[PolicyEntry] = Field(default=[])
