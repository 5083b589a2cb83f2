"""Of whom a sentence speaks: by name, by title or by a word that stands for them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.port import Terms
from upbeat.conversation.speech import Sentence
from upbeat.conversation.values import Conversation
from upbeat.conversation.vocabulary import listed
from upbeat.matching.people import GIVEN, likeness, read

_HEADS: Final = listed("ranks") | listed("heads")
_RANKS: Final = "|".join(sorted(listed("ranks"), key=len, reverse=True))
_TITLE: Final = re.compile(
    rf"(?<= )(?:(?:{'|'.join(listed('ranks of'))}) ){{0,6}}"
    rf"(?:(?:{_RANKS}) of (?:the )?(?:\S+ ){{1,2}}?"
    r"(?=and |is |'s |has |holds |signs |who |to |for |does |would |will |$)"
    rf"|(?:{_RANKS}) |(?:{'|'.join(listed('heads'))}) )"
)
_ACRONYMS: Final = {
    "ceo": "chief executive officer", "cfo": "chief financial officer", "coo": "chief operating officer",
    "cio": "chief information officer", "cto": "chief technology officer", "cmo": "chief marketing officer",
    "ciso": "chief information security officer", "cpo": "chief procurement officer", "cro": "chief revenue officer",
    "chro": "chief human resources officer", "fd": "finance director", "md": "managing director",
    "cno": "chief nursing officer",
    "gm": "general manager", "vp": "vice president",
}  # fmt: skip
_SPEAKER: Final = frozenset(["i", "me", "my", "mine", "myself"])
_SHE_HE: Final = frozenset(["he", "she", "him", "her", "his", "hers", "himself", "herself"])
_NO_NAMES: Final = listed("no names")
_BARE_RANKS: Final = frozenset(
    {
        "lead",
        "chief",
        "manager",
        "head",
        "partner",
        "leader",
        "secretary",
        "officer",
        "executive",
        "account executive",
        "administrator",
    }
)
_OWNS: Final = frozenset(["my", "his"])
_GROUPS: Final = frozenset(
    ["team", "group", "department", "people", "boss", "office", "staff", "lot", "manager", "side", "desk", "colleagues"]
)
_NAMING: Final = frozenset(["that", "is", "'s", "who", "she", "he", "it", "called", "named", "would", "be", "which"])
_CALLED: Final = 4  # words between a title and whom it names: `the dean, that would be Ana Reis`
_APPOSED: Final = re.compile(
    r"(?<= )(?:he|she) (?:is|'s) (?:(?:the|our|a|their|also|now|acting|only) )*("
    + _TITLE.pattern.removeprefix("(?<= )")
    + ")"
)
_VERBS: Final = listed("verbs of a subject")
_BRIEF: Final = 6  # words of a sentence that may begin with a name and a comma
_SHORT: Final = 0.9  # likeness of a name and the one it is short for
_RECENT: Final = 4  # sentences back that `he` and `she` look for somebody


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom a sentence speaks: among the parties, or by name or title alone."""

    party: int | None
    name: str
    title: str = ""

    def __str__(self) -> str:
        """Give the name with the title behind it, or what of them is known."""
        return ", ".join(one for one in (self.name, self.title) if one)

    def is_of(self, other: "Person") -> bool:
        """Whether two mentions are of one person, as far as their words tell."""
        if self.party is not None or other.party is not None:
            return self.party == other.party
        return (self.name and self.name == other.name) or (not self.name and self.title == other.title)  # type: ignore[return-value]


_Mention = tuple[tuple[int, int], Person]  # from which word to which, and whom they name


