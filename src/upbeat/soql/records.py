"""Rows to records, as REST JSON has them: `attributes` first, parents nested, children as a result of their own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from upbeat.base import encode
from upbeat.schema import FieldType
from upbeat.soql.bound import Answer, Children, Column, Compound, Parent, Plan, operand_type
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
    """The keys of one record and what stands behind each; `id` and `kind` are places in a row."""

    parents: tuple[Parent, ...]
    id: int
    kind: int | None  # of the object's name, where it differs from row to row
    keys: dict[str, "_Cell | _Parts | _Shape | None"] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class _Cell:
    """One value: its place in a row, and its type."""

    place: int
    type: FieldType


@dataclass(frozen=True, slots=True)
class _Parts:
    """A compound value: the cell of each part."""

    cells: tuple[tuple[str, _Cell], ...]


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
        sql, params = _written(statement, ["1"])
        return Compiled(f"SELECT COUNT(*) FROM ({sql})", params, ())  # noqa: S608 - what `Statement` wrote
    if plan.grouped:
        answers = [output for output in plan.outputs if isinstance(output, Answer)]
        sql = _written(statement, [statement.operand(answer.operand) for answer in answers])
        return Compiled(*sql, tuple((answer.alias, operand_type(answer.operand)) for answer in answers))
    columns = [f't0."{reference}"'] if reference else list[str]()
    shape = _Layout(statement, columns).record(plan)
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


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the rows of a statement must hold: expressions are added to `columns` as records ask for them."""

    statement: Statement
    columns: list[str]

    def record(self, plan: Plan) -> _Shape:
        root = self._shape(())
        for output in plan.outputs:
            match output:
                case Children():
                    root.keys[output.relationship] = None  # filled in when all parents are read
                case Column():
                    self._owner(root, output).keys[output.field.name] = self._cell(output)
                case Compound(column, parts):
                    cells = tuple((key, self._cell(part)) for key, part in parts)
                    self._owner(root, column).keys[column.field.name] = _Parts(cells)
                case Answer():
                    pass
        return root

    def _owner(self, root: _Shape, column: Column) -> _Shape:
        here = root
        for depth, step in enumerate(column.steps, 1):
            inner = here.keys.get(step)
            if not isinstance(inner, _Shape):
                inner = here.keys[step] = self._shape(column.parents[:depth])
            here = inner
        return here

    def _shape(self, parents: tuple[Parent, ...]) -> _Shape:
        identity, kind = self.statement.presence(parents)
        return _Shape(parents, self._add(identity), None if kind is None else self._add(kind))

    def _cell(self, column: Column) -> _Cell:
        return _Cell(self._add(self.statement.column(column)), column.field.type)

    def _add(self, expression: str) -> int:
        self.columns.append(expression)
        return len(self.columns) - 1


def _builder(shape: _Shape, name: str, base_url: str) -> Callable[[Row], dict[str, Any] | None]:
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


def _getter(one: _Cell | _Parts | _Shape | None, base_url: str) -> Getter:
    match one:
        case None:
            return lambda _: None
        case _Shape():
            parent = one.parents[-1]
            return _builder(one, "Name" if parent.polymorphic else parent.objects[0].name, base_url)
        case _Parts():
            return _whole([(key, _cell(part)) for key, part in one.cells])
        case _Cell():
            return _cell(one)


def _cell(cell: _Cell) -> Getter:
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
        convert = _READ.get(kind)
        record[alias] = value if convert is None or value is None else convert(value)
    return record
