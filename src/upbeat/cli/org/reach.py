"""How far a local org reaches: at which host it listens, whether it speaks TLS, and what that means to people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from upbeat.base import UpbeatError
from upbeat.cli.frame import err
from upbeat.localorg import Authority, Identity
from upbeat.localorg.hosts import is_loopback

Host = Annotated[str, typer.Option("--host", help="The address to listen at; 127.0.0.1 is this machine alone.")]
Open = Annotated[bool, typer.Option("--open-to-network", help="Yes, let others than this machine reach the org.")]
Tls = Annotated[bool, typer.Option("--tls", help="Speak TLS, with a certificate of the org's own authority.")]
CaOut = Annotated[Path | None, typer.Option("--ca-out", help="Write there the certificate that clients trust.")]
TlsName = Annotated[list[str] | None, typer.Option("--tls-name", help="One more host name for the certificate.")]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the org listens, and what it shows there."""

    host: str
    identity: Identity | None

    @property
    def words(self) -> str:
        """For whom it is, in words."""
        return "on this machine alone" if is_loopback(self.host) else f"to whoever reaches {self.host}"


def reach(
    file: Path, *, host: str, open_to_network: bool, tls: bool, ca_out: Path | None, names: list[str] | None
) -> Reach:
    """Decide how far the org of a file reaches, before it listens; the authority is kept beside the file.

    Raises UpbeatError where the network was meant by nobody, or where options do not go together.
    """
    if not is_loopback(host) and not open_to_network:
        raise UpbeatError(
            f"at {host}, others than this machine would reach the org: whoever knows a password or a secret of it "
            "gets its tokens and its data",
            fix="Leave --host out for this machine alone, or add --open-to-network.",
        )
    if ca_out and not tls:
        raise UpbeatError("there is no authority without TLS", where="--ca-out", fix="Add --tls.")
    if not is_loopback(host):
        _warn(f"Others than this machine reach this org, at {host}: each secret and password of it opens it to them.")
        if not tls:
            _warn("Without --tls, tokens, passwords and records cross the network in the clear.")
    if not tls:
        return Reach(host, None)
    identity = Authority(file.with_name(f"{file.name}.ca.pem")).identity([host, *(names or [])])
    if ca_out:
        ca_out.write_bytes(identity.authority)
    return Reach(host, identity)


def _warn(words: str) -> None:
    err.print(f"warning: {words}", style="yellow", markup=False)
