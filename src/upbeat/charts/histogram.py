"""A histogram: a column for each span of a scale, and the line that should not be crossed."""

from collections.abc import Iterator
from html import escape

from upbeat.charts.drawings import Histogram, Line
from upbeat.charts.marks import framed, linked

_TOP, _TALL, _FOOT = 40, 96, 24  # pixels: what the line says and a count above a column, the tallest column, its name
_GAP = 0.08  # of a column's room, on either side of it


def histogram(title: str, drawing: Histogram) -> str:
    """Give the columns on one ground line; those beyond the line have another colour and are told as beyond it."""
    drawn = "".join((*_columns(drawing), *_line(drawing)))
    size = f'width="100%" height="{_TOP + _TALL + _FOOT}"'
    leads = any(one.to for one in drawing.columns)
    return framed(title, list(_told(drawing)), size, drawn, leads=leads) + "\n"


def _told(drawing: Histogram) -> Iterator[str]:
    yield from (f"{one.name}: {one.count:,}" for one in drawing.columns)
    if (line := drawing.line) is not None:
        within = sum(one.count for one in drawing.columns[: line.after])
        beyond = sum(one.count for one in drawing.columns[line.after :])
        yield f"{line.says}: {within:,} within it, {beyond:,} beyond"


def _columns(drawing: Histogram) -> Iterator[str]:
    most = max((one.count for one in drawing.columns), default=0) or 1
    room = 100 / max(1, len(drawing.columns))
    for at, one in enumerate(drawing.columns):
        beyond = drawing.line is not None and at >= drawing.line.after
        tall = _TALL * one.count / most
        left, middle = room * (at + _GAP), room * (at + 0.5)
        column = (
            f'<rect class="{"breached" if beyond else "series-0"}" x="{left:.2f}%" y="{_TOP + _TALL - tall:.1f}" '
            f'width="{room * (1 - 2 * _GAP):.2f}%" height="{tall:.1f}" rx="2"/>'
            f'<text class="head" x="{middle:.2f}%" y="{_TOP + _TALL - tall - 6:.1f}">{one.count:,}</text>'
            f'<text class="head" x="{middle:.2f}%" y="{_TOP + _TALL + 18}">{escape(one.name)}</text>'
        )
        area = f'<rect class="target" x="{room * at:.2f}%" y="{_TOP - 20}" width="{room:.2f}%" height="{_TALL + 44}"/>'
        yield linked(f"{area if one.to else ''}{column}", one.to)
    ground = _TOP + _TALL
    yield f'<line class="axis" x1="0" x2="100%" y1="{ground}" y2="{ground}"/>'


def _line(drawing: Histogram) -> Iterator[str]:
    if drawing.line is not None:
        yield from _breach(drawing.line, len(drawing.columns))


def _breach(line: Line, columns: int) -> Iterator[str]:
    place, right = 100 * line.after / max(1, columns), line.after <= columns / 2
    yield f'<line class="breach" x1="{place:.2f}%" x2="{place:.2f}%" y1="4" y2="{_TOP + _TALL}"/>'
    kind, shift = ("beside", 6) if right else ("told", -6)
    yield f'<text class="{kind}" x="{place:.2f}%" dx="{shift}" y="12">{escape(line.says)}</text>'
