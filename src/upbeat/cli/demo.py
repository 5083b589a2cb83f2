"""upbeat demo: Acme's Monday morning in a local org, told as it happens; monitor first, then live."""

import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat import operations
from upbeat.app import DEMO, Workspace, connect_local, copy_definitions
from upbeat.base import Clock, ManualClock, SystemClock, UpbeatError, short
from upbeat.cli.console import PORT, served
from upbeat.cli.frame import Json, err, interruption, out, show, told, working
from upbeat.localorg import LocalOrg, Server, StreamServer, sample
from upbeat.operations import News

LIVE = ("route-inbound-leads", "repeated-close-date-push", "advance-stage")  # what the morning takes live
MONITORED = 6  # acts that are played in monitor mode first
PROMOTERS = ("priya.shah@acme.example", "rowan.ellis@acme.example")
ATTESTED = {  # what no data shows, as somebody at Acme would say it
    "api-footprint": "The calls of both tools were reviewed with IT, and leave four fifths of a day",
    "forecast-categories": "What the four categories mean stands in the sales handbook",
    "forecast-conditions": "Sales and finance agreed on the conditions of the four categories in January",
}
_MARK = ".upbeat-demo"  # tells a folder that the demo made, and may make anew


class Switched:
    """The org's clock: the sample's year runs on one that is moved; after it, the live demo's is the machine's."""

    def __init__(self, clock: Clock) -> None:
        """Begin with `clock`."""
        self.clock = clock

    def now(self) -> datetime:
        """Give the time of the clock that is set now."""
        return self.clock.now()


@dataclass(frozen=True)
class Stage:
    """What a demo plays on: the org with the ids of its records, and a workspace that is connected to it."""

    org: LocalOrg
    ids: dict[str, str]
    clock: Switched
    space: Workspace


@told
def demo(
    once: Annotated[bool, typer.Option("--once", help="A fixed simulated morning, without waiting; then end.")] = False,
    folder: Annotated[Path, typer.Option("--dir", help="Where the demo's workspace is made.")] = Path(DEMO),
    as_json: Json = False,
) -> None:
    """Play Acme's Monday morning: leads arrive and are routed, deals change, some things wait for a person."""
    with _stage(folder, quiet=as_json, streams=not once) as stage:
        if once:
            _once(stage, as_json=as_json)
        else:
            _live(stage)


def _once(stage: Stage, *, as_json: bool) -> None:
    """Play the morning on a clock that jumps from act to act; end with 0 only if law 2 holds."""
    space, clock = stage.space, stage.clock.clock
    if not isinstance(clock, ManualClock):
        raise TypeError("a simulated morning runs on a clock that is moved")
    acts = sample.morning(seed=7)
    with space.engine(since=clock.now()) as engine:
        teller = Teller(space, quiet=as_json)
        _audit(space, teller)
        engine.turn()
        for number, act in enumerate(acts):
            if number == MONITORED:
                _go_live(space, teller)
            clock.move_to(max(act.at, clock.now()))
            sample.perform(stage.org, [act], stage.ids)
            clock.advance(timedelta(seconds=5))
            engine.turn()
            teller.tell()
        clock.advance(timedelta(minutes=1))
        while not engine.turn().idle:
            teller.tell()
    proof = operations.verify(space.house)
    found = operations.status(space.house)
    summary = {
        "items": found.items,
        "writes": found.writes,
        "would_have_been_written": found.observed,
        "api_calls": {"reading": space.reading.calls, "writing": space.writing.calls},
        "waits": [_wait(one) for one in operations.reviews(space.house)],
        "ledger": {"ok": proof.ok, "sealed": proof.sealed, "unsealed": proof.unsealed, "anchored": proof.anchored_to},
        "loose": found.loose,
    }
    show(summary, as_json=as_json, words=lambda: _sum_up(summary))
    if found.loose or not proof.ok:
        raise typer.Exit(1)


def _live(stage: Stage) -> None:
    """Play the morning on the machine's clock, an act a second or so; then keep running until interrupted."""
    space = stage.space
    stage.clock.clock = SystemClock()
    stop = interruption()
    acts = sample.morning(seed=7)
    with space.engine(since=stage.clock.now()) as engine:
        teller = Teller(space)
        _audit(space, teller)
        teller.say("Monitor mode first: nothing is written, you see what would have been done.\n")
        engine.turn()
        for number, act in enumerate(acts):
            if number == MONITORED:
                _go_live(space, teller)
            sample.perform(stage.org, [act], stage.ids)
            for _ in range(8):
                engine.turn()
                teller.tell()
                if stop.wait(0.2):
                    break
            if stop.is_set():
                break
        if not stop.is_set():
            for name in ("single-threaded-larger-deals", "missing-next-step"):
                teller.say(f"\n{name} looks at every open deal, as it does on weekdays:")
                operations.look_now(space.house, name)
                engine.turn()
                teller.tell(most=5)
            with _console(stage) as url:
                _what_next(space, url)
                engine.run(stop, heard=lambda _: teller.tell())
    out.print("\nEnded. `upbeat status`, `upbeat explain` and `upbeat ledger verify` still answer.")


def _audit(space: Workspace, teller: "Teller") -> None:
    """Audit the org before anything acts on it, and say in a line or two what came of it."""
    found = operations.audit(space.house, operations.plan_audit(space.house), by=PROMOTERS[0])
    holding = f"{found.passing} of {len(found.items)} items pass"
    teller.say(f"Step one, the audit of the foundation: {holding}; {found.calls} API calls, and nothing was changed.")
    for one in found.findings[:1]:
        teller.say(f"  {one.says}")
    for item, says in ATTESTED.items():
        operations.attest(space.house, item, PROMOTERS[0], says)
    teller.say(f"  {PROMOTERS[0]} attests what no data shows: {', '.join(ATTESTED)}.")
    teller.say("  All of it: `upbeat audit --last`. Item by item: `upbeat attest`.\n")


