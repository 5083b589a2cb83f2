"""Charts on a page: a drawing under its title, told in a sentence, with the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from upbeat.charts import Drawing, svg


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures: `says` tells in one sentence what they show; without anything to draw, the table stands alone."""

    title: str
    says: str
    drawing: Drawing | None
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def drawn(chart: Chart) -> Markup:
    """Give what a chart draws as markup; empty where there is nothing to draw."""
    if chart.drawing is None or not chart.rows:
        return Markup()
    return Markup(svg(chart.title, chart.drawing))  # noqa: S704  a drawing escapes every word in it