class People:
    """Whom a talk speaks of."""

    def __init__(self, conversation: Conversation, terms: Terms, said: Sequence[Sentence]) -> None:
        """Know the parties by their names."""
        self.conversation, self.terms, self.sentences = conversation, terms, said
        self.parties = conversation.parties
        self._mentions = dict[int, list[_Mention]]()

    def who(self, hit: Hit) -> Person | None:
        """Give whom the words in a cue's slot name, themselves or by a word that stands for them.

        Of several the one who is nearest to the cue: the last one before it, the first one behind it.
        """
        sentence, (first, last) = hit.sentence, hit.slots["who"]
        behind = last == hit.last
        found = [(spot, person) for spot, person in self.mentions(sentence) if first <= spot[1] and spot[0] <= last]
        if found:
            return found[0 if behind else -1][1]
        for at in range(first, last + 1) if behind else range(last, first - 1, -1):
            word = sentence.words[at].text
            after = sentence.words[at + 1].text if at < last and not sentence.words[at].stop else ""
            if (word in _OWNS and after) or (word == "her" and after in _GROUPS):
                continue  # `my team` is not who says it
            if word in _SPEAKER:
                return self.speaker(sentence)
            if word in _SHE_HE:
                return self._before(sentence, at)
        return None

    def speaker(self, sentence: Sentence) -> Person | None:
        """Give who says a sentence."""
        party = sentence.turn.party
        return None if party is None else self._party(party)

    def mentions(self, sentence: Sentence) -> list[_Mention]:
        """Give the people that a sentence names, with the words that name them."""
        if sentence.number not in self._mentions:
            found = [(spot, self._whole(sentence, one)) for spot, one in _joined(list(self._found(sentence)), sentence)]
            self._mentions[sentence.number] = sorted(found, key=itemgetter(0))
        return self._mentions[sentence.number]

    def _found(self, sentence: Sentence) -> Iterator[_Mention]:
        found = list(self._named(sentence))
        yield from found
        if _HEADS.isdisjoint(word.text for word in sentence.words):
            return
        taken = {at for (first, last), _ in found for at in range(first, last + 1)}
        for spot in _TITLE.finditer(sentence.said):
            first, last = sentence.word_at(spot.start()), sentence.word_at(spot.end() - 1)
            title = _title(sentence.quote(first, last)) if taken.isdisjoint(range(first, last + 1)) else ""
            if title:
                yield (first, last), self._titled(title)

    def _whole(self, sentence: Sentence, person: Person) -> Person:
        """Give somebody with the title that another sentence tells of them: `Ana Reis. She's the CFO`."""
        if person.party is not None or (person.name and person.title):
            return person
        if not person.name:
            told = self._apposed.get(sentence.number)
            return told if told is not None and told.title == person.title else person
        titled = (one for one in self._apposed.values() if one.party is None and one.name == person.name)
        return next(titled, person)

    @cached_property
    def _apposed(self) -> dict[int, Person]:
        """By the number of the sentence that says `she is the TITLE`, whom it says that of."""
        found = dict[int, Person]()
        for number, sentence in enumerate(self.sentences):
            spot = _APPOSED.search(sentence.said)
            if spot is None:
                continue
            title = _title(sentence.quote(sentence.word_at(spot.start(1)), sentence.word_at(spot.end(1) - 1)))
            at = sentence.word_at(spot.start())
            near = [one for place, one in self._named(sentence) if place[1] < at]
            if not near and number and self.sentences[number - 1].side is sentence.side:
                near = [one for _, one in self._named(self.sentences[number - 1])]
            near = [one for one in near if one.party is None or one.party != sentence.turn.party]
            if title and near:
                last = near[-1]
                found[sentence.number] = last if last.party is not None else Person(None, last.name, title)
        return found

    def _named(self, sentence: Sentence) -> Iterator[_Mention]:
        words, text, at = sentence.words, sentence.turn.text, 0
        while at < len(words):
            last = at
            while last < len(words) and self._is_name(sentence, last):
                last += 1
                if words[last - 1].stop:
                    break
            if last > at:
                person = self._person([text[one.start : one.end] for one in words[at:last]])
                if person is not None:
                    yield (at, last - 1), person
                at = last
            else:
                at += 1

    def _is_name(self, sentence: Sentence, at: int) -> bool:
        word = sentence.words[at]
        written = sentence.turn.text[word.start : word.end]
        if not (written[:1].isupper() and word.text[:1].isalpha()) or word.text in _NO_NAMES or written.isupper():
            return False
        if word.text in self._party_words or word.text in GIVEN:
            return True
        return word.text not in self.small and (at > 0 or word.text in self.named or _is_subject(sentence, at))

    def _person(self, names: list[str]) -> Person | None:
        plain = [re.sub(r"['\u2019]s$", "", one) for one in names]
        folded = tuple(one.casefold() for one in plain)
        if any(one in self.companies for one in folded):
            return None
        for party, words in enumerate(self._names):
            if all(one in words for one in folded):
                return self._party(party)
        short = [at for at, one in enumerate(self.parties) if len(folded) == 1 and _is_short(folded[0], one.name)]
        if len(short) == 1:
            return self._party(short[0])
        full = self._full.get(plain[0], plain[0]) if len(plain) == 1 else " ".join(plain)
        return Person(None, full)

    def _titled(self, title: str) -> Person:
        full = _ACRONYMS.get(title.casefold(), title.casefold())
        theirs = ((at, one.title.casefold()) for at, one in enumerate(self.parties) if one.internal is False)
        fits = [at for at, held in theirs if held and full in {held, _ACRONYMS.get(held)}]
        return self._party(fits[0]) if len(fits) == 1 else Person(None, "", title)

    def _party(self, at: int) -> Person:
        return Person(at, self.parties[at].name, self.parties[at].title)

    def _before(self, sentence: Sentence, at: int) -> Person | None:
        """Give whom `she` means: the last person named before, who is neither the speaker nor one of ours."""
        for one in reversed(self.sentences[max(sentence.number - _RECENT, 0) : sentence.number + 1]):
            for spot, person in reversed(self.mentions(one)):
                if one is sentence and spot[0] >= at:
                    continue
                ours = person.party is not None and self.parties[person.party].internal is not False
                if not ours and (person.party is None or person.party != sentence.turn.party):
                    return person
        return None

    @cached_property
    def _names(self) -> list[frozenset[str]]:
        """The words by which each party is called: first and last names, short ones too."""
        found = list[frozenset[str]]()
        for party in self.parties:
            words = {
                one.casefold() for label in (party.name, *party.labels) for one in re.findall(r"[^\W\d_]{2,}", label)
            }
            found.append(frozenset(words - _NO_NAMES))
        return found

    @cached_property
    def _party_words(self) -> frozenset[str]:
        return frozenset[str]().union(*self._names) if self._names else frozenset()

    @cached_property
    def named(self) -> frozenset[str]:
        """Words that stand written large within a sentence somewhere: names, wherever else they stand."""
        said = " ".join(one.text for one in self.conversation.turns)
        return frozenset(one.casefold() for one in re.findall(r"(?<=[a-z,;] )[A-Z][^\W\d_]+", said))

    @cached_property
    def companies(self) -> frozenset[str]:
        """Words of the names of the companies that take part."""
        names = [*self.terms.ours, self.terms.account, *(one.company for one in self.parties)]
        words = {one.casefold() for name in names for one in re.findall(r"[^\W\d_]{3,}", name)}
        return frozenset(words) - self._party_words

    @property
    def common(self) -> frozenset[str]:
        """Words that are written large and are no names."""
        return _NO_NAMES

    @cached_property
    def small(self) -> frozenset[str]:
        """Words that stand somewhere in small letters: no names."""
        return frozenset(re.findall(r"\b[a-z]{2,}\b", " ".join(one.text for one in self.conversation.turns)))

    @cached_property
    def _full(self) -> dict[str, str]:
        """Whole names by the first: `Anselm Dorfer` said once tells who Anselm is."""
        found = dict[str, str]()
        for turn in self.conversation.turns:
            for first, last in re.findall(r"\b([A-Z][^\W\d_]+) ([A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)", turn.text):
                known = {first.casefold(), last.casefold()}
                if known.isdisjoint(_NO_NAMES) and known.isdisjoint(self.small):
                    found.setdefault(first, f"{first} {last}")
        return found


