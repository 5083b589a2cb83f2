"""The navigation: where each kind of reader goes, in groups."""

from dataclasses import dataclass
from typing import Final

from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to; `live` names the live count beside it."""

    to: str
    name: str
    icon: str
    needs: Permission
    live: str = ""


PLACES: Final[tuple[tuple[Place, ...], ...]] = (
    (
        Place("/", "Home", "home", Permission.OWN),
        Place("/me/flags", "My flags", "flag", Permission.OWN),
        Place("/review", "Review", "queue", Permission.DECIDE, live="waiting"),
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
