"""upbeat org info, upbeat org faults: what a local org is and holds, and what is made to go wrong in it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat.base import UpbeatError, nearest
from upbeat.cli.frame import Json, counted, out, show, table, told
from upbeat.cli.org.control import served
from upbeat.cli.org.opening import File, existing
from upbeat.localorg import FaultKind
from upbeat.localorg.archive import SETUP
from upbeat.localorg.overview import overview


@told
def info(file: File = Path("org.db"), as_json: Json = False) -> None:
    """Tell what the org is: where it answers, what it holds, who works in it, what waits to go wrong."""
    running = served(file)
    if running:
        found: dict[str, Any] = running.ask("info") | {"served": True}
    else:
        with existing(file) as org:
            found = overview(org) | {"served": False}
    show({"file": str(file), **found}, as_json=as_json, words=lambda: _tell(file, found))


def _tell(file: Path, found: dict[str, Any]) -> None:
    kind = "a sandbox" if found["sandbox"] else "a production org"
    out.print(f"[bold]{found['name']}[/bold] ({found['org_id']}), {kind} in {found['time_zone']}, kept in {file}")
    if found["served"]:
        out.print(f"It answers at {found['url']} and streams its changes at {found['stream']}.", markup=False)
    else:
        out.print(f"Nobody serves it: upbeat org start --file {file}", markup=False)
    rows = sorted(((name, n) for name, n in found["objects"].items() if name not in SETUP), key=lambda one: -one[1])
    table(
        "Records",
        ("Object", "Records"),
        [(name, f"{count:,}") for name, count in rows],
        "It has no records yet: upbeat org seed makes an org that has, upbeat org import takes yours.",
    )
    out.print(f"{counted(len(found['users']), 'active user')}: {_some(found['users'])}", markup=False)
    out.print(f"{counted(len(found['apps']), 'connected app')}: {_some(found['apps'])}", markup=False)
    calls, changes = found["api_calls"], found["changes"]
    if found["served"]:
        out.print(f"API calls today, since it was started: {calls['used']:,} of {calls['allowed']:,}", markup=False)
    out.print(
        f"Changes told of {_some(changes['objects'])}; {counted(changes['events'], 'change')} kept.", markup=False
    )
    _waiting(found["faults"])


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown or "nothing"


@told
def faults(
    file: File = Path("org.db"),
    kind: Annotated[str, typer.Option(help="What goes wrong; without it, the faults that wait are listed.")] = "",
    on: Annotated[str, typer.Option("--on", help="A pattern of the calls it meets: METHOD /path?query.")] = "",
    times: Annotated[int | None, typer.Option(help="How often; without it, once, and with --rate for ever.")] = None,
    skip: Annotated[int, typer.Option(help="How many such calls pass first.")] = 0,
    rows: Annotated[int | None, typer.Option(help="How many rows of a collection it holds; else all.")] = None,
    seconds: Annotated[float, typer.Option(help="How long a slow call waits, or a client is told to.")] = 1.0,
    rate: Annotated[float, typer.Option(help="Which share of such calls, 0 to 1.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed picks the same calls.")] = 0,
    clear: Annotated[bool, typer.Option("--clear", help="Take away all that wait.")] = False,
    as_json: Json = False,
) -> None:
    """Make something go wrong in the served org: to the calls that match, as often as asked."""
    if kind and kind not in set(FaultKind):
        close = nearest(kind, FaultKind)
        fix = f"Did you mean {close}?" if close else f"There are: {', '.join(FaultKind)}."
        raise UpbeatError(f"there is no fault of the kind {kind}", fix=fix)
    running = served(file)
    if running is None:
        if kind or clear:
            raise UpbeatError(
                "nobody serves this org, and faults wait only while it is served",
                where=str(file),
                fix=f"Start it in another terminal: upbeat org start --file {file}",
            )
        show({"waiting": [], "kinds": _kinds()}, as_json=as_json, words=lambda: _explain([]))
        return
    body: dict[str, Any] = {"clear": clear}
    if kind:
        forever = rate < 1 and times is None
        more = {"times": None if forever else times or 1, "skip": skip, "rows": rows, "seconds": seconds}
        body["add"] = {"match": on, "kind": kind, "rate": rate, "seed": seed, **more}
    elif on:
        raise UpbeatError("a fault needs a kind", fix=f"Add --kind, one of: {', '.join(FaultKind)}.")
    waiting = running.ask("faults", **body)
    show({"waiting": waiting, "kinds": _kinds()}, as_json=as_json, words=lambda: _explain(waiting))


def _kinds() -> dict[str, str]:
    return {str(one): one.meaning for one in FaultKind}


def _explain(waiting: list[dict[str, Any]]) -> None:
    if waiting:
        _waiting(waiting)
        return
    table("Kinds of fault", ("--kind", "What a client sees"), _kinds().items(), "")
    out.print("\nNone waits. Add one by rule, or by rate:", markup=False)
    out.print("  upbeat org faults --kind lock --on 'PATCH .*/Lead/' --times 3", markup=False)
    out.print("  upbeat org faults --kind '503 before' --rate 0.05 --seed 7", markup=False)


def _waiting(waiting: list[dict[str, Any]]) -> None:
    rows = [
        (
            one["kind"],
            one["match"] or "every call",
            "for ever" if one["left"] is None else one["left"],
            f"{one['rate']:g}",
        )
        for one in waiting
    ]
    table("Faults that wait", ("Kind", "Calls", "Times left", "Rate"), rows, "No fault waits.")
