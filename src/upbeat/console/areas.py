"""The areas of the console, in the order of the navigation."""

from upbeat.console import home, stopping
from upbeat.console.area import Area

AREAS: tuple[Area, ...] = (home.area, stopping.area)
