"""reconcile: the org's own record of our users, held against the ledger."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import As, Dir, Json, at, counted, out, show, since, table, told, working, workspace
from upbeat.operations import ALARMS, Reconciliation

_SHOWN = 50  # rows of a table; --json has all

Since = Annotated[
    str, typer.Option("--since", help="From then on, and not from the last comparison: '7 days', 2026-11-01.")
]


@told
def reconcile(since_: Since = "", user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Hold Salesforce's own history of Upbeat's users against the ledger; exits with 1 where either is a stranger."""
    with workspace(folder) as space:
        begin = since(since_, space.clock.now(), "--since")
        with working("reading the org's history", quiet=as_json) as say:
            found = operations.reconcile(space.house, begin, by=user, told=say)
    show(found, as_json=as_json, words=lambda: _say(found))
    if found.alarms:
        raise typer.Exit(1)


def _say(found: Reconciliation) -> None:
    who = ", ".join(found.users) or "nobody"
    out.print(f"From {at(found.since)} to {at(found.until)}, of {who}, in {counted(found.objects, 'object')}:")
    out.print(
        f"{counted(found.changes, 'change')} of the org, {found.matched:,} of them in the ledger; "
        f"{counted(found.writes, 'write')} of the ledger."
    )
    order = sorted(found.findings, key=lambda one: (one.kind not in ALARMS, one.at))
    rows = [(one.kind, f"{one.object} {one.record_id}", at(one.at), "; ".join(one.said)) for one in order[:_SHOWN]]
    if rows:
        table("\nDiffers", ["", "record", "when", "what"], rows, "")
    if len(order) > _SHOWN:
        out.print(f"and {len(order) - _SHOWN:,} more: --json has all")
    if found.unchecked:
        told = [(one.what, one.count or "", one.why) for one in found.unchecked]
        table("\nCould not be checked", ["what", "writes", "why"], told, "")
    if found.alarms:
        out.print(
            f"[red]{counted(len(found.alarms), 'alarm')}[/red], {len(found.new)} of them new: see `upbeat review list`."
        )
    else:
        out.print("[green]No stranger[/green], either way.")
