"""upbeat routing reassign: after a departure or a change of territory, who would get what; then it is asked for."""

from collections import Counter
from typing import Annotated, Any, Final

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, counted, out, show, table, told, working, workspace
from upbeat.operations import Going, Reassigned, Reassignment, Refused

_SHOWN: Final = 20  # examples; --json has all


@told
def reassign(
    pool: Annotated[str, typer.Option(help="The pool that says who gets them.")],
    of: Annotated[str, typer.Option("--of", help="All that this person owns: a username, also of who left.")] = "",
    territory: Annotated[str, typer.Option(help="Only what lies in this territory.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Give on what somebody who left owns, or who serves its territory no more: shows who would get it, then asks.

    Without --of: every open record whose owner does not serve the territory that it lies in now. Each goes through the
    gate by its tier; `upbeat rollback` takes it back.
    """
    if of and territory:
        raise Refused("a person was named, and a territory", fix="Name one of them.")
    with workspace(folder) as space:
        with working("asking the pool", quiet=as_json) as say:
            plan = operations.plan_reassignment(space.house, pool, of=of, territory=territory, told=say)
        if not as_json:
            _show(plan)
        number, done = len(plan.to_start), None
        if number and (yes or (not as_json and typer.confirm(f"Put {counted(number, 'record')} on the line?"))):
            with working("asking for it", quiet=as_json) as say:
                done = operations.reassign(space.house, plan, user, say)
        waits = "" if space.house.engine_runs else " No engine is running: `upbeat run` carries it out."
    words = _words(plan, done, waits)
    show(_json(plan, done), as_json=as_json, words=lambda: out.print(words, markup=False))


def _show(plan: Reassignment) -> None:
    counts = Counter((_goes_to(one), _tier(one)) for one in plan.going)
    rows = [(to, tier, number) for (to, tier), number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    empty = f"Of {counted(plan.looked_at, 'open record')} none would go to somebody else."
    table(f"By the pool {plan.pool} as it is now", ("goes to", "which needs", "records"), rows, empty)
    if plan.going:
        rows = [(one.name, one.owner, _goes_to(one), _tier(one), _why(one)) for one in plan.going[:_SHOWN]]
        table("\nThe first of them", ("record", "owner", "goes to", "needs", "why"), rows, "")
        more = len(plan.going) - _SHOWN
        if more > 0:
            out.print(f"{more:,} not shown; --json has all.")
    if plan.untold:
        out.print(f"{counted(plan.untold, 'record')} left: its territory cannot be told.")


def _goes_to(one: Going) -> str:
    if one.under_way:
        return "under way already"
    return one.to or f"{one.asked} is asked"


def _tier(one: Going) -> str:
    if one.under_way:
        return ""
    return "a person's word" if one.tier is None else one.tier


def _why(one: Going) -> str:
    return "; ".join(filter(None, (one.why, *one.reasons[:1], one.taken)))


def _words(plan: Reassignment, done: Reassigned | None, waits: str) -> str:
    busy = len(plan.going) - len(plan.to_start) if done is None else done.under_way
    said = f" {counted(busy, 'record')} under way already, and not started again." if busy else ""
    if done is not None:
        runs = f"run {short(done.runs[0])}" if len(done.runs) == 1 else counted(len(done.runs), "run")
        return f"Asked for, as {runs} of {plan.workflow}.{said}{waits}"
    return f"Nothing was done: add --yes.{said}" if plan.to_start else f"There is nothing to do.{said}"


def _json(plan: Reassignment, done: Reassigned | None) -> dict[str, Any]:
    return {
        "pool": plan.pool,
        "workflow": plan.workflow,
        "looked_at": plan.looked_at,
        "untold": plan.untold,
        "going": plan.going,
        "runs": () if done is None else done.runs,
        "under_way": len(plan.going) - len(plan.to_start) if done is None else done.under_way,
    }
