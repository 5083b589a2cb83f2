"""What two people made of one file, put together value by value; where both changed one value, a person chooses."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, cast

from upbeat.base.files import Path
from upbeat.workflows.differences import KEYS, called, shown

Values = Mapping[str, Any]

_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """One value that both changed: what it is called, a key to choose it by, and how it stood and stands.

    The key is of the value that stands now, too: who chose knew that one, and another one is another choice.
    """

    key: str
    what: str
    was: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Both sides' changes together; at each clash the values hold theirs, or mine where mine was chosen."""

    values: Values
    clashes: tuple[Clash, ...]


def merged(base: Values, mine: Values, theirs: Values, choose_mine: Collection[str] = ()) -> Merged:
    """Put together what two made of `base`. `choose_mine` holds the keys of clashes at which mine is taken."""
    merge = _Merge(frozenset(choose_mine))
    return Merged(merge.mapping((), base, mine, theirs), tuple(merge.clashes))


class _Merge:
    """One merge; a path holds names, those of steps too, so that it stands whatever moved."""

    def __init__(self, choose_mine: frozenset[str]) -> None:
        self.choose_mine = choose_mine
        self.clashes: list[Clash] = []

    def mapping(self, path: Path, base: Values, mine: Values, theirs: Values) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in _order(list(base), list(mine), list(theirs)):
            one = self._value((*path, name), *(side.get(name, _ABSENT) for side in (base, mine, theirs)))
            if one is not _ABSENT:
                found[name] = one
        return found

    def _value(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        if _same(mine, base) or _same(mine, theirs):
            return theirs
        if _same(theirs, base):
            return mine
        first: Any = {} if base is _ABSENT else base
        if all(isinstance(one, Mapping) for one in (first, mine, theirs)):
            return self.mapping(path, first, mine, theirs)
        if (key := KEYS.get(str(path[-1]))) is not None and len(path) == 1:
            named = [_by(key, one) for one in (base, mine, theirs)]
            if all(one is not None for one in named):
                return list(self.mapping(path, *cast("list[Values]", named)).values())
        return self._clash(path, base, mine, theirs)

    def _clash(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        key = f"{'/'.join(str(one) for one in path)}@{_digest(theirs)}"
        sides = [shown(None if one is _ABSENT else one) for one in (base, mine, theirs)]
        self.clashes.append(Clash(key, called(path), *sides))
        return mine if key in self.choose_mine else theirs


def _digest(value: Any) -> str:
    said = "" if value is _ABSENT else json.dumps(value, default=str)
    return sha256(said.encode(errors="surrogatepass")).hexdigest()[:12]


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same, the order of names among it."""
    if isinstance(one, dict) and isinstance(other, dict):
        mine, theirs = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        return list(mine) == list(theirs) and all(_same(mine[name], theirs[name]) for name in mine)
    if isinstance(one, list) and isinstance(other, list):
        some, others = cast("list[Any]", one), cast("list[Any]", other)
        return len(some) == len(others) and all(map(_same, some, others))
    return bool(one == other)


def _by(key: str, entries: Any) -> dict[str, Any] | None:
    """Give a list's entries by their names; None where one has none, or two have the same."""
    if entries is _ABSENT:
        return {}
    if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in cast("list[Any]", entries)):
        return None
    found = {str(one.get(key, "")): one for one in cast("list[Values]", entries)}
    return found if len(found) == len(cast("list[Any]", entries)) and "" not in found else None


def _order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Give all names in the order of theirs, unless mine alone moved some; a new one stands behind what it followed."""
    moved = [one for one in mine if one in base] != [one for one in base if one in mine]
    stayed = [one for one in theirs if one in base] == [one for one in base if one in theirs]
    first, second = (mine, theirs) if moved and stayed else (theirs, mine)
    found = list(first)
    for index, name in enumerate(second):
        if name not in found:
            before = next((one for one in reversed(second[:index]) if one in found), None)
            found.insert(0 if before is None else found.index(before) + 1, name)
    return found
