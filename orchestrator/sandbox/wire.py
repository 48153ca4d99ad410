"""AWS's two wire formats of the services played here, query and JSON, driven by botocore's service models.

The client's own library is the authority on shapes, so requests are read and answers written from the very model the client uses.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from orchestrator.sandbox.refusals import Refusal

type_of_json = "application/x-amz-json-1.1"
type_of_xml = "text/xml"
Fields = dict[str, Any]


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    model = service_model(service)
    return model.operation_model(operation) if operation in model.operation_names else None


def operation_at(service: str, path: str) -> str:
    """The operation of a service whose operations have paths; empty when there is none."""
    model = service_model(service)
    return next((name for name in model.operation_names if model.operation_model(name).http["requestUri"] == path), "")


def is_query(service: str) -> bool:
    return bool(service_model(service).metadata["protocol"] == "query")


# ------------------------------------------------------------------ requests


def read_request(service: str, operation: str, body: bytes) -> Fields:
    """The parameters of a call, typed as the model says; timestamps as aware datetimes."""
    model = operation_model(service, operation)
    if model is None or model.input_shape is None:
        return {}
    if is_query(service):
        return dict(_from_form(model.input_shape, _form_tree(body)))
    return dict(_from_json(model.input_shape, json.loads(body or b"{}")))


def _form_tree(body: bytes) -> Fields:
    """``A.member.1=x`` as nested mappings; an empty list arrives as ``A=``."""
    tree: Fields = {}
    for key, value in parse_qsl(body.decode(), keep_blank_values=True):
        *parents, leaf = key.split(".")
        node = tree
        for parent in parents:
            child = node.setdefault(parent, {})
            node = child if isinstance(child, dict) else {}
        node[leaf] = value
    return tree


def _from_form(shape: Shape, node: Any) -> Any:  # noqa: ANN401 - the value has whatever type the model gives it
    match shape:
        case StructureShape():
            members = shape.members.items()
            return {name: _from_form(member, node[name]) for name, member in members if isinstance(node, dict) and name in node}
        case ListShape():
            entries = node.get("member", {}) if isinstance(node, dict) else {}
            return [_from_form(shape.member, entries[index]) for index in sorted(entries, key=int)]
        case MapShape():
            entries = node.get("entry", {}) if isinstance(node, dict) else {}
            return {entry["key"]: entry["value"] for entry in entries.values()}
        case _:
            return _scalar(shape, node)


def _scalar(shape: Shape, text: str) -> str | int | bool | datetime:
    match shape.type_name:
        case "integer" | "long":
            return int(text)
        case "boolean":
            return text.lower() == "true"
        case "timestamp":
            return datetime.fromisoformat(text)
        case _:
            return text


def _from_json(shape: Shape, value: Any) -> Any:  # noqa: ANN401 - the value has whatever type the model gives it
    match shape:
        case StructureShape():
            return {name: _from_json(member, value[name]) for name, member in shape.members.items() if value.get(name) is not None}
        case ListShape():
            return [_from_json(shape.member, item) for item in value]
        case _ if shape.type_name == "timestamp":
            return datetime.fromtimestamp(value, UTC)
        case _:
            return value


# ------------------------------------------------------------------ answers


def write_answer(service: str, operation: str, fields: Mapping[str, Any], request_id: str) -> tuple[str, bytes]:
    """Content type and body of a good answer. Fields the shape does not know, and None, are left out."""
    model = operation_model(service, operation)
    shape = model.output_shape if model else None
    if not is_query(service):
        return type_of_json, json.dumps(_to_json(shape, fields) if shape else {}).encode()
    result = f"<{operation}Result>{_to_xml(shape, fields)}</{operation}Result>" if shape else ""
    namespace = service_model(service).metadata["xmlNamespace"]
    metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return type_of_xml, f'<{operation}Response xmlns="{namespace}">{result}{metadata}</{operation}Response>'.encode()


def write_refusal(service: str, refusal: Refusal, request_id: str) -> tuple[str, bytes]:
    """Content type and body of an error answer."""
    if service == "s3":
        return "application/xml", f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>".encode()
    if not is_query(service):
        return type_of_json, json.dumps({"__type": refusal.code, "message": refusal.message, "Message": refusal.message}).encode()
    error = f"<Error><Type>Sender</Type><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>"
    return type_of_xml, f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>".encode()


def _to_json(shape: Shape, value: Any) -> Any:  # noqa: ANN401 - the value has whatever type the model gives it
    match shape:
        case StructureShape():
            return {name: _to_json(member, value[name]) for name, member in shape.members.items() if value.get(name) is not None}
        case ListShape():
            return [_to_json(shape.member, item) for item in value]
        case _ if isinstance(value, datetime):
            return value.timestamp()
        case _:
            return value


def _to_xml(shape: Shape, value: Any) -> str:  # noqa: ANN401 - the value has whatever type the model gives it
    match shape:
        case StructureShape():
            members = shape.members.items()
            return "".join(f"<{name}>{_to_xml(member, value[name])}</{name}>" for name, member in members if value.get(name) is not None)
        case ListShape():
            return "".join(f"<member>{_to_xml(shape.member, item)}</member>" for item in value)
        case MapShape():
            entries = ((_to_xml(shape.key, key), _to_xml(shape.value, item)) for key, item in value.items())
            return "".join(f"<entry><key>{key}</key><value>{item}</value></entry>" for key, item in entries)
        case _ if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case _ if isinstance(value, bool):
            return str(value).lower()
        case _:
            return escape(str(value), quote=False)
