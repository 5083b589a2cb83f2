"""Records as they are read one by one: a row as REST JSON gives it, and the ids of what changed."""

from datetime import datetime
from typing import Any

from upbeat.localorg import problems
from upbeat.localorg.lookups import Lookups, Tree
from upbeat.localorg.problems import Refused
from upbeat.localorg.storage import Row
from upbeat.localorg.values import give, stamp, whole
from upbeat.schema import Object
from upbeat.soql.layout import COMPOUND, stored
from upbeat.soql.running import Execute


def fields_of(one: Object, row: Row, lookups: Lookups) -> dict[str, Any]:
    """Give all the fields of a record: plain ones, then compound ones, then formula fields, worked out."""
    calculated = {name: field for name, field in one.fields.items() if field.formula}
    plain = {name: give(field, row[name]) for name, field in one.fields.items() if name in row}
    compound = {name: whole(one, name, row) for name, field in one.fields.items() if field.type in COMPOUND}
    (found,) = lookups.records(one, [row], Tree(set(calculated)))
    formulas = {name: give(field, stored(field.type, found[name])) for name, field in calculated.items()}
    return plain | compound | formulas


def changed_in(
    one: Object, start: datetime, end: datetime, execute: Execute, *, deleted: bool
) -> list[tuple[str, str]]:
    """Give id and time of the records written, or deleted, from `start` to before `end`. Raises Refused (400)."""
    if not one.has("SystemModstamp"):
        raise Refused(400, problems.not_replicated(one.name))
    sql = (
        f'SELECT "Id", "SystemModstamp" FROM "{one.name}" WHERE "SystemModstamp" >= ? AND "SystemModstamp" < ? '  # noqa: S608 (the schema's names)
        'AND "IsDeleted" = ? ORDER BY "SystemModstamp", "Id"'
    )
    return [(row[0], row[1]) for row in execute(sql, (stamp(start), stamp(end), int(deleted)))]
