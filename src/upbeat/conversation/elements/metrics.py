"""The customer's own figure for what they lose or have won."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from upbeat.conversation.elements.talk import Talk, place, told
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence

_NAME: Final = "metrics"
_ENOUGH: Final = 4
_MONEY: Final = 2  # what money weighs more than a count: it is what a business case is made of
_LARGE: Final = 1000  # a figure that is rather money where no currency was said


_DOUBTED: Final = (0, 1, 4)  # what no doubt, a careful word and a guess take from a figure
_SOON: Final = 3  # turns within which a figure is corrected
_CORRECTS: Final = re.compile(r"\b(?:no|sorry|actually|wrong|correction|I mean|not quite|more like)\b", re.IGNORECASE)


class _Figure(NamedTuple):
    first: Sentence
    last: Sentence
    weight: float
    why: str


def find(talk: Talk) -> Finding | None:
    """Give the strongest figure, and with it in the value another of the same talk; None where there is none."""
    every = sorted([*_told(talk), *_before_and_after(talk)], key=lambda one: one.first.number)
    corrected = [(one, by) for at, one in enumerate(every) if (by := _correction(one, every[at + 1 :])) is not None]
    wrong = {one for one, _ in corrected}
    figures = [one for one in every if one not in wrong and one.weight >= _ENOUGH]
    if not figures:
        return None
    best = max(figures, key=lambda one: one.weight)
    value = told(best.first, best.last, talk)
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
    return None


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
        weight -= _DOUBTED[talk.doubt(sentence)]
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
