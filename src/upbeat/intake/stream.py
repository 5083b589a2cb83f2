"""Intake from the stream: every change once, as the org tells it, in the order in which it was committed.

The change's own transaction and sequence are its key, and the stream's position is kept with the items. Polling stays
the ground: it reads what stood before the stream was heard, what happened while it could not be, and the records of
gaps. What it saw of a record is kept with the record's modstamp, so that an older change that the stream tells
afterwards is known to be in it. Modstamps count whole seconds: within one second the values decide, and a record that
was changed to and fro within the very second in which it was polled may be told of once more.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from upbeat.domain import Change, Event, Record
from upbeat.intake.accept import Accepted, Taker, accept
from upbeat.intake.kept import MODIFIED, keep_position, read_position, recall, remember
from upbeat.intake.poll import OVERLAP, Poller, Watch
from upbeat.ledger import Ledger
from upbeat.salesforce import Batch, ChangeType, Expired, SalesforceError, SessionDead
from upbeat.salesforce import Change as Told
from upbeat.store import Store

log = structlog.get_logger()

AGAIN = timedelta(seconds=30)  # until a stream that broke is listened to anew
_SOURCE = "stream"


class Heard(Protocol):
    """What gives the batches that came since it was asked last, without waiting, and can be closed."""

    def heard(self) -> list[Batch | Expired]:
        """Give them, oldest first. Raises SalesforceError where the reading has ended."""
        ...

    def close(self) -> None:
        """End the reading."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """An org's stream, as `app` wires it.

    `listen` begins to read behind a position, or with all that the org still has; `streams` says of an object whether
    the org tells its changes.
    """

    listen: Callable[[bytes | None], Heard]
    streams: Callable[[str], bool]


class Streaming:
    """Takes in the changes of the objects that the org streams."""

    def __init__(self, org_id: str, source: Source, poller: Poller, store: Store, ledger: Ledger) -> None:
        """Hold the reading side; nothing is asked yet."""
        self._org_id = org_id
        self._source = source
        self._poller = poller
        self._store = store
        self._ledger = ledger
        self._streamed: dict[str, bool] = {}
        self._listener: Heard | None = None
        self._listen_at: datetime | None = None
        self._hearing = False
        self._polled: dict[str, Watch] = {}

    def close(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.close()
        self._listener, self._hearing = None, False

    def hears(self, watch: Watch) -> bool:
        """Whether an object's changes come this way now, as it is watched; where not, it must be polled."""
        return self._hearing and self._polled.get(watch.object) == watch

    def polled(self, watch: Watch) -> None:
        """Know that an object was polled, as it is watched: what follows may come this way."""
        if watch.object not in self._streamed:
            self._streamed[watch.object] = self._source.streams(watch.object)
        if self._streamed[watch.object]:
            self._polled[watch.object] = watch

    def take(self, watches: Sequence[Watch], now: datetime) -> Accepted:
        """Take in what was heard since the last time. Raises SessionDead; any other trouble is waited for, polling."""
        heard, total = self._heard(now), Accepted()
        by_object = {watch.object: watch for watch in watches if watch.object in self._polled}
        for one in heard:
            if isinstance(one, Expired):
                log.warning("the stream's position has expired: reading what changed by query")
                for watch in by_object.values():
                    total += self._poller.poll(watch, now)
            else:
                total += self._take(one, by_object, now)
        self._hearing = self._hearing or bool(heard)
        return total

    def _heard(self, now: datetime) -> list[Batch | Expired]:
        if self._listener is None:
            if self._listen_at is not None and now < self._listen_at:
                return []
            with self._store.reading() as conn:
                position = read_position(conn, _SOURCE)
            self._listener = self._source.listen(None if position is None else urlsafe_b64decode(position[1]))
        try:
            return self._listener.heard()
        except SessionDead:
            raise
        except SalesforceError as error:
            log.warning("the stream broke: polling until it is back", why=str(error))
            self.close()
            self._listen_at = now + AGAIN
            return []

    def _take(self, batch: Batch, by_object: Mapping[str, Watch], now: datetime) -> Accepted:
        """Take in a batch; what a gap hides is read where it stands among the changes."""
        total, before_gap = Accepted(), list[Told]()
        for one in batch.changes:
            watch = by_object.get(one.object)
            if watch is None:
                continue
            if isinstance(one, Told) and not set(one.unread) & set(watch.fields):
                before_gap.append(one)
                continue
            total += self._commit(before_gap, by_object, now)
            before_gap = []
            if one.record_ids:
                total += self._poller.look_again(watch, one.record_ids, now)
            else:
                total += self._poller.poll(watch, now)
        return total + self._commit(before_gap, by_object, now, batch.position)

    def _commit(
        self, changes: Sequence[Told], by_object: Mapping[str, Watch], now: datetime, position: bytes = b""
    ) -> Accepted:
        """Make items of changes, and keep the position and the last-seen values with them."""
        looks = [
            _Look(self._org_id, by_object[name], *self._poller.taken_to(by_object[name], now))
            for name in dict.fromkeys(one.object for one in changes)
        ]
        taken = Accepted()
        with self._store.writing() as conn:
            for look in looks:
                mine = [one for one in changes if one.object == look.watch.object]
                ids = list(dict.fromkeys(key for one in mine for key in one.record_ids))
                seen = recall(conn, look.watch.object, ids)
                pairs = [pair for one in mine for pair in look.events(one, seen)]
                taken += accept(conn, self._ledger, pairs, now)
                whole = set(look.watch.fields)
                remember(conn, look.watch.object, {k: v for k, v in seen.items() if whole and whole <= v.keys()})
                reached = max(mine[-1].at.replace(microsecond=0) - OVERLAP, look.taken_to)
                keep_position(conn, look.watch.object, (reached, ""))
            if position:
                keep_position(conn, _SOURCE, (now, urlsafe_b64encode(position).decode()))
        return taken


@dataclass(frozen=True, slots=True)
class _Look:
    """One object's changes: what came before `taken_to` is taken in; `begins` is as the poller has it."""

    org_id: str
    watch: Watch
    taken_to: datetime
    begins: Mapping[str, datetime]

    def events(self, told: Told, seen: dict[str, Record]) -> Iterator[tuple[Event, Taker]]:
        """Give what a change means to each workflow, and bring `seen` up to it."""
        if told.at < self.taken_to or told.type is ChangeType.DELETE:
            return
        fields = self.watch.fields
        partial = told.type is ChangeType.UPDATE
        carried = {name: told.values.get(name) for name in fields if not partial or name in told.values}
        modified = str(told.values.get("LastModifiedDate", ""))
        for key in told.record_ids:
            kept = seen.get(key, {})
            if modified < str(kept.get(MODIFIED, "")):  # one form, in UTC: the order of texts is that of times
                continue
            before = {name: kept[name] for name in fields if name in kept}
            after = before | carried
            seen[key] = after | {MODIFIED: modified}
            if told.type is ChangeType.CREATE:
                creation = Event(self.org_id, told.object, key, Change.CREATED, "created", told.at)
                yield from ((creation, one) for one in self.watch.created if told.at >= self.begins[one.workflow])
                continue
            changed = {name for name in carried if name not in before or before[name] != carried[name]}
            change = f"stream:{told.transaction}:{told.sequence}"
            update = Event(self.org_id, told.object, key, Change.UPDATED, change, told.at, after, before, tuple(before))
            yield from ((update, taker) for taker, watched in self.watch.updated if changed & watched)
