"""Calls, meetings and mail: what was captured, the newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from upbeat.console.area import Area
from upbeat.console.asked import Asked
from upbeat.console.paging import PageNumber, Part
from upbeat.console.permissions import Permission
from upbeat.console.reach import reach
from upbeat.conversation import Medium
from upbeat.operations.capture import Entry, counted, entries
from upbeat.operations.tracing import within

area = Area("calls")

_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A conversation in the list. What it is of has no id where its page is not for whoever asks, and a name."""

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
def calls(asked: Asked, state: str = "", medium: str = "", of: str = "", page: PageNumber = 1) -> Calls:
    """Give the conversations that were captured: those of one's own people, as with their pages."""
    scope = reach(asked)
    found = entries(asked.house, state=state, medium=medium, of=of, scope=scope, first=(page - 1) * _ROWS, most=_ROWS)
    opens = within(asked.house, scope, records={key for one in found.rows for key in records_of(one)})
    part = Part(tuple(call_of(one, opens) for one in found.rows), found.total, page, max(1, -(-found.total // _ROWS)))
    return Calls(part, tuple(sorted(counted(asked.house, scope).items())), state, medium, of, tuple(Medium))


def records_of(one: Entry) -> tuple[str, ...]:
    """Give the ids of the records that a conversation is of."""
    row = one.listed
    return tuple(key for key in (row.account, row.opportunity, row.activity) if key)


def call_of(one: Entry, opens: Collection[str]) -> Call:
    """Give a conversation as its line in the list; `opens` are the records whose pages are for whoever asks."""
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
        account=row.account if row.account in opens else "",
        opportunity=row.opportunity if row.opportunity in opens else "",
        activity=row.activity if row.activity in opens else "",
        candidates=row.candidates,
        why=row.why,
        account_name=row.account_name or ("an account" if row.account else ""),
        opportunity_name=row.opportunity_name or ("a deal" if row.opportunity else ""),
    )
