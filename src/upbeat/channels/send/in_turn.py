"""Several channels to one person: what the first one cannot deliver goes by the next."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from upbeat.channels.errors import BusyError, ChannelAwayError, ChannelError, RefusedMessageError
from upbeat.channels.letter import Message
from upbeat.channels.send.port import Channel


class InTurn:
    """A channel over others, in their order. One that is away is not asked again before it is opened anew.

    One that is busy is waited for, and one that lost an answer may have delivered: nothing goes by the next then.
    """

    def __init__(self, channels: Sequence[Channel]) -> None:
        """Take at least one channel."""
        self._channels = channels
        self._open = ExitStack()
        self._away: dict[int, ChannelAwayError] = {}

    def __enter__(self) -> Self:
        """Give the channel itself."""
        for one in self._channels:
            self._open.enter_context(one)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what each one has open."""
        self._away.clear()
        self._open.__exit__(kind, error, trace)

    def reach(self) -> None:
        """See that each one can be reached."""
        for one in self._channels:
            one.reach()

    def send(self, message: Message) -> str:
        """Hand one message over by the first that takes it; say of those before it why they did not."""
        passed: list[ChannelError] = []
        for number, one in enumerate(self._channels):
            if number in self._away:
                passed.append(self._away[number])
                continue
            try:
                said = one.send(message)
            except BusyError:
                raise
            except ChannelAwayError as error:
                self._away[number] = error
                passed.append(error)
            except RefusedMessageError as error:
                passed.append(error)
            else:
                return f"{said} ({'; '.join(each.what for each in passed)})" if passed else said
        if (away := next((one for one in passed if isinstance(one, ChannelAwayError)), None)) is not None:
            raise away
        raise RefusedMessageError("; ".join(one.what for one in passed), fix=passed[-1].fix)
