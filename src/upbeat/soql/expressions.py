"""Operands and conditions to SQL expressions. Every value is a numbered parameter.

What SOQL means and SQL does not is said here. Text is compared without minding case, of any alphabet; ids mind it. `!=`
and NOT IN find empty values too; every other comparison with an empty value is false, and NOT of it true. A missing
parent's checkbox is false.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from upbeat.base import encode
from upbeat.schema import FieldType, PicklistValue
from upbeat.soql.bound import (
    Among,
    Applied,
    Column,
    Condition,
    Distance,
    Found,
    Operand,
    Order,
    Place,
    Test,
)
from upbeat.soql.currencies import ISO_CODE
from upbeat.soql.database import COLLATION
from upbeat.soql.folding import folded
from upbeat.soql.functions import TEXTS, Kind
from upbeat.soql.running import Edge, Given, Parameter, Rates, UserCurrency
from upbeat.soql.tables import Tables
from upbeat.soql.tree import And, Choice, DateLiteral, Money, Not, Operator, Or

GROUP = 10  # conditions joined without parentheses
UNLISTED = 1_000_000  # where a picklist value stands that the admin's list does not have

Semijoin = Callable[[Found], str]

_SIGNS = {Operator.EQUAL: "=", Operator.NOT_EQUAL: "IS NOT"}
_FACTS = re.compile(r"{([a-z]+)}")


@dataclass(frozen=True, slots=True)
class Expressions:
    """What a SELECT writes over its tables; parameters collect as expressions are asked for.

    `rolled` names the groups that a row of subtotals is over: there they are empty.
    """

    tables: Tables
    params: list[Parameter]
    semijoin: Semijoin
    currency: str  # of an org that has one
    rolled: frozenset[str] = frozenset()

    def param(self, value: Parameter) -> str:
        """Keep a value as a parameter, and give its place in the SQL."""
        self.params.append(value)
        return f"?{len(self.params)}"

    def value(self, operand: Operand) -> str:
        """Give the value of a field, a function or a distance."""
        if operand.name in self.rolled:
            return "NULL"
        match operand:
            case Column():
                return self.tables.column(operand)
            case Distance(start, end, unit):
                return f"soql_distance({self._degrees(start)}, {self._degrees(end)}, {self.param(unit)})"
            case Applied():
                return self._applied(operand)

    def folded(self, operand: Operand) -> str:
        """Give what texts are grouped by; other values are that themselves."""
        return _capitals(self.value(operand)) if operand.type in TEXTS else self.value(operand)

    def order(self, order: Order) -> Iterator[tuple[str, bool]]:
        """Give what one term of the query's order sorts by, and whether downwards.

        Empty values come first or last, and a picklist's in its own order.
        """
        operand = order.operand
        rolled = operand.name in self.rolled
        value = self._in_own_currency(operand) if isinstance(operand, Column) and not rolled else self.value(operand)
        natural = order.nulls_first is not order.descending  # as SQLite orders by itself, and can by an index
        listed = operand.field.picklist if isinstance(operand, Column) else ()
        if listed or not natural:
            yield f"{value} IS NULL", order.nulls_first
        if listed:
            yield self._place_in(listed, value), order.descending
        yield _capitals(value) if operand.type in TEXTS else value, order.descending

    def condition(self, condition: Condition) -> str:
        """Give a condition that is true where it holds, and false or NULL where it does not."""
        match condition:
            case And(parts):
                return joined(map(self.condition, parts), "AND")
            case Or(parts):
                return joined(map(self.condition, parts), "OR")
            case Not(part):
                return f"(({self.condition(part)}) IS NOT TRUE)"
            case Test():
                return self._test(condition)
            case Among():
                return self._among(condition)
            case Found():
                among = f"{self.value(condition.operand)} IN ({self.semijoin(condition)})"
                return f"(({among}) IS NOT TRUE)" if condition.choice is Choice.NOT_IN else among

    # --- functions --------------------------------------------------------------------------------

    def _applied(self, applied: Applied) -> str:
        function, argument = applied.function, applied.argument
        if function.kind is Kind.SUBTOTAL:
            return str(int(argument.name in self.rolled))
        if function.kind is Kind.AGGREGATE:
            return self._aggregate(applied)
        known = {name: self._fact(name, applied) for name in _FACTS.findall(function.sql)}
        return function.sql.format(self.value(argument), **known)

    def _fact(self, name: str, applied: Applied) -> str:  # noqa: PLR0911 - one a fact
        """Give what a function's SQL names: a fact of the run, or of the field inside."""
        column = applied.column
        match name:
            case "labels":
                return self.param(encode({folded(one.value): one.label for one in column.field.picklist if one.label}))
            case "type":
                return self.param(str(applied.argument.type))
            case "scale":
                return self.param(column.field.scale)
            case "currency":
                return self._shown_code(applied, column)
            case "code":
                return self._code(column) or "NULL"
            case "rates":
                return self.param(Rates(needed=self._code(column) is not None))
            case _:
                return self.param(Given(name))

    def _shown_code(self, applied: Applied, column: Column) -> str:
        """Give the code that an amount is shown with: where the org has several currencies, with a space after it."""
        code = self._code(column)
        if code is None:
            return self.param(self.currency)
        if isinstance(applied.argument, Column):
            return f"({code} || ' ')"
        if applied.argument.function.kind is Kind.AGGREGATE:
            return self.param(f"{self.currency} ")
        return self.param(UserCurrency())

    def _aggregate(self, applied: Applied) -> str:
        """Give an aggregate, whose argument is a row's own value in a row of subtotals too."""
        column, sql = applied.column, applied.function.sql
        value = self._in_own_currency(column)
        if applied.type in TEXTS:  # the least or the greatest of them
            if column.field.picklist:
                ranked = f"printf('%07d', {self._place_in(column.field.picklist, value)}) || {value}"
                return f"substr({sql.format(ranked)}, 8)"
            return sql.format(f"{value} COLLATE {COLLATION}")
        distinct = applied.function.name == "COUNT_DISTINCT" and column.type in TEXTS
        return sql.format(_capitals(value) if distinct else value)

    def _in_own_currency(self, column: Column) -> str:
        """Give a field's value, an amount as the org's own currency has it: amounts are ordered and added up so."""
        plain = self.tables.column(column)
        code = self._code(column) if column.type is FieldType.CURRENCY else None
        return plain if code is None else f"soql_convert({plain}, {code}, 'own', {self.param(Rates(needed=False))})"

    def _code(self, column: Column) -> str | None:
        """Give the expression of the currency that an amount is in, where the org has several."""
        owner = column.parents[-1].objects[0] if column.parents else self.tables.object
        return self.tables.field(column.parents, ISO_CODE) if owner.has(ISO_CODE) else None

    def _degrees(self, place: Place) -> str:
        parts = (place.latitude, place.longitude)
        return ", ".join(self.tables.column(one) if isinstance(one, Column) else self.param(one) for one in parts)

    def _place_in(self, values: tuple[PicklistValue, ...], expression: str) -> str:
        listed = self.param(encode([one.value for one in values]))
        found = f"SELECT key FROM json_each({listed}) WHERE value = {expression} COLLATE NOCASE"  # noqa: S608 - a parameter
        return f"COALESCE(({found}), {UNLISTED})"

    # --- conditions -------------------------------------------------------------------------------

    def _test(self, test: Test) -> str:
        kind, value, operator = test.operand.type, test.value, test.operator
        left = self.value(test.operand)
        if kind is FieldType.BOOLEAN:
            left = f"COALESCE({left}, 0)"
        if isinstance(value, DateLiteral):
            return self._within(left, operator, value, moment=kind is FieldType.DATETIME)
        if isinstance(value, Money):
            return self._worth(left, test.operand, operator, value)
        if value is None and operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
            return f"{left} IS {'NOT ' if operator is Operator.NOT_EQUAL else ''}NULL"
        if kind in TEXTS and isinstance(value, str):
            return self._same_case(left, operator, value)
        return f"{left} {_SIGNS.get(operator, operator)} {self.param(value)}"

    def _same_case(self, left: str, operator: Operator, text: str) -> str:
        """Compare texts: SQLite's own ways where they know every letter, and its index where there is one."""
        if operator is Operator.LIKE:
            left, text = (left, text) if text.isascii() else (_capitals(left), folded(text))
            return f"{left} LIKE {self.param(text)} ESCAPE '\\'"
        if text.isascii() and operator in _SIGNS:
            return f"{left} COLLATE NOCASE {_SIGNS[operator]} {self.param(text)}"
        left = f"upper({left})" if text.isascii() else _capitals(left)
        return f"{left} {_SIGNS.get(operator, operator)} {self.param(folded(text))}"

    def _worth(self, left: str, operand: Operand, operator: Operator, money: Money) -> str:
        code = self._code(operand) if isinstance(operand, Column) else None
        rates = self.param(Rates(needed=True, currency=money.currency))
        worth = f"soql_convert({left}, {code}, {self.param(money.currency)}, {rates})"
        return f"{worth} {_SIGNS.get(operator, operator)} {self.param(float(money.amount))}"

    def _within(self, left: str, operator: Operator, literal: DateLiteral, *, moment: bool) -> str:
        def edge(*, end: bool) -> str:
            return self.param(Edge(literal, end, moment))

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
        left = self.value(test.operand)
        kind = test.operand.type
        if kind is FieldType.BOOLEAN:
            left = f"COALESCE({left}, 0)"
        values = [value for value in test.values if value is not None]
        if test.choice in {Choice.INCLUDES, Choice.EXCLUDES}:
            found = [self._includes(left, str(value)) for value in values]
        else:
            found = list(self._listed(left, values, text=kind in TEXTS))
        if len(values) < len(test.values):
            found.append(f"{left} IS NULL")
        among = joined(found, "OR")
        return f"({among} IS NOT TRUE)" if test.choice in {Choice.NOT_IN, Choice.EXCLUDES} else among

    def _listed(self, left: str, values: list[str | int | float], *, text: bool) -> Iterator[str]:
        """One parameter for a whole list keeps the SQL the same for lists of any length: SQLite has it prepared."""
        plain = [value for value in values if not (text and isinstance(value, str) and not value.isascii())]
        if plain or not values:
            yield f"{left}{' COLLATE NOCASE' if text else ''} IN {listed(self.param(encode(plain)))}"
        if len(plain) < len(values):
            others = [folded(value) for value in values if isinstance(value, str) and not value.isascii()]
            yield f"{_capitals(left)} IN {listed(self.param(encode(others)))}"

    def _includes(self, left: str, values: str) -> str:
        """All of `A;B` at once."""
        wanted = [folded(value) for value in values.split(";") if value]
        each = (f"instr(soql_upper(';' || {left} || ';'), {self.param(f';{value};')}) > 0" for value in wanted)
        return joined(each, "AND")


def joined(expressions: Iterable[str], word: str) -> str:
    """Join in small groups: SQLite refuses an expression a thousand deep, as a chain of a thousand ORs is."""
    found = list(expressions)
    while len(found) > GROUP:
        groups = (found[start : start + GROUP] for start in range(0, len(found), GROUP))
        found = [f"({f' {word} '.join(group)})" for group in groups]
    return f"({f' {word} '.join(found) or '0'})"


def listed(parameter: str) -> str:
    """Give the values of one parameter, a JSON list."""
    return f"(SELECT value FROM json_each({parameter}))"  # noqa: S608 - a parameter's place


def _capitals(expression: str) -> str:
    return f"soql_upper({expression})"
