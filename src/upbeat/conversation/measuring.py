"""What can be measured of a talk. The same turns give the same numbers; each says where its definition is from.

Gong's names and definitions are used where it has them (talk ratio, longest monologue, longest customer story,
interactivity, patience: help.gong.io, "Interaction stats"), as RevOps knows them by these words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from upbeat.conversation.asking import is_open, questions
from upbeat.conversation.values import Conversation, Side, Turn

_FILLERS: Final = frozenset(
    ("äh", "ähm", "ah", "ehm", "eh", "er", "erm", "euh", "hm", "hmm", "huh", "mhm", "mm", "uh", "uhm", "um")
)
"""Words that hold a place and say nothing. `Like` and `you know` mean something too often to be left out."""

_NODS: Final = frozenset(
    """
    ah aha alright correct cool exactly excellent fine good gotcha great indeed mhm mm-hmm nice no ok okay oh perfect
    right sure thanks totally true understood uh-huh wow yeah yep yes yup ja genau oui sí si klar d'accord
    """.split()  # noqa: SIM905 - words read best so
)
_NOD_PHRASES: Final = (
    "all right",
    "of course",
    "got it",
    "i see",
    "thank you",
    "makes sense",
    "fair enough",
    "i hear you",
)
_A_NOD: Final = 3
"""Words that a nod has at most, as in `yeah, okay, right`: who goes on takes the turn."""

_LONGEST_NOD: Final = 80  # characters: nothing longer has so few words
_QUESTION_MARKS: Final = ("?", "\uff1f", "\u061f")
_WORDS: Final = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
_CLOSELY: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u0e01-\u0e2e]")  # written without spaces: a sign is a word


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one person said in one go: from which turn, seconds from the beginning, and how many seconds of speech."""

    turn: int
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Voice:
    """What one label said: seconds of speech, words without noise, and questions."""

    label: str
    side: Side
    seconds: float
    words: int
    questions: int


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers of a talk; None where it cannot be measured, and no number stands for that.

    `talk_ratio` is the speech of our own people over all speech, in seconds, from 0 to 1: pauses between cues count
    for nobody. Who is on no side yet counts in all speech, and `unplaced` is their part of it. `word_ratio` is the same
    in words, without noise: fillers, and turns that only say that somebody listens. `noise` is its part of all words.
    `monologue` is the longest stretch of one of ours, `story` of one of theirs, through which others at most nod.
    `interactivity` are the changes between the sides, a minute. `patience` is the mean of seconds for which our people
    wait when the other side has ended; None where the source tells no ends. `questions` are sentences of ours that end
    in a question mark, `open_questions` those of them that no yes or no answers.
    """

    seconds: float
    talk_ratio: float | None
    word_ratio: float | None
    unplaced: float
    noise: float
    monologue: Stretch | None
    story: Stretch | None
    interactivity: float | None
    patience: float | None
    questions: int
    open_questions: int
    voices: tuple[Voice, ...]


def measure(conversation: Conversation) -> Measures:
    """Give the numbers of a talk."""
    turns, side = conversation.turns, conversation.side
    nods = [_is_nod(turn, before) for turn, before in zip(turns, [None, *turns], strict=False)]
    said = [words(turn.text) for turn in turns]
    heard = [
        0 if nod else sum(one.casefold() not in _FILLERS for one in each) for each, nod in zip(said, nods, strict=True)
    ]
    sides = [side(turn) for turn in turns]
    milliseconds = [round(turn.spoken * 1000) for turn in turns]
    kept = [turn for turn, nod in zip(turns, nods, strict=True) if not nod]
    ours = [turn for turn, where in zip(turns, sides, strict=True) if where is Side.OURS]
    whole = sum(map(len, said))
    asked = [one for turn in ours for one in questions(turn.text)]
    return Measures(
        seconds=sum(milliseconds) / 1000,
        talk_ratio=_part(milliseconds, sides, Side.OURS),
        word_ratio=_part(heard, sides, Side.OURS),
        unplaced=_part(milliseconds, sides, Side.UNKNOWN) or 0.0,
        noise=_ratio(whole - sum(heard), whole) or 0.0,
        monologue=_longest(kept, conversation, Side.OURS),
        story=_longest(kept, conversation, Side.THEIRS),
        interactivity=_interactivity(turns, sides),
        patience=_patience(turns, sides),
        questions=len(asked),
        open_questions=sum(is_open(one, conversation.language) for one in asked),
        voices=tuple(_voices(conversation, milliseconds, heard)),
    )


def words(text: str) -> list[str]:
    """Give the words of a text; in a script without spaces each sign is one."""
    found: list[str] = _WORDS.findall(text)
    return found if text.isascii() else [one for run in found for one in (_CLOSELY.findall(run) or (run,))]


def _is_nod(turn: Turn, before: Turn | None) -> bool:
    """Whether a turn only says that somebody listens. An answer to a question is none, however short it is."""
    if len(turn.text) > _LONGEST_NOD or (before is not None and before.text.rstrip().endswith(_QUESTION_MARKS)):
        return False
    text = turn.text.casefold()
    for phrase in _NOD_PHRASES:
        text = text.replace(phrase, "okay")
    said = [one for one in words(text) if one not in _FILLERS]
    return len(said) <= _A_NOD and "?" not in text and all(one in _NODS for one in said)


def _part(amounts: Sequence[int], sides: Sequence[Side], of: Side) -> float | None:
    return _ratio(sum(amount for amount, side in zip(amounts, sides, strict=True) if side is of), sum(amounts))


def _ratio(some: int, whole: int) -> float | None:
    return round(some / whole, 4) if whole else None


def _longest(kept: Sequence[Turn], conversation: Conversation, of: Side) -> Stretch | None:
    """Give the longest stretch of one speaker, in seconds of speech; others' nods within it do not end it."""
    found = [
        Stretch(run[0].number, run[0].start, round(sum(turn.spoken for turn in run), 3))
        for _, each in groupby(kept, key=lambda turn: turn.label)
        if conversation.side((run := list(each))[0]) is of
    ]
    longest = max(found, key=lambda one: one.seconds, default=None)
    return longest if longest is not None and longest.seconds else None


