"""upbeat console: the pages in a browser, served from this machine."""

from typing import Annotated

import typer

from upbeat.app import Serving, Workspace, collect_rarely
from upbeat.cli.frame import Dir, Json, err, interruption, out, show, told, workspace
from upbeat.console import application
from upbeat.operations import Refused

PORT = 8765
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CONNECTIONS = 500  # at once: each browser holds one open for what is new


@told
def console(
    host: Annotated[
        str, typer.Option(help="The address to serve on: this machine's own, unless you say otherwise.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(help="The port to serve on; 0 takes any that is free.", min=0, max=65535)] = PORT,
    dev: Annotated[
        bool, typer.Option("--dev", help="Let anybody in as anybody: on this machine, with a local org, alone.")
    ] = False,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Serve the console: the review queue, the workflows, the runs, the history, in a browser."""
    with workspace(folder, patient=False) as space:  # a page that waits for an org that is away is no page
        if dev and host not in _LOOPBACK:
            raise Refused("--dev lets anybody in", where=host, fix="Leave --host out, or --dev.")
        if dev and not space.house.local:
            raise Refused("--dev is for a local org alone", fix="Leave --dev out, and sign in with Salesforce.")
        if host not in _LOOPBACK and not space.settings.console.address.startswith("https://"):
            fix = "Write `console: {address: https://…}` in upbeat.yaml, put TLS in front, and serve here."
            raise Refused("sessions would cross the network in the clear", where=host, fix=fix)
        stop = interruption()
        collect_rarely()
        with served(space, host=host, port=port, dev=dev) as server:
            show({"url": server.url, "dev": dev}, as_json=as_json, words=lambda: _tell(server.url, dev=dev))
            if browser:
                typer.launch(server.url)
            server.wait(stop)


def served(space: Workspace, *, host: str, port: int, dev: bool) -> Serving:
    """Give the console of a workspace, to be served for `with`. Raises UpbeatError where the port is not free."""
    app = application(space.house, dev=dev, settings=space.settings)
    return Serving(app, host=host, port=port, lifespan="on", connections=_CONNECTIONS, ends_within=1)


def _tell(url: str, *, dev: bool) -> None:
    out.print(f"The console is at {url} . End it with Ctrl-C.", soft_wrap=True)
    if dev:
        err.print("[yellow]Development sign-in[/yellow]: anybody on this machine may come in as anybody.")
