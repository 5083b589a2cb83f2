"""A client for a library that calls by one: bounded as our own calls are, and telling what was heard.

What a library would say of this machine in its headers stays here: nothing goes out but what the call itself needs.
"""

from collections.abc import AsyncIterator
from typing import Final

import httpx2

from upbeat.web.call import UnheardError, is_loopback

_NEEDED: Final = frozenset({"host", "connection", "accept", "content-type", "content-length", "anthropic-version"})
_KEYS: Final = frozenset({"authorization", "x-api-key"})


class Lent:
    """The client of one call; `most` are the bytes of an answer. `status` is 0 until there is one."""

    def __init__(self, url: str, most: int, *, keyed: bool) -> None:
        """Connect to nothing yet; `url` is of the server that will be called, with a key where it is `keyed`."""
        self._may_go = _NEEDED | _KEYS if keyed else _NEEDED
        self.status = 0
        self.retry_after: str | None = None
        self.unheard: UnheardError | None = None
        self._most = most
        self.client = httpx2.AsyncClient(
            follow_redirects=False,
            trust_env=not is_loopback(url),  # no proxy stands before this machine
            event_hooks={"request": [self._send], "response": [self._hear]},
        )

    async def _send(self, request: httpx2.Request) -> None:
        for name in [one for one in request.headers if one.casefold() not in self._may_go]:
            del request.headers[name]
        request.headers.update({"User-Agent": "upbeat", "Accept-Encoding": "identity"})

    async def _hear(self, answer: httpx2.Response) -> None:
        self.status = answer.status_code
        self.retry_after = answer.headers.get("Retry-After")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            self.unheard = UnheardError("its answer is packed, which it was asked not to do", passes=False)
            raise self.unheard
        answer.stream = _Bounded(answer.stream, self)

    def too_long(self) -> UnheardError:
        """Note that the answer is longer than anybody wants to read."""
        self.unheard = UnheardError(f"the answer is longer than {self._most:,} bytes", passes=False)
        return self.unheard

    @property
    def most(self) -> int:
        """How many bytes an answer may have."""
        return self._most


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: object, lent: Lent) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError(f"{type(stream).__name__} is no stream that can be read while others are")
        self._stream = stream
        self._lent = lent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > self._lent.most:
                raise self._lent.too_long()
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
