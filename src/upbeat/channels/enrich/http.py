"""A provider over HTTP, by a mapping: what is asked goes into the address or a JSON body, the answer is taken apart.

A call ends in time, and brings no more than a megabyte: `upbeat.web`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from upbeat.base import Clock, decode, encode, retry_after_seconds, value_in
from upbeat.channels.enrich.port import Reply, Said, picked
from upbeat.web import Caller, Heard, UnheardError

LARGEST: Final = 1_000_000  # bytes of an answer; the facts about one company are a few thousand
_PLACE: Final = re.compile(r"\{!(\w+)\}")
_LATER: Final = frozenset({202, 408, 425, 429})  # 202: it is still finding out
_LOGIN: Final = frozenset({401, 402, 403})
_NOTHING: Final = frozenset({204, 404, 410})


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


class Http:
    """One provider. Connections are kept for many calls."""

    def __init__(self, address: Address, clock: Clock) -> None:
        """Connect to nothing yet; `clock` reads a Retry-After that is a date."""
        self._address = address
        self._clock = clock
        headers = dict(address.headers)
        if address.secret:
            headers[address.secret_header] = address.secret
        self._caller = Caller(address.url, headers, address.timeout, LARGEST)

    def close(self) -> None:
        """End the connections that stand open."""
        self._caller.close()

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Ask once; see the port for what it promises."""
        if any(value in {".", ".."} for value in keys.values()):
            return Reply(Said.REFUSED, why="an address cannot be made of dots alone")
        try:
            return self._read(self._call(keys))
        except UnheardError as error:
            return Reply(Said.LATER if error.passes else Said.REFUSED, why=error.what)

    def _call(self, keys: Mapping[str, str]) -> Heard:
        address = self._address
        url = _PLACE.sub(lambda found: quote(keys.get(found[1], ""), safe=""), address.url)
        told = {name: _PLACE.sub(lambda found: keys.get(found[1], ""), text) for name, text in address.body.items()}
        return self._caller.call(address.method, url, encode(told).encode() if told else None)

    def _read(self, heard: Heard) -> Reply:
        status, headers, body = heard.status, heard.headers, heard.body
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
