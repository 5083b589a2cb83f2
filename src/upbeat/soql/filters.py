"""Conditions against the schema: which fields may be compared, how, and with what."""

from collections.abc import Callable
from dataclasses import dataclass

from upbeat.schema import FieldType, Object
from upbeat.soql import bound
from upbeat.soql.bound import Among, Column, Distance, Found, Output, Plan, Test
from upbeat.soql.currencies import ISO_CODE
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.functions import IDS, TEXTS, Clause
from upbeat.soql.operands import Operands
from upbeat.soql.tree import (
    And,
    Bind,
    Choice,
    Comparison,
    Condition,
    DateLiteral,
    Literal,
    Membership,
    Money,
    Not,
    Operand,
    Operator,
    Or,
    Path,
    Select,
    Semijoin,
)
from upbeat.soql.values import WrongValueError, number_of, value_of

MOST_SEMIJOINS = 2  # in one WHERE

_EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
_ORDER = frozenset({Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL})
_NEARNESS = frozenset({Operator.LESS, Operator.GREATER})
_UNORDERED = frozenset({FieldType.BOOLEAN, FieldType.MULTIPICKLIST})
_NEGATED = frozenset({Choice.NOT_IN, Choice.EXCLUDES})
_UNJOINED = frozenset({"ActivityHistory", "Attachment", "Event", "Note", "OpenActivity", "Task"})


@dataclass(frozen=True, slots=True)
class Filter:
    """WHERE, or HAVING where `check_grouped` raises the error of what is neither grouped nor aggregated."""

    operands: Operands
    plan_of: Callable[[Select], Plan]  # binds what a semi-join selects
    check_grouped: Callable[[bound.Operand, int], None] | None = None

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
        if self.check_grouped is None:
            return self.operands.operand(operand, Clause.WHERE)
        found = self.operands.operand(operand, Clause.HAVING)
        self.check_grouped(found, operand.at)
        return found

    def _comparison(self, condition: Comparison) -> Test:
        operand, operator = self._operand(condition.operand), condition.operator
        allowed = _NEARNESS if isinstance(operand, Distance) else _operators(operand.type)
        if operator not in allowed:
            raise self._operator_error(operator, operand.type, condition.operand)
        return Test(operand, operator, self._value(condition.value, condition.operand, operand))

    def _membership(self, condition: Membership) -> bound.Condition:
        operand, choice = self._operand(condition.operand), condition.choice
        several = operand.type is FieldType.MULTIPICKLIST
        if isinstance(operand, Distance) or (choice in {Choice.INCLUDES, Choice.EXCLUDES} and not several):
            raise self._operator_error(choice, operand.type, condition.operand)
        literals = (condition.values,) if isinstance(condition.values, Bind) else condition.values
        if len({isinstance(literal, Money) for literal in literals if literal is not None}) > 1:
            what = "Values with and without a currency's ISO code cannot be mixed"
            raise self.operands.error(what, condition.operand.at)
        found = [self._value(literal, condition.operand, operand) for literal in literals]
        plain = tuple(value for value in found if not isinstance(value, DateLiteral | Money))
        each = Operator.NOT_EQUAL if choice in _NEGATED else Operator.EQUAL
        parts = [
            *([Among(operand, choice, plain)] if plain else []),
            *(Test(operand, each, value) for value in found if isinstance(value, DateLiteral | Money)),
        ]
        if len(parts) == 1:
            return parts[0]
        return And(tuple(parts)) if choice in _NEGATED else Or(tuple(parts))

    def _semijoin(self, condition: Semijoin) -> Found:
        at = condition.operand.at
        operand = self._operand(condition.operand)
        plan = self.plan_of(condition.select)
        chosen = plan.outputs[0] if len(plan.outputs) == 1 else None
        column = chosen.operand if isinstance(chosen, Output) else None
        mine, theirs = _joined(operand, self.operands.names.object), _joined(column, plan.object)
        if not isinstance(column, Column) or mine.isdisjoint(theirs):
            what = "A semi join sub-select compares one id field with one id field of another object"
            raise self.operands.error(what, at)
        if plan.object is self.operands.names.object:
            raise self.operands.error("The inner and outer selects should not be on the same object type", at)
        if plan.object.name in _UNJOINED:
            what = f"Entity '{plan.object.name}' is not supported for semi join inner selects"
            raise self.operands.error(what, condition.select.source.at)
        if plan.limit is not None or plan.offset or plan.order_by:
            raise self.operands.error("A semi join sub-select has no ORDER BY, LIMIT or OFFSET", at)
        return Found(operand, condition.choice, column, plan)

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
                    if under or self.check_grouped is not None:
                        operator = under or "HAVING"
                        what = f"Semi join sub-selects are not allowed with the '{operator}' operator"
                        raise self.operands.error(what, part.operand.at)
                case _:
                    pass
        if len(found) > MOST_SEMIJOINS:
            what = f"Maximum {MOST_SEMIJOINS} semi join sub-selects are allowed. {len(found)} were found"
            raise self.operands.error(what, found[-1].operand.at)

    def _value(
        self, literal: Literal | Bind, written: Operand, operand: bound.Operand
    ) -> bound.Value | DateLiteral | Money:
        if isinstance(literal, Bind):
            raise self.operands.error("Bind variables only allowed in Apex code", literal.at)
        name = written.name.rpartition(".")[2] if isinstance(written, Path) else operand.name
        try:
            value = value_of(literal, name, operand.type)
        except WrongValueError as error:
            code = Code.INVALID_QUERY_FILTER_OPERATOR if error.invalid_id else Code.INVALID_FIELD
            raise self.operands.error(str(error), written.at, code) from None
        if isinstance(value, DateLiteral) and not isinstance(operand, Column):
            raise self.operands.error(f"unexpected token: '{value.name}'", written.at)
        if isinstance(value, Money):
            return self._amount(value, operand, written)
        return value

    def _amount(self, money: Money, operand: bound.Operand, written: Operand) -> bound.Value | Money:
        """Give the amount alone where the org has one currency and it is that one."""
        names = self.operands.names
        if not isinstance(operand, Column):
            raise self.operands.error("A currency's ISO code cannot be used with an aggregate function", written.at)
        owner = operand.parents[-1].objects[0] if operand.parents else names.object
        if owner.has(ISO_CODE):
            return money
        if money.currency != names.schema.currency:
            raise self.operands.error(f"Invalid currency code: {money.currency}", written.at)
        return number_of(money.amount)

    def _operator_error(self, operator: Operator | Choice, kind: FieldType, operand: Operand) -> SoqlError:
        what = f"invalid operator '{operator}' on {kind} field"
        return self.operands.error(what, operand.at, Code.INVALID_QUERY_FILTER_OPERATOR)


def _operators(kind: FieldType) -> frozenset[Operator]:
    if kind in _UNORDERED:
        return _EQUALITY
    return frozenset(Operator) if kind in TEXTS else _EQUALITY | _ORDER


def _joined(operand: bound.Operand | None, one: Object) -> frozenset[str]:
    """Give the objects whose records an id may name; none for what is no id, or a parent's."""
    if not isinstance(operand, Column) or operand.parents or operand.type not in IDS:
        return frozenset()
    return frozenset({one.name} if operand.type is FieldType.ID else operand.field.reference_to)
