"""Verifying: recompute every hash from the first entry on, and say each thing that does not hold.

Entries stream past: a million of them take no more memory than a thousand.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from upbeat.ledger import anchors
from upbeat.ledger.entries import Kind
from upbeat.ledger.errors import LedgerError
from upbeat.ledger.keys import Keys
from upbeat.ledger.payloads import check, reopen
from upbeat.ledger.rows import Raw
from upbeat.ledger.seals import NONE, SEAL, SEALS, Seal, hash_of, line_of
from upbeat.store import Store
from upbeat.store.tables import ledger_entries, ledger_payloads

_MOST = 50  # problems told one by one
_AT_ONCE = 1000  # rows

_ROW = Raw(*ledger_entries.c, ledger_payloads.c.nonce, ledger_payloads.c.sealed)
_ROWS = select(*_ROW.columns).outerjoin_from(ledger_entries, ledger_payloads)


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found.

    `sealed` and `unsealed` count entries; positions up to `anchored_to` are held by the anchor file too. `problems`
    are sentences, each naming its place.
    """

    sealed: int
    unsealed: int
    anchored_to: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that is sealed holds."""
        return not self.problems

    @property
    def unanchored(self) -> int:
        """How many entries are sealed, but not held by the anchor file yet."""
        return self.sealed - self.anchored_to


def verify(store: Store, keys: Keys, file: Path, progress: Callable[[int, int], None]) -> Verification:
    """Check the store against itself, the keys and the anchor file, in one view of the store."""
    problems = _Problems()
    anchored = anchors.read(file, keys.verifier, problems.add)  # before the view opens: it can only be behind
    with store.reading() as conn:
        walk = _Walk(conn, keys, anchored, problems)
        try:
            walk.along(progress)
        except DBAPIError as error:
            problems.add(f"after seal {walk.before.number}: a row cannot be read ({error.orig})")
        return Verification(walk.sealed, walk.unsealed, walk.anchored_to, problems.told())


class _Problems:
    def __init__(self) -> None:
        self._first: list[str] = []
        self._more = 0

    def add(self, problem: str) -> None:
        if len(self._first) < _MOST:
            self._first.append(problem)
        else:
            self._more += 1

    def __len__(self) -> int:
        return len(self._first) + self._more

    def told(self) -> tuple[str, ...]:
        return (*self._first, *([f"and {self._more} more"] if self._more else []))


class _Walk:
    """One pass along the seals and their entries."""

    def __init__(self, conn: Connection, keys: Keys, anchored: dict[int, anchors.Anchor], problems: _Problems) -> None:
        self._conn = conn.execution_options(yield_per=_AT_ONCE)
        self._keys = keys
        self._verifier = keys.verifier
        self._anchored = anchored
        self._problems = problems
        self._erasures: dict[bytes, frozenset[str]] = {}
        # One writer at a time: the order of writing is the order of sealing. PostgreSQL has no such order.
        self._ordered = conn.dialect.name == "sqlite"
        self._seq = 0  # of the entry before
        self.before = NONE
        self.sealed = 0
        self.unsealed = 0
        self.anchored_to = 0

    def along(self, progress: Callable[[int, int], None]) -> None:
        self.unsealed = self._count(ledger_entries, ledger_entries.c.position.is_(None))
        placed = self._count(ledger_entries, ledger_entries.c.position.is_not(None))
        for row in self._conn.execute(SEALS):
            if not SEAL.fits(row):
                self._problems.add(f"the seal after seal {self.before.number} holds a value of another type")
                continue
            seal = Seal(*row)
            self._check_seal(seal)
            self._check_entries(seal)
            self.before = seal
            progress(self.sealed, placed)
        for missing in self._anchored.values():
            self._problems.add(f"seal {missing.number} (up to position {missing.last}) is anchored, and missing")
        if self.sealed != placed:
            self._problems.add(f"{placed} entries have a position, and the seals hold {self.sealed}")
        late = ledger_entries.c.seq <= self._seq
        if self._ordered and self._count(ledger_entries, ledger_entries.c.position.is_(None), late):
            self._problems.add("an entry that is not sealed stands before sealed ones")
        payloads, entries = self._count(ledger_payloads), placed + self.unsealed
        if payloads != entries:
            self._problems.add(f"there are {entries} entries, and {payloads} payloads")

    def _check_seal(self, seal: Seal) -> None:
        if not seal.follows(self.before):
            self._problems.add(
                f"seal {seal.number} does not follow seal {self.before.number}: one was changed or taken away"
            )
        if not seal.signed_by(self._verifier):
            self._problems.add(f"seal {seal.number} was not signed with the ledger's keys")
        anchor = self._anchored.pop(seal.number, None)
        if anchor is not None and (anchor.last, bytes.fromhex(anchor.head)) == (seal.last, seal.head):
            self.anchored_to = seal.last
        elif anchor is not None:
            self._problems.add(f"seal {seal.number} is not the one that was anchored")

    def _check_entries(self, seal: Seal) -> None:
        known, digest, expected = len(self._problems), sha256(), seal.first
        within = ledger_entries.c.position.between(seal.first, seal.last)
        for row in self._conn.execute(_ROWS.where(within).order_by(ledger_entries.c.position)):
            self.sealed += 1
            if not _ROW.fits(row):
                self._problems.add(f"position {expected} holds a value of another type")
                expected += 1
                continue
            seq, *columns, entry_hash, position, nonce, sealed = row
            true_hash = hash_of(columns)
            digest.update(line_of(seq, true_hash))
            if position != expected:
                self._problems.add(f"position {expected} is missing")
            if entry_hash != true_hash:
                self._problems.add(f"position {position}: the entry is not the one that was written")
            if self._ordered and seq <= self._seq:
                self._problems.add(f"position {position}: the entry was written before the one in front of it")
            self._check_payload(position, row.id, row.payload_hash, nonce, sealed)
            self._seq, expected = seq, position + 1
        if digest.digest() != seal.digest and len(self._problems) == known:
            self._problems.add(
                f"positions {seal.first} to {seal.last}: an entry was changed, moved or taken away after it was sealed"
            )

    def _check_payload(self, position: int, entry_id: str, payload_hash: bytes, nonce: Any, sealed: Any) -> None:
        if nonce == b"":
            if entry_id not in self._erased_by(sealed or b""):
                self._problems.add(f"position {position}: its payload was erased, and no entry says by whom")
            return
        try:
            check(self._keys.cipher, entry_id, payload_hash, nonce, sealed)
        except LedgerError as error:
            self._problems.add(f"position {position}: {error.what}")

    def _erased_by(self, erasure: bytes) -> frozenset[str]:
        """Give the ids of the entries that the entry `erasure` erased; none where it is no such entry."""
        if erasure not in self._erasures:
            row = self._conn.execute(_ROWS.where(ledger_entries.c.id == str(erasure, errors="replace"))).first()
            self._erasures[erasure] = frozenset()
            if row is not None and row.kind == Kind.ERASED:
                with suppress(LedgerError):
                    said = reopen(self._keys.cipher, row.id, row.payload_hash, row.nonce, row.sealed)
                    self._erasures[erasure] = frozenset(said["entries"])
        return self._erasures[erasure]

    def _count(self, table: Table, *where: ColumnElement[bool]) -> int:
        return self._conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
