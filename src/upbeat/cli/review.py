"""upbeat review: what waits for a person, and their answers."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, at, out, show, table, told, workspace
from upbeat.operations import Review

app = typer.Typer(no_args_is_help=True, help="What waits for a person: list, show, approve, reject.")

Key = Annotated[str, typer.Argument(metavar="ID", help="The review's id, or its beginning.")]


@app.command("list")
@told
def list_reviews(
    owner: Annotated[str, typer.Option(help="Only what waits for this person.")] = "",
    every: Annotated[bool, typer.Option("--all", help="What was decided, too.")] = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """List what waits, the most pressing first."""
    with workspace(folder) as space:
        found = operations.reviews(space.house, owner=owner, every=every)
    columns = ["id", "due", "waits for", "kind", "what", "state"]
    rows = [(short(one.id), at(one.due_at), one.owner, one.kind, one.title, one.state) for one in found]
    empty = "All clear: nothing waits for a person."
    show(found, as_json=as_json, words=lambda: table("Review queue", columns, rows, empty))


@app.command("show")
@told
def show_review(key: Key, folder: Dir = None, as_json: Json = False) -> None:
    """Show one: what would change, why, and who may say so."""
    with workspace(folder) as space:
        found = operations.one_review(space.house, key)
    show(found, as_json=as_json, words=lambda: _tell(found))


@app.command("approve")
@told
def approve_review(
    key: Key,
    choose: Annotated[str, typer.Option(help="The move you choose, where the question offers some.")] = "",
    note: Annotated[str, typer.Option(help="Anything to remember about it.")] = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Release a suggested change, or choose one of the moves offered."""
    with workspace(folder) as space:
        done = operations.approve(space.house, key, user, choice=choose, note=note)
        waits = "" if space.house.engine_runs else " No engine is running: `upbeat run` carries it out."
    missing = [] if done.state != "open" else operations.still_missing(done)
    words = f"Signed; still needed: {', '.join(missing)}." if missing else f"{done.state}: {done.title}.{waits}"
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@app.command("reject")
@told
def reject_review(
    key: Key,
    reason: Annotated[str, typer.Option(help="wrong fact, wrong time, wrong rule, already fixed, or your own words.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Say no, with the reason."""
    with workspace(folder) as space:
        done = operations.reject(space.house, key, user, reason)
    show(done, as_json=as_json, words=lambda: out.print(f"rejected: {done.title}", markup=False))


def _tell(one: Review) -> None:
    out.print(f"[bold]{one.kind}[/bold] · {one.state} · waits for {one.owner} until {at(one.due_at)}")
    out.print(one.title, markup=False)
    for proposal in one.body.proposals:
        out.print(f"\n{proposal.verb} {proposal.object} {proposal.record_id}", markup=False)
        for name, value in proposal.after.items():
            out.print(f"  {name}: {_shown(one, proposal.before.get(name))} → {_shown(one, value)}", markup=False)
    out.print("\nWhy")
    for reason in one.body.reasons:
        out.print(f"  {reason}", markup=False)
    if one.body.choices:
        out.print(f"\nChoices: {', '.join(one.body.choices)}", markup=False)
    if one.body.roles:
        out.print(f"\nReleased by: {', '.join(one.body.roles)}", markup=False)
    if one.decided_by:
        out.print(f"\n{one.decided_by} at {at(one.decided_at)}: {one.choice or one.state} {one.note}", markup=False)
    out.print(f"\nRun: upbeat explain {short(one.item_id)}")


def _shown(one: Review, value: object) -> str:
    if value is None:
        return "blank"
    name = one.body.names.get(str(value))
    return f"{name} ({value})" if name else str(value)
