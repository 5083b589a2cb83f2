"""upbeat org connect, access: which org, as whom, what it must have for it, and what each identity can do there."""

import os
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from upbeat import operations
from upbeat.app import (
    ByConsent,
    ByKey,
    BySecret,
    Connected,
    Lending,
    LogIn,
    Wish,
    Workspace,
    connect,
    connect_approver,
    find_workspace,
)
from upbeat.base import SystemClock, read_private
from upbeat.cli.frame import As, Dir, Json, counted, err, out, show, table, told, working, workspace
from upbeat.operations import CALLBACK_PORT, AccessReport, Need, Refused, SetupStep, Way, callback

_FEW = 4  # names that stand in a cell; more are counted, and --json has them

Sandbox = Annotated[
    bool | None, typer.Option("--sandbox/--production", help="Which kind of org it is; asked where it is left out.")
]


@told
def connect_org(
    url: Annotated[str, typer.Option(help="The org's own address: https://acme.my.salesforce.com.")] = "",
    sandbox: Sandbox = None,
    writing: Annotated[
        bool, typer.Option("--writing", help="Connect the writing identity, not the reading one.")
    ] = False,
    client_id: Annotated[str, typer.Option(help="The app's consumer key.")] = "",
    way: Annotated[
        Way | None, typer.Option("--log-in", help="How: the app's secret, a key, or once in the browser.")
    ] = None,
    secret_file: Annotated[Path | None, typer.Option(help="A file of mode 0600 with the consumer secret.")] = None,
    secret_env: Annotated[str, typer.Option(help="The environment variable that holds the consumer secret.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="A file of mode 0600 with the RSA key of the app's certificate.")
    ] = None,
    username: Annotated[str, typer.Option(help="With a key: the user who is acted as.")] = "",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="With the browser: the port that the app's callback address names.")
    ] = CALLBACK_PORT,
    stream: Annotated[
        str | None, typer.Option(help="Where change events come from, or none to poll everything; else as it was.")
    ] = None,
    keep: Annotated[str, typer.Option(help="Where secrets are kept: keyring, or file.")] = "keyring",
    approver: Annotated[
        str, typer.Option(help="Have this user log in once, so that what they approve is written in their own name.")
    ] = "",
    user: As = "",
    steps: Annotated[bool, typer.Option("--steps", help="Only say what the org must have for it.")] = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Connect an org: sandbox first, read-only first. `upbeat org disconnect` takes it back."""
    here = find_workspace(folder, Path.cwd())
    if approver:
        _lend(here, Lending(approver, client_id, _open, port, in_file=keep == "file"), as_json=as_json)
        return
    asked = _Asked(people=sys.stdin.isatty() and not as_json)
    name = "writing" if writing else "reading"
    way = way or _way_of(secret_file, secret_env, key_file)
    with Workspace(here) as space:
        url = url or (space.settings.org.login_url if writing else "")
        if writing and sandbox is None and not steps:
            sandbox = space.organization.sandbox
        if not steps:
            sandbox = asked.sandbox(sandbox)
            url = asked.text(url, "--url", "The org's own address")
        needs = operations.writing_needs(space.definitions, space.catalogue) if writing else space.reading_needs
    if steps or asked.people:
        way = way or (asked.way() if asked.people else Way.SECRET)
        todo = operations.setup_steps(name, way, needs, callback(port))
        if steps:
            found = {"identity": name, "steps": todo, "needs": needs}
            show(found, as_json=as_json, words=lambda: _tell_steps(todo, needs))
            return
        _tell_steps(todo, needs)
    client_id = asked.text(client_id, "--client-id", "The app's consumer key")
    log_in = _log_in(asked, way, client_id, secret_file, secret_env, key_file, username, port)
    asked.must_be_whole()
    source = "" if stream == "none" else stream
    wish = Wish(url, bool(sandbox), log_in, writing=writing, stream=source, in_file=keep == "file", by=user)
    with working(f"logging in to {url}", quiet=as_json):
        done = connect(here, wish, clock=SystemClock())
    show(asdict(done), as_json=as_json, words=lambda: _tell(done))


@told
def show_access(folder: Dir = None, as_json: Json = False) -> None:
    """Show what each identity can see, change and never change; exits with 1 where that is too much or too little."""
    with workspace(folder) as space, working("asking the org", quiet=as_json):
        found = operations.access(space.house, space.needs)
    show({"ok": found.ok, **asdict(found)}, as_json=as_json, words=lambda: _tell_access(found))
    if not found.ok:
        raise typer.Exit(1)


class _Asked:
    """What is still to be known: asked where a person sits there, gathered for one message where none does."""

    def __init__(self, *, people: bool) -> None:
        self.people = people
        self._missing: list[str] = []

    def text(self, given: str, option: str, question: str, *, hidden: bool = False) -> str:
        if given:
            return given
        if self.people:
            return str(typer.prompt(question, hide_input=hidden)).strip()
        self._missing.append(option)
        return ""

    def sandbox(self, given: bool | None) -> bool:
        if given is not None:
            return given
        if self.people:
            return not str(typer.prompt("Sandbox or production?", default="sandbox")).strip().casefold().startswith("p")
        self._missing.append("--sandbox or --production")
        return True

    def way(self) -> Way:
        words = "Log in with the app's secret, a key, or once in the browser?"
        return Way(typer.prompt(words, default=Way.SECRET, type=Way))

    def must_be_whole(self) -> None:
        if self._missing:
            raise Refused(
                f"nobody is there to be asked, and this is missing: {', '.join(self._missing)}",
                fix="Add what is missing; --steps says what the org must have.",
            )


def _way_of(secret_file: Path | None, secret_env: str, key_file: Path | None) -> Way | None:
    """Give the way of logging in that the other options speak of."""
    if key_file is not None:
        return Way.KEY
    return Way.SECRET if secret_file is not None or secret_env else None


def _log_in(
    asked: _Asked,
    way: Way | None,
    client_id: str,
    secret_file: Path | None,
    secret_env: str,
    key_file: Path | None,
    username: str,
    port: int,
) -> LogIn:
    match way:
        case Way.KEY:
            file = asked.text(str(key_file or ""), "--key-file", "The file with the key")
            return ByKey(client_id, asked.text(username, "--username", "The user who is acted as"), Path(file))
        case Way.BROWSER:
            return ByConsent(client_id, _open, port)
        case _ if secret_env:
            return BySecret(client_id, os.environ.get(secret_env, ""), {"secret_env": secret_env})
        case _ if secret_file is not None:
            return BySecret(
                client_id, read_private(secret_file, "the secret", "Put the consumer secret in it.").decode().strip()
            )
        case _:
            return BySecret(
                client_id, asked.text("", "--secret-file or --secret-env", "Its consumer secret", hidden=True)
            )


def _lend(here: Path, lending: Lending, *, as_json: bool) -> None:
    with working("waiting for the browser", quiet=as_json):
        lent = connect_approver(here, lending, clock=SystemClock())
    head = f"[green]Connected[/green]: what {lent.username} approves is written in their own name."
    words = f"{head} What logs in is kept in {lent.kept_in}. `upbeat org disconnect --approver` takes it back."
    show(lent, as_json=as_json, words=lambda: out.print(words))


def _open(address: str) -> None:
    """Show a person where to go, and go there for them where there is a browser."""
    err.print(f"Log in and allow Upbeat here:\n{address}", markup=False)
    webbrowser.open(address)


def _tell_steps(steps: list[SetupStep], needs: list[Need]) -> None:
    for number, step in enumerate(steps, 1):
        out.print(f"\n[bold]{number}. {step.title}[/bold]  [dim]{step.where}[/dim]")
        for line in step.lines:
            out.print(f"   {line}", markup=False)
    out.print("\n[bold]Why each field[/bold]")
    for one in needs:
        what = f"{one.object}.{one.field}" if one.field else one.object
        out.print(f"   {what} ({one.access}): {'; '.join(one.why)}", markup=False)
    if not needs:
        out.print("   No workflow names one yet.")
    out.print()


def _tell_access(found: AccessReport) -> None:
    for one in found.identities:
        out.print(f"[bold]{one.connection}[/bold]: {one.username}, profile {one.profile or 'unknown'}")
        out.print(f"permission sets: {', '.join(one.permission_sets) or 'none'}", markup=False)
        columns = ["object", "sees", "creates with", "edits", "deletes"]
        rows = [
            (it.object, counted(len(it.sees), "field"), _many(it.creates), _many(it.edits), "yes" if it.deletes else "")
            for it in one.objects
        ]
        table("", columns, rows, "It sees no object that a workflow names.")
        for said, lines in (("too much", one.too_much), ("too little", one.too_little)):
            for line in lines:
                out.print(f"[red]{said}[/red] {escape(line)}")
        if one.to_spare:
            out.print("[yellow]to spare[/yellow] A local org lets it try any workflow; in your own org, grant less:")
        for line in one.to_spare:
            out.print(f"   {line}", markup=False)
        for line in one.unknown:
            out.print(f"[yellow]not told[/yellow] {escape(line)}")
        out.print()
    out.print("[bold]Never[/bold], whatever the org would let them do")
    for line in found.never:
        out.print(f"   {line}", markup=False)


def _many(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= _FEW else counted(len(names), "field")


def _tell(done: Connected) -> None:
    place = "sandbox" if done.sandbox else "PRODUCTION"
    out.print(f"[green]Connected[/green]: {done.connection} from {done.org_name} ({done.org_id}, {place})")
    out.print(f"as {done.username} at {done.instance_url}; what logs in is kept in {done.kept_in}.", markup=False)
    if done.calls_left is not None:
        out.print(f"The org has {done.calls_left:,} of its {done.calls_allowed:,} daily API calls left.")
    out.print(f"Streamed: {', '.join(done.streamed) or 'nothing'}. Polled: {', '.join(done.polled) or 'nothing'}.")
    if done.person_accounts:
        out.print(
            "The org has person accounts. What starts on one is handed to the workflow's owner, and not carried out."
        )
    out.print("Next: `upbeat org access`, `upbeat check`, `upbeat run`. `upbeat org disconnect` takes it back.")
