"""capture sources, serve and connect: where conversations come from by themselves."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from upbeat.app import Serving
from upbeat.channels.capture import Receiver
from upbeat.cli.frame import As, Dir, Json, at, err, interruption, out, show, table, told, working, workspace
from upbeat.operations import Refused, capture
from upbeat.operations.capture import Standing

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@told
def sources(folder: Dir = None, as_json: Json = False) -> None:
    """Show each source of capture.yaml: what was taken from it, whether it can be read, and what could not be."""
    with workspace(folder) as space:
        found = capture.standings(space.house)

    def words() -> None:
        rows = [(one.source, one.kind, f"{one.pieces:,}", at(one.took_at), _state(one)) for one in found]
        empty = "Nothing is taken by itself: name sources in capture.yaml, or `upbeat capture add FOLDER`."
        table("Sources of conversations", ["source", "kind", "taken", "last", "stands"], rows, empty)
        if any(one.unread for one in found):
            out.print("What could not be read, and why: `upbeat capture status`.")

    show(found, as_json=as_json, words=words)


@told
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; another than this machine's own is said.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 picks a free one.")] = 8765,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Take signed deliveries for the webhooks of capture.yaml, until it is interrupted; `upbeat run` reads them.

    A delivery is on the disk, sealed, before it is answered with 202. Put a proxy with TLS before it.
    """
    with workspace(folder) as space:
        posts = space.capturing.posts()
        if not posts:
            fix = "Write 'webhook:' with 'secret_env:' or 'secret_file:' as a source into capture.yaml."
            raise Refused("capture.yaml has no webhook", fix=fix)
        stop = interruption()
        with Serving(Receiver(posts, space.clock), host=host, port=port) as server:
            if host not in _LOOPBACK:
                err.print("It listens beyond this machine, in the clear: let only a proxy with TLS reach it.")
            addresses = [f"{server.url}/capture/{name}" for name in posts]
            words = "\n".join(f"Listening: {escape(one)}" for one in addresses)
            show({"listening": addresses}, as_json=as_json, words=lambda: out.print(words))
            server.wait(stop)


@told
def connect(
    source: Annotated[str, typer.Argument(help="A source of capture.yaml with 'kept: secret'.")],
    keep: Annotated[str, typer.Option(help="Where the password lies: keyring, or file.")] = "keyring",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Log in to a mailbox with a password that is asked for, find its folders, and keep the password."""
    with workspace(folder) as space:
        space.house.allow(user, "connect")
        found = space.capturing.named(source)
        if found.imap is None or found.imap.kept is None:
            fix = "Write 'kept: secret' in the place of secret_env or secret_file, or put the password there."
            raise Refused(f"the password of {source} is not kept by Upbeat", where="capture.yaml", fix=fix)
        if as_json or not sys.stdin.isatty():
            fix = "Write 'secret_env:' or 'secret_file:' into capture.yaml."
            raise Refused("nobody is there to be asked for the password", fix=fix)
        password = str(typer.prompt(f"The password of {found.imap.username}", hide_input=True)).strip()
        with working(f"logging in to {found.imap.host}"):
            kept_in = space.capturing.connect(found, password, in_file=keep == "file")
    words = f"[green]Connected[/green]: {escape(source)} is read by `upbeat run`. The password is in {escape(kept_in)}."
    show({"source": source, "kept_in": kept_in}, as_json=as_json, words=lambda: out.print(words))


def _state(one: Standing) -> str:
    if one.away:
        return f"away since {at(one.away_since)}: {escape(one.away)}"
    if one.unread:
        return f"{one.unread:,} could not be read"
    return "paused" if one.paused else "read" if one.pieces else "nothing came yet"
