"""Types of texts in files, each with its pattern, mostly AWS's, and the message for a text that does not match."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from orchestrator.adapters.aws.regions import known_regions
from orchestrator.adapters.files.reading.durations import ADVICE, parse_duration
from orchestrator.adapters.files.reading.durations import PATTERN as DURATION_PATTERN
from orchestrator.adapters.files.reading.validation import refuse
from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.model.nearness import did_you_mean


@dataclass(frozen=True, slots=True)
class Matching:
    """A text that matches. ``what`` completes "must be"; messages never quote a ``secret``."""

    pattern: str
    what: str
    remedy: str = ""
    secret: bool = False

    def __get_pydantic_core_schema__(self, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.pattern}

    def check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text, re.ASCII):
            shown = f"these {len(text)} characters" if self.secret else f'"{text}"'
            raise refuse(f"must be {self.what}, not {shown}.", self.remedy)
        return text


def check_duration(text: str) -> str:
    try:
        parse_duration(text)
    except ValueError as error:
        raise refuse(f"{error}.", ADVICE) from error
    return text


def check_unit(value: Plain) -> Plain:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refuse(f"{value} has no unit.", ADVICE)
    return value


def check_period(text: str) -> str:
    """A positive duration."""
    if parse_duration(check_duration(text)) == timedelta(0):
        raise refuse("must be longer than nothing.", "Write when it must be gone at the latest, such as 30d.")
    return text


def check_region(name: str) -> str:
    if name not in known_regions():
        newer = "If it is a new one, install a botocore release that knows it."
        raise refuse(f'there is no region "{name}".', did_you_mean(name, known_regions(), newer))
    return name


ROLE_NAME = r"[\w+=,.@-]{1,64}"
OU_ID = r"(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})"
OU_PATH = r"(/|(/[^/]+)+)"

Filled = Annotated[str, Matching(r"^[\s\S]*\S[\s\S]*$", "a text that is not blank")]
LineText = Annotated[str, Matching(r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$", "a text on one line that is not blank")]
ValueText = Annotated[str, Matching(r"^[^\x00-\x1f]*$", "a text on one line")]
AccountIdText = Annotated[
    str, Matching(r"^[0-9]{12}$", "an account id of twelve digits", "Write all twelve digits, leading zeros too, in quotes.")
]
OrganizationIdText = Annotated[str, Matching(r"^o-[a-z0-9]{10,32}$", "an organization id such as o-exampleorgid")]
RegionText = Annotated[str, Matching(r"^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", "a region such as us-east-1"), AfterValidator(check_region)]
OuPathText = Annotated[
    str,
    Matching(f"^{OU_PATH}$", "the path of an organizational unit", "Begin at the root, such as /Workloads/Prod, without a / at the end."),
]
OuIdText = Annotated[str, Matching(r"^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$", "an id such as ou-ab12-11111111")]
RootIdText = Annotated[str, Matching(r"^r-[0-9a-z]{4,32}$", "the id of the root, such as r-ab12")]
OuText = Annotated[
    str,
    Matching(
        f"^({OU_PATH}|{OU_ID})$", "the path or the id of an organizational unit", "Write a path from the root, such as /Workloads/Prod."
    ),
]
RoleNameText = Annotated[str, Matching(f"^{ROLE_NAME}$", "a role name of at most 64 letters, digits and +=,.@_-")]
RolePathText = Annotated[
    str, Matching(r"^(?=.{1,512}$)/([A-Za-z0-9+=,.@_-]+/)*$", "a path that begins and ends with /", "Write / or, for example, /security/.")
]
BoundaryText = Annotated[
    str,
    Matching(
        r"^arn:aws[a-z0-9-]*:iam::([0-9]{12}|aws|\$\{account\}):policy/[A-Za-z0-9+=,.@_/-]+$",
        "the ARN of a managed policy",
        "Write arn:aws:iam::${account}:policy/NAME for each account's own, or AWS's own such as arn:aws:iam::aws:policy/PowerUserAccess.",
    ),
]
AccessRoleText = Annotated[
    str,
    Matching(
        rf"^(arn:aws[a-z0-9-]*:iam::\$\{{account\}}:role/|/)?([\w+=,.@-]+/)*{ROLE_NAME}$",
        "a role, as name, path/name or ARN with ${account}",
        "Write OrganizationAccountAccessRole, security/Reader or arn:aws:iam::${account}:role/security/Reader.",
    ),
]
RoleArnText = Annotated[str, Matching(r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]{1,576}$", "the ARN of a role")]
EXTERNAL_ID = r"^[\w+=,.@:/-]{2,1224}$"
ExternalIdText = Annotated[str, Matching(EXTERNAL_ID, "2 to 1224 letters, digits and +=,.@:/_-", "Remove other characters.", secret=True)]
TagKeyText = Annotated[
    str,
    Matching(
        r"^(?!([aA][wW][sS]:|managed-by$|rollout$))[^\x00-\x1f]{1,128}$",
        "a tag key of at most 128 characters, neither aws:… nor managed-by nor rollout, which this program sets",
        "Choose another key.",
    ),
]
TagValueText = Annotated[str, Matching(r"^[^\x00-\x1f]{0,256}$", "a tag value of at most 256 characters")]
PrefixText = Annotated[
    str,
    Matching(
        r"^[a-zA-Z][-a-zA-Z0-9]{0,63}$",
        "at most 64 letters, digits and hyphens, a letter first",
        "StackSets are named <prefix>-<group set>.",
    ),
]
StateText = Annotated[
    str,
    Matching(
        r"^(?!\s*$)(?![a-zA-Z0-9]+://)[^\x00-\x1f]+$|^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\x00-\x1f]*)?$",
        "a folder or s3://bucket/prefix",
    ),
]
ActionText = Annotated[str, Matching(r"^[a-z0-9-]+:[A-Za-z0-9]+$", "one IAM action such as kms:CreateKey, without wildcards")]
ActionGlobText = Annotated[str, Matching(r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$", "an IAM action, with * where anything may stand")]
DurationText = Annotated[
    str, AfterValidator(check_duration), BeforeValidator(check_unit), WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN})
]
PeriodText = Annotated[
    str, AfterValidator(check_period), BeforeValidator(check_unit), WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN})
]
