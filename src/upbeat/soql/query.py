"""The face of the room: text in, a query out; a query bound to a schema; its records out of a database."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from upbeat.schema import Object, Schema
from upbeat.soql.binder import bind_select
from upbeat.soql.bound import Plan
from upbeat.soql.calculations import Calculations
from upbeat.soql.compiled import Compiled, compile_plan
from upbeat.soql.currencies import Currencies
from upbeat.soql.dates import Calendar
from upbeat.soql.fill import fill_select
from upbeat.soql.flat import Table, tabled
from upbeat.soql.needs import lacking
from upbeat.soql.parser import parse_select
from upbeat.soql.printer import print_select
from upbeat.soql.records import read
from upbeat.soql.rows import Rows, filled, needed
from upbeat.soql.running import Execute, Run
from upbeat.soql.texts import read_texts
from upbeat.soql.tree import Access, Purpose, Select

_UTC_CALENDAR = Calendar()
_NONE: Calculations = {}
_BASE_URL = "/services/data/v67.0"


@lru_cache(maxsize=256)
def parse(text: str) -> "Query":
    """Read a query. Raises SoqlError (MALFORMED_QUERY) with line and column. The same text gives the same query."""
    return Query(parse_select(text), text)


@dataclass(frozen=True)
class Query:
    """A query as it was written. `str(query)` is its canonical text; equal queries say the same."""

    select: Select
    text: str = field(default="", compare=False, repr=False)  # what places in errors count in
    _bound: list[tuple[Schema, "Bound"]] = field(default_factory=list[Any], init=False, compare=False, repr=False)

    def __str__(self) -> str:
        """Give the canonical text: `parse(str(query)) == query`."""
        return print_select(self.select)

    def fill(self, binds: Mapping[str, Any]) -> "Query":
        """Give the query with a literal in place of each `:name`.

        A value is a str, int, float, Decimal, bool, None, date, aware datetime or time; after IN also a list, tuple or
        set of these, of which an empty one matches nothing. Raises SoqlError for a missing or unfit value.
        """
        return Query(fill_select(self.select, binds), self.text)

    def fill_texts(self, texts: Mapping[str, Sequence[str]], schema: Schema) -> "Query":
        """Give the query with the values that a person typed, each read as the field beside its bind wants it.

        `30` is a number beside Amount and a text beside Name; `LAST_N_DAYS:30` is a range beside a date. Several texts
        are a list. Raises SoqlError as `fill`, and for a text that does not fit.
        """
        return self.fill(read_texts(self.select, schema, texts))

    def lacking(self, schema: Schema, most: int = sys.maxsize) -> frozenset[str]:
        """Give the objects that the query leads to and the schema lacks: describe them, and ask again.

        Of the objects that one reference may lead to, the first `most` count. Names that lead nowhere are passed over.
        """
        return lacking(self.select, schema, most)

    def bind(self, schema: Schema, calculations: Calculations = _NONE) -> "Bound":
        """Look up every name and fit every value. The schema asked last is remembered.

        `calculations` are the fields that the database has no columns for.

        Raises SoqlError, worded as Salesforce words it: INVALID_TYPE, INVALID_FIELD, MALFORMED_QUERY,
        INVALID_QUERY_FILTER_OPERATOR or NUMBER_OUTSIDE_VALID_RANGE.
        """
        for known, bound in self._bound:
            if known is schema and bound.calculations is calculations:
                return bound
        bound = Bound(bind_select(self.select, schema, self.text), schema.currency, calculations)
        self._bound[:] = [(schema, bound)]
        return bound


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives: how many rows there are, and the records (none for `SELECT COUNT()`)."""

    total: int
    records: list[dict[str, Any]]


