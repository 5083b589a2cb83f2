"""Who holds the money and can say yes alone: one person, told by the customer."""

from dataclasses import dataclass
from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.people import Person
from upbeat.conversation.elements.talk import Talk, lasting, place
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence
from upbeat.conversation.values import Side

_NAME: Final = "economic_buyer"
_ENOUGH: Final = 4  # one clear cue
_NEARLY: Final = 1.5  # the last of two words on one person is quoted unless it is weaker by more
_NEAR: Final = 3  # words before the name in such an answer
_BARE: Final = 6  # words of an answer that may be nothing but a name
_MINE: Final = frozenset(["i", "me", "my", "mine", "myself"])


@dataclass(frozen=True, slots=True)
class _Claim:
    sentence: Sentence
    person: Person
    weight: float
    why: str


def find(talk: Talk) -> Finding | None:
    """Give who signs, as the last clear word has it; None where it stays open or a body decides."""
    claims = sorted([*_told(talk), *_answered(talk), *_confirmed(talk)], key=_order)
    opened = _last_open(talk)
    claims = [one for one in claims if one.sentence.number > opened and one.weight >= _ENOUGH]
    holds = lasting(claims, lambda one: one.weight)
    if holds is None:
        return None
    same = [one for one in claims if one.person.is_of(holds.person)]
    best = lasting(same, lambda one: one.weight, slack=_NEARLY) or holds
    fullest = max((str(one.person) for one in same), key=len)
    others = [one for one in claims if not one.person.is_of(holds.person)]
    first, last = _around(talk, best)
    return talk.finding(
        _NAME, first, last, value=fullest, weight=best.weight + 0.5 * (len(same) - 1), person=best.person.party,
        why=best.why + ("; it was said after the other name" if others else ""),
        supersedes=[place(one, one) for one in dict.fromkeys(other.sentence for other in others)],
    )  # fmt: skip


def _order(claim: _Claim) -> int:
    return claim.sentence.number


def _told(talk: Talk) -> list[_Claim]:
    asked = talk.answers(_NAME)
    found = list[_Claim]()
    for hit in talk.meant(f"{_NAME}.tell"):
        person = _person(hit, talk)
        if person is not None and _can_be(person, talk):
            weight = hit.weight - _doubt(talk, hit.sentence) + (1 if hit.sentence.number in asked else 0)
            found.append(_Claim(hit.sentence, person, weight, f"the customer says who: {_words(hit)}"))
    return found


def _answered(talk: Talk) -> list[_Claim]:
    asked, found = talk.answers(_NAME), list[_Claim]()
    opened = set[int]()  # questions that were left open: nothing but a whole sentence answers them after that
    for sentence in talk.sentences:
        if sentence.number in asked and talk.at("scope.open", sentence):
            opened.add(asked[sentence.number].sentence.number)
        if sentence.number not in asked or asked[sentence.number].sentence.number in opened:
            continue
        if not talk.is_theirs(sentence) or talk.at(f"{_NAME}.past", sentence):
            continue
        question = asked[sentence.number].sentence.text
        hits = [hit for hit in talk.at(f"{_NAME}.answer", sentence) if talk.is_meant(hit) and _ends(hit)]
        people_said = [(hit.weight, _person(hit, talk)) for hit in hits]
        if len(sentence.words) <= _BARE and not talk.at("scope.no", sentence):
            bare = talk.people.mentions(sentence)
            people_said += [(4, bare[0][1])] if len(bare) == 1 and bare[0][0][0] <= _NEAR else []
        for weight, person in people_said:
            if person is not None and _can_be(person, talk):
                worth = weight - _doubt(talk, sentence)
                found.append(_Claim(sentence, person, worth, f"the customer answers: {question}"))
    return found


def _confirmed(talk: Talk) -> list[_Claim]:
    """Give whom our question names where the customer says yes to it: the customer's own words prove it."""
    found = list[_Claim]()
    for hit in talk.hits(f"{_NAME}.ask"):
        turn = hit.sentence.turn.number
        said = talk.by_turn.get(turn + 1, [])
        if hit.sentence.side is not Side.OURS or not said or said[0].side is not Side.THEIRS:
            continue
        yes = [one for one in talk.at("scope.yes", said[0]) if one.first == 0]
        if not yes or any(talk.at(part, one) for part in ("scope.no", "scope.guess", "scope.open") for one in said[:2]):
            continue
        person = _asked_of(hit.sentence, said[0], talk)
        if person is not None and _can_be(person, talk) and talk.is_theirs(said[0]):
            found.append(_Claim(said[0], person, 4, f"the customer says yes to: {hit.sentence.text}"))
    return found


def _asked_of(question: Sentence, answer: Sentence, talk: Talk) -> Person | None:
    named = [one for _, one in talk.people.mentions(question) if _can_be(one, talk)]
    if named:
        return named[-1]
    said = {word.text for word in question.words}
    return talk.people.speaker(answer) if said & {"you", "your", "yours"} and "who" not in said else None


def _person(hit: Hit, talk: Talk) -> Person | None:
    if "who" in hit.slots:
        return talk.people.who(hit)
    own = {word.text for word in hit.sentence.words[hit.first : hit.last + 1]}
    return talk.people.speaker(hit.sentence) if own & _MINE else None


def _ends(hit: Hit) -> bool:
    """Whether a clause ends with a cue: `Boris does.` answers, `Boris does the rota` tells of something else."""
    words = hit.sentence.words
    slot = hit.slots.get("who", (-1, -1))
    return words[hit.last].stop or hit.last in {len(words) - 1, slot[1]}


def _can_be(person: Person, talk: Talk) -> bool:
    return person.party is None or talk.people.parties[person.party].internal is False


def _doubt(talk: Talk, sentence: Sentence) -> int:
    over = 3 if talk.at(f"{_NAME}.past", sentence) else 0
    return over + 2 * talk.doubt(sentence)


def _last_open(talk: Talk) -> int:
    """Give the last sentence in which the customer leaves open who signs: what was said before proves nothing."""
    asked = talk.answers(_NAME)
    left = [hit.sentence.number for hit in talk.hits(f"{_NAME}.open") if hit.sentence.side is Side.THEIRS]
    left += [
        hit.sentence.number for hit in talk.hits("scope.open")
        if hit.sentence.number in asked and not talk.at(f"{_NAME}.tell", hit.sentence)
    ]  # fmt: skip
    return max(left, default=-1)


def _words(hit: Hit) -> str:
    return hit.sentence.quote(hit.first, hit.last)


def _around(talk: Talk, claim: _Claim) -> tuple[Sentence, Sentence]:
    """Give the sentences to quote: a neighbour too that names whom the claim only points at, or says it again."""
    own = talk.by_turn[claim.sentence.turn.number]
    at = own.index(claim.sentence)
    first = last = at
    mine = {one.sentence.number for one in _told(talk) if one.person.is_of(claim.person)}
    named = any(one.is_of(claim.person) for _, one in talk.people.mentions(claim.sentence))
    if at and (own[at - 1].number in mine or (not named and claim.person.party != claim.sentence.turn.party)):
        first = at - 1
    if at + 1 < len(own) and own[at + 1].number in mine:
        last = at + 1
    return own[first], own[last]
