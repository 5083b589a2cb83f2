"""How a payload is kept: hashed with a salt, closed with a key, opened only where both hold.

The salt lies inside the closed part and not beside the hash. Once a payload is erased, nobody can confirm a guess
of what it said, with or without the key.
"""

import os
import zlib
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upbeat.base import canonical, decode
from upbeat.ledger.errors import LedgerError

_SALT = 16  # bytes
_NONCE = 12  # bytes, drawn at random: safe for 2**32 payloads under one key
NOISE = _SALT + _NONCE


def close(cipher: AESGCM, entry_id: str, payload: Any, noise: bytes) -> tuple[bytes, bytes, bytes]:
    """Give the SHA-256 of salt and canonical payload; the nonce; and both encrypted and bound to the entry's id.

    `noise` is fresh random bytes, NOISE of them.
    """
    salt, nonce = noise[:_SALT], noise[_SALT:]
    plain = salt + canonical(payload)
    return sha256(plain).digest(), nonce, cipher.encrypt(nonce, plain, entry_id.encode())


def check(cipher: AESGCM, entry_id: str, payload_hash: bytes, nonce: bytes, sealed: bytes) -> bytes:
    """Give salt and canonical payload. Raises LedgerError where they are not those that were written with the entry."""
    try:
        plain = cipher.decrypt(nonce, sealed, entry_id.encode())
    except (InvalidTag, TypeError, ValueError):  # changed bytes; no bytes at all; a nonce of no lawful length
        plain = b""
    if sha256(plain).digest() != payload_hash:
        raise LedgerError(
            "the payload is not the one that was written",
            where=f"ledger entry {entry_id}",
            fix="Run `upbeat ledger verify`, then restore the store and its keys from a backup.",
        )
    return plain


def reopen(cipher: AESGCM, entry_id: str, payload_hash: bytes, nonce: bytes, sealed: bytes) -> Any:
    """Give back the payload as plain JSON values. Raises LedgerError as `check` does."""
    return decode(check(cipher, entry_id, payload_hash, nonce, sealed)[_SALT:])


def salt_of(plain: bytes) -> tuple[bytes, bytes]:
    """Cut what `check` gives into the salt and the canonical payload."""
    return plain[:_SALT], plain[_SALT:]


def hide(cipher: AESGCM, name: str, text: str) -> bytes:
    """Give a text made small and encrypted, bound to its name, with its nonce before it."""
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, zlib.compress(text.encode()), name.encode())


def show(cipher: AESGCM, name: str, hidden: bytes) -> str:
    """Give the text back. Raises LedgerError where it is not the one that was kept under this name."""
    try:
        return zlib.decompress(cipher.decrypt(hidden[:_NONCE], hidden[_NONCE:], name.encode())).decode()
    except (InvalidTag, ValueError) as error:
        raise LedgerError(
            "what is kept is not what was written", where=name, fix="Restore the store and its keys from a backup."
        ) from error
