"""Which records a run read beside its own, so that whoever stands in its entries can be found there, and forgotten."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.engine.recorded import Given
from upbeat.store import tables


def read_beside(given: Given) -> Iterator[str]:
    """Give the ids of the records that a step was run on, its item's own among them where it was read with them."""
    found = () if given.share is None else (given.share.found,)
    for one in found:
        yield from (double.record["Id"] for double in (*one.doubles, *filter(None, [one.contact])))
    for account in (*given.beside.accounts, *(account for one in found for account in one.accounts)):
        yield account.id
    if given.beside.attendance is not None:
        yield from (one.record_id for one in given.beside.attendance.people)
    for rows in given.beside.records.values():
        yield from (row["Id"] for row in rows if "Id" in row)


def note_beside(conn: Connection, by_run: Mapping[str, set[str]]) -> None:
    """Note which records the runs of these items read."""
    rows = [{"item_id": run, "record_id": one} for run, some in by_run.items() for one in sorted(some)]
    if rows:
        conn.execute(insert(tables.run_records).on_conflict_do_nothing(), rows)


def runs_beside(record_id: str) -> Any:
    """Select the ids of the items whose runs read a record beside their own."""
    table = tables.run_records.c
    return select(table.item_id).where(table.record_id == record_id)
