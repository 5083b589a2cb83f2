"""A pool's account in the ledger leads to where the pool stood at every assignment, whatever came in between."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from upbeat.base import ManualClock
from upbeat.domain import Mode
from upbeat.engine.recorded import BusyRead
from upbeat.engine.turns import Chains, Standing, account, as_it_stood
from upbeat.ledger import Keys, Ledger
from upbeat.routing import Roster, Turn
from upbeat.store import Store, tables
from upbeat.workflows import Cap, Holding, Member, Pool

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
NAMES = ("ada", "ben", "cleo")
POOL = Pool(
    name="inbound",
    title="Inbound",
    object="Lead",
    owner="ada",
    takes_from=("New Leads",),
    members=tuple(Member(name, 1 + number, (Cap.parse("3 a day"),), 9.0) for number, name in enumerate(NAMES)),
    otherwise=Holding("Nobody", "ada", timedelta(days=1)),
)

TURN = st.tuples(st.sampled_from(NAMES), st.integers(1, 3), st.integers(1, 7))  # who took it, units, among whom
ENDS = ("next batch", "work read", "rolled back", "other engine")  # of a transaction
ACT = st.one_of(TURN, TURN, TURN, st.sampled_from(("given back", *ENDS)))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Ledger]]:
    folder: Path = tmp_path_factory.mktemp("turns")
    clock = ManualClock(NOW)
    with Store.open(folder / "upbeat.db", clock=clock) as one:
        yield one, Ledger(Keys.load_or_create(folder / "keys"), clock)


class UndoneError(Exception):
    """The transaction fails."""


@pytest.mark.law(4)
@settings(max_examples=settings.default.max_examples // 2)
@given(st.lists(ACT, max_size=30))
@example(["other engine", "other engine", ("ada", 1, 1), ("ada", 1, 1)])  # written down anew, and then gone on from
def test_where_a_pool_stood_is_found_again_from_its_account(store: tuple[Store, Ledger], acts: list[object]) -> None:
    base, ledger = store
    with base.writing() as conn:
        conn.execute(delete(tables.pools))
    (chains, other), busy, rest, seen = (Chains(), Chains()), BusyRead("inbound"), list(acts), list[Any]()
    while rest:
        roster, noted = Roster(POOL, {}, frozenset(), busy.absences, busy.open_work), list[Any]()
        try:
            with base.writing() as conn:
                standing, last = Standing(conn, ledger, chains, Mode.LIVE, roster, busy), list[Turn]()
                while rest and (act := rest.pop(0)) not in ENDS:
                    noted.append((*standing.place, roster, standing.state.places, standing.state.load.tolist()))
                    if isinstance(act, tuple):
                        last.append(Turn(act[0], act[1], NOW, f"{act[2]:x}"))
                        standing.move(last[-1])
                    elif last:
                        standing.move(last.pop(), back=True)
                standing.save(conn, ledger)
                if act == "rolled back":
                    raise UndoneError
            standing.keep()
            seen += noted
        except UndoneError:
            continue
        busy = BusyRead("inbound", {}, {"ada": 2.0}) if act == "work read" else busy
        chains, other = (other, chains) if act == "other engine" else (chains, other)
    with base.reading() as conn:
        for stood, moves, since, roster, places, load in seen:
            whole, made = account(conn, ledger, stood, moves)
            state = as_it_stood(whole, roster, made, since)
            assert (state.places, state.load.tolist()) == (places, load)
