"""slack: whether an app in Slack is set up, and reaches people."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.app import MessagesWish, SlackConnected, connect_slack, find_workspace
from upbeat.base import SystemClock
from upbeat.channels import SLACK, Way
from upbeat.cli.frame import As, Dir, Json, out, show, told, working, workspace
from upbeat.cli.given_secret import given_secret

app = typer.Typer(no_args_is_help=True, help="Slack: whether it is set up, and reaches people.")


@app.command("connect")
@told
def set_up_slack(
    url: Annotated[str, typer.Option(help="Slack's API, where it is not the usual one.")] = SLACK,
    secret_file: Annotated[Path | None, typer.Option(help="A file of mode 0600 with the bot token.")] = None,
    secret_env: Annotated[str, typer.Option(help="The environment variable that holds the bot token.")] = "",
    keep: Annotated[str, typer.Option(help="Where a token that is asked for lies: keyring, or file.")] = "keyring",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Connect an app in Slack: log in, keep its token, write it into upbeat.yaml. Nobody is told anything."""
    here = find_workspace(folder, Path.cwd())
    given = given_secret(secret_file, secret_env, "the app's bot token", people=not as_json)
    block = {**given.named, **({"url": url} if url != SLACK else {})}
    wish = MessagesWish(block, user, given.secret, keep=given.keep, in_file=keep == "file")
    with working("logging in to Slack", quiet=as_json):
        done = connect_slack(here, wish, clock=SystemClock())
    show(asdict(done), as_json=as_json, words=lambda: _tell(done))


@app.command("test")
@told
def try_slack(
    to: Annotated[str, typer.Option(help="Who gets it: your username, or your address in the org.")],
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Tell one user of the org something in Slack, through the gate, and say what Slack answered."""
    with workspace(folder) as space, working("sending", quiet=as_json):
        sent = operations.send_test(space.house, to, Way.SLACK)
    show(sent, as_json=as_json, words=lambda: out.print(f"[green]Sent[/green] to {sent.to}: {sent.said}"))


def _tell(done: SlackConnected) -> None:
    out.print("[green]Connected[/green]: colleagues are told in Slack first, and by mail where Slack knows them not.")
    out.print(f"The token is in {done.kept_in}.", markup=False)
    out.print("Next: `upbeat slack test --to YOU`.")
