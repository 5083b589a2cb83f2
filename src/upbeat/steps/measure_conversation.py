"""measure_conversation: gives the numbers of a conversation for formulas, and the moment that shows each one best."""

from typing import Any, Final

from upbeat.conversation import Conversation, Place, measure, where
from upbeat.conversation.rubric import Grade, clarity, depth, discovery
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, rounded
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.workflows import FunctionSpec

_LONGEST: Final = 200  # characters of a moment's words: enough to know it again


def _run(case: Case) -> Result:
    one = captured_of(case)
    talk, reading = one.conversation, reading_of(case)
    found, asked = measure(talk), depth(discovery(talk), reading)
    longest, clear = found.monologue, clarity(talk, reading)
    return Result(
        {
            "medium": str(talk.medium),
            "title": talk.title,
            "activity": one.link.activity or None,
            "talk_ratio": _part(found.talk_ratio),
            "word_ratio": _part(found.word_ratio),
            "longest_monologue": None if longest is None else rounded(longest.seconds, 1),
            "monologue_moment": None
            if longest is None
            else _moment(talk, Place(longest.turn, longest.at, talk.turns[longest.turn].text)),
            "interactivity": None if found.interactivity is None else rounded(found.interactivity, 2),
            "questions": found.questions,
            "open_questions": found.open_questions,
            **_graded("discovery", "depth", talk, asked),
            **_graded("next_step", "clarity", talk, clear),
        }
    )


def _part(ratio: float | None) -> Any:
    return None if ratio is None else rounded(ratio, 4)


def _graded(of: str, level: str, talk: Conversation, grade: Grade) -> dict[str, Any]:
    """Give a grade, what it means, and the first words that it rests on: nothing where nobody said any."""
    moment = _moment(talk, grade.evidence[0]) if grade.evidence else None
    return {f"{of}_{level}": grade.level, f"{of}_means": grade.means, f"{of}_moment": moment}


def _moment(talk: Conversation, place: Place) -> str:
    """Say when something was said, by whom and how it began, so that it can be found and heard again."""
    words = place.quote if len(place.quote) <= _LONGEST else place.quote[:_LONGEST].rsplit(" ", 1)[0] + "\u2026"
    return f"{where(talk, place)}: \u201c{words}\u201d"


MEASURE_CONVERSATION = Function(
    FunctionSpec(
        name="measure_conversation",
        does="Gives the numbers of the conversation: our part of the talk by time and by words, the longest monologue, "
        "changes between the sides, questions, and by a written rubric discovery depth and next-step clarity, 0 to 4; "
        "each with the moment that shows it.",
        parameters={},
        gives={
            "medium": Type.TEXT,
            "title": Type.TEXT,
            "activity": Type.TEXT,
            "talk_ratio": Type.NUMBER,
            "word_ratio": Type.NUMBER,
            "longest_monologue": Type.NUMBER,
            "monologue_moment": Type.TEXT,
            "interactivity": Type.NUMBER,
            "questions": Type.NUMBER,
            "open_questions": Type.NUMBER,
            "discovery_depth": Type.NUMBER,
            "discovery_means": Type.TEXT,
            "discovery_moment": Type.TEXT,
            "next_step_clarity": Type.NUMBER,
            "next_step_means": Type.TEXT,
            "next_step_moment": Type.TEXT,
        },
    ),
    _run,
)
