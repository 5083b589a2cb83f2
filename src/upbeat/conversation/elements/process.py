"""How it is decided, and what stands between that and a signed contract: steps told in one turn."""

from typing import Final, NamedTuple

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.talk import Talk, apart, imagined, lasting, negated, told
from upbeat.conversation.found import Finding, Place
from upbeat.conversation.speech import Sentence

_ENOUGH: Final = 5  # a step before a body, two smaller ones, or one in answer to the question
_FIRST: Final = frozenset({"until", "before", "without"})
_LEAST: Final = 3  # what is told must weigh by itself, whatever was asked
_SURE: Final = 4
_ASKED: Final = 3
_OTHER_ASKED: Final = 2  # a turn that answers the other question speaks rather of that


class _Account(NamedTuple):
    """What one turn tells of a process."""

    first: Sentence
    last: Sentence
    weight: float
    asked: str


def decision(talk: Talk) -> Finding | None:
    """Give the steps by which it is decided; None where nobody told at least two, or one when asked."""
    return _process(talk, "decision_process", "paper_process")


def paper(talk: Talk) -> Finding | None:
    """Give what legal, security and purchasing need; None where nobody told at least two things, or one when asked."""
    return _process(talk, "paper_process", "decision_process")


def _process(talk: Talk, name: str, other: str) -> Finding | None:
    told_of = {number: _account(talk, number, name, other) for number in talk.by_turn}
    rather = {number: _account(talk, number, other, name) for number, one in told_of.items() if one is not None}
    accounts = [
        one for number, one in told_of.items()
        if one is not None and (not _weighs_more(rather[number], one) or _stands(talk, number, name, other))
    ]  # fmt: skip
    holds = lasting(accounts, lambda one: one.weight, slack=0.5)
    if holds is None:
        return None
    moved = _moved(talk, holds) if name == "decision_process" else None
    value = told(holds.first, holds.last, talk)
    earlier: list[Place] = []
    why = f"answers: {holds.asked}" if holds.asked else "the customer tells the steps"
    if moved is not None:
        value = f"{value} (moved: {told(moved, moved, talk)})"
        why += "; a later date was said"
    return talk.finding(
        name, holds.first, holds.last, value=value, weight=holds.weight - 2, why=why, supersedes=earlier
    )


def _weighs_more(one: _Account | None, other: _Account) -> bool:
    return one is not None and one.weight > other.weight


def _stands(talk: Talk, number: int, name: str, other: str) -> bool:
    """Whether a turn that tells more of the other process tells enough of this one too, in cues of its own."""
    own = list[Hit]()
    for sentence in talk.by_turn[number]:
        if talk.is_theirs(sentence) and not talk.at(f"{name}.not", sentence):
            heard = [hit for hit in talk.at(f"{name}.tell", sentence) if _is_meant(hit)]
            else_ = [hit for hit in talk.at(f"{other}.tell", sentence) if hit.weight > _LEAST]
            own += [hit for hit in apart(heard) if all(hit.last < one.first or one.last < hit.first for one in else_)]
    return len(own) > 1 and sum(hit.weight for hit in own) >= _ENOUGH


def _account(talk: Talk, number: int, name: str, other: str) -> _Account | None:
    own = talk.by_turn[number]
    asked = talk.answers(name)
    spots = dict[int, int]()
    for at, sentence in enumerate(own):
        if not talk.is_theirs(sentence) or talk.at(f"{name}.not", sentence):
            continue
        said = [
            *talk.at(f"{name}.tell", sentence),
            *(talk.at(f"{name}.answer", sentence) if _asks_this(asked.get(sentence.number)) else ()),
        ]
        worth = sum(hit.weight for hit in apart([hit for hit in said if _is_meant(hit)]))
        if worth:
            spots[at] = worth
    if not spots:
        return None
    first, last = min(spots), max(spots)
    question = next((asked[one.number].sentence.text for one in own if one.number in asked), "")
    weight = sum(min(one, 7) for one in spots.values())
    if weight < _LEAST:
        return None
    weight += _ASKED if question else 0
    elsewhere = talk.answers(other)
    if not question and any(one.number in elsewhere for one in own):
        weight -= _OTHER_ASKED
    weight -= sum(talk.doubt(own[at]) for at in spots)
    if any(talk.at("scope.open", own[at]) for at in range(first, last + 1)) and len(spots) == 1:
        weight -= 3
    return _Account(own[first], own[last], weight, question) if weight >= _ENOUGH else None


def _asks_this(question: Hit | None) -> bool:
    """Whether a question asks for nothing else: `And what happens next?` may ask for anything."""
    return question is not None and question.weight >= _SURE


def _is_meant(hit: Hit) -> bool:
    """Whether a step is told. `We can't sign until it is in place` and `if he agrees` tell what comes first."""
    words = {word.text for word in hit.sentence.words}
    denied = not hit.cue.negates and negated(hit) and words.isdisjoint(_FIRST)
    return not denied and not imagined(hit.sentence, hit.first, hit.last)


def _moved(talk: Talk, account: _Account) -> Sentence | None:
    """Give the later sentence that tells of another date for one of its bodies."""
    for hit in talk.meant("decision_process.moved"):
        if hit.sentence.turn.number > account.first.turn.number and hit.weight == 4:
            own = talk.by_turn[hit.sentence.turn.number]
            after = [one for one in own if one.number >= hit.sentence.number and talk.at("decision_process.moved", one)]
            return after[-1]
    return None
