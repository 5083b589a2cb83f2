"""The weekly packet as a document, and as one table of what happened and what stands."""

from collections.abc import Sequence

from upbeat.base import short
from upbeat.cli.frame import at
from upbeat.cli.pages.document import Cell, Chip, Document, Grid, Section, Tone
from upbeat.operations import PacketLine, ShownPacket

COLUMNS = ("week", "part", "at", "what", "by", "why", "workflow", "record", "key")
_HEADS = ("when", "what", "who", "why", "workflow", "record", "key")


def document(shown: ShownPacket) -> Document:
    """Give the packet as it is read."""
    found = shown.packet
    sections = [
        Section("The week in figures", (Grid(("figure", "this week", "before", "change"), _deltas(shown)),)),
        *(Section(title, (_grid(lines, empty),)) for title, lines, empty in _parts(shown)),
        Section("Written, by workflow and tier", (Grid(("workflow", "tier", "writes"), _written(shown), _NOTHING),)),
        Section("Runs that ended", (Grid(("workflow", "mode", "outcome", "runs"), _ended(shown), "No run ended."),)),
    ]
    alarms = [f"{one.what}: {one.why}" for one in found.alarms]
    alarms += [f"Nobody has signed the packet of {week}." for week in found.unsigned]
    if shown.tampered:
        alarms.insert(0, "What stands here is not what was signed.")
    return Document(f"Week {found.week}", _lead(shown), found.made_at, sections, alarms)


def rows(shown: ShownPacket) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each thing that is told of."""
    return [
        [shown.packet.week, title, f"{one.at:%Y-%m-%dT%H:%M:%SZ}", one.what, one.by, one.why, one.workflow,
         one.record_id, one.key]
        for title, lines, _ in _parts(shown) for one in lines
    ]  # fmt: skip


_NOTHING = "Nothing was written."


def _parts(shown: ShownPacket) -> list[tuple[str, Sequence[PacketLine], str]]:
    found = shown.packet
    return [
        ("Changed", found.changed, "No version, mode or policy changed."),
        ("Slipped", found.slipped, "Nothing is overdue, loose or given up."),
        ("Overridden", found.overridden, "Nobody overrode a flag."),
        ("Rejected", found.rejected, "Nobody said no to a suggested change."),
        ("Reported as wrong", found.misfires, "Nobody reported a misfire."),
        ("Compared with the org", found.reconciled, "The org's history was not compared with the ledger this week."),
        ("Alarms", found.alarms, "None."),
        ("Trigger reviews due", found.reviews_due, "None in the next two weeks."),
    ]


def _lead(shown: ShownPacket) -> str:
    if shown.signed is not None:
        note = f": {shown.signed.note}" if shown.signed.note else ""
        return f"Signed by {shown.signed.by} at {at(shown.signed.at)}{note}. Digest {short(shown.digest)}."
    if not shown.digest:
        return "The week goes on: this is how far it has come."
    return f"Not signed yet. Digest {short(shown.digest)}."


def _deltas(shown: ShownPacket) -> list[list[Cell]]:
    return [[one.name, f"{one.now:,}", f"{one.before:,}", f"{one.now - one.before:+,}"] for one in shown.packet.deltas]


def _grid(lines: Sequence[PacketLine], empty: str) -> Grid:
    cells = [(at(one.at), one.what, one.by, one.why, one.workflow, one.record_id, short(one.key)) for one in lines]
    return Grid(_HEADS, cells, empty)


def _written(shown: ShownPacket) -> list[list[Cell]]:
    return [[one.workflow, Chip(one.tier, Tone(one.tier)), f"{one.count:,}"] for one in shown.packet.written]


def _ended(shown: ShownPacket) -> list[list[Cell]]:
    return [[one.workflow, one.mode, one.outcome, f"{one.count:,}"] for one in shown.packet.ended]
