"""A drawing as SVG, by hand: no script, no style of its own, colours from the page; who cannot see it is told it."""

from upbeat.charts.drawings import Bars, Dots, Drawing, Heat, Histogram, Stacked
from upbeat.charts.heat import heat
from upbeat.charts.histogram import histogram
from upbeat.charts.lanes import bars, dots, stacked


def svg(title: str, drawing: Drawing) -> str:
    """Give the drawing as markup, every word in it escaped; its description has the title and the figures."""
    match drawing:
        case Bars():
            return bars(title, drawing)
        case Stacked():
            return stacked(title, drawing)
        case Dots():
            return dots(title, drawing)
        case Heat():
            return heat(title, drawing)
        case Histogram():
            return histogram(title, drawing)
