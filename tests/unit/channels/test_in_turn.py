"""Several ways to one person: the next one is taken where the first cannot deliver, and only then."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from upbeat.channels import (
    BusyError,
    ChannelAwayError,
    ChannelError,
    LostAnswerError,
    Message,
    NotNowError,
    RefusedMessageError,
)
from upbeat.channels.send import InTurn

ONE = Message("1", "dana@acme.example", "Lowell", "Shall it?", "why", datetime(2026, 1, 31, tzinfo=UTC))


class Says:
    """A channel that takes every message, or says what it is told to say."""

    def __init__(self, *errors: ChannelError | None) -> None:
        self.errors, self.asked = list(errors), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def reach(self) -> None:
        self.send(ONE)

    def send(self, _message: Message) -> str:
        self.asked += 1
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return "taken"


def test_the_first_that_takes_it_is_the_only_one_that_is_asked() -> None:
    first, second = Says(), Says()
    with InTurn([first, second]) as way:
        assert way.send(ONE) == "taken"
    assert second.asked == 0


@pytest.mark.parametrize(
    "error", [RefusedMessageError("nobody there"), ChannelAwayError("gone")], ids=["refused", "away"]
)
def test_what_the_first_cannot_deliver_goes_by_the_next_which_says_so(error: ChannelError) -> None:
    with InTurn([Says(error), Says()]) as way:
        assert way.send(ONE) == f"taken ({error.what})"


@pytest.mark.parametrize(
    "error",
    [BusyError("busy", timedelta(seconds=9)), LostAnswerError("lost"), NotNowError("later")],
    ids=["busy", "lost", "later"],
)
def test_what_may_have_arrived_or_soon_will_goes_by_no_other(error: ChannelError) -> None:
    second = Says()
    with InTurn([Says(error), second]) as way, pytest.raises(type(error)):
        way.send(ONE)
    assert second.asked == 0


def test_one_that_is_away_is_not_asked_for_every_message_but_when_it_is_opened_anew() -> None:
    first = Says(ChannelAwayError("gone"))
    way = InTurn([first, Says()])
    with way:
        way.send(ONE)
        way.send(ONE)
        assert first.asked == 1
    with way:
        way.send(ONE)
    assert first.asked == 2


@pytest.mark.parametrize(
    ("errors", "kind", "words"),
    [
        pytest.param((RefusedMessageError("a"), RefusedMessageError("b")), RefusedMessageError, "a; b", id="by both"),
        pytest.param((ChannelAwayError("a"), RefusedMessageError("b")), ChannelAwayError, "a", id="one may come back"),
        pytest.param((RefusedMessageError("a"), ChannelAwayError("b")), ChannelAwayError, "b", id="so may the other"),
    ],
)
def test_it_is_refused_for_good_only_where_every_way_refuses_it(errors: Any, kind: Any, words: str) -> None:
    with InTurn([Says(one) for one in errors]) as way, pytest.raises(kind, match=words):
        way.send(ONE)
