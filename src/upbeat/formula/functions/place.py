"""Places on the globe and the distance between them."""

import math
from collections.abc import Sequence
from decimal import Decimal

from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Literal, Typed
from upbeat.formula.values import Location, place

_RADIUS = {"mi": 3958.761, "km": 6371.009}
"""The mean radius of the earth that Salesforce's open formula engine measures with, by unit."""
_UNIT = 'Write "mi" for miles or "km" for kilometres.'


def _distance(start: Location, end: Location, unit: str) -> Decimal:
    """Measure along the great circle, by the length of the chord below it."""
    if unit not in _RADIUS:
        raise ValueError(f"{unit!r} is no unit of distance: it is 'mi' or 'km'")
    chord = math.dist(_on_unit_sphere(start), _on_unit_sphere(end))
    return Decimal(repr(2 * _RADIUS[unit] * math.asin(min(1.0, chord / 2))))


def _on_unit_sphere(point: Location) -> tuple[float, float, float]:
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    return (
        math.sin(longitude) * math.cos(latitude),
        math.cos(longitude) * math.cos(latitude),
        math.sin(latitude),
    )


def _in_a_unit(args: Sequence[Typed]) -> None:
    unit = args[2]
    if isinstance(unit, Literal) and unit.value not in _RADIUS:
        raise Unfit(f"DISTANCE measures in miles or kilometres, and {unit.value!r} is neither", unit.at, _UNIT)


PLACE = (
    Function("GEOLOCATION", "number, number -> location", "The place at a latitude and a longitude, in degrees",
             place, strict=False, blank=True),
    Function("DISTANCE", "location, location, text -> number", 'How far two places are apart, in "mi" or "km"',
             _distance, demands=_in_a_unit),
)  # fmt: skip
