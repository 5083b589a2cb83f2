"""What goes wrong for them today, in the words of who suffers it."""

from typing import Final, NamedTuple

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.talk import Talk, apart, imagined, negated, told
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence

_NAME: Final = "identified_pain"
_ENOUGH: Final = 6  # two cues, or one in answer to the question
_ASKED: Final = 3
_SLACK: Final = (
    1.5  # by so much a later complaint must weigh more than the first: who is asked says the main thing first
)
_COUNTED: Final = 5  # cues of one sentence that count
_SURE: Final = 5  # weight of a question that asks for nothing else
_PLAIN: Final = 2  # what such an answer weighs without a cue
_LONG: Final = 7  # words from which a sentence says what goes wrong, and not only that something does
_OURS: Final = frozenset({"we", "our", "us", "my", "me", "i", "nobody"})
_OTHERS: Final = frozenset(["they", "their", "them"])


_SOON: Final = 4  # turns in which a complaint is said to be over
_TIMES: Final = frozenset(["seconds", "minutes", "hours", "days", "weeks", "months"])


class _Complaint(NamedTuple):
    sentence: Sentence
    weight: float
    why: str


def find(talk: Talk, others: frozenset[str]) -> Finding | None:
    """Give the complaint that weighs most, the earliest of equals; None where nothing is wrong.

    `others` are the names of who else is in the running: a complaint of them is none.
    """
    found = [one for sentence in talk.sentences if (one := _complaint(talk, sentence, others)) is not None]
    if not found:
        return None
    most = max(one.weight for one in found)
    if most < _ENOUGH:
        return None
    best = next(one for one in found if one.weight >= max(most - _SLACK, _ENOUGH))
    return talk.finding(
        _NAME, best.sentence, best.sentence, value=told(best.sentence, best.sentence, talk), weight=best.weight - 3,
        why=best.why,
    )  # fmt: skip


def _complaint(talk: Talk, sentence: Sentence, others: frozenset[str]) -> _Complaint | None:
    if not talk.is_theirs(sentence):
        return None
    hits = [hit for hit in talk.at(f"{_NAME}.tell", sentence) if hit.cue.negates or not negated(hit)]
    hits += talk.at(f"{_NAME}.words", sentence)
    hits = [hit for hit in hits if not imagined(sentence, hit.first, hit.last)]
    asked = talk.answers(_NAME).get(sentence.number)
    asked = None if asked is not None and talk.at(f"{_NAME}.greeting.ask", asked.sentence) else asked
    weights = [hit.weight for hit in apart(hits)] or ([_PLAIN] if _answers(talk, sentence, asked) else [])
    if not weights:
        return None
    weight: float = weights[0] + sum(one / 2 for one in weights[1:_COUNTED])
    weight += _ASKED if asked else 0
    weight += 1 if len(sentence.words) >= _LONG else -2
    weight -= 4 * bool(talk.at(f"{_NAME}.not", sentence)) + 2 * _doubt(talk, sentence, hits)
    weight -= 3 * bool(talk.at("scope.sarcasm", sentence))
    weight -= 3 * bool(talk.at("metrics.gain", sentence))
    weight -= 5 * _is_over(talk, sentence)
    weight += 2 * _was_quicker(talk, sentence)
    words = [word.text for word in sentence.words]
    weight -= (
        3 if (words[0] in _OTHERS and not asked and _OURS.isdisjoint(words)) or not others.isdisjoint(words) else 0
    )
    if not hits and asked:
        return _Complaint(sentence, weight, f"answers: {asked.sentence.text}")
    why = f"answers: {asked.sentence.text}" if asked else f"goes wrong: {sentence.quote(hits[0].first, hits[0].last)}"
    return _Complaint(sentence, weight, why)


def _is_over(talk: Talk, sentence: Sentence) -> bool:
    """Whether what went wrong is said to be put right, in the same turn or their next two."""
    turn = sentence.turn.number
    return any(
        hit.sentence.number >= sentence.number and hit.sentence.turn.number - turn <= _SOON
        for hit in talk.hits(f"{_NAME}.fixed") if not negated(hit)
    )  # fmt: skip


def _was_quicker(talk: Talk, sentence: Sentence) -> bool:
    """Whether a length of time is set against a shorter one: `It takes an hour now. It was ten minutes`."""
    times = [word.amount.number for word in sentence.words if word.amount is not None]
    if not times or not _TIMES & {word.text for word in sentence.words}:
        return False
    next_one = [one for one in talk.by_turn[sentence.turn.number] if one.number == sentence.number + 1]
    return any(
        word.amount is not None and word.amount.number < times[0] and talk.at("metrics.before", one)
        for one in next_one for word in one.words
    )  # fmt: skip


def _answers(talk: Talk, sentence: Sentence, asked: Hit | None) -> bool:
    """Whether a whole sentence answers at once what goes wrong: that is what goes wrong, whatever its words."""
    if asked is None or asked.weight < _SURE or sentence.turn.number != asked.sentence.turn.number + 1:
        return False
    first = talk.by_turn[sentence.turn.number][0]
    return len(sentence.words) > _LONG and not talk.at("scope.no", first) and not talk.at("scope.open", sentence)


def _doubt(talk: Talk, sentence: Sentence, hits: list[Hit]) -> int:
    """Give how much of a guess a complaint is. `We have no idea where it is` complains, and does not guess."""
    guesses = talk.at("scope.guess", sentence)
    return max((one.weight for one in guesses if len(apart([one, *hits])) > len(apart(hits))), default=0)
