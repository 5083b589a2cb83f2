"""replay: a run decided again from the ledger alone."""

from collections.abc import Sequence

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import Dir, Json, at, counted, out, show, told, workspace
from upbeat.cli.look import Run
from upbeat.operations import Replay, Replayed


@told
def replay(key: Run, folder: Dir = None, as_json: Json = False) -> None:
    """Decide a run again from what was recorded, and say whether all comes out the same; exits with 1 where not.

    Nothing is asked of the org, of a model or of a person, and nothing is written.
    """
    with workspace(folder) as space:
        found = operations.replay(space.house, key)
    show(found, as_json=as_json, words=lambda: _tell(found))
    if any(one.verdict is not Replayed.SAME for one in found):
        raise typer.Exit(1)


def _tell(replays: Sequence[Replay]) -> None:
    for one in replays:
        colour = "green" if one.verdict is Replayed.SAME else "red"
        head = f"[bold]{one.workflow}[/bold] on {one.object} {one.record_id}: [{colour}]{one.verdict}[/{colour}]"
        out.print(f"{head} · {counted(len(one.decisions), 'decision')}")
        out.print(f"run {short(one.run)} · version {short(one.version)} · {_code(one)}")
        for redone in one.decisions:
            out.print(f"  {at(redone.at)} {redone.what}: {redone.verdict}", markup=False)
            for words in redone.differences:
                out.print(f"           {words}", markup=False)
        out.print()


def _code(one: Replay) -> str:
    others = [code for code in one.code_then if code != one.code_now]
    if not others:
        return f"by the code that decided it, {one.code_now}"
    return f"decided by other code, {', '.join(others)}, and again by {one.code_now}"