def _go_live(space: Workspace, teller: "Teller") -> None:
    for name in LIVE:
        operations.promote(space.house, name, PROMOTERS, "the demo's morning")
    teller.say(f"\n{' and '.join(PROMOTERS)} take live: {', '.join(LIVE)}.\n")


class Teller:
    """Tells the news in the terminal, a line or two an item."""

    def __init__(self, space: Workspace, *, quiet: bool = False) -> None:
        """Begin after what has been told."""
        self._space = space
        self._quiet = quiet
        self._last = operations.news(space.house, 0)[1]

    def say(self, words: str) -> None:
        """Say something of one's own."""
        if not self._quiet:
            out.print(words, markup=False, soft_wrap=True)

    def tell(self, most: int = 50) -> None:
        """Tell what happened since last time; past `most` items, how many more."""
        found, self._last = operations.news(self._space.house, self._last)
        for one in found[:most]:
            self.say(_line(one))
        if len(found) > most:
            self.say(f"  … and {len(found) - most} more: `upbeat status`")


def _line(one: News) -> str:
    route = one.results.get("route", {})
    where = f"{one.at:%H:%M:%S} {one.object} {one.name}"
    if one.outcome == "routed":
        verb = "→" if one.mode == "live" else "would go to"
        return f"{where} {verb} {route['owner']} ({one.took:.1f} s)\n           {route['rule']}: {route['reason']}"
    if one.outcome:
        why = route.get("reason") or one.why
        return f"{where}: {one.outcome}{'' if one.mode == 'live' else ' (monitor)'}\n           {why}"
    return f"{where} waits for {one.owner}\n           {route.get('reason') or one.why}   [run {short(one.run)}]"


@contextmanager
def _console(stage: Stage) -> Generator[str]:
    """Serve the console beside the engine, on a workspace of its own; on a terminal, open it. Gives its address."""
    with Workspace(stage.space.folder, clock=stage.clock, patient=False) as space:
        try:
            server = served(space, host="127.0.0.1", port=PORT, dev=True)
        except UpbeatError:  # the port is another program's: any will do
            server = served(space, host="127.0.0.1", port=0, dev=True)
        with server:
            if out.is_terminal:
                typer.launch(server.url)
            yield server.url


def _what_next(space: Workspace, url: str) -> None:
    waiting = operations.reviews(space.house, limit=5)
    out.print(f"\n[bold]The console is at {url}[/bold] : come in as anybody, and decide what waits.", soft_wrap=True)
    out.print("\n[bold]What waits for a person[/bold]")
    for one in waiting:
        out.print(f"  {short(one.id)}  {one.owner}: {one.title}", markup=False)
    out.print("\nThe engine goes on. From another terminal, in this folder:")
    first = short(waiting[0].id) if waiting else "ID"
    for command in (
        "upbeat review list",
        f"upbeat review show {first}",
        "upbeat status",
        "upbeat register",
        "upbeat stop --as priya.shah@acme.example    (and resume)",
        "upbeat ledger verify",
    ):
        out.print(f"  {command}", markup=False)
    out.print("Interrupt to end.\n")


def _sum_up(summary: dict[str, Any]) -> None:
    out.print()
    for name, counts in summary["items"].items():
        out.print(f"{name}: {', '.join(f'{count} {outcome}' for outcome, count in counts.items())}", markup=False)
    calls = summary["api_calls"]
    out.print(f"written {summary['writes']} · would have been written {summary['would_have_been_written']}")
    out.print(f"API calls: {calls['reading']} reading, {calls['writing']} writing")
    for one in summary["waits"]:
        out.print(f"waits: {one['what']} — {one['owner']}, until {one['due']:%d %b %H:%M}", markup=False)
    ledger = summary["ledger"]
    out.print(f"ledger {'holds' if ledger['ok'] else 'DOES NOT HOLD'}: {ledger['sealed']} entries sealed")


def _wait(one: operations.Review) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, "what": one.title, "owner": one.owner, "due": one.due_at}


@contextmanager
def _stage(folder: Path, *, quiet: bool, streams: bool) -> Generator[Stage]:
    """Make the demo's folder anew, build the sample company in a local org, and connect a workspace to it.

    A morning on a moved clock asks for changes when it has moved; a live one is told them by the org's stream.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise operations.Refused(
            "the folder holds something else than a demo",
            fix=f"Give an empty one with --dir; {folder} is left as it is.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    with ExitStack() as held:
        manual = ManualClock(sample.BEGAN)
        clock = Switched(manual)
        with working("Acme lives its year", quiet=quiet):
            org = LocalOrg(folder / "org.db", clock=clock, time_zone=sample.TIME_ZONE)
            held.callback(org.close)
            ids = sample.build(org, manual, seed=7)
        server = held.enter_context(Server(org))
        copy_definitions(folder)
        reading, writing = ((one.client_id, one.client_secret) for one in sample.CONNECTIONS.values())
        stream = held.enter_context(StreamServer(org)).address if streams else ""
        connect_local(folder, server.url, reading, writing, stream=stream)
        space = held.enter_context(Workspace(folder, clock=clock))
        if not quiet:
            err.print(f"Acme's org answers at {server.url}; the workspace is {folder}.", markup=False)
        yield Stage(org, ids, clock, space)
