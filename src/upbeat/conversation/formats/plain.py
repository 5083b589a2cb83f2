"""Plain text with times, in the shapes that note-takers download and people paste: the one that most lines have."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from upbeat.conversation.files import Noticed, evened
from upbeat.conversation.formats import prefixes
from upbeat.conversation.formats.said import Said
from upbeat.matching import folding

_CLOCK: Final = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3})\d*)?(?:\s?([AaPp])\.?[Mm]\.?)?"
_TO: Final = r"\s*(?:--?>?|\u2013|to)\s*"
_LATER: Final = rf"(?:{_TO}\d{{1,3}}:\d\d[\d:.,]*(?:\s?[AaPp]\.?[Mm]\.?)?)?"  # when it ends
_BOTH: Final = re.compile(rf"{_CLOCK}{_TO}{_CLOCK}")
_TIME: Final = rf"[\[(<]?{_CLOCK}{_LATER}[\])>]?"
_DASH: Final = r"\s*[-\u2013\u2014|,\u00b7]?\s*"
_WORDED: Final = r"(?:(\d{1,3}) hours? ?)?(?:(\d{1,3}) minutes? ?)?(\d{1,2}) seconds?()()"  # as a screen reader has it
_NAME: Final = r"(?P<name>[^:\n]{1,60}?)"
_CELL: Final = r"\s*[|\t]\s*"
_CELLS: Final = rf"(?P<name>[^|\t]{{1,60}}?){_CELL}"
_LAST: Final = r"(?P<text>[^|\t]+?)(?:\s*\|)?"


class Shape(NamedTuple):
    """One way to write who said what when.

    `line` matches the line that begins an utterance: five groups of the time, `name`, `text`, each where it has them.
    `below` says that the words stand on the lines that follow.
    """

    name: str
    line: re.Pattern[str]
    below: bool = False


SHAPES: Final = (
    Shape("time, name, words in cells", re.compile(rf"(?:\|\s*)?{_TIME}{_CELL}{_CELLS}{_LAST}")),
    Shape("name, time, words in cells", re.compile(rf"(?:\|\s*)?{_CELLS}{_TIME}{_CELL}{_LAST}")),
    Shape("time, name: words", re.compile(rf"{_TIME}{_DASH}{_NAME}\s?[:：]\s*(?P<text>\S.*)")),  # noqa: RUF001 - the colon of Chinese and Japanese
    Shape("time [name] words", re.compile(rf"{_TIME}{_DASH}\[(?P<name>[^\]\n]{{1,60}})\]:?\s*(?P<text>\S.*)")),
    Shape(
        "name (time): words",
        re.compile(rf"\[?{_NAME}\]?{_DASH}[\[(<]{_CLOCK}{_LATER}[\])>]{_DASH}:?\s*(?P<text>[^\s:].*)"),
    ),
    Shape("time name, words below", re.compile(rf"{_TIME}{_DASH}\[?{_NAME}\]?\s?:?"), below=True),
    Shape(
        "name time, words below",
        re.compile(rf"\[?{_NAME}\]?(?:\s*[-\u2013\u2014|,\u00b7]\s*|\s+|(?=[\[(<])){_TIME}\s?:?"),
        below=True,
    ),
    Shape("name and time in words, words below", re.compile(rf"{_NAME}\s+{_WORDED}"), below=True),
    Shape("time, words below", re.compile(_TIME), below=True),
    Shape("time, words", re.compile(rf"{_TIME}{_DASH}(?P<text>[^\s:].*)")),
)
"""In the order of what they tell: of two shapes that fit as many lines, the first is taken."""

_HALF_A_DAY: Final = 12 * 3_600_000
_HOUR: Final = 3_600_000
_LABELLED: Final = 0.5  # of the lines that have words name who says them: then a file without times is a transcript too


class Talk(NamedTuple):
    """What a text says; what stands before the first word said; and whether it tells any time."""

    said: list[Said]
    heading: str
    timed: bool


class _Line(NamedTuple):
    number: int
    text: str


def read(text: str, odd: Noticed, known: Iterable[str] = ()) -> Talk | None:
    """Give what a text says, in its order; None where it is no transcript. `known` are names of who took part."""
    lines = [_Line(n, one) for n, line in enumerate(evened(text).split("\n"), 1) if (one := line.strip())]
    people = list(known)
    found = [(shape, _heads(shape, lines, people)) for shape in SHAPES]
    shape, heads = max(found, key=lambda one: len(one[1]))
    if not heads:
        return _untimed(lines, people, odd)
    said = list[Said]()
    starts = _starts([_clock(head) for _, head in heads], odd)
    for (at, head), start, until in zip(heads, starts, [*(at for at, _ in heads[1:]), len(lines)], strict=True):
        parts, body, end = head.groupdict(""), lines[at + 1 : until], _end(lines[at].text, start)
        words = [_Line(lines[at].number, parts["text"])] if parts.get("text") else []
        if not (words or body):
            odd.say("a time has no words behind it", lines[at].number)
        elif "name" in parts:
            joined = " ".join(one.text for one in [*words, *body])
            said.append(Said(parts["name"].strip(), start, end, joined, lines[at].number))
        else:
            each = [*words, *body]
            said += [Said(None, start, end if len(each) == 1 else None, one.text, one.number) for one in each]
    if "name" not in shape.line.groupindex:
        said = list(_by_name(said, people))
    return Talk(said, "\n".join(one.text for one in lines[: heads[0][0]]), timed=True)


def _heads(shape: Shape, lines: Sequence[_Line], known: Sequence[str]) -> list[tuple[int, re.Match[str]]]:
    """Give the lines that begin an utterance in a shape: a name must look like one, or come again."""
    found = [(at, head) for at, line in enumerate(lines) if (head := shape.line.fullmatch(line.text))]
    if "name" not in shape.line.groupindex:
        return found
    seen = Counter(head["name"].strip() for _, head in found)
    whole = {tuple(folding.words(one)) for one in known}
    sure = _is_name(seen, whole, first=shape.line.groupindex["name"] > 1 and not shape.below)
    return [(at, head) for at, head in found if sure(head["name"].strip())]


def _is_name(seen: Counter[str], known: set[tuple[str, ...]], *, first: bool) -> Callable[[str], bool]:
    """Tell names; behind a time and before a colon everything short is one, as nothing else is written there."""
    return lambda name: first or prefixes.named(name) or seen[name] > 2 or tuple(folding.words(name)) in known


def _clock(head: re.Match[str]) -> tuple[str | None, ...]:
    names = {head.re.groupindex[name] for name in head.re.groupindex}
    return tuple(part for n, part in enumerate(head.groups(), 1) if n not in names)


def _starts(clocks: Sequence[tuple[str | None, ...]], odd: Noticed) -> list[int]:
    """Give when each begins, in milliseconds from the beginning: a time of day from the first of them."""
    of_day = any(half for *_, half in clocks)
    times = [_milliseconds(clock, of_day=of_day) for clock in clocks]
    if not of_day and times[0] < _HOUR:
        return times
    odd.say("times of day are told from the first of them")
    midnights = accumulate(before - after > _HALF_A_DAY for before, after in pairwise([times[0], *times]))
    return [time - times[0] + days * 2 * _HALF_A_DAY for time, days in zip(times, midnights, strict=True)]


def _end(line: str, start: int) -> int | None:
    """Give when a line says that it ends, in milliseconds: where it says so of the time at which it begins."""
    found = _BOTH.search(line)
    if found is None or _milliseconds(found.groups()[:5], of_day=False) != start:
        return None
    end = _milliseconds(found.groups()[5:], of_day=False)
    return end if end > start else None


def _milliseconds(clock: Sequence[str | None], *, of_day: bool) -> int:
    """Give a time in milliseconds: `1:02` are minutes and seconds, but hours and minutes where it is a time of day."""
    hours, minutes, seconds, part, half = clock
    if of_day and hours is None:
        hours, minutes, seconds = minutes, seconds, None
    whole = int(hours or 0)
    if half:
        whole = whole % 12 + (12 if half in "pP" else 0)
    return ((whole * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + int((part or "").ljust(3, "0"))


def _by_name(said: Sequence[Said], known: Sequence[str]) -> Iterator[Said]:
    """Tell who speaks where the words themselves begin with a name: several under one time, as Meet has it."""
    for one, (label, words) in zip(said, prefixes.split([one.text for one in said], known), strict=True):
        yield Said(label, one.start, one.end, words, one.line)


def _untimed(lines: Sequence[_Line], known: Sequence[str], odd: Noticed) -> Talk | None:
    """Read `Name: words` without any time, where so many lines are so that it can be nothing else."""
    told = prefixes.split([line.text for line in lines], known)
    named = [at for at, (label, _) in enumerate(told) if label is not None]
    if len(named) < 2 or len(named) < _LABELLED * len(lines):
        return None
    odd.say("no times are told, so nothing is measured by time")
    first = named[0]
    said = [Said(label, None, None, words, lines[at].number) for at, (label, words) in enumerate(told) if at >= first]
    return Talk(said, "\n".join(line.text for line in lines[:first]), timed=False)
