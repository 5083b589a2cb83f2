"""Mailboxes over IMAP (RFC 3501), read and never changed: opened with EXAMINE, fetched with PEEK.

The position holds for each mailbox its UIDVALIDITY and the last UID that was given: UIDs rise, and are never used twice
under one UIDVALIDITY. Where the server gives the mailbox a new one, it is read again from the beginning, and what was
taken before is known by its Message-ID.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import pairwise
from threading import Timer
from typing import Any, Final, TypeVar, cast

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailboxLoginError, MailBoxUnencrypted

from upbeat.base import Clock
from upbeat.channels.capture.port import Batch, Piece, Position, SourceAwayError
from upbeat.channels.server import Security

T = TypeVar("T")

LARGEST: Final = 36_000_000  # bytes of a message: 25 MB of attachments in base64, which servers take at the most
AT_ONCE: Final = 20_000_000  # bytes of one answer, beside the last message's
_TRUST: Final = (
    "Where the server shows a certificate of your own authority, set SSL_CERT_FILE to that authority's file."
)
_SIZE: Final = re.compile(rb"UID (\d+)|RFC822\.SIZE (\d+)")
_UID: Final = re.compile(rb"UID (\d+)")
_DATE: Final = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An account on a mail server, and which of its folders are read. `since` leaves out what came before that day."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    since: date | None = None
    timeout: timedelta = timedelta(seconds=30)


class Imap:
    """One account. The connection is kept from one look to the next, and made anew where it was lost."""

    def __init__(self, mailbox: Mailbox, clock: Clock) -> None:
        """Connect to nothing yet."""
        self._mailbox = mailbox
        self._clock = clock
        self._open: BaseMailBox | None = None

    def close(self) -> None:
        """Say goodbye, and close."""
        if self._open is not None:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError), self._in_time(self._open):
                self._open.client.logout()
        self._hang_up()

    def reach(self) -> None:
        """Connect, log in and find each folder. Raises SourceAwayError where that cannot be."""
        for folder in self._mailbox.folders:
            self._told(partial(_examine, folder=folder))

    def after(self, position: Position, most: int) -> Batch:
        """Give messages that no folder had given, folder by folder, each in the order of its UIDs."""
        pieces, now, more = list[Piece](), dict(position), False
        for folder in self._mailbox.folders:
            if len(pieces) >= most:
                more = True  # at least its count is worth another look
                break
            validity, last = now.get(folder, (0, 0))
            got = self._told(partial(self._next, folder=folder, validity=validity, last=last, most=most - len(pieces)))
            pieces += got.pieces
            more = more or got.more
            now[folder] = got.position
        return Batch(tuple(pieces), now, more)

    def _next(self, box: BaseMailBox, folder: str, validity: int, last: int, most: int) -> "_Got":
        current = _examine(box, folder)
        if current != validity:
            last = 0
        uids = self._uids(box, last)
        pieces = list[Piece]()
        for some in self._shared_out(box, uids[:most]):
            pieces += self._fetched(box, folder, current, some)
        last = max([last, *uids[:most]])
        return _Got(pieces, (current, last), more=len(uids) > most)

    def _uids(self, box: BaseMailBox, last: int) -> list[int]:
        """Give the UIDs above the last, rising: of what was sent or came in, not of drafts and what is thrown away."""
        since = f" SINCE {_day(self._mailbox.since)}" if self._mailbox.since else ""
        found = map(int, box.uids(f"UID {last + 1}:* UNDRAFT UNDELETED{since}"))
        return sorted(one for one in found if one > last)  # n:* gives the last message where there is none above

    def _shared_out(self, box: BaseMailBox, uids: Sequence[int]) -> Iterator[list[int]]:
        """Give the UIDs in lots that one answer may hold."""
        if not uids:
            return
        lot, size = list[int](), 0
        sizes = dict(_sizes(_fetch(box, uids, "(RFC822.SIZE)")))
        for uid in uids:
            if lot and size + min(sizes.get(uid, 0), LARGEST) > AT_ONCE:
                yield lot
                lot, size = [], 0
            lot.append(uid)
            size += min(sizes.get(uid, 0), LARGEST)
        yield lot

    def _fetched(self, box: BaseMailBox, folder: str, validity: int, uids: Sequence[int]) -> Iterator[Piece]:
        """Give the messages of some UIDs; one that went meanwhile is no more there, or the server says why not."""
        found = dict[int, tuple[bytes, datetime]]()
        said = _fetch(box, uids, f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)")
        for one, rest in pairwise([*said, None]):
            if isinstance(one, tuple):
                told, content = cast("tuple[bytes, bytes]", one)
                beside = told + (rest if isinstance(rest, bytes) else b"")  # some servers tell the UID after the text
                if uid := _UID.search(beside):
                    found[int(uid[1])] = (content, _received(beside) or self._clock.now())
        for uid in uids:
            key, name = f"{folder};UIDVALIDITY={validity};UID={uid}", f"{folder}/{uid}.eml"
            if uid in found:
                content, received = found[uid]
                yield Piece(key, name, content, received)
            elif box.uids(f"UID {uid}"):
                why = "the mail server gives no content of it"
                yield Piece(key, name, b"", self._clock.now(), broken=why)

    def _told(self, ask: Callable[[BaseMailBox], T]) -> T:
        """Ask over the connection; one that was lost since the last look is made anew once."""
        lasting = self._open is not None
        box = self._connected()
        try:
            with self._in_time(box):
                return ask(box)
        except ImapToolsError as error:  # the server's own no
            raise self._away(f"it refuses: {_words(error)}") from error
        except (OSError, imaplib.IMAP4.error) as error:
            self._hang_up()
            if lasting:
                return self._told(ask)
            raise self._away(_words(error)) from error

    def _connected(self) -> BaseMailBox:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> BaseMailBox:
        one = self._mailbox
        trust, seconds = ssl.create_default_context(), one.timeout.total_seconds()
        box: BaseMailBox | None = None
        try:
            if one.security is Security.TLS:
                box = MailBox(one.host, one.port, timeout=seconds, ssl_context=trust)
            else:
                box = MailBoxUnencrypted(one.host, one.port, timeout=seconds)
            with self._in_time(box):
                if one.security is Security.STARTTLS:
                    box.client.starttls(ssl_context=trust)
                plain = one.username.isascii() and one.password.isascii()
                log_in = box.login if plain else box.login_utf8
                log_in(one.username, one.password, initial_folder=None)
        except ssl.SSLCertVerificationError as error:
            _cut(box)
            raise self._away(f"its certificate is not trusted: {error.verify_message}", _TRUST) from error
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            _cut(box)
            if isinstance(error, MailboxLoginError):
                fix = "Check the username, and where capture.yaml says the password is."
                raise self._away(f"it refuses the login of {one.username}", fix) from error
            raise self._away(_words(error)) from error
        return box

    def _away(self, why: str, fix: str = "") -> SourceAwayError:
        where = f"{self._mailbox.host}:{self._mailbox.port}"
        return SourceAwayError(f"the mailbox of {self._mailbox.username}: {why}", where=where, fix=fix)

    @contextmanager
    def _in_time(self, box: BaseMailBox) -> Generator[None]:
        """Cut the connection when one answer has taken many times as long as it may, however slowly it still comes."""
        clock = Timer(20 * self._mailbox.timeout.total_seconds(), _cut, [box])
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _hang_up(self) -> None:
        if self._open is not None:
            _cut(self._open)
            self._open = None


@dataclass(frozen=True, slots=True)
class _Got:
    pieces: list[Piece]
    position: tuple[int, int]
    more: bool


def _examine(box: BaseMailBox, folder: str) -> int:
    """Open a folder to read alone; give its UIDVALIDITY."""
    box.folder.set(folder, readonly=True)  # pyright: ignore[reportUnknownMemberType]: a bare tuple
    [validity] = box.client.response("UIDVALIDITY")[1]
    return int(validity or 0)


def _fetch(box: BaseMailBox, uids: Sequence[int], what: str) -> list[Any]:
    said, found = box.client.uid("FETCH", _ranges(uids), what)
    if said != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {found}")
    return found


def _ranges(uids: Sequence[int]) -> str:
    """Give rising UIDs as IMAP writes them, `3:7,9`: a line of a command has no room for a thousand."""
    runs = list[list[int]]()
    for uid in uids:
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else f"{first}" for first, last in runs)


def _sizes(said: list[Any]) -> Iterator[tuple[int, int]]:
    for one in said:
        if isinstance(one, bytes):
            found = {bool(size): int(uid or size) for uid, size in _SIZE.findall(one)}
            if len(found) == 2:
                yield found[False], found[True]


def _received(said: bytes) -> datetime | None:
    found = _DATE.search(said)
    with suppress(ValueError):
        return parsedate_to_datetime(found[1].decode().strip()).astimezone(UTC) if found else None
    return None


def _day(day: date) -> str:
    """Give a day as IMAP writes it, in English whatever the system speaks."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{day.day:02}-{months[day.month - 1]}-{day.year}"


def _cut(box: BaseMailBox | None) -> None:
    """End the connection: whoever waits for the server is told that it is gone."""
    if box is None:
        return
    with suppress(OSError, AttributeError):
        box.client.sock.shutdown(socket.SHUT_RDWR)
    with suppress(OSError, AttributeError):
        box.client.shutdown()


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return " ".join(f"{getattr(error, 'strerror', None) or error or type(error).__name__}".split())[:200]
