"""What may stand at a place of a formula that is being written: fields, parents, globals, functions, picklist values.

The engine's own lexer and grammar say whether a name may stand there, and the table of functions which types its place
takes: what fits comes first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from upbeat.formula.fit import Unfit, accepts
from upbeat.formula.functions import TABLE, Function
from upbeat.formula.names import FORMULAS, find
from upbeat.formula.tree import Name
from upbeat.formula.types import UNREADABLE, Scope, Type, type_of
from upbeat.formula.writing import Before, before
from upbeat.schema import Field as SchemaField
from upbeat.schema import FieldType, Object

MOST = 100
"""Options at once: an object may have 800 fields, and whoever sees a hundred types another letter."""


class Is(StrEnum):
    """What an option is."""

    FIELD = "field"
    PARENT = "parent"
    GLOBAL = "global"
    FUNCTION = "function"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be written.

    `text` takes the place of what was begun, `label` is what a person calls it, `of` its type or its signature, and
    `fits` whether the place takes a value of its type. `goes_on` is whether more is to be written behind it.
    """

    text: str
    kind: Is
    label: str = ""
    of: str = ""
    fits: bool = True
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """The options for the characters from `start` to `end`, the best first."""

    start: int
    end: int
    options: tuple[Option, ...] = ()


def complete(code: str, at: int, scope: Scope, wanted: Type | None = None) -> Offer:
    """Offer what may stand at a place; `wanted` is the type that the whole formula is to give, None for any."""
    here = before(code[:at])
    if here is None:
        return Offer(at, at)
    if here.in_text:
        return Offer(here.start, at, _best(_values(here, scope), here.begun))
    if not here.takes_name:
        return Offer(at, at)
    kinds = _beside(here, scope) if here.beside else _kinds(here, wanted)
    head, dot, _ = here.begun.rpartition(".")
    options = _within(scope, head, kinds) if dot else _at_start(scope, kinds)
    return Offer(here.start, at, _best(options, here.begun))


def _kinds(here: Before, wanted: Type | None) -> tuple[Type, ...]:
    """Give the types that the place takes; none: any."""
    if here.function is None:
        return () if wanted is None else (wanted,)
    rows = [row for row in TABLE.get(here.function, ()) if row.shape.repeats or here.argument < len(row.shape.places)]
    if not rows or any(not row.shape.place(here.argument).kinds for row in rows):
        return ()
    return tuple(dict.fromkeys(kind for row in rows for kind in row.shape.place(here.argument).kinds))


def _beside(here: Before, scope: Scope) -> tuple[Type, ...]:
    """Give the type of the name that the value is compared or calculated with; none: any."""
    if not here.operand:
        return ()
    try:
        kind = find(scope, Name(here.operand)).type
    except Unfit:
        return ()
    return (Type.TEXT,) if kind is Type.PICKLIST else (kind,)


# --- what there is --------------------------------------------------------------------------------


def _at_start(scope: Scope, kinds: tuple[Type, ...]) -> Iterator[Option]:
    here = scope.schema.object(scope.object)
    yield from _fields((here,), "", kinds)
    yield from _globals(scope, kinds)
    yield from (Option(f"{head}.", Is.PARENT, label, goes_on=True) for head, label in _RECORD.items())
    yield from (_function(rows[0], kinds) for name, rows in TABLE.items() if name[0].isalpha())
    yield from (Option(name, Is.VALUE, of="boolean", fits=accepts(kinds, Type.BOOLEAN)) for name in ("TRUE", "FALSE"))
    yield Option("NULL", Is.VALUE, of="null")


def _within(scope: Scope, head: str, kinds: tuple[Type, ...]) -> Iterator[Option]:
    """Offer what stands behind `Account.`, `$Record.` or `$Threshold.`."""
    start = head.partition(".")[0]
    if start.startswith("$") and start.casefold() not in _OF_RECORD:
        yield from _globals(scope, kinds)
    else:
        yield from _fields(_reached(scope, head), f"{head}.", kinds)


