"""A threaded HTTP server on this machine alone that stops without leaving threads or sockets behind."""

import socket
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from threading import Lock, Thread, current_thread
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

_HOST = "127.0.0.1"


class _Handler(MotoRequestHandler):
    """Answers at once (small packets are not collected) and prints nothing."""

    disable_nagle_algorithm = True
    server: "_Server"

    def make_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().make_environ()
        environ["sandbox.hang_up"] = self._hang_up
        return environ

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The head of every answer has the time of the world that is played, by which a client sees that its clock is off."""
        del timestamp
        return format_datetime(self.server.now(), usegmt=True)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - werkzeug's signature
        """The journal says what happened."""


class _Server(ThreadedWSGIServer):
    """Remembers its connections, so that stopping need not wait for clients who keep theirs open."""

    daemon_threads = True

    def __init__(self, port: int, application: Callable[..., Iterable[bytes]], now: Callable[[], datetime]) -> None:
        self.now = now
        self._open: set[socket.socket] = set()
        self._serving: set[Thread] = set()
        self._guard = Lock()
        super().__init__(_HOST, port, application, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - a stream server gives sockets
        with self._guard:
            self._open.add(request)
            self._serving.add(current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.discard(request)
                self._serving.discard(current_thread())

    def hang_up(self) -> None:
        """Close every connection and wait for its thread."""
        with self._guard:
            threads = tuple(self._serving)
            for connection in self._open:
                _shut(connection)
        for thread in threads:
            thread.join(timeout=5)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster


class Server:
    """``now`` is the time that answers are dated with."""

    def __init__(self, port: int, application: Callable[..., Iterable[bytes]], now: Callable[[], datetime]) -> None:
        self._server = _Server(port, application, now)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://{_HOST}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
