"""Figures of a trigger and of its readers, from its flags. Pure: flags in, figures out.

A flag is one run put before one person: a suggested change to release, a question, a task. It counts once it was
decided or its time is over; one that still has time is waiting, and says nothing of its reader yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from math import ceil
from statistics import median

from upbeat.base import Rate, rate
from upbeat.review import reason_of


class End(StrEnum):
    """What became of a flag."""

    ACTED = "acted on"  # released, answered, the task done
    REJECTED = "rejected"
    OVERRIDDEN = "overridden"
    EXPIRED = "expired"
    TAKEN_BACK = "taken back"  # by the house, as its run needed nobody any more
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Flag:
    """One run put before one person. `at` is when it ended, None while it is open; `said` are the person's words."""

    run: str
    person: str
    shown_at: datetime
    due_at: datetime
    end: End = End.OPEN
    at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """How long people took: median and 90th percentile in seconds, None where nobody has acted."""

    count: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person did with the flags that they were shown."""

    person: str
    received: int
    waiting: int
    acted: Rate
    took: Times


def times(taken: Sequence[timedelta]) -> Times:
    """Give the median, and the 90th percentile by nearest rank: the least that nine in ten did not exceed."""
    seconds = sorted(one.total_seconds() for one in taken)
    if not seconds:
        return Times(0, None, None)
    return Times(len(seconds), median(seconds), seconds[ceil(0.9 * len(seconds)) - 1])


def settled(flags: Iterable[Flag], now: datetime) -> list[Flag]:
    """Give the flags that say something of their readers: decided by them, or left until their time was over."""
    return [one for one in flags if one.end is not End.TAKEN_BACK and (one.end is not End.OPEN or one.due_at <= now)]


def action_rate(flags: Iterable[Flag], now: datetime) -> Rate:
    """Give how many of the settled flags were acted on."""
    counted = settled(flags, now)
    return rate(sum(one.end is End.ACTED for one in counted), len(counted))


def precision(flags: Iterable[Flag], wrong: frozenset[str] = frozenset()) -> Rate:
    """Give how many of the runs that a person judged were right.

    A run is right where somebody acted on it and nobody rejected or overrode it; `wrong` are the runs that a misfire
    was upheld of. What nobody looked at is not judged.
    """
    judged: dict[str, bool] = dict.fromkeys(wrong, False)
    for one in flags:
        if one.end in {End.ACTED, End.REJECTED, End.OVERRIDDEN}:
            judged[one.run] = judged.get(one.run, True) and one.end is End.ACTED
    return rate(sum(judged.values()), len(judged))


def took(flags: Iterable[Flag]) -> Times:
    """Give how long it was from showing a flag to acting on it."""
    return times([one.at - one.shown_at for one in flags if one.end is End.ACTED and one.at is not None])


def readers(flags: Iterable[Flag], now: datetime) -> tuple[Reader, ...]:
    """Give each person's figures, who was shown most first."""
    by_person: dict[str, list[Flag]] = {}
    for one in flags:
        by_person.setdefault(one.person, []).append(one)
    found = (_reader(person, own, now) for person, own in by_person.items())
    return tuple(sorted(found, key=lambda one: (-one.received, one.person)))


def rejections(flags: Iterable[Flag]) -> Mapping[str, int]:
    """Give how often each reason was given for a rejection, the commonest first."""
    counts: dict[str, int] = {}
    for one in flags:
        if one.end is End.REJECTED:
            reason, _ = reason_of(one.said)
            counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def words(flags: Iterable[Flag], most: int = 10) -> tuple[str, ...]:
    """Give what people said beside the reasons of their rejections, in their own words, the newest first."""
    said = (reason_of(one.said)[1] for one in sorted(flags, key=_ended, reverse=True) if one.end is End.REJECTED)
    return tuple(islice(dict.fromkeys(one for one in said if one), most))


def _ended(one: Flag) -> datetime:
    return one.at or one.shown_at


def _reader(person: str, own: Sequence[Flag], now: datetime) -> Reader:
    counted = settled(own, now)
    waiting = sum(one.end is End.OPEN and one.due_at > now for one in own)
    acted = rate(sum(one.end is End.ACTED for one in counted), len(counted))
    return Reader(person, len(own), waiting, acted, took(own))
