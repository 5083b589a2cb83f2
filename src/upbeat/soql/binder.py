"""Tree to plan: every name looked up, every value fitted to its field, every rule of the language checked."""

from collections.abc import Iterator
from dataclasses import dataclass

from upbeat.schema import FieldType, Schema
from upbeat.soql import bound
from upbeat.soql.bound import Answer, Children, Column, Compound, Order, Plan
from upbeat.soql.errors import Code
from upbeat.soql.filters import Filter, Operands
from upbeat.soql.names import Names, object_of
from upbeat.soql.tree import Bind, Call, Condition, Nulls, Ordering, Path, Select, Selected, Subquery, TypeOf

LARGEST_OFFSET = 2_000
LARGEST_LIMIT = 2**31 - 1  # a greater LIMIT means no more than this
MOST_FIELDS = 1_500  # of one SELECT: SQLite takes 2,000 columns, and an address has several
MOST_TERMS = 32  # of GROUP BY, and of ORDER BY
DEEPEST_CHILDREN = 5  # levels of subqueries
MOST_WITH_FIELDS = 200  # rows, where FIELDS(ALL) or FIELDS(CUSTOM) chooses the fields

_COMPOUND = frozenset({FieldType.ADDRESS, FieldType.LOCATION})


def bind_select(select: Select, schema: Schema, text: str) -> Plan:
    """Give the plan of a whole query. Raises SoqlError as Salesforce words it."""
    found = object_of(schema, select.source, text)
    return _Binder(Operands(Names(schema, found, text, select.source.alias))).plan(select)


