"""The org's door: HTTP as ASGI brings it, turned into calls, and their replies into HTTP."""

import asyncio
import gzip
import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

import msgspec

from upbeat.localorg import problems
from upbeat.localorg.answering import outside
from upbeat.localorg.faults import FaultKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import MOST_BYTES, Call, Reply, Routes, refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LONGEST: Final = 16_384
"""Bytes of an address, and of an address with its headers (REST API guide, Status Codes and Error Responses)."""
_WORTH_PACKING: Final = 1_024  # bytes of an answer; below, a packed one is no smaller to speak of
_ENCODER: Final = msgspec.json.Encoder()  # base.encode sorts keys, and clients show fields in the order they asked for
_JSON: Final = "application/json;charset=UTF-8"
_WINDOWS: Final = {
    "gzip": (31,),
    "deflate": (15, -15),
}  # of zlib; what HTTP calls deflate comes with and without a head
_log: Final = logging.getLogger(__name__)


class _Gone(Exception):  # noqa: N818 (it says what happened)
    """The client went away before it had said all: half a body is none."""


class Door:
    """An ASGI application: the resources of an org at their addresses."""

    def __init__(self, org: LocalOrg, routes: Routes) -> None:
        """Lead to the resources of these routes."""
        self._org = org
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Resources run on the loop's own thread: the org takes one write at a time anyway."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            call = await self._read(scope, headers, receive)
        except _Gone:
            return
        except Refused as refused:
            await _send(send, refusal(refused), headers, scope["method"])
            return
        fault = self._org.faults.take(f"{call.method} {call.address}")
        kind = fault.kind if fault else None
        if fault is not None and kind == FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        if kind == FaultKind.CUT:
            await _cut(send)
            return
        try:
            reply = outside(call, fault)
        except Exception:  # noqa: BLE001 (a mistake of ours: logged, and shown as Salesforce shows its own)
            _log.exception("%s %s failed", call.method, call.address.partition("?")[0])  # what follows may be secret
            reply = refusal(Refused(500, problems.server_error()))
        if kind == FaultKind.CUT_AFTER:
            await _cut(send)
        else:
            await _send(send, reply, headers, call.method)

    async def _read(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Call:
        """Read a request to its end. Raises Refused where it is above a limit, or not encoded as its header says."""
        address = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            address += f"?{scope['query_string'].decode('latin-1')}"
        if len(address) > LONGEST:
            raise Refused(414, problems.too_large(414))
        if len(address) + sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST:
            raise Refused(431, problems.too_large(431))
        most = self._most(address)
        body = await _body(receive, most)
        encoding = headers.get("content-encoding", "identity").strip().casefold()
        if body and encoding != "identity":
            body = _unpacked(body, encoding, most)
        host = f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}"
        return Call(self._org, self._routes, scope["method"], address, {}, {}, headers, body, host)

    def _most(self, address: str) -> int:
        try:
            return self._routes.find(address.partition("?")[0])[0].most
        except Refused:
            return MOST_BYTES


async def _body(receive: Receive, most: int) -> bytes:
    """Read a body to its end, so that a client that sends it all hears the answer. Raises Refused (413) or _Gone."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        elif size > 2 * most:
            break
        more = message.get("more_body", False)
    if size > most:
        raise Refused(413, problems.too_large(413))
    return b"".join(chunks)


def _unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """Unpack a body. Raises Refused: 415 for another encoding, 400 for what is none, 413 for what is too large."""
    if encoding not in _WINDOWS:
        raise Refused(415, problems.no_such_media(encoding))
    for window in _WINDOWS[encoding]:
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(plain) > most:
            raise Refused(413, problems.too_large(413))
        if unpacker.eof:
            return plain
    raise Refused(400, problems.undecodable(encoding))


async def _send(send: Send, reply: Reply, asked: Mapping[str, str], method: str) -> None:
    body = _written(reply, pretty=asked.get("x-prettyprint", "") in {"1", "true"})
    headers = {**({"Content-Type": _JSON} if body else {}), **reply.headers}
    if len(body) >= _WORTH_PACKING and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    if body:
        headers["Content-Length"] = str(len(body))
    shown = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": shown})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _written(reply: Reply, *, pretty: bool) -> bytes:
    if reply.content is None:
        return b""
    if isinstance(reply.content, bytes):
        return reply.content
    body = _ENCODER.encode(reply.content)
    return msgspec.json.format(body, indent=2) if pretty else body


async def _cut(send: Send) -> None:
    """Begin an answer and end before it does: the server then closes the connection."""
    headers = [(b"content-type", _JSON.encode()), (b"content-length", b"512")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"', "more_body": True})
