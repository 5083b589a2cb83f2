"""Who took part in the org's own records: a User, a Contact or a Lead, where that is certain.

by address    without minding case, `+tags` and former addresses; of several contacts the one in the account
by name       somebody of ours among the active users; somebody of theirs among the contacts of the account
a doubt       several, a name that the address does not go with, or a contact with another address: a person says
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upbeat.conversation.labels import name_words
from upbeat.conversation.naming import Fit, fitting_names
from upbeat.conversation.speakers import is_person
from upbeat.conversation.values import Party
from upbeat.matching.hosts import domain

USER: Final = "User"
CONTACT: Final = "Contact"
LEAD: Final = "Lead"
_KINDS: Final = (USER, CONTACT, LEAD)

_WITHOUT_DOTS: Final = frozenset({"gmail.com", "googlemail.com"})  # Google: "Dots don't matter in Gmail addresses"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the org has: a User, a Contact or a Lead that is open.

    `addresses` are all that are theirs or were, `account` the id of a contact's account, `company` its name or that of
    a lead's company.
    """

    kind: str
    record_id: str
    name: str
    addresses: tuple[str, ...] = ()
    account: str = ""
    company: str = ""
    title: str = ""
    active: bool = True

    @property
    def beside(self) -> str:
        """How a person sees it beside others: `Tom Bellweather (Contact, Havelund Fresh, tom@havelund.example)`."""
        return f"{self.name} ({', '.join(filter(None, (self.kind, self.company, *self.addresses[:1])))})"


@dataclass(frozen=True, slots=True)
class Who:
    """Who a party is in the org, or may be: `why` says how it was found, or what the doubt is."""

    party: Party
    known: Known | None = None
    why: str = ""
    candidates: tuple[Known, ...] = ()

    @property
    def settled(self) -> Party:
        """The party with what is certain of them."""
        one = self.known
        if one is None:
            return self.party
        return replace(self.party, internal=one.kind == USER, kind=one.kind, record_id=one.record_id)

    @property
    def is_missing(self) -> bool:
        """Whether no contact has their address and they are none of us, whether they spoke or not."""
        party = self.party
        if party.internal or not party.address or party.record_id or self.known or not is_person(party):
            return False
        return not any(plain(party.address) in map(plain, one.addresses) for one in self.candidates)


class People:
    """Everybody of the org who may have taken part in a batch of conversations."""

    def __init__(self, known: Iterable[Known], ours: Collection[str]) -> None:
        """Sort them by their addresses; `ours` are the domains of the house, those below them included."""
        self._ours = frozenset(one.casefold() for one in ours)
        self._by_address = defaultdict[str, list[Known]](list)
        self._by_id = dict[str, Known]()
        self._users = list[Known]()
        self._contacts = defaultdict[str, list[Known]](list)
        for one in sorted(known, key=lambda each: each.record_id):
            self._by_id[one.record_id] = one
            for address in dict.fromkeys(map(plain, one.addresses)):
                self._by_address[address].append(one)
            if one.kind == USER and one.active:
                self._users.append(one)
            if one.kind == CONTACT and one.account:
                self._contacts[one.account].append(one)

    def side(self, party: Party) -> bool | None:
        """Whether somebody is one of us: by a user's address, by our domains, else as the source says.

        Somebody at a domain that anybody can have is on neither side until the org knows them.
        """
        if any(one.kind == USER for one in self._by_address.get(plain(party.address), ())):
            return True
        if is_ours(party.address, self._ours):
            return True
        return False if party.internal is None and domain(party.address) else party.internal

    def theirs(self, parties: Iterable[Party]) -> list[Party]:
        """Give those of whom it is not known that they are ours."""
        return [one for one in parties if not self.side(one)]

    def find(self, party: Party, accounts: Collection[str] = ()) -> Who:
        """Say who a party is. `accounts` are those that the conversation is of, as far as that is known."""
        party = replace(party, internal=self.side(party))
        if party.record_id:
            return Who(party, self._by_id.get(party.record_id), "the source says so")
        if not is_person(party):
            return Who(party, why="a room, a list or an office, and no person")
        found = self._by_address.get(plain(party.address), []) if party.address else []
        if found:
            return _addressed(party, found, accounts)
        return self._named(party, accounts)

    def _named(self, party: Party, accounts: Collection[str]) -> Who:
        """Find somebody by name; one who is not known by their address is nobody who has another for certain."""
        near = list[Known]()
        if party.internal is not False:
            near += self._users
        if not party.internal:
            near += [one for account in sorted(set(accounts)) for one in self._contacts.get(account, ())]
        fits = [(one, fitting_names(party.name, one.name).fit) for one in near] if party.name else []
        same = [one for one, fit in fits if fit >= Fit.WHOLE]
        if len(same) == 1 and not (party.address and same[0].addresses):
            return Who(party, same[0], f"the name of {same[0].beside}, and of nobody else")
        likely = tuple(one for one, fit in fits if fit >= (Fit.NEAR if party.address else Fit.PART))
        if not likely:
            return Who(party, why="nobody of this address or name is known")
        why = "it has another address" if len(likely) == 1 and party.address else "the name alone does not say"
        return Who(party, why=f"it may be {' or '.join(one.beside for one in likely)}: {why}", candidates=likely)


def plain(address: str) -> str:
    """Give an address as mail servers compare it: in small letters, without a `+tag`, at Gmail without full stops."""
    local, _, host = address.strip().casefold().partition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if host in _WITHOUT_DOTS else local}@{host}"


def is_ours(address: str, domains: Collection[str]) -> bool:
    """Whether an address is one of these, or at one of these domains or below it: `zoe@contractors.nimbrel.example`."""
    bare = address.strip().casefold()
    host = bare.partition("@")[2]
    return bool(host) and (bare in domains or any(host == one or host.endswith(f".{one}") for one in domains))


def _addressed(party: Party, found: Sequence[Known], accounts: Collection[str]) -> Who:
    """Say which of those who have a party's address they are: users come before contacts, and these before leads."""
    kind = min((one.kind for one in found), key=_KINDS.index)
    some = [one for one in found if one.kind == kind]
    if kind != USER and party.internal:
        return Who(party, why=f"one of ours, whom the org has as {some[0].beside}")
    some = [one for one in some if (one.active if kind == USER else one.account in accounts)] or some
    if len(some) > 1:
        return Who(party, why=f"{len(some)} {kind.lower()}s have this address", candidates=tuple(some))
    if _contradicts(party.name, some[0].name):
        return Who(party, why=f"who has this address is called {some[0].name}", candidates=tuple(some))
    return Who(party, some[0], "the same address")


def _contradicts(one: str, other: str) -> bool:
    """Whether two names have nothing in common: an address that somebody else has now."""
    mine, theirs = (set(name_words(name)) for name in (one, other))
    if not (mine and theirs) or "@" in one or mine & theirs:
        return False
    return not (fitting_names(one, other).fit or fitting_names(other, one).fit)
