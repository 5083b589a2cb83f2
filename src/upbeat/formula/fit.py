"""How types meet: which a place accepts, what several have in common, how a node is made to fit, and what would."""

from collections.abc import Iterable, Sequence

from upbeat.formula.tree import Cast, Literal, Typed, write
from upbeat.formula.types import ASKED, Type

_TEXT_OR_ID = frozenset({Type.TEXT, Type.ID})


class Unfit(Exception):  # noqa: N818 - carries a finding to the checker, which knows the text and makes the error
    """A node that does not fit its place: what is wrong, where in the text, and the fix."""

    def __init__(self, what: str, at: int, fix: str = "") -> None:
        """Keep the parts for the FormulaError."""
        super().__init__(what)
        self.what, self.at, self.fix = what, at, fix


def accepts(kinds: tuple[Type, ...], given: Type) -> bool:
    """Whether a place for `kinds` (none: any) takes a type: a null fits all, ids and texts stand for each other."""
    if given in ASKED:
        return given in kinds
    return (
        not kinds
        or given is Type.NULL
        or given in kinds
        or (given in _TEXT_OR_ID and not _TEXT_OR_ID.isdisjoint(kinds))
    )


def common(types: Iterable[Type]) -> Type | None:
    """Give the one type that values of these types share, or None. A text beside an id is read as an id."""
    found = frozenset(one for one in types if one is not Type.NULL)
    if found == _TEXT_OR_ID:
        return Type.ID
    return None if len(found) > 1 else next(iter(found), Type.NULL)


def fit(node: Typed, kind: Type) -> Typed:
    """Make an accepted node give a value of the type: a null becomes that type's blank, ids and texts are cast."""
    if node.type is kind or kind is Type.NULL:
        return node
    if isinstance(node, Literal) and node.value is None:
        return Literal(None, kind, node.at)
    return Cast(node, kind, node.at)


def a(kind: Type) -> str:
    """Give the type with its article, as errors say it."""
    return f"{'an' if kind is Type.ID else 'a'} {kind}"


_READ_AS = {  # how a value of one type is made into another
    (Type.TEXT, Type.NUMBER): "VALUE({})",
    (Type.NUMBER, Type.TEXT): "TEXT({})",
    (Type.DATE, Type.TEXT): "TEXT({})",
    (Type.DATETIME, Type.TEXT): "TEXT({})",
    (Type.TIME, Type.TEXT): "TEXT({})",
    (Type.PICKLIST, Type.TEXT): "TEXT({})",
    (Type.DATETIME, Type.DATE): "DATEVALUE({})",
    (Type.TEXT, Type.DATE): "DATEVALUE({})",
    (Type.DATE, Type.DATETIME): "DATETIMEVALUE({})",
    (Type.TEXT, Type.DATETIME): "DATETIMEVALUE({})",
}


def remedy(wrong: Typed, kinds: Sequence[Type]) -> str:
    """Say what to write in the stead of a node that is none of these types, or nothing."""
    text = write(wrong)
    if isinstance(wrong, Literal) and isinstance(wrong.value, str) and Type.NUMBER in kinds:
        return f"Write the number without quotes: {wrong.value}." if wrong.value.isdigit() else ""
    if isinstance(wrong, Literal) and wrong.type is Type.BOOLEAN:
        return ""
    if wrong.type is Type.BOOLEAN:
        return f"A checkbox is true or false, never blank: write {text}, or NOT({text})."
    if wrong.type is Type.MULTIPICKLIST:
        return f'Write INCLUDES({text}, "...").'
    if Type.BOOLEAN in kinds:
        return f"Compare it, such as {_compared(wrong)}."
    form = next((_READ_AS[wrong.type, kind] for kind in kinds if (wrong.type, kind) in _READ_AS), "")
    return f"Write {form.format(text)}." if form else ""


def _compared(wrong: Typed) -> str:
    text = write(wrong)
    match wrong.type:
        case Type.NUMBER:
            return f"{text} > 0"
        case Type.PICKLIST:
            return f'ISPICKVAL({text}, "...")'
        case _:
            return f"NOT(ISBLANK({text}))"
