"""upbeat test: what a workflow would do with real records, and nothing written."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import Dir, Json, counted, out, show, told, working, workspace
from upbeat.operations import Rehearsal, Tested


@told
def rehearse(
    name: Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow's name, as its file's.")],
    on: Annotated[
        list[str] | None, typer.Option("--on", help="A record's id; give it once for each. Left out, the newest.")
    ] = None,
    step: Annotated[
        str, typer.Option(help="The last step to go, or `trigger` for the condition alone. Left out, all of it.")
    ] = "",
    draft: Annotated[Path | None, typer.Option(help="A file to test in place of the workspace's own.")] = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Test a workflow on real records of the org: what it would do with each, and why. Nothing is written."""
    text = "" if draft is None else draft.read_text(encoding="utf-8")
    with workspace(folder) as space, working("running it on real records", quiet=as_json):
        found = operations.rehearse(space.house, name, text=text, step=step, ids=on or ())
    show(found, as_json=as_json, words=lambda: _tell(found))


def _tell(found: Rehearsal) -> None:
    out.print(f"[bold]{found.workflow}[/bold] fires on {found.fired:,} of {counted(len(found.records), 'record')}.")
    out.print(f"{found.object}: {found.chosen}.", markup=False)
    for note in found.notes:
        out.print(note, markup=False)
    for one in sorted(found.records, key=lambda each: not each.fired):
        _tell_one(one)
    out.print("\nNothing was written or sent." if not found.written else f"\n{found.written:,} writes left.")


def _tell_one(one: Tested) -> None:
    fires = "cannot go on" if one.stuck else "fires" if one.fired else "does not fire"
    out.print(f"\n{one.name} ({one.record_id}) {fires}: {one.stuck or one.why}", markup=False)
    for each in one.found:
        out.print(f"  found {each.step}.{each.name}: {each.value}", markup=False)
    for each in one.would:
        tier = "policy says no" if each.blocked else each.tier
        out.print(f"  would {each.does} ({each.step}, {tier})", markup=False)
        for value in each.values:
            out.print(f"    {value.label}: {value.before} → {value.after}", markup=False)
    for person in one.asked:
        out.print(f"  would ask {person}", markup=False)
