"""The schemas of the files under config/catalog. Unknown keys are refused, values are not converted."""

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.adapters.files.reading.validation import Entry

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,127}$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$")]
Suffix = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{0,64}$")]
Role = Literal["platform", "acquisition", "spoke", "discovery"]


ConditionsEntry = dict[Text, dict[Text, Text | Annotated[list[Text], Field(min_length=1)]]]
"""Operator to key to a value or several. None at all would leave the condition out."""


class AcceptedSchema(Entry):
    """An accepted finding of the linter. It must still occur, so that no reason outlives its cause.

    ``fingerprint`` is that of the statements it is meant for; `validate` says what to write.
    """

    finding: Text
    actions: Annotated[list[Action], Field(min_length=1)]
    because: Text
    fingerprint: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{12}$")] | None = None


class AcceptedInUnionSchema(AcceptedSchema):
    role: Role
    group: Name


class StatementSchema(Entry):
    """``id`` follows the name of the group to make the Sid. Without ``roles``, the statement is in every variant of the group."""

    id: Suffix = ""
    roles: list[Role] | None = None
    actions: Annotated[list[Action], Field(min_length=1)]
    resources: list[Text] = Field(default_factory=lambda: ["*"], min_length=1)
    conditions: ConditionsEntry = Field(default_factory=dict)
    regional: bool = False


class GroupSchema(Entry):
    """``optional`` is a text that says for whom, or false."""

    purpose: Text
    roles: Annotated[list[Role], Field(min_length=1)]
    statements: Annotated[list[StatementSchema], Field(min_length=1)]
    source: Text
    status: Literal["current", "deprecated", "renamed", "removed"] = "current"
    successors: list[Name] = Field(default_factory=list)
    part_of: list[Name] = Field(default_factory=list)
    mission: bool = False
    optional: bool | Text = True
    differs: str = ""
    removal: str = ""
    expected_check_failure: Text | None = None
    notes: str = ""
    accepted: list[AcceptedSchema] = Field(default_factory=list)


class GroupsFile(Entry):
    groups: dict[Name, GroupSchema]


SetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]


class GroupSetSchema(Entry):
    """``needs`` names group sets without which this one does not do, in the same account, what it is for."""

    role: Role
    groups: Annotated[list[Name], Field(min_length=1)]
    purpose: Text
    temporary: bool = False
    needs: list[SetName] = Field(default_factory=list)


class ProfileFile(Entry):
    purpose: Text
    group_sets: dict[SetName, GroupSetSchema]
    accepted: list[AcceptedInUnionSchema] = Field(default_factory=list)


ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]


class ParameterSchema(Entry):
    """``longest`` is the value sizes are counted with."""

    description: Text
    pattern: Text
    constraint: Text
    longest: str
    default: str | None = None
    list: bool = False


class ParametersFile(Entry):
    parameters: dict[ParameterName, ParameterSchema]
