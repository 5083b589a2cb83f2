"""The numbers of a talk: each by its definition, and none where it cannot be measured."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Medium, Party, Side, Turn
from upbeat.conversation.asking import is_open, questions
from upbeat.conversation.measuring import Stretch, Voice, measure

PARTIES = (Party("Ines", internal=True), Party("Joost", internal=False), Party("A room"))


def talk(*said: tuple[int, float, float, str]) -> Conversation:
    """Give a talk of turns: who of the parties, from when, until when, and what."""
    turns = tuple(
        Turn(n, PARTIES[who].name, who, start, end, end - start, text) for n, (who, start, end, text) in enumerate(said)
    )
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Pumps",
        began=datetime(2026, 3, 3, 9, tzinfo=UTC),
        seconds=120,
        parties=PARTIES,
        turns=turns,
        language="en",
    )


TALK = talk(
    (0, 0, 10, "Um, hello, how are the pumps?"),
    (1, 12, 32, "They fail, uh, every week now."),
    (0, 33, 34, "Mhm. Right."),
    (1, 34, 49, "And each costs us a day."),
    (0, 50, 60, "Is that a budget item?"),
    (1, 60, 61, "No."),
    (2, 62, 66, "Four words, I think."),
)


def test_talk_is_shared_by_seconds_and_by_words_without_noise() -> None:
    found = measure(TALK)
    assert found.talk_ratio == pytest.approx((10 + 1 + 10) / 61, abs=5e-5)
    assert found.word_ratio == pytest.approx((5 + 5) / (10 + 11 + 1 + 4), abs=5e-5)  # `no` answers, `mhm, right` nods
    assert found.unplaced == pytest.approx(4 / 61, abs=5e-5)
    assert found.noise == pytest.approx(4 / 30, abs=5e-5)


def test_a_nod_does_not_end_what_somebody_tells() -> None:
    found = measure(TALK)
    assert found.story == Stretch(turn=1, at=12, seconds=35)
    assert found.monologue == Stretch(turn=0, at=0, seconds=10)


def test_the_sides_changes_are_counted_a_minute_and_waits_from_their_end_to_our_beginning() -> None:
    found = measure(TALK)
    assert found.interactivity == round(5 / (66 / 60), 2)
    assert found.patience == 1.0


def test_questions_of_ours_are_counted_and_those_apart_that_no_yes_or_no_answers() -> None:
    found = measure(TALK)
    assert (found.questions, found.open_questions) == (2, 1)


def test_each_label_has_its_own_part() -> None:
    assert measure(TALK).voices[1] == Voice("Joost", Side.THEIRS, 36, 12, 0)


def test_a_source_without_ends_tells_no_patience() -> None:
    assert measure(talk((1, 0, 5, "Hello."), (0, 5, 9, "Hello."))).patience is None


def test_what_cannot_be_measured_is_no_number() -> None:
    untimed = measure(talk((0, 0, 0, "Hello there."), (1, 0, 0, "Good morning Ines.")))
    assert (untimed.talk_ratio, untimed.word_ratio, untimed.interactivity) == (None, 0.4, None)
    nobody = measure(replace(TALK, turns=()))
    assert (nobody.talk_ratio, nobody.word_ratio, nobody.monologue, nobody.questions) == (None, None, None, 0)


@settings(max_examples=40)
@given(
    said=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(0, 3), st.text("ah? mrightno.", max_size=20)),
        max_size=8,
    )
)
def test_the_same_turns_give_the_same_numbers_and_ratios_are_parts_of_a_whole(
    said: list[tuple[int, int, int, str]],
) -> None:
    at, turns = 0, list[tuple[int, float, float, str]]()
    for who, length, pause, text in said:
        turns.append((who, at, at + length, text))
        at += length + pause
    one = measure(talk(*turns))
    assert one == measure(talk(*turns))
    assert all(part is None or 0 <= part <= 1 for part in (one.talk_ratio, one.word_ratio, one.noise, one.unplaced))
    assert one.seconds == pytest.approx(sum(voice.seconds for voice in one.voices))
    assert one.open_questions <= one.questions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How is it? Fine.", ["How is it?"]),
        ("Is it? Why?", ["Is it?", "Why?"]),
        ("What?! No... Really?", ["Really?"]),
        ("いつですか\uff1f五月です。", ["いつですか\uff1f"]),
        ("A 3.5 rise. Is that per year?", ["Is that per year?"]),
        ("No question.", []),
    ],
)  # fmt: skip
def test_a_question_is_a_sentence_that_ends_in_its_mark(text: str, found: list[str]) -> None:
    assert questions(text) == found


@pytest.mark.parametrize(
    ("question", "language", "is_one"),
    [
        ("What happens when one fails?", "en", True),
        ("So, um, Joost, how do you notice?", "en", True),
        ("Can I ask, since when does it fail?", "en", True),
        ("Could you walk me through a normal week?", "en", True),
        ("And the paperwork side, what does that look like?", "en", True),
        ("Who's signing?", "en", True),
        ("Why?", "en", True),
        ("Is there a budget for this?", "en", False),
        ("Is it you, Joost, who approves it?", "en", False),
        ("What if we started in May?", "en", False),
        ("It's been, what, a year?", "en", False),
        ("Fourteen?", "en", False),
        ("Wie merken Sie das?", "de", True),
        ("Haben Sie ein Budget?", "de", False),
        ("¿Cómo lo deciden ustedes?", "es", True),
        ("Comment décidez-vous ?", "fr", True),
    ],
)
def test_an_open_question_asks_for_more_than_yes_or_no(question: str, language: str, is_one: bool) -> None:
    assert is_open(question, language) is is_one
