"""Upbeat's own identities in an org: which there are, what each is called, and what it logs in with."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from upbeat.app.vault import KeptConsent, Vault
from upbeat.base import UpbeatError, read_private
from upbeat.salesforce import ClientCredentials, Credentials, JwtBearer, WebServer
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
    return ClientCredentials(url, client_id, _secret(settings, vault, name, connection))


def secret_name(name: str) -> str:
    """Give the name under which a connection's consumer secret is kept."""
    return f"the consumer secret of the {name} connection"


def consent_name(name: str) -> str:
    """Give the name under which the consent to a connection is kept."""
    return f"the consent to the {name} connection"


def _secret(settings: Settings, vault: Vault, name: str, connection: Connection) -> str:
    where, what = settings.source.file, f"the consumer secret of {connection.client_id}"
    if connection.secret_file is not None:
        file = settings.path(connection.secret_file)
        return read_private(file, "the secret", f"Put {what} in it, readable by you alone.").decode().strip()
    if connection.secret_env is not None:
        if secret := os.environ.get(connection.secret_env, ""):
            return secret
        what_is_missing = f"the environment variable {connection.secret_env} is not set"
        raise UpbeatError(what_is_missing, where=where, fix=f"Put {what} in it.")
    if secret := vault.read(secret_name(name)) or "":
        return secret
    raise UpbeatError(f"{what} is not kept here", where=where, fix="Run `upbeat org connect` again.")
