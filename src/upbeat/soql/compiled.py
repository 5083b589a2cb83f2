"""What the rows of a compiled plan hold, so that records can be made of them."""

from dataclasses import dataclass, field
from typing import Any

from upbeat.schema import FieldType
from upbeat.soql.bound import Branches, Children, Column, Compound, Output, Parent, Plan
from upbeat.soql.calculations import Calculations
from upbeat.soql.expressions import listed
from upbeat.soql.running import Parameter, Parents
from upbeat.soql.sqlite import Statement


@dataclass(slots=True)
class Shape:
    """The keys of one record and what stands behind each; `id` and `kind` are places in a row."""

    parents: tuple[Parent, ...]
    id: int
    kind: int | None  # of the object's name, where it differs from row to row
    keys: dict[str, "Cell | Parts | Shape | Choice | None"] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: its place in a row, and its type."""

    place: int
    type: FieldType


@dataclass(frozen=True, slots=True)
class Parts:
    """A compound value: the cell of each part."""

    cells: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that has the shape of its object: `kind` is the place of the object's name in a row."""

    kind: int
    shapes: dict[str, Shape]
    otherwise: Shape | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan as SQL: the statement, its parameters, and what becomes of its rows.

    `children` hold the records of subqueries: the first column of their rows is the parent's id. LIMIT and OFFSET of
    children count for each parent, and are not in their SQL.
    """

    sql: str
    params: tuple[Parameter, ...]
    shape: Shape | tuple[tuple[str, FieldType], ...]
    children: tuple[tuple[Children, "Compiled"], ...] = ()


def compile_plan(
    plan: Plan, *, all_rows: bool, currency: str, calculations: Calculations, reference: str = ""
) -> Compiled:
    """Give the SQL of a plan; of a subquery's plan with `reference`, the field that holds the parent's id.

    Raises SoqlError (QUERY_TOO_COMPLICATED) where SQLite could not take it.
    """
    statement = Statement(plan, all_rows or plan.all_rows, currency, calculations)
    if plan.is_count:
        return Compiled(*statement.written(f"SELECT COUNT(*) FROM ({statement.sql(['1'])})"), ())  # noqa: S608 - our own
    if plan.grouped:
        answers = tuple((one.key, one.operand.type) for one in plan.answers)
        return Compiled(*statement.written(statement.grouped()), answers)
    columns = [f't0."{reference}"'] if reference else list[str]()
    extra = f"{columns[0]} IN {listed(statement.expressions.param(Parents()))}" if reference else ""
    shape = _Layout(statement, columns).record(plan)
    sql = statement.sql(columns, extra, limited=not reference)
    children = tuple(
        (
            one,
            compile_plan(
                one.plan,
                all_rows=all_rows,
                currency=currency,
                calculations=calculations,
                reference=one.reference.name,
            ),
        )
        for one in plan.outputs
        if isinstance(one, Children)
    )
    return Compiled(*statement.written(sql), shape, children)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Expressions are added to `columns` as records ask for them."""

    statement: Statement
    columns: list[str]

    def record(self, plan: Plan) -> Shape:
        root = self._shape(())
        for output in plan.outputs:
            if isinstance(output, Children):
                root.keys[output.relationship] = None  # filled in when all parents are read
            else:
                self._add(root, output)
        return root

    def _add(self, root: Shape, output: Output | Compound | Branches) -> None:
        match output:
            case Output(key, operand, parents):
                owner = self._owner(root, parents)
                owner.keys[key] = Cell(self._place(self.statement.expressions.value(operand)), operand.type)
            case Compound(column, parts):
                cells = tuple((key, self._cell(part)) for key, part in parts)
                self._owner(root, column.parents).keys[column.field.name] = Parts(cells)
            case Branches():
                owner = self._owner(root, output.parents[:-1])
                owner.keys[output.parents[-1].reference.relationship] = self._choice(output)

    def _choice(self, branches: Branches) -> Choice:
        _, kind = self.statement.tables.presence(branches.parents)
        shapes = {parents[-1].objects[0].name: self._branch(parents, outputs) for parents, outputs in branches.whens}
        otherwise = self._branch(branches.parents, branches.otherwise) if branches.otherwise else None
        return Choice(self._place(kind or "NULL"), shapes, otherwise)

    def _branch(self, parents: tuple[Parent, ...], outputs: tuple[Output | Compound, ...]) -> Shape:
        shape = self._shape(parents)
        for output in outputs:
            self._add(shape, output)
        return shape

    def _owner(self, root: Shape, parents: tuple[Parent, ...]) -> Shape:
        here = root
        for depth in range(len(root.parents) + 1, len(parents) + 1):
            step = parents[depth - 1].reference.relationship
            inner = here.keys.get(step)
            if not isinstance(inner, Shape):
                inner = here.keys[step] = self._shape(parents[:depth])
            here = inner
        return here

    def _shape(self, parents: tuple[Parent, ...]) -> Shape:
        identity, kind = self.statement.tables.presence(parents)
        return Shape(parents, self._place(identity), None if kind is None else self._place(kind))

    def _cell(self, column: Column) -> Cell:
        return Cell(self._place(self.statement.tables.column(column)), column.type)

    def _place(self, expression: str) -> int:
        self.columns.append(expression)
        return len(self.columns) - 1
