"""The first page: what is mine to do next, what is still to set up, what I was told; and where notices lead me."""

from dataclasses import dataclass, replace

from upbeat.console.area import Area, Elsewhere
from upbeat.console.asked import Asked
from upbeat.console.mine import told_flag, told_line
from upbeat.console.permissions import Permission
from upbeat.operations import Background
from upbeat.operations.background import background
from upbeat.operations.mine import (
    Flag,
    Overview,
    SealStands,
    Stands,
    Today,
    ToSetUp,
    my_flags,
    open_link,
    overview,
    seal_stands,
    to_set_up,
    today,
)
from upbeat.operations.tracing import VERIFY

area = Area("home")
_FEW = 3


@dataclass(frozen=True, slots=True)
class Home:
    """One person's first page. `to_set_up` is empty once all is, and for whoever sets nothing up.

    `overview` is for whoever reads the reports; `seal`, and how it was `verified` last, for who audits.
    """

    today: Today
    flags: tuple[Flag, ...]
    more_flags: int
    to_set_up: tuple[ToSetUp, ...]
    overview: Overview | None
    seal: SealStands | None
    verified: Background | None


@area.page("/", needs=Permission.OWN, template="home.html", title="Home")
def home(asked: Asked) -> Home:
    """Say what is mine to do next."""
    below = asked.viewer.team[1:] if asked.may(Permission.DECIDE) else ()
    flags = [one for one in my_flags(asked.house, asked.by) if one.stands is Stands.TOLD]  # the others are tasks
    sets_up = asked.may(Permission.BUILD) or asked.may(Permission.CONNECT)
    steps = to_set_up(asked.house) if sets_up else ()
    audits = asked.may(Permission.AUDIT)
    return Home(
        today=_told(asked, today(asked.house, asked.by, below)),
        flags=tuple(told_flag(asked, one) for one in flags[:_FEW]),
        more_flags=max(len(flags) - _FEW, 0),
        to_set_up=() if all(one.done for one in steps) else steps,
        overview=overview(asked.house) if asked.may(Permission.REPORT) else None,
        seal=seal_stands(asked.house) if audits else None,
        verified=background(asked.house, VERIFY) if audits else None,
    )


def _told(asked: Asked, mine: Today) -> Today:
    tasks, decided = ([told_line(asked, one) for one in some] for some in (mine.tasks, mine.decided))
    return replace(mine, tasks=tuple(tasks), decided=tuple(decided))


@area.page("/open/{shown}", needs=Permission.OWN, template="", title="Open a notice")
def open_notice(asked: Asked, shown: str) -> Elsewhere:
    """Lead whom a notice was written to on to the item that it is about; what is done there, its page decides."""
    return Elsewhere(open_link(asked.house, shown, asked.by))
