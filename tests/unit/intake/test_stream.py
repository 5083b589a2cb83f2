"""Intake from the stream: every change once and in order, whatever breaks and whoever looked before."""

import time
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from upbeat.base import ManualClock, decode
from upbeat.domain import Change, Event, Mode
from upbeat.intake import Poller, Source, Streaming, Taker, Watch
from upbeat.intake.kept import read_position, recall
from upbeat.ledger import Keys, Ledger
from upbeat.localorg import Fault, LocalOrg, Server, StreamServer
from upbeat.localorg.stream.subscription import Rhythm
from upbeat.salesforce import ClientCredentials, Listener, Reader, Retries, Session, Subscriber
from upbeat.store import Store, tables

STARTED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = "priya.shah@acme.example"
WATCH = Watch(
    "Opportunity",
    (Taker("welcome", "v" * 64, OWNER, Mode.LIVE),),
    ((Taker("follow", "v" * 64, OWNER, Mode.LIVE), frozenset({"Amount", "NextStep"})),),
)


@dataclass
class Intake:
    """`turn` takes in as the engine does: from the stream what it tells, by a look what it does not."""

    org: LocalOrg
    clock: ManualClock
    store: Store
    ledger: Ledger
    session: Session
    address: str
    names: Iterator[int] = field(default_factory=lambda: count(1))
    looks: int = 0
    streaming: Streaming | None = None

    def start(self) -> None:
        """Begin as a new process does."""
        poller = Poller(self.org.id, Reader(self.session).query, self.store, self.ledger, self.clock.now())

        def subscriber() -> Subscriber:
            return Subscriber(self.session, self.clock, address=self.address)

        source = Source(lambda position: Listener(subscriber(), position), subscriber().streams)
        self.poller = poller
        self.streaming = Streaming(self.org.id, source, poller, self.store, self.ledger)

    def stop(self) -> None:
        if self.streaming is not None:
            self.streaming.close()

    def turn(self, watch: Watch = WATCH) -> None:
        assert self.streaming is not None
        self.streaming.take([watch], self.clock.now())
        if not self.streaming.hears(watch):
            self.looks += 1
            self.poller.poll(watch, self.clock.now())
            self.streaming.polled(watch)

    def settle(self, watch: Watch = WATCH) -> None:
        """Turn until the stream is heard, and has told all that there is."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            self.turn(watch)
            assert self.streaming is not None
            if self.streaming.hears(watch) and self.position() >= self.org.journal.tip:
                return
            time.sleep(0.01)
            self.clock.advance(timedelta(seconds=1))
        raise AssertionError("the stream is not heard")

    def position(self) -> int:
        with self.store.reading() as conn:
            found = read_position(conn, "stream")
        return -1 if found is None else int.from_bytes(urlsafe_b64decode(found[1])[:8])

    def seen(self, record_id: str) -> Any:
        with self.store.reading() as conn:
            return recall(conn, "Opportunity", [record_id])[record_id]

    def deal(self, **values: Any) -> str:
        plain = {"Name": f"Deal {next(self.names)}", "StageName": "Qualification", "CloseDate": "2026-06-30"}
        (saved,) = self.org.create("Opportunity", [{**plain, **values}], self.org.process_user)
        return saved.id

    def change(self, *deals: str, **values: Any) -> None:
        self.clock.advance(timedelta(seconds=2))
        saved = self.org.update("Opportunity", [{"Id": one, **values} for one in deals], self.org.process_user)
        assert all(one.ok for one in saved)

    def events(self, record_id: str = "", change: Change | None = None) -> list[Event]:
        with self.store.reading() as conn:
            rows = conn.execute(select(tables.items).order_by(tables.items.c.seq)).all()
        found = [decode(row.event, Event) for row in rows]
        return [one for one in found if record_id in {"", one.record_id} and change in {None, one.change}]


@contextmanager
def made(folder: Path) -> Iterator[Intake]:
    clock = ManualClock(STARTED)
    org = LocalOrg(":memory:", clock=clock)
    org.user("reader@acme.example", last_name="Reader")
    org.client_credentials("reader", "secret", "reader@acme.example")
    with ExitStack() as held:
        held.callback(org.close)
        server = held.enter_context(Server(org))
        stream = held.enter_context(StreamServer(org, rhythm=Rhythm(keepalive=0.05)))
        store = held.enter_context(Store.open(folder / "upbeat.db", clock=clock))
        session = Session(
            ClientCredentials(server.url, "reader", "secret"),
            clock=clock,
            sleep=lambda _: None,
            retries=Retries(attempts=2),
        )
        held.enter_context(session)
        one = Intake(org, clock, store, Ledger(Keys.load_or_create(folder / "keys"), clock), session, stream.address)
        held.callback(one.stop)
        one.start()
        yield one


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    with made(tmp_path) as one:
        yield one


def test_a_change_is_taken_with_its_own_key_and_what_was_there_before(intake: Intake) -> None:
    deal = intake.deal(Amount=100)
    intake.settle()
    looks = intake.looks
    intake.change(deal, Amount=250, Description="no workflow watches it")
    intake.settle()
    (event,) = intake.events(deal, Change.UPDATED)
    entry = intake.org.journal.read(0, 1000, ["Opportunity"])[-1]
    assert event.change_key == f"stream:{entry.transaction_key}:{entry.sequence}"
    assert (event.before["Amount"], event.after["Amount"]) == (100, 250)
    assert event.after == {"Amount": 250, "NextStep": None}
    assert set(event.known) == {"Amount", "NextStep"}
    assert intake.looks == looks  # it was not polled


@pytest.mark.law(3)
def test_a_new_record_is_taken_once_whoever_sees_it_first(intake: Intake) -> None:
    intake.settle()
    told = intake.deal()
    intake.settle()
    intake.poller.poll(WATCH, intake.clock.advance(timedelta(seconds=30)))
    polled = intake.deal()
    intake.poller.poll(WATCH, intake.clock.advance(timedelta(seconds=1)))
    intake.settle()
    created = Counter(one.record_id for one in intake.events(change=Change.CREATED))
    assert created == {told: 1, polled: 1}
    assert {one.change_key for one in intake.events()} == {"created"}


def test_what_was_polled_before_the_stream_was_heard_is_not_taken_again(intake: Intake) -> None:
    deal = intake.deal(Amount=1)
    intake.poller.poll(WATCH, intake.clock.now())
    intake.change(deal, Amount=2)
    intake.change(deal, Amount=3)
    intake.poller.poll(WATCH, intake.clock.advance(timedelta(seconds=1)))
    intake.settle()
    (event,) = intake.events(deal, Change.UPDATED)
    assert (event.before["Amount"], event.after["Amount"]) == (1, 3)


@pytest.mark.law(2)
def test_what_happens_while_nobody_listens_is_told_afterwards_one_by_one(intake: Intake) -> None:
    deal = intake.deal(Amount=0)
    intake.settle()
    intake.stop()
    for amount in (1, 2, 3):
        intake.change(deal, Amount=amount)
    intake.start()
    assert intake.streaming is not None
    until = time.monotonic() + 10
    while intake.position() < intake.org.journal.tip and time.monotonic() < until:
        intake.streaming.polled(WATCH)  # as an engine that polled it before, and hears again before it polls anew
        intake.streaming.take([WATCH], intake.clock.now())
    amounts = [(one.before["Amount"], one.after["Amount"]) for one in intake.events(deal, Change.UPDATED)]
    assert amounts == [(0, 1), (1, 2), (2, 3)]


def test_a_change_of_nothing_watched_or_of_another_object_is_no_work(intake: Intake) -> None:
    deal = intake.deal()
    intake.settle()
    intake.change(deal, Description="a word")
    intake.org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], intake.org.process_user)
    intake.org.delete([deal], intake.org.process_user)
    intake.settle()
    assert intake.events(change=Change.UPDATED) == []


def test_what_a_gap_hides_is_read_from_the_record(intake: Intake) -> None:
    deal, other = intake.deal(Amount=1), intake.deal(Amount=1)
    intake.settle()
    intake.org.faults.add(Fault(f"event Opportunity UPDATE {deal}", "gap"))
    intake.change(deal, other, Amount=5)
    intake.change(deal, Amount=7)
    intake.settle()
    hidden, *more = intake.events(deal, Change.UPDATED)
    assert hidden.change_key.startswith("polled:")
    assert (hidden.before["Amount"], [*more, hidden][0 if more else -1].after["Amount"]) == (1, 7)
    assert len(intake.events(other, Change.UPDATED)) == 1


def test_a_flood_is_read_by_query(intake: Intake) -> None:
    deals = [intake.deal(Amount=1) for _ in range(4)]
    intake.settle()
    intake.org.journal.overflow = 2
    intake.change(*deals, Amount=9)
    intake.settle()
    taken = [(one.record_id, one.after["Amount"]) for one in intake.events(change=Change.UPDATED)]
    assert sorted(taken) == sorted((deal, 9) for deal in deals)


def test_an_expired_position_is_made_good_by_query_and_the_stream_goes_on(intake: Intake) -> None:
    deal = intake.deal(Amount=1)
    intake.settle()
    intake.stop()
    intake.change(deal, Amount=2)
    intake.clock.advance(timedelta(hours=80))
    with intake.org.transaction():
        intake.org.journal.prune(intake.clock.now())
    intake.change(deal, Amount=3)
    intake.start()
    intake.settle()
    intake.change(deal, Amount=4)
    intake.settle()
    amounts = [one.after["Amount"] for one in intake.events(deal, Change.UPDATED)]
    assert amounts == [3, 4]


def test_polling_stands_in_while_the_stream_is_broken(intake: Intake) -> None:
    deal = intake.deal(Amount=1)
    intake.settle()
    intake.org.faults.add(Fault("event Opportunity", "cut stream"))
    intake.org.faults.add(Fault("Subscribe", "500 before", times=5))
    intake.change(deal, Amount=2)
    looks, until = intake.looks, time.monotonic() + 10
    while not intake.events(deal, Change.UPDATED) and time.monotonic() < until:
        intake.turn()
        time.sleep(0.01)
    assert intake.looks > looks
    intake.clock.advance(timedelta(minutes=5))
    intake.org.faults = type(intake.org.faults)()
    intake.settle()
    assert [one.after["Amount"] for one in intake.events(deal, Change.UPDATED)] == [2]


def test_an_object_that_is_not_streamed_is_polled_on(intake: Intake) -> None:
    intake.org.define(streamed=["Lead"])
    intake.turn()
    intake.deal()
    for _ in range(3):
        intake.clock.advance(timedelta(seconds=1))
        intake.turn()
        time.sleep(0.1)
    assert intake.streaming is not None
    assert not intake.streaming.hears(WATCH)
    assert len(intake.events(change=Change.CREATED)) == 1


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    with made(tmp_path_factory.mktemp("stream")) as one:
        yield one


ACTS = st.lists(
    st.sampled_from(["create", "amount", "amount", "both", "cut", "restart", "turn", "gap"]), min_size=1, max_size=12
)


@pytest.mark.law(2)
@pytest.mark.law(3)
@given(ACTS)
@settings(max_examples=30)
def test_whatever_breaks_every_record_is_taken_to_where_it_stands_and_no_change_twice(
    lasting: Intake, acts: list[str]
) -> None:
    with lasting.store.writing() as conn:
        conn.execute(delete(tables.items))
    deals, changes = [lasting.deal(Amount=0)], Counter[str]()
    for number, act in enumerate(acts, 1):
        lasting.clock.advance(timedelta(seconds=2))
        deal = deals[number % len(deals)]
        if act == "create":
            deals.append(lasting.deal(Amount=0))
        elif act == "amount":
            lasting.change(deal, Amount=number)
            changes[deal] += 1
        elif act == "both":
            lasting.change(*deals, Amount=number * 100)
            changes.update(deals)
        elif act == "cut":
            lasting.org.faults.add(Fault("event Opportunity", "cut stream"))
        elif act == "gap":
            lasting.org.faults.add(Fault("event Opportunity UPDATE", "gap"))
        elif act == "restart":
            lasting.stop()
            lasting.start()
        else:
            lasting.turn()
    lasting.settle()
    for deal in deals:
        assert len(lasting.events(deal, Change.CREATED)) == 1
        updates = lasting.events(deal, Change.UPDATED)
        assert len(updates) <= changes[deal]
        stands = lasting.org.record("Opportunity", deal)["Amount"]
        assert lasting.seen(deal)["Amount"] == stands
        assert not updates or updates[-1].after["Amount"] == stands  # a creation polled late has the change in it
        assert all(one.after["Amount"] == two.before["Amount"] for one, two in pairwise(updates))
