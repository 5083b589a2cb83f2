"""A heat map: a grid of shades, each with its figure printed on it.

It has a width of its own, in pixels: on a narrow screen it is moved sideways.
"""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

from upbeat.charts.drawings import Heat, Shade
from upbeat.charts.marks import cut, framed, linked

_SHADES = 5
_CELL, _LINE, _HEAD = 88, 32, 13  # a column, a row, and letters on one line of a column's head
_SIDE = 208  # what the names of the rows take
_SIDE_NAME = 30


def heat(title: str, drawing: Heat) -> str:
    """Give the map, in a region that scrolls by itself."""
    heads = [wrap(name.replace("/", "/ "), _HEAD, max_lines=3, placeholder="…") or [""] for name in drawing.columns]
    top = 16 * max(map(len, heads), default=1) + 8
    width, height = _SIDE + _CELL * len(heads), top + _LINE * len(drawing.rows)
    told = [
        f"{name}: " + ", ".join(f"{column} {one.told}" for column, one in zip(drawing.columns, row, strict=True))
        for name, row in drawing.rows
    ]
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    drawn = "".join((*_heads(heads, top), *_cells(drawing, top)))
    leads = any(one.to for _, row in drawing.rows for one in row)
    region = f'<div class="wide" role="region" aria-label="{escape(title)}" tabindex="0">'
    return f"{region}{framed(title, told, size, drawn, leads=leads)}</div>\n"


def _heads(heads: Sequence[Sequence[str]], top: int) -> Iterator[str]:
    for at, lines in enumerate(heads):
        middle = _SIDE + _CELL * at + _CELL / 2
        for below, line in enumerate(lines):
            y = top - 8 - 16 * (len(lines) - 1 - below)
            yield f'<text class="head" x="{middle:g}" y="{y}">{escape(line)}</text>'


def _cells(drawing: Heat, top: int) -> Iterator[str]:
    for below, (name, row) in enumerate(drawing.rows):
        y = top + _LINE * below
        yield f'<text y="{y + 20}">{escape(cut(name, _SIDE_NAME))}</text>'
        for at, (column, one) in enumerate(zip(drawing.columns, row, strict=True)):
            yield linked(_cell(one, _SIDE + _CELL * at, y), one.to, f"{name}, {column}: {one.told}")


def _cell(one: Shade, x: int, y: int) -> str:
    shade = "unknown" if one.percent is None else f"shade-{max(0, min(_SHADES - 1, int(one.percent * _SHADES / 100)))}"
    return (
        f'<rect class="{shade}" x="{x}" y="{y}" width="{_CELL - 2}" height="{_LINE - 2}" rx="2"/>'
        f'<text class="head" x="{x + _CELL / 2 - 1:g}" y="{y + 20}">{escape(one.told)}</text>'
    )
