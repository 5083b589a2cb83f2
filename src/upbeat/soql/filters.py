"""Conditions against the schema: which fields may be compared, how, and with what."""

from collections.abc import Callable
from dataclasses import dataclass

from upbeat.schema import FieldType
from upbeat.soql import bound
from upbeat.soql.bound import IDS, NUMBERS, TEXTS, Aggregate, Among, Column, Found, Function, Plan, Test, operand_type
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.names import Names
from upbeat.soql.tree import (
    And,
    Bind,
    Call,
    Choice,
    Comparison,
    Condition,
    DateLiteral,
    Literal,
    Membership,
    Not,
    Operand,
    Operator,
    Or,
    Path,
    Select,
    Semijoin,
)
from upbeat.soql.values import WrongValueError, value_of

MOST_SEMIJOINS = 2  # in one WHERE
LONGEST_FILTERED = 255  # characters; a longer text area cannot be compared, sorted or grouped

_OPAQUE = frozenset({FieldType.ADDRESS, FieldType.LOCATION, FieldType.BASE64, FieldType.ANY})  # shown, never compared
_EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
_UNORDERED = frozenset({FieldType.BOOLEAN, FieldType.MULTIPICKLIST})
_NEGATED = frozenset({Choice.NOT_IN, Choice.EXCLUDES})


@dataclass(frozen=True, slots=True)
class Operands:
    """The fields and aggregates that one SELECT may use."""

    names: Names

    def usable(self, path: Path, verb: str) -> Column:
        """Give a field that may be filtered, sorted, grouped or aggregated, as `verb` says. Raises SoqlError."""
        column = self.names.column(path)
        kind = column.field.type
        if kind in _OPAQUE or (kind is FieldType.TEXTAREA and column.field.length > LONGEST_FILTERED):
            raise self.names.wrong(path, f"field '{column.name}' can not be {verb} in a query call")
        return column

    def aggregate(self, call: Call) -> Aggregate:
        """Give an aggregate. Raises SoqlError where there is no such function, or it does not fit the field."""
        path = call.arguments[0] if len(call.arguments) == 1 else None
        if call.function not in set(Function) or not isinstance(path, Path):
            raise self.error(f"unexpected token: '{call.function}'", call.at)
        function = Function(call.function)
        counting = function in {Function.COUNT, Function.COUNT_DISTINCT}
        column = self.names.column(path) if counting else self.usable(path, "aggregated")
        kind = column.field.type
        adding = function in {Function.SUM, Function.AVG}
        if kind in _OPAQUE or (adding and kind not in NUMBERS) or (not counting and kind in _UNORDERED):
            raise self.error(f"field {column.name} does not support aggregate operator {function}", call.at)
        return Aggregate(function, column)

    def operand(self, operand: Operand, verb: str) -> bound.Operand:
        """Give a field or an aggregate. Raises SoqlError as `usable` and `aggregate` do."""
        return self.usable(operand, verb) if isinstance(operand, Path) else self.aggregate(operand)

    def error(self, what: str, at: int = -1, code: Code = Code.MALFORMED_QUERY) -> SoqlError:
        """Give an error at a place of the query."""
        return SoqlError(code, what, text=self.names.text, at=at)


