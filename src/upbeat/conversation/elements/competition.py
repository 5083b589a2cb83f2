"""Which other supplier or other way is in the running, or in use today for the same thing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.talk import Talk, told
from upbeat.conversation.found import Finding
from upbeat.conversation.speech import Sentence
from upbeat.conversation.vocabulary import listed
from upbeat.matching.people import GIVEN

_NAME: Final = "competition"
_ENOUGH: Final = 4
_JUST: Final = 2  # turns back in which `they` looks for somebody
_COMPANIES: Final = listed("company words")
_ALONE: Final = 2  # words of an answer that is nothing but a name
_BETWEEN: Final = listed("between a cue and a name")
_ARTICLES: Final = frozenset({"the", "a", "an", "these", "those", "any", "some", "another"})
_VERBS: Final = listed("verbs of a subject")
_BARE: Final = 14  # words of an answer in which a name needs no verb
_NO_RIVALS: Final = listed("no rivals")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that names somebody else in the running, and how clearly."""

    sentence: Sentence
    name: str
    weight: float
    why: str


def claims_in(talk: Talk) -> Sequence[Claim]:
    """Give every sentence that names somebody else in the running, or the customer's own building of it."""
    return [*_told(talk), *_answered(talk), *_pointed(talk)]


def find(talk: Talk, claimed: Sequence[Claim]) -> Finding | None:
    """Give who else is in the running, of all that is claimed; None where nobody is, clearly enough."""
    claims = [one for one in claimed if one.weight >= _ENOUGH]
    if not claims:
        return None
    names = dict[str, float]()
    for one in claims:
        names[one.name] = names.get(one.name, 0) + one.weight
    best = max(claims, key=lambda one: (names[one.name], one.weight, -one.sentence.number))
    order = sorted(names, key=lambda name: -names[name])
    return talk.finding(
        _NAME, best.sentence, best.sentence,
        value=f"{', '.join(order)}: {told(best.sentence, best.sentence, talk)}",
        weight=min(names[best.name], 7), why=best.why,
    )  # fmt: skip


def rivals(claimed: Sequence[Claim]) -> frozenset[str]:
    """Give the names of the others in the running, in small letters."""
    return frozenset(one.name.casefold() for one in claimed)


def _told(talk: Talk) -> list[Claim]:
    asked, found = talk.answers(_NAME), list[Claim]()
    for hit in [*talk.meant(f"{_NAME}.tell"), *talk.meant(f"{_NAME}.as it is")]:
        if talk.at(f"{_NAME}.out", hit.sentence):
            continue
        weight = hit.weight + (1 if hit.sentence.number in asked else 0) - talk.doubt(hit.sentence)
        if hit.cue.section.endswith("as it is"):
            found.append(Claim(hit.sentence, "Status quo", weight, "the customer may go on as it is"))
        elif "name" not in hit.slots:
            found.append(Claim(hit.sentence, "In-house build", weight, "the customer may build it"))
        else:
            why = f"the customer says: {_words(hit)}"
            found += (Claim(hit.sentence, name, weight, why) for name in _beside(hit, talk))
    return found


def _pointed(talk: Talk) -> list[Claim]:
    """Give whom `they` means who quoted or came in cheaper: the last other company that was named just before."""
    found = list[Claim]()
    for hit in talk.meant(f"{_NAME}.they"):
        name = _named_before(hit, talk)
        if name and not talk.at(f"{_NAME}.out", hit.sentence):
            weight = hit.weight - talk.doubt(hit.sentence)
            found.append(Claim(hit.sentence, name, weight, f"the customer says of {name}: {_words(hit)}"))
    return found


def _named_before(hit: Hit, talk: Talk) -> str:
    number, turn = hit.sentence.number, hit.sentence.turn.number
    for before in reversed(talk.sentences[: number + 1]):
        if before.turn.number < turn - _JUST:
            break
        last = hit.first - 1 if before is hit.sentence else len(before.words) - 1
        names = [
            one for one in _rivals(before, 0, last, talk, spoken_of=True) if one.split()[0].casefold() not in GIVEN
        ]
        if names:
            return names[-1]
    return ""


