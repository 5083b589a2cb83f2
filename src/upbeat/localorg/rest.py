"""One call over HTTP: who calls, what goes wrong on demand, the resource's answer, and errors in Salesforce's form."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import parse_qs

import msgspec

from upbeat.base import decode
from upbeat.localorg import problems
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Problem, Refused
from upbeat.soql import SoqlError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

FIRST_VERSION: Final = 40
LAST_VERSION: Final = 67
_VERSION: Final = re.compile(r"v(\d\d)\.0")
_ENCODER: Final = msgspec.json.Encoder()  # base.encode sorts keys, and clients show fields in the order they asked for
_JSON: Final = (b"content-type", b"application/json;charset=UTF-8")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a resource reads it. `path` holds the parts of the address that the route names."""

    org: LocalOrg
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str
    user_id: str = ""
    fault: Fault | None = None

    @property
    def base_url(self) -> str:
        """Where the version's resources live: `/services/data/v67.0`."""
        return f"/services/data/{self.path['version']}"

    @property
    def origin(self) -> str:
        """What change events will name as the origin: this door, and the client where it says its name."""
        door = f"com/salesforce/api/rest/{self.path.get('version', '')[1:]}"
        options = (one.partition("=") for one in self.headers.get("sforce-call-options", "").split(","))
        client = next((value.strip() for name, _, value in options if name.strip().casefold() == "client"), "")
        return f"{door};client={client}" if client else door

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object. Raises Refused (400) where it is none."""
        try:
            content = decode(self.body)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise Refused(400, problems.no_json(str(error))) from None
        if not isinstance(content, dict):
            raise Refused(400, problems.no_json("the body is not a JSON object"))
        return cast("dict[str, Any]", content)

    def parameter(self, name: str) -> str:
        """Give a parameter of the address. Raises Refused (400) where there is none."""
        if name not in self.query:
            raise Refused(400, problems.no_parameter(name))
        return self.query[name]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a resource answers; `content` is JSON, or None for an answer without a body."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[Call], Reply]


class Resource:
    """An ASGI application for one address: a handler a method. `open` resources need no session and count no call."""

    def __init__(self, org: LocalOrg, *, is_open: bool = False, **handlers: Handler) -> None:
        """Serve the org through these handlers, named by method in lower case."""
        self._org = org
        self._open = is_open
        self._handlers = {method.upper(): handler for method, handler in handlers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Handlers run on the loop's own thread: the org takes one write at a time anyway."""
        call = await _read(self._org, scope, receive)
        target = f"{call.method} {scope['path']}?{scope['query_string'].decode('latin-1')}"
        fault = self._org.faults.take(target)
        if fault is not None and fault.kind == FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = self._answer(call, fault)
        headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        if not self._open:
            usage = f"api-usage={self._org.access.used}/{self._org.access.allowed}"
            headers.append((b"sforce-limit-info", usage.encode()))
        body = b"" if reply.content is None else _ENCODER.encode(reply.content)
        headers += [_JSON, (b"content-length", str(len(body)).encode())] if body else []
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})

    def _answer(self, call: Call, fault: Fault | None) -> Reply:
        try:
            _break(fault)
            if not self._open:
                call = self._admitted(call, fault)
            method = "GET" if call.method == "HEAD" else call.method
            handler = self._handlers.get(method)
            if handler is None:
                raise Refused(405, problems.no_method(call.method, sorted({"HEAD", *self._handlers})))
            with call.org.journal.origin(call.origin):
                reply = handler(call)
        except Refused as refused:
            return Reply(refused.status, [problem.body() for problem in refused.problems])
        except SoqlError as error:
            return Reply(400, [Problem(str(error.code), error.message).body()])
        except OrgError as error:
            return Reply(503, [Problem("SERVER_UNAVAILABLE", error.what).body()])
        if fault is not None and fault.kind == FaultKind.AFTER:
            return Reply(500, [problems.server_error().body()])
        return reply

    def _admitted(self, call: Call, fault: Fault | None) -> Call:
        """Give the call with its user, counted. Raises Refused for a wrong version, session or a used-up day."""
        version = _VERSION.fullmatch(call.path.get("version", f"v{LAST_VERSION}.0"))
        if version is None or not FIRST_VERSION <= int(version[1]) <= LAST_VERSION:
            raise Refused(404, problems.NOT_FOUND)
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.casefold() not in {"bearer", "oauth"}:
            raise Refused(401, problems.no_session())
        user_id = self._org.access.user_of(token.strip())
        self._org.access.count(self._org.clock.now())
        lock = fault if fault is not None and fault.kind == FaultKind.LOCK else None
        return Call(call.org, call.method, call.path, call.query, call.headers, call.body, call.host, user_id, lock)


def _break(fault: Fault | None) -> None:
    """Raise what the fault asks for before anything is done."""
    match fault.kind if fault else None:
        case FaultKind.SESSION:
            raise Refused(401, problems.no_session())
        case FaultKind.LIMIT:
            raise Refused(403, problems.no_calls_left())
        case FaultKind.BEFORE:
            raise Refused(500, problems.server_error())
        case _:
            pass


async def _read(org: LocalOrg, scope: Scope, receive: Receive) -> Call:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    host = f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}"
    return Call(org, scope["method"], scope["path_params"], {k: v[0] for k, v in query.items()}, headers, body, host)
