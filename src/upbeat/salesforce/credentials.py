"""The ways to log in, as a closed set of values. None of them shows its secret, and none of them waits for a device."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from upbeat.base import UpbeatError, read_private

_ASSERTION: Final = timedelta(minutes=3)  # Salesforce takes five at most
_LOGIN: Final = "https://login.salesforce.com"
_TEST: Final = "https://test.salesforce.com"
_SALESFORCE: Final = (".salesforce.com", ".force.com", ".cloudforce.com")


class Kept(Protocol):
    """A refresh token where it lives between two log-ins, in whatever process."""

    def read(self) -> str:
        """Give it. Raises UpbeatError where there is none."""
        ...

    def save(self, secret: str) -> None:
        """Put a new one in its place, for good."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Hold it: nobody else, in any process, uses it up meanwhile."""
        ...


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An app's own id and secret; it acts as the app's one run-as user."""

    login_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """A user whom the app may act as, proven by a signature: the app knows the certificate, we hold its RSA key."""

    login_url: str
    client_id: str
    username: str
    key_file: Path

    def assertion(self, now: datetime) -> str:
        """Sign who logs in, and until when. Raises UpbeatError where the key cannot be used."""
        fix = "Give the path of the private key whose certificate the app has."
        pem = read_private(self.key_file, "the key", fix)
        try:
            key = RSAKey.import_key(pem)
        except (JoseError, ValueError):
            fix = "`openssl req -newkey rsa:2048 -nodes -keyout key.pem -x509 -out cert.pem` makes one."
            raise UpbeatError("the file holds no RSA key", where=str(self.key_file), fix=fix) from None
        if not key.is_private:
            raise UpbeatError("the file holds a public key, which signs nothing", where=str(self.key_file), fix=fix)
        until = int((now + _ASSERTION).timestamp())
        claims = {"iss": self.client_id, "sub": self.username, "aud": audience(self.login_url), "exp": until}
        return jwt.encode({"alg": "RS256"}, claims, key)


@dataclass(frozen=True, slots=True)
class WebServer:
    """A person's consent in the browser, given once: since then a refresh token logs in, and may change each time."""

    login_url: str
    client_id: str
    kept: Kept = field(repr=False)
    client_secret: str = field(default="", repr=False)


Credentials = ClientCredentials | JwtBearer | WebServer


def audience(login_url: str) -> str:
    """Give whom an assertion is meant for: Salesforce's two login servers, or the org itself where it is another's."""
    host = httpx2.URL(login_url).host
    if not host.endswith(_SALESFORCE):
        return login_url.rstrip("/")
    return _TEST if host == "test.salesforce.com" or ".sandbox." in host else _LOGIN
