"""How deep we asked and how clear it is what comes next: by a written rubric, every level with the words it rests on.

The rubric is ours, after what Rackham's SPIN Selling (1988) asks about (situation, problem, implication, need) and what
MEDDPICC adds (how and by whom it is decided). Only our own turns are graded, by their words; tone is not heard.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.conversation.asking import is_open, questions
from upbeat.conversation.found import Finding, Kind, Place, Reading
from upbeat.conversation.patterns import either
from upbeat.conversation.values import Conversation, Side

DEPTH: Final = (
    "No question asks about the customer's business.",
    "Questions stay with how things are done today.",
    "At least one question asks what goes wrong.",
    "Questions go on to what that costs or brings, or to how and by whom it is decided.",
    "At least five questions over three subjects, and the customer tells a pain or a figure of its own.",
)
"""What each level of discovery depth means, from 0."""

CLARITY: Final = (
    "No next step was captured.",
    "Something is to follow, and nobody has it.",
    "A person has a next step, with no day.",
    "A person has a next step, by a day.",
    "A person has a next step by a day, and the customer has one too.",
)
"""What each level of next-step clarity means, from 0."""

SUBJECTS: Final = ("situation", "problem", "impact", "process", "people")
"""What a question of discovery can ask about."""

_PATTERNS: Final = {name: re.compile(either("upbeat.conversation", "rubric", name)) for name in (*SUBJECTS, "aside")}
_SHORT: Final = 3  # words of a question that only says again what was heard: `Fourteen?`
_MANY: Final = 5  # questions of a talk that goes deep
_BROAD: Final = 3  # subjects of a talk that goes deep
_THEIRS: Final = re.compile(
    r"\b(?:you|yours?|they|their|there|anyone|anybody|somebody|someone|committee|board|legal|procurement|team|people"
    r"|he|she|who|it|we|[a-z]+ know)\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of ours that looks into the customer's business, and what it asks about."""

    place: Place
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A level from 0 to 4, what it means, and the words that it rests on."""

    level: int
    means: str
    evidence: tuple[Place, ...]


def discovery(talk: Conversation) -> tuple[Question, ...]:
    """Give the questions of discovery that our side asks, at most one a turn: its last."""
    found = list[Question]()
    if not any(talk.side(turn) is Side.THEIRS for turn in talk.turns):
        return ()
    for turn in talk.turns:
        if talk.side(turn) is not Side.OURS or "?" not in turn.text:
            continue
        every = [(said, tuple(_subjects(said, talk.language))) for said in questions(turn.text)]
        asked = [one for one in every if one[1]]
        if asked:
            said, subjects = asked[-1]
            found.append(Question(Place(turn.number, turn.start, said), subjects))
    return tuple(found)


def depth(asked: Sequence[Question], reading: Reading) -> Grade:
    """Grade how deep the questions of a talk go."""
    subjects = {subject for one in asked for subject in one.subjects}
    level = int(bool(asked))
    if "problem" in subjects:
        level = 2
    if subjects & {"impact", "process", "people"} and (level == 2 or len(subjects) >= _BROAD):
        level = 3
    told = [one for one in (reading.element("identified_pain"), reading.element("metrics")) if one is not None]
    if level == 3 and told and len(asked) >= _MANY and len(subjects) >= _BROAD:
        level = 4
    places = [one.place for one in asked] + [one.place for one in told if level == 4]
    return Grade(level, DEPTH[level], tuple(places))


def clarity(talk: Conversation, reading: Reading) -> Grade:
    """Grade how clear it is what comes next."""
    steps = reading.of(Kind.NEXT_STEP)
    owned = [one for one in steps if one.person is not None]
    dated = [one for one in owned if one.due is not None]
    theirs = [one for one in owned if _is_theirs(talk, one)]
    level = 4 if dated and theirs else 3 if dated else 2 if owned else int(bool(steps))
    best = {4: [*dated, *theirs], 3: dated, 2: owned}.get(level, list(steps))
    return Grade(level, CLARITY[level], tuple(dict.fromkeys(one.place for one in best)))


def _is_theirs(talk: Conversation, step: Finding) -> bool:
    return step.person is not None and talk.parties[step.person].side is Side.THEIRS


def _subjects(question: str, language: str) -> Iterator[str]:
    """Give what a question asks about, nothing where it is none of discovery."""
    said = question.lower().replace("\u2019", "'")
    if len(said.split()) <= _SHORT and not is_open(question, language):
        return
    if _PATTERNS["aside"].search(said):
        return
    found = [name for name in SUBJECTS if _PATTERNS[name].search(said)]
    if is_open(question, language):
        yield from found or ("situation",)
    elif set(found) - {"situation"} and _THEIRS.search(said):
        yield from found
