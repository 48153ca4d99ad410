"""The schema of a snapshot: an organization's units, accounts and policies."""

import json
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from orchestrator.adapters.files.reading.texts import (
    AccountIdText,
    Filled,
    OrganizationIdText,
    OuIdText,
    OuPathText,
    RoleNameText,
    RolePathText,
    RootIdText,
    TagKeyText,
    TagValueText,
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


class MakerEntry(Entry):
    """One of both; a role without a maker was made by hand."""

    stack: Filled | None = Field(default=None, description="The stack of the account that made it")
    stack_set: Filled | None = Field(default=None, description="The StackSet of the organization that made it")

    @model_validator(mode="after")
    def check_one(self) -> Self:
        if (self.stack is None) is (self.stack_set is None):
            raise refuse("must be either a stack or a stack_set.", "Leave made_by out for a role made by hand.")
        return self


PolicyJson = Annotated[dict[str, JsonValue], Field(min_length=1)]


class ExistingRoleEntry(Entry):
    """A role the account has already, for rehearsals: the sandbox makes it, nothing else reads it."""

    name: RoleNameText | None = Field(default=None, description="Left out, CloudFormation makes one up: of a role made by a stack alone")
    path: RolePathText = "/"
    trust: PolicyJson = Field(description="Its trust policy")
    policies: dict[str, PolicyJson] = Field(default={}, description="Inline policies by name")
    attached: dict[str, PolicyJson] = Field(default={}, description="Managed policies of the account, by name, attached by hand")
    made_by: MakerEntry | None = None
    tags: dict[TagKeyText, TagValueText] = Field(default={})

    @model_validator(mode="after")
    def check_name(self) -> Self:
        if self.name is None and self.made_by is None:
            raise refuse("a role made by hand needs a name.", "Add name, or made_by.")
        return self


class AccountEntry(Entry):
    id: AccountIdText
    name: str
    email: str = ""
    ou: OuPathText = "/"
    state: Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"] = "ACTIVE"
    tags: dict[str, str] = Field(default={})
    roles: list[ExistingRoleEntry] = Field(default=[], description="Roles it has before anything is rolled out, for rehearsals")


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
    policies: list[PolicyEntry] | None = None
