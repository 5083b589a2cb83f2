"""What was delivered to a webhook and is not taken yet: a file each, sealed, and on the disk before the answer.

A delivery leaves when the position says that it was taken. Its name stays for as long as its signature would hold, so
that the same delivery, sent again, is known.
"""

import os
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upbeat.base import Clock
from upbeat.channels.capture.port import Batch, Piece, Position, SourceAwayError
from upbeat.channels.capture.signed import WINDOW

_NONCE: Final = 12  # bytes
_KNOWN: Final = 2 * WINDOW  # a delivery may be signed five minutes ahead of our clock
_TAKEN: Final = "taken"


class _Delivery(msgspec.Struct):
    """One delivery as it lies in its file."""

    id: str
    name: str
    received: datetime
    content: bytes


class Inbox:
    """The deliveries of one webhook. One process puts them in, another takes them, and neither waits for the other."""

    def __init__(self, folder: Path, cipher: AESGCM, clock: Clock) -> None:
        """Hold the folder; it is made with the first delivery."""
        self._folder = folder
        self._cipher = cipher
        self._clock = clock

    def close(self) -> None:
        """Hold nothing open."""

    def put(self, delivery: str, name: str, content: bytes) -> bool:
        """Keep a delivery for good before this returns; False where it was there already."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / sha256(delivery.encode()).hexdigest()
        now = self._clock.now()
        if file.exists():
            return False
        plain = msgspec.msgpack.encode(_Delivery(delivery, name, now, content))
        nonce = token_bytes(_NONCE)
        draft = self._folder / f".{file.name}.{token_bytes(8).hex()}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(nonce + self._cipher.encrypt(nonce, plain, file.name.encode()))
                opened.flush()
                os.fsync(opened.fileno())
            os.utime(draft, (now.timestamp(), now.timestamp()))
            os.link(draft, file)  # not a rename: of two that come at once, the first one's stands
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        _sync(self._folder)
        return True

    def after(self, position: Position, most: int) -> Batch:
        """Give what waits, the oldest first; what the position says was taken leaves."""
        try:
            self._let_go(position.get(_TAKEN, ()))
            found = sorted((one.stat().st_mtime_ns, one.name) for one in self._waiting())
        except OSError as error:
            raise SourceAwayError(f"the inbox cannot be read: {error.strerror}", where=str(self._folder)) from None
        names = [name for _, name in found[:most]]
        if not names:
            return Batch((), position)
        return Batch(tuple(map(self._piece, names)), {_TAKEN: names}, more=len(found) > most)

    def _waiting(self) -> list[Path]:
        if not self._folder.exists():
            return []
        return [one for one in self._folder.iterdir() if not one.name.startswith(".") and one.stat().st_size]

    def _piece(self, name: str) -> Piece:
        sealed = (self._folder / name).read_bytes()
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            why = "it was sealed with a key that is not at hand"
            return Piece(name, name, b"", self._clock.now(), broken=why)
        one = msgspec.msgpack.decode(plain, type=_Delivery)
        return Piece(one.id, one.name, one.content, one.received)

    def _let_go(self, taken: list[str]) -> None:
        """Empty what was taken, and forget the names of what no signature would bring again."""
        now = self._clock.now().timestamp()
        for name in taken:
            with suppress(FileNotFoundError):
                file = self._folder / name
                if file.stat().st_size:
                    os.truncate(file, 0)
                    os.utime(file, (now, now))
        for file in self._folder.glob("[!.]*") if taken else ():
            if not file.stat().st_size and now - file.stat().st_mtime > _KNOWN.total_seconds():
                file.unlink()


def _sync(folder: Path) -> None:
    """Have the disk keep the folder's list of names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
