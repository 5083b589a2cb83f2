"""How handing over a message fails: for good, for now, or without our knowing.

ChannelError
├── RefusedMessageError    the server will not have this message, now or later
├── NotNowError            nothing left; this message may be tried again
│   └── ChannelAwayError   nothing left, and no other message would: the server is away, or lets us not in
│       └── BusyError      it takes nothing for so long, and asks to be left alone meanwhile
└── LostAnswerError        the message was handed over, and nobody said whether it was taken
"""

from datetime import timedelta

from upbeat.base import Place, UpbeatError


class ChannelError(UpbeatError):
    """A message was not handed over, or nobody knows whether it was."""


class RefusedMessageError(ChannelError):
    """The server will not have this message, now or later; to send it again changes nothing."""


class NotNowError(ChannelError):
    """Nothing left: the server says to try this message again later."""


class ChannelAwayError(NotNowError):
    """Nothing left, and nothing else will: the server cannot be reached, is not trusted, or refuses our login."""


class BusyError(ChannelAwayError):
    """Nothing left: the server is there, and takes nothing more before `wait` has passed."""

    def __init__(self, what: str, wait: timedelta, *, where: Place | str = "") -> None:
        """Say what it answered, and how long to wait."""
        super().__init__(what, where=where)
        self.wait = wait


class LostAnswerError(ChannelError):
    """The whole message was handed over and the answer was lost: it may have been taken, and it may not."""
