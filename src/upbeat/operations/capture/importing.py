"""A whole export of another tool: taken in portion by portion, going on where it was cut off, and what of it lands.

An export is a folder with a file for each call, or a file that lists many, as Gong's API gives them. A call that was
taken is not taken again, so an import that was killed is run again and goes on behind the last portion.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import select

from upbeat.base import decode, encode
from upbeat.conversation import Conversation, Link
from upbeat.conversation.files import Unreadable
from upbeat.conversation.formats import read
from upbeat.operations.capture.coverage import Coverage, Covered
from upbeat.operations.capture.pieces import Left, files_of
from upbeat.operations.capture.taking import Taken, note_left, take
from upbeat.operations.house import House, Refused
from upbeat.store import tables

PORTION: Final = 100
"""Calls that are taken in one go: a kill costs no more than reading so many again."""

_LARGEST: Final = 500_000_000  # bytes of one file: a list of a thousand calls has some hundred million
_LISTS: Final = ("calls", "callTranscripts")
Progress = Callable[[int, int], None]  # calls so far, and of how many


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: how many `calls` the export holds, what was taken, and what was left with why.

    `coverage` says field by field where the export lands; `links` counts the calls that are kept by what they are of:
    a deal, an account alone, in doubt, nothing.
    """

    calls: int
    taken: Taken
    left: tuple[Left, ...]
    coverage: tuple[Covered, ...]
    links: Mapping[str, int] = field(default_factory=dict[str, int])


def bring_in(house: House, export: Path, *, by: str = "", progress: Progress = lambda _done, _whole: None) -> Imported:
    """Take a whole export in; run again, it goes on where it was. Raises Refused where there is no call in it."""
    if not export.exists():
        raise Refused("there is no such export", where=str(export), fix="Name the folder or the file that it is in.")
    units, left = _units(export)
    if not units:
        raise Refused("no call is in it", where=str(export), fix="Give a folder of calls as Gong's API has them.")
    coverage, taken, keys = Coverage(), Taken(), list[str]()
    for start in range(0, len(units), PORTION):
        portion = units[start : start + PORTION]
        talks, unread = list[Conversation](), list[Left]()
        for unit, call in _opened(portion):
            coverage.add(call)
            try:
                talks.append(read(unit.name, encode(call).encode()))
            except Unreadable as error:
                unread.append(Left(unit.name, f"{error.what}. {error.fix}".strip()))
        taken += take(house, talks, by=by)
        note_left(house, unread, [unit.name for unit in portion])
        left += unread
        keys += [one.key for one in talks]
        progress(min(start + PORTION, len(units)), len(units))
    return Imported(len(units), taken, tuple(left), coverage.told(), _links(house, keys))


@dataclass(frozen=True, slots=True)
class _Unit:
    """One call of an export: the file that has it, and its place among the calls of that file."""

    path: Path
    place: int
    name: str


def _units(export: Path) -> tuple[list[_Unit], list[Left]]:
    """Give every call of an export by its file, and the files that hold none."""
    units, left = list[_Unit](), list[Left]()
    for path in files_of(export):
        if path.suffix.casefold() != ".json":
            continue
        calls, wrong = _calls(path)
        if not calls:
            left.append(Left(str(path), "it is no list of calls, and no call"))
        elif wrong:
            left.append(Left(str(path), f"{wrong} of what it lists are no calls"))
        names = [str(path)] if len(calls) == 1 else [f"{path}, call {place + 1}" for place in range(len(calls))]
        units += [_Unit(path, place, name) for place, name in enumerate(names)]
    return units, left


def _opened(portion: Sequence[_Unit]) -> Iterator[tuple[_Unit, dict[str, Any]]]:
    """Read the calls of a portion; a file that has several is opened once."""
    path, calls = Path(), list[dict[str, Any]]()
    for unit in portion:
        if unit.path != path:
            path, (calls, _) = unit.path, _calls(unit.path)
        if unit.place < len(calls):  # a file that somebody changes meanwhile is read again next time
            yield unit, calls[unit.place]


def _calls(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Give the calls of a file: what it lists, each with its transcript, or the one it is; and how many are none."""
    try:
        found: Any = decode(path.read_bytes()) if path.stat().st_size <= _LARGEST else None
    except ValueError:
        return [], 0
    if isinstance(found, list):
        return _apart(cast("list[Any]", found))
    if not isinstance(found, dict):
        return [], 0
    file = cast("dict[str, Any]", found)
    if not any(isinstance(file.get(name), list) for name in _LISTS):
        return _apart([file])
    joined: dict[str, dict[str, Any]] = {}
    wrong = 0
    for name in _LISTS:
        listed: Any = file.get(name)
        for each in cast("list[Any]", listed) if isinstance(listed, list) else []:
            one = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
            about: Any = one.get("metaData") or {}
            if not one or not isinstance(about, dict):
                wrong += 1
                continue
            about = cast("dict[str, Any]", about)
            key = str(about.get("id") or one.get("callId") or len(joined))
            joined[key] = {**joined.get(key, {}), **one}
    calls, others = _apart(list(joined.values()))
    return calls, wrong + others


def _apart(listed: Sequence[Any]) -> tuple[list[dict[str, Any]], int]:
    calls = [one for one in listed if _is_call(one)]
    return calls, len(listed) - len(calls)


def _is_call(value: Any) -> bool:
    return isinstance(value, dict) and bool({"metaData", "transcript"} & cast("dict[str, Any]", value).keys())


def _links(house: House, keys: Sequence[str]) -> dict[str, int]:
    """Count the conversations that are kept of these by what they are of."""
    table, found = tables.conversations.c, Counter[str]()
    with house.store.reading() as conn:
        for start in range(0, len(keys), PORTION):
            some = select(table.link).where(table.key.in_(keys[start : start + PORTION]), table.body.is_not(None))
            found.update(_kind(decode(text, Link)) for text in conn.scalars(some))
    return dict(found)


def _kind(link: Link) -> str:
    if link.opportunity:
        return "a deal"
    if link.candidates:
        return "in doubt: a person says which deal"
    return "an account, and no deal" if link.account else "nothing that the org has"
