"""What every channel promises: what was taken has arrived, once and whole, and a failure says what left."""

from typing import Any

import pytest

from upbeat.channels import ChannelAwayError, LostAnswerError, NotNowError, RefusedMessageError

DANA = "dana.whitfield@acme.example"


def test_a_message_arrives_whole(way: Any) -> None:
    way.send(way.message(text="Grüße aus Łódź,\n\n. ein Punkt am Anfang\n" + "lang " * 400))
    [(to, text)] = way.arrived
    assert to == DANA
    assert "Lowell 1 moves to Commit" in text
    assert "Grüße aus Łódź,\n\n. ein Punkt am Anfang\nlang lang" in text
    assert text.count("lang") == 400


def test_it_says_why_this_person_gets_it(way: Any) -> None:
    way.send(way.message(reason="you are its manager"))
    assert "Why you get this: you are its manager" in way.arrived[0][1]


def test_each_one_goes_to_its_own_recipient(way: Any) -> None:
    people = [DANA, "rowan.ellis@acme.example"]
    way.send(*(way.message(number, to=one) for number, one in enumerate(people)))
    assert [to for to, _ in way.arrived] == people


def test_what_is_refused_for_good_is_refused_and_the_next_one_goes(way: Any) -> None:
    way.fail("refused")
    with way.channel as channel:
        with pytest.raises(RefusedMessageError):
            channel.send(way.message(1))
        channel.send(way.message(2))
    assert ["Lowell 2 moves" in text for _, text in way.arrived] == [True]


def test_what_is_wanted_later_has_not_left(way: Any) -> None:
    way.fail("later")
    with way.channel as channel:
        with pytest.raises(NotNowError) as caught:
            channel.send(way.message(1))
        assert not isinstance(caught.value, ChannelAwayError)
        channel.send(way.message(1))
    assert len(way.arrived) == 1


@pytest.mark.parametrize("fault", ["cut before", "slow before"])
def test_what_failed_before_it_was_handed_over_has_not_left(way: Any, fault: str) -> None:
    way.fail(fault)
    with way.channel as channel:
        with pytest.raises(ChannelAwayError):
            channel.send(way.message(1))
        channel.send(way.message(2))
    assert ["Lowell 2 moves" in text for _, text in way.arrived] == [True]


@pytest.mark.law(3)
@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        pytest.param("taken unheard", 1, id="it was taken"),
        pytest.param("cut", 0, id="it was not taken"),
    ],
)
def test_a_lost_answer_is_said_to_be_lost(way: Any, fault: str, arrived: int) -> None:
    way.fail(fault)
    with way.channel as channel:
        with pytest.raises(LostAnswerError, match="the answer was lost"):
            channel.send(way.message(1))
        assert len(way.arrived) == arrived
        channel.send(way.message(2))
    assert "Lowell 2 moves" in way.arrived[-1][1]


@pytest.mark.law(3)
def test_an_answer_that_does_not_come_in_time_is_lost(way: Any) -> None:
    way.fail("slow")
    with way.channel as channel, pytest.raises(LostAnswerError, match="the answer was lost"):
        channel.send(way.message(1))


@pytest.mark.parametrize(
    "to",
    ["dana@acme.example, thief@elsewhere.example", "Dana", "", "dana@", "d" * 65 + "@acme.example"],
)
def test_what_is_no_single_address_is_refused_and_nothing_is_said_to_the_server(way: Any, to: str) -> None:
    with pytest.raises(RefusedMessageError, match="mail address"):
        way.send(way.message(to=to))
    assert (way.arrived, way.asked) == ([], 0)
