"""Searching the ledger: the newest entries that fit, a page at a time, however long it is.

Where an index has what is asked for, it leads straight there. Any other search looks through so many entries at once
and says how far back it came: a page takes no longer among ten million entries than among ten thousand.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from upbeat.ledger.entries import stem_of
from upbeat.ledger.export import Wanted
from upbeat.store.tables import ledger_entries
from upbeat.store.tables.ledger import BY_PEOPLE

DEEP: Final = 50_000  # entries that a page looks through
_SAME: Final = 1_000  # entries of one moment, which ids do not put in order
_SKEW: Final = timedelta(minutes=5)  # entries may be so far out of the order of their times: several clocks write them


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of the entries that fit, newest first. `before` asks for what is older, 0 where there is none."""

    seqs: tuple[int, ...]
    before: int


def find(conn: Connection, wanted: Wanted, before: int, most: int) -> Found:
    """Give the newest entries that fit, of those written before the one of a number; of all where that is 0."""
    seq = ledger_entries.c.seq
    first, top = _ends(conn, wanted)
    top = min(top, before) if before else top
    is_led = bool(wanted.record_id or wanted.item_id or wanted.position)
    by_person = "@" in wanted.actor
    low = first if is_led or by_person else max(first, top - DEEP)
    fits = select(seq).where(wanted.fits(), seq >= low, seq < top).order_by(seq.desc()).limit(most)
    seqs = tuple(conn.scalars(fits.where(BY_PEOPLE) if by_person else fits))
    reached = seqs[-1] if len(seqs) == most else low
    return Found(seqs, reached if reached > first else 0)


def _ends(conn: Connection, wanted: Wanted) -> tuple[int, int]:
    """Give a number at or below the first entry of the time asked for, and one above its last."""
    table = ledger_entries.c
    past = (conn.scalar(select(func.max(table.seq))) or 0) + 1

    def at(moment: datetime) -> int:
        later = select(table.seq).where(table.id >= stem_of(moment)).order_by(table.id).limit(_SAME).subquery()
        return conn.scalar(select(func.min(later.c.seq))) or past

    first = 1 if wanted.since is None else at(wanted.since - _SKEW)
    return first, past if wanted.until is None else at(wanted.until + _SKEW)
