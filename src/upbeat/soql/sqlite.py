"""Plan to SQL for SQLite: one table an object, names as the schema spells them, every value a parameter.

What SOQL means and SQL does not is said here. Text is compared without minding the case of ASCII letters (other
letters, as É and é, are different, which is where SQLite stops); ids mind it. `!=` and NOT IN find empty values too;
every other comparison with an empty value is false, and NOT of it true. A missing parent's checkbox is false.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from upbeat.base import encode
from upbeat.schema import FieldType
from upbeat.soql.bound import (
    IDS,
    TEXTS,
    Among,
    Column,
    Condition,
    Found,
    Function,
    Operand,
    Order,
    Parent,
    Plan,
    Test,
    operand_type,
)
from upbeat.soql.dates import Calendar
from upbeat.soql.names import NAME, TYPE
from upbeat.soql.tree import And, Choice, DateLiteral, Not, Operator, Or

LISTED = "(SELECT value FROM json_each(?))"  # the values of one parameter, a JSON list

GROUP = 10  # conditions joined without parentheses
ARGUMENTS = 100  # of one function; SQLite takes 127

_SQL = {
    Function.COUNT: "COUNT({})",
    Function.COUNT_DISTINCT: "COUNT(DISTINCT {})",
    Function.SUM: "ROUND(SUM({}), 9)",  # beyond that stands only what binary fractions add
    Function.AVG: "AVG({})",
    Function.MIN: "MIN({})",
    Function.MAX: "MAX({})",
}


@dataclass(frozen=True, slots=True)
class Edge:
    """A parameter known when the query runs: where a date literal's range begins, or the first after it."""

    literal: DateLiteral
    end: bool
    moment: bool  # whether it is compared with datetimes

    def at(self, now: datetime, calendar: Calendar) -> str:
        """Give it as records hold it."""
        if self.moment:
            return calendar.moments(self.literal, now)[self.end]
        return calendar.days(self.literal, now)[self.end].isoformat()


Parameter = str | int | float | Edge | None


