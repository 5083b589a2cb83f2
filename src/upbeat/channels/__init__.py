"""Channels: how a message to a person is made, where it is handed over, and how that fails.

What sends is in `channels.send`, which only `apply` may import; here are the values that everybody may look at. A new
way of sending is one module there that keeps the port's promises: `tests/contracts/channels` says which.
"""

from upbeat.channels.address import AddressError, address_of, addresses_in
from upbeat.channels.errors import (
    BusyError,
    ChannelAwayError,
    ChannelError,
    LostAnswerError,
    NotNowError,
    RefusedMessageError,
)
from upbeat.channels.letter import LONGEST_SUBJECT, Letter, Message, letter_of, message_id, plain, subject_line
from upbeat.channels.server import SLACK, MailServer, Security, SlackApp, Way

__all__ = [
    "LONGEST_SUBJECT",
    "SLACK",
    "AddressError",
    "BusyError",
    "ChannelAwayError",
    "ChannelError",
    "Letter",
    "LostAnswerError",
    "MailServer",
    "Message",
    "NotNowError",
    "RefusedMessageError",
    "Security",
    "SlackApp",
    "Way",
    "address_of",
    "addresses_in",
    "letter_of",
    "message_id",
    "plain",
    "subject_line",
]