@dataclass(frozen=True, slots=True)
class _Binder:
    operands: Operands
    level: int = 0  # how many subqueries stand around this one
    semijoin: bool = False

    def plan(self, select: Select) -> Plan:
        self._check_evaluated(select)
        is_count = self._is_count(select)
        group_by = tuple(self.operands.usable(path, "grouped") for path in select.group_by if isinstance(path, Path))
        groups = frozenset(column.name for column in group_by)
        grouped = bool(group_by) or any(_aggregate(field) for field in select.fields)
        if grouped and not is_count and (self.level or self.semijoin):
            raise self.operands.error("Only root queries support aggregate expressions", select.source.at)
        outputs = () if is_count else tuple(self._answers(select, groups) if grouped else self._outputs(select))
        if len(outputs) > MOST_FIELDS or max(len(select.group_by), len(select.order_by)) > MOST_TERMS:
            what = f"a SELECT has at most {MOST_FIELDS} fields, and {MOST_TERMS} terms of GROUP BY or ORDER BY"
            raise self.operands.error(what, select.source.at)
        return Plan(
            object=self.operands.names.object,
            outputs=outputs,
            where=self._filter(select.where, None),
            group_by=group_by,
            having=self._filter(select.having, groups),
            order_by=tuple(self._order(term, groups if grouped else None) for term in select.order_by),
            limit=self._number(select.limit),
            offset=self._offset(select),
            all_rows=select.all_rows,
            is_count=is_count,
        )

    def _check_evaluated(self, select: Select) -> None:
        read_only = (select.parents, select.scope, select.within, select.subtotals, select.purposes, select.tracking)
        functions = any(isinstance(one, Call) for one in select.group_by)
        if any(read_only) or functions or any(isinstance(field, TypeOf) for field in select.fields):
            raise self.operands.error("the query is read and printed, not evaluated", select.source.at)

    def _filter(self, condition: Condition | None, groups: frozenset[str] | None) -> bound.Condition | None:
        return None if condition is None else Filter(self.operands, self._semijoined, groups).bind(condition)

    def _semijoined(self, select: Select) -> Plan:
        names = self.operands.names
        if self.semijoin:
            raise self.operands.error("Nesting of semi join sub-selects is not supported", select.source.at)
        found = object_of(names.schema, select.source, names.text)
        inner = Names(names.schema, found, names.text, select.source.alias)
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

    def _outputs(self, select: Select) -> Iterator[Column | Compound | Children]:
        seen = set[str]()
        for field in select.fields:
            if isinstance(field, Subquery):
                yield self._children(field.select)
                continue
            if isinstance(field, TypeOf):
                continue
            if field.alias:
                raise self.operands.error("only aggregate expressions use field aliasing", field.operand.at)
            for column in self._columns(field.operand, select):
                if column.name in seen and isinstance(field.operand, Path):
                    raise self.operands.names.wrong(field.operand, f"duplicate field selected: {column.name}")
                if column.name not in seen:
                    yield self._compound(column) if column.field.type in _COMPOUND else column
                seen.add(column.name)

    def _columns(self, operand: Path | Call, select: Select) -> Iterator[Column]:
        if isinstance(operand, Path):
            yield self.operands.names.column(operand)
            return
        named = operand.arguments[0] if operand.function == "FIELDS" and len(operand.arguments) == 1 else None
        group = named.name.upper() if isinstance(named, Path) else ""
        if group not in {"ALL", "STANDARD", "CUSTOM"}:
            raise self.operands.error(f"unexpected token: '{operand.function}'", operand.at)
        if group != "STANDARD" and not (isinstance(select.limit, int) and select.limit <= MOST_WITH_FIELDS):
            what = f"The SOQL FIELDS function must have a LIMIT of at most {MOST_WITH_FIELDS}"
            raise self.operands.error(what, operand.at)
        for field in self.operands.names.object.fields.values():
            if group == "ALL" or field.custom == (group == "CUSTOM"):
                yield Column((), field)

    def _compound(self, column: Column) -> Compound:
        whole = column.field.name
        owners = column.parents[-1].objects if column.parents else (self.operands.names.object,)
        parts = [field for owner in owners for field in owner.fields.values() if field.compound == whole]
        return Compound(column, tuple((_part(whole, field.name), Column(column.parents, field)) for field in parts))

    def _children(self, select: Select) -> Children:
        names = self.operands.names
        if self.semijoin or self.level + 1 >= DEEPEST_CHILDREN:
            raise self.operands.error("the subquery stands too deep", select.source.at)
        child, found = names.child(select.source)
        inner = Names(names.schema, found, names.text, select.source.alias)
        plan = _Binder(Operands(inner), level=self.level + 1).plan(select)
        return Children(child.name, found.field(child.field), plan)

    def _answers(self, select: Select, groups: frozenset[str]) -> Iterator[Answer]:
        aliases, unnamed = set[str](), 0
        for field in select.fields:
            if isinstance(field, Subquery):
                raise self.operands.error("an aggregated query has no subqueries", field.select.source.at)
            if isinstance(field, TypeOf):
                continue
            operand = self.operands.operand(field.operand, "grouped")
            if isinstance(operand, Column) and operand.name not in groups:
                raise self.operands.error(f"Field must be grouped or aggregated: {operand.name}", field.operand.at)
            alias = field.alias or (operand.field.name if isinstance(operand, Column) else f"expr{unnamed}")
            unnamed += not field.alias and not isinstance(operand, Column)
            if alias.casefold() in aliases:
                raise self.operands.error(f"duplicate alias: {alias}", field.operand.at)
            aliases.add(alias.casefold())
            yield Answer(alias, operand)

    def _order(self, term: Ordering, groups: frozenset[str] | None) -> Order:
        if isinstance(term.operand, Call) and groups is None:
            raise self.operands.error(f"unexpected token: '{term.operand.function}'", term.operand.at)
        operand = self.operands.operand(term.operand, "sorted")
        if isinstance(operand, Column) and groups is not None and operand.name not in groups:
            raise self.operands.error(f"Field must be grouped or aggregated: {operand.name}", term.operand.at)
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


def _part(whole: str, name: str) -> str:
    """Give the key of a part: `postalCode` of BillingPostalCode in BillingAddress."""
    short = name.removeprefix(whole.removesuffix("Address"))
    return short[0].lower() + short[1:]


def _aggregate(field: Selected | Subquery | TypeOf) -> bool:
    return isinstance(field, Selected) and isinstance(field.operand, Call) and field.operand.function != "FIELDS"
