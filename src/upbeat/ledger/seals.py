"""Sealing: committed entries get dense positions, a digest over the batch, and a signed head that holds all before.

    entry hash   H(every column of the entry; the payload stands in it by its salted hash), made when it is written
    digest       H(order of writing and hash of each entry of a batch, by position)
    head         H(number, first and last position, time, digest, the head before)

H is SHA-256 over the canonical JSON of the values in a row, binary ones in hexadecimal; the head is signed with
Ed25519.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, bindparam, func, insert, select, update

from upbeat.base import canonical
from upbeat.ledger.errors import LedgerError
from upbeat.ledger.keys import Keys
from upbeat.ledger.rows import Raw
from upbeat.store import Store
from upbeat.store.moments import moment_text
from upbeat.store.tables import ledger_entries, ledger_seals

BATCH = 5000  # entries a seal at most: no other writer waits longer than some 50 ms for one


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing did: how many entries, and the newest head in hexadecimal."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of one batch, its columns as stored."""

    number: int
    first: int
    last: int
    at: Any  # a moment, or the text of one
    digest: bytes
    head: bytes = b""
    signature: bytes = b""

    def true_head(self, before: "Seal") -> bytes:
        """Give the head that holds this batch and everything before it."""
        return hash_of((self.number, self.first, self.last, self.at, self.digest, before.head))

    def follows(self, before: "Seal") -> bool:
        """Whether this seal goes on where the one before ended."""
        goes_on = (self.number, self.first) == (before.number + 1, before.last + 1)
        return goes_on and self.head == self.true_head(before)

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the holder of the keys signed the head."""
        try:
            key.verify(self.signature, self.head)
        except (InvalidSignature, TypeError):  # a forged one may be no bytes at all
            return False
        return True


NONE = Seal(0, 0, 0, "", b"", bytes(32))  # what stands before the first seal
SEAL = Raw(*(ledger_seals.c[field.name] for field in fields(Seal)))
SEALS = select(*SEAL.columns).order_by(ledger_seals.c.number)

_waiting = (
    select(
        ledger_entries.c.seq,
        (func.row_number().over(order_by=ledger_entries.c.seq) + bindparam("before")).label("position"),
    )
    .where(ledger_entries.c.position.is_(None))
    .order_by(ledger_entries.c.seq)
    .limit(BATCH)
    .subquery()
)
_PLACE = update(ledger_entries).where(ledger_entries.c.seq == _waiting.c.seq).values(position=_waiting.c.position)
_LAST = select(func.max(ledger_entries.c.position))
_PLACED = select(ledger_entries.c.seq, ledger_entries.c.hash).order_by(ledger_entries.c.position)


def seal(store: Store, keys: Keys, now: datetime) -> Sealed:
    """Seal every committed entry that is not yet, in the order of writing.

    The store's one writing transaction keeps sealers apart. Raises LedgerError where the newest seal was signed
    with other keys.
    """
    entries = 0
    while True:
        with store.writing() as conn:
            count, head = _seal_batch(conn, keys, now)
        entries += count
        if count < BATCH:
            return Sealed(entries, head.hex())


def newest(conn: Connection) -> Seal:
    """Give the last seal, or NONE."""
    row = conn.execute(SEALS.order_by(None).order_by(ledger_seals.c.number.desc()).limit(1)).first()
    return NONE if row is None else Seal(*row)


def hash_of(values: Iterable[Any]) -> bytes:
    """Give the SHA-256 over values as stored or to be stored, each in a form that no value of another type has."""
    return sha256(canonical([value if type(value) is str else _form(value) for value in values])).digest()


def line_of(seq: int, entry_hash: bytes) -> bytes:
    """Give what an entry adds to its batch's digest."""
    return f"{seq} {entry_hash.hex()}\n".encode()


def _seal_batch(conn: Connection, keys: Keys, now: datetime) -> tuple[int, bytes]:
    before = newest(conn)
    if before is not NONE and not before.signed_by(keys.verifier):
        raise LedgerError(
            "the newest seal was signed with other keys than those at hand",
            where=f"ledger seal {before.number}",
            fix="Restore the folder of keys that belongs to this store.",
        )
    if (conn.scalar(_LAST) or 0) != before.last:
        raise LedgerError(
            "entries have positions that no seal covers",
            where=f"ledger seal {before.number}",
            fix="Somebody changed the store: run `upbeat ledger verify`, then restore a backup.",
        )
    count = conn.execute(_PLACE, {"before": before.last}).rowcount
    if not count:
        return 0, before.head
    digest = sha256()
    for seq, entry_hash in conn.execute(_PLACED.where(ledger_entries.c.position > before.last)):
        digest.update(line_of(seq, entry_hash))
    made = Seal(before.number + 1, before.last + 1, before.last + count, now, digest.digest())
    head = made.true_head(before)
    conn.execute(insert(ledger_seals).values(asdict(made) | {"head": head, "signature": keys.signer.sign(head)}))
    return count, head


def _form(value: Any) -> Any:
    if isinstance(value, bytes):
        return [value.hex()]
    return moment_text(value) if isinstance(value, datetime) else value
