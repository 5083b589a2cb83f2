"""upbeat org start: the org, served to this machine."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat.cli.frame import Json, interruption, out, show, told
from upbeat.cli.org.opening import File, Zone, opened
from upbeat.localorg import Server, StreamServer


@told
def start(
    file: File = Path("org.db"),
    port: Annotated[int, typer.Option(help="The port on this machine; 0 takes a free one.")] = 0,
    stream_port: Annotated[int, typer.Option(help="The port of change events; 0 takes a free one.")] = 0,
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Serve the org to this machine alone, until it is interrupted. Secrets of its two clients go to secrets/."""
    stop = interruption()
    with (
        opened(file, zone) as org,
        Server(org, port=port) as server,
        StreamServer(org, port=stream_port) as stream,
    ):
        found = {"url": server.url, "stream": stream.address, "org_id": org.id, "file": str(file)}
        words = (
            f"The org {org.id} of {file} answers at {server.url} and streams its changes at {stream.address}, "
            "on this machine alone. Interrupt to end."
        )
        show(found, as_json=as_json, words=lambda: out.print(words, markup=False))
        stop.wait()
