"""A conversation and what was found in it are kept as rows, each once, and each with its words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from upbeat.conversation import Captured, Conversation, Finding, Kind, Link, Medium, Party, Place, Reading, Turn
from upbeat.steps import Beside, Case, hearing
from upbeat.steps.keep_conversation import KEEP_CONVERSATION
from upbeat.steps.note_insights import NOTE_INSIGHTS

PLAN = "I'll send you the pilot plan by Friday."
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="1",
    title="Pump sensors",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=1200,
    parties=(Party("Ines Amaral", internal=True), Party("Joost Kramer", internal=False)),
    turns=(Turn(0, "Joost", 1, 0, 9, 9, "The pumps fail."), Turn(1, "Ines", 0, 751, 754, 3, PLAN)),
)
STEP = Finding(
    Kind.NEXT_STEP, "send", "Send the plan", Place(1, 751.0, PLAN), 0.6, "a promise", person=0, due=date(2026, 3, 6)
)
SAME = Finding(Kind.POINT, "decided", "Send the plan", Place(1, 751.0, PLAN), 0.6, "agreed")
LINK = Link(account="001000000000001AAA", opportunity="006000000000001AAA", activity="00U000000000001AAA")


@pytest.fixture
def heard(case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Case]:
    monkeypatch.setattr(hearing, "read", lambda _talk, _terms: Reading((STEP, SAME)))

    def made(talk: Conversation = TALK, rows: dict[str, Any] | None = None, **args: Any) -> Case:
        beside = Beside(records={name: (row,) for name, row in (rows or {}).items()})
        return replace(case(beside=beside, **args), captured=Captured(talk, LINK))

    return made


@pytest.mark.law(5)
def test_a_finding_is_a_row_with_its_words_and_no_point_says_it_again(heard: Callable[..., Case]) -> None:
    [made] = NOTE_INSIGHTS.run(heard(conversation="a00000000000001AAA")).proposals
    assert made.after == {
        "Name": "next step: send",
        "Conversation_Key__c": TALK.key,
        "Finding_Key__c": made.after["Finding_Key__c"],
        "Conversation__c": "a00000000000001AAA",
        "Account__c": LINK.account,
        "Opportunity__c": LINK.opportunity,
        "Type__c": "next step",
        "Topic__c": "send",
        "Value__c": "Send the plan",
        "Quote__c": PLAN,
        "Speaker__c": "Ines Amaral",
        "Said_At__c": "2026-03-03T09:12:31.000+0000",
        "Second__c": 751,
        "Owner_Name__c": "Ines Amaral",
        "Due__c": "2026-03-06",
        "Confidence__c": 60,
        "Read_By__c": "rules",
        "Why__c": "a promise",
    }
    assert [one.text for one in made.quotes] == [PLAN]


@pytest.mark.law(3)
def test_what_is_noted_already_is_not_noted_again(heard: Callable[..., Case]) -> None:
    [made] = NOTE_INSIGHTS.run(heard()).proposals
    result = NOTE_INSIGHTS.run(heard(rows={"Conversation_Insight__c": made.after}))
    assert (result.proposals, result.gives) == ((), {"noted": 0, "known": 1})


def test_a_conversation_is_a_row_of_its_numbers_its_summary_and_its_transcript(heard: Callable[..., Case]) -> None:
    [made] = KEEP_CONVERSATION.run(heard()).proposals
    assert {name: made.after[name] for name in ("Talk_Ratio__c", "Minutes__c", "Part__c", "Activity_Id__c")} == {
        "Talk_Ratio__c": 25,
        "Minutes__c": 20,
        "Part__c": 1,
        "Activity_Id__c": LINK.activity,
    }
    assert made.after["Transcript__c"] == (f"0:00:00, Joost Kramer: The pumps fail.\n0:12:31, Ines Amaral: {PLAN}")


@pytest.mark.law(3)
def test_a_conversation_that_is_kept_is_found_and_not_kept_again(heard: Callable[..., Case]) -> None:
    there = {"Id": "a00000000000001AAA", "Part__c": 1}
    result = KEEP_CONVERSATION.run(heard(rows={"Conversation__c": there}))
    assert (result.proposals, result.gives["id"]) == ((), "a00000000000001AAA")


def test_a_transcript_that_is_longer_than_its_field_goes_on_in_further_rows(heard: Callable[..., Case]) -> None:
    turns = tuple(Turn(at, "Joost", 1, at, at + 1, 1, "pumps " * 1000) for at in range(50))
    rows = [one.after for one in KEEP_CONVERSATION.run(heard(replace(TALK, turns=turns))).proposals]
    assert [(row["Part__c"], row["Name"]) for row in rows] == [
        (part, f"Pump sensors ({part} of 3)") for part in (1, 2, 3)
    ]
    assert max(len(row["Transcript__c"]) for row in rows) <= 131_072
    assert sum(row["Transcript__c"].count("Joost Kramer") for row in rows) == 50
    assert [("Summary__c" in row) for row in rows] == [True, False, False]
