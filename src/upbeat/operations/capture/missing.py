"""Once a day whoever answers for capture is told what was not captured in time: a miss is never only a gap."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from upbeat.operations.capture.watching import Watched, watch
from upbeat.operations.house import House
from upbeat.review import Matter, open_matter
from upbeat.workflows import load

NOT_CAPTURED: Final = "not captured"
"""The kind of a question to whoever answers for capture."""

_DUE: Final = timedelta(days=2)
_LINES: Final = 20  # reasons that people read; `upbeat capture status` has all


def look_for_misses(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Tell the owner of capture.yaml what is missing; without the file, or where nothing is, there is nothing to tell.

    What was told and is open still is not told twice. Gives what the ledger keeps of it. Raises SalesforceError.
    """
    written = load(house.folder).capture
    if written is None:
        return None
    found = watch(house)
    if found.ok:
        return None
    lines = list(_lines(found))
    with house.store.writing() as conn:
        matter = Matter(
            kind=NOT_CAPTURED,
            key="capture",
            ask=f"{len(lines)} conversations are not captured, or not written in time: `upbeat capture status`",
            owner=written.owner,
            due=now + _DUE,
            choices=("seen",),
            reasons=tuple(lines[:_LINES]),
        )
        open_matter(conn, house.ledger, matter, now)
    return {
        "missed": [one.event for one in found.missed],
        "silent": [one.key for one in found.silent],
        "unread": len(found.unread),
        "late": [one.key for one in found.late],
    }


def _lines(found: Watched) -> Iterator[str]:
    for one in found.missed:
        yield f"{one.owner} met a customer until {_at(one.ended)}, and nothing of it is captured: {one.subject}"
    for each in found.silent:
        yield f"a {each.medium} of {_at(each.began)} has no word of what was said: {each.key}, from {each.source}"
    for unread in found.unread:
        yield f"something of {unread.source} cannot be read, `upbeat capture status` names it: {unread.why}"
    for late in found.late:
        yield f"{late.key} is not written since {_at(late.taken_at)}: {late.workflow or late.state}"


def _at(moment: datetime) -> str:
    return f"{moment:%d %b %H:%M} UTC"
