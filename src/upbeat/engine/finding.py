"""What the org has of the records of one batch: their accounts, their contacts, and leads of the same person.

Candidates for an account come from the directory, and what tells equals apart is read for them alone. The org is asked
once for each object, whatever the batch's size, as long as that fits into a request.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from upbeat.domain import Record
from upbeat.engine import exact_keys
from upbeat.engine.directory import Directory, fields_of
from upbeat.engine.persons import OWNER, Persons, telling, the_contact
from upbeat.formula import Formula, FormulaError
from upbeat.intake import Query
from upbeat.matching import (
    LEAD,
    Candidate,
    Choice,
    Considered,
    Facts,
    Fields,
    Index,
    Likeness,
    Told,
    Verdict,
    Way,
    standings,
    told,
)
from upbeat.routing import Found
from upbeat.salesforce import Rejected
from upbeat.schema import Schema
from upbeat.workflows import Doubles, Matching, Pool, Prefer

SIDE_BY_SIDE: Final = 5
"""Candidates that are read, and shown to a person."""

_ALL_ALIKE: Final = 50  # candidates, where the first few are all certain: branches of one name
_OBJECTS: Final[Mapping[str, Fields]] = {"Lead": LEAD}
_ACCOUNT: Final = ("Name", *OWNER, "Website", "Phone", "BillingCity", "CreatedDate", "LastActivityDate")
_OF_OTHERS: Final = ("Id", "Name", "OwnerId", "Owner", "CreatedDate")  # what is kept of candidates beyond the first few
_OPEN: Final = (
    "SELECT AccountId, COUNT(Id) open FROM Opportunity WHERE IsClosed = FALSE AND AccountId IN :ids GROUP BY AccountId"
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is asked about records: the org, which fields it has, and its accounts in memory."""

    query: Query
    schema: Schema
    directory: Directory


def find(ground: Ground, pool: Pool, records: Sequence[Record], now: datetime) -> Mapping[str, Found]:
    """Give what the org has of each record, by its id. Raises SalesforceError where the org does not answer."""
    matching, fields = pool.match, _OBJECTS.get(pool.object)
    if matching is None or fields is None:
        return {}
    query, schema = ground.query, ground.schema
    people = {record["Id"]: told(record, fields) for record in records if record}
    near, lacks = ground.directory.near(people, lambda index, one: _near(index, one, matching))
    accounts = _Accounts(query, schema, pool, matching, now, near.values())
    found = {record_id: accounts.considered(some) for record_id, some in near.items()}
    ids = {one.id for some in found.values() for one in some}
    persons = Persons(query, schema, people, ids, leads=matching.doubles is not Doubles.IGNORE)
    said = "; ".join(filter(None, (lacks, *accounts.lacks, *persons.lacks)))
    return {record_id: _found(record_id, some, persons, pool, matching, said) for record_id, some in found.items()}


def _found(
    record_id: str, accounts: tuple[Considered, ...], persons: Persons, pool: Pool, matching: Matching, lacks: str
) -> Found:
    chosen = Found(accounts=accounts).choice(matching)
    account_id = chosen.candidates[0].id if chosen.verdict is Verdict.SAME else ""
    contacts = persons.contacts_of(record_id, account_id, matching.doubtful)
    doubles = (*persons.leads_of(record_id, matching.doubtful), *contacts)
    kept = telling(doubles)
    more = len(doubles) - len(kept)
    return Found(
        accounts=_brief(accounts, chosen, pool.account_fields),
        contact=the_contact(contacts),
        doubles=kept,
        more=more,
        lacks=lacks,
    )


def _brief(accounts: tuple[Considered, ...], chosen: Choice, fields: Sequence[str]) -> tuple[Considered, ...]:
    """Keep, of accounts beyond the likeliest few, what the choice needs, and what the pool reads of the one chosen."""
    whole = {one.id for one in chosen.candidates[:SIDE_BY_SIDE]}
    kept = {*_OF_OTHERS, *(path.partition(".")[0] for path in fields)}
    return tuple(one if one.id in whole else _of_other(one, kept) for one in accounts)


def _of_other(one: Considered, kept: Collection[str]) -> Considered:
    record = {name: value for name, value in one.record.items() if name in kept}
    return replace(one, record=record, likeness=Likeness(one.likeness.score, ()))


def _near(index: Index, one: Told, matching: Matching) -> tuple[Candidate, ...]:
    """Give the candidates that are at least doubtful; more of them where the first few are all certain."""
    ways = frozenset(Way(way) for way in matching.by)
    found = index.find(one, SIDE_BY_SIDE, matching.doubtful, ways)
    if len(found) == SIDE_BY_SIDE and found[-1].likeness.score >= matching.certain:
        found = index.find(one, _ALL_ALIKE, matching.doubtful, ways)
    return tuple(each for each in found if each.likeness.score >= matching.doubtful)


class _Accounts:
    """The candidates for the accounts of a batch as the org has them now, with what tells equals apart."""

    def __init__(
        self,
        query: Query,
        schema: Schema,
        pool: Pool,
        matching: Matching,
        now: datetime,
        near: Collection[Sequence[Candidate]],
    ) -> None:
        self._matching = matching
        self._now = now
        self.lacks = list[str]()
        formulas = filter(None, (matching.customer, matching.tier))
        read = (path for formula in formulas for path in formula.fields)
        ids = list(dict.fromkeys(one.record_id for some in near for one in some))
        rows = exact_keys.by_ids(
            query, "Account", fields_of(schema, "Account", (*_ACCOUNT, *pool.account_fields, *read)), ids
        )
        self._rows = {row["Id"]: row for row in rows}
        rivals = dict.fromkeys(one.record_id for some in near if len(some) > 1 for one in some)
        asks = Prefer.OPEN_OPPORTUNITY in matching.prefer
        self._open: Mapping[str, int] | None = self._opportunities(query, list(rivals)) if asks else None

    def considered(self, some: Sequence[Candidate]) -> tuple[Considered, ...]:
        """Give candidates as they are now; one that is gone since is none."""
        there = ((one, self._rows[one.record_id]) for one in some if one.record_id in self._rows)
        stand = len(some) > 1
        return tuple(
            Considered(row, one.likeness, one.via, standings(self._facts(row), self._matching.prefer) if stand else ())
            for one, row in there
        )

    def _facts(self, row: Record) -> Facts:
        matching = self._matching
        customer, tier = self._value(matching.customer, row), self._value(matching.tier, row)
        return Facts(
            open_opportunities=None if self._open is None else self._open.get(row["Id"], 0),
            customer=customer is True if matching.customer else None,
            tier=str(tier or "") if matching.tier else None,
            last_activity=row["LastActivityDate"] or "" if "LastActivityDate" in row else None,
            created=row.get("CreatedDate"),
        )

    def _value(self, formula: Formula | None, row: Record) -> Any:
        """Give what a formula over an account comes to; what cannot be calculated speaks for no account."""
        try:
            return None if formula is None else formula.evaluate(row, now=self._now)
        except FormulaError:
            return None

    def _opportunities(self, query: Query, ids: Sequence[str]) -> Mapping[str, int] | None:
        """Count the open opportunities of accounts, None where they may not be read."""
        try:
            rows = [row for part in exact_keys.portions(ids) for row in query(_OPEN, {"ids": part})]
        except Rejected as error:
            self.lacks.append(f"opportunities may not be read: {error.what}")
            return None
        return {row["AccountId"]: row["open"] for row in rows}
