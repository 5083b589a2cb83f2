"""Contacts and open leads that are the same person as a record of the batch, asked for by exact keys."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from upbeat.domain import Record
from upbeat.engine import exact_keys
from upbeat.engine.directory import fields_of
from upbeat.intake import Query
from upbeat.matching import CONTACT, LEAD, NEUTRAL, Fields, Likeness, Told, compare_people, told
from upbeat.routing import Double
from upbeat.salesforce import Rejected
from upbeat.schema import Schema

OWNER: Final = ("OwnerId", "Owner.Username", "Owner.Name", "Owner.IsActive")
"""What is read of the owner of a record that may decide who takes another."""

_WHO: Final = ("Name", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "CreatedDate", *OWNER)
_ONE_OF_SEVERAL: Final = 0.8  # how sure it is at the most that one of several contacts who are alike is the person

_DOUBLES: Final = 5  # records of one person that are kept, beside what another owner's or a doubtful one adds

_Key = tuple[str, str]
_ByKey = Mapping[_Key, Sequence[tuple[Record, Told]]]


class Persons:
    """The contacts and the open leads that may be one of a batch's people, as the org has them now."""

    def __init__(
        self,
        query: Query,
        schema: Schema,
        people: Mapping[str, Told],
        account_ids: Collection[str],
        *,
        leads: bool,
    ) -> None:
        """Read them. `people` are told by the ids of their leads, and may belong to these accounts.

        Without `leads`, no others are looked for.
        """
        self._people, every = people, list(people.values())
        self.lacks = list[str]()
        contacts = fields_of(schema, "Contact", (*_WHO, "AccountId"))
        of_lead = fields_of(schema, "Lead", (*_WHO, "Company"))
        self._contacts = self._asked(
            "contacts", lambda: exact_keys.contacts(query, contacts, every, account_ids), CONTACT
        )
        asked = every if leads else []
        self._leads = self._asked("leads", lambda: exact_keys.open_leads(query, of_lead, asked), LEAD)
        self._born = {row["Id"]: _age(row) for some in self._leads.values() for row, _ in some}

    def contacts_of(self, record_id: str, account_id: str, least: float) -> tuple[Double, ...]:
        """Give the contacts that are this person, at least as sure as `least`, the surest and the account's first."""
        found = self._alike("Contact", record_id, self._contacts, least)
        return tuple(
            sorted(found, key=lambda one: (-one.score, one.record.get("AccountId") != account_id, one.record["Id"]))
        )

    def leads_of(self, record_id: str, least: float) -> tuple[Double, ...]:
        """Give the open leads that are this person and came before this one, the surest first."""
        born = self._born.get(record_id)
        found = self._alike("Lead", record_id, self._leads, least)
        elder = (one for one in found if one.record["Id"] != record_id and (born is None or _age(one.record) < born))
        return tuple(sorted(elder, key=lambda one: (-one.score, _age(one.record))))

    def _alike(self, name: str, record_id: str, by_key: _ByKey, least: float) -> Iterator[Double]:
        mine = self._people[record_id]
        near = {row["Id"]: (row, other) for key in _keys(mine) for row, other in by_key.get(key, ())}
        for row, other in near.values():
            likeness = compare_people(mine, other, NEUTRAL)
            if likeness.score >= least:
                yield Double(name, row, _why(likeness), likeness.score)

    def _asked(self, what: str, ask: Callable[[], Sequence[Record]], fields: Fields) -> _ByKey:
        """Give what the org has, by what a person may share with it; what may not be read is said."""
        by_key = defaultdict[_Key, list[tuple[Record, Told]]](list)
        try:
            rows = ask()
        except Rejected as error:
            self.lacks.append(f"{what} may not be read: {error.what}")
            rows = ()
        for row in rows:
            other = told(row, fields)
            for key in _keys(other):
                by_key[key].append((row, other))
        return by_key


def the_contact(contacts: Sequence[Double]) -> Double | None:
    """Give the contact that a person is; of several that are as sure, the first, and it is a doubt which."""
    if not contacts:
        return None
    best, *others = contacts
    alike = [
        one for one in others if one.score == best.score and one.record.get("AccountId") == best.record.get("AccountId")
    ]
    if not alike:
        return best
    return Double(best.object, best.record, f"{best.why}, as {len(alike)} more", min(best.score, _ONE_OF_SEVERAL))


def telling(doubles: Sequence[Double]) -> tuple[Double, ...]:
    """Give the few of many doubles that decide as all of them would: the surest of each owner, and the least sure."""
    ranked = sorted(doubles, key=lambda one: not _is_worked(one))
    first, last = dict[str, Double](), dict[str, Double]()
    for one in ranked:
        first.setdefault(one.record["OwnerId"], one)
        before = last.setdefault(one.record["OwnerId"], one)
        if one.score < before.score:
            last[one.record["OwnerId"]] = one
    owners = list(first)[:_DOUBLES]
    kept = {id(some[owner]) for owner in owners for some in (first, last)}
    room = _DOUBLES - len(kept)
    kept |= {id(one) for one in [one for one in ranked if id(one) not in kept][: max(room, 0)]}
    return tuple(one for one in doubles if id(one) in kept)


def _is_worked(one: Double) -> bool:
    return one.record["Owner"].get("IsActive") is True


def _keys(one: Told) -> Iterator[_Key]:
    if one.email:
        yield "email", one.email.casefold()
    if one.person.last:
        yield "name", one.person.last


def _why(likeness: Likeness) -> str:
    """Say what agrees, the weightiest first."""
    ranked = sorted(likeness.agreements, key=lambda one: -one.weight)
    return "; ".join(f"{one.way}: {one.says}" for one in ranked if one.weight > 0)


def _age(row: Record) -> tuple[str, str]:
    return row["CreatedDate"], row["Id"]
