"""Logic. Only what a record's value needs is computed: an argument that is not asked for cannot fail."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from upbeat.formula.duckdb import texts
from upbeat.formula.duckdb.comparison import compare
from upbeat.formula.duckdb.numbers import aligned, beside
from upbeat.formula.duckdb.ratios import ONE, as_ratio
from upbeat.formula.duckdb.sql import Number, Ratio, Sql, both, counted, either, empty, exact, failures, held, strict
from upbeat.formula.types import Type

_NEVER_NULL = (Type.TEXT, Type.ID)

Branch = tuple[Sql, Sql]
"""A condition, and what holds where it is the first that is true."""


def every(*args: Sql) -> Sql:
    """True where every condition is, and else false."""
    fails = ""
    for arg in args[::-1]:
        fails = either(arg.fails, both(arg.true.operand, fails))
    return _chain("AND", args, fails)


def some(*args: Sql) -> Sql:
    """True where one of the conditions is, and else false."""
    fails = ""
    for arg in args[::-1]:
        fails = either(arg.fails, both(_untrue(arg), fails))
    return _chain("OR", args, fails)


def _chain(joint: str, args: Sequence[Sql], fails: str) -> Sql:
    parts = [arg.true for arg in args]
    joined = f" {joint} ".join(one.operand if one.joint in ("AND", "OR") else one.text for one in parts)
    plain = Sql(text=joined, fails=fails, joint=joint if parts[1:] else parts[0].joint)
    if not any(one.blank for one in parts):
        return plain
    return Sql(text=f"({joined}) IS TRUE", fails=fails, joint="IS", truth=replace(plain, blank=True))


def _untrue(one: Sql) -> str:
    return f"({one.true.operand} IS NOT TRUE)" if one.true.blank else f"(NOT {one.true.operand})"


def opposite(one: Sql) -> Sql:
    """True where the condition is false; NULL where it is."""
    return strict((one,), f"NOT {one.operand}", joint="NOT")


# --- choices --------------------------------------------------------------------------------------


def chosen(condition: Sql, then: Sql, otherwise: Sql) -> Sql:
    """One value where the condition is true, else the other."""
    return _first([(condition, then)], otherwise)


def first_true(*args: Sql) -> Sql:
    """The value beside the first condition that is true, else the last."""
    return _first(list(zip(args[:-1:2], args[1::2], strict=True)), args[-1])


def first_equal(*args: Sql) -> Sql:
    """The result beside the value that the first equals, else the last; a blank equals none of them but a text."""
    subject, branches = args[0], list[Branch]()
    for value, result in zip(args[1:-1:2], args[2::2], strict=True):
        equal = texts.equal("=") if subject.kind.is_text else same("=")
        asked = both(f"{subject.operand} IS NOT NULL", value.fails) if subject.blank else value.fails
        branches.append((replace(equal(subject, value), fails=asked), result))
    found = _first(branches, args[-1])
    return replace(found, fails=either(subject.fails, found.fails))


def _first(branches: Sequence[Branch], otherwise: Sql) -> Sql:
    fails = otherwise.fails
    for condition, result in branches[::-1]:
        if result.fails != fails:
            here, after = both(condition.true.operand, result.fails), both(_untrue(condition), fails)
            fails = either(here, after)
        fails = either(condition.fails, fails)
    return replace(_picked(branches, otherwise), fails=fails)


def _picked(branches: Sequence[Branch], otherwise: Sql) -> Sql:
    """Write the choice between values of one type."""
    conditions, results = [condition for condition, _ in branches], [*(result for _, result in branches), otherwise]
    if any(isinstance(one, Ratio) for one in results):
        ratios = [as_ratio(one) for one in results if isinstance(one, Number | Ratio)]
        return Ratio(
            text="",
            over=_number(conditions, [one.over for one in ratios]),
            under=ONE
            if all(one.under is ONE for one in ratios)
            else _number(conditions, [one.under for one in ratios]),
            error=max(one.error for one in ratios),
            faithful=all(one.faithful for one in ratios),
            pure=all(one.pure for one in ratios),
        )
    numbers = [exact(one) for one in results if isinstance(one, Number)]
    if numbers:
        return _number(conditions, numbers)
    plain = Sql(
        text=_case(conditions, [one.text for one in results]),
        blank=any(one.blank for one in results),
        longest=max(one.longest for one in results),
    )
    if any(one.truth for one in results):
        truths = [one.true for one in results]
        truth = Sql(text=_case(conditions, [one.text for one in truths]), blank=any(one.blank for one in truths))
        return replace(plain, truth=truth)
    return plain


def _number(conditions: Sequence[Sql], results: Sequence[Number]) -> Number:
    scale = aligned(results)
    return held(
        Number(
            text=_case(conditions, beside(results)),
            blank=any(one.blank for one in results),
            scale=scale,
            most=max(one.units(scale) for one in results),
            digits=max(one.significant for one in results),
        )
    )


def _case(conditions: Sequence[Sql], results: Sequence[str]) -> str:
    whens = [
        f"WHEN {condition.true.text} THEN {result}" for condition, result in zip(conditions, results, strict=False)
    ]
    return f"CASE {' '.join(whens)} ELSE {results[-1]} END"


def listed(subject: Sql, *values: Sql) -> Sql:
    """Whether a value is one of those that follow; a blank is none of them."""
    equal = texts.equal("=") if subject.kind.is_text else same("=")
    found = some(*(equal(subject, value) for value in values))
    if subject.kind.is_text:
        found = every(Sql(text=f"NOT ({empty(subject)})"), found) if empty(subject) else found
    return replace(found, fails=failures((subject, *values)))


# --- blanks and failures --------------------------------------------------------------------------


def is_blank(one: Sql) -> Sql:
    """Whether there is no value."""
    asked = empty(one) if one.kind.is_text else one.is_blank
    return Sql(text=asked or "FALSE", fails=one.fails, joint="IS" if asked else "")


def is_null(one: Sql) -> Sql:
    """Whether there is no value: a text and an id are never null."""
    return Sql(text="FALSE", fails=one.fails) if one.kind in _NEVER_NULL else is_blank(one)


def null_filled(one: Sql, substitute: Sql) -> Sql:
    """The value, or a substitute where it is null."""
    return one if one.kind in _NEVER_NULL else filled(one, substitute)


def filled(one: Sql, substitute: Sql) -> Sql:
    """The value, or a substitute where it is blank."""
    asked = empty(one) if one.kind.is_text else one.is_blank
    if not asked:
        return one
    found = _picked([(Sql(text=asked), substitute)], one)
    if isinstance(one, Number) and isinstance(substitute, Number):
        found = replace(found, text=f"coalesce({', '.join(beside((one, substitute)))})", blank=substitute.blank)
    return replace(found, fails=either(one.fails, both(asked, substitute.fails)))


def recovered(one: Sql, substitute: Sql) -> Sql:
    """The value, or a substitute where it cannot be computed."""
    if not one.fails:
        return one
    return replace(_picked([(Sql(text=one.fails), substitute)], one), fails=both(one.fails, substitute.fails))


# --- comparisons ----------------------------------------------------------------------------------


def same(sign: str) -> Callable[[Sql, Sql], Sql]:
    """Compare two values that are no texts: numbers, dates, times, or one condition with another."""

    def comparison(one: Sql, other: Sql) -> Sql:
        if isinstance(one, Number | Ratio) and isinstance(other, Number | Ratio):
            return compare(sign)(one, other)
        return strict((one, other), f"{one.operand} {sign} {other.operand}", joint=sign)

    return comparison


def changed(_: str, now: Sql, before: Sql) -> Sql:
    """Whether a field has another value than before."""
    return Sql(text=f"{now.operand} IS DISTINCT FROM {before.operand}", joint="IS")


# --- picklists ------------------------------------------------------------------------------------


def includes(picked: Sql, value: Sql) -> Sql:
    """Whether a multi-select picklist has a value among others."""
    return strict((picked, value), f"list_contains({_values(picked)}, {value.text})")


def count_picked(picked: Sql) -> Number:
    """How many values of a multi-select picklist are chosen."""
    return counted((picked,), f"len(list_filter({_values(picked)}, lambda one: one <> ''))", picked.longest)


def _values(picked: Sql) -> str:
    return f"string_split({picked.text}, ';')"
