"""Plan to SQL for SQLite: one table an object, names as the schema spells them, every value a parameter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from upbeat.soql.bound import Found, Plan
from upbeat.soql.calculations import Calculations
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.expressions import Expressions
from upbeat.soql.running import Parameter
from upbeat.soql.tables import Tables
from upbeat.soql.tree import Subtotals

LONGEST = 1_000_000  # characters of one statement, and
MOST_PARAMETERS = 32_766  # of its parameters: what SQLite takes unless it is built otherwise

_NUMBERED = re.compile(r"\?(\d+)")


@dataclass(slots=True)
class Statement:
    """One SELECT of SQL as it is written. A semi-join's own SELECT shares its parameters."""

    plan: Plan
    all_rows: bool
    currency: str
    calculations: Calculations
    prefix: str = "t"
    params: list[Parameter] = field(default_factory=list[Parameter])
    tables: Tables = field(init=False)
    expressions: Expressions = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the object's own table."""
        self.tables = Tables(self.plan.object, self.prefix, self.calculations)
        self.expressions = Expressions(self.tables, self.params, self._semijoin, self.currency)

    def sql(self, select: Sequence[str], extra: str = "", *, limited: bool = True) -> str:
        """Give the statement of a plan that does not group, over these expressions; `extra` is one more condition."""
        where = self._where(extra)
        terms = [term for order in self.plan.order_by for term in self.expressions.order(order)]
        tail = _order(terms) + (self._limit() if limited else "")
        return f"SELECT {', '.join(select)} FROM {self.tables.sql()}{where}{tail}"  # noqa: S608 - names are the schema's

    def grouped(self) -> str:
        """Give the statement of a plan that groups: its outputs, and after them what its rows are ordered by."""
        where = self._where()
        rows = [_Rows.of(self.plan, replace(self.expressions, rolled=rolled)) for rolled in _levels(self.plan)]
        source = f" FROM {self.tables.sql()}{where}"  # when every expression has been asked for
        union = " UNION ALL ".join(f"SELECT {', '.join(one.values)}{source}{one.groups}" for one in rows)
        first = len(self.plan.outputs) + 1
        return union + _order([(str(first + n), down) for n, down in enumerate(rows[0].ways)]) + self._limit()

    def written(self, sql: str) -> tuple[str, tuple[Parameter, ...]]:
        """Give a statement with its parameters in the order in which they stand: SQLite is slow to find numbers.

        Raises SoqlError (QUERY_TOO_COMPLICATED) where it is longer, or has more parameters, than SQLite takes.
        """
        order = [int(number) - 1 for number in _NUMBERED.findall(sql)]
        if len(sql) > LONGEST or len(order) > MOST_PARAMETERS:
            what = "Query is either selecting too many fields or the filter conditions are too complicated."
            raise SoqlError(Code.QUERY_TOO_COMPLICATED, what)
        return _NUMBERED.sub("?", sql), tuple(self.params[place] for place in order)

    def _where(self, extra: str = "") -> str:
        live = "" if self.all_rows else f'{self.prefix}0."IsDeleted" = 0'
        asked = "" if self.plan.where is None else self.expressions.condition(self.plan.where)
        conditions = [part for part in (extra, live, asked) if part]
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def _limit(self) -> str:
        if self.plan.limit is None and not self.plan.offset:
            return ""
        limit = self.expressions.param(-1 if self.plan.limit is None else self.plan.limit)
        return f" LIMIT {limit} OFFSET {self.expressions.param(self.plan.offset)}"

    def _semijoin(self, found: Found) -> str:
        inner = Statement(found.plan, self.all_rows, self.currency, self.calculations, f"{self.prefix}s", self.params)
        column = inner.tables.column(found.column)
        return inner.sql([column], f"{column} IS NOT NULL")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one level of subtotals: their values, the clauses that group them, and the ways they are ordered."""

    values: list[str]
    groups: str
    ways: list[bool]

    @classmethod
    def of(cls, plan: Plan, expressions: Expressions) -> "_Rows":
        shown = [expressions.value(output.operand) for output in plan.answers]
        terms = [term for order in plan.order_by for term in expressions.order(order)]
        kept = [expressions.folded(group) for group in plan.group_by if group.name not in expressions.rolled]
        groups = f" GROUP BY {', '.join(kept or ['NULL'])}" if plan.group_by else ""  # no total of no row
        if plan.having is not None:
            groups += f" HAVING {expressions.condition(plan.having)}"
        return cls([*shown, *(term for term, _ in terms)], groups, [down for _, down in terms])


def _levels(plan: Plan) -> Iterator[frozenset[str]]:
    """Give the groups that each level of rows is over: none first, all last."""
    names = [group.name for group in plan.group_by]
    if plan.subtotals is Subtotals.CUBE:
        yield from (frozenset(some) for count in range(len(names) + 1) for some in combinations(names, count))
        return
    for kept in range(len(names), -1 if plan.subtotals else len(names) - 1, -1):
        yield frozenset(names[kept:])


def _order(terms: Sequence[tuple[str, bool]]) -> str:
    return f" ORDER BY {', '.join(f'{term} DESC' if down else term for term, down in terms)}" if terms else ""
