"""upbeat routing waiting, accept, decline, return, next: what was promised to whom, and their word to it."""

from datetime import timedelta
from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, at, out, show, table, told, workspace
from upbeat.operations import Waiting

Key = Annotated[str, typer.Argument(metavar="ID", help="The promise's id or its beginning, or the record's id.")]
Why = Annotated[str, typer.Option("--why", help="The reason, in your own words or one that the pool names.")]


@told
def waiting(
    key: Annotated[str, typer.Argument(metavar="ID", help="Only this one: a promise's id, or a record's.")] = "",
    owner: Annotated[str, typer.Option(help="Only what this person was given.")] = "",
    pool: Annotated[str, typer.Option(help="Only of this pool.")] = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what was promised to whom: its age, by when it is to be touched, the working time left."""
    with workspace(folder) as space:
        found = operations.waiting(space.house, key=key, owner=owner, pool=pool)
    show(found, as_json=as_json, words=lambda: _tell(found))


@told
def accept(key: Key, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Take a record on: from then on it is taken from you by a person's word alone."""
    with workspace(folder) as space:
        done = operations.accept_promise(space.house, key, user)
    words = f"{done.owner} has it: to be touched by {at(done.due_at)}. `upbeat routing return` gives it back."
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@told
def decline(key: Key, why: Why, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Pass a record on to somebody new, at once."""
    with workspace(folder) as space:
        done = operations.decline_promise(space.house, key, user, why)
        waits = _waits(space.house.engine_runs)
    words = f"{done.owner} declined it: somebody else is looked for in run {short(done.moving)}.{waits}"
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@told
def give_back(key: Key, why: Why, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Give back a record that you have looked at; for a bad one the turn is yours again."""
    with workspace(folder) as space:
        done = operations.return_promise(space.house, key, user, why)
        waits = _waits(space.house.engine_runs)
    earned = "The turn is theirs again, and a person looks at it first, unless it comes back to them."
    reasons = (
        f"that is for a reason that begins with {' or '.join(done.credit_for)}" if done.credit_for else "none here"
    )
    credit = earned if done.credit else f"No credit: {reasons}."
    words = f"{done.owner} gave it back: it goes on in run {short(done.run)}. {credit}{waits}"
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))


@told
def next_please(
    pool: Annotated[str, typer.Option(help="The pool you are a member of.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Take the best record that waits in a pool, within your quota."""
    with workspace(folder) as space:
        taken = operations.next_please(space.house, pool, user)
        waits = _waits(space.house.engine_runs)
    more = f"You may take {taken.left} more until {at(taken.until)}."
    words = f"{taken.name} is yours: run {short(taken.run)}. {more}{waits}"
    show(taken, as_json=as_json, words=lambda: out.print(words, markup=False))


def _tell(found: list[Waiting]) -> None:
    rows = [
        (
            short(one.promise),
            one.name or one.record_id,
            one.owner,
            f"{one.stage}{', broken' if one.broken else ''}",
            _span(one.age),
            at(one.due_at),
            f"with {one.asked}" if one.asked else "" if one.left is None else _span(one.left),
        )
        for one in found
    ]
    empty = "Nothing is promised now. A pool with 'promise:' promises what its live workflow gives to people."
    table("What is promised", ("id", "record", "owner", "stage", "age", "due", "working time left"), rows, empty)


def _span(span: timedelta) -> str:
    minutes = abs(round(span.total_seconds() / 60))
    days, hours = divmod(minutes // 60, 24)
    words = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60:02} min"
    return f"{words} over" if span < timedelta() else words


def _waits(engine_runs: bool) -> str:
    return "" if engine_runs else " No engine is running: `upbeat run` carries it out."
