"""A conversation ready to be asked for elements: its sentences, the cues in them, and what of it is meant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from textwrap import shorten
from typing import Final, TypeVar

from upbeat.conversation import cues
from upbeat.conversation.cues import NEGATORS, Cues, Hit
from upbeat.conversation.elements.people import People
from upbeat.conversation.found import Finding, Kind, Place
from upbeat.conversation.port import Terms
from upbeat.conversation.speech import Sentence, in_figures
from upbeat.conversation.values import Conversation, Side
from upbeat.conversation.vocabulary import listed

T = TypeVar("T")
_FILES: Final = (
    "scope", "metrics", "economic_buyer", "decision_criteria", "decision_process", "paper_process", "identified_pain",
    "champion", "competition",
)  # fmt: skip
_NOT_NEGATING: Final = frozenset({"only", "just", "sure", "least", "doubt", "problem"})  # not only, no doubt
_SUBJECTS: Final = listed("subjects")
_JOINTS: Final = listed("joints")
_SUPPOSING: Final = listed("supposing")
_UNREAL: Final = frozenset(["would", "could", "might"])
_IMAGINED: Final = _UNREAL | {"had", "were", "wish", "imagine", "suppose"}
_FIELD: Final = 255  # characters: a Text field of Salesforce holds no more
_FIRST_PERSON: Final = frozenset(["we", "our", "us", "i", "my", "ours", "me"])
_TAGS: Final = frozenset(["right", "yes", "no", "okay", "eh", "is"])
_ANSWERS: Final = 4  # turns of theirs that still answer a question, if nobody asks another
_ASKING: Final = 4  # words of a question that changes the matter: `Right?` does not
_WHOLE: Final = 8  # words of a question that says no answer again, whatever it begins with
_QUESTIONS: Final = listed("questions")
_LEADS: Final = listed("leads")


@cache
def _cues(side: Side) -> Cues:
    """Give what is looked for in the turns of a side: of ours only what asks."""
    every = (one for name in _FILES for one in _named(name))
    return Cues([one for one in every if one.section.endswith(".ask") is (side is not Side.THEIRS)])


def _named(name: str) -> Iterator[cues.Cue]:
    return (replace(one, section=f"{name}.{one.section}") for one in cues.read("upbeat.conversation.elements", name))


class Talk:
    """The sentences of a conversation, and the cues that stand in them by file and section: `metrics.loss`."""

    def __init__(self, conversation: Conversation, terms: Terms, said: Sequence[Sentence]) -> None:
        """Read a conversation once."""
        self.conversation, self.terms = conversation, terms
        self.sentences = said
        self.people = People(conversation, terms, self.sentences)
        self._hits = dict[str, list[Hit]]()
        self._of_sentence = dict[tuple[str, int], list[Hit]]()
        for sentence in self.sentences:
            for hit in _cues(sentence.side).hits(sentence):
                self._hits.setdefault(hit.cue.section, []).append(hit)
                self._of_sentence.setdefault((hit.cue.section, sentence.number), []).append(hit)
        self.by_turn = dict[int, list[Sentence]]()
        for sentence in self.sentences:
            self.by_turn.setdefault(sentence.turn.number, []).append(sentence)

    def hits(self, section: str) -> Sequence[Hit]:
        """Give the cues of a section, whoever said them and however they are meant."""
        return self._hits.get(section, ())

    def at(self, section: str, sentence: Sentence) -> Sequence[Hit]:
        """Give the cues of a section in one sentence."""
        return self._of_sentence.get((section, sentence.number), ())

    def meant(self, section: str) -> list[Hit]:
        """Give the cues of a section that a customer says and means: no question, no story, no supposition."""
        return [hit for hit in self.hits(section) if self.is_theirs(hit.sentence) and self.is_meant(hit)]

    def is_theirs(self, sentence: Sentence) -> bool:
        """Whether a sentence is a customer's own statement, which nobody took back."""
        return sentence.number in self._theirs

    def is_meant(self, hit: Hit) -> bool:
        """Whether what a cue says is neither negated nor supposed."""
        return (hit.cue.negates or not negated(hit)) and not supposed(hit.sentence, hit.first, hit.last)

    def doubt(self, sentence: Sentence) -> int:
        """Give how much of a guess a sentence is: 0 none, 1 said with care, 2 a guess."""
        return max((hit.weight for hit in self.at("scope.guess", sentence)), default=0)

    @cached_property
    def _theirs(self) -> frozenset[int]:
        stated = (one.number for one in self.sentences if one.side is Side.THEIRS and not is_question(one))
        return frozenset(stated) - self._others - self._struck

    @cached_property
    def _others(self) -> frozenset[int]:
        """Sentences of somebody else, that their speaker does not believe, or that speak to the note-taker."""
        found = set[int]()
        for section in ("scope.story", "scope.disowned", "scope.dictated"):
            for hit in self.hits(section):
                found.add(hit.sentence.number)
                if section == "scope.disowned":
                    found.add(hit.sentence.number - 1)
                    continue
                for later in self.by_turn[hit.sentence.turn.number]:
                    told = later.number > hit.sentence.number
                    if told and section == "scope.story" and _FIRST_PERSON & {word.text for word in later.words}:
                        break
                    if told:
                        found.add(later.number)
        return frozenset(found)

    @cached_property
    def _struck(self) -> frozenset[int]:
        """Sentences that a customer asked not to write down: those before in the turn, and their side's turn before."""
        found = set[int]()
        for hit in self.hits("scope.struck"):
            if hit.sentence.side is not Side.THEIRS:
                continue
            turn = hit.sentence.turn.number
            before = [
                one for one in self.by_turn if turn - 2 <= one < turn and self.by_turn[one][0].side is Side.THEIRS
            ]
            same = self.by_turn[turn]
            found |= {one.number for one in same if one.number <= hit.sentence.number}
            if before and same[0] is hit.sentence:
                found |= {one.number for one in self.by_turn[before[-1]]}
        return frozenset(found)

    @cache  # noqa: B019 - as short-lived as what it is called on
    def answers(self, element: str) -> dict[int, Hit]:
        """Give, by their number, the customer's sentences that answer one of our questions for an element."""
        found = dict[int, Hit]()
        turns = self.conversation.turns
        asked = dict[int, Hit]()
        for hit in self.hits(f"{element}.ask"):
            own = self.by_turn[hit.sentence.turn.number]
            if hit.sentence.side is Side.OURS and any(one.asks or _tells_to_tell(one) for one in own):
                asked[hit.sentence.turn.number] = hit
        for turn, hit in asked.items():
            left = _ANSWERS
            for later in turns[turn + 1 :]:
                said = self.by_turn.get(later.number, [])
                if not said:
                    continue
                if said[0].side is Side.THEIRS:
                    found |= {one.number: hit for one in said}
                    left -= 1
                elif any(_changes_matter(one) for one in said):
                    break
                if not left:
                    break
        return found

    def finding(
        self, name: str, first: Sentence, last: Sentence, *, value: str, weight: float, why: str,
        person: int | None = None, supersedes: Sequence[Place] = (),
    ) -> Finding:  # fmt: skip
        """Make a finding of sentences of one turn that stand in a row."""
        short = shorten(value, _FIELD, placeholder=" \u2026")
        return Finding(
            Kind.METHODOLOGY, name, short, place(first, last), confidence(weight), why,
            person=person, supersedes=tuple(supersedes),
        )  # fmt: skip


