"""The ways in which routing fails, each with what measures it: the same on every page that tells of routing."""

from collections.abc import Callable
from dataclasses import dataclass

from upbeat.base import rate_words, span_words
from upbeat.charts import Column, Histogram, Line
from upbeat.operations.owning.figures import Times
from upbeat.operations.routing.measures import Span
from upbeat.operations.routing.measuring import PoolMeasures
from upbeat.workflows import duration_words


@dataclass(frozen=True, slots=True)
class Failure:
    """A way in which routing fails: what it is measured by, the figure now, and before the pool went live.

    A figure is empty where there is nothing to measure; `before` also where it is known of now alone.
    """

    name: str
    by: str
    now: str
    before: str = ""


def failures(one: PoolMeasures) -> tuple[Failure, ...]:
    """Give each of them for a pool."""

    def both(read: Callable[[Span], str]) -> tuple[str, str]:
        return read(one.now), "" if one.before is None else read(one.before)

    working = ", working time" if one.working else ""
    return (
        Failure("Wrong rep", "first-touch-right", *both(lambda span: rate_words(span.right))),
        Failure("Misassignment", "reassigned", *both(lambda span: rate_words(span.reassigned))),
        Failure("Manual fallback", "owners changed by hand", *both(_by_hand)),
        Failure("Delayed assignment", "time to assign, median and 90 %", *both(lambda span: _two(span.to_assign))),
        Failure(
            "Delayed follow-up",
            f"time to first touch{working}, median and 90 %",
            *both(lambda span: _two(span.to_touch)),
        ),
        Failure(
            "Promise broken",
            "not touched in time, of what was promised",
            rate_words(one.broken) or "nothing was promised",
        ),
        Failure("Routing breaks", "runs that are stuck", f"{one.stuck:,}"),
        Failure("Waiting for a person", "in the holding pool", _held(one.held)),
        Failure("No clear view", "records that nobody has", f"{one.unowned:,}"),
    )


def touched_in(one: PoolMeasures) -> Histogram:
    """Give how soon records were touched, against the line that the pool promises."""
    ends = [*(span_words(end.total_seconds()) for end in one.buckets), "later"]
    columns = [Column(end, count) for end, count in zip(ends, one.now.touched_within, strict=True)]
    if one.promised is None:
        return Histogram(columns)
    return Histogram(columns, Line(one.buckets.index(one.promised) + 1, f"promised: {duration_words(one.promised)}"))


def _by_hand(span: Span) -> str:
    a_week = 7 * span.by_hand / span.days if span.days else 0.0
    return f"{span.by_hand:,}, {a_week:.1f} a week"


def _held(one: Times) -> str:
    return "none" if not one.count else f"{one.count:,}, nine in ten for up to {span_words(one.ninetieth)}"


def _two(one: Times) -> str:
    return "" if one.median is None else f"{span_words(one.median)}, {span_words(one.ninetieth)}"
