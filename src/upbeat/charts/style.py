"""How drawings look: rules over the colours that a page gives as custom properties, in light and in dark."""

from importlib.resources import files
from typing import Final

STYLE: Final = files("upbeat.charts").joinpath("charts.css").read_text(encoding="utf-8")
"""Uses --text, --muted, --line, --surface, --accent, --auto, --review, --approval, --paused, --danger of the page."""
