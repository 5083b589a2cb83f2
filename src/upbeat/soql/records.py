"""Rows to records, as REST JSON has them: `attributes` first, parents nested, children as a result of their own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from upbeat.base import encode
from upbeat.schema import FieldType
from upbeat.soql.bound import Answer, Children, Column, Parent, Plan, operand_type
from upbeat.soql.dates import Calendar
from upbeat.soql.sqlite import LISTED, Edge, Parameter, Statement

Row = Sequence[Any]
Execute = Callable[[str, Sequence[Any]], Iterable[Row]]
Getter = Callable[[Row], Any]

_READ: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.BOOLEAN: bool,
    FieldType.INT: int,
    FieldType.DOUBLE: float,
    FieldType.CURRENCY: float,
    FieldType.PERCENT: float,
}


@dataclass(frozen=True, slots=True)
class Run:
    """What a running query is given: how to ask the database, the moment, the org's calendar, where records live."""

    execute: Execute
    now: datetime
    calendar: Calendar
    base_url: str  # such as `/services/data/v67.0`

    def rows(self, sql: str, params: Sequence[Parameter]) -> Iterable[Row]:
        """Ask the database, with the edges of date literals worked out."""
        known = [one.at(self.now, self.calendar) if isinstance(one, Edge) else one for one in params]
        return self.execute(sql, known)


@dataclass(slots=True)
class _Shape:
    """The keys of one record and where each stands in a row; a parent is a shape of its own."""

    parents: tuple[Parent, ...]
    keys: dict[str, "int | _Shape | None"] = field(default_factory=dict[str, "int | _Shape | None"])
    types: dict[str, FieldType] = field(default_factory=dict[str, FieldType])
    id: int = 0
    kind: int | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan as SQL: the statement, its parameters, and what becomes of its rows.

    `children` hold the records of subqueries: their first parameter is the JSON list of the parents' ids, and the
    first column of their rows the parent's id. LIMIT and OFFSET of children count for each parent, and are not in
    their SQL.
    """

    sql: str
    params: tuple[Parameter, ...]
    shape: _Shape | tuple[tuple[str, FieldType], ...]
    children: tuple[tuple[Children, "Compiled"], ...] = ()


def compile_plan(plan: Plan, *, all_rows: bool, reference: str = "") -> Compiled:
    """Give the SQL of a plan; of a subquery's plan with `reference`, the field that holds the parent's id."""
    statement = Statement(plan, all_rows or plan.all_rows)
    if plan.is_count:
        return Compiled(*_written(statement, ["COUNT(*)"]), ())
    if plan.grouped:
        answers = [output for output in plan.outputs if isinstance(output, Answer)]
        sql = _written(statement, [statement.operand(answer.operand) for answer in answers])
        return Compiled(*sql, tuple((answer.alias, operand_type(answer.operand)) for answer in answers))
    columns = [f't0."{reference}"'] if reference else list[str]()
    shape = _shape(plan, statement, columns)
    children = [output for output in plan.outputs if isinstance(output, Children)]
    return Compiled(
        *_written(statement, columns, reference),
        shape,
        tuple((one, compile_plan(one.plan, all_rows=all_rows, reference=one.reference.name)) for one in children),
    )


def read(compiled: Compiled, run: Run, name: str) -> list[dict[str, Any]]:
    """Run a compiled plan and give its records; `name` is its object's."""
    if not isinstance(compiled.shape, _Shape):
        return [_answer(compiled.shape, row) for row in run.rows(compiled.sql, compiled.params)]
    build = _builder(compiled.shape, name, run.base_url)
    place = compiled.shape.id
    found = [(row[place], build(row) or {}) for row in run.rows(compiled.sql, compiled.params)]
    _add_children(compiled, found, run)
    return [record for _, record in found]


def _written(statement: Statement, columns: list[str], reference: str = "") -> tuple[str, tuple[Parameter, ...]]:
    extra = f't0."{reference}" IN {LISTED}' if reference else ""
    sql = statement.sql(columns, extra, limited=not reference)
    return sql, tuple(statement.params)


def _shape(plan: Plan, statement: Statement, columns: list[str]) -> _Shape:
    def add(expression: str) -> int:
        columns.append(expression)
        return len(columns) - 1

    def opened(parents: tuple[Parent, ...]) -> _Shape:
        shape = _Shape(parents)
        identity, kind = statement.presence(parents)
        shape.id = add(identity)
        shape.kind = None if kind is None else add(kind)
        return shape

    root = opened(())
    for output in plan.outputs:
        if isinstance(output, Children):
            root.keys[output.relationship] = None  # filled in when all parents are read
        elif isinstance(output, Column):
            here = root
            for depth, step in enumerate(output.steps, 1):
                inner = here.keys.get(step)
                if not isinstance(inner, _Shape):
                    inner = here.keys[step] = opened(output.parents[:depth])
                here = inner
            here.keys[output.field.name] = add(statement.column(output))
            here.types[output.field.name] = output.field.type
    return root


def _builder(shape: _Shape, name: str, base_url: str) -> Callable[[Row], dict[str, Any] | None]:
    """Give what makes a record of a row, or None of a row whose parent is missing."""
    getters = [(key, _getter(place, shape.types.get(key), base_url)) for key, place in shape.keys.items()]
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


def _getter(place: "int | _Shape | None", kind: FieldType | None, base_url: str) -> Getter:
    if isinstance(place, _Shape):
        parent = place.parents[-1]
        return _builder(place, "Name" if parent.polymorphic else parent.objects[0].name, base_url)
    if place is None:
        return lambda _: None
    read_value = _READ.get(kind) if kind else None
    if read_value is None:
        return itemgetter(place)

    def get(row: Row) -> Any:
        value = row[place]
        return None if value is None else read_value(value)

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
    if not (parents and isinstance(shape, _Shape)):
        return {}
    rows: dict[str, list[Row]] = {}
    for row in run.rows(inner.sql, (encode(parents), *inner.params)):
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
    for (alias, kind), value in zip(answers, row, strict=True):
        read_value = _READ.get(kind)
        record[alias] = value if read_value is None or value is None else read_value(value)
    return record
