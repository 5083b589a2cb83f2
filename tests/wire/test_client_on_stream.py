"""The client's subscriber against the local org's stream: nothing lost, nothing twice, every break told or mended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import Fault, LocalOrg, Server, StreamServer
from upbeat.localorg.faults import Faults
from upbeat.localorg.stream.subscription import Rhythm
from upbeat.salesforce import (
    Batch,
    Change,
    ChangeType,
    ClientCredentials,
    Expired,
    Gap,
    Reader,
    Rejected,
    Retries,
    Retryable,
    Session,
    SessionDead,
    Subscriber,
)
from upbeat.salesforce.write import Writer
from upbeat.schema import Field, FieldType

SECRET = "secret-of-the-client"
USER = "upbeat.reader@acme.example"
LEAD = {"LastName": "Vega", "Company": "Northwind"}


@dataclass
class World:
    """An org that is served and streamed, and a session in it. `slept` keeps the session's waits, in seconds."""

    org: LocalOrg
    clock: ManualClock
    session: Session
    stream: StreamServer
    slept: list[float] = field(default_factory=list[float])

    @contextmanager
    def subscriber(self, topic: str = "/data/LeadChangeEvent", **options: Any) -> Iterator[Subscriber]:
        with Subscriber(self.session, self.clock, topic, address=self.stream.address, **options) as one:
            yield one

    def start(self) -> bytes:
        """Give the position of now."""
        return (self.org.journal.tip).to_bytes(8) + b"\0\0"

    def create(self, count: int = 1, name: str = "Lead", **values: Any) -> list[str]:
        rows = [(LEAD if name == "Lead" else {}) | values] * count
        return [one.id for one in self.org.create(name, rows, self.org.process_user)]

    def read(self, position: bytes | None, until: Callable[[list[Any]], bool], **options: Any) -> list[Any]:
        """Read changes, gaps and expiries until they are enough."""
        found: list[Any] = []
        with self.subscriber(**options) as one:
            for came in one.batches(position):
                found += came.changes if isinstance(came, Batch) else [came]
                if until(found):
                    break
        return found


def many(count: int) -> Callable[[list[Any]], bool]:
    return lambda found: len(found) >= count


@contextmanager
def made(rhythm: Rhythm, attempts: int = 3) -> Iterator[World]:
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    org = LocalOrg(":memory:", clock=clock)
    org.user(USER, last_name="Reader")
    org.client_credentials("upbeat-reader", SECRET, USER)
    slept: list[float] = []
    with (
        Server(org) as server,
        StreamServer(org, rhythm=rhythm) as stream,
        Session(
            ClientCredentials(server.url, "upbeat-reader", SECRET),
            clock=clock,
            sleep=slept.append,
            retries=Retries(attempts=attempts),
        ) as session,
    ):
        yield World(org, clock, session, stream, slept)
    org.close()


@pytest.fixture
def world() -> Iterator[World]:
    with made(Rhythm(keepalive=0.05, patience=5)) as world:
        yield world


def test_a_new_record_comes_as_a_query_would_give_it(world: World) -> None:
    kinds = [
        Field(name="Score__c", type=FieldType.DOUBLE, precision=5, scale=2),
        Field(name="Met_On__c", type=FieldType.DATE),
        Field(name="Called_At__c", type=FieldType.DATETIME),
        Field(name="Best_Time__c", type=FieldType.TIME),
        Field(name="Vip__c", type=FieldType.BOOLEAN),
    ]
    world.org.define(fields={"Lead": kinds})
    start = world.start()
    values = {
        "FirstName": "Luz",
        "City": "Lyon",
        "Email": "luz@northwind.example",
        "AnnualRevenue": 1_500_000,
        "NumberOfEmployees": 12,
        "Score__c": 7.25,
        "Met_On__c": "1969-12-30",
        "Called_At__c": "2026-11-15T23:59:59.000+0100",
        "Best_Time__c": "09:30:00.000Z",
        "Vip__c": True,
    }
    (key,) = world.create(**values)
    (change,) = world.read(start, many(1))
    assert isinstance(change, Change)
    assert (change.object, change.record_ids, change.type) == ("Lead", (key,), ChangeType.CREATE)
    assert values.keys() <= change.values.keys()
    (record,) = Reader(world.session).query(f"SELECT {', '.join(change.values)} FROM Lead")
    del record["attributes"]
    assert dict(change.values) == record


def test_an_update_says_what_changed_to_what_and_what_was_emptied(world: World) -> None:
    (key,) = world.create(City="Lyon", Title="CEO")
    start = world.start()
    world.clock.advance(timedelta(seconds=2))
    world.org.update("Lead", [{"Id": key, "City": None, "FirstName": "Luz", "Title": "CEO"}], world.org.process_user)
    (change,) = world.read(start, many(1))
    assert change.type is ChangeType.UPDATE
    assert dict(change.values) == {
        "City": None,
        "FirstName": "Luz",
        "LastModifiedDate": "2026-11-16T06:00:02.000+0000",
    }
    assert (change.at, change.user_id) == (world.clock.now(), world.org.process_user)


def test_our_own_writes_come_back_as_ours_and_nobody_elses_do(world: World) -> None:
    start = world.start()
    Writer(world.session).create("Lead", [LEAD])
    world.create()
    with world.org.journal.origin("com/salesforce/api/rest/67.0;client=upbeat-twin"):
        world.create()
    assert [change.ours for change in world.read(start, many(3))] == [True, False, False]


