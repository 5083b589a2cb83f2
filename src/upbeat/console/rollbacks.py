"""Taking changes back: what would go back and what would not, then the order, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from upbeat.base import shown
from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.console.reach import day_of
from upbeat.console.told import Telling, telling
from upbeat.operations import Background, Pattern, Refused, Reversal, Reversible, roll_back
from upbeat.operations.background import background
from upbeat.operations.rolling_back import ROLLBACK, begin_rollback, look_ahead
from upbeat.operations.tracing import people_by_id, published_workflows, record_names

area = Area("rollbacks")

_SHOWN = 100  # fields in a table


class Chosen(Body):
    """Which writes: those of one run, or all of which everything said is true."""

    run: str = ""
    workflow: str = ""
    version: str = ""
    step: str = ""
    object: str = ""
    field: str = ""
    value: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_any(self) -> bool:
        """Whether enough is said to look."""
        return bool(self.run or self.workflow or self.version or self.step or self.field)


class Order(Chosen):
    """An order; `rest` leaves what was changed since as it is, and takes back the rest of a run."""

    rest: bool = False


@dataclass(frozen=True, slots=True)
class Back:
    """One field of one write: what it is now, and what would stand again; `label` is what people call the field."""

    record_id: str
    name: str
    object: str
    field: str
    label: str
    now: str
    back_to: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Stays:
    """A write that would stay as it is, and why."""

    record_id: str
    name: str
    object: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Rollback:
    """What was chosen, and what would become of it. `nothing` says why there is nothing to take back.

    `fields` and `writes` count what goes back; only the newest are shown. `blocks` is whether somebody changed part of
    the run since. `last` is the order that was given last, with how far it is.
    """

    chosen: Chosen
    workflows: tuple[str, ...]
    goes_back: tuple[Back, ...]
    stays: tuple[Stays, ...]
    writes: int
    stay: int
    more: bool
    blocks: bool
    nothing: str
    fix: str
    last: Background | None


@area.page("/rollbacks/new", needs=Permission.ROLL_BACK, template="rollbacks/new.html", title="Take changes back")
def new(
    asked: Asked,
    run: str = "",
    workflow: str = "",
    version: str = "",
    step: str = "",
    object: str = "",  # noqa: A002  as the address names it
    field: str = "",
    value: str = "",
    since: str = "",
    until: str = "",
) -> Rollback:
    """Say what would go back and what would not, compared with the org as it is now."""
    chosen = Chosen(
        run=run,
        workflow=workflow,
        version=version,
        step=step,
        object=object,
        field=field,
        value=value,
        since=since,
        until=until,
    )
    found, nothing, fix, more = (), "", "", False
    if chosen.is_any:
        try:
            ahead = look_ahead(asked.house, _what(asked, chosen))
            found, more = ahead.reversals, ahead.more
        except Refused as error:
            nothing, fix = error.what, error.fix
    called = record_names(asked.house, (one.record_id for one in found))
    names = {**people_by_id(asked.house), **called}
    tell = telling(asked.house, names, asked.zone)
    back = [one for one in found if one.state is Reversible.YES]
    stays = [one for one in found if one.state is not Reversible.YES]
    return Rollback(
        chosen=chosen,
        workflows=published_workflows(asked.house),
        goes_back=tuple(row for one in back for row in _rows(one, names, tell))[:_SHOWN],
        stays=tuple(
            Stays(one.record_id, names.get(one.record_id, ""), one.proposal.object, one.state, one.why) for one in stays
        )[:_SHOWN],
        writes=len(back),
        stay=len(stays),
        more=more,
        blocks=bool(run) and any(one.state is Reversible.CHANGED for one in stays),
        nothing=nothing,
        fix=fix,
        last=background(asked.house, ROLLBACK),
    )


@area.action("/rollbacks", needs=Permission.ROLL_BACK, back="/rollbacks/new", by_person=True)
def order(asked: Asked, body: Order) -> Done:
    """Ask for it in the name of whoever asks; it goes through the gate as every change does."""
    if not body.is_any:
        raise Refused("nobody said what to take back", fix="Name a run, a workflow, a version, a step or a field.")
    waits = "" if asked.house.engine_runs else " No engine is running: `upbeat run` carries it out."
    what = _what(asked, body)
    if isinstance(what, str):
        done = roll_back(asked.house, what, asked.by, rest=body.rest)
        stays = f" {len(done.left)} stay as they are." if done.left else ""
        return Done(f"Asked for {done.writes} changes to be taken back.{stays}{waits}", to=f"/runs/{done.runs[0]}")
    begin_rollback(asked.house, what, asked.by)
    return Done(f"It is being asked for. This page says how far it is.{waits}")


def _what(asked: Asked, chosen: Chosen) -> str | Pattern:
    if chosen.run:
        return chosen.run
    last = day_of(asked, chosen.until, "until")
    return Pattern(
        workflow=chosen.workflow,
        version=chosen.version,
        step=chosen.step,
        object=chosen.object,
        field=chosen.field,
        value=chosen.value if chosen.field and chosen.value else None,
        since=day_of(asked, chosen.since, "since"),
        until=None if last is None else last + timedelta(days=1),
    )


def _rows(one: Reversal, names: Mapping[str, str], tell: Telling) -> list[Back]:
    return [
        Back(
            one.record_id,
            names.get(one.record_id, ""),
            one.proposal.object,
            field,
            tell.label(one.proposal.object, field),
            shown(one.now.get(field), names),
            shown(back, names),
            one.written_at,
        )
        for field, back in one.back_to.items()
    ]
