"""What connections log in with: in the system's keyring, or where there is none in an encrypted file beside the store.

The file's key stands with the ledger's keys, outside the store: who holds the file alone reads nothing.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Final

import keyring
import keyring.errors
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upbeat.base import UpbeatError, decode, encode, read_private, write_private
from upbeat.store.lock import alone

_NONCE: Final = 12  # bytes
_KEYRING: Final = "the system's keyring"
_LOG_IN_AGAIN: Final = "Run `upbeat org connect` again."


class Vault:
    """The secrets of one workspace, by name. Whoever reads one need not know where it lies."""

    def __init__(self, folder: Path, store: Path, keys: Path) -> None:
        """Keep the secrets of the workspace in `folder`, with a file beside `store` and its key in `keys`."""
        self._service = f"upbeat {folder.absolute()}"
        self._file = store.with_suffix(".secrets")
        self._key = keys / "vault.key"

    def keep(self, name: str, secret: str, *, in_file: bool = False) -> str:
        """Keep a secret for good, in the place of what it was; give where, in words."""
        if not in_file and _has_keyring():
            try:
                keyring.set_password(self._service, name, secret)
            except keyring.errors.KeyringError as error:
                raise UpbeatError(
                    f"the system's keyring refused the secret: {error}", fix="Unlock it, or say --keep file."
                ) from error
            self._drop(name)
            return _KEYRING
        held = self._held()
        nonce = token_bytes(_NONCE)
        held[name] = (nonce + self._cipher().encrypt(nonce, secret.encode(), name.encode())).hex()
        write_private(self._file, encode(held).encode())
        return str(self._file)

    def read(self, name: str) -> str | None:
        """Give a secret, None where there is none. Raises UpbeatError where it cannot be opened."""
        sealed = self._held().get(name)
        if sealed is None:
            try:
                return keyring.get_password(self._service, name) if _has_keyring() else None
            except keyring.errors.KeyringError as error:
                raise UpbeatError(f"the system's keyring is closed: {error}", fix="Unlock it.") from error
        raw = bytes.fromhex(sealed)
        try:
            return self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], name.encode()).decode()
        except InvalidTag:
            raise UpbeatError(
                f"{name} was not encrypted with the key at hand", where=str(self._file), fix=_LOG_IN_AGAIN
            ) from None

    def forget(self, name: str) -> bool:
        """Erase a secret wherever it lies; False where there was none."""
        found = self._drop(name)
        if _has_keyring() and keyring.get_password(self._service, name) is not None:
            keyring.delete_password(self._service, name)
            found = True
        return found

    def place(self, name: str) -> str:
        """Say where a secret lies, in words."""
        return str(self._file) if self.is_in_file(name) else _KEYRING

    def is_in_file(self, name: str) -> bool:
        """Whether a secret lies in the file, and not in the keyring."""
        return name in self._held()

    @contextmanager
    def alone(self) -> Generator[None]:
        """Hold the secrets: no other process reads or changes one meanwhile."""
        with alone(self._file.with_name(self._file.name + ".lock")):
            yield

    def _drop(self, name: str) -> bool:
        held = self._held()
        if held.pop(name, None) is None:
            return False
        write_private(self._file, encode(held).encode())
        return True

    def _held(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        return decode(read_private(self._file, "the file of secrets", _LOG_IN_AGAIN), dict[str, str])

    def _cipher(self) -> AESGCM:
        if not self._key.exists():
            write_private(self._key, token_bytes(32).hex().encode())
        return AESGCM(bytes.fromhex(read_private(self._key, "the key of secrets", _LOG_IN_AGAIN).decode()))


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """The refresh token of one connection, as a login takes it."""

    vault: Vault
    name: str

    def read(self) -> str:
        """Give it. Raises UpbeatError where nobody has consented yet."""
        secret = self.vault.read(self.name)
        if secret is None:
            raise UpbeatError(f"there is no {self.name}", fix=_LOG_IN_AGAIN)
        return secret

    def save(self, secret: str) -> None:
        """Put a new one where the old one lies."""
        self.vault.keep(self.name, secret, in_file=self.vault.is_in_file(self.name))

    def alone(self) -> AbstractContextManager[None]:
        """Hold it: a rotating token is good for one use."""
        return self.vault.alone()


def _has_keyring() -> bool:
    """Whether the system has a keyring that keeps things: some of its stand-ins fail, or forget."""
    return keyring.get_keyring().priority > 0
