"""By what they will judge: what it has to do or be, as the customer lists it."""

from typing import Final

from upbeat.conversation.elements.talk import Talk, apart, told
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence

_NAME: Final = "decision_criteria"
_SURE: Final = 5  # weight of a question that asks for nothing else
_PERSONS: Final = frozenset({"i", "we", "you", "they", "he", "she", "yes", "okay"})
_ENOUGH: Final = 6  # two requirements in a turn, or one in answer to the question
_ASKED: Final = 3
_CONDITIONS: Final = ("(if it", "if **", "(without", "otherwise")  # what they suppose is what they demand


def find(talk: Talk) -> Finding | None:
    """Give what they will judge by; None where it was not written yet or only terms of the contract were told."""
    asked = talk.answers(_NAME)
    left = [
        one.sentence.number
        for one in talk.hits(f"{_NAME}.open")
        if one.sentence.number in asked or talk.is_theirs(one.sentence)
    ]
    found = list[tuple[Sentence, Sentence, float, str]]()
    for own in talk.by_turn.values():
        spots = dict[int, float]()
        for at, sentence in enumerate(own):
            if talk.is_theirs(sentence):
                weight = _weight(talk, sentence)
                if weight:
                    spots[at] = weight
        if not spots or own[0].number <= max(left, default=-1):
            continue
        question = next((asked[one.number].sentence.text for one in own if one.number in asked), "")
        weight = sum(spots.values()) + (_ASKED if question else 0)
        if weight >= _ENOUGH:
            found.append((own[min(spots)], own[max(spots)], weight, question))
    if not found:
        return None
    holds = max(found, key=lambda one: one[2])
    first, last, weight, question = holds
    why = f"answers: {question}" if question else "the customer says what it has to do"
    return talk.finding(_NAME, first, last, value=told(first, last, talk), weight=weight - 3, why=why)


def _is_list(talk: Talk, sentence: Sentence) -> bool:
    """Whether a sentence answers what matters with things alone: `Uptime, and local support`."""
    question = talk.answers(_NAME).get(sentence.number)
    if question is None or question.weight < _SURE or sentence.turn.number > question.sentence.turn.number + 1:
        return False
    words = {word.text for word in sentence.words}
    other = any(talk.at(part, sentence) for part in (f"{_NAME}.not", "scope.open", "scope.no", "scope.guess"))
    return len(words) > 1 and words.isdisjoint(_PERSONS) and not other


def _weight(talk: Talk, sentence: Sentence) -> float:
    said = list(talk.at(f"{_NAME}.tell", sentence))
    if said or sentence.number in talk.answers(_NAME):
        said += talk.at(f"{_NAME}.answer", sentence)
    if _is_list(talk, sentence):
        return 4
    hits = [hit for hit in said if talk.is_meant(hit) or hit.cue.text.startswith(_CONDITIONS)]
    if not hits:
        return 0
    other = 2 * len(talk.at(f"{_NAME}.not", sentence))
    items = apart(hits)
    return max(max(hit.weight for hit in hits) + 2 * (len(items) - 1) - other - talk.doubt(sentence), 0)
