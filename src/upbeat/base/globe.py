"""How far two places on earth are from each other, as formulas and queries alike measure it."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

RADIUS: Final[Mapping[str, float]] = {"mi": 3958.761, "km": 6371.009}
"""The mean radius of the earth that Salesforce's open formula engine measures with, by unit."""


def great_circle(start: Sequence[float], end: Sequence[float], unit: str) -> float:
    """Measure from one latitude and longitude, in degrees, to another along the surface: by the chord below it.

    `unit` is a key of RADIUS.
    """
    chord = math.dist(_on_unit_sphere(*start), _on_unit_sphere(*end))
    return 2 * RADIUS[unit] * math.asin(min(1.0, chord / 2))


def _on_unit_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.sin(east) * math.cos(north), math.cos(east) * math.cos(north), math.sin(north)
