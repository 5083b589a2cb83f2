"""The four design questions on the page, each answered from the figures of the audit, or said to have no data."""

from collections.abc import Iterator, Mapping
from typing import Final

from upbeat.base import percent
from upbeat.cli.pages.audit.exhibits import exhibit
from upbeat.cli.pages.document import Block, Card, Cell, Facts, Link, Part
from upbeat.foundation import Audit, Exhibit

_NO_DATA: Final = "No data: nothing there, or not shown to the reading user."
_GAPS: Final = {
    "Latency": "design/latency",
    "Manual work": "design/manual-work",
    "Missed routing": "design/missed-routing",
}
_BLIND: Final = "design/blind-spots"
_PEOPLE: Final = ("design/people",)
_RELIABLE: Final = ("design/reliable-fields", "design/dependencies")
_TOOLS: Final = (
    "tool-register", "field-owners", "writers", "field-writers", "silos", "tool-scores", "shared-ids",
    "api-footprints", "limits",
)  # fmt: skip
_LOWEST: Final = 5

ANSWERING: Final = frozenset({*_GAPS.values(), _BLIND, *_PEOPLE, *_RELIABLE, *_TOOLS})
"""The keys of the exhibits that stand here, and so not among the other figures."""


def design_questions(audit: Audit) -> Iterator[Block]:
    """Give the answers in their order."""
    known = {one.key: one for one in audit.exhibits}
    gaps: list[tuple[str, Cell]] = [
        *((name, known[key].says if key in known else _NO_DATA) for name, key in _GAPS.items()),
        ("Low completeness", _lowest(audit)),
        ("Blind spots", (known[_BLIND].says if _BLIND in known else _NO_DATA, _unseen(audit))),
    ]
    yield Card("Where are the gaps?", (Facts(gaps), *_shown(known, *_GAPS.values(), _BLIND)))
    yield Card("Where must a person stay in the loop?", _answer(known, *_PEOPLE))
    yield Card("Which data must be reliable?", _answer(known, *_RELIABLE))
    yield Card("How do the tools connect?", _answer(known, *_TOOLS))


def _shown(known: Mapping[str, Exhibit], *keys: str) -> tuple[Block, ...]:
    return tuple(exhibit(known[key]) for key in keys if key in known)


def _answer(known: Mapping[str, Exhibit], *keys: str) -> tuple[Block, ...]:
    return _shown(known, *keys) or (_NO_DATA,)


def _lowest(audit: Audit) -> Cell:
    """Give the figures that are furthest below what they must be."""
    low = [
        (one.percent, one.says, item)
        for item in audit.items
        for one in item.measures
        if one.percent is not None and one.percent < item.least
    ]
    low.sort(key=lambda row: (row[0], row[1]))
    told = tuple(Link(f"{percent(figure, item.least)}: {says}", item.key) for figure, says, item in low[:_LOWEST])
    return told or "Every figure reaches what it must be."


def _unseen(audit: Audit) -> Part:
    if not audit.unseen:
        return "Everything that was asked for was told."
    return Link(f"{len(audit.unseen)} objects and fields could not be seen", "unseen")
