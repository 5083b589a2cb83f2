"""A stored row as REST JSON gives the record."""

from typing import Any

from upbeat.localorg.lookups import Lookups, Tree
from upbeat.localorg.storage import Row
from upbeat.localorg.values import give, whole
from upbeat.schema import Object
from upbeat.soql.layout import COMPOUND, stored


def fields_of(one: Object, row: Row, lookups: Lookups) -> dict[str, Any]:
    """Give all the fields of a record: plain ones, then compound ones, then formula fields, worked out."""
    calculated = {name: field for name, field in one.fields.items() if field.formula}
    plain = {name: give(field, row[name]) for name, field in one.fields.items() if name in row}
    compound = {name: whole(one, name, row) for name, field in one.fields.items() if field.type in COMPOUND}
    (found,) = lookups.records(one, [row], Tree(set(calculated)))
    formulas = {name: give(field, stored(field.type, found[name])) for name, field in calculated.items()}
    return plain | compound | formulas
