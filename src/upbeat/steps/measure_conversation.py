"""measure_conversation: gives the numbers of a conversation for formulas, and the moment that shows each one best."""

from datetime import timedelta
from typing import Any, Final

from upbeat.conversation import Conversation, Measures, Reading, Stretch, measure, where
from upbeat.conversation.rubric import Grade, clarity, depth, discovery
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.workflows import FunctionSpec

_LONGEST: Final = 200  # characters of a moment's words: enough to know it again


def _run(case: Case) -> Result:
    talk = captured_of(case).conversation
    return Result(_numbers(measure(talk)) | _moments(talk, measure(talk)) | _grades(talk, reading_of(case)))


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


def _grades(talk: Conversation, reading: Reading) -> dict[str, Any]:
    """Grade the talk by the written rubric, each grade with the first words that it rests on."""
    deep, clear = depth(discovery(talk), reading), clarity(talk, reading)
    return {
        "discovery_depth": deep.level,
        "discovery_moment": _words(talk, deep),
        "next_step_clarity": clear.level,
        "next_step_moment": _words(talk, clear),
    }


def _words(talk: Conversation, grade: Grade) -> str | None:
    first = next(iter(grade.evidence), None)
    return None if first is None else f"{where(talk, first)}: \u201c{first.quote}\u201d"


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
        "and where it stands, changes between the sides, questions and open questions; and grades discovery depth and "
        "next-step clarity from 0 to 4 by the written rubric, with the first words that each rests on.",
        parameters={},
        gives={
            "talk_ratio": Type.NUMBER,
            "word_ratio": Type.NUMBER,
            "longest_monologue": Type.NUMBER,
            "monologue_moment": Type.TEXT,
            "interactivity": Type.NUMBER,
            "questions": Type.NUMBER,
            "open_questions": Type.NUMBER,
            "discovery_depth": Type.NUMBER,
            "discovery_moment": Type.TEXT,
            "next_step_clarity": Type.NUMBER,
            "next_step_moment": Type.TEXT,
        },
    ),
    _run,
)
