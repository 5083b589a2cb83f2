"""Who of those who took part the org lacks, to whom a contact would belong, and how their name is written there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.base import company
from upbeat.conversation.labels import name_words
from upbeat.conversation.people import CONTACT, Known
from upbeat.conversation.values import Party
from upbeat.matching import folding
from upbeat.matching.hosts import domain
from upbeat.matching.people import PARTICLES, TITLES, from_address


@dataclass(frozen=True, slots=True)
class Place:
    """An account to which somebody who took part may belong; `host` is the domain of its site, or of its contacts."""

    account: str
    name: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A row that gives a contact a role in the deal; the role may be blank."""

    record_id: str
    contact: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """What the org has of those who took part in one conversation, and of its deal.

    `suggested` are the addresses and the contacts for which somebody was already asked to add what is lacking, and
    `lacks` says what could not be read: what was not found may be there.
    """

    people: tuple[Known, ...] = ()
    places: tuple[Place, ...] = ()
    roles: tuple[HeldRole, ...] = ()
    suggested: tuple[str, ...] = ()
    lacks: str = ""

    def account_of(self, party: Party, account: str) -> tuple[str, str]:
        """Give the account to which somebody belongs, and why; where that is open, nothing and why not.

        `account` is the conversation's: of several that have their domain, theirs.
        """
        host = domain(party.address)
        of = {one.account: one.name for one in self.places if host and one.host == host}
        if account in of:
            return account, f"{host} is the domain of {of[account]}"
        if len(of) == 1:
            (other, name) = next(iter(of.items()))
            return other, f"{host} is the domain of {name}"
        if of:
            return "", f"{host} is the domain of {' and of '.join(sorted(of.values()))}"
        named = company(party.company) if party.company else ""
        mine = next((one.name for one in self.places if one.account == account), "")
        if named and mine and company(mine) == named:
            return account, f"they are of {party.company}, and so is no other account"
        return "", f"nothing says that {host or 'a public address'} is {mine or 'an account'}'s"

    def contact(self, record_id: str) -> Known | None:
        """Give a contact by its id."""
        return next((one for one in self.people if one.kind == CONTACT and one.record_id == record_id), None)


def name_parts(party: Party) -> tuple[str, str]:
    """Give first and last name as the org keeps them, either empty where it is not told.

    `Bellweather, Tom (Havelund)` is Tom Bellweather, `Anna van der Berg` has the last name `van der Berg`, and titles
    are left out. Where only an address is known, its words are taken: `tom.bellweather@` is Tom Bellweather.
    """
    told = "" if "@" in party.name else party.name.partition("(")[0].strip()
    if not name_words(told):
        words = [one.capitalize() for one in from_address(party.address.partition("@")[0])]
        return (words[0], words[-1]) if len(words) == _WHOLE else ("", "")
    last, comma, first = told.partition(",")
    if comma and first.strip() and len(last.split()) <= _LONG:
        return " ".join(_untitled(first.split())), " ".join(_untitled(last.split()))
    words = _untitled((last if comma else told).split())
    if len(words) == 1:
        return words[0], ""
    if words[0].isupper() and not words[-1].isupper() and len(words[0]) > 1:  # `BELLWEATHER Tom`
        return " ".join(words[1:]), words[0]
    at = next((n for n, one in enumerate(words[1:-1], 1) if _plain(one) in PARTICLES), len(words) - 1)
    return " ".join(words[:at]), " ".join(words[at:])


_WHOLE: Final = 2  # words of an address that are a first name and a last
_LONG: Final = 4  # words of a last name before its comma, particles among them; more is a name with a title behind it


def _untitled(words: Sequence[str]) -> list[str]:
    return list(_named(words)) or list(words)


def _named(words: Sequence[str]) -> Iterator[str]:
    return (one for one in words if _plain(one) not in TITLES or len(words) == 1)


def _plain(word: str) -> str:
    return "".join(folding.words(word))
