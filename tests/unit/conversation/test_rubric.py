"""How deep a talk asks and how clear its next steps are. `R` speaks for us."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from upbeat.conversation import Conversation, Finding, Kind, Medium, Party, Place, Reading, Turn
from upbeat.conversation.rubric import CLARITY, DEPTH, clarity, depth, discovery

PARTIES = (
    Party("Rosa Lindt", internal=True, labels=("R",)),
    Party("Ana Brightwell", internal=False, labels=("A",)),
)


def talk(*said: str) -> Conversation:
    turns = list[Turn]()
    for number, line in enumerate(said):
        label, _, text = line.partition(": ")
        party = "RA".index(label)
        turns.append(Turn(number, label, party, number * 10, number * 10 + 9, 9, text))
    return Conversation(
        medium=Medium.MEETING, source="test", source_id="1", title="", began=datetime(2026, 4, 15, 9, tzinfo=UTC),
        seconds=600, parties=PARTIES, turns=tuple(turns), language="en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        ("situation", "How do you plan the routes today?"),
        ("problem", "What happens when a driver calls in sick?"),
        ("impact", "What does that end up costing you?"),
        ("process", "How does it get decided from here?"),
        ("people", "Who else would have to be comfortable with it?"),
    ],
)
def test_a_question_of_discovery_asks_about_the_customers_business(subject: str, asked: str) -> None:
    (one,) = discovery(talk(f"R: Okay. {asked}", "A: Well."))
    assert subject in one.subjects
    assert one.place.quote == asked


@pytest.mark.parametrize(
    "asked",
    [
        "Can you see my screen?",
        "How was the weekend?",
        "Does Tuesday work?",
        "Shall I send you the deck?",
        "I assume the approval comes from you?",
        "Fourteen?",
        "Does that make sense?",
    ],
)
def test_small_talk_and_what_is_arranged_or_assumed_is_none(asked: str) -> None:
    assert discovery(talk(f"R: {asked}", "A: Yes.")) == ()


def test_the_customers_own_questions_are_not_ours() -> None:
    assert discovery(talk("A: What happens when it breaks?", "R: We come.")) == ()


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        (0, ["Can you hear me?"]),
        (1, ["How do you plan the routes today?"]),
        (2, ["How do you plan the routes today?", "What goes wrong with that?"]),
        (3, ["What goes wrong with that?", "What does it cost you?"]),
    ],
)
def test_each_level_of_depth_needs_what_its_definition_says(level: int, asked: list[str]) -> None:
    said = [line for one in asked for line in (f"R: {one}", "A: Well.")]
    conversation = talk(*said)
    grade = depth(discovery(conversation), Reading())
    assert (grade.level, grade.means) == (level, DEPTH[level])
    assert bool(grade.evidence) == (level > 0)


def test_the_deepest_level_needs_the_customers_own_pain_or_figure() -> None:
    asked = [
        "How do you plan the routes today?", "What goes wrong with that?", "What does it cost you?",
        "How does it get decided?", "Who signs?",
    ]  # fmt: skip
    conversation = talk(*(line for one in asked for line in (f"R: {one}", "A: Well.")))
    pain = Finding(Kind.METHODOLOGY, "identified_pain", "Routes fail", Place(3, 30.0, "Well."), 0.8, "says so")
    assert depth(discovery(conversation), Reading()).level == 3
    assert depth(discovery(conversation), Reading((pain,))).level == 4


def step(person: int | None, due: date | None) -> Finding:
    return Finding(
        Kind.NEXT_STEP, "send", "Send it", Place(0, 0.0, "I'll send it."), 0.8, "says so", person=person, due=due
    )


@pytest.mark.parametrize(
    ("level", "steps"),
    [
        (0, []),
        (1, [step(None, None)]),
        (2, [step(0, None)]),
        (3, [step(0, date(2026, 4, 17))]),
        (4, [step(0, date(2026, 4, 17)), step(1, None)]),
    ],
)
def test_each_level_of_clarity_needs_what_its_definition_says(level: int, steps: list[Finding]) -> None:
    grade = clarity(talk("R: I'll send it."), Reading(tuple(steps)))
    assert (grade.level, grade.means) == (level, CLARITY[level])


def test_the_page_tells_every_level_in_the_words_of_the_grade() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "talk-rubric.md").read_text("utf-8")
    assert [means for means in (*DEPTH, *CLARITY) if f"| {means} |" not in page] == []
