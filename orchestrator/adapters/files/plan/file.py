"""A plan as a file: the exact plan again for apply, compact enough for the largest organization.

The digest covers every value but itself, whatever the spacing, so a plan that was changed after its review is refused. It is
no signature: a user who can write the file can also digest it anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import JsonValue

from orchestrator.adapters.files.plan.document import Document
from orchestrator.adapters.files.plan.page import plan_part
from orchestrator.adapters.files.plan.reading import plan_of
from orchestrator.adapters.files.plan.writing import document_of
from orchestrator.adapters.files.writing import write_out
from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import PlanFileError, RefusedError
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.letters import escape_unseen
from orchestrator.model.plan import PLAN_FORMAT, Plan

Fields = Mapping[str, JsonValue]

DOCUMENTS: Codec[Document] = Codec(Document)

MAKE_ANOTHER = "Make it again with: orchestrator plan --out FILE"


def encode_plan(plan: Plan) -> bytes:
    """The file's content. The digest is computed anew."""
    fields = fields_of(plan)
    return text_of({**fields, "digest": digest_of(fields)})


def fields_of(plan: Plan) -> Fields:
    fields: Fields = DOCUMENTS.plain(document_of(plan))
    return fields


def text_of(fields: Fields) -> bytes:
    """The one serialisation, for file and digest: one field per line."""
    lines = (f"{compact(name)}:{compact(value)}" for name, value in fields.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode(errors="surrogatepass")


def compact(value: JsonValue) -> str:
    """Without a ``<``, so that a page of HTML can hold it; in JSON it stands in texts alone."""
    return escape_unseen(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))).replace("<", r"\u003c")


def decode_plan(content: bytes, where: str) -> Plan:
    """The plan of a file. Raises PlanFileError when it cannot be read and RefusedError when it was changed; ``where`` names it."""
    fields = parse(content, where)
    check_format(fields, where)
    check_digest(fields, where)
    try:
        plan = plan_of(DOCUMENTS.decode(content))
    except UnreadableError as error:
        raise PlanFileError(f"The plan file does not fit its format: {error}.", where=where, remedy=MAKE_ANOTHER) from None
    if digest(plan) != plan.digest:
        raise PlanFileError("The plan file says more than this program reads.", where=where, remedy=MAKE_ANOTHER)
    return plan


def parse(content: bytes, where: str) -> Fields:
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


def check_format(fields: Fields, where: str) -> None:
    found = fields.get("format")
    if type(found) is not int or found < 1:
        raise PlanFileError("The file is not a plan: it has no format number.", where=where, remedy=MAKE_ANOTHER)
    if found == PLAN_FORMAT:
        return
    message = f"The plan has format {found}; this program reads format {PLAN_FORMAT}, which --out writes."
    upgrade = "Upgrade org-permission-orchestrator, or make the plan again with this version."
    raise PlanFileError(message, where=where, remedy=upgrade if found > PLAN_FORMAT else MAKE_ANOTHER)


def check_digest(fields: Fields, where: str) -> None:
    found, expected = fields.get("digest"), digest_of(fields)
    if found is None:
        raise PlanFileError("The file is not a plan: it has no digest.", where=where, remedy=MAKE_ANOTHER)
    if found != expected:
        message = f"The plan was changed after it was made: its content has digest {expected}, the file says {found}."
        raise RefusedError(message, kind="digest", where=where, remedy=f"Nothing was done. {MAKE_ANOTHER}")


def digest(plan: Plan) -> PlanDigest:
    """``sha256:`` and 64 hexadecimal digits over everything but the plan's own digest."""
    return digest_of(fields_of(plan))


def digest_of(fields: Fields) -> PlanDigest:
    content = text_of({name: value for name, value in fields.items() if name != "digest"})
    return PlanDigest(f"sha256:{hashlib.sha256(content).hexdigest()}")


def with_digest(plan: Plan) -> Plan:
    """The same plan, carrying its digest."""
    return replace(plan, digest=digest(plan))


def read_plan(path: Path) -> Plan:
    """The plan of a file, or of a page that holds one. Raises PlanFileError or RefusedError, see decode_plan."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanFileError(f"The plan file cannot be read: {error.strerror}.", where=str(path), remedy=MAKE_ANOTHER) from None
    return decode_plan(plan_part(content), str(path))


def write_plan(path: Path, plan: Plan) -> None:
    """Write the file, readable by its owner alone. Raises PlanFileError."""
    try:
        write_out(path, encode_plan(plan))
    except OSError as error:
        remedy = "Choose a folder that exists and can be written, or free some space."
        raise PlanFileError(f"The plan file cannot be written: {error.strerror}.", where=str(path), remedy=remedy) from None
