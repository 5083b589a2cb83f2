"""Charts as SVG, by hand: no script, colours from the page, and letters that keep their size on any width.

Lengths and places are percentages of the drawing's width and everything else is in pixels, so a chart grows and shrinks
with the page while its words stay readable. A heat map alone has a width of its own: on a narrow screen it is moved
sideways.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate
from textwrap import wrap

from upbeat.base import whole_percent
from upbeat.cli.pages.drawings import Bars, Dots, Drawing, Heat, Stacked

_ROW = 40  # a line of words and the bar below it
_NAME, _BROAD_NAME = 38, 90  # letters of a name that fit beside a figure, on a narrow screen and on others
_SHADES = 5  # of a heat map
_CELL, _LINE, _HEAD = 88, 32, 13  # a heat map's column, its row, and letters on one line of a column's head
_SIDE = 208  # what the names of a heat map's rows take
_SIDE_NAME = 30
_TOLD = 24  # figures that a description tells at most


def svg(title: str, drawing: Drawing) -> str:
    """Give the drawing; who cannot see it is told the title and the figures."""
    match drawing:
        case Bars():
            return _rows(title, _bars(drawing), [f"{one.name}: {one.told}" for one in drawing.rows])
        case Stacked():
            return _legend(drawing.parts) + _rows(title, _stacked(drawing), list(_parts(drawing)))
        case Dots():
            told = [f"{one.name}: {one.told}" for one in drawing.rows]
            least = [] if drawing.mark is None else [f"each should reach {drawing.mark:g} %"]
            return _rows(title, _dots(drawing), [*told, *least])
        case Heat():
            return _heat(title, drawing)


def _open(title: str, told: Sequence[str], size: str) -> str:
    more = f"; and {len(told) - _TOLD} more in the table" if len(told) > _TOLD else ""
    words = f"{title}. {'; '.join(told[:_TOLD])}{more}."
    return f'<svg class="drawing" role="img" aria-label="{escape(words)}" {size}>'


def _rows(title: str, drawn: Sequence[str], told: Sequence[str]) -> str:
    height = _ROW * len(drawn)
    inside = "".join(f'<g transform="translate(0 {_ROW * at})">{one}</g>' for at, one in enumerate(drawn))
    return f'{_open(title, told, f"""width="100%" height="{height}" """.strip())}{inside}</svg>\n'


def _words(name: str, told: str) -> str:
    names = {"": name} if len(name) <= _NAME else {"narrow": _cut(name, _NAME), "broad": _cut(name, _BROAD_NAME)}
    drawn = "".join(f'<text class="{kind}" y="14">{escape(one)}</text>' for kind, one in names.items())
    return f'{drawn}<text class="told" x="100%" y="14">{escape(told)}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _rect(start: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{start:.2f}%" y="22" width="{width:.2f}%" height="10" rx="2"/>'


def _bars(drawing: Bars) -> list[str]:
    most = drawing.most or max((one.length for one in drawing.rows), default=0) or 1
    return [
        _words(one.name, one.told) + _rect(0, 100, "track") + _rect(0, min(100.0, 100 * one.length / most), "series-0")
        for one in drawing.rows
    ]


def _stacked(drawing: Stacked) -> list[str]:
    most = max((sum(lengths) for _, lengths in drawing.rows), default=0) or 1
    return [_stack(name, lengths, most) for name, lengths in drawing.rows]


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


def _dots(drawing: Dots) -> list[str]:
    mark = "" if drawing.mark is None else _line("mark", drawing.mark, drawing.mark, 18, 36)
    return [
        _words(one.name, one.told)
        + _line("axis", 0, 100, 27, 27)
        + mark
        + ("" if one.low is None or one.high is None else _line("reach", one.low, one.high, 27, 27))
        + f'<circle class="series-0" cx="{_across(one.percent)}" cy="27" r="5"/>'
        for one in drawing.rows
    ]


def _line(kind: str, start: float, end: float, top: int, bottom: int) -> str:
    return f'<line class="{kind}" x1="{_across(start)}" x2="{_across(end)}" y1="{top}" y2="{bottom}"/>'


def _across(percent: float) -> str:
    """Give the place of a percentage, with room for half a dot at either end."""
    return f"{1 + 0.98 * percent:.2f}%"


def _heat(title: str, drawing: Heat) -> str:
    heads = [wrap(name.replace("/", "/ "), _HEAD, max_lines=3, placeholder="…") or [""] for name in drawing.columns]
    top = 16 * max(map(len, heads), default=1) + 8
    width, height = _SIDE + _CELL * len(heads), top + _LINE * len(drawing.rows)
    told = [
        f"{name}: " + ", ".join(f"{column} {_percent(one)}" for column, one in zip(drawing.columns, row, strict=True))
        for name, row in drawing.rows
    ]
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    drawn = "".join((*_heads(heads, top), *_cells(drawing, top)))
    region = f'<div class="wide" role="region" aria-label="{escape(title)}" tabindex="0">'
    return f"{region}{_open(title, told, size)}{drawn}</svg></div>\n"


def _heads(heads: Sequence[Sequence[str]], top: int) -> Iterator[str]:
    for at, lines in enumerate(heads):
        middle = _SIDE + _CELL * at + _CELL / 2
        for below, line in enumerate(lines):
            y = top - 8 - 16 * (len(lines) - 1 - below)
            yield f'<text class="head" x="{middle:g}" y="{y}">{escape(line)}</text>'


def _cells(drawing: Heat, top: int) -> Iterator[str]:
    for below, (name, row) in enumerate(drawing.rows):
        y = top + _LINE * below
        yield f'<text y="{y + 20}">{escape(_cut(name, _SIDE_NAME))}</text>'
        for at, one in enumerate(row):
            x = _SIDE + _CELL * at
            shade = "unknown" if one is None else f"shade-{min(_SHADES - 1, int(one * _SHADES / 100))}"
            yield f'<rect class="{shade}" x="{x}" y="{y}" width="{_CELL - 2}" height="{_LINE - 2}" rx="2"/>'
            yield f'<text class="head" x="{x + _CELL / 2 - 1:g}" y="{y + 20}">{_percent(one)}</text>'


def _percent(value: float | None) -> str:
    return "?" if value is None else str(whole_percent(value))
