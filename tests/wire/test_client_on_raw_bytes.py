"""The client against a server that does what servers do at their worst: cut answers, dropped connections, gzip."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from upbeat.base import ManualClock, encode
from upbeat.salesforce import ClientCredentials, Reader, Retries, Retryable, Session, Unanswered
from upbeat.salesforce.write import Writer

RESULT = [{"id": "00Q000000000001AAA", "success": True, "errors": []}]
ROW = {"Id": "00Q000000000001AAA", "Company": "Northwind"}


class Handler(BaseHTTPRequestHandler):
    """Logs in whoever asks; answers everything else in the way that the server's `manner` names."""

    protocol_version = "HTTP/1.1"
    server: "RawServer"

    def do_GET(self) -> None:
        if self.path == "/services/data":
            self._answer(encode([{"version": "67.0"}]).encode())
        else:
            self._misbehave(encode({"totalSize": 0, "done": True, "records": []}).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        host = f"http://127.0.0.1:{self.server.server_port}"
        token = {"access_token": "t", "instance_url": host, "id": f"{host}/id/00D000000000001AAA/005000000000001AAA"}
        self._answer(encode(token).encode())

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._misbehave(encode(RESULT).encode())

    def _misbehave(self, body: bytes) -> None:
        self.server.calls += 1
        match self.server.manner:
            case "gzip":
                self._answer(gzip.compress(body), **{"Content-Encoding": "gzip"})
            case "drops the connection":
                self.close_connection = True
            case "breaks off":
                self._answer(body[:-2], promised=len(body))
                self.close_connection = True
            case "answers from elsewhere":
                self._answer(b"<html>Please sign in to the network</html>", **{"Content-Type": "text/html"})

    def _answer(self, body: bytes, promised: int = 0, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(promised or len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class RawServer(ThreadingHTTPServer):
    manner = ""
    calls = 0


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def session(server: RawServer) -> Iterator[Session]:
    credentials = ClientCredentials(f"http://127.0.0.1:{server.server_port}", "upbeat-writer", "secret")
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    with Session(credentials, clock=clock, sleep=lambda _: None, retries=Retries(attempts=3)) as session:
        yield session


def test_a_packed_answer_is_read(server: RawServer, session: Session) -> None:
    server.manner = "gzip"
    assert [result.ok for result in Writer(session).update("Lead", [ROW])] == [True]


@pytest.mark.law(3)
@pytest.mark.parametrize("manner", ["drops the connection", "breaks off", "answers from elsewhere"])
def test_a_write_without_a_whole_answer_is_sent_once(server: RawServer, session: Session, manner: str) -> None:
    server.manner = manner
    with pytest.raises(Unanswered) as lost:
        Writer(session).update("Lead", [ROW])
    assert (server.calls, lost.value.results) == (1, (None,))


@pytest.mark.parametrize("manner", ["drops the connection", "breaks off"])
def test_a_read_without_a_whole_answer_is_asked_again(server: RawServer, session: Session, manner: str) -> None:
    server.manner = manner
    with pytest.raises(Retryable, match="answer was lost"):
        Reader(session).query("SELECT Id FROM Lead")
    assert server.calls == 3


def test_an_org_that_is_not_there_is_said_to_be_so() -> None:
    with RawServer(("127.0.0.1", 0), Handler) as gone:
        address = f"http://127.0.0.1:{gone.server_port}"
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    credentials = ClientCredentials(address, "upbeat-writer", "secret")
    with (
        Session(credentials, clock=clock, sleep=lambda _: None) as session,
        pytest.raises(Retryable, match="could not be reached"),
    ):
        session.get("limits")
