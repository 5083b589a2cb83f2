"""measure_conversation: gives the numbers of a conversation for formulas, and the moment that shows each one best."""

from datetime import timedelta
from typing import Any, Final

from upbeat.conversation import Conversation, Measures, Stretch, measure
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.steps.hearing import captured_of
from upbeat.workflows import FunctionSpec

_LONGEST: Final = 200  # characters of a moment's words: enough to know it again


def _run(case: Case) -> Result:
    talk = captured_of(case).conversation
    return Result(_numbers(measure(talk)) | _moments(talk, measure(talk)))


def _numbers(found: Measures) -> dict[str, Any]:
    return {
        "talk_ratio": found.talk_ratio,
        "word_ratio": found.word_ratio,
        "longest_monologue": found.monologue and found.monologue.seconds,
        "interactivity": found.interactivity,
        "questions": found.questions,
        "open_questions": found.open_questions,
    }


def _moments(talk: Conversation, found: Measures) -> dict[str, Any]:
    return {"monologue_moment": None if found.monologue is None else _moment(talk, found.monologue)}


def _moment(talk: Conversation, one: Stretch) -> str:
    """Say when a stretch began, whose it was, and how it began, so that it can be found and heard again."""
    turn = talk.turns[one.turn]
    speaker = talk.speaker(turn)
    name = turn.label if speaker is None else speaker.name
    words = turn.text if len(turn.text) <= _LONGEST else turn.text[:_LONGEST].rsplit(" ", 1)[0] + "\u2026"
    return f"{timedelta(seconds=int(one.at))}, {name}: \u201c{words}\u201d"


MEASURE_CONVERSATION = Function(
    FunctionSpec(
        name="measure_conversation",
        does="Gives the numbers of the conversation: our part of the talk by time and by words, the longest monologue "
        "and where it stands, changes between the sides, questions and open questions.",
        parameters={},
        gives={
            "talk_ratio": Type.NUMBER,
            "word_ratio": Type.NUMBER,
            "longest_monologue": Type.NUMBER,
            "monologue_moment": Type.TEXT,
            "interactivity": Type.NUMBER,
            "questions": Type.NUMBER,
            "open_questions": Type.NUMBER,
        },
    ),
    _run,
)
