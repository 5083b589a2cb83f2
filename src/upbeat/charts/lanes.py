"""Bars, stacked bars and dots: a lane for each row, its words above what is drawn.

Lengths and places are percentages of the drawing's width and everything else is in pixels, so a chart grows and shrinks
with the page while its words keep their size.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate

from upbeat.charts.drawings import Bars, Dots, Stacked
from upbeat.charts.marks import cut, framed, linked

_LANE = 40  # a line of words and the bar below it
_NAME, _BROAD_NAME = 38, 90  # letters of a name that fit beside a figure, on a narrow screen and on others


def bars(title: str, drawing: Bars) -> str:
    """Give bars that begin on one line."""
    most = drawing.most or max((one.length for one in drawing.rows), default=0) or 1
    drawn = [
        _led(
            _words(one.name, one.told)
            + _rect(0, 100, "track")
            + _rect(0, min(100, 100 * one.length / most), "series-0"),
            one.to,
        )
        for one in drawing.rows
    ]
    leads = any(one.to for one in drawing.rows)
    return _lanes(title, drawn, [f"{one.name}: {one.told}" for one in drawing.rows], leads=leads)


def stacked(title: str, drawing: Stacked) -> str:
    """Give bars of several parts, with the names of the parts above them."""
    most = max((sum(lengths) for _, lengths in drawing.rows), default=0) or 1
    drawn = [_stack(name, lengths, most) for name, lengths in drawing.rows]
    return _legend(drawing.parts) + _lanes(title, drawn, list(_parts(drawing)))


def dots(title: str, drawing: Dots) -> str:
    """Give dots on one scale, with the mark that each should reach."""
    mark = "" if drawing.mark is None else _line("mark", drawing.mark, drawing.mark, 18, 36)
    drawn = [
        _led(
            _words(one.name, one.told)
            + _line("axis", 0, 100, 27, 27)
            + mark
            + ("" if one.low is None or one.high is None else _line("reach", one.low, one.high, 27, 27))
            + f'<circle class="series-0" cx="{_across(one.percent)}" cy="27" r="5"/>',
            one.to,
        )
        for one in drawing.rows
    ]
    told = [f"{one.name}: {one.told}" for one in drawing.rows]
    least = [] if drawing.mark is None else [f"each should reach {drawing.mark:g} %"]
    return _lanes(title, drawn, [*told, *least], leads=any(one.to for one in drawing.rows))


def _lanes(title: str, drawn: Sequence[str], told: Sequence[str], *, leads: bool = False) -> str:
    inside = "".join(f'<g transform="translate(0 {_LANE * at})">{one}</g>' for at, one in enumerate(drawn))
    return framed(title, told, f'width="100%" height="{_LANE * len(drawn)}"', inside, leads=leads) + "\n"


def _led(drawn: str, to: str) -> str:
    return linked(f'<rect class="target" width="100%" height="{_LANE - 4}"/>{drawn}', to) if to else drawn


def _words(name: str, told: str) -> str:
    names = {"": name} if len(name) <= _NAME else {"narrow": cut(name, _NAME), "broad": cut(name, _BROAD_NAME)}
    drawn = "".join(f'<text class="{kind}" y="14">{escape(one)}</text>' for kind, one in names.items())
    return f'{drawn}<text class="told" x="100%" y="14">{escape(told)}</text>'


def _rect(start: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{start:.2f}%" y="22" width="{width:.2f}%" height="10" rx="2"/>'


def _stack(name: str, lengths: Sequence[float], most: float) -> str:
    starts = accumulate(lengths, initial=0.0)
    pieces = (
        _rect(100 * start / most, 100 * length / most, f"series-{at}")
        for at, (start, length) in enumerate(zip(starts, lengths, strict=False))
        if length
    )
    return _words(name, " + ".join(f"{one:,g}" for one in lengths)) + _rect(0, 100, "track") + "".join(pieces)


def _parts(drawing: Stacked) -> Iterator[str]:
    for name, lengths in drawing.rows:
        yield f"{name}: " + ", ".join(
            f"{part} {length:,g}" for part, length in zip(drawing.parts, lengths, strict=True)
        )


def _legend(names: Sequence[str]) -> str:
    """Name the parts in the order in which they lie, each beside its colour."""
    marks = "".join(
        f'<li><svg width="10" height="10" aria-hidden="true"><rect class="series-{at}" width="10" height="10" rx="2"/>'
        f"</svg>{escape(name)}</li>"
        for at, name in enumerate(names)
    )
    return f'<ul class="legend">{marks}</ul>\n'


def _line(kind: str, start: float, end: float, top: int, bottom: int) -> str:
    return f'<line class="{kind}" x1="{_across(start)}" x2="{_across(end)}" y1="{top}" y2="{bottom}"/>'


def _across(percent: float) -> str:
    """Give the place of a percentage, with room for half a dot at either end."""
    return f"{1 + 0.98 * percent:.2f}%"
