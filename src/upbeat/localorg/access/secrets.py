"""Secrets: made, digested and compared. The org keeps the digests alone."""

from hashlib import scrypt, sha256
from secrets import choice, compare_digest, token_bytes
from string import ascii_letters, digits
from typing import Final

_ALPHABET: Final = ascii_letters + digits + "._"
_COST: Final = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}  # 16 MB and some 50 ms: what RFC 7914 names for log-ins
_LENGTH: Final = 16  # of a password that is made up


def fresh(length: int = 96) -> str:
    """Make a secret of letters, digits, dots and underscores, the characters of Salesforce's own tokens."""
    return "".join(choice(_ALPHABET) for _ in range(length))


def new_password() -> str:
    """Make up a password that nobody guesses."""
    return fresh(_LENGTH)


def digest(secret: str) -> str:
    """Give what is kept of a long random secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two digests in a time that tells nothing."""
    return compare_digest(one, other)


def password_digest(password: str, salt: bytes | None = None) -> str:
    """Give what is kept of a person's password: salt and scrypt digest, in hexadecimal."""
    salt = salt or token_bytes(16)
    return f"{salt.hex()}:{scrypt(password.encode('utf-8', 'surrogatepass'), salt=salt, **_COST).hex()}"


def is_password(kept: str, password: str) -> bool:
    """Whether this is the password of which `kept` was kept."""
    return same(kept, password_digest(password, bytes.fromhex(kept.partition(":")[0])))
