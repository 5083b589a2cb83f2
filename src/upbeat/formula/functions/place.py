"""Places on the globe and the distance between them."""

from collections.abc import Sequence
from decimal import Decimal

from upbeat.base import RADIUS, great_circle
from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Literal, Typed
from upbeat.formula.values import Location, place

_UNIT = 'Write "mi" for miles or "km" for kilometres.'


def _distance(start: Location, end: Location, unit: str) -> Decimal:
    """Measure along the great circle."""
    if unit not in RADIUS:
        raise ValueError(f"{unit!r} is no unit of distance: it is 'mi' or 'km'")
    return Decimal(repr(great_circle(tuple(map(float, start)), tuple(map(float, end)), unit)))


def _in_a_unit(args: Sequence[Typed]) -> None:
    unit = args[2]
    if isinstance(unit, Literal) and unit.value not in RADIUS:
        raise Unfit(f"DISTANCE measures in miles or kilometres, and {unit.value!r} is neither", unit.at, _UNIT)


PLACE = (
    Function("GEOLOCATION", "number, number -> location", "The place at a latitude and a longitude, in degrees",
             place, strict=False, blank=True),
    Function("DISTANCE", "location, location, text -> number", 'How far two places are apart, in "mi" or "km"',
             _distance, demands=_in_a_unit),
)  # fmt: skip
