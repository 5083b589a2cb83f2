"""Scorecards: what each trigger is worth, and what each person does with the flags that they are shown."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from upbeat.base import Rate, rate, rate_words, span_words
from upbeat.charts import Bar, Bars
from upbeat.console.area import Area
from upbeat.console.asked import Asked, MissingError
from upbeat.console.charting import Chart
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number
from upbeat.operations import Refused, Scorecard, scorecards

area = Area("scorecards")

_SPANS: Final = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Person:
    """What one person did with the flags of all triggers that they were shown."""

    person: str
    received: int
    waiting: int
    acted: Rate
    triggers: int


@dataclass(frozen=True, slots=True)
class Cards:
    """Each trigger's scorecard since a day, and the people who were shown its flags."""

    since: datetime
    days: int
    spans: tuple[int, ...]
    cards: tuple[Scorecard, ...]
    acted: Chart
    people: tuple[Person, ...]
    notes: tuple[str, ...]


@area.page("/scorecards", needs=Permission.WATCH, template="scorecards/all.html", title="Scorecards")
def all_cards(asked: Asked, days: Number = 30) -> Cards:
    """Give what each trigger is worth, and the action rate of each person."""
    since = _since(asked, days)
    found = scorecards(asked.house, since=since)
    notes = dict.fromkeys(note for one in found for note in one.notes)
    return Cards(since, days, _SPANS, tuple(found), _acted(found), tuple(_people(found)), tuple(notes))


@dataclass(frozen=True, slots=True)
class Card:
    """One trigger's scorecard: `rejected` is how often each reason was given."""

    days: int
    spans: tuple[int, ...]
    card: Scorecard
    readers: Chart
    rejected: Chart


@area.page("/scorecards/{workflow}", needs=Permission.WATCH, template="scorecards/one.html", title="Scorecard")
def one_card(asked: Asked, workflow: str, days: Number = 30) -> Card:
    """Give one trigger's scorecard, with each of its readers."""
    try:
        [found] = scorecards(asked.house, workflow, _since(asked, days))
    except Refused as error:
        raise MissingError(error.what, fix=error.fix) from None
    return Card(days, _SPANS, found, _readers(found), _rejected(found))


def _since(asked: Asked, days: int) -> datetime:
    return asked.now - timedelta(days=min(max(1, days), 3_650))


def _acted(found: list[Scorecard]) -> Chart:
    """Give each trigger's action rate as a bar of 100 %."""
    known = [one for one in found if one.action_rate.share is not None]
    bars = [
        Bar(one.title, 100 * (one.action_rate.share or 0), rate_words(one.action_rate), f"/scorecards/{one.workflow}")
        for one in known
    ]
    rows = [(one.title, rate_words(one.action_rate), rate_words(one.precision), _took(one)) for one in known]
    says = "Of the flags that were decided, or whose time is over, how many were acted on."
    columns = ("trigger", "acted on", "right, of those judged", "time to act, median")
    return Chart("Action rate by trigger", says, Bars(bars, most=100) if bars else None, columns, rows)


def _took(one: Scorecard) -> str:
    return span_words(one.took.median)


def _people(found: list[Scorecard]) -> list[Person]:
    """Add up each person's flags over the triggers, who was shown most ahead."""
    received, waiting = defaultdict[str, int](int), defaultdict[str, int](int)
    acted, of, triggers = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
    for one in (reader for card in found for reader in card.readers):
        received[one.person] += one.received
        waiting[one.person] += one.waiting
        acted[one.person] += one.acted.part
        of[one.person] += one.acted.of
        triggers[one.person] += 1
    people = sorted(received, key=lambda name: (-received[name], name))
    return [Person(name, received[name], waiting[name], rate(acted[name], of[name]), triggers[name]) for name in people]


def _readers(card: Scorecard) -> Chart:
    rows = [
        (one.person, f"{one.received:,}", rate_words(one.acted), f"{one.waiting:,}", span_words(one.took.median))
        for one in card.readers
    ]
    bars = [
        Bar(one.person, 100 * one.acted.share, rate_words(one.acted))
        for one in card.readers
        if one.acted.share is not None
    ]
    says = "Who was shown its flags, and what share of those that were decided or are over they acted on."
    columns = ("person", "shown", "acted on", "still have time", "time to act, median")
    return Chart("By person", says, Bars(bars, most=100) if bars else None, columns, rows)


def _rejected(card: Scorecard) -> Chart:
    rows = [(reason, f"{number:,}") for reason, number in card.rejected.items()]
    bars = [Bar(reason, number, f"{number:,}") for reason, number in card.rejected.items()]
    return Chart(
        "Why it was rejected", "The reasons that people gave.", Bars(bars) if bars else None, ("reason", "times"), rows
    )
