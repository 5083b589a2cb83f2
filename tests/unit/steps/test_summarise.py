"""A summary and the numbers of a talk are data for later steps: nothing is written by them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from upbeat.conversation import Captured, Conversation, Finding, Kind, Link, Medium, Party, Place, Reading, Turn
from upbeat.steps import Case, hearing
from upbeat.steps.measure_conversation import MEASURE_CONVERSATION
from upbeat.steps.summarise import SUMMARISE

ASK = "How do you find out about a fault today?"
TELLS = "We hear of it when the customer calls, and that is too late for everybody."
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="1",
    title="Pump sensors",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=20,
    parties=(Party("Ines Amaral", internal=True), Party("Joost Kramer", internal=False)),
    turns=(Turn(0, "Ines", 0, 0, 6, 6, ASK), Turn(1, "Joost", 1, 6, 20, 14, TELLS)),
)


def heard(case: Case) -> Case:
    return replace(case, captured=Captured(TALK, Link()))


def test_a_summary_is_given_to_later_steps(case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> None:
    mood = Finding(Kind.SENTIMENT, "negative", "annoyed", Place(1, 6.0, "too late"), 0.7, "a complaint")
    monkeypatch.setattr(hearing, "read", lambda _talk, _terms: Reading((mood,)))
    result = SUMMARISE.run(heard(case()))
    assert result.proposals == ()
    assert {name: result.gives[name] for name in ("sentiment", "next_step", "next_steps", "points")} == {
        "sentiment": "negative",
        "next_step": None,
        "next_steps": None,
        "points": 0,
    }
    assert "- none captured" in result.gives["text"]


def test_a_grade_comes_with_what_it_means_and_the_words_that_it_rests_on(case: Callable[..., Case]) -> None:
    gives = MEASURE_CONVERSATION.run(heard(case())).gives
    assert (gives["discovery_depth"], gives["discovery_moment"]) != (0, None)
    assert f"\u201c{ASK}\u201d" in gives["discovery_moment"]
    assert (gives["next_step_clarity"], gives["next_step_moment"]) == (0, None)
    assert gives["next_step_means"] == "No next step was captured."


def test_the_numbers_of_a_talk_come_with_the_moment_that_shows_them(case: Callable[..., Case]) -> None:
    gives = MEASURE_CONVERSATION.run(heard(case())).gives
    assert (gives["talk_ratio"], gives["questions"], gives["open_questions"]) == (Decimal("0.3"), 1, 1)
    assert (gives["longest_monologue"], gives["monologue_moment"]) == (6, f"0:00:00, Ines Amaral: \u201c{ASK}\u201d")
