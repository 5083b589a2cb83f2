"""Documents and notes go the way of talk: typed values with the page and the words that prove them."""

import json

import pytest

from upbeat.base import UpbeatError
from upbeat.conversation import Conversation, Kind, Side, Term, Terms, labelled
from upbeat.conversation.formats import read, sidecar
from upbeat.conversation.rules import RULES
from upbeat.conversation.summary import where

TERMS = Terms(
    elements=(
        Term("economic_buyer", "Economic Buyer", "Who signs"),
        Term("metrics", "Metrics", "What it is worth"),
        Term("term", "Contract term", "For how long"),
    )
)
PEOPLE = [
    {"name": "Ines Amaral", "email": "ines@ours.example", "internal": True},
    {"name": "Joost Kramer", "email": "joost@tidewater.example", "internal": False},
]


def document(text: str, author: str) -> Conversation:
    beside = {"title": "Order", "start": "2026-03-03T10:00:00+01:00", "participants": PEOPLE, "author": author}
    return read("order.txt", text.encode(), sidecar("meeting.json", json.dumps(beside).encode()))


def test_each_page_of_a_document_is_a_turn_of_who_wrote_it() -> None:
    talk = document("Requirements\n\x0c\x0cContract term: 24 months", "joost@tidewater.example")
    assert [(turn.label, turn.text, talk.side(turn)) for turn in talk.turns] == [
        ("Joost Kramer, page 1", "Requirements\n", Side.THEIRS),
        ("Joost Kramer, page 3", "Contract term: 24 months", Side.THEIRS),
    ]


def test_values_are_taken_by_the_title_of_an_element_with_their_words_and_page() -> None:
    talk = document(
        "Economic buyer: tbc\n\x0cEconomic buyer: Dana Cole, CFO\nContract term | 24 months", "Joost Kramer"
    )
    found = labelled.read(talk, TERMS)
    assert [(one.name, one.value, one.place.turn, one.place.quote) for one in found] == [
        ("economic_buyer", "Dana Cole, CFO", 1, "Economic buyer: Dana Cole, CFO"),
        ("term", "24 months", 1, "Contract term | 24 months"),
    ]
    assert RULES.read(talk, TERMS).of(Kind.METHODOLOGY) == found
    assert found[0].why == "it stands under Economic buyer, Joost Kramer, page 2"
    assert where(talk, found[0].place) == "Joost Kramer, page 2"


def test_a_note_of_ours_is_less_sure_than_what_the_customer_wrote() -> None:
    by_us, by_them = (
        labelled.read(document("Metrics: nine days a month", who), TERMS)[0].confidence
        for who in ("ines@ours.example", "joost@tidewater.example")
    )
    assert by_us < by_them


@pytest.mark.parametrize(
    "text", ["[00:01] Joost Kramer: Metrics: none yet.", "Ines Amaral: Well?\nJoost Kramer: Metrics: none yet."]
)
def test_talk_with_a_colon_in_it_names_nothing(text: str) -> None:
    beside = {"title": "Order", "start": "2026-03-03T10:00:00+01:00", "participants": PEOPLE}
    talk = read("call.txt", text.encode(), sidecar("meeting.json", json.dumps(beside).encode()))
    assert labelled.read(talk, TERMS) == ()


def test_an_author_must_have_taken_part() -> None:
    with pytest.raises(
        UpbeatError, match=r"meeting\.json author: 'Dana' is none of the participants\n  Write the address"
    ):
        document("Notes", "Dana")
