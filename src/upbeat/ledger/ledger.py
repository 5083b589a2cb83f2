"""The ledger's face: write entries, read them back, and have them sealed, anchored and verified."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy import Row as Selected

from upbeat.base import Clock
from upbeat.ledger import anchors, seals
from upbeat.ledger.entries import Entry, Kind, Stored, stem_of
from upbeat.ledger.errors import LedgerError
from upbeat.ledger.export import Row, Span, Wanted, rows, span
from upbeat.ledger.keys import Keys
from upbeat.ledger.payloads import NOISE, close, hide, reopen, show
from upbeat.ledger.trail import find
from upbeat.ledger.verify import Verification, verify
from upbeat.store import Store
from upbeat.store.bulk import insert_rows
from upbeat.store.tables import ledger_entries, ledger_payloads

_ENTRY = tuple(column.name for column in ledger_entries.c if column.name not in {"seq", "position"})
_PAYLOAD = ("entry_id", "nonce", "sealed")
_AT_ONCE = 1000  # rows read at once
_TAIL = 7  # random bytes of an id


class Ledger:
    """What happened, in order, for good: entries are added and sealed, never changed and never taken away."""

    def __init__(self, keys: Keys, clock: Clock, in_force: Callable[[], str] = str) -> None:
        """Write with `keys`, at the times of `clock`; `in_force` gives the version of the policy that holds now."""
        self._keys = keys
        self._clock = clock
        self._in_force = in_force

    def append(self, conn: Connection, entries: Sequence[Entry]) -> list[str]:
        """Write entries in the caller's transaction; gives their ids, in order.

        Ids begin with the time, so that new rows stand side by side in the indexes: random ones would rewrite a
        page of the disk for each entry once the ledger is large.
        """
        now, policy = self._clock.now(), self._in_force()
        stem = stem_of(now)
        noise = os.urandom((_TAIL + NOISE) * len(entries))
        rows: list[tuple[object, ...]] = []
        payloads: list[tuple[object, ...]] = []
        for number, entry in enumerate(entries):
            start = (_TAIL + NOISE) * number
            middle, end = start + _TAIL, start + _TAIL + NOISE
            entry_id = f"{stem}{number:06x}{noise[start:middle].hex()}"
            payload_hash, nonce, sealed = close(self._keys.cipher, entry_id, entry.payload, noise[middle:end])
            ids = (entry.item_id, entry.proposal_id, entry.workflow)
            stood_on = (entry.version, entry.policy or policy)
            row = (entry_id, entry.kind.value, now, entry.actor, *ids, *stood_on, entry.record_id, payload_hash)
            rows.append((*row, seals.hash_of(row)))
            payloads.append((entry_id, nonce, sealed))
        insert_rows(conn, ledger_entries, _ENTRY, rows)
        insert_rows(conn, ledger_payloads, _PAYLOAD, payloads)
        return [str(row[0]) for row in rows]

    def hide(self, name: str, text: str) -> bytes:
        """Close a text that is kept beside the ledger with its key, bound to a name: the store alone cannot read it."""
        return hide(self._keys.cipher, name, text)

    def show(self, name: str, hidden: bytes) -> str:
        """Open what `hide` closed. Raises LedgerError where it is not what was kept under this name."""
        return show(self._keys.cipher, name, hidden)

    def read(self, conn: Connection, entry_id: str) -> Stored:
        """Give one entry. Raises LedgerError where there is none, or its payload is not what was written."""
        row = conn.execute(_STORED.where(ledger_entries.c.id == entry_id)).one_or_none()
        if row is None:
            raise LedgerError("the ledger holds no such entry", where=f"ledger entry {entry_id}")
        return self._stored(row)

    def read_all(self, conn: Connection, entry_ids: Sequence[str]) -> dict[str, Stored]:
        """Give the entries of these ids that there are, by id. Raises LedgerError as `read` does."""
        rows = conn.execute(_STORED.where(ledger_entries.c.id.in_(entry_ids)))
        return {stored.id: stored for stored in map(self._stored, rows)}

    def about(self, conn: Connection, *, item_id: str = "", record_id: str = "", proposal_id: str = "") -> list[Stored]:
        """Give the entries of an item, a record or a proposal, oldest first. Raises LedgerError as `read` does."""
        wanted = {"item_id": item_id, "record_id": record_id, "proposal_id": proposal_id}
        where = [ledger_entries.c[name] == value for name, value in wanted.items() if value]
        if not where:
            raise ValueError("about what?")
        return [self._stored(row) for row in conn.execute(_STORED.where(*where).order_by(ledger_entries.c.seq))]

    def between(self, conn: Connection, since: datetime, until: datetime, kinds: Collection[Kind]) -> Iterator[Stored]:
        """Give the entries of these kinds from `since` on and before `until`, in the order of writing, one by one.

        Raises LedgerError as `read` does.
        """
        rows = conn.execution_options(yield_per=_AT_ONCE).execute(
            _STORED.where(
                ledger_entries.c.id >= stem_of(since),  # ids begin with the time, and have an index
                ledger_entries.c.id < stem_of(until),
                ledger_entries.c.kind.in_(kinds),
            ).order_by(ledger_entries.c.seq)
        )
        return map(self._stored, rows)

    def find(self, conn: Connection, wanted: Wanted, before: int, most: int) -> tuple[list[Stored], int]:
        """Give the newest entries that fit, of those written before the one of a number, or of all where that is 0.

        And the number by which to ask for what is older, 0 where there is none: fewer than `most` may come, where few
        fit and a page looks no further. Raises LedgerError as `read` does.
        """
        found = find(conn, wanted, before, most)
        newest = _STORED.where(ledger_entries.c.seq.in_(found.seqs)).order_by(ledger_entries.c.seq.desc())
        return [self._stored(row) for row in conn.execute(newest)], found.before

    def counts(self, conn: Connection, since: datetime, until: datetime) -> dict[Kind, int]:
        """Give how many entries of each kind were written from `since` to before `until`."""
        kind = ledger_entries.c.kind
        within = (ledger_entries.c.id >= stem_of(since), ledger_entries.c.id < stem_of(until))
        counted = select(kind, func.count()).where(*within).group_by(kind)
        return {Kind(name): number for name, number in conn.execute(counted)}

    def erase(self, conn: Connection, entry_ids: Sequence[str], *, by: str, why: str) -> str:
        """Destroy the payloads of entries, which stand and still verify; gives the id of the entry that says so."""
        [erasure] = self.append(conn, [Entry(Kind.ERASED, by, {"entries": list(entry_ids), "why": why})])
        blank = update(ledger_payloads).values(nonce=b"", sealed=erasure.encode())
        if entry_ids:
            conn.execute(
                blank.where(ledger_payloads.c.entry_id == bindparam("erased")), [{"erased": one} for one in entry_ids]
            )
        return erasure

    def seal(self, store: Store) -> seals.Sealed:
        """Seal every committed entry that is not yet; only one sealer works at a time."""
        return seals.seal(store, self._keys, self._clock.now())

    def anchor(self, store: Store, file: Path) -> anchors.Anchor | None:
        """Write the newest seal's head to a file outside the store; gives it, or None where nothing is sealed.

        Raises LedgerError where the store is behind the file, or contradicts it.
        """
        return anchors.anchor(store, self._keys, self._clock.now(), file)

    def anchored(self, file: Path) -> anchors.Anchor | None:
        """Give the newest head in a file as it stands, None where there is none; `verify` says whether it holds."""
        return anchors.newest_of(file)

    def verify(
        self, store: Store, file: Path, *, progress: Callable[[int, int], None] = lambda _done, _all: None
    ) -> Verification:
        """Recompute everything and say what does not hold; `progress` hears entries done, and how many there are."""
        return verify(store, self._keys, file, progress)

    def span(self, conn: Connection, wanted: Wanted) -> Span:
        """Count the sealed entries that are wanted, and give their first and last position and the last head."""
        return span(conn, wanted)

    def export(self, conn: Connection, wanted: Wanted, over: Span) -> Iterator[Row]:
        """Give the wanted entries with what proves them, as `upbeat.ledger.export` has it."""
        return rows(conn, self._keys, wanted, over)

    def _stored(self, row: Selected[*tuple[Any, ...]]) -> Stored:
        erased = row.sealed.decode() if row.nonce == b"" else ""
        return Stored(
            kind=Kind(row.kind),
            actor=row.actor,
            payload=None if erased else reopen(self._keys.cipher, row.id, row.payload_hash, row.nonce, row.sealed),
            item_id=row.item_id,
            proposal_id=row.proposal_id,
            workflow=row.workflow,
            version=row.version,
            policy=row.policy,
            record_id=row.record_id,
            id=row.id,
            at=row.at,
            seq=row.seq,
            position=row.position,
            erased=erased,
        )


_STORED = select(ledger_entries, ledger_payloads.c.nonce, ledger_payloads.c.sealed).outerjoin_from(
    ledger_entries, ledger_payloads
)
