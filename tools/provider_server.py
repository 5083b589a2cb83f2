"""A real provider of company facts on this machine, over HTTP: for tests, and to try enrichment by hand.

`python tools/provider_server.py` answers for any domain and prints what it is asked and what to write in
enrichment/firmlens.yaml. `ProviderServer` keeps what it was asked, and fails as it is told.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

KEY = "the provider's secret"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """Answer a question that stands in the address."""
        length = int(self.headers.get("Content-Length", 0))
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        headers = {name.casefold(): value for name, value in self.headers.items()}
        asked = Asked(self.command, address.path, query, headers, self.rfile.read(length))
        self.server.provider.asked.append(asked)
        self.server.provider.answer(self, asked)

    do_POST = do_GET  # noqa: N815  the name that the standard library calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing."""

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: "ProviderServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client that gave up is what some tests are about."""


Answer = Callable[[_Handler, Asked], None]


def facts(handler: _Handler, asked: Asked) -> None:
    """Answer with the facts of a company by its domain, 404 where there are none."""
    key = asked.query.get("domain") or (json.loads(asked.body).get("domain", "") if asked.body else "")
    found = handler.server.provider.companies.get(key)
    handler.say(404, b"{}") if found is None else handler.say(200, json.dumps(found).encode())


def status(code: int, body: bytes = b'{"error": "no"}', **headers: str) -> Answer:
    """Answer always so."""
    return lambda handler, _: handler.say(code, body, **headers)


def slow(seconds: float) -> Answer:
    """Answer with the facts, later."""

    def answer(handler: _Handler, asked: Asked) -> None:
        time.sleep(seconds)
        facts(handler, asked)

    return answer


def drip(handler: _Handler, _: Asked) -> None:
    """Send an answer byte by byte, without end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _again in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def cut(handler: _Handler, _: Asked) -> None:
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"company": ')
    handler.close_connection = True


def hang_up(handler: _Handler, _: Asked) -> None:
    """Say nothing at all."""
    handler.close_connection = True


def huge(handler: _Handler, _: Asked) -> None:
    """Answer with more than anybody wants to read."""
    handler.say(200, b'{"company": "' + b"x" * 2_000_000 + b'"}')


@dataclass
class ProviderServer:
    """A provider on a free port, for `with`. `companies` are its facts by domain; `answer` may be changed meanwhile."""

    companies: dict[str, Any] = field(default_factory=dict[str, Any])
    answer: Answer = facts
    asked: list[Asked] = field(default_factory=list[Asked])

    def __enter__(self) -> Self:
        """Listen."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"


class _ForAll(dict[str, Any]):
    def get(self, key: str, _default: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Give facts of any company, the same each time."""
        size = sum(map(ord, key)) % 5000 + 1
        print(f"asked for {key}: {size} employees")
        return {"company": {"industry": "fin_services", "employees": size, "city": "Boston"}}


if __name__ == "__main__":
    with ProviderServer(_ForAll()) as server:
        print(f"Asks at {server.url}/companies?domain={{!domain}}; end it with Ctrl-C.")
        threading.Event().wait()