def confidence(weight: float) -> float:
    """Give a weight as a confidence: 4, one clear cue, is 0.6; each further point halves what is left to 0.95."""
    return round(0.95 - 0.35 * 0.5 ** max(weight - 4, 0), 2)


def place(first: Sentence, last: Sentence) -> Place:
    """Give where sentences stand, in their own words and without the words that only begin to speak."""
    turn = first.turn
    quote = turn.text[_opening(first) : last.end].strip()
    share = first.start / max(len(turn.text), 1)
    return Place(turn.number, round(turn.start + share * max(turn.end - turn.start, 0), 1), quote)


def _opening(sentence: Sentence) -> int:
    for word in sentence.words[:-2]:
        if word.text not in _LEADS or not word.stop:
            return word.start if word is not sentence.words[0] else sentence.words[0].start
    return sentence.words[0].start


def told(first: Sentence, last: Sentence, talk: Talk) -> str:
    """Give sentences of one turn as a field shows them: no fillers, numbers in figures, a capital in front."""
    parts = list[str]()
    for sentence in talk.by_turn[first.turn.number]:
        if first.number <= sentence.number <= last.number:
            begin = next((at for at, one in enumerate(sentence.words[:-2]) if one.text not in _LEADS), 0)
            parts.append(in_figures(sentence, begin, len(sentence.words) - 1))
    return "; ".join(one[:1].upper() + one[1:] for one in parts if one)


