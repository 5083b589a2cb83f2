"""alerts, mail: who is told how much, and whether mail reaches them."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.app import MailConnected, MessagesWish, connect_mail, find_workspace
from upbeat.base import SystemClock
from upbeat.cli.frame import As, Dir, Json, at, out, show, table, told, working, workspace
from upbeat.cli.given_secret import GivenSecret, given_secret
from upbeat.operations import Alerts, Reader, Refused
from upbeat.workflows import duration

app = typer.Typer(no_args_is_help=True, help="Mail: whether it is set up, and reaches people.")

_SET_UP = "Neither mail nor Slack is set up, so notices stay here: `upbeat mail connect`, `upbeat slack connect`."


@told
def alerts(
    person: Annotated[str, typer.Option(help="Only this person's: their username.")] = "",
    over: Annotated[str, typer.Option(help="How far back: '30 days'.")] = "30 days",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show how much each person is told, what they act on, what is left of today's budget, and what waits."""
    with workspace(folder) as space:
        found = operations.alerts(space.house, person=person, over=_span(over))
    show(_as_json(found) if as_json else None, as_json=as_json, words=lambda: _tell(found))


@app.command("connect")
@told
def set_up_mail(
    host: Annotated[str, typer.Option(help="The mail server: smtp.acme.example.")],
    sender: Annotated[str, typer.Option(help="Who mails come from: 'Upbeat <upbeat@acme.example>'.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="587 for STARTTLS, 465 for TLS from the start.")] = 587,
    security: Annotated[str, typer.Option(help="starttls, tls, or none for a server on this machine.")] = "starttls",
    reply_to: Annotated[str, typer.Option(help="Where answers go; else to the sender.")] = "",
    username: Annotated[str, typer.Option(help="As whom to log in; else nobody does.")] = "",
    secret_file: Annotated[Path | None, typer.Option(help="A file of mode 0600 with the password.")] = None,
    secret_env: Annotated[str, typer.Option(help="The environment variable that holds the password.")] = "",
    keep: Annotated[str, typer.Option(help="Where a password that is asked for lies: keyring, or file.")] = "keyring",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Connect a mail server: log in to it, keep the password, write it into upbeat.yaml. No mail is sent."""
    here = find_workspace(folder, Path.cwd())
    mail = {"host": host, "port": port, "security": security, "sender": sender, "reply_to": reply_to}
    given = GivenSecret("", {})
    if username:
        given = given_secret(secret_file, secret_env, f"the password of {username}", people=not as_json)
        mail["username"] = username
    block = {name: value for name, value in {**mail, **given.named}.items() if value != ""}
    wish = MessagesWish(block, user, given.secret, keep=given.keep, in_file=keep == "file")
    with working(f"logging in to {host}", quiet=as_json):
        done = connect_mail(here, wish, clock=SystemClock())
    show(asdict(done), as_json=as_json, words=lambda: _tell_connected(done))


@app.command("test")
@told
def try_mail(
    to: Annotated[str, typer.Option(help="Who gets it: your username, or your address in the org.")],
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Send one mail to a user of the org, through the gate, and say what the mail server answered."""
    with workspace(folder) as space, working("sending", quiet=as_json):
        sent = operations.send_test(space.house, to)
    words = f"[green]Sent[/green] to {sent.to}. The mail server says: {sent.said}"
    show(sent, as_json=as_json, words=lambda: out.print(words))


def _tell_connected(done: MailConnected) -> None:
    login = f", logged in as {done.username}" if done.username else ""
    out.print(f"[green]Connected[/green]: mail goes to {done.host}:{done.port} ({done.security}){login}.")
    out.print(f"It comes from {done.sender}.", markup=False)
    if done.kept_in:
        out.print(f"The password is in {done.kept_in}.", markup=False)
    out.print("Next: `upbeat mail test --to YOU`.")


def _span(written: str) -> timedelta:
    try:
        return duration(written)
    except ValueError:
        raise Refused(f"--over {written!r} is no duration", fix="Write '30 days' or '12 hours'.") from None


def _as_json(found: Alerts) -> object:
    people = [{name: getattr(one, name) for name in (*Reader.__slots__, "action_rate")} for one in found.people]
    return {"since": found.since, "told_by": found.told_by, "per_day": found.per_day, "people": people,
            "unsent": found.unsent}  # fmt: skip


def _tell(found: Alerts) -> None:
    columns = ["person", "sent", "in digests", "held", "waiting", "failed", "acted on", "left today"]
    rows = [
        (
            one.person, one.sent, one.digested, one.held, one.waiting, one.failed, _acted(one),
            "not known" if one.left_today is None else f"{one.left_today} of {found.per_day}",
        )
        for one in found.people
    ]  # fmt: skip
    empty = "Nobody was told anything yet: notices come from what waits for people, and from workflows that notify."
    table("Alerts", columns, rows, empty)
    if found.unsent:
        out.print()
        waiting = [(at(one.created_at), one.to, one.subject, one.state, one.detail) for one in found.unsent]
        table("Not told yet", ["since", "person", "what", "state", "why"], waiting, "")
    if not found.told_by:
        out.print(_SET_UP)


def _acted(one: Reader) -> str:
    return "" if one.action_rate is None else f"{one.acted_on} of {one.asks} ({one.action_rate:.0%})"
