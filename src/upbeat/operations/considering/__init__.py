"""What it takes to decide one review, beside the review itself: its rule, proof, record, reach, and what one may do.

`showing` has the review and compares it with the org; here stands what a person weighs it by.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from upbeat import review
from upbeat.base import UpbeatError, decode
from upbeat.domain import HOUSE, Event, Fact, Mode
from upbeat.engine import Progress, published
from upbeat.operations.considering.may import May, may, may_see
from upbeat.operations.considering.naming import kept_names, names_of
from upbeat.operations.considering.quoted import Quoted, Spoken, quoted
from upbeat.operations.considering.reach import Fires, Reach, Sum, reach
from upbeat.operations.house import House
from upbeat.operations.promoting import GO_LIVE
from upbeat.operations.showing import Shown, show_review
from upbeat.operations.tracing import Reported, reports
from upbeat.review import RELEASE, Fared, Line, Pace, Reason, Review
from upbeat.store import tables
from upbeat.workflows import FileKind, Workflow

__all__ = [
    "GO_LIVE",
    "RELEASE",
    "Considered",
    "Fires",
    "Line",
    "May",
    "Quoted",
    "Reach",
    "Reason",
    "Rule",
    "Spoken",
    "Sum",
    "consider",
    "decided_last",
    "kept_names",
    "may_see",
    "pace",
]

_ALSO = 5  # other open questions about the same record
_PACE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rule:
    """What asks: a version of a workflow with its condition, and the values that made it true."""

    workflow: str
    title: str
    number: int
    mode: Mode
    owner: str
    condition: str
    rollback: str
    reason: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A review with what a person weighs it by.

    `rule` is None for what the house itself asks. `alike` is how changes of its pattern fared that were decided one by
    one, `of_workflow` those of all versions of its workflow. `also` are other open questions about its record,
    `reported` what people said is wrong with its run. `names` gives the names of records and people whose ids stand in
    it, as far as the org tells.
    """

    shown: Shown
    rule: Rule | None
    quotes: tuple[Quoted, ...]
    alike: Fared
    of_workflow: Fared
    reach: Reach
    also: tuple[Line, ...]
    reported: tuple[Reported, ...]
    may: May
    names: dict[str, str]


def consider(house: House, prefix: str, by: str) -> Considered:
    """Give one review as this person decides it. An org that does not answer is said in `shown.unread`."""
    shown = show_review(house, prefix)
    found = shown.review
    with house.store.reading() as conn:
        item = conn.execute(
            select(tables.items.c.event, tables.items.c.data).where(tables.items.c.id == found.item_id)
        ).first()
        rule = _rule(house, conn, found, None if item is None else decode(item.data, Progress))
        quotes = quoted(conn, house.ledger, found, None if item is None else decode(item.event, Event))
        alike = review.fared(conn, pattern=found.pattern) if found.pattern else Fared(0, 0, 0)
        of_workflow = review.fared(conn, workflow=found.workflow)
        also = _also(conn, found, house.clock.now())
        reported = reports(conn, [found.item_id])[found.item_id]
    return Considered(
        shown=shown,
        rule=rule,
        quotes=quotes,
        alike=alike,
        of_workflow=of_workflow,
        reach=reach(house, shown),
        also=also,
        reported=tuple(reported),
        may=may(house, found, by),
        names=names_of(house, found, ask=not shown.unread),
    )


def pace(house: House, people: tuple[str, ...]) -> Pace:
    """Give how long these people took to decide, from the question to the answer, over the last thirty days."""
    with house.store.reading() as conn:
        return review.pace(conn, people, house.clock.now() - _PACE)


def decided_last(house: House, people: tuple[str, ...], most: int = 5) -> list[Line]:
    """Give what these people decided last, the newest first."""
    with house.store.reading() as conn:
        return review.last_decided(conn, people, most)


def _rule(house: House, conn: Connection, found: Review, progress: Progress | None) -> Rule | None:
    if found.workflow in {"", HOUSE}:
        return None
    number = published.Numbers(conn).at(FileKind.WORKFLOW, found.workflow, found.version, found.created_at)
    flow = _flow(house, found)
    return Rule(
        workflow=found.workflow,
        title=found.workflow if flow is None else flow.title,
        number=number,
        mode=house.versions.modes().get(found.workflow, Mode.PAUSED),
        owner="" if flow is None else flow.owner,
        condition="" if flow is None else flow.when.text.strip(),
        rollback="" if flow is None else flow.rollback,
        reason="" if progress is None else progress.reason,
        facts=() if progress is None else progress.facts,
    )


def _flow(house: House, found: Review) -> Workflow | None:
    """Give the version that asks, or the one that runs now where that compiles no more; None where there is neither."""
    try:
        return house.versions.get(found.workflow, found.version)
    except (UpbeatError, KeyError):
        return house.versions.current.get(found.workflow)


def _also(conn: Connection, found: Review, now: datetime) -> tuple[Line, ...]:
    if not found.record_id:
        return ()
    wanted = review.Wanted(text=found.record_id, snoozed=True, limit=_ALSO + 1)
    lines = review.page(conn, wanted, now).lines
    return tuple(one for one in lines if one.id != found.id and one.record_id == found.record_id)[:_ALSO]
