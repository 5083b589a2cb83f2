"""A table of figures on the page, drawn as the check that gave it says."""

from upbeat.cli.pages.document import Chart, Grid
from upbeat.foundation import Chart as Kind
from upbeat.foundation import Exhibit
from upbeat.foundation.drawn import DRAWN, drawing, in_words

_SHOWN = 12  # rows of a table that is not drawn
_EMPTY = "There is nothing to show here yet."


def exhibit(one: Exhibit) -> Chart:
    """Give an exhibit: its table, and where its check says how, drawn."""
    shown = _SHOWN if one.chart is Kind.NONE else 0
    table = Grid(one.columns, [[in_words(value) for value in row] for row in one.rows], _EMPTY, shown)
    cut = one.chart is not Kind.NONE and len(one.rows) > DRAWN
    more = f" The first {DRAWN} of {len(one.rows)} are drawn." if cut else ""
    return Chart(one.title, f"{one.says}{more}", drawing(one), table)