def is_question(sentence: Sentence) -> bool:
    """Whether a sentence asks. `That's the number, right?` does not."""
    if not sentence.asks:
        return False
    words = sentence.words
    tagged = len(words) > _ASKING and words[-2].stop and words[-1].text in _TAGS
    return not tagged


def clause(sentence: Sentence, at: int) -> int:
    """Give where the clause begins that a word stands in."""
    words = sentence.words
    for place in range(at, 0, -1):
        before, here = words[place - 1], words[place]
        joined = here.text in _JOINTS and (before.stop or here.text not in {"and", "or", "so", "while"})
        if joined or (here.text in _SUBJECTS and (before.stop or before.text in {"and", "but", "so", "because"})):
            return place
        if before.stop and before.text in {"no", "yes"}:
            return place
    return 0


def _tells_to_tell(sentence: Sentence) -> bool:
    """Whether a sentence asks without a question mark, as `Walk me through it` does."""
    return any(
        f" {one} " in sentence.said for one in ("tell me", "tell us", "walk me", "walk us", "talk me", "paint me")
    )


def _changes_matter(sentence: Sentence) -> bool:
    """Whether a question of ours asks for something new, and does not only say again what was answered."""
    words = [word.text for word in sentence.words]
    begins = not _QUESTIONS.isdisjoint(words[:3])
    return sentence.asks and len(words) >= _ASKING and (begins or len(words) >= _WHOLE)


def negated(hit: Hit) -> bool:
    """Whether a negation rules a cue."""
    words, start = hit.sentence.words, clause(hit.sentence, hit.first)
    for at in range(start, hit.last + 1):
        word = words[at]
        if word.text in NEGATORS and not (word.text == "no" and word.stop):
            after = words[at + 1].text if at + 1 < len(words) else ""
            if after not in _NOT_NEGATING:
                return True
    return False


def supposed(sentence: Sentence, first: int, last: int) -> bool:
    """Whether words are only supposed: `if we had`, or what would follow from it."""
    words = [word.text for word in sentence.words]
    start = clause(sentence, first)
    if any(one in _SUPPOSING for one in words[start : last + 1]):
        return True
    conditions = [at for at, one in enumerate(words) if one in _SUPPOSING and one != "whether"]
    return any(at < first for at in conditions) and any(one in _UNREAL for one in words)


def imagined(sentence: Sentence, first: int, last: int) -> bool:
    """Whether words are supposed against the facts: `if we had`, not `if he agrees`."""
    return supposed(sentence, first, last) and not _IMAGINED.isdisjoint(word.text for word in sentence.words)


def apart(hits: Sequence[Hit]) -> list[Hit]:
    """Give the cues that do not overlap, the heaviest first."""
    kept = list[Hit]()
    for hit in sorted(hits, key=lambda one: -one.weight):
        if all(hit.last < one.first or one.last < hit.first for one in kept):
            kept.append(hit)
    return kept


def lasting(claims: Sequence[T], weight: Callable[[T], float], *, slack: float = 1) -> T | None:
    """Give the claim that holds: the last one that is hardly weaker than the strongest."""
    if not claims:
        return None
    best = max(weight(one) for one in claims)
    return next(one for one in reversed(claims) if weight(one) >= best - slack)
