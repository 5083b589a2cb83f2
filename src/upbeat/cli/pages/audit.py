"""The foundation audit as a document, and as one table with a row for each record to fix."""

from upbeat.cli.pages.document import Cell, Chip, Document, Facts, Grid, Section, Tone
from upbeat.foundation import Audit, Exhibit, Finding, Judged, Status

COLUMNS = ("finding", "weight", "object", "id", "name", "why", "fix", "query")
_HEADS = ("item", "", "stands", "score", "why")
_TONES = {
    Status.PASSES: Tone.AUTO,
    Status.FAILS: Tone.DANGER,
    Status.TO_ATTEST: Tone.REVIEW,
    Status.UNKNOWN: Tone.PAUSED,
    Status.NOTHING: Tone.MONITOR,
}


def document(found: Audit) -> Document:
    """Give the audit as it is read."""
    lead = f"{found.holding} of {len(found.items)} items hold. {found.calls:,} API calls; nothing was changed."
    sections = [
        Section("The nineteen items", (Grid(_HEADS, [_item(one) for one in found.items]),)),
        *(_finding(one) for one in found.findings),
        *(_exhibit(one) for one in found.exhibits),
        Section(
            "What could not be seen",
            (Grid(("object", "field", "why"), [(one.object, one.field, one.why) for one in found.unseen], "Nothing."),),
        ),
    ]
    alarms = [f"{one.check} did not end: {one.why}" for one in found.not_ended]
    return Document(f"Foundation of {found.org.name}", lead, found.at, sections, alarms)


def rows(found: Audit) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each record to fix."""
    return [
        [one.key, one.weight, each.object, each.id, each.name, each.why, one.fix, next(iter(one.queries), "")]
        for one in found.findings
        for each in one.records
    ]


def _item(one: Judged) -> list[Cell]:
    score = "" if one.score is None else f"{one.score:.0f} of {one.least}"
    return [one.number, one.title, Chip(one.status, _TONES[one.status]), score, one.says]


def _finding(one: Finding) -> Section:
    facts: list[tuple[str, Cell]] = [
        ("What", one.says),
        ("Fix", one.fix),
        ("Work", f"about {one.minutes / 60:.1f} hours"),
        ("To see them again", one.queries),
    ]
    shown = [(each.id, each.name, each.why) for each in one.records[:20]]
    return Section(one.key, (Facts(facts), Grid(("id", "name", "why"), shown)), (Chip(one.weight, Tone.DANGER),))


def _exhibit(one: Exhibit) -> Section:
    return Section(one.title, (one.says, Grid(one.columns, [[_cell(value) for value in row] for row in one.rows])))


def _cell(value: object) -> str:
    return "" if value is None else str(value)
