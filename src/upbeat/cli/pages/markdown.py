"""A document as Markdown, for a repository or a wiki."""

from collections.abc import Iterable, Iterator, Sequence

from upbeat.cli.pages.document import (
    Block,
    Card,
    Cell,
    Chip,
    Code,
    Document,
    Facts,
    Grid,
    Link,
    Part,
    parts,
    undrawn,
)


def markdown(document: Document) -> str:
    """Give the text."""
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield f"# {_escaped(document.title)}"
    yield ""
    yield _escaped(document.lead)
    yield ""
    yield f"Made by Upbeat from what it holds, {document.made_at:%d %B %Y, %H:%M} UTC."
    yield ""
    for one in document.alarms:
        yield f"> **Look at this:** {_escaped(one)}"
        yield ""
    yield from _blocks(document.opening)
    for section in document.sections:
        yield from _heading("##", section.title, section.chips)
        yield from _blocks(section.blocks)


def _heading(level: str, title: str, chips: Iterable[Chip]) -> Iterator[str]:
    yield f"{level} {_escaped(title)}{''.join(f' · {_escaped(chip.text)}' for chip in chips)}"
    yield ""


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for one in undrawn(blocks):
        match one:
            case str():
                yield _escaped(one)
            case Facts():
                yield from _table(("", ""), one.rows)
            case Grid() if one.rows:
                yield from _table(one.columns, one.rows)
            case Grid():
                yield f"*{_escaped(one.empty)}*"
            case Card():
                number = f"{one.number}. " if one.number else ""
                yield from _heading("###", f"{number}{one.title}", one.chips)
                yield from _blocks(one.blocks)
        yield ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield f"| {' | '.join(map(_escaped, columns))} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(cell: Cell) -> str:
    return "<br>".join(_part(one) for one in parts(cell))


def _part(one: Part) -> str:
    if isinstance(one, Code):
        fence = "``" if "`" in one.text else "`"
        return f"{fence}{' '.join(one.text.split())}{fence}".replace("|", "\\|")
    if isinstance(one, Link) and one.leaves:
        return f"[{_escaped(one.text)}]({one.to})"
    return _escaped(one if isinstance(one, str) else one.text)


def _escaped(text: str) -> str:
    """Give text in which nothing is markup: what a record is called may look like anything."""
    found = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        found = found.replace(mark, f"\\{mark}")
    return found
