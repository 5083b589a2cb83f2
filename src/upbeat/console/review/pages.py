"""The pages of the queue: the list with an item beside it, and the pattern that an item stands in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query

from upbeat.console.asked import Asked
from upbeat.console.paging import PageNumber
from upbeat.console.permissions import Permission
from upbeat.console.review.area import area
from upbeat.console.review.item import item_of
from upbeat.console.review.listed import Filters, View, listed, parted
from upbeat.console.review.seen import seen
from upbeat.console.review.values import Desk
from upbeat.console.told import telling
from upbeat.operations import batch
from upbeat.operations.considering import Line, decided_last
from upbeat.operations.reviewing import waiting_for


@dataclass(frozen=True, slots=True)
class Sampled:
    """One of a sample: how whoever asks decided it, empty while they have not."""

    id: str
    title: str
    decided: str


@dataclass(frozen=True, slots=True)
class Waits:
    """One that waits of a pattern."""

    id: str
    title: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PatternPage:
    """Alike suggested changes: the sample to decide one by one first, what waits, and how many are released at once."""

    id: str
    title: str
    workflow: str
    sample: tuple[Sampled, ...]
    undecided: int
    waits: tuple[Waits, ...]
    waiting: int
    most: int
    may_release: bool
    held: tuple[Sampled, ...]  # approved by whoever asks, and not written yet


Words = Annotated[str, Query(max_length=200)]
_SHOWN = 50  # of what waits


@area.page("/review", needs=Permission.DECIDE, template="review/desk.html", title="Review")
def review_queue(
    asked: Asked,
    view: View = View.MINE,
    kind: str = "",
    tier: str = "",
    workflow: str = "",
    pattern: str = "",
    q: Words = "",
    overdue: bool = False,
    snoozed: bool = False,
    page: PageNumber = 1,
) -> Desk:
    """List what waits, the most pressing first."""
    filters = Filters(view, kind, tier, workflow, pattern, q, overdue, snoozed, page)
    return Desk(listed(asked, filters), None, filters.query)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for whoever asks, without what was put off."""

    waiting: int


@area.page("/review/waiting", needs=Permission.DECIDE, template="review/waiting.html", title="Waiting")
def review_waiting(asked: Asked) -> Waiting:
    """Count what waits for whoever asks."""
    return Waiting(waiting_for(asked.house, asked.by))


@area.page("/review/{key}", needs=Permission.OWN, template="review/desk.html", title="Review")
def review_item(
    asked: Asked,
    key: str,
    view: View = View.MINE,
    kind: str = "",
    tier: str = "",
    workflow: str = "",
    pattern: str = "",
    q: Words = "",
    overdue: bool = False,
    snoozed: bool = False,
    page: PageNumber = 1,
    alone: bool = False,
) -> Desk:
    """Show one review with all that it is weighed by, beside the queue unless it is asked for alone."""
    item = item_of(asked, seen(asked, key).id)
    filters = Filters(view, kind, tier, workflow, pattern, q, overdue, snoozed, page)
    beside = None if alone or not asked.may(Permission.DECIDE) else listed(asked, filters)
    return Desk(beside, item, filters.query)


@area.page("/review/{key}/pattern", needs=Permission.DECIDE, template="review/pattern.html", title="Alike changes")
def review_pattern(asked: Asked, key: str) -> PatternPage:
    """Show the changes that are like one, and the sample that is decided first."""
    found = batch(asked.house, seen(asked, key).id, asked.by)
    tell = telling(asked.house, {}, asked.zone)
    return PatternPage(
        id=found.review.id,
        title=parted(tell, found.review)[1],
        workflow=found.review.workflow,
        sample=tuple(Sampled(one.id, parted(tell, one)[0], _decided(one)) for one in found.sample),
        undecided=len(found.undecided),
        waits=tuple(Waits(one.id, parted(tell, one)[0], one.due_at) for one in found.waiting[:_SHOWN]),
        waiting=len(found.waiting),
        most=found.most,
        may_release=bool(found.waiting) and not found.undecided,
        held=tuple(
            Sampled(one.id, parted(tell, one)[0], _decided(one))
            for one in decided_last(asked.house, (asked.by,), found.most + len(found.sample))
            if one.pattern == found.pattern and one.release_at is not None and one.release_at > asked.now
        ),
    )


def _decided(one: Line) -> str:
    return "" if one.state == "open" else "approved" if one.state == "released" else str(one.state)
