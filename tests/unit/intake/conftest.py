"""An org whose leads and deals change, and intake reading it into a store: what was taken in stands as items."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from upbeat import soql
from upbeat.base import ManualClock, decode
from upbeat.domain import Event, Mode
from upbeat.intake import Accepted, Poller, Taker, Watch
from upbeat.ledger import Keys, Ledger
from upbeat.localorg import LocalOrg
from upbeat.store import Store, tables

STARTED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@dataclass
class Intake:
    """`watch` says what is wanted of which object; `poll` looks; `items` are what came of it."""

    org: LocalOrg
    user: str
    store: Store
    ledger: Ledger
    clock: ManualClock
    since: datetime = STARTED
    names: Iterator[int] = field(default_factory=lambda: count(1))
    poller: Poller | None = None
    hidden: set[str] = field(default_factory=set[str])

    def watch(self, target: str = "Opportunity", *, created: str = "", updated: str = "", fields: str = "") -> Watch:
        """Wish for creations in one workflow, and for changes of these fields in another."""
        takers = {
            name: Taker(name, "v" * 64, "priya.shah@acme.example", Mode.LIVE) for name in (created, updated) if name
        }
        watched = ((takers[updated], frozenset(fields.split())),) if updated else ()
        return Watch(target, (takers[created],) if created else (), watched)

    def poll(self, watch: Watch, after: int = 15) -> Accepted:
        """Let seconds pass, and look."""
        self.clock.advance(timedelta(seconds=after))
        if self.poller is None:
            self.poller = Poller("00D000000000001EAA", self.query, self.store, self.ledger, self.since)
        return self.poller.poll(watch, self.clock.now())

    def restart(self) -> None:
        """Begin as a new process does, which begins now in what was never read."""
        self.poller, self.since = None, self.clock.now()

    def query(self, text: str, binds: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = self.org.query(str(soql.parse(text).fill(binds)), self.user)
        return [row for row in rows if row["Id"] not in self.hidden]

    def deal(self, **values: Any) -> str:
        plain = {
            "Name": f"Deal {next(self.names)}",
            "StageName": "Qualification",
            "CloseDate": "2026-06-30",
            "Amount": 1,
        }
        (saved,) = self.org.create("Opportunity", [{**plain, **values}], self.user)
        return saved.id

    def change(self, deal: str, **values: Any) -> None:
        (saved,) = self.org.update("Opportunity", [{"Id": deal, **values}], self.user)
        assert saved.ok

    def events(self, record_id: str = "", workflow: str = "") -> list[Event]:
        """Give what was taken in, in order."""
        items = tables.items
        with self.store.reading() as conn:
            rows = conn.execute(select(items).order_by(items.c.seq)).all()
        wanted = (row for row in rows if record_id in {"", row.record_id} and workflow in {"", row.workflow})
        return [decode(row.event, Event) for row in wanted]

    def forget(self, record_id: str) -> None:
        """Lose what was last seen of a record."""
        with self.store.writing() as conn:
            conn.execute(delete(tables.seen).where(tables.seen.c.record_id == record_id))

    def hide(self, record_id: str) -> None:
        """Let a record be in a transaction of the org that is not committed yet."""
        self.hidden.add(record_id)

    def empty(self) -> None:
        """Begin anew with an empty store, in the org as it is."""
        with self.store.writing() as conn:
            for one in (tables.items, tables.positions, tables.seen):
                conn.execute(delete(one))
        self.clock.advance(timedelta(minutes=1))
        self.restart()


@contextmanager
def _intake(folder: Path) -> Iterator[Intake]:
    clock = ManualClock(STARTED)
    org = LocalOrg(":memory:", clock=clock)
    user = org.user("priya.shah@acme.example", last_name="Shah")
    with Store.open(folder / "upbeat.db", clock=clock) as store:
        yield Intake(org, user, store, Ledger(Keys.load_or_create(folder / "keys"), clock), clock)
    org.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    with _intake(tmp_path_factory.mktemp("intake")) as one:
        yield one


@pytest.fixture
def intake(shared: Intake) -> Intake:
    shared.empty()
    return shared
