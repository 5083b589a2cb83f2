"""Tree to plan: every name looked up, every value fitted to its field, every rule of the language checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from upbeat.schema import Schema
from upbeat.soql import bound
from upbeat.soql.bound import Branches, Children, Compound, Order, Output, Plan
from upbeat.soql.errors import Code
from upbeat.soql.filters import Filter
from upbeat.soql.functions import Clause
from upbeat.soql.grouping import Grouping
from upbeat.soql.limits import check_inside, check_root
from upbeat.soql.names import Names, object_of
from upbeat.soql.operands import Operands
from upbeat.soql.selection import Selection
from upbeat.soql.tree import Access, Bind, Call, Condition, Nulls, Ordering, Select, Selected, Subquery

LARGEST_OFFSET = 2_000
LARGEST_LIMIT = 2**31 - 1  # a greater LIMIT means no more than this
MOST_FIELDS = 1_500  # of one SELECT: SQLite takes 2,000 columns, and an address has several
MOST_TERMS = 32  # of GROUP BY, and of ORDER BY
DEEPEST_CHILDREN = 5  # levels of records, those of the query itself counted


def bind_select(select: Select, schema: Schema, text: str) -> Plan:
    """Give the plan of a whole query. Raises SoqlError as Salesforce words it."""
    names = Names.of(schema, object_of(schema, select.source, text), text, select)
    check_root(select, Operands(names))
    return _Binder(Operands(names)).plan(select)


@dataclass(frozen=True, slots=True)
class _Binder:
    operands: Operands
    level: int = 0  # how many subqueries stand around this one
    semijoin: bool = False

    def plan(self, select: Select) -> Plan:
        is_count = self._is_count(select)
        grouping = Grouping.of(self.operands, select, is_count=is_count)
        grouped = grouping.grouped
        if grouped and (self.level or self.semijoin):
            raise self.operands.error("Only root queries support aggregate expressions", select.source.at)
        outputs = () if is_count else tuple(grouping.answers(select) if grouped else self._outputs(select))
        if len(outputs) > MOST_FIELDS or max(len(select.group_by), len(select.order_by)) > MOST_TERMS:
            what = f"a SELECT has at most {MOST_FIELDS} fields, and {MOST_TERMS} terms of GROUP BY or ORDER BY"
            raise self.operands.error(what, select.source.at)
        return Plan(
            object=self.operands.names.object,
            outputs=outputs,
            where=self._filter(select.where, None),
            grouped=grouped,
            group_by=grouping.groups,
            subtotals=select.subtotals,
            having=self._filter(select.having, grouping),
            order_by=tuple(self._order(term, grouping) for term in select.order_by),
            limit=self._number(select.limit),
            offset=self._offset(select),
            all_rows=select.all_rows,
            is_count=is_count,
            access=select.within if isinstance(select.within, Access) else None,
            purposes=select.purposes,
        )

    def _filter(self, condition: Condition | None, grouping: Grouping | None) -> bound.Condition | None:
        if condition is None:
            return None
        return Filter(self.operands, self._semijoined, grouping and grouping.check).bind(condition)

    def _semijoined(self, select: Select) -> Plan:
        names = self.operands.names
        if self.semijoin:
            raise self.operands.error("Nesting of semi join sub-selects is not supported", select.source.at)
        check_inside(select, self.operands)
        inner = Names.of(names.schema, object_of(names.schema, select.source, names.text), names.text, select)
        return _Binder(Operands(inner), semijoin=True).plan(select)

    def _is_count(self, select: Select) -> bool:
        counts = [
            field.operand
            for field in select.fields
            if isinstance(field, Selected) and isinstance(field.operand, Call) and not field.operand.arguments
        ]
        if not counts:
            return False
        alone = len(select.fields) == 1 and not (select.group_by or select.order_by or self.level or self.semijoin)
        if counts[0].function != "COUNT" or not alone:
            raise self.operands.error(f"unexpected token: '{counts[0].function}'", counts[0].at)
        return True

    def _outputs(self, select: Select) -> Iterator[Output | Compound | Branches | Children]:
        selection = Selection(self.operands, select, semijoin=self.semijoin)
        for field in select.fields:
            if isinstance(field, Subquery):
                yield self._children(field.select, select)
            else:
                yield from selection.outputs(field)

    def _children(self, select: Select, around: Select) -> Children:
        names = self.operands.names
        if self.semijoin or self.level + 1 >= DEEPEST_CHILDREN:
            raise self.operands.error("the subquery stands too deep", select.source.at)
        check_inside(select, self.operands)
        if select.offset is not None and around.limit != 1:
            raise self.operands.error("OFFSET in a subquery needs LIMIT 1 in the query around it", select.source.at)
        child, found = names.child(select.source)
        if any(names.child(one.source)[0] is child for one in _before(select, around)):
            raise self.operands.error(f"duplicate relationship: {child.name}", select.source.at)
        inner = Names.of(names.schema, found, names.text, select)
        plan = _Binder(Operands(inner), level=self.level + 1).plan(select)
        return Children(child.name, found.field(child.field), plan)

    def _order(self, term: Ordering, grouping: Grouping) -> Order:
        operand = self.operands.operand(term.operand, Clause.ORDER_BY)
        grouping.check(operand, term.operand.at)
        return Order(operand, term.descending, term.nulls is not Nulls.LAST)

    def _number(self, count: int | Bind | None) -> int | None:
        if isinstance(count, Bind):
            raise self.operands.error("Bind variables only allowed in Apex code", count.at)
        return None if count is None else min(count, LARGEST_LIMIT)

    def _offset(self, select: Select) -> int:
        offset = self._number(select.offset) or 0
        if offset > LARGEST_OFFSET:
            what = f"Maximum SOQL offset allowed is {LARGEST_OFFSET}"
            raise self.operands.error(what, code=Code.NUMBER_OUTSIDE_VALID_RANGE)
        return offset


def _before(select: Select, around: Select) -> Iterator[Select]:
    """Give the subqueries that stand before one of them."""
    inner = (field.select for field in around.fields if isinstance(field, Subquery))
    return takewhile(lambda one: one is not select, inner)
