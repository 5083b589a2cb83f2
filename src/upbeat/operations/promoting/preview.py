"""What a workflow will ask of the org, the models and the people once it is live, as ranges from its days in monitor.

The method is the percentile bootstrap (B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13):
a month is drawn a thousand times, day by day, from the days that monitor saw; nine in ten of the drawn months lie
above the range's low end, and nine in ten below its high end. Days are spans of 24 hours back from now. A version that
has seen few days has few to draw from: the report names how many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from upbeat.domain import Effect, Proposal, Tier, Verb
from upbeat.operations.promoting.monitor import MOST, Run, reached
from upbeat.timeline import SIGNALS, Signal
from upbeat.workflows import Pool, Workflow

MONTH = 30  # days
_DRAWS = 1_000
_LOW, _HIGH = 0.1, 0.9
_BATCH = 200  # items that share their calls, at most: the engine's batch, and Salesforce's collection
_DAY = timedelta(days=1)
MINUTES = (1, 5)
"""What a decision takes a reviewer, at least and at most: an assumption of ours, and no measurement."""


@dataclass(frozen=True, slots=True)
class Range:
    """From a low to a high figure, of a month."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Preview:
    """A month of 30 days live: what fires, what is written, and what that takes.

    `days` is how many days of monitor it is drawn from. `decisions` are suggested changes and questions that wait for a
    person, `reviewer_hours` what they take at MINUTES each, `alerts` tasks, questions and messages to people, and
    `most_alerts` the most that one person would have had in a day of monitor, by whom. `models` says which models are
    paid for.
    """

    days: int
    items: Range
    writes: Range
    api_calls: Range
    decisions: Range
    reviewer_hours: Range
    alerts: Range
    most_alerts: int
    most_alerts_to: str
    models: tuple[str, ...]
    model_spend: Range


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of monitor."""

    items: int
    writes: int
    decisions: int
    alerts: int


def look_ahead(
    flow: Workflow, runs: Sequence[Run], since: datetime | None, now: datetime, *, records: int | None
) -> Preview:
    """Draw a month from what a version did in monitor since it began; `records` are those that a schedule looks at."""
    began = runs[-1].at if len(runs) == MOST else since or now
    days = max(1, (now - began) // _DAY)
    seen = [
        [one for one in runs if now - (number + 1) * _DAY < one.at <= now - number * _DAY] for number in range(days)
    ]
    counted = [_Day(len(some), *_sums(some)) for some in seen]
    items = drawn(one.items for one in counted)
    decisions = drawn(one.decisions for one in counted)
    person, most = _busiest(seen)
    models = tuple(sorted({one.model for one in flow.agents.values()} - {"none"}))
    return Preview(
        days=days,
        items=items,
        writes=drawn(one.writes for one in counted),
        api_calls=_api_calls(flow, items, now, records),
        decisions=decisions,
        reviewer_hours=Range(decisions.low * MINUTES[0] / 60, decisions.high * MINUTES[1] / 60),
        alerts=drawn(one.alerts for one in counted),
        most_alerts=most,
        most_alerts_to=person,
        models=models,
        model_spend=Range(0, 0),
    )


def drawn(daily: Iterable[int]) -> Range:
    """Give the 10th and the 90th percentile of a month's sum, drawn from daily counts; the same for the same days."""
    counts = list(daily)
    chance = np.random.default_rng(counts)  # the same days give the same range
    sums = np.sort(chance.choice(counts, size=(_DRAWS, MONTH)).sum(axis=1))
    return Range(int(sums[int(_LOW * _DRAWS)]), int(sums[ceil(_HIGH * _DRAWS) - 1]))


def _sums(runs: Sequence[Run]) -> tuple[int, int, int]:
    """Give writes, decisions and alerts of a day's runs."""
    changes = [pair for run in runs for pair in run.changes]
    asked = sum(len(run.asked) for run in runs)
    steps = {(one.item_id, one.step) for one, tier in changes if tier is not Tier.AUTO}
    told = sum(_tells(one) for one, _ in changes)
    written = sum(one.verb is not Verb.SEND for one, _ in changes)
    return written, len(steps) + asked, told + asked


def _tells(one: Proposal) -> bool:
    """Whether a change reaches a person: a message, or a task."""
    return one.verb is Verb.SEND or one.object == "Task"


def _busiest(days: Sequence[Sequence[Run]]) -> tuple[str, int]:
    """Give who would have had the most tasks, questions and messages in one day, and how many."""
    counts: dict[tuple[int, str], int] = {}
    for number, runs in enumerate(days):
        for run in runs:
            told = [reached(one) for one, _ in run.changes if _tells(one)]
            for person in (*told, *run.asked.values()):
                counts[number, person] = counts.get((number, person), 0) + 1
    if not counts:
        return "", 0
    (_, person), most = max(counts.items(), key=lambda pair: pair[1])
    return person, most


def _api_calls(flow: Workflow, items: Range, now: datetime, records: int | None) -> Range:
    """Give the calls of a month: at best 200 items share theirs, at worst each item has its own.

    A batch reads its records once, and again where a person was asked; each source of signals is a query, each account
    match, each kind of open work and the members' calendars are, and each writing step is a call. A schedule looks
    besides: one query of candidates, and at worst every record read by the page with its signals.
    """
    signals = len({one.source for name in flow.signals if isinstance(one := SIGNALS[name], Signal)})
    pools = sum(_reads(pool) for pool in flow.pools.values())
    writing = sum(bool(step.writes) or bool(step.effects & {Effect.NOTICE, Effect.MESSAGE}) for step in flow.steps)
    least, most = 1 + signals + writing, 2 + signals + pools + 2 * writing
    looks = _looks(flow, now)
    pages = 0 if records is None else ceil(records / _BATCH) * (1 + signals)
    return Range(ceil(items.low / _BATCH) * least + looks, items.high * most + looks * (1 + pages))


def _reads(pool: Pool) -> int:
    """Give the queries of a batch that a pool asks at most."""
    minds_work = any(one.capacity is not None for one in pool.members)
    return 2 * (pool.match is not None) + pool.out_of_office + len(pool.work) * minds_work


def _looks(flow: Workflow, now: datetime) -> int:
    """Give how often a schedule looks in a month, by its next week."""
    if flow.every is None:
        return 0
    zone, week = ZoneInfo(flow.when.scope.time_zone), timedelta(days=7)
    count, at = 0, flow.every.next_after(now, zone)
    while at <= now + week:
        count, at = count + 1, flow.every.next_after(at, zone)
    return ceil(count * MONTH * _DAY / week)
