"""Anchoring: the newest head is written to a file outside the store, so that not even its owner can rewrite history.

One line of JSON an anchor, each signed and naming the one before. What the file says is worth as much as the place
where it lies: keep it, or copies of it, where whoever can write the store cannot.
"""

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from upbeat.base import canonical, decode, encode
from upbeat.ledger.errors import LedgerError
from upbeat.ledger.keys import Keys
from upbeat.ledger.seals import newest
from upbeat.store import Store
from upbeat.store.tables import ledger_seals

_LINE = 4096  # bytes in which the last line stands


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the anchor file: seal `number` ends at position `last` with `head`; the line before names `after`."""

    number: int
    last: int
    head: str
    at: datetime
    after: int
    signature: str = ""

    def signed(self, keys: Keys) -> "Anchor":
        """Give the anchor with its signature."""
        return replace(self, signature=keys.signer.sign(self._body()).hex())

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the holder of the keys signed this line."""
        try:
            signature = bytes.fromhex(self.signature)
            key.verify(signature, self._body())
        except (InvalidSignature, ValueError):
            return False
        return self.signature == signature.hex()  # capitals would read as the same bytes

    def _body(self) -> bytes:
        return canonical(replace(self, signature=""))


def anchor(store: Store, keys: Keys, now: datetime, file: Path) -> Anchor | None:
    """Append the newest seal to the file, unless it stands there; gives its anchor, or None where nothing is sealed.

    A line that an interrupted write left half done is taken away first. Raises LedgerError where the file cannot be
    written, or names a seal that the store does not hold.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            last = _last_line(handle, file)
            with store.reading() as conn:
                if last is not None:
                    _check_held(conn, last, file)
                seal = newest(conn)
            if seal.number == (last.number if last else 0):
                return last
            made = Anchor(seal.number, seal.last, seal.head.hex(), now, last.number if last else 0).signed(keys)
            os.write(handle, encode(made).encode() + b"\n")
            os.fsync(handle)
            return made
        finally:
            os.close(handle)
    except OSError as error:
        full = error.errno in {ENOSPC, EDQUOT}
        fix = (
            "Free some space: the next head that is anchored stands for this one too."
            if full
            else "Name a file that can be."
        )
        raise LedgerError(f"the anchor cannot be written: {error.strerror}", where=str(file), fix=fix) from error


def read(file: Path, key: Ed25519PublicKey, problem: Callable[[str], None]) -> dict[int, Anchor]:
    """Give the anchors of a file by the number of their seal; tells `problem` of each line that does not hold."""
    found: dict[int, Anchor] = {}
    after = 0
    lines = file.read_bytes().split(b"\n") if file.exists() else [b""]
    if lines.pop():
        problem(f"{file}: the last line is incomplete: a write was interrupted, or the file edited")
    for count, line in enumerate(lines, 1):
        one = _parse(line)
        if one is None or not one.signed_by(key):
            problem(f"{file}:{count}: not a line that was signed with the ledger's keys")
            continue
        if one.after != after:
            problem(f"{file}:{count}: a line before this one was taken away or moved")
        after = one.number
        found[one.number] = one
    return found


def newest_of(file: Path) -> Anchor | None:
    """Give the last whole line of a file as it stands, None where there is none. Whether it holds, `read` tells."""
    if not file.exists():
        return None
    with file.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        tail = os.pread(opened.fileno(), _LINE, max(0, size - _LINE))
    return _parse(tail.rpartition(b"\n")[0].rpartition(b"\n")[2])


def _parse(line: bytes) -> Anchor | None:
    try:
        one = decode(line, Anchor)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return one if canonical(one) == line else None


def _last_line(handle: int, file: Path) -> Anchor | None:
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _LINE, max(0, size - _LINE))
    whole, _, torn = tail.rpartition(b"\n")
    if torn:
        os.ftruncate(handle, size - len(torn))
    if not whole:
        return None
    one = _parse(whole.rpartition(b"\n")[2])
    if one is None:
        raise LedgerError(
            "the last line is not an anchor", where=str(file), fix="Restore the file from a copy, or name a new one."
        )
    return one


def _check_held(conn: Connection, last: Anchor, file: Path) -> None:
    head = conn.scalar(select(ledger_seals.c.head).where(ledger_seals.c.number == last.number))
    if head is None or head.hex() != last.head:
        raise LedgerError(
            f"the anchor file names seal {last.number}, which the store does not hold"
            + ("" if head is None else " in that form"),
            where=str(file),
            fix="Restore the store that belongs to this file; a store restored from an older backup has lost entries.",
        )
