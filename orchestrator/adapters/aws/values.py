"""Parameters and tags between AWS's lists and our mappings; external ids go in clear and come back as fingerprints."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestrator.errors import AwsError
from orchestrator.model.alteration import MOMENT, NOT_REVISED, REPAIRED, REVISION, Revision
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, MARK, fingerprint
from orchestrator.model.names import MANAGED_BY, OWNER, ROLLOUT, ownership_tags
from orchestrator.model.operation import Step
from orchestrator.model.state import Definition, Window
from orchestrator.temporary.windows import CLOSED, NOT_AFTER, NOT_BEFORE, parse_time, window_parameters

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, TagTypeDef


NOT_OVERRIDDEN = {**window_parameters(CLOSED), **NOT_REVISED}
"""What a StackSet itself has where an instance may have something else."""


def write_parameters(values: Mapping[str, str], secrets: Mapping[str, str]) -> list["ParameterTypeDef"]:
    """For a request. Raises AwsError for a fingerprint whose external id is not known."""
    return [{"ParameterKey": name, "ParameterValue": reveal(name, value, secrets)} for name, value in values.items()]


def reveal(name: str, value: str, secrets: Mapping[str, str]) -> str:
    if name != EXTERNAL_ID_PARAMETER or not value.startswith(MARK):
        return value
    if value not in secrets:
        raise AwsError(
            "the plan needs an external id that is not configured here.",
            remedy="Set roles.*.external_id as it was when the plan was made, or plan again.",
        )
    return secrets[value]


def read_parameters(parameters: Iterable["ParameterTypeDef"], salt: str) -> dict[str, str]:
    """From an answer; the external id as its fingerprint under the rollout's salt."""
    values = {parameter.get("ParameterKey", ""): parameter.get("ParameterValue", "") for parameter in parameters}
    if EXTERNAL_ID_PARAMETER in values:
        values[EXTERNAL_ID_PARAMETER] = fingerprint(values[EXTERNAL_ID_PARAMETER], salt)
    return values


def write_tags(tags: Mapping[str, str]) -> list["TagTypeDef"]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def read_tags(tags: Iterable["TagTypeDef"]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def is_foreign(tags: Mapping[str, str], prefix: str) -> bool:
    """Ours carries both tags of ownership."""
    return not ownership_tags(prefix).items() <= tags.items()


def foreign_definition(tags: Mapping[str, str]) -> Definition:
    """A foreign definition by its tags alone: its template and parameters, which may hold passwords, stay out of plans and state."""
    return Definition("", {}, tags)


def is_of_another_rollout(name: str, definition: Definition, prefix: str) -> bool:
    """Prefixes may nest: with ``cado`` and ``cado-test``, names of the second start like names of the first."""
    other = definition.tags.get(ROLLOUT, "")
    return definition.tags.get(MANAGED_BY) == OWNER and other.startswith(f"{prefix}-") and name.startswith(f"{other}-")


def read_window(values: Mapping[str, str]) -> Window | None:
    """The window in an instance's overrides or a stack's parameters. None for the closed window and for values that are no times."""
    try:
        window = Window(parse_time(values[NOT_BEFORE]), parse_time(values[NOT_AFTER]))
    except (KeyError, ValueError):
        return None
    return None if window == CLOSED else window


def read_revision(values: Mapping[str, str]) -> Revision | None:
    """What the last repair set, in an instance's overrides or a stack's parameters."""
    try:
        return Revision(values[REVISION], datetime.strptime(values[REPAIRED], MOMENT).replace(tzinfo=UTC))
    except (KeyError, ValueError):
        return None


def overrides_of(operation: Step) -> dict[str, str]:
    """What an operation gives its instances besides the definition."""
    window = window_parameters(operation.window) if operation.window else {}
    return {**window, **(operation.revision.parameters if operation.revision else {})}


def hide_overrides(values: Mapping[str, str]) -> dict[str, str]:
    """A stack has window and revision among its parameters; its definition has the closed one and none there, as a StackSet's has."""
    return {**values, **{name: value for name, value in NOT_OVERRIDDEN.items() if name in values}}


def read_template(text: str) -> str:
    """The text as it was sent, but for white space at its end."""
    return f"{text.rstrip()}\n"
