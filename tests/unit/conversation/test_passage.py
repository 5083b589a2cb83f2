"""Where a conversation speaks of something: the stretch in which its words are dense."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Medium, Turn
from upbeat.conversation.passage import passage

SMALL = ["Good morning.", "Lovely weather.", "How was the holiday?", "Too short, as ever.", "Shall we begin?"] * 6
MONEY = ["What would the licence cost?", "The licence costs nine thousand a year.", "Is support in the cost?"]


def talk(*texts: str, labels: tuple[str, ...] = ("Ines", "Joost")) -> Conversation:
    turns = tuple(Turn(n, labels[n % 2], None, n, n + 1, 1, text) for n, text in enumerate(texts))
    began = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return Conversation(
        medium=Medium.MEETING, source="t", source_id="1", title="", began=began, seconds=9, parties=(), turns=turns
    )


def test_the_stretch_that_speaks_of_it_is_found() -> None:
    found = passage(talk(*SMALL, *MONEY, *SMALL), "What did they say about licence costs?")
    assert found is not None
    assert found.first <= 30
    assert found.last >= 32
    assert found.last - found.first < 20


def test_a_speaker_who_is_named_is_listened_to_more() -> None:
    pads = ["Well."] * 40
    twice = talk("The pump leaks.", *pads, "Yes.", "The pump leaks.", *pads)
    assert twice.turns[42].label == "Ines"
    found = passage(
        talk("Yes.", "The pump leaks.", *pads, "The pump leaks.", "Yes."), "Why does Ines say the pump leaks?"
    )
    assert found is not None
    assert found.first > 20


def test_what_nobody_speaks_of_is_nowhere() -> None:
    assert passage(talk(*SMALL), "the penguin") is None
    assert passage(talk(), "anything") is None


@given(st.lists(st.text(max_size=20), max_size=12), st.text(max_size=20))
def test_it_is_always_a_stretch_of_the_conversation_that_has_a_word_of_the_question(
    texts: list[str], asked: str
) -> None:
    found = passage(talk(*texts), asked)
    if found is not None:
        assert 0 <= found.first <= found.last < len(texts)
        assert found.words
