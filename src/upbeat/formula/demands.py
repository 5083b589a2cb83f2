"""What a rule demands: what it takes for its condition to be false, told apart into fields and other conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod
from typing import Final

from upbeat.formula.partial import named
from upbeat.formula.tree import Call, Literal, Name, Node, write

_MOST_WAYS: Final = 200  # of a rule that is told apart; one with more stays whole


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a rule demands: of these fields one must be filled, or one blank, or one condition not hold.

    `filled` and `blank` are fields as the rule spells them, `unless` the rule's other conditions, as formulas: where
    one of them is not true, the rule asks for nothing.
    """

    filled: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()
    unless: tuple[str, ...] = ()


def demands(node: Node) -> tuple[Demand, ...]:
    """Give what a rule asks for: all of it must be so for the rule to be false. Empty where it refuses nothing.

    A demand without a field is what the rule asks for otherwise. A rule of too many ways is one demand on its text.
    """
    found = _demands(node, refuses=True)
    return (Demand(unless=(write(node),)),) if found is None else tuple(dict.fromkeys(found))


def _demands(node: Node, *, refuses: bool) -> list[Demand] | None:
    """Give what it takes that a node is not `refuses`."""
    match node:
        case Literal(value=value):
            return [Demand()] if (value is True) is refuses else []
        case Call(name="NOT", args=(arg,)):
            return _demands(arg, refuses=not refuses)
        case Call(name="AND" | "OR", args=args):
            parts = [_demands(arg, refuses=refuses) for arg in args]
            told = [part for part in parts if part is not None]
            if len(told) < len(parts):
                return None
            if (node.name == "OR") is refuses:  # each way of refusing is to be closed
                return [one for part in told for one in part]
            return None if prod(map(len, told)) > _MOST_WAYS else [_either(some) for some in product(*told)]
        case _:
            return [_demand(node, refuses=refuses)]


def _demand(node: Node, *, refuses: bool) -> Demand:
    """Give what a single condition asks for."""
    asked = _blank(node)
    if asked is None:
        text = write(node)
        return Demand(unless=(text if refuses else f"NOT({text})",))
    name, is_blank = asked
    return Demand(filled=frozenset({name})) if is_blank is refuses else Demand(blank=frozenset({name}))


def _either(some: Sequence[Demand]) -> Demand:
    return Demand(
        frozenset[str]().union(*(one.filled for one in some)),
        frozenset[str]().union(*(one.blank for one in some)),
        tuple(dict.fromkeys(text for one in some for text in one.unless)),
    )


def _blank(node: Node) -> tuple[str, bool] | None:
    """Give the field that a node asks whether it is blank, and whether it is true then; None where it asks else."""
    subject, when = _asked(node)
    name = None if subject is None else _bare(subject)
    return None if name is None else (name, when)


def _asked(node: Node) -> tuple[Node | None, bool]:
    match node:
        case (
            Call(name="ISBLANK" | "ISNULL", args=(arg,)) | Call(name="ISPICKVAL", args=(arg, Literal(value="" | None)))
        ):
            return arg, True
        case Call(name="=", args=(Call(name="LEN", args=(arg,)), Literal(value=Decimal() as most))):
            return (None if most else arg), True
        case (
            Call(name="=" | "<>", args=(arg, Literal(value="" | None | bool() as value)))
            | Call(name="=" | "<>", args=(Literal(value="" | None | bool() as value), arg))
        ):
            return arg, (value is not True) is (node.name == "=")
        case Name():  # a checkbox that is not set is as good as blank
            return node, False
        case _:
            return None, False


def _bare(node: Node) -> str | None:
    """Give a field's name, read as a text or as it is."""
    match node:
        case Call(name="TEXT" | "TRIM", args=(arg,)):
            return _bare(arg)
        case Name(path=path):
            return next(named(node), None) if not path.startswith("$") or "." in path else None
        case _:
            return None
