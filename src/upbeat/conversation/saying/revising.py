"""A day that is said without a deed: of which step before it, if of any. `Friday then`, `make it the twentieth`."""

import re
from collections.abc import Sequence
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.saying.answering import Answer, answer
from upbeat.conversation.saying.grammar import Force, pattern
from upbeat.conversation.saying.lines import Line, called
from upbeat.conversation.saying.meaning import MEETING
from upbeat.conversation.saying.noting import Notebook, Step
from upbeat.conversation.saying.wording import subject

_REVISES: Final = pattern("revises")
_ASKS_WHEN: Final = pattern("asks when")
_HOUR: Final = pattern("hour")
_SETTLES: Final = pattern("settles")
_SIGNING: Final = pattern("signing")
_REFUSED: Final = pattern("refused day")
_PUT: Final = pattern("put day")
_DOES_NOT_SUIT: Final = pattern("does not suit")
_OWN_DEED: Final = pattern("own deed")
_SINCE: Final = 6  # sentences in which a day was named for something else
_MAKE_IT: Final = re.compile(r"\bmake (?:that|it)\b")
_POINTS_BACK: Final = re.compile(r"\b(?:it|that|this|them|you will have|with you)\b")
_SETTLED_WITHIN: Final = 2  # turns, for a bare day
_REVISED_WITHIN: Final = 3  # turns, for a line that does not name the step
_SIGNATURE: Final = frozenset({"signatur"})  # the stem of what a day of signature is about


def revise(book: Notebook, lines: Sequence[Line], line: Line, replies: Sequence[Line]) -> None:
    """Give the step that a line speaks of its day, if it speaks of one: it says so, or answers when."""
    named = [one for one in line.days if one.date and not _is_refused(line, one)]
    if not named:
        return
    day, words = _meant(line, named), subject(line)
    if _SIGNING.match(line.text):
        aimed = _aimed_at(day, replies) if line.sentence.asks else day
        if aimed is not None:
            _sign(book, line, aimed)
            return
    known = any(one.subject & words for one in book.steps)
    if not known and line.is_day and _is_anothers(book, lines, line):
        return
    answers = _answers(book, lines, line)
    says_so = answers or bool(_REVISES.search(line.text))
    if says_so and _is_agreed(line, replies) and (known or _is_near(book, line, frozenset() if answers else words)):
        book.revise(line, day, words, of=called(line))


def _is_near(book: Notebook, line: Line, words: frozenset[str]) -> bool:
    """Whether a line that names no step can mean the latest: not far from it, and no hour of what is handed over."""
    latest = book.latest(line, of=called(line))
    if latest is None or (words and not _POINTS_BACK.search(line.text)):
        return False
    if _HOUR.search(line.text) and not MEETING.search(latest.text.lower()):
        return False
    return line.sentence.turn.number - latest.turn <= _REVISED_WITHIN


def _answers(book: Notebook, lines: Sequence[Line], line: Line) -> bool:
    """Whether a bare day answers when, or takes up a step that was just said: `Friday then`."""
    before = lines[line.sentence.number - 1] if line.sentence.number else None
    if (
        before is not None
        and before.sentence.turn.number < line.sentence.turn.number
        and _ASKS_WHEN.search(before.text)
    ):
        return True
    latest = book.latest(line)
    if latest is None or not line.is_day:
        return False
    away = line.sentence.turn.number - latest.turn
    settles = latest.due is None or bool(_SETTLES.search(line.text)) or _does_not_suit(latest, before, line)
    return away == 0 or (away <= _SETTLED_WITHIN and settles)


def _does_not_suit(latest: Step, before: Line | None, line: Line) -> bool:
    """Whether a bare day takes the place of one that does not suit: `Tuesday` after `Monday I'm away`."""
    if before is None:
        return False
    named = any(one.date == latest.due for one in before.days)
    if before.sentence.turn.number != line.sentence.turn.number:
        return named and before.sentence.asks and before.sentence.turn.label != line.sentence.turn.label
    return bool(_DOES_NOT_SUIT.search(before.text)) and (named or not before.days)


def _is_anothers(book: Notebook, lines: Sequence[Line], line: Line) -> bool:
    """Whether a bare day takes up one that somebody has named since for a deed of their own, which is no step here."""
    latest = book.latest(line)
    if latest is None or latest.due is None:
        return False
    since = lines[max(latest.until.sentence.number + 1, line.sentence.number - _SINCE) : line.sentence.number]
    return any(
        _OWN_DEED.search(one.text)
        and one.sentence.turn.party != latest.owner
        and one.sentence.turn.number > latest.turn
        and any(day.date and day.date != latest.due for day in one.days)
        and not _DOES_NOT_SUIT.search(one.text)
        for one in since
    )


def _aimed_at(day: Day, replies: Sequence[Line]) -> Day | None:
    """Give the day of signature that was asked for if it is agreed, or the one that is named in its place."""
    for reply in replies:
        if reply.days and reply.days[0].date and not _is_refused(reply, reply.days[0]):
            return reply.days[0]
        if answer(reply) is not Answer.NEITHER:
            return day if answer(reply) is Answer.YES else None
    return None


def _is_agreed(line: Line, replies: Sequence[Line]) -> bool:
    if not line.sentence.asks or _MAKE_IT.search(line.text):
        return True
    return any(answer(one) is Answer.YES for one in replies[:1])


def _is_refused(line: Line, day: Day) -> bool:
    return bool(_REFUSED.search(line.sentence.text.lower()[: day.start]))


def _meant(line: Line, named: Sequence[Day]) -> Day:
    """Give the day that a line puts in the place of another, else the last that it names."""
    text = line.sentence.text.lower()
    put = [one for one in named if _PUT.search(text[: one.start])]
    return (put or named)[-1]


def _sign(book: Notebook, line: Line, day: Day) -> None:
    """Note the day of signature: a step of its own, which both sides work towards."""
    if any(one.subject & _SIGNATURE for one in book.steps):
        book.revise(line, day, _SIGNATURE)
        return
    turn = line.sentence.turn
    why = [f"\u201c{line.sentence.text.strip()}\u201d: the day that is aimed at"]
    book.steps.append(
        Step("Contract signature", _SIGNATURE, "sign", None, day.date, line, line, why, Force.MOOTED, turn.number)
    )
