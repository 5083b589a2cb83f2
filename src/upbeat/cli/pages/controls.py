"""The control-evidence map as a document, and as one table with a row for each control."""

from collections.abc import Sequence
from datetime import datetime

from upbeat.cli.pages.document import Cell, Chip, Code, Document, Grid, Section, Tone
from upbeat.operations import CRITERIA, CheckedControl, Says

COLUMNS = ("control", "title", "criteria", "laws", "held by", "tests", "evidence", "here", "looked at")
_TONES = {Says.PASSES: Tone.AUTO, Says.FAILS: Tone.DANGER, Says.NO_DATA: Tone.PAUSED}
_SOURCE = (
    "Criteria are named by their ids in the AICPA Trust Services Criteria of 2017 with the points of focus revised in "
    "2022, and told in our own words. SOC 2 is an audit of an organisation: this is evidence for one, and no "
    "certificate."
)


def document(found: Sequence[CheckedControl], now: datetime) -> Document:
    """Give the map as it is read."""
    counts = ", ".join(f"{sum(one.says is says for one in found)} {says}" for says in Says)
    controls = [
        (
            (one.control.title, Code(one.control.name)),
            (*one.control.criteria, *(f"law {law}" for law in one.control.laws)),
            one.control.held,
            tuple(Code(command) for command in one.control.commands),
            Chip(one.says, _TONES[one.says]),
            one.words,
        )
        for one in found
    ]
    used = sorted({name for one in found for name in one.control.criteria})
    sections = [
        Section("Controls", (Grid(("control", "criteria", "held by", "evidence", "here", "looked at"), controls),)),
        Section("Criteria", (_SOURCE, Grid(("id", "asks that"), [(name, CRITERIA[name]) for name in used]))),
    ]
    failing = [f"{one.control.title}: {one.words}" for one in found if one.says is Says.FAILS]
    return Document("Controls and their evidence", f"{len(found)} controls: {counts}.", now, sections, failing)


def rows(found: Sequence[CheckedControl]) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each control."""
    return [
        [
            one.control.name, one.control.title, ", ".join(one.control.criteria),
            ", ".join(map(str, one.control.laws)), one.control.held, "; ".join(one.control.tests),
            "; ".join(one.control.commands), one.says, one.words,
        ]
        for one in found
    ]  # fmt: skip
