"""Which role in the deal somebody has, where the talk supports it: as they say of themselves, or others of them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.found import Finding, Kind
from upbeat.conversation.saying.heard import Heard, finding, is_supposed
from upbeat.conversation.saying.named import People
from upbeat.conversation.values import Side

_OF_ELEMENTS: Final = {"economic_buyer": "Economic Buyer", "champion": "Champion"}
_TECHNICAL: Final = re.compile(
    r"\b(?:it|information|technology|technical|systems?|security|infrastructure|architect\w*|engineer\w*|data|software|digital|cto|cio|ciso)\b",
    re.IGNORECASE,
)
_OF_PAPER: Final = ("Legal", "Procurement")  # both look after contracts and read redlines
_OF_TITLES: Final = {  # a title that bears out what is said in half a sentence
    "Procurement": re.compile(
        r"\b(?:procurement|purchas\w+|buyer|sourcing|commercial|category|vendors?|suppliers?|contracts?)\b",
        re.IGNORECASE,
    ),
    "Legal": re.compile(r"\b(?:legal|counsel|solicitor|attorney|lawyer|paralegal)\b", re.IGNORECASE),
    "Technical Buyer": _TECHNICAL,
}


def roles(heard: Heard, people: People, established: Sequence[Finding]) -> Iterator[Finding]:
    """Give each person's role once: of the elements who buys and who champions, the others by what is said of them.

    `established` are the findings of the methodology. Somebody who buys or champions is given no smaller role.
    """
    taken = set[int]()
    for one in established:
        role = _OF_ELEMENTS.get(one.name)
        if one.kind is Kind.METHODOLOGY and role:
            name = _name(one, people)
            taken |= {one.person} if one.person is not None else set()
            yield Finding(Kind.ROLE, role, name, one.place, one.confidence, one.why, by=one.by, person=one.person)
    for role, hit, who in _told(heard, people):
        if who not in taken:
            taken.add(who)
            yield finding(Kind.ROLE, role, people.conversation.parties[who].name, hit, "says so", person=who)
    criteria = next((one for one in established if one.name == "decision_criteria"), None)
    if criteria is not None:
        who = people.conversation.turns[criteria.place.turn].party
        if who is not None and who not in taken and _TECHNICAL.search(people.conversation.parties[who].title):
            why = f"names the criteria, as {people.conversation.parties[who].title}"
            name = people.conversation.parties[who].name
            yield Finding(Kind.ROLE, "Technical Buyer", name, criteria.place, criteria.confidence, why, person=who)


def _told(heard: Heard, people: People) -> Iterator[tuple[str, Hit, int]]:
    """Give the roles that cues tell, those first that the person's title bears out."""
    found = list[tuple[bool, str, Hit, int]]()
    for hit in heard.meant("roles."):
        role = hit.cue.section.partition(".")[2]
        who = _who(hit, people)
        if who is None or is_supposed(hit) or people.conversation.parties[who].side is Side.OURS:
            continue
        if role in _OF_PAPER:
            role = _by_title(people.conversation.parties[who].title) or role
        fits = role in _OF_TITLES and bool(_OF_TITLES[role].search(people.conversation.parties[who].title))
        found.append((not fits, role, hit, who))
    yield from ((role, hit, who) for _, role, hit, who in sorted(found, key=lambda one: one[0]))


def _by_title(title: str) -> str:
    """Give which of the two who look after contracts a title names: a lawyer, or a buyer."""
    return next((role for role in _OF_PAPER if _OF_TITLES[role].search(title)), "")


def _who(hit: Hit, people: People) -> int | None:
    slot = hit.slots.get("who")
    if slot is None:
        return hit.sentence.turn.party
    named = [people.by_name.get(one.text) for one in hit.sentence.words[slot[0] : slot[1] + 1]]
    return next((one for one in reversed(named) if one is not None), None)


def _name(one: Finding, people: People) -> str:
    if one.person is not None:
        return people.conversation.parties[one.person].name
    return one.value.partition(",")[0].partition(":")[0].strip()
