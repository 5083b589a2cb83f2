"""Figures drawn as SVG: what a chart shows as a value, and the drawing of it; both faces use it."""

from upbeat.charts.drawings import Bar, Bars, Column, Dot, Dots, Drawing, Heat, Histogram, Line, Shade, Stacked
from upbeat.charts.style import STYLE
from upbeat.charts.svg import svg

__all__ = [
    "STYLE",
    "Bar",
    "Bars",
    "Column",
    "Dot",
    "Dots",
    "Drawing",
    "Heat",
    "Histogram",
    "Line",
    "Shade",
    "Stacked",
    "svg",
]
