"""upbeat org start: the org, served to this machine, and to others only where that is said."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat.cli.frame import Json, interruption, out, show, told
from upbeat.cli.org.opening import File, Zone, opened
from upbeat.cli.org.reach import CaOut, Host, Open, Tls, TlsName, reach
from upbeat.localorg import Server, StreamServer


@told
def start(
    file: File = Path("org.db"),
    port: Annotated[int, typer.Option(help="The port on this machine; 0 takes a free one.")] = 0,
    stream_port: Annotated[int, typer.Option(help="The port of change events; 0 takes a free one.")] = 0,
    zone: Zone = "UTC",
    host: Host = "127.0.0.1",
    open_to_network: Open = False,
    tls: Tls = False,
    ca_out: CaOut = None,
    tls_name: TlsName = None,
    as_json: Json = False,
) -> None:
    """Serve the org to this machine alone, until it is interrupted. Secrets of its two clients go to secrets/."""
    stop = interruption()
    far = reach(file, host=host, open_to_network=open_to_network, tls=tls, ca_out=ca_out, names=tls_name)
    with (
        opened(file, zone) as org,
        Server(org, host=host, port=port, identity=far.identity) as server,
        StreamServer(org, host=host, port=stream_port, identity=far.identity) as stream,
    ):
        found = {"url": server.url, "stream": stream.address, "org_id": org.id, "file": str(file)}
        words = (
            f"The org {org.id} of {file} answers at {server.url} and streams its changes at {stream.address}, "
            f"{far.words}. Interrupt to end."
        )
        show(found, as_json=as_json, words=lambda: out.print(words, markup=False))
        stop.wait()
