"""What is never kept: meetings of our own people alone, excluded people and houses, and what is nobody's business.

A meeting is judged before anything of it is stored or sent, from its invitation alone where that is all there is; and
once more when the org has said who took part. What was said about the recording is found here too.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from upbeat.base.companies import SHARED_HOSTS, plain
from upbeat.conversation.consent import Answer, consent
from upbeat.conversation.values import Conversation, Party

_OUTSIDE: Final = re.compile(
    r"[(\[](?:external|guest|unverified|extern|externe|externo|esterno|gast|invité|invitado)[)\]]", re.IGNORECASE
)
"""What meeting tools write behind the name of somebody from outside."""

_SIGN: Final = r"\s*(?:[:|/]|[-\u2013\u2014](?=\s))"


class Rule(StrEnum):
    """What a conversation is excluded by."""

    INTERNAL = "internal only"
    DOMAIN = "excluded domain"
    ADDRESS = "excluded address"
    PRIVATE = "private"
    WORDS = "sensitive words"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Excluded:
    """Nothing of this conversation is kept. `why` is a sentence that holds nothing of what was said or its title."""

    rule: Rule
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What a house keeps out.

    `internal` are its own domains and addresses; a domain has its subdomains in it, and one at which anybody can have
    mail is never a house's own. `domains` and `addresses` are kept out if anybody of them takes part. `words` are
    looked for in titles beside the shipped ones, and `allowed` are shipped words that are everyday business here.
    With `agreed`, a recording is kept only where somebody said that they agree to it.
    """

    internal: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()
    agreed: bool = False


def sided(conversation: Conversation, exclusions: Exclusions) -> Conversation:
    """Say of each party with an address on which side it is, where its source has not said so.

    Somebody at a domain that anybody can have is on neither side until the org knows them.
    """
    return replace(conversation, parties=tuple(_sided(one, exclusions) for one in conversation.parties))


def excluded(conversation: Conversation, exclusions: Exclusions) -> Excluded | None:
    """Give why a conversation must not be kept; None where it may be."""
    told = sided(conversation, exclusions)
    return (
        _private(told)
        or _kept_out(told, exclusions)
        or _internal(told)
        or _words(told, exclusions)
        or _unwanted(told, exclusions)
    )


def _sided(party: Party, exclusions: Exclusions) -> Party:
    if party.internal is not None or not party.address:
        return party
    if party.address in exclusions.internal or _within(party.address, exclusions.internal - SHARED_HOSTS):
        return replace(party, internal=True)
    shared = _domain(party.address) in SHARED_HOSTS
    return party if shared or not exclusions.internal else replace(party, internal=False)


def _private(conversation: Conversation) -> Excluded | None:
    if not conversation.sensitivity:
        return None
    return Excluded(Rule.PRIVATE, f"the calendar has it as {conversation.sensitivity}")


def _kept_out(conversation: Conversation, exclusions: Exclusions) -> Excluded | None:
    for one in conversation.parties:
        if one.address and one.address in exclusions.addresses:
            return Excluded(Rule.ADDRESS, "an address takes part that is kept out")
        if one.address and (domain := _within(one.address, exclusions.domains)):
            return Excluded(Rule.DOMAIN, f"somebody of {domain} takes part, which is kept out")
    return None


def _internal(conversation: Conversation) -> Excluded | None:
    """Exclude what only our own people were asked to. A label that nobody can place is a room or a device of ours.

    It is somebody from outside where the meeting tool says so. With a party of whom nobody knows the side, it is not
    certain that all are ours, and the conversation is not excluded.
    """
    if not conversation.parties or not all(one.internal for one in conversation.parties):
        return None
    strangers = {turn.label for turn in conversation.turns if turn.party is None and turn.label}
    if any(_OUTSIDE.search(one) for one in strangers):
        return None
    return Excluded(Rule.INTERNAL, f"all {len(conversation.parties)} who took part are our own people")


def _words(conversation: Conversation, exclusions: Exclusions) -> Excluded | None:
    title = plain(conversation.title)
    if any(_stands(plain(word), title) for word in exclusions.words):
        return Excluded(Rule.WORDS, "its title has a word that this house keeps out")
    allowed = frozenset(plain(word) for word in exclusions.allowed)
    for subject in _subjects():
        if subject.found(title, allowed):
            return Excluded(Rule.WORDS, f"its title says that it is {subject.says}")
    return None


def _unwanted(conversation: Conversation, exclusions: Exclusions) -> Excluded | None:
    answer = consent(conversation).answer
    if answer is Answer.OBJECTED:
        return Excluded(Rule.CONSENT, "somebody did not want it to be recorded")
    if exclusions.agreed and conversation.turns and answer is not Answer.AGREED:
        return Excluded(Rule.CONSENT, "nobody said that they agree to its being recorded")
    return None


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _within(address: str, domains: Iterable[str]) -> str:
    """Give which of the domains an address is at or below, empty for none."""
    host = _domain(address)
    return next((one for one in sorted(domains) if host == one or host.endswith(f".{one}")), "")


def _stands(word: str, title: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", title) is not None


@dataclass(frozen=True, slots=True)
class _Subject:
    """One kind of thing that is nobody's business, and how titles say it."""

    says: str
    words: re.Pattern[str]
    alone: tuple[str, ...]
    unless: re.Pattern[str]

    def found(self, title: str, allowed: frozenset[str]) -> bool:
        """Whether a title, in small letters and without accents, is about it."""
        told = {found[0] for found in self.words.finditer(title)} - allowed
        if told and not self.unless.search(title):
            return True
        return any(_heads(word, title) for word in self.alone if word not in allowed)


def _heads(word: str, title: str) -> bool:
    """Whether a word stands before a title's first sign, in brackets, or is all of it."""
    bare = re.escape(word)
    return (
        re.match(rf"\W*{bare}(?:{_SIGN}|\s*$)", title) is not None or re.search(rf"[(\[]{bare}[)\]]", title) is not None
    )


@cache
def _subjects() -> tuple[_Subject, ...]:
    table = tomllib.loads(files("upbeat.conversation").joinpath("sensitive.toml").read_text("utf-8"))
    return tuple(
        _Subject(
            says=one["says"],
            words=_any_of(one["words"]),
            alone=tuple(plain(word) for word in one["alone"]),
            unless=_any_of(one["unless"]),
        )
        for one in table.values()
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest = sorted({plain(word) for word in words}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
