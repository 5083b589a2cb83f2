"""What a SQLite connection is taught before it can run a query: the functions that SQLite does not have.

They never fail: of a value that is not what its field should hold they make nothing, or give it as it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from upbeat.base import decode, great_circle
from upbeat.schema import FieldType
from upbeat.soql.folding import folded
from upbeat.soql.formats import shown

COLLATION = "SOQL"  # texts without minding case, of any alphabet


class Connection(Protocol):
    """What a connection of Python's sqlite3 is asked for."""

    def create_collation(self, name: str, callback: Callable[[str, str], int], /) -> None:
        """Let texts be compared by a function."""

    def create_function(self, name: str, narg: int, func: Callable[..., Any], /, *, deterministic: bool) -> None:
        """Let SQL call a function."""


def equip(connection: Connection) -> None:
    """Teach a connection what queries ask of it: call it once, before the first query runs."""
    connection.create_collation(COLLATION, _compare)
    for name, count, function in (
        ("soql_upper", 1, _upper),
        ("soql_local", 2, _local),
        ("soql_label", 2, _label),
        ("soql_format", 5, _format),
        ("soql_convert", 4, _convert),
        ("soql_distance", 5, _distance),
    ):
        connection.create_function(name, count, function, deterministic=True)


def _compare(left: str, right: str) -> int:
    one, other = folded(left), folded(right)
    return (one > other) - (one < other)


def _upper(value: str | float | None) -> str | float | None:
    return folded(value) if isinstance(value, str) else value


def _local(moment: str | None, zone: str) -> str | None:
    try:
        return None if moment is None else _in(zone, moment).isoformat(timespec="milliseconds")
    except (ValueError, TypeError, OverflowError):
        return None


def _in(zone: str, moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(_zone(zone))


def _label(value: str | float | None, labels: str) -> str | float | None:
    if not isinstance(value, str):
        return value
    known = _read(labels)
    return ";".join(str(known.get(folded(one), one)) for one in value.split(";"))


def _format(value: str | float | None, kind: str, scale: int, currency: str | None, zone: str) -> str | None:
    try:
        return None if value is None else shown(value, FieldType(kind), scale, currency or "", _zone(zone))
    except (ValueError, TypeError, OverflowError):
        return str(value)


def _convert(amount: str | float | None, currency: str | None, wanted: str, rates: str | None) -> str | float | None:
    """Give an amount in the wanted currency: a code, `user` for the user's, or `own` for the org's."""
    if amount is None or currency is None or rates is None:
        return amount
    known = _read(rates)
    of, to = float(known.get(currency) or 0), float(known.get(wanted) or 0)
    return amount / of * to if of and to and of != to and not isinstance(amount, str) else amount


def _distance(*given: str | float | None) -> float | None:
    """Give the way along a great circle; None where a place is unknown or is none on earth.

    The last argument is the unit; before it stand the latitude and longitude of two places, in degrees.
    """
    degrees = [one for one in given if isinstance(one, int | float)]
    if len(degrees) < 4:
        return None
    start, end = degrees[:2], degrees[2:]
    if max(abs(start[0]), abs(end[0])) > 90 or max(abs(start[1]), abs(end[1])) > 180:
        return None
    return great_circle(start, end, str(given[4]))


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    if name.startswith("UTC"):  # a fixed offset from it: UTC+01:00
        return datetime.fromisoformat(f"2000-01-01T00:00{name[3:]}").tzinfo or UTC
    return ZoneInfo(name)


@lru_cache(maxsize=256)
def _read(text: str) -> dict[str, Any]:
    return decode(text)
