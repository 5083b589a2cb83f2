"""Whose records and runs somebody reaches: who builds, reports or audits sees all, everybody else their own team's."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Annotated

from fastapi import Query

from upbeat.console.asked import Asked
from upbeat.operations import Refused
from upbeat.operations.tracing import EVERYTHING, Scope


def reach(asked: Asked) -> Scope:
    """Give the scope of whoever asks."""
    return EVERYTHING if asked.viewer.everybody else Scope(frozenset(asked.viewer.team))


def took_part(asked: Asked, user_ids: Collection[str]) -> bool:
    """Whether one of these users of the org is among the people whose work somebody sees. Raises SalesforceError."""
    found = map(asked.house.get_people().find, user_ids) if not asked.viewer.everybody else ()
    return asked.viewer.everybody or any(one is not None and asked.viewer.sees(one.username) for one in found)


Number = Annotated[int, Query(ge=0, le=2**53)]
"""A number in an address, such as that of a run: 0 where it is left out."""

_FIRST, _LAST = (
    date(1971, 1, 1),
    date(9998, 12, 31),
)  # they have a moment in every zone; beyond, there is nothing of ours


def day_of(asked: Asked, text: str, name: str) -> datetime | None:
    """Read a day from an address, as its beginning by the org's clock; None for nothing. Raises Refused for no day.

    One long before or after all that we keep is as good as the first or last that has a moment.
    """
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise Refused(f"{name} {text!r} is no day", fix="Write it as 2026-11-21.") from None
    return datetime.combine(min(max(day, _FIRST), _LAST), time(), asked.zone)