@dataclass(slots=True)
class Statement:
    """One SELECT of SQL as it is written: joins and parameters collect while its expressions are asked for."""

    plan: Plan
    all_rows: bool
    prefix: str = "t"  # of table aliases; a semi-join's own are longer
    joins: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    froms: list[str] = field(default_factory=list[str])
    params: list[Parameter] = field(default_factory=list[Parameter])

    def column(self, column: Column) -> str:
        """Give the expression of a field."""
        return self._field(column.parents, column.field.name)

    def presence(self, parents: tuple[Parent, ...]) -> tuple[str, str | None]:
        """Give the expression of a parent's id, empty where there is none, and that of its object if that varies."""
        kind = self._field(parents, TYPE.name, kind=True) if parents and parents[-1].polymorphic else None
        return self._field(parents, "Id"), kind

    def operand(self, operand: Operand) -> str:
        """Give the expression of a field or an aggregate, with the collation of its type."""
        if isinstance(operand, Column):
            return self.column(operand) + _collation(operand.field.type)
        inner = self.column(operand.column) + _collation(operand.column.field.type)
        return _SQL[operand.function].format(inner) + _collation(operand.type)

    def condition(self, condition: Condition) -> str:
        """Give a condition that is true where it holds, and false or NULL where it does not."""
        match condition:
            case And(parts):
                return _join(map(self.condition, parts), "AND")
            case Or(parts):
                return _join(map(self.condition, parts), "OR")
            case Not(part):
                return f"(({self.condition(part)}) IS NOT TRUE)"
            case Test():
                return self._test(condition)
            case Among():
                return self._among(condition)
            case Found():
                return self._found(condition)

    def sql(self, select: Sequence[str], extra: str = "", *, limited: bool = True) -> str:
        """Give the whole statement over these expressions; `extra` is a condition that comes first.

        Expressions and conditions are asked for in the order in which their parameters stand in the text.
        """
        plan = self.plan
        root = f'"{plan.object.name}" AS {self.prefix}0'
        where = [part for part in (extra, "" if self.all_rows else f'{self.prefix}0."IsDeleted" = 0') if part]
        if plan.where is not None:
            where.append(self.condition(plan.where))
        tail = f" WHERE {' AND '.join(where)}" if where else ""
        if plan.group_by:
            tail += f" GROUP BY {', '.join(map(self.operand, plan.group_by))}"
        if plan.having is not None:
            tail += f" HAVING {self.condition(plan.having)}"
        if plan.order_by:
            tail += f" ORDER BY {', '.join(term for order in plan.order_by for term in self._order(order))}"
        if limited and (plan.limit is not None or plan.offset):
            tail += " LIMIT ? OFFSET ?"
            self.params += [-1 if plan.limit is None else plan.limit, plan.offset]
        return f"SELECT {', '.join(select)} FROM {' '.join([root, *self.froms])}{tail}"  # noqa: S608 - names are the schema's

    def _field(self, parents: tuple[Parent, ...], name: str, *, kind: bool = False) -> str:
        if not parents:
            return f'{self.prefix}0."{name}"'
        parent = parents[-1]
        if parent.polymorphic:
            return self._of_several(parents, name, kind=kind or name == TYPE.name)
        key = tuple(step.reference.relationship for step in parents)
        alias = self.joins.get(key)
        if alias is None:
            reference = self._field(parents[:-1], parent.reference.name)
            alias = self.joins[key] = f"{self.prefix}{len(self.joins) + 1}"
            self.froms.append(f'LEFT JOIN "{parent.objects[0].name}" AS {alias} ON {alias}."Id" = {reference}')
        return f'{alias}."{name}"'

    def _of_several(self, parents: tuple[Parent, ...], name: str, *, kind: bool) -> str:
        reference = self._field(parents[:-1], parents[-1].reference.name)
        found = list[str]()
        for one in parents[-1].objects:
            of = one.name_field.name if name == NAME.name and one.name_field else name
            if kind or one.has(of):
                shown = f"'{one.name}'" if kind else f'p."{of}"'
                found.append(f'(SELECT {shown} FROM "{one.name}" AS p WHERE p."Id" = {reference})')  # noqa: S608 - as above
        while len(found) > ARGUMENTS:
            found = [_first(found[start : start + ARGUMENTS]) for start in range(0, len(found), ARGUMENTS)]
        return _first(found)

    def _test(self, test: Test) -> str:
        kind = operand_type(test.operand)
        left = self.operand(test.operand)
        if kind is FieldType.BOOLEAN:
            left = f"COALESCE({left}, 0)"
        if isinstance(test.value, DateLiteral):
            return self._within(left, test.operator, test.value, moment=kind is FieldType.DATETIME)
        if test.value is None and test.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
            return f"{left} IS {'NOT ' if test.operator is Operator.NOT_EQUAL else ''}NULL"
        self.params.append(test.value)
        match test.operator:
            case Operator.LIKE:
                return f"{left} LIKE ? ESCAPE '\\'"
            case Operator.NOT_EQUAL:
                return f"{left} IS NOT ?"
            case _:
                return f"{left} {test.operator} ?"

    def _within(self, left: str, operator: Operator, literal: DateLiteral, *, moment: bool) -> str:
        def edge(*, end: bool) -> str:
            self.params.append(Edge(literal, end, moment))
            return "?"

        match operator:
            case Operator.EQUAL:
                return f"({left} >= {edge(end=False)} AND {left} < {edge(end=True)})"
            case Operator.NOT_EQUAL:
                return f"(({left} >= {edge(end=False)} AND {left} < {edge(end=True)}) IS NOT TRUE)"
            case Operator.LESS | Operator.GREATER_OR_EQUAL:
                return f"{left} {operator} {edge(end=False)}"
            case _:
                return f"{left} {'>=' if operator is Operator.GREATER else '<'} {edge(end=True)}"

    def _among(self, test: Among) -> str:
        left = self.operand(test.operand)
        if operand_type(test.operand) is FieldType.BOOLEAN:
            left = f"COALESCE({left}, 0)"
        values = [value for value in test.values if value is not None]
        empty = len(values) < len(test.values)
        if test.choice in {Choice.INCLUDES, Choice.EXCLUDES}:
            found = _join((self._includes(left, str(value)) for value in values), "OR")
        else:
            # One parameter for the whole list keeps the SQL the same for lists of any length: SQLite has it prepared.
            self.params.append(encode(values))
            found = f"{left} IN {LISTED}"
        found = f"({found}{f' OR {left} IS NULL' if empty else ''})"
        return f"({found} IS NOT TRUE)" if test.choice in {Choice.NOT_IN, Choice.EXCLUDES} else found

    def _includes(self, left: str, values: str) -> str:
        """All of `A;B` at once."""
        wanted = [value for value in values.split(";") if value]
        self.params += [f";{value};" for value in wanted]
        each = f"instr(lower(';' || {left} || ';'), lower(?)) > 0"
        return _join([each] * len(wanted), "AND")

    def _found(self, found: Found) -> str:
        inner = Statement(found.plan, self.all_rows, f"{self.prefix}s")
        column = inner.column(found.column)
        left = self.operand(found.operand)
        among = f"{left} IN ({inner.sql([column], f'{column} IS NOT NULL')})"
        self.params += inner.params
        return f"(({among}) IS NOT TRUE)" if found.choice is Choice.NOT_IN else among

    def _order(self, order: Order) -> list[str]:
        way = " DESC" if order.descending else ""
        expression = self.operand(order.operand)
        nulls = f"{expression} IS NULL{' DESC' if order.nulls_first else ''}"
        if isinstance(order.operand, Column) and order.operand.field.picklist:
            self.params.append(encode([value.value for value in order.operand.field.picklist]))
            place = f"(SELECT key FROM json_each(?) WHERE value = {expression})"  # noqa: S608 - as above
            return [nulls, f"COALESCE({place}, 1000000){way}", expression + way]
        if order.nulls_first is not order.descending:
            return [expression + way]  # as SQLite orders by itself, and can by an index
        return [nulls, expression + way]


def _join(expressions: Iterable[str], word: str) -> str:
    """Join in small groups: SQLite refuses an expression a thousand deep, as a chain of a thousand ORs is."""
    found = list(expressions)
    while len(found) > GROUP:
        groups = (found[start : start + GROUP] for start in range(0, len(found), GROUP))
        found = [f"({f' {word} '.join(group)})" for group in groups]
    return f"({f' {word} '.join(found) or '0'})"


def _first(expressions: Sequence[str]) -> str:
    return f"COALESCE({', '.join([*expressions, 'NULL', 'NULL'])})"  # which takes two at least


def _collation(kind: FieldType) -> str:
    return " COLLATE NOCASE" if kind in TEXTS and kind not in IDS else ""
