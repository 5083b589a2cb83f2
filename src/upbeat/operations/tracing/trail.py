"""The history as a trail that can be searched: every entry in a sentence, by whom, when, and what it was about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from upbeat.base import full_id
from upbeat.engine import begins
from upbeat.ledger import Kind, Span, Stored, Wanted
from upbeat.operations.explaining import Teller
from upbeat.operations.exporting import export_wanted
from upbeat.operations.house import House, Refused
from upbeat.operations.reporting.working import System
from upbeat.operations.sentences import Told, names_of
from upbeat.operations.tracing.scope import people_by_id
from upbeat.operations.written import workflow_names, written_steps
from upbeat.store import tables

PAGE: Final = 50
_DEEP: Final = 500  # entries that are opened to see which step they are of
_LINES: Final = 12  # details of an entry in a list
_LONGEST: Final = 240  # characters of one

AREAS: Final[Mapping[str, str]] = {
    "line": "runs",
    "gate": "decisions by rule",
    "review": "decisions by people",
    "apply": "writes and messages",
    "workflow": "workflows and flags",
    "routing": "routing",
    "enrichment": "sources and models asked",
    "house": "the house",
    "org": "the org",
    "engine": "the engine",
    "console": "the console's door",
    "ledger": "the history itself",
}
"""The areas of the ledger's kinds, in the reader's words."""

SYSTEMS: Final[Mapping[System, tuple[str, ...]]] = {
    System.ENGINE: ("line:", "gate:", "routing:", "enrichment:", "engine:", "house:", "ledger:"),
    System.PEOPLE: ("review:", "workflow:", "console:"),
    System.SALESFORCE: ("apply:write:", "org:"),
    System.MAIL: ("apply:message:",),
}
_OF_STEPS: Final = (
    Kind.RAN, Kind.DECIDED, Kind.INTENDED, Kind.WROTE, Kind.ADOPTED, Kind.FAILED, Kind.SENT,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailWanted:
    """What somebody wants to see of the history; what is left empty is not asked.

    `actor` is a username, or an agent's name. `area` is one of AREAS, `system` a word of System. `run` is how a run's
    id begins. `position` is that of one sealed entry. `before` asks for what is older than the entry of a number.
    """

    since: datetime | None = None
    until: datetime | None = None
    workflow: str = ""
    actor: str = ""
    area: str = ""
    system: str = ""
    step: str = ""
    record: str = ""
    run: str = ""
    position: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry: what happened, and what it is about. `name` is what the record is called, empty where not known."""

    number: int
    told: Told
    workflow: str
    run: str
    record_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Trail:
    """One page, newest first. `before` asks for what is older, 0 where there is none.

    `looked_to` is how far back this page looked, where it is not full; the rest is there to choose from.
    """

    lines: tuple[TrailLine, ...]
    before: int
    looked_to: datetime | None
    workflows: tuple[str, ...]
    agents: tuple[str, ...]


def trail(house: House, wanted: TrailWanted | None = None) -> Trail:
    """Give one page of the history. Raises Refused for a word that nothing has, LedgerError for a changed entry."""
    wanted = wanted or TrailWanted()
    with house.store.reading() as conn:
        entries, before = _found(house, conn, wanted)
        return Trail(
            lines=tuple(_lines(house, conn, entries)),
            before=before,
            looked_to=_moment(conn, before) if before and len(entries) < PAGE else None,
            workflows=workflow_names(conn),
            agents=tuple(sorted({one.agent for steps in written_steps(conn).values() for one in steps})),
        )


def export_trail(house: House, by: str, form: str, wanted: TrailWanted) -> tuple[Span, Iterator[Mapping[str, Any]]]:
    """Give an export of what fits, with what proves it, as `export_ledger` does.

    Raises Refused where a step is asked for, which payloads alone say.
    """
    if wanted.step:
        raise Refused("an export is not narrowed by a step", fix="Leave the step out: the export has every entry's.")
    with house.store.reading() as conn:
        asked = _asked(conn, wanted)
    return export_wanted(house, by, form, asked)


