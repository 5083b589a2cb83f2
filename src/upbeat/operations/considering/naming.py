"""What the records are called whose ids stand in a suggested change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from upbeat.base import UpbeatError
from upbeat.domain import Proposal, Snapshot
from upbeat.operations.house import House
from upbeat.review import Review
from upbeat.schema import FieldType, Schema
from upbeat.store import tables


def names_of(house: House, found: Review, *, ask: bool) -> dict[str, str]:
    """Give names by id: of people and queues as they were when it was suggested, of records as the org has them now.

    With `ask` false, and where the org does not answer, other ids stay as they are.
    """
    names = dict(found.body.names)
    names |= {each.record_id: name for one in found.body.proposals for each in one.records if (name := _own(each))}
    if not ask:
        return names
    try:
        schema = house.get_schema()
        wanted = defaultdict[str, set[str]](set)
        for one in found.body.proposals:
            for target, key in _references(one, schema):
                if key not in names:
                    wanted[target].add(key)
        for target, ids in wanted.items():
            names |= _called(house, schema, target, ids)
    except UpbeatError:
        pass
    return names


def kept_names(house: House, ids: Iterable[str]) -> dict[str, str]:
    """Give what records of these ids were called when a run last read them; those that are not known are left out."""
    names = tables.record_names.c
    with house.store.reading() as conn:
        rows = conn.execute(select(names.record_id, names.name).where(names.record_id.in_(sorted(set(ids)))))
        return {row.record_id: row.name for row in rows if row.name}


def _own(record: Snapshot) -> str:
    """Give what a record is called by its own fields: a person by both names."""
    values = record.values
    return str(values.get("Name") or " ".join(filter(None, (values.get("FirstName"), values.get("LastName")))))


def _references(one: Proposal, schema: Schema) -> Iterator[tuple[str, str]]:
    """Give every id that a change names, with the object that it is of where that is known."""
    known = schema.object(one.object) if schema.has(one.object) else None
    if known is None:
        return
    for name in one.after:
        field = known.field(name) if known.has(name) else None
        if field is not None and field.type is FieldType.REFERENCE and len(field.reference_to) == 1:
            values = (side.get(name) for side in (one.before, one.after))
            yield from ((field.reference_to[0], value) for value in values if isinstance(value, str) and value)


def _called(house: House, schema: Schema, target: str, ids: set[str]) -> dict[str, str]:
    field = schema.object(target).name_field if schema.has(target) else None
    if field is None:
        return {}
    query = f"SELECT Id, {field.name} FROM {target} WHERE Id IN :ids"  # noqa: S608  names of the schema
    return {row["Id"]: str(row[field.name]) for row in house.query(query, {"ids": sorted(ids)}) if row[field.name]}
