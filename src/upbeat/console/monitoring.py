"""A workflow in monitor: what it would have done, what it will take live, and the way there and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked, MissingError, NotAllowedError
from upbeat.console.permissions import Permission
from upbeat.console.reach import reach
from upbeat.console.review.seen import may_open
from upbeat.console.workflow import registered
from upbeat.domain import Mode
from upbeat.formula import Type
from upbeat.operations import (
    Effect,
    GoLiveReport,
    Wish,
    ask_to_go_live,
    demote,
    effect,
    go_live_question,
    go_live_report,
    judge,
    report_within,
    tuned,
)
from upbeat.operations.tracing import run_story
from upbeat.workflows import ThresholdLine

area = Area("monitor")


@dataclass(frozen=True, slots=True)
class Waits:
    """Whom going live waits for; `review` is the question, empty for whom it does not open."""

    owner: str
    review: str


@dataclass(frozen=True, slots=True)
class Monitored:
    """The report that people agree to before a workflow goes live, and who has been asked to, if anybody.

    Its figures are of all runs; of single runs and records it has those that whoever looks may open.
    """

    name: str
    title: str
    mode: Mode
    report: GoLiveReport
    waits: Waits | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What of a workflow can be tuned. `known` are the globals that its condition may name, with their types."""

    name: str
    title: str
    object: str
    mode: Mode
    thresholds: tuple[ThresholdLine, ...]
    condition: str
    known: Mapping[str, Type]


class GoLive(Body):
    """What somebody says with the wish: a note, whether to start on what monitor saw, and the words that it takes."""

    note: Annotated[str, Field(max_length=2000)] = ""
    catch_up: bool = False
    exception: Annotated[str, Field(max_length=1000)] = ""
    production: bool = False


class Judgement(Body):
    """What somebody thinks of one run."""

    run: Annotated[str, Field(min_length=4, max_length=64)]
    word: Literal["right", "wrong"]
    why: Annotated[str, Field(max_length=1000)] = ""


class Why(Body):
    """Why it is taken back."""

    why: Annotated[str, Field(min_length=1, max_length=1000)]


class Tried(Body):
    """Other values of thresholds, by name, and another condition; what is left empty is as it is."""

    values: dict[str, Annotated[str, Field(max_length=100)]] = Field(default_factory=dict)
    when: Annotated[str, Field(max_length=15_000)] = ""


class Kept(Tried):
    """What was tried, to be kept, and why."""

    why: Annotated[str, Field(max_length=1000)] = ""


@area.page("/workflows/{name}/monitor", needs=Permission.WATCH, template="workflow/monitor.html", title="Monitor")
def monitor(asked: Asked, name: str) -> Monitored:
    """Say what a workflow would have done, and what it takes to go live."""
    row = registered(asked, name).row
    report = report_within(asked.house, go_live_report(asked.house, name), reach(asked))
    return Monitored(name, row.title, row.mode, report, _waits(asked, name))


def _waits(asked: Asked, name: str) -> Waits | None:
    found = go_live_question(asked.house, name)
    if found is None:
        return None
    return Waits(found.owner, found.id if may_open(asked, found) else "")


@area.action("/workflows/{name}/go-live", needs=Permission.BUILD, back="/workflows/{name}/monitor", by_person=True)
def go_live(asked: Asked, name: str, body: GoLive) -> Done:
    """Say yes to going live, and put the question to the next person who must agree."""
    wish = Wish(body.note, body.catch_up, body.exception, body.production)
    done = ask_to_go_live(asked.house, name, asked.by, wish)
    others = f", or {' or '.join(done.others)}" if done.others else ""
    return Done(f"You agreed. It waits for {done.waits_for}{others} to agree too.")


@area.action("/workflows/{name}/demote", needs=Permission.WATCH, back="/workflows/{name}/monitor", by_person=True)
def take_back(asked: Asked, name: str, body: Why) -> Done:
    """Take a live workflow back to monitor: one person is enough, whoever sees what it does."""
    demote(asked.house, name, asked.by, body.why)
    return Done("It is in monitor again: from now on it writes nothing.")


@area.action(
    "/workflows/{name}/judge", needs=Permission.WATCH, back="/workflows/{name}/monitor#samples", by_person=True
)
def say(asked: Asked, name: str, body: Judgement) -> Done:
    """Say of a run of this workflow in monitor whether what it would have done was right."""
    found = run_story(asked.house, body.run, reach(asked))
    if found is None or found.line.workflow != name:
        raise MissingError(f"{name} has no such run, or it is not yours to see", fix="Judge one that this page shows.")
    judge(asked.house, found.line.run, body.word, asked.by, body.why)
    return Done(f"Noted: {body.word}. The report counts it.")


@area.page("/workflows/{name}/tune", needs=Permission.WATCH, template="workflow/tune.html", title="Thresholds")
def tune(asked: Asked, name: str) -> Thresholds:
    """Say which thresholds a workflow has, and why each is as it is."""
    row = registered(asked, name).row
    when = asked.house.workflow(name).when
    return Thresholds(name, row.title, row.object, row.mode, row.thresholds, when.text, when.scope.globals)


@area.action(
    "/workflows/{name}/effect", needs=Permission.WATCH, back="/workflows/{name}/tune", template="workflow/effect.html"
)
def try_values(asked: Asked, name: str, body: Tried) -> Effect:
    """Say what other thresholds would change on the records within reach; whoever builds may try another condition."""
    if body.when.strip() and not asked.may(Permission.BUILD):
        raise NotAllowedError(
            "another condition is a question about any record: it is for whoever builds",
            fix="Try other values of its thresholds, or ask somebody who builds workflows.",
        )
    values = {one: text for one, text in body.values.items() if text.strip()}
    return effect(asked.house, name, values, body.when, reach(asked))


@area.action("/workflows/{name}/tune", needs=Permission.BUILD, back="/workflows/{name}/edit")
def keep(asked: Asked, name: str, body: Kept) -> Done:
    """Put what was tried into the draft of the workflow. It runs when somebody publishes it."""
    values = {one: text for one, text in body.values.items() if text.strip()}
    tuned(asked.house, name, values, body.when, body.why, asked.by)
    return Done("It stands in the draft. Look at it, test it, and publish it.")
