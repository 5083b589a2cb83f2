"""The org's door: HTTP as ASGI brings it, turned into calls, and their replies into HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import msgspec

from upbeat.localorg.answering import outside
from upbeat.localorg.faults import FaultKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.rest import Call, Reply, Routes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ENCODER: Final = msgspec.json.Encoder()  # base.encode sorts keys, and clients show fields in the order they asked for
_JSON: Final = "application/json;charset=UTF-8"


class Door:
    """An ASGI application: the resources of an org at their addresses."""

    def __init__(self, org: LocalOrg, routes: Routes) -> None:
        """Lead to the resources of these routes."""
        self._org = org
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Resources run on the loop's own thread: the org takes one write at a time anyway."""
        call = await self._read(scope, receive)
        if call is None:
            return
        fault = self._org.faults.take(f"{call.method} {call.address}")
        if fault is not None and fault.kind == FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = outside(call, fault)
        body = _body(reply)
        headers = {**({"Content-Type": _JSON, "Content-Length": str(len(body))} if body else {}), **reply.headers}
        shown = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": shown})
        await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})

    async def _read(self, scope: Scope, receive: Receive) -> Call | None:
        """Give the call, or None where the client went away before it had said all: half a body is none."""
        chunks: list[bytes] = []
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}"
        address = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            address += f"?{scope['query_string'].decode('latin-1')}"
        return Call(self._org, self._routes, scope["method"], address, {}, {}, headers, b"".join(chunks), host)


def _body(reply: Reply) -> bytes:
    if reply.content is None:
        return b""
    return reply.content if isinstance(reply.content, bytes) else _ENCODER.encode(reply.content)
