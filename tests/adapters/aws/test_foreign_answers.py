"""Somebody else answers where AWS should: a portal, a proxy, or what a wrong AWS_ENDPOINT_URL leads to."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from orchestrator.adapters.aws.directory import OrganizationsDirectory
from orchestrator.adapters.aws.errors import UnreachableError
from orchestrator.adapters.aws.session import AwsSession

PAGE = b"<!DOCTYPE html><html><body><p>Welcome<br></body></html>"


class Portal(BaseHTTPRequestHandler):
    """Welcomes everybody."""

    status, body = 200, PAGE

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture(params=[(200, PAGE), (200, b"It works!"), (404, PAGE)], ids=["page", "words", "not found"])
def session(request, monkeypatch):
    monkeypatch.setattr(Portal, "status", request.param[0])
    monkeypatch.setattr(Portal, "body", request.param[1])
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as portal:
        thread = Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{portal.server_port}")
        session = AwsSession(region="us-east-1")
        yield session
        session.close()
        portal.shutdown()
        thread.join()


def test_whoever_speaks_no_json_is_told(session):
    with pytest.raises(UnreachableError, match="read the organization: the endpoint does not speak AWS") as error:
        OrganizationsDirectory(session).discover()
    assert "AWS_ENDPOINT_URL" in (error.value.remedy or "")


def test_whoever_speaks_no_xml_is_told(session):
    with pytest.raises(UnreachableError, match="the endpoint does not speak AWS"):
        session.account()
