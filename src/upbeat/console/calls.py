"""Calls, meetings and mail: what was captured, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from upbeat.console.area import Area
from upbeat.console.asked import Asked
from upbeat.console.paging import Part
from upbeat.console.permissions import Permission
from upbeat.console.reach import reach
from upbeat.conversation import Medium
from upbeat.operations.capture import Entry, counted, entries

area = Area("calls")

_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A conversation in the list."""

    key: str
    title: str
    medium: str
    source: str
    began: datetime
    minutes: int
    people: tuple[str, ...]
    state: str
    account: str
    opportunity: str
    activity: str
    candidates: int
    why: str
    account_name: str
    opportunity_name: str


@dataclass(frozen=True, slots=True)
class Calls:
    """What was captured, the newest first; `counts` are by state, and what was asked for stands beside."""

    calls: Part[Call]
    counts: tuple[tuple[str, int], ...]
    state: str
    medium: str
    of: str
    media: tuple[str, ...]


@area.page("/calls", needs=Permission.WATCH, template="calls/list.html", title="Calls")
def calls(asked: Asked, state: str = "", medium: str = "", of: str = "", page: int = 1) -> Calls:
    """Give the conversations that were captured: those of one's own people, as with their pages."""
    at, scope = max(1, page), reach(asked)
    found = entries(asked.house, state=state, medium=medium, of=of, scope=scope, first=(at - 1) * _ROWS, most=_ROWS)
    part = Part(tuple(map(call_of, found.rows)), found.total, at, max(1, -(-found.total // _ROWS)))
    return Calls(part, tuple(sorted(counted(asked.house, scope).items())), state, medium, of, tuple(Medium))


def call_of(one: Entry) -> Call:
    """Give a conversation as its line in the list."""
    row = one.listed
    return Call(
        key=row.key,
        title=one.title,
        medium=row.medium,
        source=row.source,
        began=row.began,
        minutes=round(one.seconds / 60),
        people=one.people,
        state=row.state,
        account=row.account,
        opportunity=row.opportunity,
        activity=row.activity,
        candidates=row.candidates,
        why=row.why,
        account_name=row.account_name,
        opportunity_name=row.opportunity_name,
    )
