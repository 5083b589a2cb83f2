"""Whom and what the org has around a batch of conversations: people by address and name, accounts, deals and roles.

A query asks for the whole batch, as long as that fits into a request. What may not be read is said, and taken for
nothing: it is in doubt then what would have rested on it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, Final

from upbeat.conversation.linking import Deal
from upbeat.conversation.people import CONTACT, LEAD, USER, Known, plain
from upbeat.domain import Record
from upbeat.engine import exact_keys
from upbeat.engine.directory import fields_of
from upbeat.intake import Query
from upbeat.matching import Told
from upbeat.matching.hosts import domain
from upbeat.salesforce import Rejected
from upbeat.schema import FieldType, Schema, SchemaError
from upbeat.workflows import Person

_CONTACT: Final = ("Name", "FirstName", "LastName", "Title", "AccountId", "Account.Name")
_LEAD: Final = ("Name", "Company", "Title", "IsConverted", "ConvertedContactId")
_ACCOUNT: Final = ("Name", "Website")
_DEAL: Final = (
    *("Name", "AccountId", "Account.Name", "StageName", "Amount", "CurrencyIsoCode", "CloseDate", "CreatedDate"),
    *("IsClosed", "LastStageChangeDate", "OwnerId", "Owner.Name", "Owner.IsActive"),
)
_ROLES: Final = "SELECT Id, OpportunityId, ContactId, Role FROM OpportunityContactRole WHERE {by} IN :ids"
_FORMER: Final = (
    "SELECT Id, ContactId, OldValue FROM ContactHistory WHERE Field = 'Email' AND Contact.AccountId IN :ids"
)
_HOSTS: Final = 60  # domains in one query: each is a condition of its own


class Acquaintances:
    """Asks the org; `lacks` says what it did not answer."""

    def __init__(self, query: Query, schema: Schema) -> None:
        """Ask nothing yet."""
        self._query = query
        self._schema = schema
        self.lacks: list[str] = []

    def contacts(self, addresses: Collection[str]) -> list[Known]:
        """Give the contacts that have one of these addresses, in whatever field of theirs."""
        return [self._contact(row) for row in self._addressed("Contact", _CONTACT, addresses)]

    def leads(self, addresses: Collection[str]) -> list[Known]:
        """Give the open leads that have one of these addresses, and the contacts that converted ones became."""
        rows = self._addressed("Lead", _LEAD, addresses)
        became = {row["ConvertedContactId"]: row for row in rows if row.get("ConvertedContactId")}
        known = [_lead(row, self._emails("Lead")) for row in rows if not row.get("IsConverted")]
        for row in self._by_ids("Contact", self._contact_fields(), sorted(became)):
            one = self._contact(row)
            was = tuple(_addresses(became[row["Id"]], self._emails("Lead")))
            known.append(replace(one, addresses=(*one.addresses, *was)))
        return known

    def namesakes(self, names: Collection[str], accounts: Collection[str]) -> list[Known]:
        """Give the contacts of these accounts that have one of these last names."""
        if not (names and accounts):
            return []
        fields = ", ".join(self._contact_fields())
        text = f"SELECT {fields} FROM Contact WHERE AccountId IN :ids AND LastName IN :values"  # noqa: S608  of the schema
        found = dict[str, Known]()
        for ids in exact_keys.portions(sorted(accounts), exact_keys.IDS // 2):  # the other half is for the names
            binds = {"beside": exact_keys.ADDRESS // 2, "ids": ids}
            ask = partial(exact_keys.by_texts, self._query, text, names, **binds)
            found |= {row["Id"]: self._contact(row) for row in self._ask("contacts", ask)}
        return list(found.values())

    def former(self, accounts: Collection[str]) -> Mapping[str, list[str]]:
        """Give the addresses that the contacts of these accounts had, by contact, where the org keeps their history."""
        found = defaultdict[str, list[str]](list)
        with suppress(Rejected):  # an org that keeps no history of contacts, which is nothing to tell of
            for row in self._by_portions(_FORMER, sorted(accounts)):
                if isinstance(row.get("OldValue"), str):
                    found[row["ContactId"]].append(row["OldValue"])
        return found

    def those(self, contact_ids: Collection[str]) -> list[Known]:
        """Give contacts by their ids."""
        return [self._contact(row) for row in self._by_ids("Contact", self._contact_fields(), sorted(contact_ids))]

    def accounts(self, told: Sequence[Told]) -> list[Record]:
        """Give the accounts that have the domain or the name of these, to the letter."""
        fields = fields_of(self._schema, "Account", _ACCOUNT)
        return self._ask("accounts", lambda: exact_keys.accounts(self._query, fields, told)) if told else []

    def by_contacts(self, hosts: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Give the accounts whose contacts have an address at these domains, by domain."""
        found = defaultdict[str, set[str]](set)
        wanted = sorted(hosts)
        for start in range(0, len(wanted), _HOSTS):
            some = wanted[start : start + _HOSTS]
            binds = {f"at{n}": f"%@{host}" for n, host in enumerate(some)}
            where = " OR ".join(f"Email LIKE :{name}" for name in binds)
            text = f"SELECT Id, Email, AccountId FROM Contact WHERE AccountId != NULL AND ({where})"  # noqa: S608  binds
            for row in self._ask("contacts", lambda text=text, binds=binds: list(self._query(text, binds))):
                found[domain(row["Email"] or "")].add(row["AccountId"])
        return {host: frozenset(accounts) for host, accounts in found.items() if host in hosts}

    def names(self, accounts: Collection[str]) -> Mapping[str, str]:
        """Give the names of accounts by their ids."""
        rows = self._by_ids("Account", fields_of(self._schema, "Account", ("Name",)), sorted(accounts))
        return {row["Id"]: row["Name"] for row in rows}

    def sites(self, accounts: Collection[str]) -> list[Record]:
        """Give accounts with their names and websites."""
        return self._by_ids("Account", fields_of(self._schema, "Account", _ACCOUNT), sorted(accounts))

    def roles(self, deals: Collection[str]) -> list[Record]:
        """Give the rows that give contacts a role in these deals."""
        return self._roles("OpportunityId", deals)

    def deals(self, accounts: Collection[str], contacts: Collection[str], since: datetime) -> list[Deal]:
        """Give the deals of these accounts, and those in which these contacts have a role, that were open after that.

        Whether one was open on a day is told by the day it was made, and by when it came to the stage it is closed in.
        """
        fields = ", ".join(fields_of(self._schema, "Opportunity", _DEAL))
        lasting = "(IsClosed = FALSE OR SystemModstamp >= :since)"
        by_role = self._roles("ContactId", contacts)
        texts = {"AccountId": sorted(accounts), "Id": sorted({row["OpportunityId"] for row in by_role})}
        rows = dict[str, Record]()
        for field, ids in texts.items():
            text = f"SELECT {fields} FROM Opportunity WHERE {field} IN :ids AND {lasting}"  # noqa: S608  of the schema
            ask = lambda text=text, ids=ids: self._by_portions(text, ids, since=since)  # noqa: E731
            rows |= {row["Id"]: row for row in self._ask("opportunities", ask)}
        roles = defaultdict[str, set[str]](set)
        for row in self._roles("OpportunityId", rows):
            roles[row["OpportunityId"]].add(row["ContactId"])
        return [_deal(row, frozenset(roles[row["Id"]])) for row in rows.values() if row.get("AccountId")]

    def _roles(self, by: str, ids: Collection[str]) -> list[Record]:
        text = _ROLES.format(by=by)
        return self._ask("contact roles", lambda: self._by_portions(text, sorted(ids))) if ids else []

    def _addressed(self, name: str, wanted: Iterable[str], addresses: Collection[str]) -> list[Record]:
        emails = self._emails(name)
        if not (emails and addresses):
            return []
        fields = ", ".join(fields_of(self._schema, name, (*wanted, *emails)))
        where = " OR ".join(f"{one} IN :values" for one in emails)
        text = f"SELECT {fields} FROM {name} WHERE {where}"  # noqa: S608  names of the schema
        values = {form for one in addresses for form in (one, plain(one))}
        return self._ask(f"{name.lower()}s", lambda: exact_keys.by_texts(self._query, text, values))

    def _contact(self, row: Record) -> Known:
        account: Record = row.get("Account") or {}
        return Known(
            kind=CONTACT,
            record_id=row["Id"],
            name=row.get("Name") or "",
            addresses=tuple(_addresses(row, self._emails("Contact"))),
            account=row.get("AccountId") or "",
            company=account.get("Name") or "",
            title=row.get("Title") or "",
        )

    def _contact_fields(self) -> tuple[str, ...]:
        return fields_of(self._schema, "Contact", (*_CONTACT, *self._emails("Contact")))

    def _emails(self, name: str) -> tuple[str, ...]:
        """Give the fields of an object that hold addresses and may be asked by, Email first."""
        fields = self._schema.object(name).fields.values() if self._has(name) else ()
        found = [one.name for one in fields if one.type is FieldType.EMAIL and one.filterable]
        return tuple(sorted(found, key=lambda one: (one != "Email", one)))

    def _has(self, name: str) -> bool:
        try:
            self._schema.object(name)
        except SchemaError:
            return False
        return True

    def _by_ids(self, name: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        return self._ask(f"{name.lower()}s", lambda: exact_keys.by_ids(self._query, name, fields, ids)) if ids else []

    def _by_portions(self, text: str, ids: Sequence[str], **more: Any) -> list[Record]:
        return list(chain.from_iterable(self._query(text, {"ids": part, **more}) for part in exact_keys.portions(ids)))

    def _ask(self, what: str, ask: Callable[[], list[Record]]) -> list[Record]:
        try:
            return ask()
        except Rejected as error:
            self.lacks.append(f"the org's {what} may not be read: {error.what}")
            return []


def users(people: Iterable[Person]) -> Iterator[Known]:
    """Give the org's users: by their addresses, and by usernames, which are made like one."""
    for one in people:
        addresses = tuple(dict.fromkeys(filter(None, (one.email, one.username))))
        yield Known(USER, one.user_id, one.name, addresses, active=one.active)


def _lead(row: Record, emails: Sequence[str]) -> Known:
    company, title = row.get("Company") or "", row.get("Title") or ""
    return Known(LEAD, row["Id"], row.get("Name") or "", tuple(_addresses(row, emails)), company=company, title=title)


def _addresses(row: Record, emails: Sequence[str]) -> Iterator[str]:
    return (row[one] for one in emails if row.get(one))


def _deal(row: Record, roles: frozenset[str]) -> Deal:
    owner: Record = row.get("Owner") or {}
    moved = row.get("LastStageChangeDate")
    return Deal(
        record_id=row["Id"],
        name=row.get("Name") or row["Id"],
        account=row["AccountId"],
        created=datetime.fromisoformat(row["CreatedDate"]),
        says=", ".join(filter(None, (row.get("StageName"), _amount(row), _closes(row)))),
        owner=row.get("OwnerId") or "",
        owner_name=owner.get("Name") or "",
        owner_active=owner.get("IsActive") is not False,
        is_closed=row.get("IsClosed") is True,
        closed_at=datetime.fromisoformat(moved) if moved and row.get("IsClosed") else None,
        roles=roles,
    )


def _amount(row: Record) -> str:
    amount = row.get("Amount")
    return "" if amount is None else f"{Decimal(amount):,f} {row.get('CurrencyIsoCode') or ''}".strip()


def _closes(row: Record) -> str:
    return f"closes {row['CloseDate']}" if row.get("CloseDate") else ""
