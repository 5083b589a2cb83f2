"""Channels: how a message to a person is made, where it is handed over, and how that fails.

What sends is in `channels.send`, which only `apply` may import; here are the values that everybody may look at. A new
way of sending is one module there that keeps the port's promises: `tests/contracts/channels` says which.
"""

from upbeat.channels.address import AddressError, address_of, addresses_in
from upbeat.channels.errors import ChannelAwayError, ChannelError, LostAnswerError, NotNowError, RefusedMessageError
from upbeat.channels.letter import LONGEST_SUBJECT, Letter, Message, letter_of, message_id, subject_line
from upbeat.channels.server import MailServer, Security

__all__ = [
    "LONGEST_SUBJECT",
    "AddressError",
    "ChannelAwayError",
    "ChannelError",
    "Letter",
    "LostAnswerError",
    "MailServer",
    "Message",
    "NotNowError",
    "RefusedMessageError",
    "Security",
    "address_of",
    "addresses_in",
    "letter_of",
    "message_id",
    "subject_line",
]
