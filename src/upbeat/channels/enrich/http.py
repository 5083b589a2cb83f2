"""A provider over HTTP, by a mapping: what is asked goes into the address or a JSON body, the answer is taken apart.

A call ends in time, and brings no more than a megabyte. Redirects are not followed: they would take what is asked, and
the secret, to where nobody said that they may go.
"""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx2
import msgspec

from upbeat.base import Clock, decode, encode, retry_after_seconds
from upbeat.channels.enrich.places import value_in
from upbeat.channels.enrich.port import Reply, Said, picked

LARGEST: Final = 1_000_000  # bytes of an answer; the facts about one company are a few thousand
_PLACE: Final = re.compile(r"\{!(\w+)\}")
_LATER: Final = frozenset({202, 408, 425, 429})  # 202: it is still finding out
_LOGIN: Final = frozenset({401, 402, 403})
_NOTHING: Final = frozenset({204, 404, 410})
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Address:
    """How a provider is asked. `{!name}` in the address and the body stands for a key; `secret` is a header's value."""

    url: str
    places: Mapping[str, str]  # by the name of a fact: where it stands in the answer
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_header: str = ""
    secret: str = field(default="", repr=False)
    timeout: timedelta = timedelta(seconds=5)


class _TooLateError(Exception):
    """The whole call took too long."""


class _TooMuchError(Exception):
    """The answer is too long."""


class Http:
    """One provider. Connections are kept for many calls."""

    def __init__(self, address: Address, clock: Clock) -> None:
        """Connect to nothing yet; `clock` reads a Retry-After that is a date."""
        self._address = address
        self._clock = clock
        self._seconds = address.timeout.total_seconds()
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "upbeat"}
        headers |= address.headers
        if address.secret:
            headers[address.secret_header] = address.secret
        self._http = httpx2.Client(
            headers=headers,
            timeout=self._seconds,
            follow_redirects=False,
            trust_env=urlsplit(address.url).hostname not in _THIS_MACHINE,  # no proxy stands before this machine
        )

    def close(self) -> None:
        """End the connections that stand open."""
        self._http.close()

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Ask once; see the port for what it promises."""
        if any(value in {".", ".."} for value in keys.values()):
            return Reply(Said.REFUSED, why="an address cannot be made of dots alone")
        try:
            status, headers, body = self._call(keys)
        except (_TooLateError, httpx2.TimeoutException):
            return Reply(Said.LATER, why=f"no whole answer within {self._seconds:g} seconds")
        except _TooMuchError:
            return Reply(Said.REFUSED, why=f"the answer is longer than {LARGEST:,} bytes")
        except httpx2.HTTPError as error:
            return Reply(Said.LATER, why=f"it could not be reached ({type(error).__name__})")
        return self._read(status, headers, body)

    def _call(self, keys: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        address, ends = self._address, time.monotonic() + self._seconds
        url = _PLACE.sub(lambda found: quote(keys.get(found[1], ""), safe=""), address.url)
        told = {name: _PLACE.sub(lambda found: keys.get(found[1], ""), text) for name, text in address.body.items()}
        content = encode(told).encode() if told else None
        more = {"Content-Type": "application/json"} if told else {}
        with self._http.stream(address.method, url, content=content, headers=more) as answer:
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise _TooMuchError
                if time.monotonic() > ends:
                    raise _TooLateError
            return answer.status_code, answer.headers, bytes(body)

    def _read(self, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
        if status in _NOTHING or (status < 300 and status not in _LATER and not body.strip()):
            return Reply(Said.NOTHING, why=f"it answered {status}")
        if status in _LATER or status >= 500:
            after = retry_after_seconds(headers.get("Retry-After"), self._clock.now())
            return Reply(Said.LATER, why=f"it answered {status}", after=after)
        if status in _LOGIN:
            return Reply(Said.REFUSED, why=f"it answered {status}: it does not take our login, or our plan is used up")
        if status >= 300:
            to = _host(headers.get("Location")) if status < 400 else ""
            return Reply(Said.REFUSED, why=f"it answered {status}" + (f", a redirect to {to}" if to else ""))
        with suppress(msgspec.DecodeError):
            answer: Any = decode(body)
            return picked({name: value_in(answer, place) for name, place in self._address.places.items()})
        return Reply(Said.LATER, why="the answer is not JSON")


def _host(location: str | None) -> str:
    try:
        return urlsplit(location or "").hostname or "another path"
    except ValueError:
        return "an address that is none"
