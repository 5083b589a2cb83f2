"""override, misfire, scorecard: what people say of a flag, and what a trigger is worth."""

from collections.abc import Sequence
from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, at, out, show, table, told, working, workspace
from upbeat.cli.frame import since as moment_since
from upbeat.operations import Rate, Scorecard, Times, Wrong

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its beginning, or a record's id.")]


@told
def override(
    key: Run,
    reason: Annotated[str, typer.Option(help="What you know that the trigger does not.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Override a flag: it stays quiet on its record until the facts change."""
    with workspace(folder) as space:
        done = operations.override(space.house, key, user, reason)
    words = f"{done.workflow} is quiet on {done.name} until the facts change. Run {short(done.run)} remembers why."
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@told
def misfire(
    key: Run,
    why: Annotated[str, typer.Option(help="What is wrong, in your words.")],
    kind: Annotated[Wrong, typer.Option(help="What it is that is wrong.")] = Wrong.FACT,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Report that a flag is wrong: its owner answers by a time, and you are told what was done."""
    with workspace(folder) as space:
        done = operations.report_misfire(space.house, key, user, why, kind)
    words = f"{done.owner}, who answers for {done.workflow}, is told and answers by {at(done.answer_by)}."
    then = f" It was one too many: {done.workflow} is in monitor mode again." if done.demoted else ""
    show(done, as_json=as_json, words=lambda: out.print(words + then, markup=False))


@told
def owners(folder: Dir = None, as_json: Json = False) -> None:
    """Show who answers for each workflow, action, pool and rule; exits with 1 where somebody is no longer active."""
    with workspace(folder) as space:
        found = operations.owners(space.house)
    columns = ["file", "what", "person", ""]
    rows = [(one.subject, one.what, one.person, "" if one.active else "no longer active") for one in found]
    empty = "No workflow yet: `upbeat init FOLDER` copies the shipped ones."
    show(found, as_json=as_json, words=lambda: table("Owners", columns, rows, empty))
    if not all(one.active for one in found):
        raise typer.Exit(1)


@told
def scorecard(
    name: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help="One workflow; all of them where none is named.")
    ] = "",
    since: Annotated[str, typer.Option(help="How far back: '30 days', or a date.")] = "30 days",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what triggers are worth: fires, what people did with their flags, how sure that is, how long it took."""
    with workspace(folder) as space, working("counting", quiet=as_json):
        found = operations.scorecards(space.house, name, moment_since(since, space.clock.now(), "--since"))
    show(found, as_json=as_json, words=lambda: _cards(found))


def _cards(found: Sequence[Scorecard]) -> None:
    for one in found:
        _card(one)
    if not found:
        out.print("No workflow yet: `upbeat init FOLDER` copies the shipped ones.")


def _card(one: Scorecard) -> None:
    live, monitor = one.fires["live"], one.fires["monitor"]
    out.print(f"[bold]{one.workflow}[/bold] · {one.mode} · owner {one.owner} · since {at(one.since)}")
    if not live + monitor:
        out.print("  It has not fired in this time, so there is nothing to judge it by. `upbeat explain RECORD` says")
        out.print("  of a record that you would have expected why not.\n")
        return
    out.print(f"  fired {live} live, {monitor} in monitor · suggested {one.suggested}, written {one.written}")
    out.print(f"  shown to people {one.flags} · acted on {_share(one.action_rate)} · {one.waiting} still have time")
    out.print(f"  right {_share(one.precision)}, of those that somebody judged")
    said = one.misfires
    out.print(
        f"  overridden {one.overridden} · reported wrong {said.runs}: {said.upheld} upheld, {said.as_meant} as meant, "
        f"{said.unanswered} unanswered, {said.late} late"
    )
    out.print(f"  time to act {_took(one.took)} · expired {one.expired} · escalated {one.escalated}")
    for reason, count in one.rejected.items():
        out.print(f"  rejected {count}: {reason}", markup=False)
    for words in one.rejected_with:
        out.print(f"    {words}", markup=False)
    out.print(f"  {_measured(one)}", markup=False)
    for note in one.notes:
        out.print(f"  {note}", markup=False)
    rows = [(each.person, each.received, _share(each.acted), each.waiting, _took(each.took)) for each in one.readers]
    columns = ["person", "shown", "acted on", "still have time", "time to act"]
    table("", columns, rows, "  Nobody was shown anything: what it does happens by itself, or in monitor mode.")
    out.print()


def _share(one: Rate) -> str:
    if one.share is None:
        return "- (nothing to count yet)"
    return f"{one.part} of {one.of} ({one.share:.0%}, {one.low:.0%} to {one.high:.0%} at 95 %)"


def _took(one: Times) -> str:
    if one.median is None or one.ninetieth is None:
        return "-"
    return f"{_span(one.median)}, nine in ten within {_span(one.ninetieth)}"


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{seconds / 60:.0f} min" if hours < 1 else f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def _measured(one: Scorecard) -> str:
    """Say what is known of the figure that the workflow should move."""
    seen = one.measure
    sides = [(seen.before, "before it went live"), *([] if seen.live_since is None else [(seen.after, "since")])]
    weekly = [
        f"too briefly {when} to tell (less than a day)" if count is None else f"{count:.1f} a week {when}"
        for count, when in sides
    ]
    return f"{seen.metric} itself is measured nowhere in Upbeat; it fired {', '.join(weekly)}"