def _interactivity(turns: Sequence[Turn], sides: Sequence[Side]) -> float | None:
    """Give the changes from our side to theirs and back for each minute between the first word and the last."""
    known = [side for side in sides if side is not Side.UNKNOWN]
    length = max((turn.end for turn in turns), default=0) - min((turn.start for turn in turns), default=0)
    if len(set(known)) < len({Side.OURS, Side.THEIRS}) or length <= 0:
        return None
    return round(sum(one is not other for one, other in pairwise(known)) / (length / 60), 2)


def _patience(turns: Sequence[Turn], sides: Sequence[Side]) -> float | None:
    """Give the mean wait; an answer into the other's words is no wait at all, and counts as 0."""
    if all(after.start == before.end for before, after in pairwise(turns)):
        return None  # every line ends where the next begins: the source tells no ends
    waits = [
        max(0.0, after.start - before.end)
        for (before, first), (after, second) in pairwise(zip(turns, sides, strict=True))
        if first is Side.THEIRS and second is Side.OURS
    ]
    return round(sum(waits) / len(waits), 2) if waits else None


def _voices(conversation: Conversation, milliseconds: Sequence[int], heard: Sequence[int]) -> Iterator[Voice]:
    """Give each label's part, in the order of their first words."""
    turns = conversation.turns
    for label in dict.fromkeys(turn.label for turn in turns):
        mine = [at for at, turn in enumerate(turns) if turn.label == label]
        yield Voice(
            label,
            conversation.side(turns[mine[0]]),
            sum(milliseconds[at] for at in mine) / 1000,
            sum(heard[at] for at in mine),
            sum(len(questions(turns[at].text)) for at in mine),
        )
