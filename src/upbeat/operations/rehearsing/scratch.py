"""The parts of a test: the org as it is read, a store that is thrown away, and nothing that writes, sends or asks."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from upbeat.base import SystemClock, UpbeatError
from upbeat.channels.enrich import Source
from upbeat.domain import Mode
from upbeat.engine import Directory, Parts, Pools, Versions
from upbeat.ledger import Keys, Ledger
from upbeat.llm import Model
from upbeat.operations.house import House
from upbeat.operations.rehearsing.drafts import Draft
from upbeat.salesforce import Budget
from upbeat.store import Store, tables
from upbeat.workflows import Models, Provider

_FILE = "test.db"


@contextmanager
def parts_of(house: House, draft: Draft, ids: Sequence[str]) -> Generator[Parts]:
    """Give the parts on which a draft runs over these records; what they keep is gone afterwards."""
    with TemporaryDirectory(prefix="upbeat-test-") as folder:
        file = Path(folder) / _FILE
        file.touch(mode=0o600)
        file.write_bytes(_empty())
        with Store.open(file, clock=house.clock) as store:
            query, people, zone = house.get_reader().query, house.get_people(), house.get_zone()
            versions = Versions(
                store, lambda: draft.definitions, lambda: {draft.flow.name: draft.flow}, lambda _: draft.catalogue
            )
            _carry_over(house, store, draft, ids)
            yield Parts(
                org_id="",
                store=store,
                ledger=Ledger(Keys.passing(), house.clock),
                clock=house.clock,
                query=query,
                applier=None,
                sender=None,
                versions=versions,
                people=people,
                pools=Pools(query, people, house.clock, zone),
                directory=Directory(query, house.clock, lambda: draft.catalogue.schema),
                budget=Budget(house.clock, sleep=lambda _: None),
                sources=_no_source,
                models=Models(),
                open_model=_no_model,
                zone=zone,
            )


def _carry_over(house: House, store: Store, draft: Draft, ids: Sequence[str]) -> None:
    """Copy what the line remembers of these records: what people overrode, what was promised, where pools stand."""
    mutes, promises, pools = tables.mutes, tables.promises, tables.pools
    of_pools = pools.c.pool.in_(list(draft.flow.pools)) & (pools.c.mode == _mode(house, draft))
    wanted = {
        mutes: (mutes.c.workflow == draft.flow.name) & mutes.c.record_id.in_(ids),
        promises: promises.c.record_id.in_(ids),
        pools: of_pools,
    }
    with house.store.reading() as conn:
        rows = {table: _rows(conn, select(table).where(which)) for table, which in wanted.items()}
    for row in rows[pools]:
        row["mode"] = Mode.MONITOR
    with store.writing() as conn:
        for table, some in rows.items():
            if some:
                conn.execute(insert(table), some)


def _rows(conn: Connection, which: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(which).mappings()]


def _mode(house: House, draft: Draft) -> Mode:
    """Give the account of a pool's turns that the workflow stands on: what it gave in earnest, once it is live."""
    return house.versions.modes().get(draft.flow.name, Mode.MONITOR)


def _no_source(provider: Provider) -> Source:
    raise UpbeatError(f"a test does not ask {provider.provider}")


def _no_model(name: str) -> Model:
    raise UpbeatError(f"a test does not ask {name}")


@cache
def _empty() -> bytes:
    """Give the file of a store in which nothing happened yet: migrated once a process."""
    with TemporaryDirectory(prefix="upbeat-test-") as folder:
        file = Path(folder) / _FILE
        Store.open(file, clock=SystemClock()).close()  # the last to close writes the log back into the file
        return file.read_bytes()
