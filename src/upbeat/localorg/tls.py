"""TLS for a local org: an authority of its own, made once, and the certificate that its servers show.

Salesforce is reached by https alone, and some clients know no other way. Whoever talks to the org trusts this one
authority, by the certificate that `certificate` gives; its key never leaves the file that it is kept in.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme

from upbeat.base import read_private, write_private
from upbeat.localorg.hosts import LOOPBACK, is_everywhere
from upbeat.localorg.problems import OrgError


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server shows: its key and its certificate, as PEM. `authority` is what clients trust it by."""

    key: bytes
    chain: bytes
    authority: bytes
    context: ssl.SSLContext


class Authority:
    """A certificate authority that vouches for one org's servers, and for nothing else."""

    def __init__(self, kept: Path | None = None) -> None:
        """Take the authority from a file, or make one: kept in that file with mode 0600, or in memory alone.

        Raises UpbeatError where the file holds none, or is open to other users.
        """
        if kept is not None and kept.exists():
            self._authority = _read(kept)
            return
        self._authority = trustme.CA(organization_name="Upbeat", organization_unit_name="A local org's own authority")
        if kept is not None:
            write_private(kept, self._authority.private_key_pem.bytes() + self._authority.cert_pem.bytes())

    @property
    def certificate(self) -> bytes:
        """The certificate that clients trust, as PEM."""
        return self._authority.cert_pem.bytes()

    def identity(self, names: Iterable[str] = ()) -> Identity:
        """Give a server a certificate for this machine's loopback and for these hosts. Raises OrgError for no host."""
        hosts = [one for one in dict.fromkeys((*LOOPBACK, *names)) if not is_everywhere(one)]
        try:
            made = self._authority.issue_cert(*hosts, common_name="localhost")
        except ValueError as error:
            raise OrgError(f"no certificate for {', '.join(hosts)}: {error}", fix="Give names of hosts.") from None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        made.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  it takes pyOpenSSL's too
        chain = b"".join(one.bytes() for one in made.cert_chain_pems)
        return Identity(made.private_key_pem.bytes(), chain, self.certificate, context)


def _read(kept: Path) -> trustme.CA:
    fix = "Remove it, and let clients trust the one that is made in its place."
    text = read_private(kept, "the org's authority", fix)
    try:
        return trustme.CA.from_pem(cert_bytes=text, private_key_bytes=text)
    except ValueError:
        raise OrgError("the file holds no authority", where=str(kept), fix=fix) from None
