"""The customer's own figure for what they lose or have won."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from upbeat.conversation.amounts import Amount
from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.talk import Talk, place, told
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence

_NAME: Final = "metrics"
_ENOUGH: Final = 4
_MONEY: Final = 2  # what money weighs more than a count: it is what a business case is made of
_LARGE: Final = 1000  # a figure that is rather money where no currency was said


_DOUBTED: Final = (0, 1, 4)  # what no doubt, a careful word and a guess take from a figure
_SCALES: Final = (1, 1_000, 1_000_000)
_ALIKE: Final = (Decimal("0.3"), Decimal(3))  # how far a number may lie from the one that it corrects
_BRIEF: Final = 12  # words of a sentence that does nothing but correct
_OTHERS_SAY: Final = re.compile(r"they (?:reckon|say)")
_THEY: Final = ("they", "i am told", "i'm told", "i was told")
_SOON: Final = 3  # turns within which a figure is corrected
_CORRECTS: Final = re.compile(r"\b(?:no|sorry|actually|wrong|correction|I mean|not quite|more like)\b", re.IGNORECASE)


class _Figure(NamedTuple):
    first: Sentence
    last: Sentence
    weight: float
    why: str
    value: str = ""
    corrects: tuple[Sentence, ...] = ()


def find(talk: Talk) -> Finding | None:
    """Give the strongest figure, and with it in the value another of the same talk; None where there is none."""
    every = sorted([*_told(talk), *_before_and_after(talk)], key=lambda one: one.first.number)
    every = sorted([*every, *_put_right(talk, every)], key=lambda one: one.first.number)
    corrected = [(one, by) for at, one in enumerate(every) if (by := _correction(one, every[at + 1 :])) is not None]
    wrong = {one for one, _ in corrected}
    figures = [one for one in every if one not in wrong and one.weight >= _ENOUGH]
    if not figures:
        return None
    best = max(figures, key=lambda one: one.weight)
    value = best.value or told(best.first, best.last, talk)
    other = [one for one in figures if one.first.turn is not best.first.turn and one.weight >= best.weight - 1]
    if other:
        second = max(other, key=lambda one: one.weight)
        value += f"; {told(second.first, second.last, talk)}"
    before = [place(one.first, one.last) for one, by in corrected if by == best]
    return talk.finding(
        _NAME, best.first, best.last, value=value, weight=best.weight - 1, supersedes=before,
        why=best.why + ("; it corrects what was said before" if before else ""),
    )  # fmt: skip


def _correction(one: _Figure, later: list[_Figure]) -> _Figure | None:
    """Give the figure that takes the place of another: said within a few turns, behind words that correct."""
    for other in later:
        near = other.first.turn.number - one.last.turn.number <= _SOON and other.first.number > one.last.number
        said = other.first.turn.text[: other.first.end]
        if near and _CORRECTS.search(said if other.first.turn is not one.last.turn else other.first.text):
            return other
        if near and other.corrects and one.first in other.corrects:
            return other
    return None


def _put_right(talk: Talk, every: list[_Figure]) -> list[_Figure]:
    """Give the bare numbers that correct a figure just said: `It's closer to sixty` after fifty thousand."""
    found = list[_Figure]()
    known = {one.first.number for one in every}
    for hit in talk.meant(f"{_NAME}.correct"):
        sentence = hit.sentence
        near = [
            one for one in [*every, *found]
            if one.last.number < sentence.number
            and sentence.turn.number - one.last.turn.number <= _SOON
            and one.weight >= _ENOUGH
        ]  # fmt: skip
        if not near or sentence.number in known or not _corrects_alone(talk, sentence):
            continue
        first = next((one for one in near if not one.value), near[-1])
        number = _meant(hit, first)
        if number is None:
            continue
        known.add(sentence.number)
        said = told(sentence, sentence, talk)
        value = f"{number.normalize():,f}: {said}; said before: {told(first.first, first.last, talk)}"
        why = f"the customer corrects it: {sentence.quote(hit.first, hit.last)}"
        before = tuple(one.first for one in near)
        found.append(_Figure(sentence, sentence, near[-1].weight + 1, why, value, before))
    return found


def _meant(hit: Hit, before: _Figure) -> Decimal | None:
    """Give which number stands in the place of another, as large as that: `sixty` after fifty thousand is 60,000."""
    said, was = _amount(hit.sentence, hit.first, hit.last), _amount(before.first, 0, len(before.first.words) - 1)
    if said is None or was is None or said.percent != was.percent or not was.number:
        return None
    like = (said.number * one for one in _SCALES if _ALIKE[0] <= said.number * one / was.number <= _ALIKE[1])
    number = next(like, None)
    return None if number == was.number else number


def _corrects_alone(talk: Talk, sentence: Sentence) -> bool:
    return len(sentence.words) <= _BRIEF and not talk.at(f"{_NAME}.budget", sentence)


def _amount(sentence: Sentence, first: int, last: int) -> Amount | None:
    return next((one.amount for one in sentence.words[first : last + 1] if one.amount is not None), None)


def _is_own(talk: Talk, sentence: Sentence) -> bool:
    """Whether who reckons is of the customer's own house: `I asked finance. They reckon` guesses nothing."""
    if any(hit.weight == 2 and not _OTHERS_SAY.search(hit.cue.text) for hit in talk.at("scope.guess", sentence)):
        return False
    before = [one for one in talk.by_turn[sentence.turn.number] if 0 <= sentence.number - one.number <= 1]
    guess = [
        sentence.quote(hit.first, hit.last).casefold() for hit in talk.at("scope.guess", sentence) if hit.weight == 2
    ]
    return all(one.startswith(_THEY) for one in guess) and any(talk.at(f"{_NAME}.own", one) for one in before)


