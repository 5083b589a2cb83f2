"""A call that ends in time and brings so many bytes at the most.

Nothing is repeated, and redirects are not followed: they would take what is asked, and the secret, to where nobody said
that they may go.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx2

from upbeat.base import UpbeatError


class UnheardError(UpbeatError):
    """There is no whole answer; `passes` says whether it may come later."""

    def __init__(self, what: str, *, passes: bool) -> None:
        """Say why there is none."""
        super().__init__(what)
        self.passes = passes


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Caller:
    """Calls one server. Connections are kept for many calls."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: timedelta, most: int) -> None:
        """Connect to nothing yet; a call to the server of `url` may take `timeout` and bring `most` bytes."""
        self._seconds = timeout.total_seconds()
        self._most = most
        self._http = httpx2.Client(
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "upbeat", **headers},
            timeout=self._seconds,
            follow_redirects=False,
            trust_env=not is_loopback(url),  # no proxy stands before this machine
        )

    def close(self) -> None:
        """End the connections that stand open."""
        self._http.close()

    def call(self, method: str, url: str, content: bytes | None = None) -> Heard:
        """Call once, with JSON where there is content. Raises UnheardError."""
        try:
            return self._call(method, url, content)
        except httpx2.TimeoutException:
            raise self._too_late() from None
        except httpx2.HTTPError as error:
            raise UnheardError(f"it could not be reached ({type(error).__name__})", passes=True) from None

    def _call(self, method: str, url: str, content: bytes | None) -> Heard:
        ends = time.monotonic() + self._seconds
        headers = {} if content is None else {"Content-Type": "application/json"}
        with self._http.stream(method, url, content=content, headers=headers) as answer:
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > self._most:
                    raise UnheardError(f"the answer is longer than {self._most:,} bytes", passes=False)
                if time.monotonic() > ends:
                    raise self._too_late()
            return Heard(answer.status_code, answer.headers, bytes(body))

    def _too_late(self) -> UnheardError:
        return UnheardError(f"no whole answer within {self._seconds:g} seconds", passes=True)


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return httpx2.URL(url).host in {"127.0.0.1", "localhost", "::1"}
