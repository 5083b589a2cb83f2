"""Whether two tellings are of one meeting: a calendar and its recording, or two tools that recorded it."""

import re
from datetime import datetime, timedelta
from typing import Final

from upbeat.conversation.link import Captured
from upbeat.conversation.values import Conversation, Medium, Side

_HALF: Final = 0.5  # of the shorter of two times: a meeting that runs over, or ends early, keeps half of its slot
_SHORTEST: Final = timedelta(minutes=1)  # what has no length is a moment of some length all the same
_WORD: Final = re.compile(r"\w+")


def same_meeting(one: Captured, other: Captured) -> bool:
    """Whether two conversations of different sources are one meeting: at one time, of the same people on both sides.

    Where one of them names no customer, their titles must be alike. Mail is known by its Message-ID alone.
    """
    talk, told = one.conversation, other.conversation
    if talk.medium is not told.medium or talk.medium is Medium.EMAIL or talk.source == told.source:
        return False
    if not at_one_time((talk.began, ended(talk)), (told.began, ended(told))):
        return False
    if not (_people(talk, Side.OURS) & _people(told, Side.OURS)):
        return False
    theirs, others = _people(talk, Side.THEIRS), _people(told, Side.THEIRS)
    return bool(theirs & others) or (not (theirs and others) and alike(talk.title, told.title))


def at_one_time(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Whether two times, each from its beginning to its end, share half of the shorter one."""
    shorter = min(max(end - start, _SHORTEST) for start, end in (one, other))
    shared = min(max(one[1], one[0] + _SHORTEST), max(other[1], other[0] + _SHORTEST)) - max(one[0], other[0])
    return shared >= shorter * _HALF


def ended(talk: Conversation) -> datetime:
    """Give when a conversation was over."""
    return talk.began + timedelta(seconds=talk.seconds)


def alike(one: str | None, other: str | None) -> bool:
    """Whether two titles have the same words, or one has all of the other's and those are two or more."""
    mine, theirs = words(one), words(other)
    fewer = min(len(mine), len(theirs))
    return (bool(mine) and mine == theirs) or (fewer > 1 and (mine <= theirs or theirs <= mine))


def words(text: str | None) -> set[str]:
    """Give the words of a title, in small letters."""
    return {one.casefold() for one in _WORD.findall(text or "")}


def _people(talk: Conversation, side: Side) -> set[str]:
    """Give by what the people of a side are known: their records, and their addresses."""
    some = [one for one in talk.parties if one.side is side]
    return {*(one.record_id for one in some), *(one.address for one in some)} - {""}
