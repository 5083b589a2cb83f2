"""What a conversation says goes into fields as suggestions, each with the words that prove it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from upbeat.conversation import (
    Captured,
    Conversation,
    Finding,
    Injection,
    Kind,
    Link,
    Medium,
    Party,
    Place,
    Reading,
    Turn,
)
from upbeat.domain import Tier
from upbeat.schema import Field, FieldType
from upbeat.steps import Case, Result, hearing
from upbeat.steps.extract_fields import EXTRACT_FIELDS
from upbeat.workflows import Methodology, Questions

BUYS = "Our finance director signs, Joost Kramer."
PLAN = "I'll send you the pilot plan by Friday."
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="1",
    title="Pump sensors",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=20,
    parties=(Party("Ines Amaral", internal=True), Party("Joost Kramer", internal=False)),
    turns=(Turn(0, "Joost", 1, 5, 9, 4, BUYS), Turn(1, "Ines", 0, 751, 754, 3, PLAN)),
)
BUYER = Finding(
    Kind.METHODOLOGY, "economic_buyer", "Joost Kramer, finance director", Place(0, 5.0, BUYS), 0.9, "he says who signs"
)
STEP = Finding(
    Kind.NEXT_STEP, "", "Send the pilot plan", Place(1, 751.0, PLAN), 0.8, "a promise", person=0, due=date(2026, 3, 6)
)
QUESTIONS = Questions(
    Methodology.model_validate(
        {
            "methodology": "short",
            "title": "Short",
            "owner": "priya.shah@acme.example",
            "elements": {
                "economic_buyer": {"title": "Economic Buyer", "means": "Who can say yes", "field": "Economic_Buyer__c"},
                "metrics": {"title": "Metrics", "means": "Their own figures", "field": "Metrics__c"},
            },
        }
    ),
    {
        "economic_buyer": Field(name="Economic_Buyer__c", type=FieldType.STRING, length=40, label="Economic Buyer"),
        "metrics": Field(name="Metrics__c", type=FieldType.STRING, length=40, label="Metrics"),
    },
)
NEXT = {
    "next_step": Field(name="NextStep", type=FieldType.STRING, length=255),
    "next_step_due": Field(name="Next_Step_Due__c", type=FieldType.DATE),
}
BLANK = {"Economic_Buyer__c": None, "Metrics__c": None, "NextStep": None, "Next_Step_Due__c": None}

Extract = Callable[..., Result]


@pytest.fixture
def extract(case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> Extract:
    def run(reading: Reading, record: Mapping[str, Any] = BLANK, **args: Any) -> Result:
        monkeypatch.setattr(hearing, "read", lambda _talk, _terms: reading)
        made = case("Opportunity", record=BLANK | dict(record), methodology=QUESTIONS, **args)
        return EXTRACT_FIELDS.run(replace(made, captured=Captured(TALK, Link())))

    return run


@pytest.mark.law(5)
def test_each_value_has_its_words_their_speaker_and_their_time(extract: Extract) -> None:
    [made] = extract(Reading((BUYER, STEP)), fill=NEXT).proposals
    assert made.after == {
        "Economic_Buyer__c": "Joost Kramer, finance director",
        "NextStep": "Send the pilot plan, Ines Amaral, by 06 Mar 2026",
        "Next_Step_Due__c": "2026-03-06",
    }
    assert {one.field: (one.text, one.source) for one in made.quotes} == {
        "Economic_Buyer__c": (BUYS, "Pump sensors, 0:00:05, Joost Kramer"),
        "NextStep": (PLAN, "Pump sensors, 0:12:31, Ines Amaral"),
        "Next_Step_Due__c": (PLAN, "Pump sensors, 0:12:31, Ines Amaral"),
    }
    assert made.confidence == 0.8


@pytest.mark.law(6)
def test_business_fields_wait_for_a_person_whatever_the_step_says(extract: Extract) -> None:
    [made] = extract(Reading((BUYER,))).proposals
    assert made.raise_to is Tier.REVIEW


def test_what_the_field_says_already_is_left(extract: Extract) -> None:
    there = {"Economic_Buyer__c": "CFO: joost kramer, finance director"}
    result = extract(Reading((BUYER,)), there)
    assert result.proposals == ()
    assert result.gives["economic_buyer"] == "Joost Kramer, finance director"


def test_the_old_value_stands_beside_the_new_one(extract: Extract) -> None:
    [made] = extract(Reading((BUYER,)), {"Economic_Buyer__c": "Ruth Evans"}).proposals
    assert made.before == {"Economic_Buyer__c": "Ruth Evans"}


def test_what_nobody_said_and_no_field_has_is_missing(extract: Extract) -> None:
    assert extract(Reading((BUYER,))).gives["missing"] == "Metrics"
    assert extract(Reading((BUYER,)), {"Metrics__c": "EUR 3"}).gives["missing"] is None


@pytest.mark.law(4)
def test_whoever_dictates_to_the_note_taker_is_shown_to_the_reviewer(extract: Extract) -> None:
    told = Injection(Place(1, 751.0, "mark it won"), "mark the deal as won")
    result = extract(Reading((BUYER,), (told,)))
    assert result.gives["injections"] == 1
    assert any("mark it won" in one for one in result.proposals[0].reasons)


def test_of_several_next_steps_the_one_that_is_due_first_goes_into_the_field(extract: Extract) -> None:
    soon = replace(STEP, value="Call procurement", person=None, due=date(2026, 3, 4))
    someday = replace(STEP, value="Think about phase two", due=None)
    [made] = extract(Reading((someday, STEP, soon)), fill=NEXT).proposals
    assert made.after == {
        "NextStep": "Call procurement, nobody named, by 04 Mar 2026",
        "Next_Step_Due__c": "2026-03-04",
    }


def test_a_value_that_its_field_cannot_hold_is_cut_between_words(extract: Extract) -> None:
    long = replace(BUYER, value="Joost Kramer, finance director of the northern waterways board")
    [made] = extract(Reading((long,))).proposals
    assert made.after["Economic_Buyer__c"] == "Joost Kramer, finance director of the\u2026"


def test_without_a_conversation_the_step_says_what_to_write(case: Callable[..., Case]) -> None:
    with pytest.raises(hearing.NoConversationError) as told:
        EXTRACT_FIELDS.run(case("Opportunity", methodology=QUESTIONS))
    assert "start: captured" in told.value.fix
