"""SOQL conditions for the parts of a formula: each keeps every record whose outcome is asked, and says if only those.

An outcome is True, False or None (null). SOQL knows no null in its logic, so each is asked for by itself: `Amount > 5`
is true of `Amount > 5`, false of `Amount <= 5`, null of `Amount = null`. SOQL compares texts without minding capitals,
formulas mind them: what is equal in a formula is equal in SOQL, but not the other way round.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from upbeat.formula.tree import Typed
from upbeat.formula.types import Type
from upbeat.formula.values import CONTEXT, Value

Outcome = bool | None
Outcomes = frozenset[Outcome]

TRUE: Outcomes = frozenset({True})
NOT_TRUE: Outcomes = frozenset({False, None})

_MOST_LEVELS = 10  # of AND within OR within AND; a query that asks for more besides has room left
_MOST_CHARACTERS = 20_000  # of the operands of one chain, where SOQL takes 100,000 in a query


@dataclass(frozen=True, slots=True)
class Filter:
    """A WHERE that keeps at least the records asked for; `exact` where it keeps no other. Empty, it keeps all."""

    where: str
    exact: bool = True
    joins: str = ""  # AND or OR where it is a chain of them
    levels: int = 0  # of chains within chains

    def beside(self, joint: str) -> str:
        """Give the text as an operand of AND or OR, in brackets where it is a chain of the other."""
        return f"({self.where})" if self.joins not in ("", joint) else self.where


ALL = Filter("")
NONE = Filter("Id = null")


@dataclass(frozen=True, slots=True)
class Column:
    """A field that SOQL can filter on. `sure` says that its texts never differ by capitals alone."""

    path: str
    type: Type
    percent: bool = False
    sure: bool = False
    reference: str = ""  # the reference field on the way, where it is a parent's

    def literal(self, value: Value) -> str:
        """Write a value as SOQL compares this field with it."""
        match value:
            case None | "":
                return "null"
            case bool():
                return "true" if value else "false"
            case Decimal():
                return f"{CONTEXT.scaleb(value, 2) if self.percent else value:f}"
            case datetime():
                return f"{value.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
            case date():
                return value.isoformat()
            case _:
                return f"'{str(value).translate(_IN_TEXT)}'"


class Pusher(Protocol):
    """What rows ask while a tree is pushed down."""

    def filter(self, node: Typed, want: Outcomes) -> Filter | None:
        """Give the condition that keeps the records where the node has a wanted outcome; None where there is none."""
        ...

    def column(self, node: Typed) -> Column | None:
        """Give the node as a field that SOQL can filter on, or None."""
        ...

    def constant(self, node: Typed) -> tuple[Value] | None:
        """Give the node's value, in a tuple, where no record decides it; else None."""
        ...


