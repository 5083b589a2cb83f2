"""What intake keeps between two looks: how far each source was read, and watched values as last seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.domain import Record
from upbeat.store import tables

MODIFIED = "SystemModstamp"  # kept beside the values: when the record was last changed, as far as was seen

_CHUNK = 500


def recall(conn: Connection, name: str, ids: Sequence[str]) -> dict[str, Record]:
    """Give the values last seen of an object's records, by id."""
    seen, found = tables.seen, dict[str, Record]()
    for start in range(0, len(ids), _CHUNK):
        wanted = select(seen).where(seen.c.object == name, seen.c.record_id.in_(ids[start : start + _CHUNK]))
        found.update((row.record_id, decode(row.fields)) for row in conn.execute(wanted))
    return found


def remember(conn: Connection, name: str, values: Mapping[str, Record]) -> None:
    """Keep the values of records, by id, in place of those seen before."""
    if values:
        statement = insert(tables.seen)
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=["object", "record_id"], set_={"fields": statement.excluded.fields}
            ),
            [{"object": name, "record_id": key, "fields": encode(fields)} for key, fields in values.items()],
        )


def knows(conn: Connection, name: str, fields: Iterable[str]) -> bool:
    """Whether the values kept of an object's records have these fields: one record speaks for all."""
    wanted = set(fields)
    one = conn.scalar(select(tables.seen.c.fields).where(tables.seen.c.object == name).limit(1))
    return not wanted or (one is not None and wanted <= decode(one).keys())


def read_position(conn: Connection, source: str) -> tuple[datetime, str] | None:
    """Give how far a source was read: a moment, and what is last within it; None where it never was."""
    row = conn.execute(select(tables.positions).where(tables.positions.c.source == source)).first()
    return None if row is None else (row.modstamp, row.record_id)


def keep_position(conn: Connection, source: str, position: tuple[datetime, str]) -> None:
    """Keep how far a source was read."""
    statement = insert(tables.positions).values(source=source, modstamp=position[0], record_id=position[1])
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["source"],
            set_={"modstamp": statement.excluded.modstamp, "record_id": statement.excluded.record_id},
        )
    )
