"""A ledger with its store, its keys and its anchor file, each in a place of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Self

import pytest

from upbeat.base import ManualClock
from upbeat.ledger import Entry, Keys, Kind, Ledger
from upbeat.store import Store


@dataclass(frozen=True)
class House:
    store: Store
    ledger: Ledger
    anchor: Path
    clock: ManualClock

    def entry(self, number: int) -> Entry:
        return Entry(
            Kind.WROTE,
            "upbeat",
            {"after": {"Amount": Decimal(f"{number}.50")}, "reasons": ["Territory North"]},
            item_id=f"item-{number // 2}",
            proposal_id=f"proposal-{number}",
            workflow="route-inbound-leads",
            version="a" * 64,
            policy="b" * 64,
            record_id=f"00Q{number:015}",
        )

    def write(self, *entries: Entry) -> list[str]:
        with self.store.writing() as conn:
            return self.ledger.append(conn, entries)

    def sealed(self, *entries: Entry) -> list[str]:
        """Write, seal and anchor."""
        ids = self.write(*entries)
        self.ledger.seal(self.store)
        self.ledger.anchor(self.store, self.anchor)
        return ids

    def again(self) -> Self:
        """Open the same store once more, as another process would."""
        assert self.store.path is not None
        return replace(self, store=Store.open(self.store.path, clock=self.clock))


@contextmanager
def _house(folder: Path) -> Iterator[House]:
    clock = ManualClock(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    ledger = Ledger(Keys.load_or_create(folder / "keys"), clock)
    with Store.open(folder / "store" / "upbeat.db", clock=clock) as store:
        yield House(store, ledger, folder / "anchor.jsonl", clock)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with _house(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Nine entries in three seals, each anchored; the payload of the third was erased. Not to be written to."""
    with _house(tmp_path_factory.mktemp("written")) as house:
        third = house.sealed(*(house.entry(number) for number in range(4)))[2]
        house.sealed(*(house.entry(number) for number in range(4, 6)))
        with house.store.writing() as conn:
            house.ledger.erase(conn, [third], by="priya.shah@acme.example", why="Maria asked to be forgotten")
        house.sealed(house.entry(6), house.entry(7))
    return house
