"""A secret that upbeat.yaml names and never writes: in a file, in the environment, or kept in the vault."""

import os
from typing import Protocol

from upbeat.app.vault import Vault
from upbeat.base import UpbeatError, read_private
from upbeat.workflows import Settings


class NamesSecret(Protocol):
    """A block of a file that says where a secret is."""

    @property
    def secret_file(self) -> str | None:
        """A file of mode 0600."""
        ...

    @property
    def secret_env(self) -> str | None:
        """A variable of the environment."""
        ...


def secret_of(settings: Settings, vault: Vault, named: NamesSecret, kept_as: str, what: str, again: str) -> str:
    """Give the secret; `what` it is, in words, and `kept_as` its name in the vault.

    Raises UpbeatError where it is not there, or others can read it; `again` says how it is kept anew.
    """
    if named.secret_file is not None or named.secret_env is not None:
        return named_secret(settings, named, what)
    if secret := vault.read(kept_as) or "":
        return secret
    raise UpbeatError(f"{what} is not kept here", where=settings.source.file, fix=again)


def named_secret(settings: Settings, named: NamesSecret, what: str) -> str:
    """Give a secret that lies in a file or in the environment. Raises UpbeatError as `secret_of` does."""
    if named.secret_file is not None:
        file = settings.path(named.secret_file)
        return read_private(file, "the secret", f"Put {what} in it, readable by you alone.").decode().strip()
    if secret := os.environ.get(named.secret_env or "", ""):
        return secret
    what_is_missing = f"the environment variable {named.secret_env} is not set"
    raise UpbeatError(what_is_missing, where=settings.source.file, fix=f"Put {what} in it.")
