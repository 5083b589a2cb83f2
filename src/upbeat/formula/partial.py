"""What a formula comes to where only some values are known.

It is read without a schema, so that the rules of any org can be read, those with functions and globals that no formula
of Upbeat has too: what is not known here stays as it is, and decides nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from upbeat.formula.syntax import parse
from upbeat.formula.tree import Call, Literal, Name, Node
from upbeat.formula.types import Type

Plain = str | bool | Decimal | None
"""A value of a field: a text or a picklist, a checkbox, a number, or blank."""

_TRUE: Final = Literal(True, Type.BOOLEAN)
_FALSE: Final = Literal(False, Type.BOOLEAN)
_RECORD, _PRIOR = "$record.", "$record__prior."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a record that is saved: fields by name in small letters, and whether it is new."""

    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    before: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    new: bool | None = None

    @staticmethod
    def of(
        values: Mapping[str, Plain], before: Mapping[str, Plain] | None = None, *, new: bool | None = None
    ) -> "Known":
        """Take names as they are spelt."""
        now, former = ({name.casefold(): one for name, one in some.items()} for some in (values, before or {}))
        return Known(now, former, new)


def read(text: str) -> Node:
    """Read a formula as an org has it, a flow's with `{!$Record.Amount}` too. Raises FormulaError."""
    return parse(text.replace("{!", " ").replace("}", " ") if "{!" in text else text)


def settle(node: Node, known: Known) -> Node:
    """Give the formula with what is known put in: a literal where that decides it."""
    match node:
        case Literal():
            return node
        case Name(path=path):
            return _field(node, *_place(path), known)
        case Call(name="PRIORVALUE" | "ISCHANGED" | "ISNEW"):
            return _history(node, known)
        case Call():
            settled = replace(node, args=tuple(settle(arg, known) for arg in node.args))
            return _SETTLE.get(node.name, _as_it_is)(settled)


def _history(node: Call, known: Known) -> Node:
    """Settle what asks for the record as it was. Of a new one nothing has changed."""
    match node:
        case Call(name="ISNEW") if known.new is not None:
            return _said(known.new)
        case Call(name="ISCHANGED") if known.new:
            return _FALSE
        case Call(name="PRIORVALUE", args=(Name(path=path),)):
            return _field(node, _place(path)[0], True, known)
        case Call(name="ISCHANGED", args=(Name(path=path),)):
            key = _place(path)[0]
            both = key in known.values and key in known.before
            return _said(not _same(known.values[key], known.before[key])) if both else node
        case _:
            return node


def outcome(node: Node, known: Known) -> bool | None:
    """Give what a condition comes to, None where what is known does not decide it."""
    match settle(node, known):
        case Literal(value=bool() as value):
            return value
        case _:
            return None


def implied(node: Node) -> dict[str, Plain]:
    """Give what is so of a record for which a condition holds, where it is plain: fields by name in small letters."""
    match node:
        case Call(name="AND", args=args):
            return {name: value for arg in args for name, value in implied(arg).items()}
        case Call(name="ISPICKVAL" | "=", args=(one, Literal(value=str() | bool() | Decimal() | None as value))):
            return _of(one, value)
        case Call(name="ISBLANK" | "ISNULL", args=(one,)):
            return _of(one, "")
        case Call(name="NOT", args=(Name() as one,)):
            return _of(one, False)
        case Name():
            return _of(node, True)
        case _:
            return {}


def _of(node: Node, value: Plain) -> dict[str, Plain]:
    """Give a value of the field that a node reads as it is now."""
    if isinstance(node, Call) and node.name == "TEXT" and node.args:
        return _of(node.args[0], value)
    if not isinstance(node, Name) or (node.path.startswith("$") and not node.path.casefold().startswith(_RECORD)):
        return {}
    return {_place(node.path)[0]: value}


def named(node: Node) -> Iterator[str]:
    """Give the fields that a formula names, as it spells them, without globals."""
    match node:
        case Name(path=path):
            if not path.startswith("$") or path.casefold().startswith((_RECORD, _PRIOR)):
                yield path.split(".", 1)[1] if path.startswith("$") else path
        case Call(args=args):
            for arg in args:
                yield from named(arg)
        case Literal():
            return


def globals_of(node: Node) -> Iterator[str]:
    """Give the globals that a formula names: `$User.ProfileId`, `$Permission.Skip_Rules`."""
    match node:
        case Name(path=path):
            if path.startswith("$") and not path.casefold().startswith((_RECORD, _PRIOR)):
                yield path
        case Call(args=args):
            for arg in args:
                yield from globals_of(arg)
        case Literal():
            return


def changes_asked(node: Node) -> Iterator[str]:
    """Give the fields whose change or former value a formula asks for."""
    match node:
        case Call(name="ISCHANGED" | "PRIORVALUE", args=(Name(path=path),)):
            yield path.split(".", 1)[1] if path.startswith("$") else path
        case Name(path=path) if path.casefold().startswith(_PRIOR):
            yield path.split(".", 1)[1]
        case Call(args=args):
            for arg in args:
                yield from changes_asked(arg)
        case _:
            return


