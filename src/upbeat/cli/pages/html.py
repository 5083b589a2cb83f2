"""A document as one HTML page that stands alone: no script, nothing fetched, light and dark, fit to print."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from upbeat.charts import STYLE, svg
from upbeat.cli.pages.document import (
    Anchor,
    Block,
    Card,
    Cell,
    Chart,
    Chip,
    Code,
    Document,
    Facts,
    Fold,
    Grid,
    Link,
    Part,
    Section,
    Strip,
    Tile,
    Tone,
    parts,
)

_MARKS = {  # the inside of a 12 by 12 drawing: a mark beside each word, so that no meaning rests on colour alone
    Tone.AUTO: '<path d="M2 6.5 5 9.5 10 3"/>',
    Tone.REVIEW: '<circle cx="6" cy="6" r="4"/><path d="M6 3.5V6l2 1.5"/>',
    Tone.APPROVAL: '<path d="M6 1.5 10 3v3c0 2.5-1.7 4-4 4.7C3.7 10 2 8.5 2 6V3z"/>',
    Tone.MONITOR: '<path d="M1 6s2-3.5 5-3.5S11 6 11 6 9 9.5 6 9.5 1 6 1 6z"/><circle cx="6" cy="6" r="1.3"/>',
    Tone.PAUSED: '<path d="M4 2.5v7M8 2.5v7"/>',
    Tone.DANGER: '<path d="M6 1.5 11 10H1z"/><path d="M6 5v2.2M6 8.5v.3"/>',
}


def html(document: Document) -> str:
    """Give the page."""
    style = files("upbeat.cli.pages").joinpath("page.css").read_text(encoding="utf-8")
    contents = "".join(
        f'<li><a href="#{_anchor(at, one)}">{escape(one.title)}</a></li>' for at, one in enumerate(document.sections)
    )
    alarms = "".join(f"<li>{_mark(Tone.DANGER)}{escape(one)}</li>" for one in document.alarms)
    opening = "".join(_block(one) for one in document.opening)
    body = "".join(_section(at, one) for at, one in enumerate(document.sections))
    made = f"{document.made_at:%d %B %Y, %H:%M} UTC"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{escape(document.title)}</title>
<style>
{STYLE}{style}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
<p class="lead">{escape(document.lead)}</p>
<p class="made">Made by Upbeat from what it holds, {made}</p>
{f'<ul class="alarms">{alarms}</ul>' if alarms else ""}
{opening}</header>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
<main>
{body}</main>
</body>
</html>
"""


def _anchor(at: int, one: Section) -> str:
    return one.key or f"part-{at + 1}"


def _section(at: int, one: Section) -> str:
    heading = f"<h2>{escape(one.title)}{_chips(one.chips)}</h2>"
    return f'<section id="{_anchor(at, one)}">\n{heading}\n{"".join(map(_block, one.blocks))}</section>\n'


def _chips(chips: Sequence[Chip]) -> str:
    return "".join(f" {_part(chip)}" for chip in chips)


def _block(one: Block) -> str:
    return "".join(_drawn(one))


def _drawn(one: Block) -> Iterator[str]:
    match one:
        case str():
            yield f"<p>{_text(one)}</p>\n"
        case Facts():
            yield from ("<dl>\n", *(f"<dt>{escape(name)}</dt><dd>{_cell(cell)}</dd>\n" for name, cell in one.rows))
            yield "</dl>\n"
        case Grid():
            yield from _grid(one)
        case Chart():
            yield _chart(one)
        case Strip():
            yield from _strip(one)
        case Fold():
            inside = "".join(map(_block, one.blocks))
            yield f"<details><summary>{escape(one.summary)}</summary>\n{inside}</details>\n"
        case Card():
            yield _card(one)


def _card(one: Card) -> str:
    number = f'<span class="number">{one.number}</span> ' if one.number else ""
    heading = f"<h3>{number}{escape(one.title)}{_chips(one.chips)}</h3>"
    anchor = f' id="{escape(one.key)}"' if one.key else ""
    return f"<article{anchor}>\n{heading}\n{''.join(map(_block, one.blocks))}</article>\n"


def _chart(one: Chart) -> str:
    """Give the drawing with its table below it; with nothing to draw, the table stands alone."""
    table = "".join(_grid(one.table))
    if one.table.rows and one.drawing is not None:
        drawn = svg(one.title, one.drawing)
        table = f"{drawn}<details><summary>The figures as a table</summary>\n{table}</details>\n"
    return f"<figure>\n<figcaption>{escape(one.title)}</figcaption>\n<p>{escape(one.says)}</p>\n{table}</figure>\n"


def _strip(one: Strip) -> Iterator[str]:
    yield '<div class="strip">\n'
    for name, tiles in one.groups:
        inside = "".join(map(_tile, tiles))
        yield f"<div><span>{escape(name)}</span><ul>{inside}</ul></div>\n"
    yield "</div>\n"
    stands = Counter((tile.status, tile.tone) for _, tiles in one.groups for tile in tiles)
    chips = "".join(f"<li>{_part(Chip(f'{status}: {number}', tone))}</li>" for (status, tone), number in stands.items())
    yield f'<ul class="legend">{chips}</ul>\n'


def _tile(one: Tile) -> str:
    words = escape(f"{one.name}: {one.status}{f', {one.mark}' if one.mark else ''}")
    link = f'<a class="{one.tone}" href="#{escape(one.to)}" aria-label="{words}" title="{words}">'
    return f"<li>{link}{_mark(one.tone)}{escape(one.mark)}</a></li>"


def _grid(one: Grid) -> Iterator[str]:
    if not one.rows:
        yield f'<p class="empty">{escape(one.empty)}</p>\n'
        return
    shown = one.shown or len(one.rows)
    yield from _table(one, one.rows[:shown])
    if rest := one.rows[shown:]:
        yield f'<details class="rest"><summary>and {len(rest):,} more</summary>\n'
        yield from _table(one, rest)
        yield "</details>\n"


def _table(one: Grid, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in one.columns)
    yield '<div class="table" role="group" aria-label="Table" tabindex="0">'
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _cell(cell: Cell) -> str:
    found = parts(cell)
    return _part(found[0]) if len(found) == 1 else "".join(f"<div>{_part(one)}</div>" for one in found)


def _part(one: Part) -> str:
    match one:
        case str():
            return _text(one)
        case Chip():
            return f'<span class="chip {one.tone}">{_mark(one.tone)}{escape(one.text)}</span>'
        case Code():
            return f"<code>{escape(one.text)}</code>"
        case Anchor():
            return f'<span id="{escape(one.key)}">{escape(one.text)}</span>'
        case Link():
            outside = ' rel="noreferrer"' if one.leaves else ""
            return f'<a href="{"" if one.leaves else "#"}{escape(one.to)}"{outside}>{escape(one.text)}</a>'


def _text(words: str) -> str:
    """Give words in which `what one types` is told from what one reads."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))


def _mark(tone: Tone) -> str:
    return f'<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{_MARKS[tone]}</svg>'
