"""Whether a delivery comes from who knows the secret, unchanged and not long ago: Standard Webhooks, version 1.

    webhook-id: msg_2b7        webhook-timestamp: 1769852400        webhook-signature: v1,<base64 of an HMAC-SHA256>

The HMAC is made over `id.timestamp.body` (https://www.standardwebhooks.com). A header may carry several signatures,
while a secret is changed for another.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from upbeat.base import UpbeatError

WINDOW: Final = timedelta(
    minutes=5
)  # how far a delivery's time may be from ours: the standard's own libraries allow this
_SECRET: Final = "whsec_"  # noqa: S105  how the standard begins a secret's text
_SHORTEST: Final = 24  # bytes of a secret: the standard's lower end
_LONGEST_ID: Final = 256


class UnsignedError(UpbeatError):
    """A delivery that proves no secret, or is not from now."""


def key_of(secret: str) -> bytes:
    """Give the bytes of a secret as it is written down, `whsec_` and base64. Raises UpbeatError where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET) or len(key) < _SHORTEST:
        fix = (
            f"Write {_SECRET} and at least {_SHORTEST} random bytes in base64, here and where the deliveries come from."
        )
        raise UpbeatError("the secret of a webhook is none", fix=fix)
    return key


def signature(key: bytes, delivery: str, timestamp: str, body: bytes) -> str:
    """Give the signature that a delivery of this id, time and body carries."""
    signed = hmac.digest(key, b".".join([delivery.encode(), timestamp.encode(), body]), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def verified(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Give the id of a delivery that is signed with `key`, `headers` by their names in small letters.

    Raises UnsignedError, in words that say nothing of the secret.
    """
    delivery, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not delivery or len(delivery) > _LONGEST_ID or not delivery.isascii() or not delivery.isprintable():
        raise UnsignedError("there is no webhook-id")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise UnsignedError("there is no webhook-timestamp")
    if abs(int(timestamp) - now.timestamp()) > WINDOW.total_seconds():
        raise UnsignedError("the webhook-timestamp is more than five minutes from now")
    expected = signature(key, delivery, timestamp, body).encode()
    given = headers.get("webhook-signature", "").encode().split()[:8]  # of as many secrets at once, at the most
    if not any([hmac.compare_digest(expected, one) for one in given]):  # noqa: C419  each is compared, in the same time
        raise UnsignedError("the webhook-signature is not made with our secret")
    return delivery
