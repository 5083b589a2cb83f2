"""The command line: parse, one use case, print. `--json` on every command."""

import typer

from upbeat.app import configure_logs
from upbeat.cli import demo, govern, look, org, review, run

app = typer.Typer(
    name="upbeat",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Governed orchestration for revenue teams on Salesforce.",
)
for command in (
    demo.demo,
    run.init,
    govern.check,
    run.run,
    look.status,
    look.explain,
    govern.register,
    govern.promote,
    govern.demote,
    look.rollback,
    govern.stop,
    govern.resume,
):
    app.command()(command)
app.add_typer(review.app, name="review")
app.add_typer(look.ledger_app, name="ledger")
app.add_typer(org.app, name="org")


def main() -> None:
    """Run the command line."""
    configure_logs()
    app()
