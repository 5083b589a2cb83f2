"""The queue as a page shows it: what is asked for, the rows, the patterns among them, and what was decided last."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.console.told import Telling, telling
from upbeat.domain import HOUSE
from upbeat.operations import Page, Wanted, queue
from upbeat.operations.considering import RELEASE, Line, decided_last, kept_names, pace
from upbeat.operations.reviewing import patterns, waits_for

ON_PAGE: Final = 50
_PATTERNS: Final = 8


class View(StrEnum):
    """Whose queue is looked at."""

    MINE = "mine"  # put to me, or for me to sign in a role of mine
    TEAM = "team"
    ALL = "all"
    DONE = "done"  # what I and my team decided, the newest first


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the queue, as it stands in the address."""

    view: View = View.MINE
    kind: str = ""
    tier: str = ""
    workflow: str = ""
    pattern: str = ""
    q: str = ""
    overdue: bool = False
    snoozed: bool = False
    page: int = 1

    @property
    def query(self) -> str:
        """Give the address's part after the question mark, with it; nothing where nothing is asked."""
        return self.with_()

    @property
    def narrows(self) -> bool:
        """Whether fewer are shown than wait."""
        return any((self.kind, self.tier, self.workflow, self.pattern, self.q, self.overdue))

    def with_(self, **changed: str | int | bool) -> str:
        """Give such a part with something asked otherwise."""
        other = replace(self, **{"page": 1, **changed} if changed else {})
        plain = Filters()
        said = {
            name: "1" if value is True else str(value)
            for name in self.__slots__
            if (value := getattr(other, name)) != getattr(plain, name)
        }
        return f"?{urlencode(said)}" if said else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    id: str
    title: str
    name: str  # of the record, or the question
    what: str  # would change, in the org's own labels
    kind: str
    tier: str
    workflow: str
    pattern: str
    owner: str
    due_at: datetime
    overdue: bool
    put_off: bool
    state: str
    decided_by: str
    decided_at: datetime | None
    mine: bool
    undo_until: datetime | None
    moves: int


@dataclass(frozen=True, slots=True)
class Alike:
    """A pattern that waits: how many, by when the first is due, and one of them."""

    pattern: str
    workflow: str
    waiting: int
    due_at: datetime
    first: str
    title: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue. `median` is how many seconds half of the decisions took at most; None without any."""

    filters: Filters
    views: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    total: int
    put_off: int
    pages: int
    alike: tuple[Alike, ...]
    last: tuple[Row, ...]
    decisions: int
    median: float | None


def listed(asked: Asked, filters: Filters) -> Queue:
    """Give one page of the queue as somebody asks for it."""
    house, viewer = asked.house, asked.viewer
    wanted = _wanted(asked, filters)
    if filters.view is View.DONE:
        lines = decided_last(house, viewer.team, ON_PAGE)
        found = Page(tuple(lines), len(lines), 0)
    else:
        found = queue(house, wanted)
    asks = [one.record_id for one in found.lines if one.kind != RELEASE and one.record_id]
    tell = telling(house, kept_names(house, asks) if asks else {}, asked.zone)
    rows = tuple(_row(asked, tell, one) for one in found.lines)
    took = pace(house, viewer.team)
    groups = patterns(house, wanted, most=_PATTERNS) if filters.view is not View.DONE and filters.page == 1 else []
    return Queue(
        filters=filters,
        views=tuple(_views(asked)),
        rows=rows,
        total=found.total,
        put_off=found.snoozed,
        pages=-(-found.total // ON_PAGE),
        alike=tuple(
            Alike(
                one.pattern,
                _named(one.workflow),
                one.waiting,
                one.due_at,
                one.first,
                tell.plain(one.object, _change(one.title)),
            )
            for one in groups
        ),
        last=() if rows else tuple(_row(asked, tell, one) for one in decided_last(house, (viewer.username,))),
        decisions=took.decisions,
        median=took.median,
    )


def _wanted(asked: Asked, filters: Filters) -> Wanted:
    team = () if filters.view is View.MINE else asked.viewer.team
    everybody = filters.view is View.ALL and asked.may(Permission.AUDIT)
    return Wanted(
        whose=None if everybody else waits_for(asked.house, asked.by, team),
        kind=filters.kind,
        tier=filters.tier,
        workflow=filters.workflow,
        pattern=filters.pattern,
        text=filters.q,
        overdue=filters.overdue,
        snoozed=filters.snoozed,
        page=filters.page,
        limit=ON_PAGE,
    )


def _views(asked: Asked) -> list[tuple[str, str]]:
    views = [(View.MINE, "For me")]
    if len(asked.viewer.team) > 1:
        views.append((View.TEAM, "My team"))
    if asked.may(Permission.AUDIT):
        views.append((View.ALL, "All"))
    return [*((str(view), words) for view, words in views), (str(View.DONE), "Decided")]


def _row(asked: Asked, tell: Telling, one: Line) -> Row:
    open_still = one.state == "open"
    name, what = parted(tell, one)
    if one.kind != RELEASE and (called := tell.value(one.object, "", one.record_id)) != one.record_id:
        name, what = called, name  # the record leads; what is asked of it follows
    return Row(
        id=one.id,
        title=one.title,
        name=name,
        what=what,
        kind=one.kind,
        tier=one.tier,
        workflow=_named(one.workflow),
        pattern=one.pattern,
        owner=one.owner,
        due_at=one.due_at,
        overdue=open_still and one.due_at < asked.now,
        put_off=open_still and one.snoozed_until is not None and one.snoozed_until > asked.now,
        state="approved" if one.state == "released" else (one.choice if one.state == "answered" else str(one.state)),
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        mine=one.owner.casefold() == asked.by.casefold(),
        undo_until=one.release_at if one.state == "approved" else None,
        moves=one.moves,
    )


def parted(tell: Telling, one: Line) -> tuple[str, str]:
    """Give what a title is about, and what it says of it in the org's own labels: of a question, whose it is."""
    name, colon, what = one.title.partition(": ")
    if one.kind != RELEASE or not colon:
        return one.title, _named(one.workflow) or one.owner
    return name, tell.plain(one.object, what)


def _named(workflow: str) -> str:
    return "" if workflow == HOUSE else workflow


def _change(title: str) -> str:
    """Give the part of a title that alike changes share: what follows the record's name."""
    return title.partition(": ")[2] or title
