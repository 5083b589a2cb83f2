"""The port: what every way of sending a message promises. `tests/contracts/channels` holds each adapter to it."""

from types import TracebackType
from typing import Protocol, Self

from upbeat.channels.letter import Message


class Channel(Protocol):
    """Hands messages over, one after the other. `with` keeps one connection for many and ends it after.

    Opening connects to nothing yet. A channel that failed may be used again: it connects anew.
    """

    def __enter__(self) -> Self:
        """Give the channel itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the connection, where there is one."""
        ...

    def reach(self) -> None:
        """Connect and log in, and send nothing. Raises ChannelAwayError where that cannot be."""
        ...

    def send(self, message: Message) -> str:
        """Hand one message over, once; give what the server answered.

        Returns only where the server has taken it. Raises RefusedMessageError where it never will; NotNowError, and
        ChannelAwayError, where nothing left and it may be sent again; LostAnswerError where that is not known.
        """
        ...
