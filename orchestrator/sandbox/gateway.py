"""The front door: every request is identified, written down, perhaps made to fail, and answered here or by the emulator.

The emulator gets the account in its own header, so it never has to search for the owner of an access key.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from orchestrator.sandbox import kms_api
from orchestrator.sandbox.authority import remember
from orchestrator.sandbox.authorization import PREFIXES, check
from orchestrator.sandbox.call import Call
from orchestrator.sandbox.catalogue import PLAYED, plays
from orchestrator.sandbox.control import Control
from orchestrator.sandbox.journal import Received
from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.principals import Caller
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.s3_names import s3_operation, s3_parameters
from orchestrator.sandbox.wire import is_query, operation_at, operation_model, read_request, write_answer, write_refusal
from orchestrator.sandbox.world import World

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
_CREDENTIAL = re.compile(r"Credential=([A-Z0-9]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_SERVICES = {"servicequotas": "service-quotas", "tagging": "resourcegroupstaggingapi"}
_READ_HERE = PLAYED | {"iam", "kms"}
_THROTTLED = {
    "cloudformation": ("Throttling", "Rate exceeded"),
    "iam": ("Throttling", "Rate exceeded"),
    "organizations": ("TooManyRequestsException", "You have sent too many requests in too short a period of time."),
    "resourcegroupstaggingapi": ("ThrottledException", "Rate exceeded"),
    "s3": ("SlowDown", "Please reduce your request rate."),
    "sts": ("Throttling", "Rate exceeded"),
}
_TARGETS = ("StackSetName", "StackName", "RoleArn", "RoleName", "AccountId", "ResourceId", "ParentId")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as read from its head: what is asked, where, and by which key. ``body`` is None when it is left to the emulator."""

    service: str
    operation: str
    region: str
    access_key: str
    body: bytes | None
    parameters: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def target(self) -> str:
        return next((str(self.parameters[name]) for name in _TARGETS if self.parameters.get(name)), "")


class Emulator(DomainDispatcherApplication):
    """Looks a host up once: the emulator lists its own folders for each request, a third of what answering takes."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._known: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:  # noqa: ANN401 - the emulator's signature
        if host not in self._known:
            self._known[host] = super().get_backend_for_host(host)
        return self._known[host]


class Gateway:
    """A WSGI application."""

    def __init__(self, world: World, operations: Operations, control: Control) -> None:
        self._world = world
        self._plays = plays(operations)
        self._control = control
        self._emulator = Emulator()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith("/_sandbox/"):
            return self._control(environ, start_response)
        asked = _read(environ)
        caller = self._world.sessions.caller(asked.access_key, self._world.now())
        received = Received(
            asked.service, asked.operation, caller.account if caller else "", caller.arn if caller else "", asked.target, self._world.now()
        )
        try:
            if caller is None:
                code = "InvalidClientTokenId" if asked.service == "s3" or is_query(asked.service) else "UnrecognizedClientException"
                raise Refusal(code, "The security token included in the request is invalid.")  # noqa: TRY301 - one way out for all refusals
            self._misbehave(asked, caller)
            answer = self._answer(asked, caller, environ, start_response)
        except Refusal as refusal:
            self._world.journal.record(received, refusal.code)
            return _refuse(asked.service, refusal, start_response)
        self._world.journal.record(received, "ok")
        if self._world.faults.is_lost(asked.name, caller.account):
            _hang_up(environ)
        return answer

    def _misbehave(self, asked: Asked, caller: Caller) -> None:
        faults = self._world.faults
        if faults.is_throttled(asked.name, caller.account):
            raise Refusal(*_THROTTLED.get(asked.service, ("ThrottlingException", "Rate exceeded")))
        if faults.is_denied(asked.name, caller.account):
            raise _denied(asked, caller)

    def _answer(self, asked: Asked, caller: Caller, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        call = Call(asked.service, asked.operation, asked.region, caller, asked.parameters)
        if asked.body is None:
            with self._world.lock:
                self._check_policies(call)
            return self._pass_on(caller, environ, start_response)
        with self._world.lock:
            self._check_policies(call)
            play = self._plays.get(asked.service, {}).get(asked.operation)
            if play is not None:
                fields = play(self._world, call)
                self._leave_trace(asked, caller)
                return _respond(asked, fields, start_response)
            if asked.service in PLAYED:
                raise Refusal("NotImplemented", f"The sandbox does not play {asked.name}.")
            if asked.name == "kms:CreateKey":
                kms_api.before_create_key(self._world, call)
            self._leave_trace(asked, caller)
            answer = self._pass_on(caller, environ, start_response)
            if asked.name in {"kms:CreateAlias", "kms:DeleteAlias"}:
                kms_api.after_change_of_aliases(self._world, call)
            return answer

    def _check_policies(self, call: Call) -> None:
        """What a caller may not do leaves its trace too."""
        try:
            check(self._world, call)
        except Refusal as refusal:
            remember(self._world, call.caller, call.region, f"{call.service}:{call.operation}", refused=refusal.code)
            raise

    def _leave_trace(self, asked: Asked, caller: Caller) -> None:
        if caller.role and asked.name not in {"sts:AssumeRole", "kms:CreateKey", "iam:CreateServiceLinkedRole"}:
            remember(self._world, caller, asked.region, asked.name)

    def _pass_on(self, caller: Caller, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account
        answer: Iterable[bytes] = self._emulator(environ, start_response)
        return answer


def _read(environ: Environ) -> Asked:
    match = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    key, region, name = match.groups() if match else ("", "us-east-1", "s3")
    service = _SERVICES.get(name, name)
    if service not in _READ_HERE:
        target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
        is_s3 = service == "s3"
        return Asked(service, s3_operation(environ) if is_s3 else target, region, key, None, s3_parameters(environ) if is_s3 else {})
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    operation = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    if is_query(service):
        operation = dict(parse_qsl(body.decode())).get("Action", "")
    elif not operation:
        operation = operation_at(service, str(environ.get("PATH_INFO", "")))
    parameters = read_request(service, operation, body) if operation_model(service, operation) else {}
    return Asked(service, operation, region, key, body, parameters)


def _denied(asked: Asked, caller: Caller) -> Refusal:
    code = "AccessDenied" if asked.service == "s3" or is_query(asked.service) else "AccessDeniedException"
    return Refusal(code, f"User: {caller.arn} is not authorized to perform: {PREFIXES.get(asked.service, asked.service)}:{asked.operation}")


def _respond(asked: Asked, fields: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    token = str(uuid.uuid4())
    kind, body = write_answer(asked.service, asked.operation, fields, token)
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-RequestId", token)])
    return [body]


def _refuse(service: str, refusal: Refusal, start_response: StartResponse) -> Iterable[bytes]:
    token = str(uuid.uuid4())
    kind, body = write_refusal(service, refusal, token)
    status = HTTPStatus(refusal.status)
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-RequestId", token)]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def _hang_up(environ: Environ) -> None:
    """Close the connection without an answer; the server takes the error as a client that went away."""
    environ["sandbox.hang_up"]()
    raise ConnectionAbortedError
