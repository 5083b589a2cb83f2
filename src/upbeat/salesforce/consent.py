"""A person's consent in the browser: the web-server flow with PKCE, and a listener on this machine for its answer.

The answer is taken once. It must carry the state that this very try began with; whatever else comes ends the try.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from secrets import compare_digest, token_urlsafe
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from upbeat.base import Clock
from upbeat.salesforce.errors import Rejected
from upbeat.salesforce.login import Door, exchange, refuse_open_http
from upbeat.salesforce.retries import Pauses, Retries
from upbeat.salesforce.trust import trusted
from upbeat.web import is_loopback

PORT: Final = 8347
"""Of the callback address that the app in the org names; only this machine reaches it."""

SCOPES: Final = "api refresh_token"
_AUTHORIZE: Final = "/services/oauth2/authorize"
_PATH: Final = "/callback"
_PATIENCE: Final = 300.0  # seconds for a person to log in and consent
_AGAIN: Final = "Begin again with `upbeat org connect`."


def callback(port: int = PORT) -> str:
    """Give the callback address, which the app in the org must name exactly so."""
    return f"http://localhost:{port}{_PATH}"


@dataclass(frozen=True, slots=True)
class Try:
    """One try: where the person goes, and what only this try knows."""

    login_url: str
    client_id: str
    port: int
    state: str = field(default_factory=lambda: token_urlsafe(24), repr=False)
    verifier: str = field(default_factory=lambda: token_urlsafe(64), repr=False)

    @property
    def address(self) -> str:
        """Where the browser goes. It carries the verifier's digest, and not the verifier."""
        challenge = urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": callback(self.port),
            "scope": SCOPES,
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.login_url.rstrip('/')}{_AUTHORIZE}?{urlencode(asked)}"


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
    one = Try(login_url, client_id, port)
    code = _answer_to(one, show, patience)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client_id,
        "redirect_uri": callback(port),
        "code_verifier": one.verifier,
    }
    with httpx2.Client(timeout=30, trust_env=not is_loopback(login_url), verify=trusted()) as http:
        content = exchange(Door(http, Pauses(Retries(), clock=clock, sleep=sleep), clock), login_url, form)
    secret = content.get("refresh_token")
    if not isinstance(secret, str) or not secret:
        raise Rejected(
            "the org gave no refresh token: the connection would end with its first session",
            where=login_url,
            fix="Give the app the scope `refresh_token`, and a refresh token policy that is not immediate expiry.",
        )
    return secret


def _answer_to(one: Try, show: Callable[[str], None], patience: float) -> str:
    """Listen for the one answer, and give the code in it."""
    try:
        server = _Listener(one.port)
    except OSError as error:
        raise Rejected(
            f"port {one.port} of this machine cannot be listened on: {error.strerror}",
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
    return _code(one, server.answer)


def _code(one: Try, answer: dict[str, list[str]]) -> str:
    said = {name: values[0] for name, values in answer.items()}
    if not compare_digest(said.get("state", "").encode(), one.state.encode()):
        raise Rejected(
            "an answer came that this try did not ask for: its state is another",
            where=callback(one.port),
            fix=f"Somebody may have sent you a link. {_AGAIN}",
        )
    if problem := said.get("error", ""):
        told = said.get("error_description", "")
        raise Rejected(f"the org answered {problem}: {told}".rstrip(": "), where=one.login_url, fix=_AGAIN)
    if not said.get("code"):
        raise Rejected("the org's answer has no code", where=one.login_url, fix=_AGAIN)
    return said["code"]


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
