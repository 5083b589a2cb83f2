"""The review queue."""

from upbeat.console.area import Area

area = Area("review")
