"""The navigation: where each kind of reader goes, in groups."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from upbeat.base import UpbeatError
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.operations.reviewing import waiting_for


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to; `counts` is whether the reader's own count stands beside it."""

    to: str
    name: str
    icon: str
    needs: Permission
    counts: bool = False


PLACES: Final[tuple[tuple[Place, ...], ...]] = (
    (
        Place("/", "Home", "home", Permission.OWN),
        Place("/me/flags", "My flags", "flag", Permission.OWN),
        Place("/review", "Review", "queue", Permission.DECIDE, counts=True),
    ),
    (
        Place("/workflows", "Workflows", "workflow", Permission.WATCH),
        Place("/triggers", "Register", "register", Permission.WATCH),
        Place("/scorecards", "Scorecards", "score", Permission.WATCH),
        Place("/foundation", "Foundation", "foundation", Permission.WATCH),
        Place("/routing", "Routing", "route", Permission.WATCH),
        Place("/calls", "Calls", "call", Permission.WATCH),
        Place("/runs", "Runs", "run", Permission.WATCH),
        Place("/audit", "History", "history", Permission.AUDIT),
        Place("/rollbacks/new", "Take back", "back", Permission.ROLL_BACK),
    ),
    (
        Place("/settings", "Settings", "settings", Permission.OWN),
    ),
)  # fmt: skip


def places(asked: Asked) -> tuple[tuple[Place, ...], ...]:
    """Give the groups of places that whoever asks may go to."""
    groups = (tuple(one for one in group if asked.may(one.needs)) for group in PLACES)
    return tuple(group for group in groups if group)


def waiting(asked: Asked) -> int | None:
    """Give how many wait for whoever asks; None where the store cannot say."""
    try:
        return waiting_for(asked.house, asked.by)
    except (SQLAlchemyError, UpbeatError):
        return None
