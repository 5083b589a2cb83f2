"""Whether a condition can hold at all: two automations whose conditions cannot both hold are in nobody's way.

What is not seen to exclude itself counts as possible. A number that is blank is read as zero or as no number, as its
formula says (Salesforce Help, "How Does Salesforce Handle Blank Fields"), so nothing rests on either.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Final

from upbeat.formula.partial import Known, Plain, implied, outcome, settle
from upbeat.formula.tree import Call, Literal, Name, Node

_MOST_WAYS: Final = 200  # in which a condition may hold; one with more counts as possible
_RECORD: Final = "$record."
_MEETS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class _Said:
    """One plain condition, and whether it is so."""

    node: Node
    so: bool


_Way = tuple[_Said, ...]


def impossible(*conditions: Node) -> bool:
    """Whether no record can be so that all of these conditions are true of it in one save."""
    ways = _ways(_evened(settle(Call("AND", conditions), Known())), so=True)
    return ways is not None and all(_contradicts(one) for one in ways)


def negated(condition: Node) -> Node:
    """Give what is true where a condition is not."""
    return settle(Call("NOT", (condition,)), Known())


def _evened(node: Node) -> Node:
    """Write what means the same in the same way: names in small letters, a field first, ISPICKVAL and TEXT as `=`."""
    match node:
        case Name(path=path):
            return replace(node, path=path.casefold().removeprefix(_RECORD))
        case Call(args=args):
            return _alike(replace(node, args=tuple(map(_evened, args))))
        case Literal():
            return node


def _alike(node: Call) -> Node:
    match node.name, node.args:
        case "TEXT", (Name() as one,):
            return one
        case "ISNULL", args:
            return Call("ISBLANK", args)
        case "-", (Literal(value=Decimal() as value) as one,):
            return replace(one, value=-value)
        case "ISPICKVAL" | "=" | "<>", (one, other):
            one, other = (other, one) if isinstance(one, Literal) else (one, other)
            blank = isinstance(other, Literal) and other.value in ("", None)
            same = Call("ISBLANK", (one,)) if blank else Call("=", (one, other))
            return Call("NOT", (same,)) if node.name == "<>" else same
        case sign, (Literal() as one, other) if sign in _TURNED:
            return Call(_TURNED[sign], (other, one))
        case _:
            return node


def _ways(node: Node, *, so: bool) -> list[_Way] | None:
    """Give the ways in which a condition comes out as `so`, each of plain conditions; None where there are too many."""
    match node:
        case Literal(value=bool() as value):
            return [()] if value is so else []
        case Call(name="NOT", args=(arg,)):
            return _ways(arg, so=not so)
        case Call(name="AND" | "OR", args=args):
            parts = [_ways(arg, so=so) for arg in args]
            told = [part for part in parts if part is not None]
            if len(told) < len(parts):
                return None
            if (node.name == "OR") is so:
                return [way for part in told for way in part]
            many = prod(map(len, told)) > _MOST_WAYS
            return None if many else [tuple(one for way in some for one in way) for some in product(*told)]
        case _:
            return [(_Said(node, so),)]


def _contradicts(way: _Way) -> bool:
    """Whether plain conditions cannot all be so."""
    plain = [one for one in way if _bound(one) is None]
    facts = {name: value for one in plain for name, value in _fact(one).items()}
    return (
        any(_Said(one.node, not one.so) in way for one in way)
        or any(outcome(one.node, Known(facts)) is (not one.so) for one in plain)
        or any(_no_number(some, blank) for some, blank in _numbers(way, facts))
    )


def _fact(one: _Said) -> Mapping[str, Plain]:
    return implied(one.node if one.so else Call("NOT", (one.node,)))


# --- numbers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bound:
    """A field against a number: `Amount > 5`."""

    field: str
    sign: str
    number: Decimal

    def meets(self, value: Decimal) -> bool:
        return _MEETS[self.sign](value, self.number)


def _bound(one: _Said) -> _Bound | None:
    match one.node:
        case Call(name=sign, args=(Name(path=path), Literal(value=Decimal() as number))) if sign in _MEETS:
            return _Bound(path, sign, number)
        case _:
            return None


def _numbers(way: _Way, facts: Mapping[str, Plain]) -> Iterator[tuple[Sequence[_Bound], bool]]:
    """Give what is said of each number, as what it must meet, and whether it is blank.

    What a number must not meet says as much only of one that is there: where something else asks it to meet a bound,
    or to be filled.
    """
    bounds = [(one, bound) for one in way if (bound := _bound(one)) is not None]
    filled = {
        one.node.args[0].path
        for one in way
        if not one.so
        and isinstance(one.node, Call)
        and one.node.name == "ISBLANK"
        and isinstance(one.node.args[0], Name)
    }
    for field in dict.fromkeys(bound.field for _, bound in bounds):
        met = [bound for one, bound in bounds if bound.field == field and one.so]
        missed = [bound for one, bound in bounds if bound.field == field and not one.so]
        if met or field in filled:
            met += [replace(one, sign=_OPPOSITE[one.sign]) for one in missed if one.sign in _OPPOSITE]
            yield met, field in facts and facts[field] in ("", None)


def _no_number(bounds: Iterable[_Bound], blank: bool) -> bool:
    """Whether no number meets all bounds: neither one of theirs, nor one between or beyond them."""
    marks = sorted({one.number for one in bounds})
    if blank:
        tried = [Decimal(0)]
    else:
        between = [(one + other) / 2 for one, other in pairwise(marks)]
        tried = [*marks, *between, *([marks[0] - 1, marks[-1] + 1] if marks else [Decimal(0)])]
    return not any(all(one.meets(value) for one in bounds) for value in tried)
