"""A person's consent in the browser, and a listener on this machine for its answer.

The answer is taken once; whatever else comes ends the try.
"""

from collections.abc import Callable, Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from upbeat.base import Clock
from upbeat.salesforce.authorizing import Try, door_of
from upbeat.salesforce.errors import Rejected
from upbeat.salesforce.login import exchange, refuse_open_http
from upbeat.salesforce.retries import Retries

PORT: Final = 8347
"""Of the callback address that the app in the org names; only this machine reaches it."""

SCOPES: Final = "api refresh_token"
_PATH: Final = "/callback"
_PATIENCE: Final = 300.0  # seconds for a person to log in and consent
_AGAIN: Final = "Begin again with `upbeat org connect`."


def callback(port: int = PORT) -> str:
    """Give the callback address, which the app in the org must name exactly so."""
    return f"http://localhost:{port}{_PATH}"


def ask_for_consent(
    login_url: str,
    client_id: str,
    show: Callable[[str], None],
    *,
    clock: Clock,
    sleep: Callable[[float], None],
    port: int = PORT,
    patience: float = _PATIENCE,
) -> str:
    """Send a person to the org, wait for the answer and give the refresh token that it is worth.

    `show` is given the address for the browser. Raises Rejected where the person says no, the answer is not the one
    that was asked for, or none comes in `patience` seconds; SessionDead where the org refuses what it answered.
    """
    refuse_open_http(login_url)
    one = Try(login_url, client_id, callback(port), SCOPES, _AGAIN)
    code = one.code(_answer_to(one, port, show, patience))
    with door_of(login_url, Retries(), clock, sleep) as door:
        content = exchange(door, login_url, one.form(code))
    secret = content.get("refresh_token")
    if not isinstance(secret, str) or not secret:
        raise Rejected(
            "the org gave no refresh token: the connection would end with its first session",
            where=login_url,
            fix="Give the app the scope `refresh_token`, and a refresh token policy that is not immediate expiry.",
        )
    return secret


def _answer_to(one: Try, port: int, show: Callable[[str], None], patience: float) -> Mapping[str, str]:
    """Listen for the one answer, and give what it says."""
    try:
        server = _Listener(port)
    except OSError as error:
        raise Rejected(
            f"port {port} of this machine cannot be listened on: {error.strerror}",
            fix="Close what uses it, or name another with --port; the app's callback address must name it too.",
        ) from None
    thread = Thread(target=server.serve_forever, args=(0.05,), name="consent", daemon=True)
    thread.start()
    try:
        show(one.address)
        if not server.answered.wait(patience):
            raise Rejected(f"no answer came within {patience:.0f} seconds", where=one.login_url, fix=_AGAIN)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return {name: values[0] for name, values in server.answer.items()}


class _Listener(HTTPServer):
    """Hears one answer, on this machine alone."""

    allow_reuse_address = True  # a second try within the minute in which the system remembers the first one

    def __init__(self, port: int) -> None:
        self.answered = Event()
        self.answer: dict[str, list[str]] = {}
        super().__init__(("127.0.0.1", port), _Handler)

    def take(self, answer: dict[str, list[str]]) -> bool:
        """Take the first answer; False for any later one."""
        if self.answered.is_set():
            return False
        self.answer = answer
        self.answered.set()
        return True


class _Handler(BaseHTTPRequestHandler):
    """Tells the person in the browser that they may go back."""

    def do_GET(self) -> None:
        """Take what the browser brings."""
        address = urlsplit(self.path)
        server = self.server
        if address.path != _PATH or not isinstance(server, _Listener):
            self._say(404, "There is nothing here.")
        elif server.take(parse_qs(address.query)):
            self._say(200, "Upbeat has the org's answer. You may close this page and go back to the terminal.")
        else:
            self._say(410, "The answer has been taken already.")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the library's
        """Say nothing: the address holds the code."""

    def _say(self, status: int, words: str) -> None:
        body = f"<!doctype html><title>Upbeat</title><p>{escape(words)}</p>".encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
