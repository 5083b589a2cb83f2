"""Whose records and runs somebody reaches: who may watch sees all, everybody else their own and their team's."""

from datetime import datetime, time

from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.operations import Refused
from upbeat.operations.tracing import EVERYTHING, Scope


def reach(asked: Asked) -> Scope:
    """Give the scope of whoever asks."""
    everything = asked.may(Permission.WATCH) or asked.may(Permission.AUDIT)
    return EVERYTHING if everything else Scope(frozenset(asked.viewer.team))


def day_of(asked: Asked, text: str, name: str) -> datetime | None:
    """Read a day from an address, as its beginning by the org's clock; None for nothing. Raises Refused for no day."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise Refused(f"{name} {text!r} is no day", fix="Write it as 2026-11-21.") from None
    return datetime.combine(day, time(), asked.zone)
