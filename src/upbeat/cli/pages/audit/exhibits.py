"""A table of figures on the page, drawn as the check that gave it says."""

from decimal import Decimal
from numbers import Real
from typing import Any

from upbeat.base import whole_percent
from upbeat.charts import Bar, Bars, Drawing, Heat, Shade, Stacked
from upbeat.cli.pages.document import Chart, Grid
from upbeat.foundation import Chart as Kind
from upbeat.foundation import Exhibit

_DRAWN = 20
_SHOWN = 12  # rows of a table that is not drawn
_EMPTY = "There is nothing to show here yet."


def exhibit(one: Exhibit) -> Chart:
    """Give an exhibit: its table, and where its check says how, drawn."""
    shown = _SHOWN if one.chart is Kind.NONE else 0
    table = Grid(one.columns, [[_cell(value) for value in row] for row in one.rows], _EMPTY, shown)
    cut = one.chart is not Kind.NONE and len(one.rows) > _DRAWN
    more = f" The first {_DRAWN} of {len(one.rows)} are drawn." if cut else ""
    return Chart(one.title, f"{one.says}{more}", _drawing(one), table)


def _drawing(one: Exhibit) -> Drawing | None:
    rows = list(one.rows)[:_DRAWN]
    match one.chart:
        case Kind.NONE:
            return None
        case Kind.BARS:
            return Bars([Bar(_cell(row[0]), _number(row[1]) or 0.0, _cell(row[1])) for row in rows])
        case Kind.STACKED:
            return Stacked(
                one.columns[1:], [(_cell(row[0]), [_number(cell) or 0.0 for cell in row[1:]]) for row in rows]
            )
        case Kind.HEAT:
            return Heat(one.columns[1:], [(_cell(row[0]), [_shade(cell) for cell in row[1:]]) for row in rows])


def _shade(value: Any) -> Shade:
    share = _number(value)
    return Shade(share, "?" if share is None else str(whole_percent(share)))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, Real | Decimal) else None


def _cell(value: Any) -> str:
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
            return ", ".join(map(_cell, value))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)
