"""What a client did, row by row: each row is one thing that a user of that client does, and what must come of it."""

import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


class Differs(Exception):  # noqa: N818 - a finding, not an error of ours
    """A client did not get what it gets from Salesforce."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing done by one client; `failure` is empty where all came as it must."""

    client: str
    action: str
    seconds: float
    failure: str = ""


@dataclass(slots=True)
class Verdicts:
    """The rows of one client, in the order in which they were done. A row that fails does not end the client."""

    client: str
    rows: list[Row] = field(default_factory=list[Row])

    @contextmanager
    def row(self, action: str) -> Generator[None]:
        """Do one thing: whatever is raised inside is the row's failure."""
        begun = time.monotonic()
        failure = ""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - clients raise what they like, and each is a finding
            failure = f"{type(error).__name__}: {error}" if not isinstance(error, Differs) else str(error)
        self.rows.append(Row(self.client, action, time.monotonic() - begun, failure.strip()))


def same(what: str, found: Any, expected: Any) -> None:
    """Raise Differs where a client found something else than it must."""
    if found != expected:
        raise Differs(f"{what} is {found!r}, not {expected!r}")


def among(what: str, wanted: Iterable[Any], found: Iterable[Any]) -> None:
    """Raise Differs where something wanted is not among what a client found."""
    have = list(found)
    lacking = [one for one in wanted if one not in have]
    if lacking:
        raise Differs(f"{what} lacks {lacking!r}")
