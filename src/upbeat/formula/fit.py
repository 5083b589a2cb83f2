"""How types meet: which a place accepts, what several have in common, and how a node is made to fit."""

from collections.abc import Iterable

from upbeat.formula.tree import Cast, Literal, Typed
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
