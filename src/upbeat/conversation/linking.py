"""Which account and which deal a conversation is of: one that is certain, or candidates side by side (law 11).

    account    the one that all who took part can be of: by their contacts, else by the domain of their addresses; or
               that of the one deal in which all of them have a role
    deal       of the account's deals that were open on the day: the only one, else the one that all of these name which
               tell any apart: the contact roles of those who took part, the title, and without it the owner's presence

What two of these disagree on is a doubt, and a deal of another account is never taken.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from upbeat.conversation.link import Candidate, Link
from upbeat.conversation.people import CONTACT, USER, Who
from upbeat.conversation.speakers import is_person
from upbeat.conversation.values import Conversation
from upbeat.matching import Index, Marks, Told, folding
from upbeat.matching.hosts import domain
from upbeat.matching.words import NOTHING

SIDE_BY_SIDE: Final = 8
"""Candidates that a person is shown."""

_CERTAIN: Final = Marks().certain
_WORD: Final = 3  # letters of a word that names a deal
_KINDS_OF_TALK: Final = """
    account agenda alignment annual business call catch chat check checkin commercial contract customer deal debrief
    demo demonstration discovery discussion executive follow followup forecast intro introduction invitation kick
    kickoff meet meeting monthly negotiation new next offer onsite opportunity plan planning presentation pricing
    project proposal prospect qbr quarter quarterly quote recap review sales session solution status steps sync team
    terms touch training update visit walkthrough weekly workshop
"""
_TALK: Final = frozenset(_KINDS_OF_TALK.split())  # words of titles that say what sort of talk it is, and not of what


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity as far as it tells whether a conversation is of it.

    `says` is how people see it: stage, amount, close date. `owner` is a user's id, and `roles` are the ids of the
    contacts that have a role in it. `closed_at` is when it came to the stage that it is closed in, None where it is
    open or that is not known.
    """

    record_id: str
    name: str
    account: str
    created: datetime
    says: str = ""
    owner: str = ""
    owner_name: str = ""
    owner_active: bool = True
    is_closed: bool = False
    closed_at: datetime | None = None
    roles: frozenset[str] = frozenset()

    def not_open(self, day: date, at: datetime) -> str:
        """Say why it was not open on the day of `at`; nothing where it was."""
        zone = at.tzinfo
        if self.created.astimezone(zone).date() > day:
            return f"it was made on {self.created.astimezone(zone).date()}, after it"
        if not self.is_closed:
            return ""
        if self.closed_at is None:
            return "it is closed, and since when is not known"
        closed = self.closed_at.astimezone(zone).date()
        return f"it was closed on {closed}, before it" if closed < day else ""


@dataclass(frozen=True, slots=True)
class Around:
    """What the org has around some conversations: accounts by name and id, as an index, and by their contacts' domains.

    `deals` are those of these accounts, and those in which somebody who took part has a role.
    """

    names: Mapping[str, str]
    index: Index
    hosts: Mapping[str, frozenset[str]]
    deals: Sequence[Deal]


def link(talk: Conversation, found: Sequence[Who], around: Around) -> Link:
    """Say which account and deal a conversation is of; `found` says who its parties are."""
    return _Linking(talk, found, around).link()


def accounts_of(talk: Conversation, found: Sequence[Who], around: Around) -> frozenset[str]:
    """Give the accounts that any of those who took part can be of."""
    votes = _Linking(talk, found, around).votes
    return frozenset(account for one in votes for account in one.accounts)


@dataclass(frozen=True, slots=True)
class _Vote:
    """The accounts that somebody can be of, and why."""

    who: Who
    accounts: frozenset[str]
    why: str


