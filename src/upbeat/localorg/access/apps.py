"""Connected apps: who may ask for a session, by which flow, for whom, and for how long."""

import re
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from upbeat.base import decode, encode
from upbeat.localorg.access.secrets import digest, same
from upbeat.localorg.problems import OrgError
from upbeat.localorg.storage import Storage

SCOPES: Final = ("api", "web", "full", "id", "openid", "profile", "email", "address", "phone", "refresh_token")
"""The scopes that an app may have; `offline_access` is another word for `refresh_token`."""

_CONSUMER_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_TABLES: Final = 'CREATE TABLE IF NOT EXISTS "_apps" (id TEXT PRIMARY KEY, secret TEXT NOT NULL, app TEXT NOT NULL)'


@dataclass(frozen=True, slots=True)
class ConnectedApp:
    """A connected app, or external client app, as Setup defines one. Its secret is no part of it.

    `certificate` is a PEM whose RSA key signs JWTs; `run_as` is the username of the client credentials flow.
    `pre_authorized` is the policy "Admin approved users are pre-authorized": users of the profiles and permission sets
    named in `approved` need not consent, and nobody else may come in. Otherwise all users authorize the app themselves.
    `public` clients hold no secret; `rotate` gives a new refresh token at each refresh and ends the old one.
    """

    client_id: str
    name: str = ""
    callbacks: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("api", "refresh_token")
    certificate: str = ""
    run_as: str = ""
    pre_authorized: bool = False
    approved: tuple[str, ...] = ()
    public: bool = False
    requires_pkce: bool = False
    rotate: bool = False
    refresh_days: int = 0  # after which a refresh token ends; 0: valid until revoked
    session_minutes: int = 120  # without a call, after which a session ends
    takes_passwords: bool = False  # the username-password flow, which new orgs block

    @property
    def title(self) -> str:
        """What people read on the consent page."""
        return self.name or self.client_id

    def public_key(self) -> RSAPublicKey | None:
        """Give the key that verifies the app's JWTs, or None where it has no certificate of an RSA key."""
        if not self.certificate:
            return None
        key = x509.load_pem_x509_certificate(self.certificate.encode()).public_key()
        return key if isinstance(key, RSAPublicKey) else None

    def granted(self, asked: str | None) -> tuple[str, ...] | None:
        """Give the scopes that a request for `asked`, a list parted by spaces, is granted, or None for one too many.

        Nothing asked for is all that the app has. `full` is all but `refresh_token`.
        """
        words = ["refresh_token" if one == "offline_access" else one for one in (asked or "").split()]
        if not words:
            return self.scopes
        within = set(self.scopes) | (set(SCOPES) - {"refresh_token"} if "full" in self.scopes else set[str]())
        return tuple(dict.fromkeys(words)) if within.issuperset(words) else None


PLATFORM_CLI: Final = ConnectedApp(
    "PlatformCLI",
    "Salesforce CLI",
    callbacks=("http://localhost:1717/OauthRedirect",),
    scopes=("refresh_token", "api", "web", "id", "openid", "full"),
    public=True,
    requires_pkce=True,
)
"""The app that every org comes with for command-line clients: no secret, PKCE, a redirect to this machine."""


class Apps:
    """The org's connected apps, with their secrets as digests."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in this storage; a new org has PLATFORM_CLI."""
        self._storage = storage
        storage.execute(_TABLES)

    def connect(self, app: ConnectedApp, secret: str = "") -> None:
        """Define an app, or define it anew. Raises OrgError where it is not one that could be used."""
        _check(app)
        if not _has_flow(app, secret):
            fix = "Give it a certificate, or a user it runs as, or a callback; without a certificate, a secret too."
            raise OrgError("no flow fits the app, so it could never log in", where=app.client_id, fix=fix)
        with self._storage.transaction():
            row = (app.client_id, digest(secret) if secret else "", encode(app))
            self._storage.execute('INSERT OR REPLACE INTO "_apps" VALUES (?, ?, ?)', row)

    def ids(self) -> list[str]:
        """Give the client ids of the apps that the org's admin defined."""
        return [str(row[0]) for row in self._storage.execute('SELECT id FROM "_apps" ORDER BY id')]

    def remove(self, client_id: str) -> None:
        """Forget an app that was defined. Raises OrgError where none was."""
        with self._storage.transaction():
            if not self._storage.execute('DELETE FROM "_apps" WHERE id=? RETURNING id', (client_id,)):
                raise OrgError(f"there is no app {client_id}", fix="See `upbeat org info` for those that there are.")

    def find(self, client_id: str) -> ConnectedApp | None:
        """Give the app with this client id (consumer key)."""
        found = self._row(client_id)
        return found and found[0]

    def holds(self, client_id: str, secret: str) -> bool:
        """Whether this is the app's secret."""
        found = self._row(client_id)
        return bool(found and found[1] and secret and same(found[1], digest(secret)))

    def _row(self, client_id: str) -> tuple[ConnectedApp, str] | None:
        found: list[Any] = self._storage.execute('SELECT app, secret FROM "_apps" WHERE id=?', (client_id,))
        if found:
            return decode(found[0][0], ConnectedApp), found[0][1]
        return (PLATFORM_CLI, "") if client_id == PLATFORM_CLI.client_id else None


def check_consumer_key(client_id: str) -> None:
    """Raise OrgError where a text is none: files and addresses are named by it."""
    if not _CONSUMER_KEY.fullmatch(client_id):
        fix = "Use letters, digits, dots, dashes and underscores, and no dot first."
        raise OrgError(f"{client_id!r} is no consumer key", fix=fix)


def _has_flow(app: ConnectedApp, secret: str) -> bool:
    """Whether there is a flow that the app can begin: by JWT, in the web, as its own user, or with a password."""
    return bool(
        app.certificate
        or (app.callbacks and (secret or app.public))
        or (app.run_as and secret)
        or (app.takes_passwords and secret)
    )


def _check(app: ConnectedApp) -> None:
    check_consumer_key(app.client_id)
    if unknown := set(app.scopes) - set(SCOPES):
        raise OrgError(f"there is no scope {min(unknown)}", where=app.client_id, fix=f"Scopes are {', '.join(SCOPES)}.")
    for one in app.callbacks:
        scheme, colon, rest = one.partition("://")
        if (
            not (scheme and colon and rest)
            or set(one) & set(" ;,'\"<>#\\")
            or not one.isascii()
            or not one.isprintable()
        ):
            raise OrgError(f"{one!r} is no callback URL", where=app.client_id, fix="Write https://host/path.")
    try:
        usable = not app.certificate or app.public_key() is not None
    except ValueError:
        usable = False
    if not usable:
        raise OrgError("the certificate cannot be used", where=app.client_id, fix="Give a PEM with an RSA key.")
