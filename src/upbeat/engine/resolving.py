"""Who of the org took part in captured conversations, and which account and deal each is of.

The org is asked for a whole batch at once. Whatever it does not say for certain stays open, with candidates.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from upbeat.conversation import Captured, Conversation, Party, with_speakers
from upbeat.conversation.labels import name_words
from upbeat.conversation.linking import Around, accounts_of, link
from upbeat.conversation.people import CONTACT, Known, People, Who
from upbeat.conversation.speakers import is_person
from upbeat.engine.acquaintances import Acquaintances, users
from upbeat.intake import Query
from upbeat.matching import ACCOUNT, Index, Told
from upbeat.schema import Schema
from upbeat.workflows import Person

_BEFORE: Final = timedelta(days=1)  # a day begins at another moment in each time zone


def resolve(
    query: Query, schema: Schema, people: Iterable[Person], ours: Collection[str], talks: Sequence[Conversation]
) -> list[Captured]:
    """Give conversations with their speakers, people and links, in their order.

    `people` are the org's users, and `ours` the domains and single addresses of the house. Raises SalesforceError where
    the org does not answer.
    """
    if not talks:
        return []
    heard = [with_speakers(one) for one in talks]
    org = Acquaintances(query, schema)
    return _Resolving(org, list(users(people)), ours, heard).all()


class _Resolving:
    def __init__(
        self, org: Acquaintances, known: list[Known], ours: Collection[str], talks: Sequence[Conversation]
    ) -> None:
        self.org, self.known, self.ours, self.talks = org, known, ours, talks

    def all(self) -> list[Captured]:
        """Ask by address first, then, within the accounts that come of it, by name."""
        theirs = [one for talk in self.talks for one in People(self.known, self.ours).theirs(talk.parties)]
        addresses = {one.address for one in theirs if one.address}
        self.known += [*self.org.contacts(addresses), *self.org.leads(addresses)]
        around = self._accounts(self._found())
        found = self._found(around)
        self._add_namesakes(found, around)
        found = self._found(around)
        around = self._with_deals(found, around)
        return [self._one(talk, who, around) for talk, who in zip(self.talks, found, strict=True)]

    def _found(self, around: Around | None = None) -> list[list[Who]]:
        """Say who everybody is, as far as it is known by now."""
        people = People({one.record_id: one for one in self.known}.values(), self.ours)
        first = [[people.find(one) for one in talk.parties] for talk in self.talks]
        if around is None:
            return first
        pairs = zip(self.talks, first, strict=True)
        of = [accounts_of(talk, who, around) for talk, who in pairs]
        return [
            [people.find(one, accounts) for one in talk.parties] for talk, accounts in zip(self.talks, of, strict=True)
        ]

    def _accounts(self, found: Sequence[Sequence[Who]]) -> Around:
        """Ask for the accounts of those who are nobody's contact, by domain and company, then by others' domains."""
        strangers = {(one.company, one.address): one for one in _strangers(found)}
        told = [Told(company, email=address) for company, address in strangers]
        rows = self.org.accounts([one for one in told if one.host or one.company])
        sites = {Told(website=row.get("Website") or "").host for row in rows}
        hosts = self.org.by_contacts({one.host for one in told if one.host} - sites)
        names = {row["Id"]: row["Name"] for row in rows} | {
            one.account: one.company for one in self.known if one.account
        }
        more = {account for some in hosts.values() for account in some} - names.keys()
        return Around({**names, **self.org.names(more)}, Index.of(rows, ACCOUNT), hosts, ())

    def _add_namesakes(self, found: Sequence[Sequence[Who]], around: Around) -> None:
        """Ask for contacts of the accounts by the last names of those who are nobody yet, and by former addresses."""
        pairs = list(zip(self.talks, found, strict=True))
        accounts = {account for talk, who in pairs for account in accounts_of(talk, who, around)}
        nobody = [one.party for who in found for one in who if one.known is None and one.party.internal is not True]
        names = {last for one in nobody for last in _last_names(one)}
        known = {one.record_id: one for one in self.known}
        fresh = {one.record_id: one for one in self.org.namesakes(names, accounts) if one.record_id not in known}
        if any(one.address for one in nobody):
            former = self.org.former(accounts)
            wanted = {one.address for one in nobody if one.address}
            had = {key: was for key, was in former.items() if wanted & {each.casefold() for each in was}}
            fresh |= {one.record_id: one for one in self.org.those(had.keys() - known.keys() - fresh.keys())}
            known |= fresh
            fresh = {
                key: replace(one, addresses=(*one.addresses, *had.get(key, ())))
                for key, one in known.items()
                if key in fresh or key in had
            }
        self.known += fresh.values()

    def _with_deals(self, found: Sequence[Sequence[Who]], around: Around) -> Around:
        pairs = zip(self.talks, found, strict=True)
        accounts = {account for talk, who in pairs for account in accounts_of(talk, who, around)}
        contacts = {
            one.known.record_id for who in found for one in who if one.known is not None and one.known.kind == CONTACT
        }
        since = min(one.began for one in self.talks) - _BEFORE
        deals = self.org.deals(accounts, contacts, since)
        lacking = {one.account for one in deals} - around.names.keys()
        return replace(around, names={**around.names, **self.org.names(lacking)}, deals=deals)

    def _one(self, talk: Conversation, found: Sequence[Who], around: Around) -> Captured:
        doubts = (f"{one.party.name or one.party.address}: {one.why}" for one in found if one.candidates)
        settled = replace(
            talk,
            parties=tuple(one.settled for one in found),
            odd=tuple(dict.fromkeys((*talk.odd, *doubts, *self.org.lacks))),
        )
        return Captured(settled, link(talk, found, around))


def _strangers(found: Sequence[Sequence[Who]]) -> Iterator[Party]:
    """Give those of the other side whose contact does not say of which account they are."""
    for one in (one for who in found for one in who):
        of_account = one.known is not None and one.known.account
        if one.party.internal is not True and is_person(one.party) and not of_account:
            yield one.party


def _last_names(party: Party) -> Iterator[str]:
    """Give the words of a name that may be a last name, as the org may have it."""
    told = party.name.replace(",", " ").split()
    yield from (word for word in told if name_words(word))
    if len(told) > 1:
        yield from (" ".join(told[at:]) for at in range(1, len(told) - 1))
