"""A formula: text read and typed once, then evaluated, explained and pushed down any number of times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.formula import python
from upbeat.formula.check import check
from upbeat.formula.duckdb import Columns, to_columns
from upbeat.formula.errors import FormulaError
from upbeat.formula.explain import Explanation, explain
from upbeat.formula.export import org_formula, warnings
from upbeat.formula.failures import failure
from upbeat.formula.functions import CLOCKS, Moment
from upbeat.formula.pushdown import Pushdown, push_down
from upbeat.formula.rule import ValidationRule
from upbeat.formula.syntax import parse
from upbeat.formula.tree import Apply, Field, Global, Literal, Typed, each, write
from upbeat.formula.types import Scope, Type
from upbeat.formula.values import kept
from upbeat.formula.walk import Walk
from upbeat.schema import Field as SchemaField
from upbeat.schema import FieldType, SchemaError

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that was read and typed. Make one with `compile`.

    Records are mappings as REST JSON gives them, parents nested under their relationship's name; values may be JSON's
    or typed. Globals are nested the same way: `{"$Threshold": {"quiet_days": 14}}`.
    """

    text: str
    scope: Scope = field(repr=False)
    tree: Typed = field(repr=False)
    into: SchemaField | None = field(default=None, repr=False)
    """The field that the value is for, where there is one."""

    @cached_property
    def evaluate(self) -> python.Evaluate:
        """Gives the value for a record: `evaluate(record, prior=None, globals=None, *, now, new=False, clone=False)`.

        It becomes Python when it is first asked for: most formulas of a workspace are checked, and never evaluated.
        """
        keep, into = None, self.into
        if into is not None:
            keep = partial(kept, scale=into.scale, percent=into.type is FieldType.PERCENT)
        return python.build(self.tree, ZoneInfo(self.scope.time_zone), partial(failure, self.text, self.tree), keep)

    @property
    def type(self) -> Type:
        """The type of the value."""
        return self.tree.type

    @cached_property
    def canonical(self) -> str:
        """The formula in one form: names as the org spells them, `AND` for `&&`, no comments."""
        return write(self.tree)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The dotted paths read from the record, such as `StageName` and `Account.Industry`."""
        return frozenset(node.path for node in each(self.tree) if isinstance(node, Field))

    @cached_property
    def prior(self) -> frozenset[str]:
        """The fields whose value before the change is asked."""
        return frozenset(node.path for node in each(self.tree) if isinstance(node, Field) and node.of_prior)

    @cached_property
    def doubted(self) -> frozenset[str]:
        """The fields of which it is asked whether they are blank: a record without them is no doubt, but an answer."""
        return frozenset(_doubted(self.tree))

    @cached_property
    def globals(self) -> frozenset[str]:
        """The globals read, such as `$Signal.PushCount`."""
        return frozenset(node.path for node in each(self.tree) if isinstance(node, Global))

    @cached_property
    def reads_clock(self) -> bool:
        """Whether it asks for the day or the moment: then its value may change though nobody changed a record."""
        return any(isinstance(node, Apply) and node.function.name in CLOCKS for node in each(self.tree))

    def explain(
        self,
        record: Mapping[str, Any],
        prior: Mapping[str, Any] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        *,
        now: datetime,
        new: bool = False,
        clone: bool = False,
    ) -> Explanation:
        """Give the value with the smallest set of sub-conditions that decided it, in words, and the facts they saw.

        Raises as `evaluate` does.
        """
        value = self.evaluate(record, prior, globals, now=now, new=new, clone=clone)
        moment = Moment(now, ZoneInfo(self.scope.time_zone), new, clone)
        return explain(self.tree, value, Walk(record, prior, globals or _NONE, moment))

    def to_soql(
        self,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        now: datetime | None = None,
    ) -> Pushdown:
        """Give a SOQL WHERE that never loses a record for which the condition is true.

        `$Threshold.deal_size` is pushed where `globals` holds its value, TODAY() and NOW() where `now` is given. A
        record is taken as it stands: ISNEW() is false. Empty where nothing can be asked in SOQL.
        """
        return push_down(self.tree, self.scope, globals, now)

    def to_duckdb(
        self,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        now: datetime | None = None,
    ) -> Columns:
        """Give the formula as DuckDB's SQL over a table's columns, with the value of `evaluate` for every row.

        Globals are written in by their values, but for those of a record (`$Signal`, `$Step`, `$Memory`), which are
        columns; TODAY() and NOW() by `now`. A record is taken as it stands: ISNEW() is false. Raises FormulaError, with
        the place and the reason, where a part does not become SQL or lacks such a value.
        """
        return to_columns(self.tree, self.scope, self.text, globals, now)

    def to_validation_rule(
        self,
        name: str = "Upbeat_rule",
        message: str = "This record cannot be saved as it is.",
        *,
        field: str = "",
        description: str = "",
        active: bool = True,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
    ) -> ValidationRule:
        """Give the validation rule that refuses, with `message`, the saves for which the condition is true.

        `field` is one of the object's own, at which the message is shown; `globals` holds the thresholds' values, which
        the rule keeps. Raises FormulaError, with the place and the reason, for what an org cannot evaluate, and for a
        name or words that it does not take.
        """
        text = org_formula(self.tree, self.scope, self.text, globals or _NONE)
        try:
            here = self.scope.schema.object(self.scope.object)
            shown = here.field(field).name if field else ""
        except SchemaError as error:
            raise FormulaError(error.what, at=None, fix=error.fix) from None
        told = tuple(warnings(self.tree, self.scope, text))
        return ValidationRule(here.name, name, text, message, shown, description, active, told)


_ASKS_FOR_BLANK = frozenset({"ISBLANK", "ISNULL", "BLANKVALUE", "NULLVALUE"})
_COMPARES = frozenset({"=", "<>", "ISPICKVAL"})


def _doubted(tree: Typed) -> Iterator[str]:
    for node in each(tree):
        if not isinstance(node, Apply):
            continue
        name = node.named or node.function.name
        compared = any(isinstance(one, Literal) and one.value in {None, ""} for one in node.args)
        if name in _ASKS_FOR_BLANK or (name in _COMPARES and compared):
            yield from (one.path for arg in node.args[:1] for one in each(arg) if isinstance(one, Field))


def compile(text: str, scope: Scope, into: SchemaField | None = None) -> Formula:  # noqa: A001 - as re.compile
    """Read, type and compile a formula. Raises FormulaError, with the place and the fix, where it does not hold.

    `into` is the field that the value is for, a formula field or one that is set: a number then comes as that field
    keeps it, rounded half up to its scale, and a percent as 30 for 0.3.
    """
    return compiled(text, scope, text, into)


def compiled(code: str, scope: Scope, within: str, into: SchemaField | None = None) -> Formula:
    """Compile a formula that is a part of a longer text, in which errors show their place."""
    return Formula(within, scope, check(parse(code, within=within), scope, within), into)
