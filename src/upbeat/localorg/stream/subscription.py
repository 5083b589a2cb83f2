"""One subscription: where it stands in the journal, and what it is sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Event, Thread
from time import sleep
from typing import Final
from uuid import UUID

from upbeat.localorg.faults import FaultKind
from upbeat.localorg.journal import Entry, Told
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.stream import refusals
from upbeat.localorg.stream.demand import Demand
from upbeat.localorg.stream.topics import Topics
from upbeat.pubsub import CUSTOM, EARLIEST, ConsumerEvent, FetchRequest, FetchResponse, ProducerEvent, ReplayPreset

_AT_THE_START: Final = frozenset({FaultKind.SESSION, FaultKind.BEFORE, FaultKind.SLOW})
_ON_THE_WAY: Final = frozenset({FaultKind.GAP, FaultKind.CUT_STREAM, FaultKind.SLOW})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds that a subscription may be silent: ours while events are owed, the client's while none are.

    The defaults are those of the reference of the Subscribe RPC, under Keepalive Behavior.
    """

    keepalive: float = 270
    patience: float = 60


class Subscription:
    """Sends what the topic tells, from a position on, as much as is asked for."""

    def __init__(
        self,
        org: LocalOrg,
        topics: Topics,
        first: FetchRequest,
        user_id: str,
        rhythm: Rhythm,
        stopping: Event,
        rpc_id: str,
    ) -> None:
        """Begin as the first request of a user says. Raises Refusal where it cannot be."""
        self._org = org
        self._journal = org.journal
        self._topics = topics
        self._objects = topics.objects(first.topic_name, user_id)
        self._user_id = user_id
        self._rhythm = rhythm
        self._stopping = stopping
        self._rpc_id = rpc_id
        self._meet_fault(first)
        self._position = self._start(first)
        self.demand = Demand(first, org.journal.wake)

    def responses(self, requests: Iterator[FetchRequest]) -> Iterator[FetchResponse]:
        """Give what is sent, while `requests` brings what more is asked for. Raises Refusal."""
        demand = self.demand
        Thread(target=demand.follow, args=(requests,), name="subscription", daemon=True).start()
        while demand.refusal is not None or not demand.over:
            if demand.refusal is not None:
                raise demand.refusal
            if not demand.pending:
                if not self._wait(lambda: demand.pending > 0, self._rhythm.patience):
                    return
                continue
            tip = self._journal.tip
            entries = self._journal.read(self._position, demand.pending, self._objects)
            yield from self._told(entries)
            if not entries:
                self._position = max(self._position, tip)
                if not self._wait(lambda: self._journal.tip > self._position, self._rhythm.keepalive):
                    yield self._response([])

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait for something, or for the end; whether either came in time. Raises Refusal where the service ends."""
        demand, stopping = self.demand, self._stopping
        came = self._journal.wait(
            lambda: until() or demand.over or demand.refusal is not None or stopping.is_set(), seconds
        )
        if stopping.is_set():
            raise refusals.unavailable()
        return came

    def _told(self, entries: list[Entry]) -> Iterator[FetchResponse]:
        """Give the entries as events, in one response unless something goes wrong on the way."""
        events: list[ConsumerEvent] = []
        for entry in entries:
            told = entry
            fault = self._org.faults.take(f"event {entry.object} {entry.change} {entry.record_id}", _ON_THE_WAY)
            if fault is not None and fault.kind == FaultKind.GAP:
                with self._org.transaction():
                    self._journal.lose(entry.position)
                told = replace(entry, told=Told.GAP)
            elif fault is not None:
                if events:
                    yield self._response(events)
                    events = []
                if fault.kind == FaultKind.CUT_STREAM:
                    raise refusals.unavailable()
                sleep(fault.seconds)
            self._position = entry.position
            events.append(self._event(told))
        if events:
            yield self._response(events)

    def _event(self, entry: Entry) -> ConsumerEvent:
        schema = self._topics.schema(entry.object)
        hidden = self._org.rights.of(self._user_id).on(entry.object).hidden
        if hidden:
            seen = {column: value for column, value in entry.values.items() if column not in hidden}
            entry = replace(entry, values=seen)
        event = ProducerEvent(id=str(UUID(int=entry.position)), schema_id=schema.id, payload=schema.encode(entry))
        return ConsumerEvent(event=event, replay_id=_replay_id(entry.position))

    def _response(self, events: list[ConsumerEvent]) -> FetchResponse:
        return FetchResponse(
            events=events,
            latest_replay_id=_replay_id(self._position),
            rpc_id=self._rpc_id,
            pending_num_requested=self.demand.give(len(events)),
        )

    def _meet_fault(self, first: FetchRequest) -> None:
        custom = first.replay_preset == CUSTOM
        kinds = _AT_THE_START | {FaultKind.EXPIRED} if custom else _AT_THE_START
        call = f"Subscribe {first.topic_name} {ReplayPreset.Name(first.replay_preset)}"
        fault = self._org.faults.take(call, kinds)
        if fault is None:
            return
        match fault.kind:
            case FaultKind.EXPIRED:
                raise refusals.no_replay()
            case FaultKind.SESSION:
                raise refusals.no_session()
            case FaultKind.SLOW:
                sleep(fault.seconds)
            case _:
                raise refusals.unavailable()

    def _start(self, first: FetchRequest) -> int:
        """Give the position after which the first event is sent."""
        with self._org.transaction():
            self._journal.prune(self._org.clock.now())
        floor, tip = self._journal.floor(), self._journal.tip
        if first.replay_preset == EARLIEST:
            return floor
        if first.replay_preset != CUSTOM:
            return tip
        if not first.replay_id:
            raise refusals.replay_missing()
        position = int.from_bytes(first.replay_id[:8])
        if first.replay_id != _replay_id(position) or not (floor < position <= tip or position == tip):
            raise refusals.no_replay()
        return position


def _replay_id(position: int) -> bytes:
    """Write a position as orgs do: eight bytes, and two that are zero."""
    return position.to_bytes(8) + b"\0\0"
