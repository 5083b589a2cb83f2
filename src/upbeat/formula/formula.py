"""A formula: text read, typed and compiled once, then evaluated, explained and pushed down any number of times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.formula import python
from upbeat.formula.check import check
from upbeat.formula.errors import FormulaError, UnknownPrior
from upbeat.formula.explain import Explanation, explain
from upbeat.formula.export import org_formula, warnings
from upbeat.formula.functions import Moment
from upbeat.formula.pushdown import Pushdown, push_down
from upbeat.formula.reads import UnknownPriorKey
from upbeat.formula.rule import ValidationRule
from upbeat.formula.syntax import parse
from upbeat.formula.tree import Field, Global, Typed, each, write
from upbeat.formula.types import Scope, Type
from upbeat.formula.values import Value, kept
from upbeat.formula.walk import Walk
from upbeat.schema import Field as SchemaField
from upbeat.schema import FieldType, SchemaError

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, eq=False)
class Formula:
    """A compiled formula. Make one with `compile`.

    Records are mappings as REST JSON gives them, parents nested under their relationship's name; values may be JSON's
    or typed. Globals are nested the same way: `{"$Threshold": {"quiet_days": 14}}`.
    """

    text: str
    scope: Scope = field(repr=False)
    tree: Typed = field(repr=False)
    _run: python.Run = field(repr=False)

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
    def globals(self) -> frozenset[str]:
        """The globals read, such as `$Signal.PushCount`."""
        return frozenset(node.path for node in each(self.tree) if isinstance(node, Global))

    def evaluate(
        self,
        record: Mapping[str, Any],
        prior: Mapping[str, Any] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        *,
        now: datetime,
        new: bool = False,
        clone: bool = False,
    ) -> Value:
        """Give the value: Decimal, str, bool, date, datetime (UTC), time, or None where it is blank.

        A condition gives True or False: what Salesforce finds null is not true. `now` is aware. Where `new`, the record
        is being created, perhaps as a `clone`: nothing is changed, and prior values are the present ones. Raises
        UnknownPrior where a prior value is asked that `prior` lacks (None in it is a blank); FormulaError where a value
        cannot be computed, or the record or the globals lack what is read.
        """
        run = self._run  # looked up by itself, it is found faster than where it is called
        try:
            return run(record, prior, globals or _NONE, now, new, clone)
        except Exception as error:  # whatever a value makes go wrong is told as one FormulaError
            raise self._failure(error, record, globals or _NONE) from error

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

    def _failure(self, error: Exception, record: Mapping[str, Any], given: Mapping[str, Any]) -> FormulaError:
        if isinstance(error, UnknownPriorKey):
            return self._unknown_prior(error.args[0])
        if isinstance(error, KeyError):
            for node in each(self.tree):
                if isinstance(node, Field) and not _reaches(record, node.keys):
                    fix = "Read it with the record."
                    return FormulaError(f"the record came without {node.path}", text=self.text, at=node.at, fix=fix)
                if isinstance(node, Global) and not _reaches(given, node.keys):
                    fix = f"Give it among the globals: {_example(node.keys)}."
                    return FormulaError(f"no value was given for {node.path}", text=self.text, at=node.at, fix=fix)
        return FormulaError(_reason(error), text=self.text, at=_place(error.__traceback__))

    def _unknown_prior(self, key: str) -> UnknownPrior:
        at = next(node.at for node in each(self.tree) if isinstance(node, Field) and node.of_prior and node.path == key)
        return UnknownPrior(f"the prior value of {key} is not known", text=self.text, at=at)


def compile(text: str, scope: Scope, into: SchemaField | None = None) -> Formula:  # noqa: A001 - as re.compile
    """Read, type and compile a formula. Raises FormulaError, with the place and the fix, where it does not hold.

    `into` is the field that the value is for, a formula field or one that is set: a number then comes as that field
    keeps it, rounded half up to its scale, and a percent as 30 for 0.3.
    """
    return compiled(text, scope, text, into)


def compiled(code: str, scope: Scope, within: str, into: SchemaField | None = None) -> Formula:
    """Compile a formula that is a part of a longer text, in which errors show their place."""
    tree = check(parse(code, within=within), scope, within)
    run = python.build(tree, ZoneInfo(scope.time_zone))
    if into is not None and tree.type is Type.NUMBER:
        run = _kept(run, into.scale, percent=into.type is FieldType.PERCENT)
    return Formula(within, scope, tree, run)


def _kept(run: python.Run, scale: int, *, percent: bool) -> python.Run:
    def found(*seen: Any) -> Value:
        value = run(*seen)
        return kept(value, scale, percent=percent) if isinstance(value, Decimal) else value

    return found


def _example(keys: Sequence[str]) -> str:
    """Give the JSON in which a global's value stands: `{"$Threshold": {"quiet_days": ...}}`."""
    return "".join(f'{{"{key}": ' for key in keys) + "..." + "}" * len(keys)


def _reaches(record: Mapping[str, Any] | None, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if record is None:
            return True
        if key not in record:
            return False
        record = record[key]
    return True


def _reason(error: Exception) -> str:
    match error:
        case ZeroDivisionError():
            return "division by zero"
        case OverflowError():
            return "the result is out of range"
        case ArithmeticError():
            return "the number is too large, or not a number"
        case ValueError():
            return str(error)
        case _:
            return f"a value is not of its field's type: {error}"


def _place(trace: TracebackType | None) -> int:
    """Give where in the text the failing node begins: its line number in the code, as python.py writes it."""
    at = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == python.FILE:
            at = trace.tb_lineno - 1
        trace = trace.tb_next
    return at
