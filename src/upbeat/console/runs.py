"""Runs: the list with its filters, one run with its story, another try, and the word that it is wrong."""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked, MissingError
from upbeat.console.journeys import RunTold, run_told
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number, day_of, reach
from upbeat.domain import Mode
from upbeat.operations import Refused, System, Wrong, approve, report_misfire
from upbeat.operations.tracing import RunPage, RunStory, RunsWanted, list_runs, run_story

area = Area("runs")

STATES: Final = {
    "ready": "ready",
    "running": "under way",
    "retry": "tried again later",
    "waiting": "waits for a person",
    "dead": "stuck",
    "done": "done",
}
"""The states of a run in the reader's words."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for, as it stands in the address."""

    state: str
    outcome: str
    workflow: str
    mode: str
    agent: str
    step: str
    system: str
    since: str
    until: str

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return any(asdict(self).values())

    def address(self, **changes: str | int) -> str:
        """Give the address of the list with some of it changed."""
        said = {name: value for name, value in (asdict(self) | changes).items() if value}
        return f"/runs?{urlencode(said)}" if said else "/runs"


@dataclass(frozen=True, slots=True)
class Runs:
    """One page of runs, and what there is to choose from; `more` is the address of what came before.

    `problem` says what of the filters cannot be looked for, in place of the runs.
    """

    page: RunPage
    filters: Filters
    states: dict[str, str]
    modes: tuple[str, ...]
    systems: tuple[str, ...]
    is_newest: bool
    more: str
    problem: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `wrongs` are what may be wrong with a flag, `states` the words for where it stands."""

    story: RunStory
    told: RunTold
    wrongs: tuple[str, ...]
    states: dict[str, str]


class Wronged(Body):
    """What is wrong with the flag of a run, and why."""

    run: str = ""
    kind: Wrong
    why: str = ""


class Note(Body):
    """What somebody says to what they do."""

    note: str = ""


@area.page("/runs", needs=Permission.WATCH, template="runs/list.html", title="Runs")
def runs(
    asked: Asked,
    state: str = "",
    outcome: str = "",
    workflow: str = "",
    mode: str = "",
    agent: str = "",
    step: str = "",
    system: str = "",
    since: str = "",
    until: str = "",
    after: Number = 0,
) -> Runs:
    """Give the runs that fit, the newest first: `until` is the last day, `after` the number of a page's last run."""
    filters, problem = Filters(state, outcome, workflow, mode, agent, step, system, since, until), ""
    try:
        page = list_runs(asked.house, _wanted(asked, filters, after), reach(asked))
    except Refused as error:
        if asked.is_program:
            raise
        page, problem = (
            replace(list_runs(asked.house, None, reach(asked)), lines=(), after=0),
            f"{error.what}. {error.fix}",
        )
    more = filters.address(after=page.after) if page.after else ""
    return Runs(page, filters, STATES, tuple(Mode), tuple(System), is_newest=not after, more=more, problem=problem)


def _wanted(asked: Asked, said: Filters, after: int) -> RunsWanted:
    last = day_of(asked, said.until, "until")
    return RunsWanted(
        state=said.state,
        outcome=said.outcome,
        workflow=said.workflow,
        mode=said.mode,
        agent=said.agent,
        step=said.step,
        system=said.system,
        since=day_of(asked, said.since, "since"),
        until=None if last is None else last + timedelta(days=1),
        after=after,
    )


@area.page("/runs/{run_id}", needs=Permission.OWN, template="runs/one.html", title="Run")
def run(asked: Asked, run_id: str) -> Run:
    """Tell one run from event to outcome, with why at every turn."""
    story = _story(asked, run_id)
    return Run(story, run_told(asked, story), tuple(Wrong), STATES)


@area.action("/runs/{run_id}/retry", needs=Permission.OWN, back="/runs/{run_id}", by_person=True)
def retry(asked: Asked, run_id: str, body: Note) -> Done:
    """Try a stuck run again, as whoever it is put to."""
    approve(asked.house, _stuck(asked, run_id), asked.by, choice="retry", note=body.note)
    waits = "" if asked.house.engine_runs else " No engine is running: `upbeat run` does it."
    return Done(f"It is tried again.{waits}")


@area.action("/runs/{run_id}/give-up", needs=Permission.OWN, back="/runs/{run_id}", by_person=True)
def give_up(asked: Asked, run_id: str, body: Note) -> Done:
    """End a stuck run in the name of whoever it is put to."""
    approve(asked.house, _stuck(asked, run_id), asked.by, choice="give up", note=body.note)
    return Done("It is given up, and ends so.")


@area.action("/runs/{run_id}/wrong", needs=Permission.OWN, back="/runs/{run_id}", by_person=True)
def wrong(asked: Asked, run_id: str, body: Wronged) -> Done:
    """Say that a flag is wrong: its owner answers by a time."""
    return say_wrong(asked, run_id, body)


def say_wrong(asked: Asked, run_id: str, body: Wronged, *, to: str = "") -> Done:
    """Put a wrong flag to whoever owns it, in the name of whoever asks."""
    story = _story(asked, run_id)
    said = report_misfire(asked.house, story.line.run, asked.by, body.why or str(body.kind), body.kind)
    taken_back = " That was one too many: the workflow is back in monitor mode." if said.demoted else ""
    by = f"{said.answer_by.astimezone(asked.zone):%-d %b, %H:%M}"
    return Done(f"{said.owner} has it, and answers by {by}.{taken_back}", to)


def _story(asked: Asked, run_id: str) -> RunStory:
    found = run_story(asked.house, run_id, reach(asked))
    if found is None:
        raise MissingError("there is no such run, or it is not yours to see", fix="Look for its record: press /.")
    return found


def _stuck(asked: Asked, run_id: str) -> str:
    """Give the question by which a run goes on. Raises MissingError where it is not stuck any more."""
    found = _story(asked, run_id)
    if not found.retries:
        fix = "Somebody was faster, or it went on by itself: load the page again."
        raise MissingError("this run is not stuck", fix=fix)
    return found.retries
