"""Where messages are handed over, and as whom."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

SLACK: Final = "https://slack.com/api/"


class Way(StrEnum):
    """By what a message reaches somebody."""

    MAIL = "mail"
    SLACK = "slack"


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


@dataclass(frozen=True, slots=True)
class SlackApp:
    """The app as which messages are posted in Slack. `timeout` is how long each part of a call may take."""

    token: str = field(repr=False)
    url: str = SLACK
    timeout: timedelta = timedelta(seconds=30)