def _beside(hit: Hit, talk: Talk) -> list[str]:
    """Give the names in a cue's slot that stand beside the cue: `we use Fenwick`, not `it is raining in Lisbon`."""
    first, last = hit.slots["name"]
    words = hit.sentence.words
    if last == hit.last:
        while first < last and words[first].text in _BETWEEN:
            first += 1
        return _rivals(hit.sentence, first, last, talk) if _is_name(hit.sentence, first, talk) else []
    while first < last and words[last].text in _BETWEEN:
        last -= 1
    return _rivals(hit.sentence, first, last, talk) if _is_name(hit.sentence, last, talk) else []


def _answered(talk: Talk) -> list[Claim]:
    """Give the names in a short answer to the question who else there is."""
    asked, found = talk.answers(_NAME), list[Claim]()
    for sentence in talk.sentences:
        if sentence.number not in asked or _asks_people(asked[sentence.number]):
            continue
        out = talk.at(f"{_NAME}.out", sentence)
        if talk.is_theirs(sentence) and not out and len(sentence.words) <= _BARE:
            for name in _rivals(sentence, 0, len(sentence.words) - 1, talk):
                why = f"the customer answers: {asked[sentence.number].sentence.text}"
                found.append(Claim(sentence, name, _ENOUGH, why))
    return found


def _rivals(sentence: Sentence, first: int, last: int, talk: Talk, *, spoken_of: bool = False) -> list[str]:
    """Give the names of companies or products among words: no person, none of ours, no place, day or office program."""
    found, at = list[str](), first
    named = (spot for spot, one in talk.people.mentions(sentence) if one.party is not None or _is_somebody(one.name))
    taken = {place for spot in named for place in range(spot[0], spot[1] + 1)}
    while at <= last:
        run = list[str]()
        while at <= last and at not in taken and _is_name(sentence, at, talk, spoken_of=spoken_of):
            word = sentence.words[at]
            run.append(re.sub(r"['\u2019]s$", "", sentence.turn.text[word.start : word.end]))
            at += 1
            if word.stop or (at <= last and sentence.words[at].text == "'s"):
                break
        if run:
            found.append(" ".join(run))
        else:
            at += 1
    return found


def _is_somebody(name: str) -> bool:
    """Whether a name of two words is a person's: `Corvid Systems` is none."""
    return " " in name and name.rsplit(maxsplit=1)[-1].casefold() not in _COMPANIES


def _is_name(sentence: Sentence, at: int, talk: Talk, *, spoken_of: bool = False) -> bool:
    word = sentence.words[at]
    written = sentence.turn.text[word.start : word.end]
    if (
        not (written[:1].isupper() and word.text[:1].isalpha())
        or word.text.removesuffix("s") in _NO_RIVALS
        or word.text in _NO_RIVALS
        or len(word.text) < 3
    ):
        return False
    if any(word.text == one.casefold() for one in talk.terms.competitors):
        return True
    if at and sentence.words[at - 1].text in _ARTICLES and not (spoken_of and not word.stop):
        return False  # the Dollar, a Friday: companies go without
    begins = at == 0 or not sentence.turn.text[sentence.start : word.start].strip("\"' ")
    if (
        begins
        and (spoken_of or len(sentence.words) > _ALONE)
        and word.text not in talk.people.named
        and not _followed(sentence, at)
    ):
        return False
    return not (word.text in talk.people.small or word.text in talk.people.companies or word.text in talk.people.common)


def _asks_people(question: Hit) -> bool:
    """Whether a question asks for people to meet: `Who else should we talk to?` does."""
    said = question.sentence.said
    return any(f" {one} " in said for one in ("should we", "should i", "can we", "do we", "involved", "joining"))


def _followed(sentence: Sentence, at: int) -> bool:
    """Whether a word that begins a sentence, and so is written large anyway, is its subject: `Fenwick came in at`."""
    after = sentence.words[at + 1 : at + 2]
    return (
        bool(after)
        and not sentence.words[at].text.endswith("ly")
        and (sentence.words[at].stop or after[0].text in _VERBS)
    )


def _words(hit: Hit) -> str:
    return hit.sentence.quote(hit.first, hit.last)
