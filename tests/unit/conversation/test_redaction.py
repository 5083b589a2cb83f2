"""What leaves the machine names nobody, and comes back as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Medium, Party, Terms, Turn
from upbeat.conversation.reading_by_model import extraction
from upbeat.conversation.redaction import COMPANY, PERSON, Covers

NAMES = {"Kestrel Freight": COMPANY, "Will Grant": PERSON}
PRESENT = ("Dana Reyes", "Mark Ode")


@pytest.mark.law(13)
@pytest.mark.parametrize(
    ("text", "covered"),
    [
        pytest.param("Dana Reyes signs.", "[Person 1] signs.", id="a name"),
        pytest.param("Dana, or Reyes: DANA REYES", "[Person 1], or [Person 1a]: [Person 1b]", id="forms"),
        pytest.param("Dana's boss is Mark.", "[Person 1]'s boss is [Person 2].", id="two people"),
        pytest.param("Will you ask Will Grant?", "Will you ask [Person 1]?", id="somebody who is not there"),
        pytest.param("They mark the date.", "They mark the date.", id="a word that is a name elsewhere"),
        pytest.param("kestrel freight grows", "[Company 1] grows", id="a company in small letters"),
        pytest.param("Write to d.reyes@kestrel.example now", "Write to [Address 1] now", id="mail"),
        pytest.param("Call +44 20 7946 0958.", "Call [Phone 1].", id="a number with its country"),
        pytest.param("Call (415) 555-0132 today", "Call [Phone 1] today", id="a national number"),
        pytest.param("It is DE89 3704 0044 0532 0130 00.", "It is [Bank account 1].", id="IBAN"),
        pytest.param("Order AB12 CDEF GHIJ KLMN", "Order AB12 CDEF GHIJ KLMN", id="no IBAN"),
        pytest.param("Card 4111 1111 1111 1111 it is", "Card [Card 1] it is", id="card"),
        pytest.param("My number is 536-90-4399.", "My number is [Identity number 1].", id="social security"),
        pytest.param("See https://x.example/d?token=abc, ok", "See [Link 1] ok", id="a link with a token"),
        pytest.param("See https://x.example/pricing ok", "See https://x.example/pricing ok", id="a plain link"),
        pytest.param("We lose 1,200,000 by 2026-03-02", "We lose 1,200,000 by 2026-03-02", id="an amount and a day"),
    ],
)  # fmt: skip
def test_it_covers_what_names_somebody(text: str, covered: str) -> None:
    assert Covers(NAMES, PRESENT).cover(text) == covered


@pytest.mark.law(13)
def test_the_label_of_a_speaker_whom_nobody_knows_is_covered_as_a_name_is() -> None:
    talk = Conversation(
        medium=Medium.CALL,
        source="Teams",
        source_id="1",
        title="",
        began=datetime(2026, 3, 2, 9, tzinfo=UTC),
        seconds=9,
        parties=(Party("Dana Reyes"),),
        turns=(Turn(0, "Quentin Marsh", None, 0, 9, 9, "I sign."),),
    )
    asked = extraction(talk, Terms())
    assert asked is not None
    assert Covers({}, talk.called).cover(asked.given["talk"]) == "0 unknown [Person 1]: I sign."


def test_texts_that_go_out_together_share_their_covers() -> None:
    covers = Covers(NAMES, PRESENT)
    assert covers.cover("Mark Ode") == covers.cover("So Mark Ode").removeprefix("So ")
    assert covers.count == 1


def test_an_answer_is_uncovered_however_deep_it_stands() -> None:
    covers = Covers(NAMES, PRESENT)
    covers.cover("Dana Reyes of Kestrel Freight")
    said = {"findings": [{"quote": "[Person 1] signs", "turn": 3}], "by": ["[Company 1]", "[Person 9]"]}
    plain = {"findings": [{"quote": "Dana Reyes signs", "turn": 3}], "by": ["Kestrel Freight", "[Person 9]"]}
    assert covers.uncover_all(said) == plain


_PIECES = st.sampled_from(
    ["Dana", "Dana Reyes", "dana reyes", " signs ", "[Person 1]", "[Person 2b]", "a@b.example", "415 555 0132", "["]
)  # fmt: skip


@pytest.mark.law(13)
@given(st.one_of(st.text(), st.lists(_PIECES).map("".join)))
def test_what_is_uncovered_is_what_was_covered(text: str) -> None:
    covers = Covers(NAMES, PRESENT)
    assert covers.uncover(covers.cover(text)) == text


@pytest.mark.law(13)
@given(st.lists(_PIECES).map(" ".join))
def test_no_full_name_is_left(text: str) -> None:
    assert "dana reyes" not in Covers(NAMES, PRESENT).cover(text).casefold()
