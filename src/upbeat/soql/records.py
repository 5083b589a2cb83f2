"""Rows to records, as REST JSON has them: `attributes` first, parents nested, children as a result of their own."""

from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

from upbeat.base import encode
from upbeat.schema import FieldType
from upbeat.soql.bound import Children
from upbeat.soql.compiled import Cell, Choice, Compiled, Parts, Shape
from upbeat.soql.running import Row, Run

Getter = Callable[[Row], Any]

_READ: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.BOOLEAN: bool,
    FieldType.INT: int,
    FieldType.DOUBLE: float,
    FieldType.CURRENCY: float,
    FieldType.PERCENT: float,
}


def read(compiled: Compiled, run: Run, name: str) -> list[dict[str, Any]]:
    """Run a compiled plan and give its records; `name` is its object's."""
    if not isinstance(compiled.shape, Shape):
        return [_answer(compiled.shape, row) for row in run.rows(compiled.sql, compiled.params)]
    build = _builder(compiled.shape, name, run.base_url)
    place = compiled.shape.id
    found = [(row[place], build(row) or {}) for row in run.rows(compiled.sql, compiled.params)]
    _add_children(compiled, found, run)
    return [record for _, record in found]


def _builder(shape: Shape, name: str, base_url: str) -> Callable[[Row], dict[str, Any] | None]:
    """Give what makes a record of a row, or None of a row whose parent is missing."""
    getters = [(key, _getter(one, base_url)) for key, one in shape.keys.items()]
    identity, kind = shape.id, shape.kind

    def build(row: Row) -> dict[str, Any] | None:
        found = row[identity]
        if found is None:
            return None
        url = f"{base_url}/sobjects/{name if kind is None else row[kind]}/{found}"
        record: dict[str, Any] = {"attributes": {"type": name, "url": url}}
        for key, get in getters:
            record[key] = get(row)
        return record

    return build


def _getter(one: Cell | Parts | Shape | Choice | None, base_url: str) -> Getter:
    match one:
        case None:
            return lambda _: None
        case Shape():
            parent = one.parents[-1]
            return _builder(one, "Name" if parent.polymorphic else parent.objects[0].name, base_url)
        case Choice():
            return _chosen(one, base_url)
        case Parts():
            return _whole([(key, _cell(part)) for key, part in one.cells])
        case Cell():
            return _cell(one)


def _chosen(choice: Choice, base_url: str) -> Getter:
    getters = {name: _getter(shape, base_url) for name, shape in choice.shapes.items()}
    otherwise = _getter(choice.otherwise, base_url)
    return lambda row: getters.get(row[choice.kind], otherwise)(row)


def _cell(cell: Cell) -> Getter:
    place, convert = cell.place, _READ.get(cell.type)
    if convert is None:
        return itemgetter(place)
    return lambda row: None if row[place] is None else convert(row[place])


def _whole(parts: list[tuple[str, Getter]]) -> Getter:
    def get(row: Row) -> dict[str, Any] | None:
        values = {key: part(row) for key, part in parts}
        return values if any(value is not None for value in values.values()) else None

    return get


def _add_children(compiled: Compiled, found: list[tuple[str, dict[str, Any]]], run: Run) -> None:
    for children, inner in compiled.children:
        by_parent = _children(inner, children, [identity for identity, _ in found], run)
        for identity, record in found:
            records = by_parent.get(identity)
            if records:
                record[children.relationship] = {"totalSize": len(records), "done": True, "records": records}


def _children(inner: Compiled, children: Children, parents: list[str], run: Run) -> dict[str, list[dict[str, Any]]]:
    shape, plan = inner.shape, children.plan
    if not (parents and isinstance(shape, Shape)):
        return {}
    rows: dict[str, list[Row]] = {}
    for row in replace(run, parents=encode(parents)).rows(inner.sql, inner.params):
        rows.setdefault(row[0], []).append(row)
    end = None if plan.limit is None else plan.offset + plan.limit
    build = _builder(shape, plan.object.name, run.base_url)
    found: list[tuple[str, dict[str, Any]]] = []
    by_parent: dict[str, list[dict[str, Any]]] = {}
    for parent, own in rows.items():
        for row in own[plan.offset : end]:
            record = build(row) or {}
            found.append((row[shape.id], record))
            by_parent.setdefault(parent, []).append(record)
    _add_children(inner, found, run)
    return by_parent


def _answer(answers: tuple[tuple[str, FieldType], ...], row: Row) -> dict[str, Any]:
    record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
    for (alias, kind), value in zip(answers, row, strict=False):  # after them stands what rows are ordered by
        convert = _READ.get(kind)
        record[alias] = value if convert is None or value is None else convert(value)
    return record
