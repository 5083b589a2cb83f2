"""Upbeat's own identities in an org: which there are, what each is called, and what it logs in with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from upbeat.app.secrets import secret_of
from upbeat.app.vault import KeptConsent, Vault
from upbeat.salesforce import ClientCredentials, Credentials, JwtBearer, Session, SessionDead, WebServer
from upbeat.workflows import Connection, Settings

READING: Final = "reading"
WRITING: Final = "writing"

CLIENT_NAMES: Final[Mapping[str, str]] = MappingProxyType({READING: "upbeat-reader", WRITING: "upbeat"})
"""What each says in Sforce-Call-Options: change events carry it, and so our own writes come back as ours."""


def credentials_of(settings: Settings, vault: Vault, name: str, connection: Connection) -> Credentials:
    """Give what a connection logs in with. Raises UpbeatError where it is not there, or others can read it."""
    url, client_id = settings.org.login_url, connection.client_id
    if connection.key_file is not None and connection.username is not None:
        return JwtBearer(url, client_id, connection.username, settings.path(connection.key_file))
    if connection.kept == "consent":
        return WebServer(url, client_id, KeptConsent(vault, consent_name(name)))
    what = f"the consumer secret of {client_id}"
    again = "Run `upbeat org connect` again."
    return ClientCredentials(url, client_id, secret_of(settings, vault, connection, secret_name(name), what, again))


def secret_name(name: str) -> str:
    """Give the name under which a connection's consumer secret is kept."""
    return f"the consumer secret of the {name} connection"


def approver(username: str) -> str:
    """Give the name of the connection that an approver lends."""
    return f"{username.casefold()}'s own"


def consent_name(name: str) -> str:
    """Give the name under which the consent to a connection is kept."""
    return f"the consent to the {name} connection"


def is_alive(session: Session) -> bool:
    """Whether a connection can still be used; one that an approver lent may have ended."""
    try:
        session.token()
    except SessionDead:
        return False
    return True
