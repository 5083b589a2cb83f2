"""explain, status: what happened, and how it stands."""

from collections.abc import Sequence
from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, at, out, show, table, told, workspace
from upbeat.operations import ApiCalls, Journey, Status

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its beginning, or a record's id.")]


@told
def explain(key: Run, folder: Dir = None, as_json: Json = False) -> None:
    """Tell why: event, condition and its values, each step, the decision and its rule, the write, the entries."""
    with workspace(folder) as space:
        found = operations.explain(space.house, key)
    show(found, as_json=as_json, words=lambda: _tell(found))


@told
def start(
    name: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Any workflow.")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The id of a record of its object.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Start a workflow on one record now; its condition is still asked, and its mode holds."""
    with workspace(folder) as space:
        run = operations.start_on(space.house, name, record, user)
        waits = "" if space.house.engine_runs else " No engine is running: `upbeat run` does it."
    found = {"workflow": name, "record": record, "run": run}
    show(found, as_json=as_json, words=lambda: out.print(f"Started as run {short(run)}.{waits}"))


@told
def look(
    name: Annotated[str, typer.Argument(metavar="WORKFLOW", help="A scheduled workflow.")],
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Have a scheduled workflow look at the org now, and not only when its time comes."""
    with workspace(folder) as space:
        due = operations.look_now(space.house, name)
        waits = "" if space.house.engine_runs else " No engine is running: `upbeat run` does it."
    found = {"workflow": name, "due": due}
    show(found, as_json=as_json, words=lambda: out.print(f"{name} looks at every record now.{waits}"))


@told
def status(folder: Dir = None, as_json: Json = False) -> None:
    """Show live counts: items by workflow and outcome, writes, what waits, what is loose."""
    with workspace(folder) as space:
        found = operations.status(space.house)
    show(found, as_json=as_json, words=lambda: _counts(found))
    if found.loose:
        raise typer.Exit(1)


def _tell(journeys: Sequence[Journey]) -> None:
    for one in journeys:
        _tell_one(one)


def _tell_one(one: Journey) -> None:
    ending = one.outcome or f"{one.state}, with {one.owner} until {at(one.due_at)}"
    out.print(f"[bold]{one.workflow}[/bold] on {one.object} {one.record_id}: [bold]{ending}[/bold]")
    out.print(f"run {short(one.run)} · version {one.number} ({short(one.version)}) · {one.mode}")
    for told_ in one.told:
        place = "not sealed yet" if told_.position is None else f"ledger #{told_.position}"
        place += f" · policy {told_.policy}" if told_.policy else ""
        out.print(f"  {told_.at.astimezone():%d %b %H:%M:%S} {told_.what}", markup=False)
        for detail in told_.details:
            out.print(f"           {detail}", markup=False)
        out.print(f"           [dim]{told_.actor} · {place}[/dim]")
    out.print(f"  way back: {one.way_back}", markup=False)
    out.print()


def _counts(found: Status) -> None:
    if found.stopped is not None:
        out.print(f"[red]All writes are stopped[/red] by {found.stopped.by} since {at(found.stopped.at)}")
    if (left := found.disconnected) is not None:
        out.print(
            f"[red]The org is disconnected[/red], by {left.by} since {at(left.at)}: `upbeat org connect` connects it"
        )
    rows = [(workflow, outcome, count) for workflow, counts in found.items.items() for outcome, count in counts.items()]
    table("Items", ["workflow", "outcome", "items"], rows, "Waiting for the first event.")
    modes = ", ".join(f"{name} {mode}" for name, mode in found.modes.items())
    out.print(f"\nmodes: {modes}")
    out.print(f"written {found.writes} · would have been written {found.observed}")
    out.print(f"waiting for a person {found.waiting} (overdue {found.overdue})")
    for pool, kept in found.promises.items():
        broken = f", [red]{kept.broken} of them broken[/red]: `upbeat routing waiting`" if kept.broken else ""
        out.print(f"promised in {pool}: {kept.open}{broken}")
    said = found.answering
    if said.overridden or said.misfires:
        late = f", [red]{said.misfires_late} of them late[/red]" if said.misfires_late else ""
        out.print(f"flags: {said.overridden} overridden · {said.misfires} reported as wrong{late}")
    for incident in said.incidents:
        out.print(f"[red]nobody answers[/red]: {incident} is no longer active", markup=True)
    out.print(f"ledger: {found.sealed} entries sealed, {found.unsealed} to be sealed")
    if found.calls is not None:
        out.print(_allowance(found.calls), markup=False)
    for words in found.unsound:
        out.print(f"[yellow]Live on what fails[/yellow]: {words}. `upbeat audit --last` says what that does.")
    for week in found.unsigned:
        out.print(f"[red]not signed[/red]: the packet of {week}: `upbeat packet --week {week}`")
    for loose in found.loose:
        out.print(f"[red]loose[/red]: run {short(loose.run)} of {loose.workflow}, {loose.state} since its due time")


def _allowance(calls: ApiCalls) -> str:
    """Say what is left of the org's API calls, and where Upbeat begins to spare them."""
    head = f"API calls: {calls.used:,} of {calls.allowed:,} used at {at(calls.at)}, {calls.left:,} left"
    if calls.left <= calls.stop:
        return f"{head}: work waits until there are more than {calls.stop:,} again"
    if calls.left <= calls.slow:
        return f"{head}: work goes slowly, and stops at {calls.stop:,}"
    return f"{head}; work slows down at {calls.slow:,} and stops at {calls.stop:,}"
