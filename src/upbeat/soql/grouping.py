"""Queries that group: which terms they group by, and what may be said of a group."""

from collections.abc import Iterator
from dataclasses import dataclass

from upbeat.schema import FieldType
from upbeat.soql.bound import Applied, Column, Operand, Output
from upbeat.soql.functions import FUNCTIONS, Clause, Kind
from upbeat.soql.limits import check_bounded
from upbeat.soql.operands import Operands
from upbeat.soql.tree import Call, Path, Select, Selected, Subquery, Subtotals, TypeOf

MOST_SUBTOTALLED = 3  # terms of ROLLUP or CUBE

_GROUPING = frozenset({Kind.AGGREGATE, Kind.DATE, Kind.SUBTOTAL})  # a SELECT with one of these is of groups


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of one SELECT; of one that has none, `grouped` is False and only its own fields may be used."""

    operands: Operands
    groups: tuple[Column | Applied, ...]
    subtotals: Subtotals | None
    grouped: bool

    @classmethod
    def of(cls, operands: Operands, select: Select, *, is_count: bool) -> "Grouping":
        """Bind GROUP BY. Raises SoqlError for what cannot be grouped by, and for clauses that groups do not have."""
        groups = tuple(operands.grouping(term) for term in select.group_by)
        found = cls(operands, groups, select.subtotals, not is_count and (bool(groups) or _groups(select)))
        found._check_clauses(select)
        return found

    def check(self, operand: Operand, at: int) -> None:
        """Raise SoqlError where something is not one value for a group, or asks of groups where there are none."""
        applied = operand if isinstance(operand, Applied) else None
        kind = applied.function.kind if applied else None
        if not self.grouped:
            if applied and kind in {Kind.AGGREGATE, Kind.SUBTOTAL}:
                raise self.operands.error(f"unexpected token: '{applied.function.name}'", at)
            return
        if applied and kind is Kind.SUBTOTAL and self.subtotals is None:
            raise self.operands.error("GROUPING needs GROUP BY ROLLUP or GROUP BY CUBE", at)
        if applied and kind is Kind.AGGREGATE and self.subtotals is None and self._is_group(applied.argument):
            raise self.operands.error(f"Grouped field should not be aggregated: {applied.argument.name}", at)
        if not self._of_a_group(operand):
            raise self.operands.error(f"Field must be grouped or aggregated: {operand.name}", at)

    def answers(self, select: Select) -> Iterator[Output]:
        """Give what is shown of each group, under its alias, its field's name, or `expr0` and so on."""
        aliases, unnamed = set[str](), 0
        for operand, written, at in self._answers(select):
            self.check(operand, at)
            alias = written or (operand.field.name if isinstance(operand, Column) else f"expr{unnamed}")
            unnamed += not written and not isinstance(operand, Column)
            if alias.casefold() in aliases:
                raise self.operands.error(f"duplicate alias: {alias}", at)
            aliases.add(alias.casefold())
            yield Output(alias, operand)

    def _answers(self, select: Select) -> Iterator[tuple[Operand, str, int]]:
        for field in select.fields:
            match field:
                case Subquery(inner):
                    what = "Grouped query cannot use child relationships in the SELECT list"
                    raise self.operands.error(what, inner.source.at)
                case TypeOf(relationship):
                    what = "TYPEOF can't be used in queries with GROUP BY"
                    raise self.operands.error(what, relationship.at)
                case Selected(Call("FIELDS") as call):
                    check_bounded(call, select, self.operands)
                    yield from ((Column((), one), "", call.at) for one in self.operands.names.object.fields.values())
                case Selected(operand, alias):
                    yield self.operands.operand(operand, Clause.SELECT), alias, operand.at

    def _check_clauses(self, select: Select) -> None:
        for term, group, before in zip(select.group_by, self.groups, range(len(self.groups)), strict=True):
            if any(group.name == other.name for other in self.groups[:before]):
                raise self.operands.error(f"duplicate grouping expression: {group.name}", term.at)
        if self.subtotals and len(self.groups) > MOST_SUBTOTALLED:
            what = f"GROUP BY {self.subtotals} must contain {MOST_SUBTOTALLED} fields or less"
            raise self.operands.error(what, select.group_by[MOST_SUBTOTALLED].at)
        if self.grouped and not self.groups:
            for word, count in (("LIMIT", select.limit), ("OFFSET", select.offset)):
                if count is not None:
                    what = f"Non-grouped query that uses overall aggregate functions cannot also use {word}"
                    raise self.operands.error(what, select.source.at)

    def _is_group(self, operand: Operand) -> bool:
        return any(operand.name == group.name for group in self.groups)

    def _of_a_group(self, operand: Operand) -> bool:
        if self._is_group(operand):
            return True
        if not isinstance(operand, Applied):
            return False
        match operand.function.kind:
            case Kind.AGGREGATE:
                return True
            case Kind.SUBTOTAL | Kind.SHOWN:
                return self._of_a_group(operand.argument)
            case Kind.DATE:  # the same day has the same month; a moment may be grouped by its function only
                return operand.argument.type is FieldType.DATE and self._is_group(operand.argument)
            case _:
                return False


def _groups(select: Select) -> bool:
    """Whether a SELECT without GROUP BY is of one group all the same, as one of SUM(Amount) is."""
    above = [field.operand for field in select.fields if isinstance(field, Selected)]
    while above:
        operand = above.pop()
        if isinstance(operand, Call):
            row = FUNCTIONS.get(operand.function)
            if row is not None and row.kind in _GROUPING:
                return True
            above += [one for one in operand.arguments if isinstance(one, Call | Path)]
    return False