class _Linking:
    def __init__(self, talk: Conversation, found: Sequence[Who], around: Around) -> None:
        self.talk, self.around = talk, around
        self.day = talk.began.date()
        theirs = [one for one in found if one.party.internal is not True and is_person(one.party)]
        self.votes = [vote for one in theirs if (vote := self._vote(one)).accounts]
        self.contacts = {one.known.record_id: one for one in theirs if one.known and one.known.kind == CONTACT}
        self.users = {one.known.record_id for one in found if one.known and one.known.kind == USER}

    def link(self) -> Link:
        """Find the account first, then its deal."""
        common = frozenset[str].intersection(*(one.accounts for one in self.votes)) if self.votes else frozenset[str]()
        if len(common) == 1:
            return self._of_account(next(iter(common)))
        joint = [one for one in self.open if one.roles & self.contacts.keys() and self._joins(one)]
        if len(joint) == 1:
            deal = joint[0]
            return Link(deal.account, deal.record_id, why=f"all who took part have to do with {deal.name}")
        return self._no_account(common)

    @cached_property
    def open(self) -> list[Deal]:
        """The deals that were open on the day."""
        return [one for one in self.around.deals if not one.not_open(self.day, self.talk.began)]

    def _vote(self, one: Who) -> _Vote:
        """Say of which accounts somebody can be: of their contact's, else of those of their address and company."""
        if one.known is not None and one.known.kind == CONTACT and one.known.account:
            return _Vote(one, frozenset({one.known.account}), "belongs to it")
        if one.known is None and (of := frozenset(each.account for each in one.candidates if each.account)):
            return _Vote(one, of, "may belong to it")
        party, host = one.party, domain(one.party.address)
        if not (host or party.company):
            return _Vote(one, frozenset(), "")
        told = Told(party.company, email=party.address)
        near = self.around.index.find(told, SIDE_BY_SIDE, _CERTAIN)
        alike = frozenset(each.record_id for each in near if each.likeness.score >= _CERTAIN)
        if alike:
            return _Vote(one, alike, f"is at {host}" if host else f"is of {party.company}")
        return _Vote(one, self.around.hosts.get(host, frozenset()), f"is at {host}, as its contacts are")

    def _joins(self, deal: Deal) -> bool:
        """Whether everybody is of a deal's account, or has a role in it, and somebody is of the account."""
        in_account = [deal.account in one.accounts for one in self.votes]
        in_role = [one.who.known is not None and one.who.known.record_id in deal.roles for one in self.votes]
        return any(in_account) and all(one or other for one, other in zip(in_account, in_role, strict=True))

    def _of_account(self, account: str) -> Link:
        of_it = [one for one in self.around.deals if one.account == account]
        deals = [one for one in of_it if one in self.open]
        name = self.around.names.get(account, account)
        named = self._named_by_title(of_it, name)
        if not deals:
            why = f"no deal of {name} was open on {self.day}"
            return Link(account, candidates=self._beside(of_it, named), why=why)
        if named and not any(one in deals for one in named):
            why = f"the title names {named[0].name}, which was not open on {self.day}"
            return Link(account, candidates=self._beside(of_it, named), why=why)
        if len(deals) == 1:
            return Link(account, deals[0].record_id, why=f"the only deal of {name} that was open on {self.day}")
        return self._one_of(account, deals, named)

    def _one_of(self, account: str, deals: Sequence[Deal], named: Sequence[Deal]) -> Link:
        """Take the one of several open deals that all that tells them apart agrees on."""
        left, said = list(deals), list[str]()
        for some, says in self._evidence(deals, named):
            if 0 < len(some) < len(deals):
                left = [one for one in left if one in some]
                said.append(says)
        if len(left) == 1:
            return Link(account, left[0].record_id, why=f"of {len(deals)} open deals the one where {', '.join(said)}")
        nothing = "what tells them apart does not agree" if not left else "nothing tells them apart"
        why = f"{len(deals)} deals of {self.around.names.get(account, account)} were open on {self.day}, and {nothing}"
        return Link(account, candidates=self._beside(deals, named), why=why)

    def _evidence(self, deals: Sequence[Deal], named: Sequence[Deal]) -> Iterator[tuple[list[Deal], str]]:
        yield [one for one in deals if one.roles & self.contacts.keys()], "those who took part have roles"
        yield [one for one in deals if one in named], "the title says so"
        # A colleague stands in under a title that says it all; who left has handed a deal on, and nobody wrote to whom.
        if not named and all(one.owner_active for one in deals):
            yield [one for one in deals if one.owner in self.users], "the owner took part"

    def _named_by_title(self, deals: Sequence[Deal], account: str) -> list[Deal]:
        """Give the deals that the title names by words which no other deal of the account has, nor the account."""
        told = set(folding.words(self.talk.title))
        each = {one.record_id: set(folding.words(one.name)) - _TALK - NOTHING for one in deals}
        common = set(folding.words(account))
        found = list[Deal]()
        for one in deals:
            others = set[str]().union(*(words for record_id, words in each.items() if record_id != one.record_id))
            shared = (each[one.record_id] - common) & told
            telling = shared - others
            words = {word for word in shared if word.isalpha() and len(word) >= _WORD}
            if telling and words:  # a number alone may be the day's
                found.append(one)
        return found

    def _beside(self, deals: Sequence[Deal], named: Sequence[Deal]) -> tuple[Candidate, ...]:
        """Put deals side by side with what speaks for each and against it, those for which most speaks first."""
        told = {one.record_id: list(self._says(one, named)) for one in deals}
        ranked = sorted(
            deals,
            key=lambda one: (bool(one.not_open(self.day, self.talk.began)), -len(told[one.record_id]), one.record_id),
        )
        return tuple(self._candidate(one, told[one.record_id]) for one in ranked[:SIDE_BY_SIDE])

    def _candidate(self, deal: Deal, said: Sequence[str]) -> Candidate:
        account = self.around.names.get(deal.account, "")
        owner = f"owned by {deal.owner_name}" if deal.owner_name else ""
        against = deal.not_open(self.day, self.talk.began)
        reasons = tuple(filter(None, (account, deal.says, owner, *said, against)))
        return Candidate("Opportunity", deal.record_id, deal.name, reasons, deal.account)

    def _says(self, deal: Deal, named: Sequence[Deal]) -> Iterator[str]:
        roles = [one.party.name for record_id, one in self.contacts.items() if record_id in deal.roles]
        if roles:
            yield f"{', '.join(roles)} {'have roles' if len(roles) > 1 else 'has a role'} in it"
        if deal in named:
            yield "the title names it"
        if deal.owner in self.users:
            yield "its owner took part"

    def _no_account(self, common: Collection[str]) -> Link:
        """Say which accounts it may be of, each with who belongs to it, and their open deals."""
        ids = sorted({account for vote in self.votes for account in vote.accounts})
        if not ids:
            return Link(why="nobody who took part is known, and no account has their domain")
        accounts = [
            Candidate("Account", one, self.around.names.get(one, one), tuple(self._who(one)), one) for one in ids
        ]
        accounts.sort(key=lambda one: (-len(one.reasons), one.record_id))
        deals = self._beside([one for one in self.open if one.account in ids], ())
        what = f"{len(common)} accounts have their domain" if common else "those who took part are of several accounts"
        return Link(candidates=(*deals, *accounts[:SIDE_BY_SIDE]), why=what)

    def _who(self, account: str) -> Iterator[str]:
        for vote in self.votes:
            if account in vote.accounts:
                yield f"{vote.who.party.name or vote.who.party.address} {vote.why}"
