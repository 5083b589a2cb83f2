"""Checking an export with nothing but the export: no store, no secret, no Upbeat that wrote it.

It holds that the rows are what was sealed, in that order, without a gap. Whose seal it is, and that nothing was sealed
anew, the reader knows by a head or a key that came another way: the anchor file, or an earlier export.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from upbeat.base import decode
from upbeat.ledger.entries import Kind
from upbeat.ledger.export import FORMAT, HASHED
from upbeat.ledger.seals import hash_of, line_of

_MOST = 50  # problems told one by one


@dataclass(slots=True)
class Checked:
    """What checking an export found. `entries` are whole ones; `key` and `head` are what to compare outside.

    `unproven` counts the erased ones of which another export has the entry that says by whom.
    """

    entries: int = 0
    erased: int = 0
    unproven: int = 0
    others: int = 0
    seals: int = 0
    first: int = 0
    last: int = 0
    key: str = ""
    head: str = ""
    problems: list[str] = field(default_factory=list[str])

    @property
    def ok(self) -> bool:
        """Whether everything in it holds."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Note a problem; beyond so many they are not told one by one."""
        if len(self.problems) < _MOST:
            self.problems.append(problem)


def check_export(rows: Iterable[Mapping[str, Any]], told: Callable[[int], None] = lambda _: None) -> Checked:
    """Check the rows of an export, in their order; `told` hears how many were looked at."""
    walk = _Walk()
    for count, row in enumerate(rows, 1):
        try:
            walk.take(row)
        except (KeyError, ValueError, TypeError) as error:
            walk.found.add(f"row {count} is none of an export ({type(error).__name__}: {error})")
            break
        told(count)
    return walk.end()


class _Walk:
    def __init__(self) -> None:
        self.found = Checked()
        self._key: Ed25519PublicKey | None = None
        self._before = b""
        self._seal: Mapping[str, Any] | None = None
        self._next = 0  # the number of the next seal, or the position of the next entry
        self._number = 0
        self._digest = sha256()
        self._any = False
        self._erased: dict[str, str] = {}  # ids of entries, by whose entry
        self._erasures: dict[str, set[str]] = {}

    def take(self, row: Mapping[str, Any]) -> None:
        match row["row"]:
            case "export":
                self._begin(row)
            case "seal":
                self._close()
                self._open(row)
            case "entry" | "other":
                self._entry(row)
            case unknown:
                raise ValueError(f"a row of the kind {unknown!r}")

    def end(self) -> Checked:
        self._close()
        if self._key is None:
            self.found.add("it does not begin as an export does")
        for one, by in self._erased.items():
            if by not in self._erasures:
                self.found.unproven += 1
            elif one not in self._erasures[by]:
                self.found.add(f"entry {one} is said to be erased by entry {by}, which says nothing of it")
        return self.found

    def _begin(self, row: Mapping[str, Any]) -> None:
        if int(row["format"]) != FORMAT:
            raise ValueError(f"format {row['format']}, and this Upbeat knows {FORMAT}")
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["key"]))
        self._before = bytes.fromhex(row["before"])
        self.found.key = row["key"]

    def _open(self, row: Mapping[str, Any]) -> None:
        number, first, last, head = int(row["number"]), int(row["first"]), int(row["last"]), bytes.fromhex(row["head"])
        if self._number and (number, first) != (self._number + 1, self._next):
            self.found.add(f"seal {number} does not follow seal {self._number}: one was taken away or moved")
        values = (number, first, last, row["at"], bytes.fromhex(row["digest"]), self._before)
        if hash_of(values) != head:
            self.found.add(f"seal {number}: its head is not the one of its rows and of the seal before")
        try:
            if self._key is not None:
                self._key.verify(bytes.fromhex(row["signature"]), head)
        except InvalidSignature:
            self.found.add(f"seal {number} was not signed with the key of this export")
        self._seal, self._before, self._number, self._next = row, head, number, first
        self._digest, self._any = sha256(), False
        self.found.seals += 1
        self.found.first = self.found.first or first
        self.found.last, self.found.head = last, row["head"]

    def _entry(self, row: Mapping[str, Any]) -> None:
        position, seq, entry_hash = int(row["position"]), int(row["seq"]), bytes.fromhex(row["hash"])
        if position != self._next:
            self.found.add(f"position {self._next} is missing")
        if row["row"] == "entry":
            entry_hash = self._whole(position, row, entry_hash)
        else:
            self.found.others += 1
        self._digest.update(line_of(seq, entry_hash))
        self._next, self._any = position + 1, True

    def _whole(self, position: int, row: Mapping[str, Any], said: bytes) -> bytes:
        payload_hash = bytes.fromhex(row["payload_hash"])
        true_hash = hash_of([*(row[name] for name in HASHED), payload_hash])
        if true_hash != said:
            self.found.add(f"position {position}: the entry is not the one that was written")
        if row["erased_by"]:
            self.found.erased += 1
            self._erased[row["id"]] = row["erased_by"]
            if row["payload"] or row["salt"]:
                self.found.add(f"position {position}: its payload was erased, and something stands in its place")
        elif sha256(bytes.fromhex(row["salt"]) + row["payload"].encode()).digest() != payload_hash:
            self.found.add(f"position {position}: the payload is not the one that was written")
        elif row["kind"] == Kind.ERASED:
            self._erasures[row["id"]] = set(decode(row["payload"])["entries"])
        self.found.entries += 1
        return true_hash

    def _close(self) -> None:
        """Hold the rows of a batch against its seal; a batch of which nothing was asked for has none."""
        seal = self._seal
        if seal is None:
            return
        if self._any and (self._next != int(seal["last"]) + 1 or self._digest.hexdigest() != seal["digest"]):
            self.found.add(f"seal {seal['number']}: rows of its batch were changed, moved or taken away")
        self._next = int(seal["last"]) + 1
