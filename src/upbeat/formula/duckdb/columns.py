"""A typed formula as SQL over the columns of a table, with the value that `evaluate` gives, row by row."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.formula.duckdb import texts
from upbeat.formula.duckdb.sql import LONGEST_TEXT, Number, Refused, Sql, exact, literal, name, of_type
from upbeat.formula.duckdb.table import writer
from upbeat.formula.errors import FormulaError
from upbeat.formula.functions import Moment
from upbeat.formula.tree import Apply, Cast, Field, Global, Typed, each
from upbeat.formula.types import ASKED, Scope, Type
from upbeat.formula.walk import Walk
from upbeat.schema import Field as SchemaField

_MOST_CHARACTERS = 200_000  # of one expression
_CLOCKS = frozenset({"TODAY", "NOW", "TIMENOW"})
_NO_MOMENT = datetime(1, 1, 1, tzinfo=UTC)  # never read: what asks for the moment is refused without one
_ANY_DIGITS = 33, 15  # Salesforce's numbers have 18 digits at most: all of them before the point, or 15 after it


@dataclass(frozen=True, slots=True)
class Columns:
    """A formula in DuckDB's SQL.

    `sql` gives its value: a DECIMAL, VARCHAR, BOOLEAN, DATE, TIMESTAMP (UTC) or TIME, NULL where it is blank or cannot
    be computed. `fails` is the condition that it cannot, where `evaluate` raises. `where` is a condition in a form for
    a WHERE: true where the formula is; empty for a formula of another type. `columns` names the columns that are read,
    with the type that each is to have: a field by its path (`Account.Industry`), a global such as `$Signal.PushCount`,
    and as `$Record__Prior.StageName` a field before the change.
    """

    sql: str
    fails: str
    where: str
    columns: Mapping[str, str]


def to_columns(tree: Typed, scope: Scope, text: str, given: Mapping[str, Any] | None, now: datetime | None) -> Columns:
    """Write a typed tree, read from `text`, as SQL. Raises FormulaError at the first part that does not become SQL."""
    composer = _Composer(scope, text, given or {}, now)
    found = composer.sql(tree)
    if tree.type is Type.NUMBER:
        with composer.refusing("the formula", tree):
            found = exact(found)
    value, where, fails = found.text, "", found.fails
    if tree.type.is_text:
        value = f"nullif({value}, '')"
    if tree.type is Type.BOOLEAN:
        where = found.true.text
        value = f"({where}) IS TRUE" if found.true.blank else where
    if fails:
        where = where and f"{fails} IS NOT TRUE AND ({where})"
        value = f"CASE WHEN {fails} THEN NULL ELSE {value} END"
    return Columns(value, f"coalesce({fails}, FALSE)" if fails else "FALSE", where, composer.columns)


@dataclass(frozen=True)
class _Composer:
    scope: Scope
    text: str
    given: Mapping[str, Any]
    now: datetime | None
    columns: dict[str, str] = field(default_factory=dict[str, str])

    def sql(self, node: Typed) -> Sql:
        """Write a node. What no record decides is computed here, once."""
        found = self._written(node) if any(map(_of_record, each(node))) else self._constant(node)
        if len(found.text) + len(found.fails) > _MOST_CHARACTERS:
            what = f"its SQL would have more than {_MOST_CHARACTERS:,} characters"
            raise FormulaError(what, text=self.text, at=node.at, fix="Evaluate it record by record.")
        return replace(found, kind=node.type)

    @contextmanager
    def refusing(self, what: str, node: Typed) -> Generator[None]:
        """Tell a refusal with its place."""
        try:
            yield
        except Refused as refused:
            why = f"{what} does not become SQL: {refused.why}"
            raise FormulaError(why, text=self.text, at=node.at, fix=refused.fix) from None

    def _written(self, node: Typed) -> Sql:
        match node:
            case Field() | Global():
                return self._column(node)
            case Cast(arg=arg, type=kind) if arg.type is Type.NULL:
                return literal(None, kind)
            case Cast(arg=arg, type=kind):
                return texts.of_id(self.sql(arg)) if kind is Type.TEXT else texts.to_id(self.sql(arg))
            case Apply(function=row, args=args):
                with self.refusing(row.name, node):
                    write = writer(row)
                    found = [self.sql(arg) for arg in args]
                    return write(self.scope.time_zone, *found) if row.moment else write(*found)
            case _:
                return self._constant(node)

    def _constant(self, node: Typed) -> Sql:
        for one in each(node):
            if self.now is None and isinstance(one, Apply) and one.function.name in _CLOCKS:
                what = f"{one.function.name}() asks for the moment, and none was given"
                raise FormulaError(what, text=self.text, at=one.at)
        walk = Walk({}, None, self.given, Moment(self.now or _NO_MOMENT, ZoneInfo(self.scope.time_zone), new=False))
        try:
            return literal(walk.value(node), node.type)
        except KeyError:
            missing = next(one for one in each(node) if isinstance(one, Global) and not _is_given(one, walk))
            what = f"no value was given for {missing.path}"
            raise FormulaError(what, text=self.text, at=missing.at) from None
        except (ArithmeticError, ValueError, TypeError):
            return replace(literal(None, node.type), fails="TRUE")

    def _column(self, node: Field | Global) -> Sql:
        if node.type in ASKED:
            with self.refusing(node.path, node):
                raise Refused(f"no column holds a {node.type}")
        path = f"$Record__Prior.{node.path}" if isinstance(node, Field) and node.of_prior else node.path
        if node.type is Type.NUMBER:
            return self._number(node, path)
        self.columns[path] = of_type(node.type)
        column = name(path)
        match node.type:
            case Type.BOOLEAN:
                return Sql(text=f"coalesce({column}, FALSE)")
            case Type.DATETIME:
                return Sql(text=f"date_trunc('second', {column})", blank=True)
            case Type.DATE | Type.TIME:
                return Sql(text=column, blank=True)
            case Type.ID:
                raw = f"coalesce({column}, '')"
                return Sql(text=texts.whole_id(raw), raw=raw, longest=18)
            case _:
                return Sql(text=f"coalesce({column}, '')", longest=self._length(node))

    def _number(self, node: Field | Global, path: str) -> Number:
        digits, scale = self._digits(node)
        self.columns[path] = f"DECIMAL({digits}, {scale})"
        column = f"coalesce({name(path)}, 0)" if node.zero else name(path)
        if node.percent:
            column, scale = f"{column} * 0.01", scale + 2
        joint = "*" if node.percent else ""
        return Number(text=column, blank=not node.zero, joint=joint, scale=scale, most=10**digits - 1)

    def _length(self, node: Field | Global) -> int:
        found = self._described(node)
        return found.length or LONGEST_TEXT if found else LONGEST_TEXT

    def _digits(self, node: Field | Global) -> tuple[int, int]:
        found = self._described(node)
        known = found is not None and 0 <= found.scale <= found.precision <= _ANY_DIGITS[0] and found.precision > 0
        return (found.precision, found.scale) if found is not None and known else _ANY_DIGITS

    def _described(self, node: Field | Global) -> SchemaField | None:
        """Give what describe says of a field; None where it may be one of several objects' fields."""
        if isinstance(node, Global):
            return None
        *parents, last = self.scope.schema.path(self.scope.object, node.path)
        return None if any(len(parent.reference_to) > 1 for parent in parents) else last


def _of_record(node: Typed) -> bool:
    return isinstance(node, Field) or (isinstance(node, Global) and node.of_record)


def _is_given(node: Global, walk: Walk) -> bool:
    try:
        walk.value(node)
    except KeyError:
        return False
    return True
