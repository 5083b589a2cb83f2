"""upbeat org start, upbeat org stop: the org, served to this machine, and to others only where that is said."""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from upbeat.base import UpbeatError
from upbeat.cli.frame import Json, interruption, out, show, told
from upbeat.cli.org.control import Control, kept, served, wait_until_gone
from upbeat.cli.org.opening import AnyFile, File, Zone, opened, taken_back
from upbeat.cli.org.reach import CaOut, Host, Open, Tls, TlsName, reach
from upbeat.localorg import Server, StreamServer
from upbeat.localorg.admin import AdminDoor
from upbeat.localorg.definition_file import apply, load

Define = Annotated[list[Path] | None, typer.Option("--define", help="A definition file, or a folder of them.")]


@told
def start(
    file: AnyFile = Path("org.db"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes a free one.")] = 0,
    stream_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of change events; 0 takes a free one.")
    ] = 0,
    zone: Zone = "UTC",
    host: Host = "127.0.0.1",
    open_to_network: Open = False,
    tls: Tls = False,
    ca_out: CaOut = None,
    tls_name: TlsName = None,
    define: Define = None,
    as_json: Json = False,
) -> None:
    """Serve the org to this machine alone, until it is interrupted. Secrets of its two clients go to secrets/."""
    stop = interruption()
    if served(file):
        raise UpbeatError("the org is being served", where=str(file), fix=f"End that: upbeat org stop --file {file}")
    definitions = load(define or ())
    with taken_back(file) as keep:
        far = reach(file, host=host, open_to_network=open_to_network, tls=tls, ca_out=ca_out, names=tls_name)
        with (
            opened(file, zone) as org,
            Server(org, host=host, port=port, identity=far.identity) as server,
            StreamServer(org, host=host, port=stream_port, identity=far.identity) as stream,
        ):
            apply(org, definitions)
            found = {"url": server.url, "stream": stream.address, "org_id": org.id, "file": str(file)}
            words = (
                f"The org {org.id} of {file} answers at {server.url} and streams its changes at {stream.address}, "
                f"{far.words}. Interrupt to end."
            )
            key = token_urlsafe(32)
            addresses = {"url": server.url, "stream": stream.address, "pid": os.getpid()}
            with (
                AdminDoor(org, key, addresses, stop.set) as admin,
                kept(file, Control(os.getpid(), server.url, stream.address, admin.url, key)),
            ):
                keep()
                show(found, as_json=as_json, words=lambda: out.print(words, markup=False))
                stop.wait()


@told
def stop(file: File = Path("org.db"), as_json: Json = False) -> None:
    """End the start that serves this org; what it is answering is answered first."""
    running = served(file)
    if running is None:
        show({"stopped": False}, as_json=as_json, words=lambda: out.print(f"Nobody serves {file}.", markup=False))
        return
    running.ask("stop")
    if not wait_until_gone(file):
        fix = f"Interrupt the process {running.pid}."
        raise UpbeatError("the org was asked to end and has not ended yet", where=str(file), fix=fix)
    words = f"{file} is served no more: the process {running.pid} ends."
    show({"stopped": True, "pid": running.pid}, as_json=as_json, words=lambda: out.print(words, markup=False))
