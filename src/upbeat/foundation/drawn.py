"""What of an exhibit is drawn, as its check says; and its cells as text."""

from decimal import Decimal
from numbers import Real
from typing import Any, Final

from upbeat.base import whole_percent
from upbeat.charts import Bar, Bars, Drawing, Heat, Shade, Stacked
from upbeat.foundation.findings import Chart, Exhibit

DRAWN: Final = 20
"""Rows of an exhibit that are drawn; its table has them all."""


def drawing(one: Exhibit) -> Drawing | None:
    """Give what is drawn of an exhibit, its first rows; None where it is only a table."""
    rows = list(one.rows)[:DRAWN]
    match one.chart:
        case Chart.NONE:
            return None
        case Chart.BARS:
            return Bars([Bar(in_words(row[0]), _number(row[1]) or 0.0, in_words(row[1])) for row in rows])
        case Chart.STACKED:
            return Stacked(
                one.columns[1:], [(in_words(row[0]), [_number(each) or 0.0 for each in row[1:]]) for row in rows]
            )
        case Chart.HEAT:
            return Heat(one.columns[1:], [(in_words(row[0]), [_shade(each) for each in row[1:]]) for row in rows])


def _shade(value: Any) -> Shade:
    share = _number(value)
    return Shade(share, "?" if share is None else str(whole_percent(share)))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, Real | Decimal) else None


def in_words(value: Any) -> str:
    """Give a cell of an exhibit as text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float() | Decimal():
            return f"{value:,.1f}".removesuffix(".0")
        case list() | tuple():
            return ", ".join(map(in_words, value))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)
