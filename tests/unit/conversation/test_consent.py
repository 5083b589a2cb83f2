"""What was said about the recording is found, whoever says it and however."""

from datetime import UTC, datetime

import pytest

from upbeat.conversation import Conversation, Medium, Turn
from upbeat.conversation.consent import consent


def talk(*texts: str) -> Conversation:
    """Give a talk of two, who take turns, a minute each."""
    turns = tuple(Turn(n, "AB"[n % 2], None, n * 60, n * 60 + 50, 50, text) for n, text in enumerate(texts))
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Pumps",
        began=datetime(2026, 3, 3, 9, tzinfo=UTC),
        seconds=600,
        parties=(),
        turns=turns,
    )


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["Is it okay if I record this call?", "Sure, go ahead."], "agreed: “Sure, go ahead.”"),
        (["I've hit record, hope that's all right.", "Morning.", "Good?", "Yes. Fine by me."], "agreed: “Yes.”"),
        (["Do you mind if we record this?", "No, not at all."], "agreed: “No, not at all.”"),
        (["Any objections to the note-taker?", "None."], "agreed: “None.”"),
        (["There's a note-taker running, all right?", "No, I'm not."], "objected: “No, I'm not.”"),
        (["Can I record this meeting?", "Um, I'd prefer not."], "objected: “Um, I'd prefer not.”"),
        (["Hello.", "Please turn off the recording. Thanks."], "objected: “Please turn off the recording.”"),
        (["Hello.", "We're not happy being recorded."], "objected: “We're not happy being recorded.”"),
        (["This call is being recorded.", "Tell me about the pumps."], "told: “This call is being recorded.”"),
        (["Ich würde das gern aufzeichnen.", "Ja, klar."], "agreed: “Ja, klar.”"),
        (["How are you recording temperature?", "Not at all."], ""),
        (["Our policy is to keep records.", "No, don't."], ""),
        (["Hello.", "We turn the heating off at night."], ""),
    ],
)
def test_what_is_said_of_the_recording_is_found_with_its_words(texts: list[str], told: str) -> None:
    assert consent(talk(*texts)).told == told


def test_an_objection_counts_however_late_it_comes() -> None:
    late = ["Can I record this call?", "Yes.", *["And so on."] * 20, "Please stop recording now."]
    assert consent(talk(*late)).told == "objected: “Please stop recording now.”"


def test_words_about_other_recordings_late_in_a_talk_are_not_about_this_one() -> None:
    assert consent(talk(*["Go on."] * 8, "The loggers are recording all day.", "Yes, they are.")).told == ""
