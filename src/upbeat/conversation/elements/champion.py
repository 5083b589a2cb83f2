"""Who acts for us inside: told by what they did or will do for it, in their own words."""

from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.people import Person
from upbeat.conversation.elements.talk import Talk
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence

_NAME: Final = "champion"
_SHORT: Final = 5  # words of an answer that says no more than who
_ENOUGH: Final = 5  # one act that costs something, or two smaller ones


def find(talk: Talk) -> Finding | None:
    """Give whose acts for us weigh most; None where nobody's weigh enough."""
    acts = dict[str, dict[int, int]]()
    known, spots = dict[str, Person](), dict[int, Sentence]()
    for hit in [*talk.meant(f"{_NAME}.tell"), *_answers(talk)]:
        person = talk.people.who(hit) if "who" in hit.slots else talk.people.speaker(hit.sentence)
        if person is None or (person.party is not None and talk.people.parties[person.party].internal is not False):
            continue
        weight = hit.weight - 2 * talk.doubt(hit.sentence)
        own, number = acts.setdefault(str(person), {}), hit.sentence.number
        own[number] = max(own.get(number, 0), weight) + (1 if number in own else 0)
        known[str(person)], spots[number] = person, hit.sentence
    totals = {who: sum(own.values()) for who, own in acts.items()}
    who = max(totals, key=lambda one: totals[one], default=None)
    if who is None or totals[who] < _ENOUGH:
        return None
    best = max(acts[who], key=lambda one: (acts[who][one], one))
    first, last = _around(talk, spots[best], acts[who])
    return talk.finding(
        _NAME, first, last, value=who, weight=min(totals[who], 7), person=known[who].party,
        why=f"says what they did or will do for it, {len(acts[who])} time(s)",
    )  # fmt: skip


def _answers(talk: Talk) -> list[Hit]:
    """Give the short answers to our question who would speak for us: `I will`."""
    asked = talk.answers(_NAME)
    return [
        hit for hit in talk.meant(f"{_NAME}.answer")
        if hit.sentence.number in asked and hit.first == 0 and _ends(hit) and len(hit.sentence.words) <= _SHORT
    ]  # fmt: skip


def _ends(hit: Hit) -> bool:
    return hit.sentence.words[hit.last].stop or hit.last == len(hit.sentence.words) - 1


def _around(talk: Talk, sentence: Sentence, acts: dict[int, int]) -> tuple[Sentence, Sentence]:
    own = talk.by_turn[sentence.turn.number]
    first = last = own.index(sentence)
    while first and own[first - 1].number in acts:
        first -= 1
    while last + 1 < len(own) and own[last + 1].number in acts:
        last += 1
    return own[first], own[last]
