"""Refuses responses that did not come from AWS but from a proxy, a login portal or a wrong AWS_ENDPOINT_URL."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from botocore.model import OperationModel

OK, SERVER_ERROR = 200, 500

PAGES = (b"<!doctype html", b"<html")

OPENINGS = {"json": b"{", "query": b"<"}
"""How an answer begins, by protocol. What S3 answers botocore judges itself, as an error of the server."""


class ForeignAnswerError(BotoCoreError):
    """The response is no answer of AWS. botocore would parse it into one without fields."""

    fmt = "status {status}, and no answer of {service} but {beginning!r}"


def refuse_foreign_answers(*, operation_model: "OperationModel", response_dict: Mapping[str, object], **_: object) -> None:
    """What botocore calls before it reads an answer. What is wrong at the server's end, with a page or without, it tries again itself."""
    status, body = response_dict["status_code"], response_dict["body"]
    if not isinstance(status, int) or not isinstance(body, bytes):
        return
    service, beginning = operation_model.service_model, body.lstrip()[:60]
    is_page = beginning.lower().startswith(PAGES)
    is_read = bool(beginning) and operation_model.output_shape is not None
    is_other = is_read and not beginning.startswith(OPENINGS.get(service.resolved_protocol, b""))
    if (is_page and status < SERVER_ERROR) or (is_other and status == OK):
        raise ForeignAnswerError(status=status, service=service.service_name, beginning=beginning.decode(errors="replace"))