def test_without_a_position_all_that_the_org_still_has_is_read(world: World) -> None:
    world.create(Title="before")
    with world.subscriber() as one:
        batches = one.batches(None)
        old = next(batches)
        quiet = next(batches)
        world.create(Title="after")
        new = next(batch for batch in batches if isinstance(batch, Batch) and batch.changes)
    assert isinstance(old, Batch)
    assert isinstance(quiet, Batch)
    assert (quiet.changes, quiet.lag) == ((), timedelta())
    titles = [change.values["Title"] for batch in (old, new) for change in batch.changes if isinstance(change, Change)]
    assert titles == ["before", "after"]


def test_lag_is_how_late_the_last_change_came(world: World) -> None:
    start = world.start()
    world.create()
    world.clock.advance(timedelta(minutes=7))
    with world.subscriber() as one:
        batch = next(iter(one.batches(start)))
    assert isinstance(batch, Batch)
    assert batch.lag == timedelta(minutes=7)


def test_a_gap_names_its_record_and_a_flood_its_object(world: World) -> None:
    start = world.start()
    world.org.journal.overflow = 2
    world.org.faults.add(Fault("event Lead", "gap"))
    keys = world.create(5)
    gap, change, flood = world.read(start, many(3))
    assert gap == Gap("Lead", (keys[0],), world.clock.now())
    assert change.record_ids == (keys[1],)
    assert flood == Gap("Lead", (), world.clock.now())


def test_an_expired_position_is_told_and_what_is_left_follows(world: World) -> None:
    start = world.start()
    world.create(Title="lost")
    world.clock.advance(timedelta(hours=80))
    world.create(Title="kept")
    expired, change = world.read(start, many(2))
    assert expired == Expired(start)
    assert change.values["Title"] == "kept"


@pytest.fixture(scope="module")
def lasting() -> Iterator[World]:
    """A world that all examples of a law share, for it takes long to make."""
    with made(Rhythm(keepalive=0.05, patience=5), attempts=9) as world:
        yield world


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.lists(st.tuples(st.sampled_from(["cut stream", "500 before"]), st.integers(0, 6)), max_size=4),
    st.booleans(),
    st.integers(1, 5),
)
def test_nothing_is_lost_or_twice_whatever_breaks_and_wherever_the_reader_stops(
    lasting: World, calls: list[int], breaks: list[tuple[str, int]], ended: bool, size: int
) -> None:
    position = lasting.start()
    keys = [key for count in calls for key in lasting.create(count)]
    lasting.org.faults = Faults()
    for kind, skip in breaks:
        lasting.org.faults.add(Fault("event Lead", kind, skip=skip) if skip else Fault("Subscribe", kind))
    if ended:
        lasting.org.faults.add(Fault("Subscribe", "401"))
    found: list[Any] = []
    while len(found) < len(keys):  # a reader that starts anew after every batch that had something
        with lasting.subscriber(size=size) as one:
            for came in one.batches(position):
                assert isinstance(came, Batch)
                position = came.position
                found += came.changes
                if came.changes:
                    break
    assert [change.record_ids[0] for change in found] == keys
    assert len({(change.transaction, change.sequence) for change in found}) == len(keys)


def test_a_stream_that_is_cut_goes_on_behind_what_was_read(world: World) -> None:
    start = world.start()
    keys = world.create(6)
    for key in keys[1::2]:
        world.org.faults.add(Fault(key, "cut stream"))
    found = world.read(start, many(6))
    assert [change.record_ids[0] for change in found] == keys
    assert world.slept  # it did not rush back


def test_a_token_that_ended_is_renewed_once_and_a_second_refusal_is_final(world: World) -> None:
    start = world.start()
    world.create()
    before = world.session.token()
    world.org.faults.add(Fault("Subscribe", "401"))
    assert len(world.read(start, many(1))) == 1
    assert world.session.token() is not before
    world.org.faults.add(Fault("Subscribe", "401", times=2))
    with pytest.raises(SessionDead) as caught:
        world.read(start, many(1))
    assert caught.value.code == "sfdc.platform.eventbus.grpc.service.auth.error"


def test_an_object_that_is_not_streamed_is_refused_with_what_to_do(world: World) -> None:
    with pytest.raises(Rejected, match="CaseChangeEvent not found") as caught:
        world.read(None, many(1), topic="/data/CaseChangeEvent")
    assert caught.value.fix == "Select the object in Setup > Change Data Capture, or poll it."


def test_an_org_that_stays_away_is_given_up_after_some_waits(world: World) -> None:
    world.stream.stop()
    with pytest.raises(Retryable):
        world.read(world.start(), many(1))
    assert len(world.slept) == 2


def test_a_stream_that_falls_silent_is_broken_off_and_taken_up_again() -> None:
    with made(Rhythm(keepalive=600, patience=5)) as world:
        start = world.start()
        world.org.faults.add(Fault("event Lead", "slow", seconds=1))
        keys = world.create(2)
        found = world.read(start, many(2), silence=0.3)
        assert [change.record_ids[0] for change in found] == keys
        assert world.slept


def test_closing_ends_the_reading_wherever_it_stands(world: World) -> None:
    with world.subscriber() as one:
        came: list[Any] = []
        reading = Thread(target=lambda: came.extend(one.batches(None)))
        reading.start()
        while not world.org.journal.tip or reading.ident is None:
            pass
        one.close()
        reading.join(timeout=5)
        assert not reading.is_alive()


def test_an_event_that_cannot_be_read_is_a_gap_of_its_object(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    start = world.start()
    world.create()
    monkeypatch.setattr("upbeat.localorg.stream.schemas.EventSchema.encode", lambda *_: b"\xff\x00nonsense")
    assert world.read(start, many(1)) == [Gap("Lead")]
