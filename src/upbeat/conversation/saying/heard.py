"""The cues of this room in a talk, and which of them a customer says and means."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from upbeat.conversation import cues
from upbeat.conversation.cues import Cues, Hit
from upbeat.conversation.elements.talk import confidence, is_question, negated, supposed
from upbeat.conversation.found import Finding, Kind, Place
from upbeat.conversation.speech import Sentence
from upbeat.conversation.values import Conversation, Side

_FILES: Final = ("risks", "expansion", "objections", "mood", "roles")


@cache
def _cues() -> Cues:
    ours = (
        replace(one, section=f"{name}.{one.section}") for name in _FILES for one in cues.read(__package__ or "", name)
    )
    scope = (replace(one, section=f"scope.{one.section}") for one in cues.read("upbeat.conversation.elements", "scope"))
    return Cues([*ours, *scope])


class Heard:
    """The sentences of a talk with their cues."""

    def __init__(self, conversation: Conversation, sentences: Sequence[Sentence]) -> None:
        """Look for every cue once, in the customer's turns; where no side is known, in every turn."""
        self.conversation, self.sentences = conversation, sentences
        sides = {one.side for one in sentences}
        side = Side.THEIRS if sides & {Side.THEIRS, Side.OURS} else Side.UNKNOWN
        self.theirs = [one for one in sentences if one.side is side]
        self.hits: dict[int, list[Hit]] = {one.number: _cues().hits(one) for one in self.theirs}

    def meant(self, prefix: str) -> Iterator[Hit]:
        """Give the cues of a file that a customer states and means: no question, no story, no supposition."""
        for sentence in self.theirs:
            if is_question(sentence) or self.is_of_others(sentence):
                continue
            for hit in self.hits[sentence.number]:
                if hit.cue.section.startswith(prefix) and (hit.cue.negates or not negated(hit)):
                    yield hit

    def is_of_others(self, sentence: Sentence) -> bool:
        """Whether a sentence tells of somebody else, or what its speaker does not believe."""
        return any(hit.cue.section in {"scope.story", "scope.disowned"} for hit in self.hits[sentence.number])


def is_supposed(hit: Hit) -> bool:
    """Whether what a cue says is only thought of."""
    return supposed(hit.sentence, hit.first, hit.last)


def finding(kind: Kind, name: str, value: str, hit: Hit, why: str, person: int | None = None) -> Finding:
    """Make a finding of the sentence in which a cue stands."""
    return Finding(
        kind, name, value, place(hit.sentence), confidence(hit.weight), f"{why}: \u201c{said(hit)}\u201d", person=person
    )


def said(hit: Hit) -> str:
    """Give the words of a cue as they were said."""
    return hit.sentence.quote(hit.first, hit.last)


def place(sentence: Sentence, until: Sentence | None = None) -> Place:
    """Give where a sentence stands, or several of one turn: the time by its share of the turn's words."""
    turn, last = sentence.turn, until or sentence
    share = sentence.start / max(len(turn.text), 1)
    at = turn.start + share * max(turn.end - turn.start, 0)
    return Place(turn.number, round(at, 1), turn.text[sentence.start : last.end].strip())