def _told(talk: Talk) -> list[_Figure]:
    asked, found = talk.answers(_NAME), list[_Figure]()
    for sentence in talk.sentences:
        amounts = [word.amount for word in sentence.words if word.amount is not None]
        if not amounts or not talk.is_theirs(sentence) or talk.at(f"{_NAME}.budget", sentence):
            continue
        hits = [
            hit for part in ("loss", "gain") for hit in talk.at(f"{_NAME}.{part}", sentence) if talk.is_meant(hit)
        ]  # fmt: skip
        money = any(one.currency or one.percent or one.number >= _LARGE for one in amounts)
        question = asked.get(sentence.number)
        answers = question is not None and question.weight >= _ENOUGH and money
        if (not hits and not answers) or (_is_paper(talk, sentence) and not money):
            continue
        if not money and not talk.at(f"{_NAME}.unit", sentence):
            continue
        weight = max((hit.weight for hit in hits), default=3) + (1 if len(hits) > 1 else 0) + (_MONEY if money else 0)
        weight += 1 if sentence.number in asked else 0
        weight -= 0 if _is_own(talk, sentence) else _DOUBTED[talk.doubt(sentence)]
        if talk.at(f"{_NAME}.size", sentence) and not money:
            weight -= 2
        if all(one.number <= Decimal(1) for one in amounts):
            weight -= 2
        words = sentence.quote(hits[0].first, hits[0].last) if hits else sentence.text
        why = f"answers: {question.sentence.text}" if answers and question else f"the customer's own figure: {words}"
        found.append(_Figure(sentence, sentence, weight, why))
    return found


def _is_paper(talk: Talk, sentence: Sentence) -> bool:
    """Whether the days that a sentence tells are those of a contract's way through the house."""
    return any(hit.weight >= 3 for hit in talk.at("paper_process.tell", sentence))


def _before_and_after(talk: Talk) -> list[_Figure]:
    """Give figures that two sentences of one turn set against each other: it took nine, now it takes two."""
    found = list[_Figure]()
    for own in talk.by_turn.values():
        for at, sentence in enumerate(own):
            if not talk.at(f"{_NAME}.before", sentence) or not talk.is_theirs(sentence):
                continue
            for later in own[at + 1 : at + 3]:
                if talk.at(f"{_NAME}.after", later) and talk.is_theirs(later) and not talk.at(f"{_NAME}.budget", later):
                    weight = 6 - 2 * max(talk.doubt(sentence), talk.doubt(later))
                    found.append(_Figure(sentence, later, weight, "the customer sets a figure against an earlier one"))
    return found
