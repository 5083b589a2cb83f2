"""The port: what every source of conversations promises. `tests/contracts/capture` holds each adapter to it.

A source only gives bytes. Who takes them keeps the position in the same transaction as what was taken: after a crash
the same pieces come again, with the same ids, and none is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from upbeat.base import UpbeatError

Position = Mapping[str, Any]  # plain JSON, for the source that gave it; empty at the beginning


class SourceAwayError(UpbeatError):
    """A source cannot be read now. Nothing was taken, and its position stands."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a source gave, such as a transcript, a mail or a calendar.

    `id` names it and what is in it within its source, the same each time; `name` is a file's name, whose ending says
    what it may be. `received` is when the source got it. `beside` are the files that belong to it, by their names, such
    as the list of who took part. `broken` says why there is no content, where there is none.
    """

    id: str
    name: str
    content: bytes
    received: datetime
    beside: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came next, and the position after it. `more` is whether something waits already."""

    pieces: tuple[Piece, ...]
    position: Position
    more: bool = False


class Source(Protocol):
    """Gives what is new, in order, as often as it is asked. It changes nothing where it reads."""

    def after(self, position: Position, most: int) -> Batch:
        """Give at most so many pieces that come after a position of its own.

        Asked again with the same position, it gives the same pieces again, and those that came since after them or in
        a later batch. Raises SourceAwayError where it cannot be read now.
        """
        ...

    def close(self) -> None:
        """End the connections that stand open."""
        ...
