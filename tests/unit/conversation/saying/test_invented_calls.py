"""Invented calls of nine industries, labelled by hand before the rules saw them, hold the rules to what they give."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from upbeat.conversation import Conversation, Finding, Kind, Medium, Party, Reading, Turn, stands
from upbeat.conversation.port import Terms
from upbeat.conversation.rubric import discovery
from upbeat.conversation.rules import RULES
from upbeat.operations.tally import Tally

CALLS = sorted((Path(__file__).parent / "calls").glob("*.yaml"))
Read = list[tuple[dict[str, Any], Conversation, Reading]]


def conversation(call: dict[str, Any]) -> Conversation:
    parties = [Party(name, internal=True) for name in call["ours"]]
    parties += [Party(name, title=title, internal=False) for name, title in call["theirs"].items()]
    at = {one.name: index for index, one in enumerate(parties)}
    lines = [next(iter(one.items())) for one in call["turns"]]
    turns = [Turn(n, who, at[who], n * 10, n * 10 + 9, 9, text) for n, (who, text) in enumerate(lines)]
    return Conversation(
        medium=Medium.MEETING, source="test", source_id=call["title"], title=call["title"], language="en",
        began=datetime.fromisoformat(call["began"]), seconds=600, parties=tuple(parties), turns=tuple(turns),
    )  # fmt: skip


@pytest.fixture(scope="module")
def readings() -> Read:
    calls = [yaml.safe_load(path.read_text("utf-8")) for path in CALLS]
    talks = [conversation(call) for call in calls]
    return [
        (call, talk, RULES.read(talk, Terms(account=call["account"]))) for call, talk in zip(calls, talks, strict=True)
    ]


def turn_of(talk: Conversation, quote: str) -> int:
    return next(one.number for one in talk.turns if quote in one.text)


def tally(found: Sequence[Finding], right: Sequence[Any], same: Callable[[Finding, Any], bool]) -> Tally:
    left = list(right)
    for one in found:
        if (other := next((each for each in left if same(one, each)), None)) is not None:
            left.remove(other)
    hit = len(right) - len(left)
    return Tally(hit, len(found) - hit, len(left))


def steps(readings: Read) -> Tally:
    """Count the steps with the right owner and the right day, told in the labelled turn or in words of the label."""
    total = Tally()
    for call, talk, reading in readings:

        def same(one: Finding, label: dict[str, Any], talk: Conversation = talk) -> bool:
            owner = None if one.person is None else talk.parties[one.person].name
            told = one.place.turn == turn_of(talk, label["quote"]) or shares(one.value, label["text"])
            return told and owner == label["owner"] and str(one.due) == str(label["due"])

        total += tally(reading.of(Kind.NEXT_STEP), call["next_steps"], same)
    return total


def shares(one: str, other: str) -> bool:
    words = {word for word in other.lower().split() if len(word) > 3}
    return len(words & set(one.lower().split())) * 2 >= len(words)


def test_next_steps_have_the_right_owner_and_the_right_day(readings: Read) -> None:
    found = steps(readings)
    assert (found.precision or 0) >= 0.85
    assert (found.recall or 0) >= 0.85


def test_risks_are_told_where_they_are(readings: Read) -> None:
    found = sum(
        (
            tally(
                reading.of(Kind.RISK), call["risks"],
                lambda one, quote, talk=talk: one.place.turn == turn_of(talk, quote),
            )
            for call, talk, reading in readings
        ),
        Tally(),
    )  # fmt: skip
    assert (found.precision or 0) >= 0.65
    assert (found.recall or 0) >= 0.8


def test_more_to_sell_is_told_by_its_kind(readings: Read) -> None:
    found = sum(
        (
            tally(reading.of(Kind.EXPANSION), call["expansion"], lambda one, label: one.name == label["kind"])
            for call, _, reading in readings
        ),
        Tally(),
    )
    assert (found.f1 or 0) >= 0.85


def test_questions_of_discovery_are_known(readings: Read) -> None:
    found = Tally()
    for call, talk, _ in readings:
        asked, right = {one.place.turn for one in discovery(talk)}, set(call["discovery"])
        found += Tally(len(asked & right), len(asked - right), len(right - asked))
    assert (found.f1 or 0) >= 0.85


def test_the_mood_at_the_end_is_right_in_most_calls(readings: Read) -> None:
    right = [reading.of(Kind.SENTIMENT)[0].name == call["sentiment"] for call, _, reading in readings]
    assert sum(right) >= 7


@pytest.mark.law(4)
def test_only_words_to_the_note_taker_are_flagged_and_nothing_found_stands_in_them(readings: Read) -> None:
    for call, _, reading in readings:
        assert [one.place.quote for one in reading.injections] == call["injections"]
        told = "".join(call["injections"])
        assert [one for one in reading.findings if told and one.place.quote in told] == []


@pytest.mark.law(5)
def test_every_finding_is_quoted_from_its_turn(readings: Read) -> None:
    assert [one for _, talk, reading in readings for one in reading.findings if not stands(one.place, talk)] == []
