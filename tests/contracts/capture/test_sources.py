"""What every source of conversations promises."""

from typing import Any

import pytest

from upbeat.channels.capture import SourceAwayError


def mails(count: int, begin: int = 0) -> list[bytes]:
    return [f"Subject: {number}\r\n\r\nsaid\r\n".encode() for number in range(begin, begin + count)]


def test_a_source_gives_what_was_put_in_as_it_is_and_in_order(line: Any) -> None:
    for one in mails(3):
        line.put(one)
    batch = line.after({})
    assert [one.content for one in batch.pieces] == mails(3)
    assert {one.name.rpartition(".")[2] for one in batch.pieces} == {"eml"}
    assert all(one.received.tzinfo and not one.broken for one in batch.pieces)
    assert not batch.more


@pytest.mark.law(3)
def test_what_was_taken_does_not_come_again(line: Any) -> None:
    for one in mails(2):
        line.put(one)
    first = line.after({})
    assert line.after(first.position).pieces == ()
    line.put(mails(1, begin=2)[0])
    assert [one.content for one in line.after(first.position).pieces] == mails(1, begin=2)


@pytest.mark.law(2)
def test_a_crash_before_the_position_was_kept_loses_nothing_and_brings_the_same_ids(line: Any) -> None:
    for one in mails(3):
        line.put(one)
    first, again = line.after({}), line.after({})
    assert [one.id for one in again.pieces] == [one.id for one in first.pieces]
    assert len({one.id for one in first.pieces}) == 3


def test_batches_hold_as_many_as_are_wanted_and_say_that_more_waits(line: Any) -> None:
    for one in mails(5):
        line.put(one)
    batch = line.after({}, most=2)
    assert ([one.content for one in batch.pieces], batch.more) == (mails(2), True)
    assert [one.content for one in line.all({}, most=2)] == mails(5)


def test_a_source_that_is_away_says_so_and_takes_nothing(line: Any) -> None:
    line.put(mails(1)[0])
    position = line.after({}).position
    line.lose()
    with pytest.raises(SourceAwayError):
        line.after(position)
