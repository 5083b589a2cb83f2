"""What the org has of those who took part in the conversations of one batch, as it is now: people, accounts, roles.

Each object is asked once for all items, before the transaction that decides. What another item suggests already is
told: nobody is asked twice for one contact.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.conversation import Captured, Conversation
from upbeat.conversation.attendance import Attendance, HeldRole, Place
from upbeat.conversation.people import CONTACT, Known, plain
from upbeat.domain import Proposal, Verb
from upbeat.engine.acquaintances import Acquaintances
from upbeat.engine.captured import key_of
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.matching import Told
from upbeat.matching.hosts import domain
from upbeat.steps import Beside
from upbeat.store import tables

ROLES: Final = "OpportunityContactRole"
"""The object by which a function says that it looks at who took part."""

_STANDING: Final = (Stage.HELD, Stage.CLEARED, Stage.SENDING)
_FULL_NAME: Final = re.compile(r"\b[^\W\d_a-z][\w'\u2019-]+ ([^\W\d_a-z][\w'\u2019-]+)")  # of somebody who is spoken of


class Attending:
    """Asks about the people of a batch's conversations."""

    def __init__(self, parts: Parts, works: Sequence[Work], heard: Mapping[str, Captured]) -> None:
        """Ask; `heard` are the conversations by their keys."""
        self._heard = heard
        self._suggested = defaultdict[str, set[str]](set)  # by address, or deal and contact: the items that suggest it
        talks = [one.conversation for one in heard.values()]
        accounts = {account for work in works if (account := self._account(work))}
        org = Acquaintances(parts.query, parts.schema)
        addresses = {one.address for talk in talks for one in talk.parties if one.address and not one.internal}
        names = {name for talk in talks for name in _last_names(talk)}
        found = [*org.contacts(addresses), *org.leads(addresses), *org.namesakes(names, accounts)]
        lacking = {one.record_id for talk in talks for one in talk.parties if one.kind == CONTACT}
        found += org.those(lacking - {one.record_id for one in found})
        self._people = list({one.record_id: one for one in found}.values())
        self._places = self._read_places(org, talks, accounts)
        deals = {one.item.event.record_id for one in works if one.item.event.object == "Opportunity"}
        self._roles = org.roles(deals)
        self._lacks = "; ".join(dict.fromkeys(org.lacks))

    def open(self, conn: Connection) -> None:
        """Read what is suggested already, inside the transaction that decides."""
        table = tables.proposals
        wanted = select(table.c.item_id, table.c.body).where(
            table.c.state.in_(_STANDING), table.c.object.in_([CONTACT, ROLES])
        )
        for row in conn.execute(wanted):
            self._note(row.item_id, decode(row.body, Proposal))

    def beside(self, work: Work) -> Beside:
        """Give what is known of those who took part in an item's conversation, and of its deal."""
        one = self._heard.get(key_of(work.item.event))
        if one is None:
            return Beside()
        talk, record_id, account = one.conversation, work.item.event.record_id, self._account(work)
        hosts = {domain(each.address) for each in talk.parties if each.address} - {""}
        suggested = sorted(
            key.removeprefix(f"{record_id}:")
            for key, items in self._suggested.items()
            if items - {work.item.id} and (":" not in key or key.startswith(record_id))
        )
        return Beside(
            attendance=Attendance(
                people=tuple(each for each in self._people if _is_near(talk, each, account)),
                places=tuple(each for each in self._places if each.account == account or each.host in hosts),
                roles=tuple(
                    HeldRole(row["Id"], row["ContactId"], row.get("Role") or "")
                    for row in self._roles
                    if row["OpportunityId"] == record_id
                ),
                suggested=tuple(suggested),
                lacks=self._lacks,
            )
        )

    def note(self, work: Work, proposals: Sequence[Proposal]) -> None:
        """Remember what an item suggests, for those of the batch that come after it."""
        for one in proposals:
            self._note(work.item.id, one)

    def _note(self, item_id: str, one: Proposal) -> None:
        if one.verb is Verb.CREATE and one.object == CONTACT and one.after.get("Email"):
            self._suggested[plain(str(one.after["Email"]))].add(item_id)
        if one.verb is Verb.CREATE and one.object == ROLES:
            self._suggested[f"{one.after.get('OpportunityId')}:{one.after.get('ContactId')}"].add(item_id)

    def _account(self, work: Work) -> str:
        """Give the account that an item's conversation is of."""
        event, one = work.item.event, self._heard.get(key_of(work.item.event))
        return event.record_id if event.object == "Account" else "" if one is None else one.link.account

    def _read_places(self, org: Acquaintances, talks: Sequence[Conversation], accounts: set[str]) -> list[Place]:
        """Give the conversations' accounts, and those that have the domain of somebody who took part."""
        told = [
            Told(one.company, email=one.address)
            for talk in talks
            for one in talk.parties
            if one.address and not one.internal
        ]
        rows = {row["Id"]: row for row in (*org.accounts([one for one in told if one.host]), *org.sites(accounts))}
        places = [Place(key, row["Name"], domain(row.get("Website") or "")) for key, row in rows.items()]
        hosts = org.by_contacts({one.host for one in told if one.host} - {one.host for one in places})
        names = org.names({account for some in hosts.values() for account in some})
        for host, some in sorted(hosts.items()):
            places += [Place(account, names[account], host) for account in sorted(some) if account in names]
        return places


def _last_names(talk: Conversation) -> Iterator[str]:
    """Give the last names of those who took part, and of those who are spoken of by their full names."""
    for one in talk.parties:
        if not one.internal:
            yield from one.name.replace(",", " ").split()
    for turn in talk.turns:
        yield from (found[1].removesuffix("'s").removesuffix("\u2019s") for found in _FULL_NAME.finditer(turn.text))


def _is_near(talk: Conversation, one: Known, account: str) -> bool:
    """Whether somebody took part in a conversation, or may be meant in it."""
    ids = {each.record_id for each in talk.parties}
    addresses = {plain(each.address) for each in talk.parties if each.address}
    return (
        one.record_id in ids
        or bool(addresses & set(map(plain, one.addresses)))
        or bool(account and one.account == account)
    )
