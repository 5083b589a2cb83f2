"""Who speaks under each label of a transcript: one of those who took part where that is certain, else left open.

In this order, and each only where it names exactly one:
    by name            the label is the name or the address of somebody who took part, or nearly so
    by what they said  somebody without a name says who they are: `I'm Dario from Nimbrel`
    by exclusion       one label is left that names nobody else, and one person who has no label yet
A full name that nobody on the list has is somebody who came uninvited: a party of its own, without an address.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upbeat.conversation import labels
from upbeat.conversation.labels import Label, Sort
from upbeat.conversation.naming import Fit, Fitting, fits_company, fitting
from upbeat.conversation.values import Conversation, Party
from upbeat.matching import desk, folding

_FIRST: Final = 3  # turns in which people say who they are; later they quote others
_NAME: Final = r"([^\W\d_a-z][\w'\u2019-]*+(?:\s+[^\W\d_a-z][\w'\u2019-]*+){0,2}+)"
_SAYS: Final = (  # words after which one's own name comes, and nobody else's
    re.compile(
        r"\b(?:I[' \u2019]?a?m|[Mm]y name(?:[' \u2019]s| is)|[Ii]ch bin|[Mm]ein Name ist|[Jj]e suis"
        rf"|[Jj]e m[' \u2019]appelle|[Mm]e llamo|[Ss]oy|[Mm]i chiamo)\s+{_NAME}"
    ),
    re.compile(  # which may introduce somebody else, but for what comes behind
        rf"\b(?:[Tt]his is|[Ii]t[' \u2019]s|[Hh]ier (?:ist|spricht)|[Ii]ci)\s+{_NAME}"
        r"(?=,?\s+(?:here|speaking|calling|from|at|with|von|aus|de)\b)"
    ),
)
_LISTS: Final = frozenset(("all", "board", "everyone", "group", "list", "staff", "team", "teams"))  # several people


_NO_PEOPLE: Final = frozenset((Sort.ROOM, Sort.SEVERAL, Sort.MACHINE))


@dataclass(frozen=True, slots=True)
class Heard:
    """Whose voice a label is: the place among the parties, or None, with those it may be; and why."""

    label: str
    party: int | None
    why: str
    candidates: tuple[int, ...] = ()


def is_person(party: Party) -> bool:
    """Whether a party is one person, and not a room, a mailing list or an office's address."""
    told = labels.read(party.name or party.address)
    words = set(folding.words(party.name))
    local = set(re.split(r"[^a-z]+", party.address.partition("@")[0]))
    shared = desk(party.address) and not told.whole
    return told.sort not in _NO_PEOPLE and not (shared or (_LISTS & (words | local)) or _is_room(party))


def _is_room(party: Party) -> bool:
    """Whether an address is a calendar's own, of a room or a device."""
    return party.address.endswith("@resource.calendar.google.com")  # as Google Workspace names its resources


def hear(conversation: Conversation) -> tuple[Heard, ...]:
    """Say for each label whose voice it is, in the order of the labels' first turns."""
    return _Hearing(conversation).found()


def with_speakers(conversation: Conversation) -> Conversation:
    """Give a conversation with its turns' speakers, and those who came uninvited among its parties.

    What is still open is told in `odd`, with those it may be.
    """
    heard = hear(conversation)
    parties, places = list(conversation.parties), dict[str, int]()
    for one in heard:
        if one.party is not None:
            places[one.label] = one.party
        elif (came := labels.read(one.label)).whole and not one.candidates:
            places[one.label] = len(parties)
            parties.append(_uninvited(came, conversation.parties))
    for label, place in places.items():
        if label not in parties[place].labels:
            parties[place] = replace(parties[place], labels=(*parties[place].labels, label))
    turns = tuple(
        replace(turn, party=places.get(turn.label, turn.party)) if turn.party is None else turn
        for turn in conversation.turns
    )
    told = (_open(one, conversation.parties) for one in heard if one.label not in places)
    odd = tuple(dict.fromkeys((*conversation.odd, *told)))
    return replace(conversation, parties=tuple(parties), turns=turns, odd=odd)


def _uninvited(came: Label, parties: Sequence[Party]) -> Party:
    """Make a party of a name that is on no list; a company that others share says on whose side they are."""
    colleagues = [one for one in parties if came.company and fits_company(came.company, one)]
    sides = {one.internal for one in colleagues}
    name = came.text.partition("(")[0].strip()
    if "," in name:
        last, _, first = name.partition(",")
        name = f"{first.strip()} {last.strip()}"
    company = colleagues[0].company if colleagues else came.company
    return Party(name, came.address, company, internal=sides.pop() if len(sides) == 1 else None)


def _open(one: Heard, parties: Sequence[Party]) -> str:
    may = ", ".join(parties[at].name or parties[at].address for at in one.candidates)
    return f"who speaks as {one.label or 'nobody'} is open: {one.why}" + (f"; it may be {may}" if may else "")


