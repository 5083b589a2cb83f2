"""What stands above every page: which org, what runs in which mode, whether all writes are stopped, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from upbeat.domain import Mode
from upbeat.engine import published
from upbeat.operations.house import House
from upbeat.review import State
from upbeat.store import tables
from upbeat.store.connection import Disconnection, disconnection
from upbeat.store.control import Stop, stopped


@dataclass(frozen=True, slots=True)
class Place:
    """The org that everything is about. `local` is one on this machine."""

    name: str
    sandbox: bool
    local: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """How it stands now, from the store alone. Where `revision` is as before, nothing that a person did has changed.

    `modes` are by workflow. `runs` is the number of runs so far, and `waiting` of questions that are open.
    """

    revision: int
    runs: int
    waiting: int
    modes: Mapping[str, Mode]
    stopped: Stop | None
    disconnected: Disconnection | None
    engine_runs: bool

    def count(self, mode: Mode) -> int:
        """Give how many workflows are in a mode."""
        return sum(one is mode for one in self.modes.values())


def place(house: House) -> Place:
    """Ask the org who it is. Raises SalesforceError where it does not answer."""
    found = house.get_reader().organization()
    return Place(found.name, found.sandbox, house.local)


def pulse(house: House) -> Pulse:
    """Feel how it stands. It is cheap at any number of runs: a few reads of an index."""
    entries, items, reviews = tables.ledger_entries.c, tables.items.c, tables.reviews.c
    with house.store.reading() as conn:
        return Pulse(
            revision=conn.scalar(select(func.max(entries.seq))) or 0,
            runs=conn.scalar(select(func.max(items.seq))) or 0,
            waiting=conn.scalar(select(func.count()).where(reviews.state == State.OPEN)) or 0,
            modes=published.modes(conn),
            stopped=stopped(conn),
            disconnected=disconnection(conn),
            engine_runs=house.engine_runs,
        )
