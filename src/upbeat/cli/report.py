"""register, packet: what runs and what a week brought, as documents."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, out, show, table, told, working, workspace
from upbeat.cli.pages import Form, Report, To, deliver
from upbeat.cli.pages import controls as controls_page
from upbeat.cli.pages import cost as cost_page
from upbeat.cli.pages import packet as packet_page
from upbeat.cli.pages import register as register_page
from upbeat.operations import System

packet_app = typer.Typer(help="What a week brought: shown, and signed by name.", invoke_without_command=True)

Week = Annotated[str, typer.Option(help="A week such as 2026-W47; left out, the last one that is over.")]


@told
def register(form: Form = None, output: To = None, folder: Dir = None, as_json: Json = False) -> None:
    """Show every trigger with its condition, thresholds, actions, tiers, owner and mode, as it runs."""
    with workspace(folder) as space:
        found = operations.the_register(space.house)
    report = Report(found, register_page.document(found), register_page.COLUMNS, register_page.rows(found))
    deliver(report, form, output, as_json=as_json)


@told
def cost(
    month: Annotated[str, typer.Option(help="A month such as 2026-11; left out, the one that runs.")] = "",
    form: Form = None,
    output: To = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what a month took, by workflow and outcome: work items, API calls, people's minutes, spend on models."""
    with workspace(folder) as space:
        found = operations.cost(space.house, month)
    report = Report(found, cost_page.document(found), cost_page.COLUMNS, cost_page.rows(found))
    deliver(report, form, output, as_json=as_json)


@told
def work(
    step: Annotated[str, typer.Option(help="Only this step.")] = "",
    agent: Annotated[str, typer.Option(help="Only this agent.")] = "",
    system: Annotated[System | None, typer.Option(help="Only what stands there.")] = None,
    state: Annotated[str, typer.Option(help="Only this state.")] = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show how work is handled now, across every step, agent and system: live counts by state."""
    with workspace(folder) as space:
        found = operations.work(space.house, step=step, agent=agent, system=system, state=state)
        every = found or operations.work(space.house)
    asked = {"step": step, "agent": agent, "state": state}
    known = {name: sorted({getattr(one, name) for one in every} - {""}) for name, said in asked.items() if said}
    columns = ("workflow", "step", "agent", "system", "state", "count")
    rows = [(one.workflow, one.step, one.agent, one.system, one.state, f"{one.count:,}") for one in found]
    there = "".join(f" Work has {name}: {', '.join(words)}." for name, words in known.items() if words)
    empty = f"No work stands there.{there} `upbeat status` counts what has come in."
    show(found, as_json=as_json, words=lambda: table("Work", columns, rows, empty))


@told
def controls(form: Form = None, output: To = None, folder: Dir = None, as_json: Json = False) -> None:
    """Show each control for an auditor, and how it stands here: passes, fails, or no data; exits with 1 for a fail."""
    with workspace(folder) as space, working("looking at every control", quiet=as_json):
        found = operations.check_controls(space.house)
        document = controls_page.document(found, space.clock.now())
    deliver(Report(found, document, controls_page.COLUMNS, controls_page.rows(found)), form, output, as_json=as_json)
    if any(one.says is operations.Says.FAILS for one in found):
        raise typer.Exit(1)


@packet_app.callback()
@told
def packet(
    context: typer.Context,
    week: Week = "",
    form: Form = None,
    output: To = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what changed in a week, what slipped, what people said no to, what was written, and what is due."""
    if context.invoked_subcommand is not None:
        return
    with workspace(folder) as space:
        found = operations.packet(space.house, week)
    report = Report(found, packet_page.document(found), packet_page.COLUMNS, packet_page.rows(found))
    deliver(report, form, output, as_json=as_json)


@packet_app.command("sign")
@told
def sign_packet(
    week: Week = "",
    note: Annotated[str, typer.Option(help="What the ledger should remember about it.")] = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Sign a week's packet in your name, as it was shown."""
    with workspace(folder) as space:
        done = operations.sign_packet(space.house, week, user, note)
    words = f"Signed: the packet of {done.packet.week}, digest {short(done.digest)}."
    show(done, as_json=as_json, words=lambda: out.print(words))
