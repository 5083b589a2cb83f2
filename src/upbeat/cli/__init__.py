"""The command line: parse, one use case, print. `--json` on every command."""

from typing import Annotated

import typer

from upbeat import __version__
from upbeat.app import configure_logs
from upbeat.cli import (
    attest,
    audit,
    capture,
    console,
    demo,
    evaluate,
    formula,
    govern,
    leaving,
    ledger,
    look,
    mail,
    models,
    org,
    owning,
    promoting,
    query,
    reconcile,
    rehearse,
    replay,
    report,
    review,
    rollback,
    routing,
    run,
    slack,
    sources,
    templates,
    versions,
)

app = typer.Typer(
    name="upbeat",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Governed orchestration for revenue teams on Salesforce.",
)


def _version(asked: bool) -> None:  # typer hands it over by position
    if asked:
        typer.echo(f"upbeat {__version__}")
        raise typer.Exit


for command in (
    demo.demo,
    run.init,
    sources.sources,
    templates.templates,
    templates.add,
    audit.audit,
    attest.attest,
    govern.check,
    run.run,
    console.console,
    look.status,
    look.look,
    look.start,
    look.explain,
    replay.replay,
    query.query,
    report.register,
    report.work,
    report.cost,
    report.controls,
    versions.versions,
    versions.diff,
    versions.publish,
    versions.revert,
    promoting.promote,
    promoting.judge,
    promoting.trigger_review,
    promoting.demote,
    owning.override,
    rollback.rollback,
    reconcile.reconcile,
    owning.misfire,
    owning.scorecard,
    owning.owners,
    govern.stop,
    govern.resume,
    leaving.forget,
    mail.alerts,
):
    app.command()(command)
app.command("test")(rehearse.rehearse)
app.command("eval")(evaluate.evaluation)
app.add_typer(capture.app, name="capture")
app.add_typer(review.app, name="review")
app.add_typer(ledger.app, name="ledger")
app.add_typer(mail.app, name="mail")
app.add_typer(models.app, name="models")
app.add_typer(report.packet_app, name="packet")
app.add_typer(routing.app, name="routing")
app.add_typer(slack.app, name="slack")
app.add_typer(formula.app, name="formula")
app.add_typer(org.app, name="org")


Version = Annotated[
    bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
]


@app.callback()
def before(_: Version = False) -> None:
    """Take what stands before the command."""


def main() -> None:
    """Run the command line."""
    configure_logs()
    app()