class _Hearing:
    """One conversation's labels, as they are settled one after another."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.parties = conversation.parties
        self.people = frozenset(at for at, one in enumerate(self.parties) if is_person(one))
        self.labels: dict[str, Label] = {}
        self.texts = defaultdict[str, list[str]](list)
        self.settled: dict[str, Heard] = {}
        for turn in conversation.turns:
            if turn.label not in self.labels:
                self.labels[turn.label] = labels.read(turn.label)
            self.texts[turn.label].append(turn.text)
            if turn.party is not None:
                self.settled[turn.label] = Heard(turn.label, turn.party, "the source says so")
        self.fits = {text: dict(self._fits(one)) for text, one in self.labels.items() if text not in self.settled}

    def found(self) -> tuple[Heard, ...]:
        for least in (Fit.SAME, Fit.WHOLE, Fit.NEAR, Fit.PART):
            while self._by_name(least) or self._by_name(least, devices=True):
                pass
        self._by_their_words()
        self._by_side()
        self._by_exclusion()
        return tuple(self.settled.get(text) or self._left(one) for text, one in self.labels.items())

    def _fits(self, label: Label) -> Iterator[tuple[int, Fitting]]:
        """Give how well a label fits each party whom it fits at all."""
        each = ((at, fitting(label, party)) for at, party in enumerate(self.parties))
        return ((at, found) for at, found in each if found.fit)

    def _by_name(self, least: Fit, *, devices: bool = False) -> bool:
        """Settle the labels that fit one party alone, or one alone that has no label yet; say whether any was.

        Two that have no more than a part of one name are two voices, and none of them is guessed.
        """
        sure, free = dict[str, int](), dict[str, int]()
        for text, some in self._best(least, devices=devices):
            open_yet = [at for at in some if devices or least > Fit.PART or not self._has_label(at)]
            if len(some) == 1 and open_yet:
                sure[text] = some[0]
            elif len(open_yet := [at for at in some if not self._has_label(at)]) == 1:
                free[text] = open_yet[0]
        if least is Fit.PART and not devices:
            sure = _alone(sure)
        found = sure or _alone(free)
        for text, at in found.items():
            others = "" if text in sure else ", and whoever else has it speaks under another label"
            self._settle(text, at, f"{self.fits[text][at].says}{others}")
        return bool(found)

    def _best(self, least: Fit, *, devices: bool) -> Iterator[tuple[str, Sequence[int]]]:
        """Give the open labels that fit anybody so well, with those whom they fit best."""
        for text, fits in self.fits.items():
            best = max((one.fit for one in fits.values()), default=Fit.NONE)
            if text not in self.settled and best >= least and (self.labels[text].sort is Sort.DEVICE) is devices:
                yield text, self._of_company(text, [at for at, one in fits.items() if one.fit is best])

    def _of_company(self, text: str, some: Sequence[int]) -> Sequence[int]:
        company = self.labels[text].company
        return [at for at in some if company and fits_company(company, self.parties[at])] or some

    def _by_their_words(self) -> None:
        """Settle labels without a name whose speaker says, early on, who they are."""
        said = dict[str, set[int]]()
        for text in self._nameless():
            told = {name for turn in self.texts[text][:_FIRST] for name in _own_names(turn)}
            each = (self._named(name) for name in told)
            said[text] = {at for one in each for at in one}
        for text, some in said.items():
            others = {at for other, them in said.items() if other != text for at in them}
            if len(some) == 1 and not some & others and not self._has_label(at := next(iter(some))):
                self._settle(text, at, "they say so themselves")

    def _named(self, name: str) -> Collection[int]:
        """Give those whom a name fits best."""
        label = labels.read(name)
        fits = {at: fitting(label, self.parties[at]).fit for at in self.people}
        best = max(fits.values(), default=Fit.NONE)
        return [at for at, fit in fits.items() if fit and fit is best]

    def _by_side(self) -> None:
        """Settle a label that names a side, `Agent`, where one person alone is on it."""
        for text in self._nameless():
            some = self._candidates(self.labels[text])
            if self.labels[text].ours is not None and len(some) == 1 and not self._has_label(some[0]):
                self._settle(text, some[0], "nobody else is on this side")

    def _by_exclusion(self) -> None:
        """Settle the one label that is left, where it names nobody, with the one person who is left."""
        left = [text for text in self.labels if text not in self.settled]
        if left != self._nameless() or len(left) != 1 or self._came_uninvited():
            return
        some = [at for at in self._candidates(self.labels[left[0]]) if not self._has_label(at)]
        if len(some) == 1:
            self._settle(left[0], some[0], "nobody else is left, and no other label")

    def _came_uninvited(self) -> bool:
        """Whether somebody is heard who is on no list of addresses, by which the list is not whole."""
        listed = any(one.address for one in self.parties)
        return listed and any(one.labels and not one.address for one in self.parties)

    def _candidates(self, label: Label) -> list[int]:
        """Give those whom a label without a name may be: of the side, or of the company, that it names."""
        some = sorted(self.people)
        if label.ours is not None:
            some = [at for at in some if self.parties[at].internal is label.ours]
        if label.company and any(fits_company(label.company, one) for one in self.parties):
            some = [at for at in some if fits_company(label.company, self.parties[at])]
        return some

    def _nameless(self) -> list[str]:
        """Give the open labels that name no person: a number, a room, a device that is nobody's."""
        return [
            text
            for text, one in self.labels.items()
            if text not in self.settled and not one.names and one.sort not in {Sort.SEVERAL, Sort.MACHINE}
        ]

    def _settle(self, text: str, party: int, why: str) -> None:
        self.settled[text] = Heard(text, party, why)

    def _has_label(self, at: int) -> bool:
        return bool(self.parties[at].labels) or any(one.party == at for one in self.settled.values())

    def _left(self, label: Label) -> Heard:
        fits = self.fits[label.text]
        if fits:
            return Heard(label.text, None, "it fits several, or one who has a label already", tuple(sorted(fits)))
        if label.names:
            return Heard(label.text, None, "nobody who took part is called so")
        left = tuple(at for at in self._candidates(label) if not self._has_label(at))
        return Heard(label.text, None, f"the label names {label.sort}", left)


def _alone(claims: Mapping[str, int]) -> dict[str, int]:
    """Give the labels that claim a party which no other claims."""
    counts = Counter(claims.values())
    return {text: at for text, at in claims.items() if counts[at] == 1}


def _own_names(text: str) -> Iterator[str]:
    """Give the names by which somebody says who they are."""
    for pattern in _SAYS:
        yield from (found[1] for found in pattern.finditer(text))
