"""Whom a connection trusts, over HTTP and gRPC alike: the usual authorities, or those that the environment names.

SSL_CERT_FILE and SSL_CERT_DIR are read as OpenSSL reads them. An org on this machine may show a certificate of an
authority of its own; what is spoken to this machine goes past every proxy.
"""

import os
import re
import ssl
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import grpc
import httpx2

from upbeat.salesforce.errors import Rejected
from upbeat.web import is_loopback

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")  # the names of a folder's files that OpenSSL looks at
_TRUST: Final = (
    "For a local org, have `upbeat org start --tls --ca-out ca.pem` write its authority and set SSL_CERT_FILE=ca.pem. "
    "Where a proxy of your company looks into TLS, name the company's authority so."
)


def trusted() -> ssl.SSLContext:
    """Give whom HTTP trusts. Raises Rejected where what the environment names is no authority."""
    file, folder = _named()
    if not file and not folder:
        return _usual()
    try:
        return _of(file, folder, Path(file).stat().st_mtime_ns if file else 0)
    except OSError as error:
        raise _no_authority(error) from None


def channel(address: str, login_url: str, options: tuple[tuple[str, int], ...]) -> grpc.Channel:
    """Open a channel to the stream of the org that is logged in to at `login_url`, in the clear only where that is.

    Nothing is sent yet. Raises Rejected where the environment names an authority that is none.
    """
    here = is_loopback(f"http://{address}")
    if here:
        options = (*options, ("grpc.enable_http_proxy", 0))
    if here and login_url.startswith("http:"):
        return grpc.insecure_channel(address, options)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(_roots()), options)


def untrusted(lost: BaseException, where: str) -> Rejected | None:
    """Give the failure where a connection was lost because the certificate at its other end is not trusted."""
    cause: BaseException | None = lost
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return refusal(cause.verify_message, where)
        cause = cause.__cause__ or cause.__context__
    return None


def refusal(why: str, where: str) -> Rejected:
    """Give the failure of a certificate that is not trusted. It lasts: the same certificate comes each time."""
    return Rejected(f"the org's certificate is not trusted: {why}", where=where, fix=_TRUST)


@lru_cache(maxsize=8)
def _of(file: str | None, folder: str | None, _written_at: int) -> ssl.SSLContext:
    """Give the authorities that are named: a file is read once for as long as it stays as it is, a folder at need."""
    return ssl.create_default_context(cafile=file, capath=folder)


@cache
def _usual() -> ssl.SSLContext:
    """Give the usual authorities: read once, as reading them takes longer than many a call."""
    return httpx2.create_ssl_context()


def _named() -> tuple[str | None, str | None]:
    return os.environ.get(_FILE) or None, os.environ.get(_FOLDER) or None


def _roots() -> bytes | None:
    """Give the authorities for gRPC, which reads neither variable itself; None stands for the usual ones."""
    file, folder = _named()
    if not file and not folder:
        return None
    files = [Path(file)] if file else []
    for one in folder.split(os.pathsep) if folder else ():
        files += sorted(found for found in Path(one).glob("*") if _HASHED.fullmatch(found.name))
    try:
        return b"\n".join(one.read_bytes() for one in files)
    except OSError as error:
        raise _no_authority(error) from None


def _no_authority(error: OSError) -> Rejected:
    file, folder = _named()
    return Rejected(
        f"no authority can be read there: {error.strerror or error}",
        where=", ".join(f"{name}={value}" for name, value in ((_FILE, file), (_FOLDER, folder)) if value),
        fix="Name a file of certificates in PEM, or unset the variable.",
    )
