"""Values as formulas calculate with them, and how a record's JSON becomes one.

Numbers are Decimals of 39 significant digits, rounded half up, as Salesforce calculates; a date/time is aware, in UTC,
and whole to the second; blank texts, picklists and ids are the empty text, every other blank is None. Ids have 18
characters. Each reader raises ValueError where a value cannot be of its type.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import (
    MAX_EMAX,
    MAX_PREC,
    MIN_EMIN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any, NamedTuple, cast

from upbeat.base import is_id, to_18
from upbeat.formula.types import Type


class Location(NamedTuple):
    """A place on the globe, in degrees."""

    latitude: Decimal
    longitude: Decimal


Table = Mapping[str, Any]
Value = Decimal | str | bool | date | datetime | time | Location | Table | None

CONTEXT = Context(
    prec=39, rounding=ROUND_HALF_UP, Emin=-400, Emax=400, traps=[DivisionByZero, InvalidOperation, Overflow]
)
_WIDE = CONTEXT.copy()
_WIDE.prec = 900  # room for every place between 1E+400 and 1E-400
_EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])

HUNDREDTH = Decimal("0.01")
exactly_times = _EXACT.multiply
"""Multiplies two Decimals without rounding."""


def flat(number: Decimal) -> Decimal:
    """Give a number without an exponent, and without a sign where it is zero.

    Raises ValueError where it is infinite, or no number at all.
    """
    if not number.is_finite():
        raise ValueError(f"{number} is not a number")
    return Decimal(f"{number:f}") if number else Decimal(0)


def to_places(number: Decimal, places: int | Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round at a decimal place, a half away from zero as Salesforce does; before the point where it is negative."""
    place = int(max(-400, min(places, 400)))
    return flat(number.quantize(Decimal(1).scaleb(-place), rounding, _WIDE))


def kept(number: Decimal, scale: int, *, percent: bool) -> Decimal:
    """Give a number as a field of so many decimal places keeps it; a percent field keeps 30 for 0.3."""
    return to_places(exactly_times(number, Decimal(100)) if percent else number, scale)


def number(value: Any) -> Decimal | None:
    """Read a number: a Decimal, an int, a float by its shortest text, or a number's text."""
    if value is None:
        return None
    if type(value) is Decimal and value.is_finite():
        return CONTEXT.plus(value)
    if type(value) is int:
        return CONTEXT.create_decimal(value)
    if value == "":
        return None
    if isinstance(value, Decimal | float | str):
        return flat(CONTEXT.create_decimal(str(value)))
    raise ValueError(f"{value!r} is not a number")


def percent(value: Any) -> Decimal | None:
    """Read a percent field, stored as 30, as a formula sees it: 0.3, and no digit less."""
    found = number(value)
    return None if found is None else exactly_times(found, HUNDREDTH)


def stored_number(value: Any) -> Decimal | None:
    """Read a number that is only compared: a Decimal or an int as it stands, however many digits it has."""
    if type(value) is Decimal:
        return value
    return Decimal(value) if type(value) is int else number(value)


def text(value: Any) -> str:
    """Read a text or a picklist's value; a blank is the empty text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    raise ValueError(f"{value!r} is not a text")


def boolean(value: Any) -> bool:
    """Read a checkbox, which is never blank: a missing tick is false."""
    if value is True or value is False:
        return value
    if value is None or value in (0, 1):
        return bool(value)
    if value in ("true", "false"):
        return value == "true"
    raise ValueError(f"{value!r} is not true or false")


def day(value: Any) -> date | None:
    """Read a date: `2026-01-31`, or a date."""
    if value is None or type(value) is date:
        return value
    if value == "":
        return None
    if isinstance(value, str):
        return date.fromisoformat(value)
    raise ValueError(f"{value!r} is not a date")


def moment(value: Any) -> datetime | None:
    """Read a date/time: `2026-01-31T09:30:00.000+0000`, or a datetime; one without a zone is in UTC."""
    if value is None or value == "":
        return None
    found = datetime.fromisoformat(value) if type(value) is str else value
    if not isinstance(found, datetime):
        raise ValueError(f"{value!r} is not a date/time")  # noqa: TRY004 - a wrong value, whatever its Python type
    return (
        found.replace(microsecond=0, tzinfo=UTC)
        if found.tzinfo is None
        else found.astimezone(UTC).replace(microsecond=0)
    )


def clock(value: Any) -> time | None:
    """Read a time of day: `10:40:55.666Z`, or a time."""
    if value is None or value == "":
        return None
    found = time.fromisoformat(value) if type(value) is str else value
    if not isinstance(found, time):
        raise ValueError(f"{value!r} is not a time")  # noqa: TRY004 - a wrong value, whatever its Python type
    return found.replace(tzinfo=None)


def record_id(value: Any) -> str:
    """Read an id as its 18 characters; a blank, or what is no id, is left as text."""
    found = text(value)
    return to_18(found) if len(found) == 15 and is_id(found) else found


def place(latitude: Decimal | None, longitude: Decimal | None) -> Location | None:
    """Give the location of two coordinates, or None where both are blank."""
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise ValueError("a location has a latitude and a longitude, or neither")
    if abs(latitude) > 90:
        raise ValueError(f"the latitude {latitude:f} is not between -90 and 90")
    if abs(longitude) > 180:
        raise ValueError(f"the longitude {longitude:f} is not between -180 and 180")
    return Location(latitude, longitude)


def location(value: Any) -> Location | None:
    """Read a location as REST JSON gives it, `{"latitude": 37.775, "longitude": -122.418}`, or a Location."""
    if value is None or isinstance(value, Location):
        return value
    parts = table(value)
    if not {"latitude", "longitude"} <= parts.keys():
        raise ValueError(f"{value!r} is not a location")
    return place(number(parts["latitude"]), number(parts["longitude"]))


def table(value: Any) -> Table:
    """Read values by name."""
    if isinstance(value, Mapping):
        return cast("Table", value)
    raise ValueError(f"{value!r} is no table of values by name")


READERS: dict[Type, Callable[[Any], Value]] = {
    Type.NUMBER: number,
    Type.TEXT: text,
    Type.BOOLEAN: boolean,
    Type.DATE: day,
    Type.DATETIME: moment,
    Type.TIME: clock,
    Type.PICKLIST: text,
    Type.MULTIPICKLIST: text,
    Type.ID: record_id,
    Type.LOCATION: location,
    Type.TABLE: table,
}


def milliseconds(time_of_day: time) -> int:
    """Give the milliseconds since midnight."""
    seconds = (time_of_day.hour * 60 + time_of_day.minute) * 60 + time_of_day.second
    return seconds * 1000 + time_of_day.microsecond // 1000


def clock_at(count: int) -> time:
    """Give the time of day so many milliseconds after midnight, past midnight where they are more than a day."""
    seconds, rest = divmod(count % 86_400_000, 1000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest * 1000)


def plain(value: Value) -> str:
    """Write a value as TEXT() and merge texts do: numbers without idle zeros, `2026-01-31`, `2026-01-31 09:30:00Z`."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize(CONTEXT):f}" if value else "0"
        case datetime():
            return f"{value.replace(tzinfo=None).isoformat(' ', 'seconds')}Z"
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("milliseconds")
        case _:
            return value if isinstance(value, str) else ""