_IN_PATTERN = str.maketrans({"'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
_IN_TEXT = {**_IN_PATTERN, ord("\\"): "\\\\"}


def join(filters: Iterable[Filter | None], joint: str) -> Filter | None:
    """Join conditions by AND, leaving out what cannot be asked; or by OR, which needs every one.

    What would make a WHERE too long or too deep for SOQL cannot be asked either.
    """
    settles, idle = (ALL.where, NONE.where) if joint == "OR" else (NONE.where, ALL.where)
    parts, exact, length = dict[str, Filter](), True, 0
    for one in filters:
        if one is not None and one.where == settles:
            return one
        if one is None or one.levels == _MOST_LEVELS or length + len(one.where) > _MOST_CHARACTERS:
            if joint == "OR":
                return None
            exact = False
        else:
            exact = exact and one.exact
            if one.where != idle and one.where not in parts:
                parts[one.where] = one
                length += len(one.where)
    if len(parts) > 1:
        where = f" {joint} ".join(part.beside(joint) for part in parts.values())
        return Filter(where, exact, joint, 1 + max(part.levels for part in parts.values()))
    if parts:
        return replace(parts.popitem()[1], exact=exact)
    return Filter(idle) if exact else None


def by_outcome(clauses: Mapping[Outcome, Filter | None], want: Outcomes) -> Filter | None:
    """Join the conditions of the wanted outcomes; one without a condition never happens."""
    return join((clauses[outcome] for outcome in (True, False, None) if outcome in want and outcome in clauses), "OR")


# --- logic ----------------------------------------------------------------------------------------


def every(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """AND: true where all are true, else false."""
    clauses: dict[Outcome, Filter | None] = {}
    if True in want:
        clauses[True] = join((push.filter(arg, TRUE) for arg in args), "AND")
    if False in want:
        clauses[False] = join((push.filter(arg, NOT_TRUE) for arg in args), "OR")
    return by_outcome(clauses, want)


def some(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """OR: true where one is true, else false."""
    clauses: dict[Outcome, Filter | None] = {}
    if True in want:
        clauses[True] = join((push.filter(arg, TRUE) for arg in args), "OR")
    if False in want:
        clauses[False] = join((push.filter(arg, NOT_TRUE) for arg in args), "AND")
    return by_outcome(clauses, want)


def opposite(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """NOT: null where its condition is null."""
    return push.filter(args[0], frozenset(None if one is None else not one for one in want))


def chosen(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """IF between conditions."""
    condition, then, otherwise = args
    first = join((push.filter(condition, TRUE), push.filter(then, want)), "AND")
    second = join((push.filter(condition, NOT_TRUE), push.filter(otherwise, want)), "AND")
    return join((first, second), "OR")


# --- comparisons ----------------------------------------------------------------------------------

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INVERSE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def compare(operator: str) -> Callable[[Pusher, Sequence[Typed], Outcomes], Filter | None]:
    """Compare a field with a value, whichever stands first."""

    def push_comparison(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
        for field, other, here in ((*args, operator), (*args[::-1], _FLIPPED.get(operator, operator))):
            column, value = push.column(field), push.constant(other)
            if column is not None and value is not None:
                return _compared(column, here, value[0], want)
        return None

    return push_comparison


def _compared(column: Column, operator: str, value: Value, want: Outcomes) -> Filter | None:
    if column.type is Type.BOOLEAN:
        return None if value is None else _ticked_as(column, value is (operator == "="), want)
    if column.type.is_text:
        return _same_text(column, operator, str(value), want) if operator in ("=", "!=") else None
    if value is None:
        return ALL if None in want else NONE
    literal, null = column.literal(value), Filter(f"{column.path} = null")

    def kept(sign: str) -> Filter | None:
        found = Filter(f"{column.path} {sign} {literal}")
        if sign == "!=":  # which in SOQL keeps the blank ones too
            return join((found, Filter(f"{column.path} != null")), "AND")
        return found

    return by_outcome({True: kept(operator), False: kept(_INVERSE[operator]), None: null}, want)


def _ticked_as(column: Column, same: bool, want: Outcomes) -> Filter | None:
    return ticked(column, frozenset(one is same for one in want if one is not None))


def _same_text(column: Column, operator: str, value: str, want: Outcomes) -> Filter | None:
    if operator == "!=":
        want = frozenset(not one for one in want if one is not None)
    return same_text(column, value, want)


def same_text(column: Column, value: str, want: Outcomes) -> Filter | None:
    """Keep the records whose text is a value; a blank is the empty text, and a comparison of texts is never null."""
    return among(column, (value,), want)


def among(column: Column, values: Collection[str], want: Outcomes) -> Filter | None:
    """Keep the records whose text is one of these values, at least one, or is none of them."""
    texts, null, filled = list[Filter](), Filter(f"{column.path} = null"), Filter(f"{column.path} != null")
    others = list[Filter | None]()
    if literals := [column.literal(value) for value in values if value]:
        sure = column.sure or all(value.lower() == value.upper() for value in values)
        listed = f"({', '.join(literals)})" if literals[1:] else literals[0]
        texts = [Filter(f"{column.path} {'IN' if literals[1:] else '='} {listed}", exact=sure)]
        others = [Filter(f"{column.path} {'NOT IN' if literals[1:] else '!='} {listed}") if sure else None]
    if "" in values:
        return by_outcome({True: join((*texts, null), "OR"), False: join((*others, filled), "AND")}, want)
    return by_outcome({True: join(texts, "OR"), False: join((*others, null), "OR")}, want)


def ticked(column: Column, want: Outcomes) -> Filter | None:
    """Keep the records with a checkbox set or not; without a parent, its checkbox is false and no SOQL finds it."""
    unset = Filter(f"{column.path} = false")
    if column.reference:
        unset = join((unset, Filter(f"{column.reference} = null")), "OR")
    elif "." in column.path:
        unset = None
    return by_outcome({True: Filter(f"{column.path} = true"), False: unset}, want)


# --- functions ------------------------------------------------------------------------------------


def empty(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """ISBLANK."""
    column = push.column(args[0])
    return None if column is None else same_text(column, "", want)


def picked(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """ISPICKVAL."""
    column, value = push.column(args[0]), push.constant(args[1])
    return None if column is None or value is None else same_text(column, str(value[0]), want)


def listed(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """IN: a blank is none of the values, whatever they are."""
    column, values = push.column(args[0]), [push.constant(arg) for arg in args[1:]]
    if column is None or not column.type.is_text or None in values:
        return None
    texts = [str(value[0]) for value in values if value and value[0]]
    return among(column, texts, want) if texts else by_outcome({False: ALL}, want)


def included(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
    """INCLUDES: SOQL minds no capitals, so that only what is included can be asked for."""
    column, value = push.column(args[0]), push.constant(args[1])
    if column is None or value is None or not value[0]:
        return None
    return by_outcome(
        {True: Filter(f"{column.path} INCLUDES ({column.literal(value[0])})", exact=False), False: None}, want
    )


def like(pattern: str) -> Callable[[Pusher, Sequence[Typed], Outcomes], Filter | None]:
    """Look for a part of a text, by a pattern such as `%{}%`."""

    def push_like(push: Pusher, args: Sequence[Typed], want: Outcomes) -> Filter | None:
        column, value = push.column(args[0]), push.constant(args[1])
        if column is None or value is None:
            return None
        part = re.sub(r"([\\%_])", r"\\\1", str(value[0]))
        if not part:
            return by_outcome({True: ALL}, want)
        found = Filter(f"{column.path} LIKE '{pattern.format(part.translate(_IN_PATTERN))}'", exact=False)
        return by_outcome({True: found, False: None, None: Filter(f"{column.path} = null")}, want)

    return push_like
