"""Invented calls of seventeen industries, labelled by hand: together they hold the rules to what they promise."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Finding, Medium, Party, Terms, Turn, stands
from upbeat.conversation.elements import read
from upbeat.operations.evaluating.labels import Said
from upbeat.operations.evaluating.scoring import agrees

CALLS = sorted((Path(__file__).parent / "calls").glob("*.yaml"))


def conversation(call: dict[str, Any]) -> Conversation:
    parties = [Party(name, internal=True) for name in call["ours"]]
    parties += [
        Party(name, company=call["account"], title=title, internal=False) for name, title in call["theirs"].items()
    ]
    at = {one.name: index for index, one in enumerate(parties)}
    lines = [next(iter(one.items())) for one in call["turns"]]
    turns = [Turn(n, who, at[who], n * 10, n * 10 + 9, 9, text) for n, (who, text) in enumerate(lines)]
    return Conversation(
        medium=Medium.MEETING, source="test", source_id=call["title"], title=call["title"], language="en",
        began=datetime(2026, 1, 1, tzinfo=UTC), seconds=600, parties=tuple(parties), turns=tuple(turns),
    )  # fmt: skip


@pytest.fixture(scope="module")
def readings() -> list[tuple[dict[str, Any], Conversation, dict[str, Finding]]]:
    calls = [yaml.safe_load(path.read_text("utf-8")) for path in CALLS]
    talks = [conversation(call) for call in calls]
    found = [read(talk, Terms(account=call["account"])) for call, talk in zip(calls, talks, strict=True)]
    return [(call, talk, {one.name: one for one in some}) for call, talk, some in zip(calls, talks, found, strict=True)]


def test_the_rules_hold_their_precision_and_their_f1_on_invented_calls(readings: Any) -> None:
    tally = Counter[str]()
    for call, talk, found in readings:
        for name, label in call["labels"].items():
            one = found.get(name)
            if one is not None:
                tally["right" if label and agrees(one, said(talk, label)) else "wrong"] += 1
            tally["labelled"] += label is not None
    right = tally["right"]
    precision, recall = right / (right + tally["wrong"]), right / tally["labelled"]
    assert precision >= 0.85
    assert 2 * precision * recall / (precision + recall) >= 0.70


@pytest.mark.law(5)
def test_every_quote_stands_in_a_turn_of_the_customer(readings: Any) -> None:
    for _, talk, found in readings:
        for one in found.values():
            assert stands(one.place, talk)
            assert talk.parties[talk.turns[one.place.turn].party or 0].internal is False


WORDS = (
    *(
        "who",
        "signs",
        "the",
        "budget",
        "we",
        "lost",
        "ninety",
        "thousand",
        "euros",
        "no",
        "sorry",
        "Fenwick",
        "came in",
    ),
    *("at", "Boris", ",", ".", "?", "!", "it", "has to", "board", "legal"),
)


@pytest.mark.law(5)
@given(st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(WORDS), max_size=25)), max_size=12))
def test_whatever_is_said_in_whatever_order_a_quote_is_the_customers_own(lines: list[tuple[bool, list[str]]]) -> None:
    parties = (Party("Rosa Lindt", internal=True), Party("Boris Okonjo", title="CFO", internal=False))
    turns = [Turn(n, "", int(theirs), n, n + 1, 1, " ".join(words)) for n, (theirs, words) in enumerate(lines)]
    talk = Conversation(
        medium=Medium.CALL, source="test", source_id="1", title="", began=datetime(2026, 1, 1, tzinfo=UTC), seconds=60,
        parties=parties, turns=tuple(turns),
    )  # fmt: skip
    found = read(talk, Terms())
    assert all(stands(one.place, talk) and turns[one.place.turn].party == 1 for one in found)
    assert len({one.name for one in found}) == len(found)
    assert read(talk, Terms()) == found


def said(talk: Conversation, label: dict[str, str]) -> Said:
    turn = next(one.number for one in talk.turns if label["quote"] in one.text)
    return Said(turn_index=turn, quote=label["quote"], value=label["value"])
