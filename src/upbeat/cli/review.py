"""upbeat review: what waits for a person, and their answers."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import As, Dir, Json, at, moment, out, show, told, workspace
from upbeat.cli.reviewed import tell_answer, tell_batch, tell_list, tell_review
from upbeat.operations import Refused, Wanted
from upbeat.workflows import duration

app = typer.Typer(no_args_is_help=True, help="What waits for a person: list, show, decide.")

Key = Annotated[str, typer.Argument(metavar="ID", help="The review's id, or its beginning.")]
Note = Annotated[str, typer.Option(help="Anything to remember about it.")]


@app.command("list")
@told
def list_reviews(
    owner: Annotated[str, typer.Option(help="Only what waits for this person.")] = "",
    workflow: Annotated[str, typer.Option(help="Only of this workflow.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind, such as 'suggested change'.")] = "",
    tier: Annotated[str, typer.Option(help="Only suggested changes of this tier: review or approval.")] = "",
    queue: Annotated[str, typer.Option(help="Only an owner's queue: tuning, exceptions or break/fix.")] = "",
    text: Annotated[str, typer.Option(help="Only what has this in its title, or is about this record.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    snoozed: Annotated[bool, typer.Option("--snoozed", help="What was put off, too.")] = False,
    every: Annotated[bool, typer.Option("--all", help="What was decided, too.")] = False,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many on a page.")] = 50,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """List what waits, the most pressing first."""
    wanted = Wanted(
        owner=owner,
        workflow=workflow,
        kind=kind,
        tier=tier,
        queue=queue,
        text=text,
        overdue=overdue,
        snoozed=snoozed,
        every=every,
        page=page,
        limit=limit,
    )
    with workspace(folder) as space:
        found = operations.queue(space.house, wanted)
        among = found.total or operations.queue(space.house, Wanted(snoozed=snoozed, every=every, limit=1)).total
    show(found.lines, as_json=as_json, words=lambda: tell_list(found, page, limit, among))


@app.command("show")
@told
def show_review(key: Key, folder: Dir = None, as_json: Json = False) -> None:
    """Show one: what would change, what the org has now, why, how far it reaches, and who may say so."""
    with workspace(folder) as space:
        found = operations.show_review(space.house, key)
    show(found.whole, as_json=as_json, words=lambda: tell_review(found))


@app.command("approve")
@told
def approve_review(
    key: Key,
    choose: Annotated[str, typer.Option(help="The move you choose, where the question offers some.")] = "",
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Release a suggested change, or choose one of the moves offered."""
    with workspace(folder) as space:
        done = operations.approve(space.house, key, user, choice=choose, note=note)
        missing, waits = operations.missing(done, space.house.policy), _waits(space.house.engine_runs)
    show(done, as_json=as_json, words=lambda: tell_answer(done, missing, waits))
    if done.state == "outdated":
        raise typer.Exit(1)


@app.command("reject")
@told
def reject_review(
    key: Key,
    reason: Annotated[str, typer.Option(help="wrong fact, wrong time, wrong rule, already fixed, or your own words.")],
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Say no, with the reason."""
    with workspace(folder) as space:
        done = operations.reject(space.house, key, user, reason, note)
    show(done, as_json=as_json, words=lambda: out.print(f"rejected: {done.title}", markup=False))


@app.command("edit")
@told
def edit_review(
    key: Key,
    values: Annotated[list[str], typer.Option("--set", help="Field=value; nothing after the = blanks the field.")],
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Put other values in place of those suggested; the policy then says anew who must agree."""
    with workspace(folder) as space:
        done = operations.edit(space.house, key, user, dict(_pair(one) for one in values), note)
        waits = _waits(space.house.engine_runs)
    words = f"edited: {done.title}. What you wrote is decided anew: `upbeat review list` shows who must agree.{waits}"
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@app.command("delegate")
@told
def delegate_review(
    key: Key,
    to: Annotated[str, typer.Option(help="Who has it from now on: the username of somebody who may decide it.")],
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Hand it to somebody else who may decide it; its due time stays."""
    with workspace(folder) as space:
        done = operations.delegate(space.house, key, user, to, note)
    show(done, as_json=as_json, words=lambda: out.print(f"{done.owner} has it now: {done.title}", markup=False))


@app.command("snooze")
@told
def snooze_review(
    key: Key,
    span: Annotated[str, typer.Option("--for", help="For how long, such as '4 hours' or '2 days'.")] = "",
    until: Annotated[str, typer.Option(help="Until when, such as 2026-01-31 or 2026-01-31T09:00+01:00.")] = "",
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Put it off; what needs approval is escalated all the same."""
    with workspace(folder) as space:
        when = _until(span, until, space.house.clock.now())
        done = operations.snooze(space.house, key, user, when, note)
    words = f"put off until {at(done.snoozed_until)}, due {at(done.due_at)}: {done.title}"
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@app.command("recall")
@told
def recall_review(key: Key, note: Note = "", user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Take your signature back, as long as the change is not on its way."""
    with workspace(folder) as space:
        done = operations.recall(space.house, key, user, note)
    show(done, as_json=as_json, words=lambda: out.print(f"your signature is taken back: {done.title}", markup=False))


@app.command("withdraw")
@told
def withdraw_review(
    key: Key,
    reason: Annotated[str, typer.Option(help="Why it is not wanted any more.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Take a suggested change of your own workflow back."""
    with workspace(folder) as space:
        done = operations.withdraw(space.house, key, user, reason)
    show(done, as_json=as_json, words=lambda: out.print(f"withdrawn: {done.title}", markup=False))


@app.command("bulk")
@told
def release_pattern(
    key: Key,
    approve: Annotated[bool, typer.Option("--approve", help="Release the others, once the sample is decided.")] = False,
    note: Note = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show the changes that are like this one and the sample to decide first; then release the others at once."""
    with workspace(folder) as space:
        if approve:
            found = operations.release_batch(space.house, key, user, note)
        else:
            found = operations.batch(space.house, key, user)
        waits = _waits(space.house.engine_runs)
    show(found, as_json=as_json, words=lambda: tell_batch(found, waits))
    if found.stopped:
        raise typer.Exit(1)


def _waits(engine_runs: bool) -> str:
    return "" if engine_runs else " No engine is running: `upbeat run` carries it out."


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise Refused(f"{text!r} sets no field", fix="Write --set Field=value, once for each field.")
    return name.strip(), value


def _until(span: str, until: str, now: datetime) -> datetime:
    if bool(span) == bool(until):
        raise Refused("nobody says until when", fix="Add --for '2 days', or --until 2026-01-31.")
    try:
        return (now + duration(span) if span else moment(until)).astimezone(UTC)
    except ValueError as error:
        raise Refused(
            f"{span or until!r} is no time", fix="Write --for '2 days', or --until 2026-01-31T09:00."
        ) from error