def _asked(conn: Connection, wanted: TrailWanted) -> Wanted:
    """Give what the ledger is searched and exported by; a step is no part of it. Raises Refused."""
    record, run = full_id(wanted.record), ""
    if wanted.record and not record:
        raise Refused(f"{wanted.record!r} is no record's id", fix="Give its 15 or 18 characters.")
    if wanted.run:
        items = tables.items.c
        found = conn.scalars(select(items.id).where(begins(items.id, wanted.run.lower())).limit(2)).all()
        if len(found) != 1:
            some = "several runs begin" if found else "no run begins"
            raise Refused(f"{some} with {wanted.run!r}", fix="Give more of its id.")
        run = found[0]
    return Wanted(
        since=wanted.since,
        until=wanted.until,
        workflow=wanted.workflow,
        actor=wanted.actor,
        kinds=_kinds(wanted),
        record_id=record,
        item_id=run,
        position=wanted.position,
    )


def _kinds(wanted: TrailWanted) -> tuple[Kind, ...]:
    """Give the kinds that are asked for; empty for all."""
    for name, said, there in (("area", wanted.area, tuple(AREAS)), ("system", wanted.system, tuple(System))):
        if said and said not in there:
            raise Refused(f"the history has no {name} {said!r}", fix=f"There are: {', '.join(there)}.")
    starts = SYSTEMS[System(wanted.system)] if wanted.system else ("",)
    area = f"{wanted.area}:" if wanted.area else ""
    kinds = tuple(one for one in Kind if one.startswith(area) and one.startswith(starts))
    if wanted.step:
        kinds = tuple(one for one in kinds if one in _OF_STEPS)
    if not kinds:
        raise Refused("nothing in the history is of both", fix="Leave the area, the system or the step out.")
    return () if len(kinds) == len(Kind) else kinds


def _found(house: House, conn: Connection, wanted: TrailWanted) -> tuple[list[Stored], int]:
    asked = _asked(conn, wanted)
    if not wanted.step:
        return house.ledger.find(conn, asked, wanted.before, PAGE)
    entries, before = house.ledger.find(conn, asked, wanted.before, _DEEP)
    fits = [one for one, step in zip(entries, _steps(conn, entries), strict=True) if step == wanted.step]
    return fits[:PAGE], fits[PAGE - 1].seq if len(fits) > PAGE else before


def _steps(conn: Connection, entries: Sequence[Stored]) -> Iterator[str]:
    """Give the step that each entry is of; empty where it was erased."""
    table = tables.proposals.c
    ids = sorted({one.proposal_id for one in entries if one.proposal_id})
    rows = conn.execute(select(table.id, table.step).where(table.id.in_(ids)))
    named: dict[str, str] = {row.id: row.step for row in rows}
    for one in entries:
        said: Mapping[str, Any] = one.payload or {}
        yield named.get(one.proposal_id) or str(said.get("step", ""))


def _lines(house: House, conn: Connection, entries: Sequence[Stored]) -> Iterator[TrailLine]:
    teller, table, people = Teller(house, conn), tables.record_names.c, people_by_id(house)
    keys = sorted({one.record_id for one in entries})
    names = {
        row.record_id: row.name
        for row in conn.execute(select(table.record_id, table.name).where(table.record_id.in_(keys)))
    }
    for one in entries:
        told = teller.tell_entry(one, {**people, **names_of([one])})
        details = tuple(_cut(detail) for detail in told.details[:_LINES])
        cut = Told(told.at, told.actor, _cut(told.what), details, told.kind, told.entry, told.position, told.policy)
        yield TrailLine(one.seq, cut, one.workflow, one.item_id, one.record_id, names.get(one.record_id, ""))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _moment(conn: Connection, seq: int) -> datetime | None:
    table = tables.ledger_entries.c
    return conn.scalar(select(table.at).where(table.seq >= seq).order_by(table.seq).limit(1))
