"""Where mail is handed over, and as whom."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Security(StrEnum):
    """How the way to the server is kept secret. Its certificate is checked in both of the first two."""

    STARTTLS = "starttls"  # begins in the clear and goes no further before it is not: port 587
    TLS = "tls"  # from the first byte: port 465
    NONE = "none"  # in the clear: a server on this machine alone


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as it is connected to. `sender` is the address that mails come from, `name` the name beside it.

    Without a `username` nobody logs in. `timeout` bounds the whole exchange over one message.
    """

    host: str
    port: int
    security: Security
    sender: str
    name: str = ""
    reply_to: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: timedelta = timedelta(seconds=30)
