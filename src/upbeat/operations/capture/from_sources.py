"""Taking from the sources of capture.yaml: what they give, from where each stands, kept with how far it was read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.channels.capture import Batch, Piece, Source, SourceAwayError
from upbeat.conversation.calendar import Window
from upbeat.conversation.files import Unreadable
from upbeat.conversation.signal import read_signals
from upbeat.engine import captured
from upbeat.operations.capture.ahead import note_ahead
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.pieces import Found, Left, conversations_of
from upbeat.operations.capture.taking import Taken, take
from upbeat.operations.house import House
from upbeat.store import tables
from upbeat.workflows import SignalMap, load_capture

log = structlog.get_logger()

AT_ONCE = 100  # pieces of one source in one go: the engine carries items on between two

_SOURCES = tables.capture_sources


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a source: how many `pieces` it gave, what came of them, and whether `more` waits already.

    `away` says why it could not be read, empty where it could.
    """

    pieces: int = 0
    taken: Taken = field(default_factory=Taken)
    left: tuple[Left, ...] = ()
    more: bool = False
    away: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands: what was taken of it, when last, why it is away since when, and what could not be read."""

    source: str
    kind: str
    paused: bool
    pieces: int
    took_at: datetime | None
    away: str
    away_since: datetime | None
    unread: int


def take_from(house: House, name: str, source: Source, signals: SignalMap | None = None) -> Look:
    """Take what a source gives next, and keep its position in the transaction of the last of it.

    With `signals` its pieces are read as signals. A piece that cannot be read is noted with why, and is not read again.
    Raises SalesforceError and DefinitionError, and has then kept no position: the same pieces come again, and what was
    taken of them is known.
    """
    with house.store.reading() as conn:
        position = conn.scalar(select(_SOURCES.c.position).where(_SOURCES.c.source == name)) or "{}"
        away = conn.scalar(select(_SOURCES.c.away).where(_SOURCES.c.source == name))
    try:
        batch = source.after(decode(position), AT_ONCE)
    except SourceAwayError as error:
        note_away(house, name, str(error))
        return Look(away=str(error))
    if not batch.pieces and not away:
        return Look()  # nothing new, and nothing to note
    ground = Ground.of(house)
    read = [_read(one, ground.window, name, signals) for one in batch.pieces]
    left = [why for found in read for why in found.left]

    def beside(conn: Connection) -> None:
        note_ahead(house, conn, ground, [one for found in read for one in found.ahead])
        _note_batch(house, conn, name, batch, left)

    talks = [talk for found in read for talk in found.talks]
    taken = take(house, talks, beside=beside)
    return Look(len(batch.pieces), taken, tuple(left), batch.more)


def _read(piece: Piece, window: Window, source: str, signals: SignalMap | None) -> Found:
    """Give what is in a piece. A fault of a reader holds up this piece, and no house."""
    if piece.broken:
        return Found(left=(Left(piece.name, piece.broken),))
    try:
        if signals is not None:
            found = read_signals(piece.name, piece.content, signals, source, piece.received)
            return Found(tuple(one.conversation for one in found))
        return conversations_of(piece.name, piece.content, window, piece.received, piece.beside)
    except Unreadable as error:
        return Found(left=(Left(piece.name, f"{error.what}. {error.fix}".strip()),))
    except Exception as error:
        log.exception("a piece could not be read", piece=captured.unread_key(source, piece.name))
        return Found(left=(Left(piece.name, f"it could not be read, by a fault of ours: {type(error).__name__}"),))


def standings(house: House) -> list[Standing]:
    """Give how each source of capture.yaml stands, in its order. Raises DefinitionError."""
    written, table = load_capture(house.folder), tables.conversations
    with house.store.reading() as conn:
        rows = {row.source: row for row in conn.execute(select(_SOURCES))}
        unread = (table.c.state == captured.State.UNREAD, table.c.source.in_(rows))
        lost = dict(conn.execute(select(table.c.source, func.count()).where(*unread).group_by(table.c.source)).all())
    found = list[Standing]()
    for one in () if written is None else written.sources:
        row, unread = rows.get(one.source), int(lost.get(one.source, 0))
        known = (0, None, "", None) if row is None else (row.pieces, row.took_at, row.away, row.away_since)
        found.append(Standing(one.source, one.kind, one.paused, *known, unread))
    return found


def note_away(house: House, name: str, why: str) -> None:
    """Note that a source cannot be read, and why; since when stays as it was."""
    now = house.clock.now()
    fresh = insert(_SOURCES).values(source=name, position="{}", pieces=0, away=why, away_since=now)
    changes = {"away": why, "away_since": func.coalesce(_SOURCES.c.away_since, now)}
    with house.store.writing() as conn:
        conn.execute(fresh.on_conflict_do_update(index_elements=["source"], set_=changes))


def _note_batch(house: House, conn: Connection, name: str, batch: Batch, left: Sequence[Left]) -> None:
    now = house.clock.now()
    fresh = insert(_SOURCES).values(
        source=name,
        position=encode(batch.position),
        pieces=len(batch.pieces),
        took_at=now if batch.pieces else None,
        away="",
        away_since=None,
    )
    changes = {"position": fresh.excluded.position, "away": "", "away_since": None}
    if batch.pieces:
        changes |= {"pieces": _SOURCES.c.pieces + len(batch.pieces), "took_at": now}
    conn.execute(fresh.on_conflict_do_update(index_elements=["source"], set_=changes))
    captured.mend(conn, name, [one.name for one in batch.pieces])
    for one in {each.name: each for each in left if not each.aside}.values():
        captured.fail(conn, house.ledger, name, one.name, one.why, now)
