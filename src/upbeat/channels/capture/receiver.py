"""The receiver of signed deliveries: one ASGI application, which answers when a delivery is on the disk and not before.

    POST /capture/<source>     202 kept, or known already; 401 not signed; 404 no such source; 413, 415; 503 try again

It reads no more than a source may send, waits no longer than ten seconds for it, and says of a secret nothing at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from upbeat.base import Clock, encode
from upbeat.channels.capture.inbox import Inbox
from upbeat.channels.capture.signed import UnsignedError, verified

log = structlog.get_logger()

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ENDINGS: Final[Mapping[str, str]] = {  # how the name of a delivery ends, by its Content-Type: how it is read
    "application/json": ".json",
    "text/csv": ".csv",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "text/plain": ".txt",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_PATH: Final = "/capture/"
_SECONDS: Final = 10.0  # for a whole body


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook: its inbox, the key that its deliveries are signed with, and the most bytes of one."""

    inbox: Inbox
    key: bytes = field(repr=False)
    largest: int


class _Answer(Exception):  # noqa: N818  an answer, and no fault of ours
    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status
        self.what = what


class Receiver:
    """Takes deliveries for the webhooks of a workspace, by the names of their sources."""

    def __init__(self, posts: Mapping[str, Post], clock: Clock) -> None:
        """Take for these webhooks."""
        self._posts = posts
        self._clock = clock

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            return
        try:
            status, what = 202, await self._take(scope, receive)
        except _Answer as answer:
            status, what = answer.status, answer.what
        except OSError as error:
            log.warning("a delivery could not be kept", why=error.strerror)
            status, what = 503, "it could not be kept: try again"
        body = encode({"status": what}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, scope: Mapping[str, Any], receive: Receive) -> str:
        path: str = scope["path"]
        source = path.removeprefix(_PATH)
        if not path.startswith(_PATH) or source not in self._posts:
            raise _Answer(404, "there is no such webhook")
        if scope["method"] != "POST":
            raise _Answer(405, "deliveries are posted")
        post = self._posts[source]
        headers = {name.decode("latin-1").casefold(): value.decode("latin-1") for name, value in scope["headers"]}
        ending = ENDINGS.get(headers.get("content-type", "").partition(";")[0].strip().casefold())
        body = await _body(receive, headers.get("content-length", ""), post.largest)
        try:
            delivery = verified(post.key, headers, body, self._clock.now())
        except UnsignedError as error:
            log.warning("a delivery was refused", source=source, why=error.what)
            raise _Answer(401, "the delivery is not signed as it must be") from None
        if ending is None:
            raise _Answer(415, f"its Content-Type is none of {', '.join(ENDINGS)}")
        new = await asyncio.to_thread(post.inbox.put, delivery, f"{delivery}{ending}", body)
        return "kept" if new else "known already"


async def _body(receive: Receive, announced: str, largest: int) -> bytes:
    if announced.isdecimal() and len(announced) < 20 and int(announced) > largest:
        raise _Answer(413, f"it has more than {largest:,} bytes")
    found = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Answer(400, "the delivery broke off")
                found += message.get("body", b"")
                if len(found) > largest:
                    raise _Answer(413, f"it has more than {largest:,} bytes")
                if not message.get("more_body", False):
                    return bytes(found)
    except TimeoutError:
        raise _Answer(408, "the delivery took too long") from None
