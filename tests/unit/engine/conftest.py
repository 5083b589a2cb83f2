"""A line without a train: items in a store, taken and put back by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from upbeat.base import ManualClock
from upbeat.domain import Change, Event, Mode
from upbeat.engine import items
from upbeat.engine.items import State, Work
from upbeat.intake import Taker, accept
from upbeat.ledger import Keys, Ledger
from upbeat.store import Store, tables


@dataclass
class Yard:
    """Items arrive, are taken in batches, and are set to a state; `works` gives them all, oldest first."""

    store: Store
    ledger: Ledger
    clock: ManualClock
    numbers: Iterator[int]

    def arrive(self, record: str, workflow: str = "route", version: str = "v1") -> None:
        now = self.clock.now()
        event = Event("00D", "Lead", record, Change.UPDATED, f"key {next(self.numbers)}", now)
        taker = Taker(workflow, version, "priya.shah@acme.example", Mode.LIVE)
        with self.store.writing() as conn:
            accept(conn, self.ledger, [(event, taker)], now)

    def take(self, *paused: str, size: int = 200) -> list[Work]:
        """Give the items of the next batch, none where there is no batch."""
        with self.store.writing() as conn:
            batch = items.take(conn, "code", self.clock.now(), size=size, except_for=paused)
            return [] if batch is None else items.load(conn, batch_id=batch, state=State.RUNNING)

    def set(self, work: Work, state: State, after: timedelta = timedelta(0)) -> None:
        retry_at = self.clock.now() + after if state is State.RETRY else None
        with self.store.writing() as conn:
            conn.execute(
                update(tables.items).where(tables.items.c.seq == work.seq).values(state=state, retry_at=retry_at)
            )

    def wake(self) -> None:
        with self.store.writing() as conn:
            items.wake(conn, self.clock.now())

    def works(self) -> list[Work]:
        with self.store.reading() as conn:
            ids = list(conn.scalars(select(tables.items.c.id)))
            return items.load(conn, ids=ids)

    def batch_ids(self) -> list[str]:
        with self.store.reading() as conn:
            return list(conn.scalars(select(tables.batches.c.id)))

    def empty(self) -> None:
        with self.store.writing() as conn:
            for one in (tables.items, tables.batches):
                conn.execute(delete(one))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    folder: Path = tmp_path_factory.mktemp("yard")
    clock = ManualClock(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    with Store.open(folder / "upbeat.db", clock=clock) as store:
        yield Yard(store, Ledger(Keys.load_or_create(folder / "keys"), clock), clock, count(1))


@pytest.fixture
def yard(shared: Yard) -> Yard:
    shared.empty()
    return shared
