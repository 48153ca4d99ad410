"""A plan as a file: JSON that people and scripts read, and the exact plan again for apply.

The digest covers every value but itself, whatever the spacing, so a plan that was changed after its review is refused. It is
no signature: whoever may write the file may also digest it anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import JsonValue, ValidationError

from orchestrator.adapters.files.plan.schema import Document, document_of
from orchestrator.adapters.files.writing import write_out
from orchestrator.errors import PlanFileError, RefusedError
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.plan import PLAN_FORMAT, Plan

SCOPE = ("format", "organization", "scope")
"""What the digest starts with: the same changes for another organization or rollout are another plan."""

MAKE_ANOTHER = "Make it again with: orchestrator plan --out FILE"


def encode_plan(plan: Plan) -> bytes:
    """The file's content, one row of a table per line. The digest is computed anew."""
    fields = document_of(plan).model_dump(mode="json")
    fields["digest"] = digest_of(fields)
    lines = (f"{json.dumps(name)}: {laid_out(value)}" for name, value in fields.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def laid_out(value: JsonValue) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(map(compact, value)) + "\n]"
    if isinstance(value, dict) and value:
        rows = (f"{compact(name)}: {compact(entry)}" for name, entry in sorted(value.items()))
        return "{\n  " + ",\n  ".join(rows) + "\n}"
    return compact(value)


def compact(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def decode_plan(content: bytes, where: str) -> Plan:
    """The plan of a file. Raises PlanFileError when it cannot be read and RefusedError when it was changed; ``where`` names it."""
    fields = parse(content, where)
    check_format(fields, where)
    check_digest(fields, where)
    try:
        plan = Document.model_validate_json(content).value()
    except (ValidationError, LookupError) as error:
        raise PlanFileError(f"The plan file does not fit its format: {first_fault(error)}.", where=where, remedy=MAKE_ANOTHER) from None
    if digest(plan) != plan.digest:
        raise PlanFileError("The plan file says more than this program reads.", where=where, remedy=MAKE_ANOTHER)
    return plan


def parse(content: bytes, where: str) -> Mapping[str, JsonValue]:
    try:
        fields = json.loads(content.decode(), object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise PlanFileError(f"The plan file is truncated or not JSON: {error}.", where=where, remedy=MAKE_ANOTHER) from None
    if not isinstance(fields, dict):
        raise PlanFileError("The file is JSON, but not a plan.", where=where, remedy=MAKE_ANOTHER)
    return fields


def unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def refuse(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is no number")


def check_format(fields: Mapping[str, JsonValue], where: str) -> None:
    found = fields.get("format")
    if type(found) is not int or found < 1:
        raise PlanFileError("The file is not a plan: it has no format number.", where=where, remedy=MAKE_ANOTHER)
    if found > PLAN_FORMAT:
        message = f"The plan has format {found}; this program reads format {PLAN_FORMAT}."
        raise PlanFileError(message, where=where, remedy="Upgrade org-permission-orchestrator, or make the plan again with this version.")


def check_digest(fields: Mapping[str, JsonValue], where: str) -> None:
    found, expected = fields.get("digest"), digest_of(fields)
    if found is None:
        raise PlanFileError("The file is not a plan: it has no digest.", where=where, remedy=MAKE_ANOTHER)
    if found != expected:
        message = f"The plan was changed after it was made: its content has digest {expected}, the file says {found}."
        raise RefusedError(message, kind="digest", where=where, remedy=f"Nothing was done. {MAKE_ANOTHER}")


def first_fault(error: ValidationError | LookupError) -> str:
    """Where and what, without the values: they may be long."""
    if isinstance(error, LookupError):
        return f"a reference to {error} leads nowhere"
    fault = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def digest(plan: Plan) -> PlanDigest:
    """``sha256:`` and 64 hexadecimal digits over everything but the plan's own digest."""
    return digest_of(document_of(plan).model_dump(mode="json"))


def digest_of(fields: Mapping[str, JsonValue]) -> PlanDigest:
    scope = {name: fields.get(name) for name in SCOPE}
    content = {name: value for name, value in fields.items() if name != "digest"}
    digested = hashlib.sha256(canonical(scope) + b"\n" + canonical(content))
    return PlanDigest(f"sha256:{digested.hexdigest()}")


def canonical(value: Mapping[str, JsonValue]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def with_digest(plan: Plan) -> Plan:
    """The same plan, carrying its digest."""
    return replace(plan, digest=digest(plan))


def read_plan(path: Path) -> Plan:
    """Raises PlanFileError or RefusedError, see decode_plan."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanFileError(f"The plan file cannot be read: {error.strerror}.", where=str(path), remedy=MAKE_ANOTHER) from None
    return decode_plan(content, str(path))


def write_plan(path: Path, plan: Plan) -> None:
    """Write the file, readable by its owner alone. Raises PlanFileError."""
    try:
        write_out(path, encode_plan(plan))
    except OSError as error:
        remedy = "Choose a folder that exists and can be written, or free some space."
        raise PlanFileError(f"The plan file cannot be written: {error.strerror}.", where=str(path), remedy=remedy) from None
