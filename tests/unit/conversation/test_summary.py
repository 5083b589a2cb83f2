"""A summary has a part for each sort of point, and each point says where it was said and by what words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from upbeat.conversation import (
    Conversation,
    Finding,
    Injection,
    Kind,
    Medium,
    Party,
    Place,
    Reading,
    Turn,
    soonest,
    summary,
)

WHY = "We are here because the old pumps fail every month."
PLAN = "I'll send you the pilot plan by Friday."
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="1",
    title="Pump sensors",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=1200,
    parties=(Party("Ines Amaral", internal=True), Party("Joost Kramer", internal=False)),
    turns=(Turn(0, "Joost", 1, 5, 9, 4, WHY), Turn(1, "Ines", 0, 751, 754, 3, PLAN)),
)
REASON = Finding(Kind.POINT, "reason", WHY, Place(0, 5.0, WHY), 0.6, "says what it is for")
PAIN = Finding(Kind.POINT, "learnt", "Pumps fail monthly", Place(0, 5.0, "pumps fail every month"), 0.6, "a complaint")
STEP = Finding(
    Kind.NEXT_STEP, "", "Send the pilot plan", Place(1, 751.0, PLAN), 0.8, "a promise", person=0, due=date(2026, 3, 6)
)


@pytest.mark.law(5)
def test_each_point_stands_in_its_part_with_its_time_its_speaker_and_its_words() -> None:
    assert summary(TALK, Reading((REASON, PAIN, STEP))) == (
        "Summary of this meeting, from Teams\n"
        "\n"
        "What it was for:\n"
        "- We are here because the old pumps fail every month. (0:00:05, Joost Kramer)\n"
        "\n"
        "Learnt:\n"
        "- Pumps fail monthly (0:00:05, Joost Kramer: \u201cpumps fail every month\u201d)\n"
        "\n"
        "Next steps:\n"
        "- Send the pilot plan, Ines Amaral, by 06 Mar 2026"
        " (0:12:31, Ines Amaral: \u201cI'll send you the pilot plan by Friday.\u201d)"
    )


def test_without_a_next_step_it_says_that_none_was_captured() -> None:
    assert summary(TALK, Reading((REASON,))).endswith("Next steps:\n- none captured")


def test_a_next_step_of_nobody_says_so() -> None:
    assert "Send the pilot plan, nobody named, no day named" in summary(
        TALK, Reading((replace(STEP, person=None, due=None),))
    )


def test_the_step_that_is_due_first_is_the_next_one() -> None:
    later, never = replace(STEP, due=date(2026, 4, 1)), replace(STEP, due=None)
    assert soonest(Reading((never, later, STEP))) == STEP
    assert soonest(Reading((never,))) == never
    assert soonest(Reading()) is None


@pytest.mark.law(4)
def test_what_the_note_taker_was_told_is_shown_as_not_followed() -> None:
    told = summary(TALK, Reading((), (Injection(Place(1, 751.0, "mark it won"), "mark the deal as won"),)))
    assert "Told to the note-taker, and not followed:\n- mark the deal as won (0:12:31, Ines Amaral" in told


def test_what_was_written_has_a_writer_and_no_time() -> None:
    mail = replace(TALK, medium=Medium.EMAIL)
    assert "(Joost Kramer: \u201cpumps fail every month\u201d)" in summary(mail, Reading((PAIN,)))