def compared(node: Node, name: str) -> Iterator[str]:
    """Give the texts that a formula compares a field with, however it asks: ISPICKVAL, TEXT and =, CASE."""
    if not isinstance(node, Call):
        return
    match node.name, node.args:
        case ("ISPICKVAL" | "=" | "<>" | "INCLUDES", (one, other)):
            for left, right in ((one, other), (other, one)):
                if _is_field(left, name) and isinstance(right, Literal) and isinstance(right.value, str):
                    yield right.value
        case ("CASE", (one, *rest)) if _is_field(one, name):
            yield from (str(each.value) for each in rest[:-1:2] if isinstance(each, Literal))
        case _:
            pass
    for arg in node.args:
        yield from compared(arg, name)


def _is_field(node: Node, name: str) -> bool:
    if isinstance(node, Call) and node.name == "PRIORVALUE" and node.args:
        node = node.args[0]
    if isinstance(node, Call) and node.name == "TEXT" and node.args:
        return _is_field(node.args[0], name)
    return isinstance(node, Name) and _place(node.path)[0] == name.casefold()


def _place(path: str) -> tuple[str, bool]:
    """Give a field's name in small letters, and whether its former value is meant."""
    folded = path.casefold()
    if folded.startswith(_PRIOR):
        return folded.removeprefix(_PRIOR), True
    return folded.removeprefix(_RECORD), False


def _field(node: Node, key: str, prior: bool, known: Known) -> Node:
    values = known.before if prior else known.values
    if key not in values:
        return node
    value = values[key]
    if isinstance(value, bool):
        return _said(value)
    return Literal(value, Type.NUMBER if isinstance(value, Decimal) else Type.TEXT if value else Type.NULL)


def _said(value: bool) -> Literal:
    return _TRUE if value else _FALSE


def _same(one: object, other: object) -> bool:
    return one == other or (one in (None, "") and other in (None, ""))


# --- what each function comes to, its arguments settled ---------------------------------------------


def _as_it_is(node: Call) -> Node:
    return node


def _and(node: Call) -> Node:
    left = [arg for arg in node.args if not _is(arg, True)]
    if any(_is(arg, False) for arg in left):
        return _FALSE
    return _TRUE if not left else left[0] if len(left) == 1 else replace(node, args=tuple(left))


def _or(node: Call) -> Node:
    left = [arg for arg in node.args if not _is(arg, False)]
    if any(_is(arg, True) for arg in left):
        return _TRUE
    return _FALSE if not left else left[0] if len(left) == 1 else replace(node, args=tuple(left))


def _not(node: Call) -> Node:
    match node.args:
        case (Literal(value=bool() as value),):
            return _said(not value)
        case (Call(name="NOT", args=(inner,)),):
            return inner
        case _:
            return node


def _if(node: Call) -> Node:
    if len(node.args) != 3:
        return node
    condition, then, otherwise = node.args
    if isinstance(condition, Literal) and isinstance(condition.value, bool):
        return then if condition.value else otherwise
    opposite = _not(Call("NOT", (condition,), node.at))
    for told, value, one, other in (
        (then, True, condition, otherwise),
        (then, False, opposite, otherwise),
        (otherwise, True, opposite, then),
        (otherwise, False, condition, then),
    ):
        if _is(told, value):
            return _or(Call("OR", (one, other), node.at)) if value else _and(Call("AND", (one, other), node.at))
    return node


def _case(node: Call) -> Node:
    subject, *pairs = node.args
    if not isinstance(subject, Literal) or len(pairs) % 2 == 0:
        return node
    for text, result in zip(pairs[:-1:2], pairs[1::2], strict=True):
        if not isinstance(text, Literal):
            return node
        if _same(text.value, subject.value):
            return result
    return pairs[-1]


def _equal(node: Call) -> Node:
    match node.args:
        case (Literal(value=one), Literal(value=other)):
            return _said(_same(one, other))
        case _:
            return node


def _unequal(node: Call) -> Node:
    found = _equal(node)
    return _said(found.value is False) if isinstance(found, Literal) else found


def _ordered(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Call], Node]:
    def settled(node: Call) -> Node:
        match node.args:
            case (Literal(value=Decimal() as one), Literal(value=Decimal() as other)):
                return _said(holds(one, other))
            case _:
                return node

    return settled


def _is_blank(node: Call) -> Node:
    match node.args:
        case (Literal(value=value),):
            return _said(value in (None, ""))
        case _:
            return node


def _text(node: Call) -> Node:
    return node.args[0] if node.args and isinstance(node.args[0], Literal) else node


def _starts(node: Call) -> Node:
    match node.args:
        case (Literal(value=str() as one), Literal(value=str() as other)):
            return _said(one.startswith(other) if node.name == "BEGINS" else other in one)
        case _:
            return node


def _is(node: Node, value: bool) -> bool:
    return isinstance(node, Literal) and node.value is value


_SETTLE: Final[Mapping[str, Callable[[Call], Node]]] = {
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "IF": _if,
    "CASE": _case,
    "=": _equal,
    "<>": _unequal,
    "ISPICKVAL": _equal,
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "ISBLANK": _is_blank,
    "ISNULL": _is_blank,
    "TEXT": _text,
    "BEGINS": _starts,
    "CONTAINS": _starts,
}