def _is_subject(sentence: Sentence, at: int) -> bool:
    """Whether a word that begins a sentence, and so is written large anyway, is its subject."""
    after = sentence.words[at + 1].text if at + 1 < len(sentence.words) else ""
    if at + 2 < len(sentence.words) and sentence.words[at + 2].text in _VERBS and not sentence.words[at].stop:
        second = sentence.words[at + 1]
        if sentence.turn.text[second.start].isupper() and after not in GIVEN | _NO_NAMES and not second.stop:
            return True  # `Sven Lykke is`
    alone = sentence.words[at].stop and len(sentence.words) <= _BRIEF
    return not sentence.words[at].text.endswith("ly") and (alone or after in _VERBS or after[:1].isupper())


def _joined(found: Sequence[_Mention], sentence: Sentence) -> Iterator[_Mention]:
    """Give a title that stands beside a name to the name: `our CFO, Ana Reis`; `Ana Reis, she's the CFO`."""

    def named_by(place: tuple[int, int], spot: tuple[int, int]) -> bool:
        between = [word.text for word in sentence.words[place[1] + 1 : spot[0]]]
        return place[1] < spot[0] and (len(between) <= 1 or (len(between) <= _CALLED and _NAMING.issuperset(between)))

    named = [one for one in found if one[1].name]
    titled = [one for one in found if not one[1].name]
    used = set[int]()
    for spot, person in named:
        if not person.title:
            near = [
                (at, one) for at, (place, one) in enumerate(titled)
                if at not in used and (0 <= place[0] - spot[1] <= 6 or named_by(place, spot))
            ]  # fmt: skip
            if near and not any(
                other[0] != spot and spot[1] < other[0][0] < titled[near[0][0]][0][0] for other in named
            ):
                used.add(near[0][0])
                place = titled[near[0][0]][0]
                person = Person(person.party, person.name, near[0][1].title)  # noqa: PLW2901
                if place[1] < spot[0]:
                    spot = (place[0], spot[1])  # noqa: PLW2901
        yield spot, person
    yield from (one for at, one in enumerate(titled) if at not in used)


def _is_short(name: str, whole: str) -> bool:
    """Whether a first name is short for a whole name's: Gwen for Gwendolyn Achebe, Bob for Robert Meyer."""
    first = (whole.split() or [""])[0].casefold()
    if len(name) > 2 and first.startswith(name):
        return True
    return name in GIVEN and (likeness(read(name, "x"), read(first, "x")) or 0) >= _SHORT


def _title(said: str) -> str:
    bare = re.sub(r"^(?:(?:the|our|my|a|their|new)\s+)+", "", said.strip(), flags=re.IGNORECASE).strip()
    if not bare or bare.casefold() in _BARE_RANKS:
        return ""
    return bare.upper() if bare.casefold() in _ACRONYMS or len(bare) <= 3 else bare[0].upper() + bare[1:]
