"""One call of OAuth: its parameters, what goes wrong on demand, and errors as OAuth has them."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from upbeat.base import UpbeatError
from upbeat.localorg.faults import LOGIN, FaultKind
from upbeat.localorg.oauth import page
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Call, Reply, Resource

_LONGEST: Final = 1_000_000  # bytes of a form
_MOST: Final = 100  # parameters
_SERVERS_FAULT: Final = 500
_WORDS: Final = {413: "invalid_request"}  # what OAuth has a word for; the rest, asked for as faults, keeps its own
_HOST: Final = re.compile(r"[A-Za-z0-9.\-_]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


class Denied(UpbeatError):  # noqa: N818 (the name says what happened)
    """A call of OAuth is refused: `error` and `description` are its body."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """Word the error as OAuth does."""
        super().__init__(f"{error}: {description}")
        self.error, self.description, self.status = error, description, status


class BadToken(Denied):
    """The identity service does not take the token. Salesforce answers with 403 and this one word, in plain text."""

    def __init__(self, word: str) -> None:
        """Say the word."""
        super().__init__(word, "", 403)


@dataclass(frozen=True, slots=True)
class Ask:
    """A call of OAuth. `given` holds the parameters, from the address and the form alike."""

    org: LocalOrg
    method: str
    given: Mapping[str, str]
    headers: Mapping[str, str]
    path: Mapping[str, str]
    host: str

    def needed(self, name: str) -> str:
        """Give a parameter. Raises Denied where it is not there."""
        value = self.given.get(name, "")
        if not value:
            raise Denied("invalid_request", f"missing required parameter: {name}")
        return value

    def basic(self) -> tuple[str, str] | None:
        """Give client id and secret from the Authorization header, where they stand there."""
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "basic":
            return None
        try:
            client_id, _, secret = b64decode(text.strip()).decode().partition(":")
        except (NotBase64, ValueError):
            return None
        return client_id, secret

    def bearer(self) -> str:
        """Give the access token: from the header, or the parameter that Salesforce takes in its place."""
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        if scheme.casefold() in {"bearer", "oauth"}:
            return text.strip()
        return self.given.get("access_token", "") or self.given.get("oauth_token", "")


def resource(answer: Callable[[Ask], Reply], *methods: str, is_page: bool = False) -> Resource:
    """Give the resource of one address of OAuth. It needs no session and counts no call; a page shows its errors."""

    def handle(call: Call) -> Reply:
        fault = call.org.faults.take(f"{call.method} {call.address}", LOGIN)
        if fault is not None and fault.kind == FaultKind.GARBLED:
            return page.reply(page.maintenance(), 200)
        try:
            if fault is not None:
                raise Denied("invalid_grant", "expired access/refresh token")
            if call.method.replace("HEAD", "GET") not in methods:
                raise Denied("invalid_request", f"must use HTTP {' or '.join(methods)}")
            reply = answer(_read(call))
        except Denied as denied:
            reply = _refusal(denied, is_page=is_page)
        return replace(reply, headers={**_HEADERS, **reply.headers})

    def refuse(_: Call, refused: Refused) -> Reply:
        problem = refused.problems[0]
        error = "unknown_error" if refused.status >= _SERVERS_FAULT else _WORDS.get(refused.status, problem.code)
        reply = _refusal(Denied(error, problem.message, refused.status), is_page=is_page)
        return replace(reply, headers={**_HEADERS, **reply.headers, **refused.headers})

    handlers = dict.fromkeys(("get", "post", "put", "patch", "delete"), handle)
    return Resource(is_open=True, most=_LONGEST, refusal=refuse, **handlers)


def _read(call: Call) -> Ask:
    if not _HOST.fullmatch(call.host.partition("://")[2]):
        raise Denied("invalid_request", "the Host header names no host")
    query = call.address.partition("?")[2].encode("latin-1")
    return Ask(
        call.org, call.method.replace("HEAD", "GET"), _parameters(query, call.body), call.headers, call.path, call.host
    )


def _refusal(denied: Denied, *, is_page: bool) -> Reply:
    if is_page:
        return page.reply(page.refusal(denied.error, denied.description), denied.status)
    if isinstance(denied, BadToken):
        return Reply(denied.status, denied.error.encode(), {"Content-Type": "text/plain;charset=UTF-8"})
    return Reply(denied.status, {"error": denied.error, "error_description": denied.description})


def _parameters(query: bytes, body: bytes) -> dict[str, str]:
    """Read the parameters of address and form. Raises Denied for one that comes twice, or is no text."""
    try:
        pairs = [
            pair
            for part in (query, body)
            for pair in parse_qsl(part.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
        ]
    except ValueError:
        raise Denied("invalid_request", "the parameters are not application/x-www-form-urlencoded") from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise Denied("invalid_request", "a parameter is included more than once")
    return given
