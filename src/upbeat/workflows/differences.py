"""What changed from one version of a file to another, field by field: steps by their names, rules by their effects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from upbeat.base import Place, encode
from upbeat.base.files import FileModel, Path

KEYS: Mapping[str, str] = {  # a list of things that have a name of their own: what they are, and where it stands
    "steps": "step",
    "rules": "effect",
    "members": "user",
    "territories": "name",
}
_ONE: Mapping[str, str] = {  # what one of a collection is called
    "thresholds": "threshold",
    "steps": "step",
    "outcomes": "outcome",
    "rules": "rule for",
    "roles": "role",
    "members": "member",
    "territories": "territory",
}
_WHOLE = ("value",)  # the part of a thing that is meant when only the thing is named
_ORDERED = frozenset({"steps", "outcomes", "territories"})  # whose order says something
LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as it was: what it is called, how it stood and stands, and where in the two files.

    A value that is not there is `left out`; its place is then None.
    """

    what: str
    before: str
    after: str
    was_at: Place | None
    is_at: Place | None


def differences(before: FileModel | None, after: FileModel | None) -> list[Difference]:
    """Give all that differs, in the order of the newer file; None stands for a file that is not there."""
    if before is None or after is None:
        there = LEFT_OUT if before is None else "there", "there" if before is None else LEFT_OUT
        return [Difference("the file", *there, _start(before), _start(after))]
    return list(_Walk(before, after).mapping((), (), (), _values(before), _values(after)))


def _start(file: FileModel | None) -> Place | None:
    return None if file is None else file.place()


def _values(file: FileModel) -> Mapping[str, Any]:
    return file.model_dump(exclude_defaults=True, exclude={"mode"} if getattr(file, "mode", "") == "live" else None)


class _Walk:
    """One walk over two files side by side. A value has a path in each, and the words that it is called by."""

    def __init__(self, before: FileModel, after: FileModel) -> None:
        self.before = before
        self.after = after

    def mapping(
        self, words: Path, was: Path, now: Path, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Iterator[Difference]:
        for key in dict.fromkeys((*after, *before)):
            yield from self.value((*words, key), (*was, key), (*now, key), before.get(key), after.get(key))
        if words == ("outcomes",):
            yield from self._order(words, was, now, list(before), list(after))

    def value(self, words: Path, was: Path, now: Path, before: Any, after: Any) -> Iterator[Difference]:
        if before == after and _order_of(before) == _order_of(after):
            return
        match before, after:
            case {**one}, {**other}:
                yield from self.mapping(words, was, now, cast("Any", one), cast("Any", other))
            case [*one], [*other] if (key := KEYS.get(str(words[-1]))) and len(words) == 1:
                yield from self._things(words, was, now, _by(key, one), _by(key, other))
            case _:
                yield Difference(
                    called(words),
                    shown(before),
                    shown(after),
                    None if before is None else self.before.place(*was),
                    None if after is None else self.after.place(*now),
                )

    def _things(
        self, words: Path, was: Path, now: Path, before: Mapping[str, tuple[int, Any]], after: Mapping[str, Any]
    ) -> Iterator[Difference]:
        """Compare the things of a list by their names, wherever they stand in it."""
        for name in dict.fromkeys((*after, *before)):
            at_was, one = before.get(name, (0, None))
            at_now, other = after.get(name, (0, None))
            yield from self.value((*words, name), (*was, at_was), (*now, at_now), one, other)
        if words[-1] in _ORDERED:
            yield from self._order(words, was, now, list(before), list(after))

    def _order(
        self, words: Path, was: Path, now: Path, before: Sequence[str], after: Sequence[str]
    ) -> Iterator[Difference]:
        one, other = [name for name in before if name in after], [name for name in after if name in before]
        if one != other:
            places = self.before.place(*was), self.after.place(*now)
            yield Difference(f"order of {words[-1]}", ", ".join(one), ", ".join(other), *places)


def _order_of(value: Any) -> list[str]:
    """Give the order of a mapping's names: that of outcomes counts, and equality does not see it."""
    return list(cast("dict[str, Any]", value)) if isinstance(value, dict) else []


def _by(key: str, things: Sequence[Any]) -> dict[str, tuple[int, Any]]:
    """Give things by their own names, with their position; of two of one name the later has a number behind it."""
    found: dict[str, tuple[int, Any]] = {}
    for index, one in enumerate(things):
        name = str(one[key])
        while name in found:
            name += " again"
        found[name] = (index, one)
    return found


def called(words: Path) -> str:
    """Give what a value is called: `threshold quiet_days`, `step ask, due`, `rule for price, roles`."""
    first, *rest = (str(one) for one in words)
    if rest and first in _ONE:
        head, rest = f"{_ONE[first]} {rest[0]}", rest[1:]
        rest = [] if tuple(rest) in (_WHOLE, _WHOLE[:0]) else rest
    else:
        head = "condition" if (first, *rest) == ("trigger", "when") else first
        rest = [] if head == "condition" else rest
    return ", ".join([head, " ".join(rest)] if rest else [head])


def shown(value: Any) -> str:
    """Give a value in words; None is `left out`."""
    match value:
        case str():
            return value.strip()
        case float():
            return f"{value:g}"
        case [*many] if not any(isinstance(one, list | dict | tuple) for one in many):
            return ", ".join(shown(one) for one in many) or "none"
        case bool() | list() | tuple() | dict():
            return encode(value)
        case _:
            return LEFT_OUT if value is None else str(value)