@dataclass(frozen=True)
class Bound:
    """A query that fits a schema.

    What runs it is a SQLite database laid out as `layout` says, whose connection `equip` has seen; or rows from
    anywhere.
    """

    plan: Plan
    currency: str  # the org's own, by its ISO code
    calculations: Calculations = field(default_factory=dict[Any, Any], repr=False)
    _compiled: dict[bool, Compiled] = field(default_factory=dict[bool, Compiled], init=False, compare=False, repr=False)

    @property
    def object(self) -> Object:
        """The object that the query reads."""
        return self.plan.object

    @property
    def is_count(self) -> bool:
        """Whether it is `SELECT COUNT() FROM ...`, whose answer is `count` and no records."""
        return self.plan.is_count

    @property
    def access(self) -> Access | None:
        """Whose permissions the query asks to be read with; who runs it must see to that."""
        return self.plan.access

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What the records are read for; who runs it notes that they were seen, or keeps them for a change."""
        return self.plan.purposes

    def to_sqlite(self, *, all_rows: bool = False) -> Compiled:
        """Give the SQL and its parameters; `all_rows` reads deleted records too.

        Raises SoqlError (QUERY_TOO_COMPLICATED) where SQLite could not take it.
        """
        found = self._compiled.get(all_rows)
        if found is None:
            found = compile_plan(self.plan, all_rows=all_rows, currency=self.currency, calculations=self.calculations)
            self._compiled[all_rows] = found
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """The paths at which its records hold values, in their order: `Name`, `Account.Name`, `BillingAddress.city`.

        An aggregate stands under its alias, and a subquery under its relationship. `COUNT()` has none.
        """
        return self.plan.columns

    @property
    def needs(self) -> set[str]:
        """The names of the objects whose rows it cannot do without."""
        return needed(self.plan)

    def evaluate(
        self,
        rows: Rows,
        now: datetime,
        base_url: str = _BASE_URL,
        all_rows: bool = False,
        calendar: Calendar = _UTC_CALENDAR,
        currencies: Currencies | None = None,
    ) -> Answer:
        """Give what the org would answer if these were its records.

        `rows` maps an object's name to its rows, or is a function that does; it is asked for the objects that the
        query reads and no other, once each. A row is a mapping as REST gives records, or with Python's own values:
        numbers as Decimal, dates, aware datetimes. What the query does not read is not looked at; a key that is
        missing is an empty field, but for `Id`, which every row has. `now` is aware.

        Raises RowError, a SoqlError that names object, row and field, for a value that does not fit; and SoqlError as
        `run` does.
        """
        with filled(self.plan, self.to_sqlite(all_rows=all_rows), rows) as execute:
            return self.answer(execute, now, base_url, all_rows, calendar, currencies)

    def answer(
        self,
        execute: Execute,
        now: datetime,
        base_url: str,
        all_rows: bool = False,
        calendar: Calendar = _UTC_CALENDAR,
        currencies: Currencies | None = None,
    ) -> Answer:
        """Give records and their number, as `run` and `count` do."""
        if self.is_count:
            return Answer(self.count(execute, now, all_rows, calendar, currencies), [])
        records = self.run(execute, now, base_url, all_rows, calendar, currencies)
        return Answer(len(records), records)

    def run(
        self,
        execute: Execute,
        now: datetime,
        base_url: str,
        all_rows: bool = False,
        calendar: Calendar = _UTC_CALENDAR,
        currencies: Currencies | None = None,
    ) -> list[dict[str, Any]]:
        """Give the records as REST JSON has them, from `execute(sql, params)` which gives rows as tuples.

        `now` is aware; `base_url` is such as `/services/data/v67.0`. Numbers are int or float. Raises SoqlError as
        `to_sqlite` does, and where a query converts currencies whose rates are not given.
        """
        run = Run(execute, now, calendar, currencies, base_url)
        return [] if self.is_count else read(self.to_sqlite(all_rows=all_rows), run, self.plan.object.name)

    def table(
        self,
        execute: Execute,
        now: datetime,
        all_rows: bool = False,
        calendar: Calendar = _UTC_CALENDAR,
        currencies: Currencies | None = None,
    ) -> Table:
        """Give the rows in the stored form, with no record made of them; of a query that shows fields alone.

        That is one without groups, subqueries, TYPEOF and compound fields. Raises SoqlError as `run` does.
        """
        run = Run(execute, now, calendar, currencies, "")
        return tabled(self.to_sqlite(all_rows=all_rows), self.columns, run)

    def count(
        self,
        execute: Execute,
        now: datetime,
        all_rows: bool = False,
        calendar: Calendar = _UTC_CALENDAR,
        currencies: Currencies | None = None,
    ) -> int:
        """Give the answer of `SELECT COUNT()`. Raises SoqlError as `run` does."""
        compiled = self.to_sqlite(all_rows=all_rows)
        (row,) = Run(execute, now, calendar, currencies, "").rows(compiled.sql, compiled.params)
        return int(row[0])