_RECORD = {"$Record": "the record", "$Record__Prior": "the record as it was before the change"}
_OF_RECORD = frozenset(name.casefold() for name in _RECORD)


def _reached(scope: Scope, path: str) -> Sequence[Object]:
    """Give the objects that a path of parents leads to: of a polymorphic one, each."""
    here = [scope.schema.object(scope.object)]
    for step in path.split("."):
        if not step or step.casefold() in _OF_RECORD:
            continue
        relationship, _, named = step.partition(":")
        parents = [parent for one in here if (parent := one.parent(relationship)) is not None]
        names = [named] if named else [name for parent in parents for name in parent.reference_to]
        here = [scope.schema.object(name) for name in names if scope.schema.has(name)]
    return here


def _fields(objects: Iterable[Object], above: str, kinds: tuple[Type, ...]) -> Iterator[Option]:
    for name, one in {name: one for there in objects for name, one in there.fields.items()}.items():
        if one.type in UNREADABLE:
            continue
        kind = type_of(one)
        yield Option(f"{above}{name}", Is.FIELD, one.label or name, _of(one, kind), accepts(kinds, kind))
        if one.relationship:
            told = " or ".join(one.reference_to)
            yield Option(f"{above}{one.relationship}.", Is.PARENT, one.label, told, goes_on=True)


def _of(one: SchemaField, kind: Type) -> str:
    """Say the type as an admin knows it: a currency and a percent are numbers to a formula."""
    return str(one.type) if one.type in {FieldType.CURRENCY, FieldType.PERCENT} else str(kind)


def _globals(scope: Scope, kinds: tuple[Type, ...]) -> Iterator[Option]:
    for name, kind in scope.globals.items():
        yield Option(name, Is.GLOBAL, of=str(kind), fits=accepts(kinds, kind))
    for name in (*scope.formulas, *FORMULAS):
        yield Option(name, Is.GLOBAL)


def _function(row: Function, kinds: tuple[Type, ...]) -> Option:
    gives = row.shape.gives
    fits = gives is None or accepts(kinds, gives)
    return Option(f"{row.name}(", Is.FUNCTION, row.does, written(row), fits, goes_on=True)


def written(row: Function) -> str:
    """Give a function with what it takes and gives: `ISPICKVAL(picklist, text) → boolean`."""
    takes, _, gives = row.signature.partition("->")
    return f"{row.name}({row.form or takes.strip().replace('T:', '')}) → {gives.strip()}"


def _values(here: Before, scope: Scope) -> Iterator[Option]:
    """Offer the values of the picklist that the text is compared with."""
    for name in here.named:
        found = _picklist(scope, name)
        if found is not None:
            yield from (Option(one.value, Is.VALUE, one.label) for one in found.picklist if one.active)
            return


def _picklist(scope: Scope, path: str) -> SchemaField | None:
    *parents, last = path.split(".")
    owners = _reached(scope, ".".join(parents))
    found = next((one.field(last) for one in owners if one.has(last)), None)
    return found if found is not None and found.picklist else None


# --- which of it ----------------------------------------------------------------------------------


def _best(options: Iterable[Option], begun: str) -> tuple[Option, ...]:
    """Give the options that what was begun may mean: by name, by label, within a name; of these, what fits first."""
    wanted, ranked = begun.casefold(), list[tuple[tuple[int, bool, int], Option]]()
    for place, one in enumerate(options):
        name, label = one.text.casefold(), one.label.casefold()
        last = wanted.rpartition(".")[2]
        if name.startswith(wanted):
            rank = 0
        elif one.kind is not Is.FUNCTION and last and label.startswith(last) and name.startswith(wanted[: -len(last)]):
            rank = 1
        elif last and last in name.rpartition(".")[2] and name.startswith(wanted[: len(wanted) - len(last)]):
            rank = 2
        else:
            continue
        ranked.append(((rank, not one.fits, place), one))
    return tuple(one for _, one in sorted(ranked, key=lambda found: found[0])[:MOST])
