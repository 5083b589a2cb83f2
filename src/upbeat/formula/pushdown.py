"""Typed tree to a SOQL WHERE that never loses a record for which the formula is true."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.formula.filters import ALL, NONE, TRUE, Column, Filter, Outcomes, among, ticked
from upbeat.formula.functions import Moment
from upbeat.formula.tree import Apply, Field, Global, Typed, each
from upbeat.formula.types import Scope, Type
from upbeat.formula.values import Value
from upbeat.formula.walk import Walk
from upbeat.schema import Field as SchemaField
from upbeat.schema import FieldType

_LONGEST_FILTERED = 255  # a longer text cannot be filtered on
_LONGEST_LITERAL = 1_000
_NO_MOMENT = datetime(1, 1, 1, tzinfo=UTC)  # never read: what asks for the moment is no constant without one


@dataclass(frozen=True, slots=True)
class Pushdown:
    """A WHERE without the word, empty where nothing can be asked; `exact` where no record needs evaluating after."""

    where: str
    exact: bool


def push_down(tree: Typed, scope: Scope, given: Mapping[str, Any] | None, now: datetime | None) -> Pushdown:
    """Push a condition down. Globals and the present moment take part only where their values are given."""
    found = _Push(scope, given or {}, now).filter(tree, TRUE) if tree.type is Type.BOOLEAN else None
    return Pushdown("", exact=False) if found is None else Pushdown(found.where, found.exact)


@dataclass(frozen=True)
class _Push:
    scope: Scope
    given: Mapping[str, Any]
    now: datetime | None
    _known: dict[tuple[int, Outcomes], Filter | None] = field(default_factory=dict[tuple[int, Outcomes], Filter | None])

    def filter(self, node: Typed, want: Outcomes) -> Filter | None:
        """Give the condition; it is made once, though an IF asks for its condition twice, and so on within it."""
        key = (id(node), want)
        if key not in self._known:
            self._known[key] = self._filter(node, want)
        return self._known[key]

    def _filter(self, node: Typed, want: Outcomes) -> Filter | None:
        if {True, False} <= want and (None in want or node.type is not Type.BOOLEAN):
            return ALL
        constant = self.constant(node)
        if constant is not None:
            return ALL if constant[0] in want else NONE
        if isinstance(node, Field):
            column = self.column(node)
            return None if column is None else ticked(column, want)
        if not isinstance(node, Apply):
            return None
        found = None if node.function.soql is None else node.function.soql(self, node.args, want)
        return found or self.by_value(node, want)

    def by_value(self, node: Apply, want: Outcomes) -> Filter | None:
        """Ask of a CASE over a text for the texts where the condition on it holds: of a stage's number, its stages."""
        case = next((arg for arg in node.args if isinstance(arg, Apply) and arg.function.name == "CASE"), None)
        column = None if case is None else self.column(case.args[0])
        if case is None or column is None or not column.type.is_text:
            return None

        def outcome(result: Typed) -> tuple[Value] | None:
            return self.constant(replace(node, args=tuple(result if arg is case else arg for arg in node.args)))

        kept: dict[str, bool] = {}
        for text, result in zip(case.args[1:-1:2], case.args[2::2], strict=True):
            value, found = self.constant(text), outcome(result)
            if value is None or found is None:
                return None
            kept.setdefault(str(value[0] or ""), found[0] in want)
        otherwise = outcome(case.args[-1])
        if otherwise is None:
            return None
        rest = otherwise[0] in want
        listed = [value for value, wanted in kept.items() if wanted is not rest]
        return among(column, listed, frozenset({not rest})) if listed else ALL if rest else NONE

    def column(self, node: Typed) -> Column | None:
        if isinstance(node, Apply) and node.function.name == "TEXT" and node.args[0].type is Type.PICKLIST:
            node = node.args[0]
        if not isinstance(node, Field) or node.of_prior or node.zero:
            return None
        *parents, last = self.scope.schema.path(self.scope.object, node.path)
        if not _filterable(last) or any(len(parent.reference_to) > 1 for parent in parents):
            return None
        reference = parents[0].name if len(parents) == 1 else ""
        return Column(node.path, node.type, node.percent, _sure(last), reference)

    def constant(self, node: Typed) -> tuple[Value] | None:
        for one in each(node):
            if isinstance(one, Field) or (isinstance(one, Global) and one.of_record):
                return None
            if isinstance(one, Apply) and one.function.moment and self.now is None:
                return None
        try:
            value = self._walk().value(node)
        except (ArithmeticError, ValueError, LookupError, TypeError):
            return None  # it is evaluated after, record by record, where the error is told
        return (value,) if _writable(value) else None

    def _walk(self) -> Walk:
        now = self.now or _NO_MOMENT
        return Walk({}, None, self.given, Moment(now, ZoneInfo(self.scope.time_zone), new=False))


def _filterable(field: SchemaField) -> bool:
    long = field.type in (FieldType.TEXTAREA, FieldType.STRING) and field.length > _LONGEST_FILTERED
    return not long and field.type not in (FieldType.ENCRYPTED, FieldType.TIME, FieldType.LOCATION, FieldType.ANY)


def _sure(field: SchemaField) -> bool:
    """Whether values that SOQL finds equal are equal: those of ids, and of picklists that take listed values only."""
    if field.type in (FieldType.ID, FieldType.REFERENCE):
        return True
    folded = [one.value.casefold() for one in field.picklist]
    return field.type is FieldType.PICKLIST and field.restricted and len(set(folded)) == len(folded)


def _writable(value: Value) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_LITERAL and value.isprintable()
    return not isinstance(value, Decimal) or (abs(value.adjusted()) < 40 and len(f"{value:f}") < 40)
