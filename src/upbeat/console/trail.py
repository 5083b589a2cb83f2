"""The history: searched by what, who, when and where, exported with its proof, and its seal verified."""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from upbeat.console.area import Area, Done, Download, Nothing
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number, day_of
from upbeat.operations import Background, Form, Refused, System, lines
from upbeat.operations.background import background
from upbeat.operations.tracing import AREAS, VERIFY, Trail, TrailWanted, begin_verifying, export_trail, trail

area = Area("history")

_TYPES: Final = {Form.JSONL: "application/x-ndjson", Form.CSV: "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Searched:
    """What was asked for, as it stands in the address."""

    since: str
    until: str
    workflow: str
    actor: str
    about: str
    system: str
    step: str
    record: str
    run: str
    entry: int

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return any(asdict(self).values())

    def address(self, page: str = "/audit", **changes: str | int) -> str:
        """Give the address of a page with this in it, some of it changed."""
        said = {name: value for name, value in (asdict(self) | changes).items() if value}
        return f"{page}?{urlencode(said)}" if said else page


@dataclass(frozen=True, slots=True)
class History:
    """One page of the history; `older` is the address of the next, `verified` how its seal was checked last.

    `problem` says what cannot be searched for, in place of the entries.
    """

    trail: Trail
    searched: Searched
    areas: dict[str, str]
    systems: tuple[str, ...]
    is_newest: bool
    older: str
    csv: str
    jsonl: str
    verified: Background | None
    problem: str


@area.page("/audit", needs=Permission.AUDIT, template="audit/trail.html", title="History")
def history(
    asked: Asked,
    since: str = "",
    until: str = "",
    workflow: str = "",
    actor: str = "",
    about: str = "",
    system: str = "",
    step: str = "",
    record: str = "",
    run: str = "",
    entry: Number = 0,
    before: Number = 0,
) -> History:
    """Give the entries that fit, the newest first: `about` is an area, `actor` a person or an agent."""
    searched = Searched(since, until, workflow, actor, about, system, step, record, run, entry)
    problem = ""
    try:
        found = trail(asked.house, _wanted(asked, searched, before))
    except Refused as error:
        if asked.is_program:
            raise
        found, problem = replace(trail(asked.house), lines=(), before=0, looked_to=None), f"{error.what}. {error.fix}"
    exports = not step and not problem
    return History(
        trail=found,
        searched=searched,
        areas=dict(AREAS),
        systems=tuple(System),
        is_newest=not before,
        older=searched.address(before=found.before) if found.before else "",
        csv=searched.address("/audit/export.csv") if exports else "",
        jsonl=searched.address("/audit/export.jsonl") if exports else "",
        verified=background(asked.house, VERIFY),
        problem=problem,
    )


@area.file("/audit/export.{form}", needs=Permission.AUDIT)
def export(
    asked: Asked,
    form: Form,
    since: str = "",
    until: str = "",
    workflow: str = "",
    actor: str = "",
    about: str = "",
    system: str = "",
    record: str = "",
    run: str = "",
) -> Download:
    """Give the entries that fit with what proves them; that somebody took them away is an entry itself."""
    searched = Searched(since, until, workflow, actor, about, system, "", record, run, 0)
    _, rows = export_trail(asked.house, asked.by, form, _wanted(asked, searched, 0))
    return Download(f"upbeat-history-{asked.now:%Y-%m-%d}.{form}", _TYPES[form], lines(rows, form))


@area.action("/audit/verify", needs=Permission.AUDIT, back="/audit")
def verify(asked: Asked, _body: Nothing) -> Done:
    """Recompute the whole history beside whatever else goes on; the page says how far it is."""
    begin_verifying(asked.house, asked.by)
    return Done("The whole history is recomputed. This page says what comes of it.")


def _wanted(asked: Asked, said: Searched, before: int) -> TrailWanted:
    last = day_of(asked, said.until, "until")
    return TrailWanted(
        since=day_of(asked, said.since, "since"),
        until=None if last is None else last + timedelta(days=1),
        workflow=said.workflow,
        actor=said.actor.strip(),
        area=said.about,
        system=said.system,
        step=said.step,
        record=said.record.strip(),
        run=said.run.strip(),
        position=said.entry,
        before=before,
    )
