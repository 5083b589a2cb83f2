"""The sources of conversations of a workspace: adapters as capture.yaml tells them, with their secrets."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upbeat.app.secrets import secret_of
from upbeat.app.vault import Vault
from upbeat.base import UpbeatError, digest
from upbeat.base.files import DefinitionError
from upbeat.channels.capture import Folder, Imap, Inbox, Mailbox, Post, Source, key_of
from upbeat.operations import House, capture
from upbeat.salesforce import Rejected
from upbeat.workflows import CaptureSource, ImapSource, Settings, WebhookSource, load_capture

log = structlog.get_logger()

_FIRST_WAIT: Final = timedelta(seconds=15)  # for a source that is away, doubled up to the longest
_LONGEST_WAIT: Final = timedelta(minutes=15)


@dataclass(slots=True)
class _Away:
    times: int
    until: datetime


class Capturing:
    """Opens each source once, and again where its file says something else; `close` ends them all."""

    def __init__(self, settings: Settings, vault: Vault, cipher: AESGCM, house: House) -> None:
        """Open nothing yet; `cipher` closes what is delivered until it is taken."""
        self._settings = settings
        self._vault = vault
        self._cipher = cipher
        self._house = house
        self._open: dict[str, Source] = {}
        self._away: dict[str, _Away] = {}
        self._said = ""

    def __call__(self, now: datetime) -> int:
        """Take what each source gives next; give how many pieces came. One that is away is left alone for a while."""
        try:
            sources = self._sources()
        except DefinitionError as error:
            self._warn("nothing is captured", error)
            return 0
        came = sum(self._take(one, now) for one in sources if not one.paused and self._is_time(one.source, now))
        return came + len(capture.take_begun(self._house).new)  # after them: the newest version of a meeting holds

    def close(self) -> None:
        """End every connection that stands open."""
        for one in self._open.values():
            one.close()
        self._open.clear()

    def named(self, name: str) -> CaptureSource:
        """Give a source by its name. Raises UpbeatError where there is none, and DefinitionError."""
        found = {one.source: one for one in self._sources()}
        if name not in found:
            fix = f"There are: {', '.join(found)}." if found else "Name it in capture.yaml."
            raise UpbeatError(f"there is no source {name}", where="capture.yaml", fix=fix)
        return found[name]

    def posts(self) -> Mapping[str, Post]:
        """Give the webhooks, by their sources. Raises UpbeatError where the secret of one is not there, or is none."""
        return {
            one.source: Post(self._inbox(one), key_of(self._secret(one.source, one.webhook)), one.webhook.largest)
            for one in self._sources()
            if one.webhook is not None and not one.paused
        }

    def connect(self, one: CaptureSource, password: str, *, in_file: bool) -> str:
        """Log in to a mailbox and find its folders, then keep the password; give where it lies, in words.

        Raises UpbeatError, and keeps nothing, where it is no mailbox or cannot be read.
        """
        if one.imap is None:
            raise UpbeatError(f"{one.source} is no mailbox", where="capture.yaml")
        with closing(Imap(_mailbox(one.imap, password), self._house.clock)) as box:
            box.reach()
        return self._vault.keep(kept_as(one.source), password, in_file=in_file)

    def _sources(self) -> tuple[CaptureSource, ...]:
        written = load_capture(self._house.folder)
        return () if written is None else written.sources

    def _take(self, one: CaptureSource, now: datetime) -> int:
        """Take from one source. What the org answers, or does not, is the caller's to bear."""
        try:
            source = self._source(one)
        except UpbeatError as error:
            self._waits(one.source, now)
            capture.note_away(self._house, one.source, str(error))
            return 0
        try:
            look = capture.take_from(self._house, one.source, source, one.signals)
        except Rejected as error:  # the org will not be asked who took part: other work goes on
            self._waits(one.source, now)
            self._warn("the org refuses to be asked who took part", error)
            return 0
        if look.away:
            self._waits(one.source, now)
            self._warn("a source of conversations is away", look.away)
        else:
            self._away.pop(one.source, None)
        return look.pieces

    def _source(self, one: CaptureSource) -> Source:
        key = digest([one.source, one.model_dump(mode="json")])
        if key not in self._open:
            self._open[key] = self._made(one)
        return self._open[key]

    def _made(self, one: CaptureSource) -> Source:
        if one.folder is not None:
            return Folder(self._settings.path(one.folder.path), self._house.clock)
        if one.imap is not None:
            return Imap(_mailbox(one.imap, self._secret(one.source, one.imap)), self._house.clock)
        return self._inbox(one)

    def _inbox(self, one: CaptureSource) -> Inbox:
        beside_the_store = self._settings.path(self._settings.store).with_suffix(".inbox")
        return Inbox(beside_the_store / one.source, self._cipher, self._house.clock)

    def _secret(self, name: str, named: ImapSource | WebhookSource) -> str:
        again = f"Run `upbeat capture connect {name}`."
        return secret_of(self._settings, self._vault, named, kept_as(name), f"the secret of the source {name}", again)

    def _is_time(self, name: str, now: datetime) -> bool:
        return name not in self._away or self._away[name].until <= now

    def _waits(self, name: str, now: datetime) -> None:
        times = self._away[name].times + 1 if name in self._away else 0
        self._away[name] = _Away(times, now + min(_FIRST_WAIT * 2 ** min(times, 10), _LONGEST_WAIT))

    def _warn(self, what: str, why: object) -> None:
        """Say it once, and not at each look."""
        if self._said != str(why):
            self._said = str(why)
            log.warning(what, why=str(why))


def kept_as(name: str) -> str:
    """Give the name by which the vault keeps a source's password."""
    return f"the password of the source {name}"


def _mailbox(imap: ImapSource, password: str) -> Mailbox:
    return Mailbox(
        host=imap.host,
        port=imap.port,
        security=imap.security,
        username=imap.username,
        password=password,
        folders=imap.folders,
        since=imap.first_day,
        timeout=imap.timeout,
    )
