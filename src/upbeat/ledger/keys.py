"""The house's secrets, kept outside the store: who holds the store alone can neither read nor forge what it holds."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from upbeat.ledger.errors import LedgerError

_FILE = "ledger.key"  # one file, so that there is never one key without the other


@dataclass(frozen=True, slots=True)
class Keys:
    """`cipher` closes payloads (AES-256-GCM); `signer` signs seals and anchors (Ed25519)."""

    cipher: AESGCM = field(repr=False)
    signer: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def passing(cls) -> Self:
        """Make keys that stand nowhere, for a ledger that is thrown away."""
        return cls(AESGCM(token_bytes(32)), Ed25519PrivateKey.generate())

    @classmethod
    def load_or_create(cls, folder: Path) -> Self:
        """Read the keys in `folder`; make them the first time, readable by their owner alone.

        Raises LedgerError where the file is damaged, or open to other users.
        """
        path = folder / _FILE
        try:
            if not path.exists():
                _create(path)
            return cls._load(path)
        except OSError as error:
            raise LedgerError(
                f"the ledger's keys cannot be read or made: {error.strerror}",
                where=str(path),
                fix="Give your user access to the folder.",
            ) from error

    @classmethod
    def _load(cls, path: Path) -> Self:
        if path.stat().st_mode & 0o077:
            raise LedgerError(
                "the ledger's keys are open to other users", where=str(path), fix=f"Run `chmod 600 {path}`."
            )
        try:
            payload, signing = (bytes.fromhex(line) for line in path.read_text().splitlines())
            return cls(AESGCM(payload), Ed25519PrivateKey.from_private_bytes(signing))
        except ValueError:
            raise LedgerError(
                "the file does not hold the ledger's keys", where=str(path), fix="Restore it from a backup."
            ) from None

    @property
    def verifier(self) -> Ed25519PublicKey:
        """What tells a true signature, and cannot make one."""
        return self.signer.public_key()

    @property
    def links(self) -> bytes:
        """What links are signed with (HMAC): derived from the signer (HKDF), of which it tells nothing."""
        return HKDF(SHA256(), 32, salt=None, info=b"upbeat links").derive(self.signer.private_bytes_raw())


def _create(path: Path) -> None:
    """Write new keys down whole or not at all; where two processes do so at once, the first one's stand."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{_FILE}.{token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{token_bytes(32).hex()}\n{token_bytes(32).hex()}\n")
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
