"""The sandbox's own endpoint, for other processes: faults, changes of the world, the journal, and credentials.

``GET|POST /_sandbox/faults``, ``POST /_sandbox/world`` with ``{"do": NAME, ...}``, ``GET|DELETE /_sandbox/journal?since=N``,
``GET /_sandbox/environment?account=ID``. Errors are ``{"error": TEXT}`` with status 400.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from orchestrator.sandbox.journal import as_rows
from orchestrator.sandbox.world import World

Change = Callable[..., object]


class Control:
    """``changes`` are the names ``/_sandbox/world`` may do; their arguments come from the request."""

    def __init__(self, world: World, changes: Mapping[str, Change], environment: Callable[[str | None], dict[str, str]]) -> None:
        self._world = world
        self._changes = changes
        self._environment = environment

    def __call__(self, environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
        try:
            status, answer = "200 OK", self._answer(environ)
        except (KeyError, TypeError, ValueError) as error:
            status, answer = "400 Bad Request", {"error": str(error)}
        body = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> object:
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        match environ["REQUEST_METHOD"], str(environ["PATH_INFO"]).removeprefix("/_sandbox/"):
            case "GET", "faults":
                return self._world.faults.as_json()
            case "POST", "faults":
                return self._switch(_body(environ))
            case "POST", "world":
                return self._change(_body(environ))
            case "GET", "journal":
                return as_rows(self._world.journal.calls(since=int(query.get("since", 0))))
            case "DELETE", "journal":
                self._world.journal.clear()
                return {}
            case "GET", "environment":
                return self._environment(query.get("account"))
            case method, path:
                raise ValueError(f"no {method} /_sandbox/{path}; there are faults, world, journal and environment")

    def _switch(self, switches: dict[str, Any]) -> object:
        with self._world.changed:
            if switches.pop("reset", False):
                self._world.faults.reset()
            self._world.faults.change(switches)
            self._world.changed.notify_all()
        return self._world.faults.as_json()

    def _change(self, request: dict[str, Any]) -> object:
        name = request.pop("do", "")
        if name not in self._changes:
            raise ValueError(f"the world cannot {name!r}; it can {', '.join(sorted(self._changes))}")
        return {"did": name, "result": self._changes[name](**request)}


def _body(environ: dict[str, Any]) -> dict[str, Any]:
    parsed = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    if not isinstance(parsed, dict):
        raise ValueError("the body is a JSON object")  # noqa: TRY004 - one error class for bad requests
    return parsed
