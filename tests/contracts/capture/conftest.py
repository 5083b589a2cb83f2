"""Every source of conversations there is, each with something real at its other end."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from imap_server import PASSWORD, USER, ImapServer
from upbeat.base import ManualClock, decode, encode
from upbeat.channels import Security
from upbeat.channels.capture import Batch, Folder, Imap, Inbox, Mailbox, Piece, Source

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LATER = timedelta(minutes=1)


@dataclass
class Line:
    """A source and what stands at its other end: `put` puts something in, `lose` takes the other end away."""

    source: Source
    put: Callable[[bytes], None]
    lose: Callable[[], None]
    clock: ManualClock

    def after(self, position: Any, most: int = 100) -> Batch:
        """Ask with a position as the store gives it back, when what was put in has settled."""
        self.clock.advance(LATER)
        return self.source.after(decode(encode(position)), most)

    def all(self, position: Any, most: int = 100) -> list[Piece]:
        """Give everything that comes after a position, batch by batch."""
        found: list[Piece] = []
        while (batch := self.after(position, most)).pieces:
            found += batch.pieces
            position = batch.position
        return found


def folder(root: Path, clock: ManualClock, _: ExitStack) -> Line:
    here = root / "recordings"
    here.mkdir()
    count = iter(range(1_000))

    def put(content: bytes) -> None:
        file = here / f"{next(count):04}.eml"
        file.write_bytes(content)
        os.utime(file, (clock.now().timestamp(), clock.now().timestamp()))

    return Line(Folder(here, clock), put, lambda: here.rename(root / "gone"), clock)


def inbox(root: Path, clock: ManualClock, _: ExitStack) -> Line:
    here = root / "inbox"
    one = Inbox(here, AESGCM(bytes(32)), clock)
    count = iter(range(1_000))

    def put(content: bytes) -> None:
        clock.advance(timedelta(seconds=1))
        assert one.put(f"msg_{next(count)}", "message.eml", content)

    def lose() -> None:
        here.rename(root / "gone")
        here.write_bytes(b"no folder")

    return Line(one, put, lose, clock)


def imap(security: Security) -> Callable[[Path, ManualClock, ExitStack], Line]:
    def made(root: Path, clock: ManualClock, held: ExitStack) -> Line:
        server = held.enter_context(ImapServer(root, security))
        if security is not Security.NONE:
            held.enter_context(pytest.MonkeyPatch.context()).setenv("SSL_CERT_FILE", str(server.authority))
        box = Mailbox("localhost", server.port, security, USER, PASSWORD, timeout=timedelta(seconds=5))
        one = Imap(box, clock)
        held.callback(one.close)
        return Line(one, server.put, server.stop, clock)

    return made


@pytest.fixture(
    params=[
        pytest.param(folder, id="a folder"),
        pytest.param(inbox, id="the inbox of a webhook"),
        pytest.param(imap(Security.NONE), id="IMAP in the clear, on this machine"),
        pytest.param(imap(Security.STARTTLS), id="IMAP with STARTTLS"),
        pytest.param(imap(Security.TLS), id="IMAP over TLS"),
    ]
)
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    """Each adapter in each of the ways it connects."""
    with ExitStack() as held:
        yield request.param(tmp_path, ManualClock(NOW), held)
