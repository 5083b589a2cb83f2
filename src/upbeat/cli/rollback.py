"""rollback: what can be taken back, shown before it is asked for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short, shown
from upbeat.cli.frame import As, Dir, Json, at, counted, out, show, since, table, told, working, workspace
from upbeat.operations import Asked, House, Pattern, Refused, Reversal, Reversible

_SHOWN = 20  # rows of each table; --json has all

Key = Annotated[str, typer.Argument(metavar="[RUN]", help="A run's id or its beginning, or a record's id.")]
Workflow = Annotated[str, typer.Option("--workflow", help="Every write of this workflow, and not one run's.")]
Since = Annotated[str, typer.Option("--since", help="Written since: '2 days', or 2026-11-01T09:00.")]
Until = Annotated[str, typer.Option("--until", help="Written before: '1 hour', or 2026-11-01T17:00.")]
Step = Annotated[str, typer.Option("--step", help="Written in this step of a workflow.")]
Object = Annotated[str, typer.Option("--object", help="Written to records of this object.")]
Field = Annotated[str, typer.Option("--field", help="Written to this field.")]
Value = Annotated[str | None, typer.Option("--value", help="Where this value was written to the field.")]
Version = Annotated[
    str, typer.Option("--version", help="Written by this version of a workflow: its digest's beginning.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once more.")]
Rest = Annotated[bool, typer.Option("--rest", help="Leave what was changed since as it is, and take back the rest.")]


@told
def rollback(
    key: Key = "",
    workflow: Workflow = "",
    since_: Since = "",
    until: Until = "",
    step: Step = "",
    object_: Object = "",
    field: Field = "",
    value: Value = None,
    version: Version = "",
    yes: Yes = False,
    rest: Rest = False,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Take changes back, of one run or of all that fit a pattern: shows what can be, asks, then goes through the gate.

    What somebody has changed since is never overwritten: a single run is then refused, and of many that one stays.
    """
    with workspace(folder) as space:
        house, now = space.house, space.clock.now()
        begin, end = since(since_, now, "--since"), since(until, now, "--until")
        if begin is not None and end is not None and begin >= end:
            fix = f"Turn them round: --since {until!r} --until {since_!r}."
            raise Refused(f"--since {since_!r} does not lie before --until {until!r}", fix=fix)
        names = {"workflow": workflow, "step": step, "object": object_, "field": field, "version": version}
        pattern = Pattern(**names, value=value, since=begin, until=end)
        what = _what(key, pattern)
        with working("comparing with the org", quiet=as_json) as say:
            found = list(operations.preview(house, what, say))
        counts = Counter(one.state for one in found)
        if not as_json:
            _show(found, counts)
        number = counts[Reversible.YES]
        refused = not number or (isinstance(what, str) and not rest and _is_blocked(found))  # and told why
        if refused or yes or (not as_json and _sure(number)):
            with working("asking for it", quiet=as_json) as say:
                asked = operations.roll_back(house, what, user, rest=rest, told=say)
            _say(asked, found, counts, house, as_json=as_json)
        else:
            none = {"run": "", "runs": (), "key": "", "counts": counts, "reversals": found}
            show(none, as_json=as_json, words=lambda: out.print("Nothing was done: add --yes."))


def _what(key: str, pattern: Pattern) -> str | Pattern:
    """Give the one thing that was meant. Raises Refused for none, or two."""
    if key and pattern != Pattern():
        raise Refused("a run was named, and a pattern", fix="Name the run alone, or leave it out.")
    if pattern.value is not None and not pattern.field:
        raise Refused("--value says nothing without --field", fix="Name the field that it was written to.")
    if not key and not (pattern.workflow or pattern.step or pattern.field or pattern.version):
        fix = "Name a run, or --workflow with --since, or --step, --field, --version."
        raise Refused("nobody said what to take back", fix=fix)
    return key or pattern


def _is_blocked(found: Sequence[Reversal]) -> bool:
    return any(one.state is Reversible.CHANGED for one in found)


def _show(found: Sequence[Reversal], counts: Counter[Reversible]) -> None:
    ready = [one for one in found if one.state is Reversible.YES]
    stays = [one for one in found if one.state is not Reversible.YES]
    columns = ["record", "field", "is now", "goes back to", "written"]
    table("Goes back", columns, _rows(ready[:_SHOWN]), "Nothing can be taken back.")
    if stays:
        rows = [(f"{one.proposal.object} {one.record_id}", one.state, one.why) for one in stays[:_SHOWN]]
        table("\nStays as it is", ["record", "", "why"], rows, "")
    more = max(0, len(ready) - _SHOWN) + max(0, len(stays) - _SHOWN)
    said = ", ".join(f"{number:,} {state}" for state, number in counts.items())
    out.print(f"{said}{f' ({more:,} not shown; --json has all)' if more else ''}.")


def _rows(ready: Sequence[Reversal]) -> Iterator[Sequence[object]]:
    for one in ready:
        name = f"{one.proposal.object} {one.record_id}"
        for field, back in one.back_to.items():
            yield name, field, shown(one.now.get(field)), shown(back), at(one.written_at)


def _say(asked: Asked, found: Sequence[Reversal], counts: Counter[Reversible], house: House, *, as_json: bool) -> None:
    waits = "" if house.engine_runs else " No engine is running: `upbeat run` carries it out."
    stays = f" {counted(len(asked.left), 'change')} stays as it is." if asked.left else ""
    runs = f"run {short(asked.runs[0])}" if len(asked.runs) == 1 else f"{len(asked.runs):,} runs"
    words = f"Asked for {counted(asked.writes, 'change')} to be taken back, as {runs}.{stays}{waits}"
    said = {"run": asked.runs[0], "runs": asked.runs, "key": asked.key, "counts": counts, "reversals": found}
    show(said, as_json=as_json, words=lambda: out.print(words))


def _sure(number: int) -> bool:
    return typer.confirm(f"Take {counted(number, 'change')} back?")