@dataclass(frozen=True, slots=True)
class Filter:
    """WHERE, or HAVING where `groups` holds the fields that rows are grouped by."""

    operands: Operands
    plan_of: Callable[[Select], Plan]  # binds what a semi-join selects
    groups: frozenset[str] | None = None

    def bind(self, condition: Condition) -> bound.Condition:
        """Give a condition with its names and values known. Raises SoqlError."""
        self._check_semijoins(condition)
        return self._condition(condition)

    def _condition(self, condition: Condition) -> bound.Condition:
        match condition:
            case And(parts):
                return And(tuple(self._condition(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._condition(part) for part in parts))
            case Not(part):
                return Not(self._condition(part))
            case Comparison():
                return self._comparison(condition)
            case Membership():
                return self._membership(condition)
            case Semijoin():
                return self._semijoin(condition)

    def _operand(self, operand: Operand) -> bound.Operand:
        if isinstance(operand, Call) and self.groups is None:
            raise self.operands.error("Aggregate functions are not supported in WHERE: use HAVING", operand.at)
        found = self.operands.operand(operand, "filtered")
        if isinstance(found, Column) and self.groups is not None and found.name not in self.groups:
            raise self.operands.error(f"Field must be grouped or aggregated: {found.name}", operand.at)
        return found

    def _comparison(self, condition: Comparison) -> Test:
        operand = self._operand(condition.operand)
        kind, operator = operand_type(operand), condition.operator
        like = operator is Operator.LIKE
        if (like and (kind not in TEXTS or kind is FieldType.MULTIPICKLIST)) or (
            operator not in _EQUALITY and kind in _UNORDERED
        ):
            raise self._operator_error(operator, kind, condition.operand)
        return Test(operand, operator, self._value(condition.value, condition.operand, kind))

    def _membership(self, condition: Membership) -> bound.Condition:
        operand = self._operand(condition.operand)
        kind, choice = operand_type(operand), condition.choice
        if choice in {Choice.INCLUDES, Choice.EXCLUDES} and kind is not FieldType.MULTIPICKLIST:
            raise self._operator_error(choice, kind, condition.operand)
        literals = (condition.values,) if isinstance(condition.values, Bind) else condition.values
        found = [self._value(literal, condition.operand, kind) for literal in literals]
        plain = tuple(value for value in found if not isinstance(value, DateLiteral))
        each = Operator.NOT_EQUAL if choice in _NEGATED else Operator.EQUAL
        parts = [
            *([Among(operand, choice, plain)] if plain else []),
            *(Test(operand, each, value) for value in found if isinstance(value, DateLiteral)),
        ]
        if len(parts) == 1:
            return parts[0]
        return And(tuple(parts)) if choice in _NEGATED else Or(tuple(parts))

    def _semijoin(self, condition: Semijoin) -> Found:
        operand = self._operand(condition.operand)
        plan = self.plan_of(condition.select)
        chosen = plan.outputs[0] if len(plan.outputs) == 1 else None
        if not isinstance(chosen, Column) or chosen.field.type not in IDS or operand_type(operand) not in IDS:
            raise self.operands.error(
                "A semi join sub-select compares one id field with one id field of another object", condition.operand.at
            )
        if plan.object is self.operands.names.object:
            raise self.operands.error(
                "The inner and outer selects should not be on the same object type", condition.operand.at
            )
        if plan.limit is not None or plan.offset or plan.order_by:
            raise self.operands.error("A semi join sub-select has no ORDER BY, LIMIT or OFFSET", condition.operand.at)
        return Found(operand, condition.choice, chosen, plan)

    def _check_semijoins(self, condition: Condition) -> None:
        """Hold to Salesforce's rules: at most two semi-joins, never under OR or NOT, none in HAVING."""
        found = list[Semijoin]()
        above: list[tuple[Condition, str]] = [(condition, "")]
        while above:
            part, under = above.pop()
            match part:
                case And(parts):
                    above += [(inner, under) for inner in reversed(parts)]
                case Or(parts):
                    above += [(inner, "OR") for inner in reversed(parts)]
                case Not(inner):
                    above.append((inner, under or "NOT"))
                case Semijoin():
                    found.append(part)
                    if under or self.groups is not None:
                        operator = under or "HAVING"
                        what = f"Semi join sub-selects are not allowed with the '{operator}' operator"
                        raise self.operands.error(what, part.operand.at)
                case _:
                    pass
        if len(found) > MOST_SEMIJOINS:
            what = f"Maximum {MOST_SEMIJOINS} semi join sub-selects are allowed. {len(found)} were found"
            raise self.operands.error(what, found[-1].operand.at)

    def _value(self, literal: Literal | Bind, operand: Operand, kind: FieldType) -> bound.Value | DateLiteral:
        if isinstance(literal, Bind):
            raise self.operands.error("Bind variables only allowed in Apex code", literal.at)
        name = operand.name.rpartition(".")[2] if isinstance(operand, Path) else operand.function
        try:
            return value_of(literal, name, kind)
        except WrongValueError as error:
            code = Code.INVALID_QUERY_FILTER_OPERATOR if error.invalid_id else Code.INVALID_FIELD
            raise self.operands.error(str(error), operand.at, code) from None

    def _operator_error(self, operator: Operator | Choice, kind: FieldType, operand: Operand) -> SoqlError:
        what = f"invalid operator '{operator}' on {kind} field"
        return self.operands.error(what, operand.at, Code.INVALID_QUERY_FILTER_OPERATOR)
