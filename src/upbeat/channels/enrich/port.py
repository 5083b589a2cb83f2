"""The port: what every source of facts promises. `tests/contracts/enrichment` holds each adapter to it.

Who asks sees to what may leave the machine, notes it, and waits no longer than a source's time: an adapter only asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Said(StrEnum):
    """How a source answered."""

    FOUND = "found"
    NOTHING = "nothing known"
    AMBIGUOUS = "ambiguous"  # it knows several, and none for certain
    LATER = "not now"  # it may answer when it is asked again: away, overloaded, or slow
    REFUSED = "refused"  # it will not answer as it is asked: somebody has to mend something


@dataclass(frozen=True, slots=True)
class Reply:
    """What a source said: its facts by name as it has them, each a text, a number, true or false.

    `odd` names those that it has as something else, such as a list; a fact that it does not have is left out. `why`
    says, in words and without a secret, why there are none. `after` is how many seconds it wants to be left alone.
    """

    said: Said
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    odd: tuple[str, ...] = ()
    why: str = ""
    after: float = 0


class Source(Protocol):
    """Answers questions, each by itself. It may be asked from several threads at once."""

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Give what is known of what these keys name; a key that is not known is left out, or empty.

        It never raises for what the other side does, and gives up, by much no later than its time: HTTP that of its
        file, a database five seconds to connect and five to answer. A file is read whole, which nothing bounds.
        """
        ...

    def close(self) -> None:
        """End the connections that stand open."""
        ...


def picked(found: Mapping[str, Any]) -> Reply:
    """Give facts as a reply: what is blank is left out, and what is no single value is odd."""
    there = {name: value for name, value in found.items() if value is not None and value != ""}
    odd = tuple(sorted(name for name, value in there.items() if isinstance(value, Mapping | list | tuple)))
    values = {name: value for name, value in there.items() if name not in odd}
    if not there:
        return Reply(Said.NOTHING, why="it has none of the facts that are asked for")
    return Reply(Said.FOUND, values, odd)
