"""Exporting: entries with what proves them, so that a stranger can check them with the export alone.

export   what was asked for, the public half of the keys, and the head of the seal before the first
seal     one of a batch, before its entries: all between the first and the last are there, or the chain would break
entry    what was asked for: every column, and the payload with its salt, as the exact text that was hashed
other    an entry of the same batch that was not asked for: its hash alone, without which the digest has a gap
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from sqlalchemy import ColumnElement, Connection, func, select, true

from upbeat.ledger.entries import Kind
from upbeat.ledger.keys import Keys
from upbeat.ledger.payloads import check, salt_of
from upbeat.ledger.seals import NONE, SEAL, SEALS, Seal
from upbeat.store.moments import moment_text
from upbeat.store.tables import ledger_entries, ledger_payloads, ledger_seals

FORMAT = 1  # of the rows; another number when they mean something else
_OUTSIDE = frozenset({"seq", "position", "hash", "payload_hash"})  # the last stands in the hash, as a hash
HASHED = tuple(one.name for one in ledger_entries.c if one.name not in _OUTSIDE)  # an entry's own columns, in order
COLUMNS = (  # of a table of all rows, in which each kind leaves blank what it has not
    *("row", "position", "seq", *HASHED, "payload_hash", "hash", "salt", "payload", "erased_by"),
    *("number", "first", "last", "digest", "head", "signature"),
    *("format", "since", "until", "of", "key", "before"),
)
_AT_ONCE = 1000  # rows read at once

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from `since` on, before `until`, of one workflow, and so on; all where nothing is said.

    `actor` is a username, an agent's name or a room of ours. `position` is that of one sealed entry.
    """

    since: datetime | None = None
    until: datetime | None = None
    workflow: str = ""
    actor: str = ""
    kinds: tuple[Kind, ...] = ()
    record_id: str = ""
    item_id: str = ""
    position: int = 0

    @property
    def words(self) -> str:
        """What narrows it beside the time, as an export says it: the workflow's name where that is all."""
        said = [("by", self.actor), ("record", self.record_id), ("run", self.item_id), ("of", ", ".join(self.kinds))]
        return "; ".join(filter(None, [self.workflow, *(f"{name} {value}" for name, value in said if value)]))

    def fits(self) -> ColumnElement[bool]:
        """Select them, sealed or not."""
        table = ledger_entries.c
        where = true() if self.since is None else table.at >= self.since
        where &= true() if self.until is None else table.at < self.until
        where &= table.kind.in_(self.kinds) if self.kinds else true()
        where &= table.position == self.position if self.position else true()
        for name in ("workflow", "actor", "record_id", "item_id"):
            value = getattr(self, name)
            where &= table[name] == value if value else true()
        return where

    def selects(self) -> ColumnElement[bool]:
        """Select them among the sealed ones."""
        return ledger_entries.c.position.is_not(None) & self.fits()


@dataclass(frozen=True, slots=True)
class Span:
    """What an export holds: how many entries, of which positions, up to which head in hexadecimal."""

    entries: int
    first: int
    last: int
    head: str


def span(conn: Connection, wanted: Wanted) -> Span:
    """Count what is wanted; positions are 0 where there is none."""
    position = ledger_entries.c.position
    ends = select(func.count(), func.min(position), func.max(position)).where(wanted.selects())
    count, first, last = conn.execute(ends).one()
    seals = select(ledger_seals.c.head).where(ledger_seals.c.first <= (last or 0), ledger_seals.c.last >= (last or 0))
    head = conn.scalar(seals)
    return Span(count, first or 0, last or 0, "" if head is None else head.hex())


def rows(conn: Connection, keys: Keys, wanted: Wanted, over: Span) -> Iterator[Row]:
    """Give the rows of an export one by one. Raises LedgerError where a payload is not what was written."""
    conn = conn.execution_options(yield_per=_AT_ONCE)
    between = (ledger_seals.c.last >= over.first) & (ledger_seals.c.first <= over.last)
    seals = [Seal(*row) for row in conn.execute(select(*SEAL.columns).where(between).order_by(ledger_seals.c.number))]
    first = seals[0].number if seals else 1
    before = conn.execute(SEALS.order_by(None).where(ledger_seals.c.number == first - 1)).first()
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    yield {
        "row": "export",
        "format": FORMAT,
        "since": _moment(wanted.since),
        "until": _moment(wanted.until),
        "of": wanted.words,
        "key": keys.verifier.public_bytes(*raw).hex(),
        "before": (NONE if before is None else Seal(*before)).head.hex(),
    }
    for seal in seals:
        told = {"number": seal.number, "first": seal.first, "last": seal.last, "at": _moment(seal.at)}
        proof = {"digest": seal.digest.hex(), "head": seal.head.hex(), "signature": seal.signature.hex()}
        yield {"row": "seal", **told, **proof}
        if _any_wanted(conn, wanted, seal):
            yield from _entries(conn, keys, wanted, seal)


def _any_wanted(conn: Connection, wanted: Wanted, seal: Seal) -> bool:
    within = ledger_entries.c.position.between(seal.first, seal.last)
    return conn.execute(select(ledger_entries.c.seq).where(within, wanted.selects()).limit(1)).first() is not None


def _entries(conn: Connection, keys: Keys, wanted: Wanted, seal: Seal) -> Iterator[Row]:
    """Give every entry of a batch, those that are not wanted by their hash alone."""
    table, payloads = ledger_entries, ledger_payloads
    is_wanted = wanted.selects().label("is_wanted")
    every = select(table, payloads.c.nonce, payloads.c.sealed, is_wanted).outerjoin_from(table, payloads)
    within = table.c.position.between(seal.first, seal.last)
    for row in conn.execute(every.where(within).order_by(table.c.position)):
        place = {"position": row.position, "seq": row.seq, "hash": row.hash.hex()}
        if not row.is_wanted:
            yield {"row": "other", **place}
            continue
        columns = {name: getattr(row, name) for name in HASHED} | {"at": _moment(row.at)}
        yield {"row": "entry", **place, **columns, "payload_hash": row.payload_hash.hex(), **_payload(keys, row)}


def _payload(keys: Keys, row: Any) -> dict[str, str]:
    if row.nonce == b"":
        return {"salt": "", "payload": "", "erased_by": row.sealed.decode()}
    salt, text = salt_of(check(keys.cipher, row.id, row.payload_hash, row.nonce, row.sealed))
    return {"salt": salt.hex(), "payload": text.decode(), "erased_by": ""}


def _moment(value: Any) -> str:
    """Give a moment as it stands in what is hashed, whatever the database made of it."""
    if value is None:
        return ""
    return moment_text(value) if isinstance(value, datetime) else str(value)
