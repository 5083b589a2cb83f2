"""What the org has beside the records of one batch, for steps whose function looks: the same people, their companies.

Each object is read whole and at once for all items, before the transaction that decides; what of it is near an item's
own record stands in the ledger with the run. A record of which a merge or a conversion is suggested already is told:
nobody is asked twice for the same two records.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import chain
from typing import Final

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.domain import Proposal, Record, Verb
from upbeat.engine import exact_keys
from upbeat.engine.directory import fields_of
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.matching import (
    ACCOUNT,
    CONTACT,
    LEAD,
    NEUTRAL,
    Candidate,
    Considered,
    Facts,
    Fields,
    Index,
    Marks,
    Told,
    compare_people,
    told,
)
from upbeat.matching import standings as standings_of
from upbeat.salesforce import Rejected
from upbeat.schema import Object
from upbeat.steps import FUNCTIONS, Beside
from upbeat.store import tables
from upbeat.workflows import Step, Workflow

SIDE_BY_SIDE: Final = 5
"""Candidates that are shown to a person."""

_TOLD: Final[Mapping[str, Fields]] = {"Lead": LEAD, "Contact": CONTACT, "Account": ACCOUNT}
_AUDIT: Final = ("Name", "CreatedDate", "LastModifiedDate", "LastActivityDate", "OwnerId", "IsConverted")
_OF_THE_ORG: Final = frozenset({"IsUnreadByOwner", "EmailBouncedReason", "EmailBouncedDate"})
_GEOCODE: Final = ("Latitude", "Longitude", "GeocodeAccuracy")  # how fields end that the org fills in by itself, later
_STATUS: Final = "SELECT ApiName FROM LeadStatus WHERE IsConverted = TRUE ORDER BY SortOrder"
_PREFER: Final = ("activity", "age")  # what tells accounts apart that are equally alike
_STANDING: Final = (Stage.HELD, Stage.CLEARED, Stage.SENDING)
_NOTHING: Final = Beside()


class Neighbours:
    """What one step of one batch finds beside its records."""

    def __init__(self, parts: Parts, workflow: Workflow, step: Step, works: Sequence[Work]) -> None:
        """Read from the org what the step's function looks at; one that looks at nothing needs nothing."""
        spec = FUNCTIONS[step.use].spec
        self._target = workflow.object
        self._wanted = spec.beside(step.values, workflow.object)
        self._converts = Verb.CONVERT in spec.verbs  # and looks at no other lead
        self._schema = parts.schema
        self._own: Mapping[str, Record] = {}
        self._rows: dict[str, list[Record]] = {}
        self._accounts: Mapping[str, tuple[Considered, ...]] = {}
        self._lacks: list[str] = []
        self._asked: dict[str, set[str]] = defaultdict(set)  # by record: the items that suggest to merge or convert it
        if self._wanted:
            self._read(parts, [one.item.event.record_id for one in works])

    def open(self, conn: Connection) -> None:
        """Read what is suggested of these records already, inside the transaction that decides."""
        ids = [row["Id"] for rows in self._rows.values() for row in rows if "Id" in row]
        for part in exact_keys.portions(ids):
            table = tables.proposals
            some = table.c.record_id.in_(part)
            wanted = select(table.c.item_id, table.c.body).where(some, table.c.state.in_(_STANDING))
            for row in conn.execute(wanted):
                self._suggested(row.item_id, [decode(row.body, Proposal)])

    def beside(self, work: Work) -> Beside:
        """Give what is near an item's record; nothing where the step's function does not look."""
        own = self._own.get(work.item.event.record_id)
        if own is None:
            return _NOTHING
        near = {name: tuple(self._near(name, own)) for name in self._rows}
        ids = {row["Id"] for rows in near.values() for row in rows if "Id" in row}
        others = {key for key in ids if self._asked[key] - {work.item.id}}
        objects = [self._schema.object(name) for name in self._wanted if name in _TOLD]
        return Beside(
            records=near,
            shown={one.name: _shown(one) for one in objects},
            settable={one.name: _settable(one) for one in objects},
            accounts=self._accounts.get(own["Id"], ()),
            asked=tuple(sorted(others)),
            lacks="; ".join(filter(None, self._lacks)),
        )

    def note(self, work: Work, proposals: Sequence[Proposal]) -> None:
        """Remember what an item suggests, for those of the batch that come after it."""
        self._suggested(work.item.id, proposals)

    def _suggested(self, item_id: str, proposals: Sequence[Proposal]) -> None:
        for one in proposals:
            for each in one.records:
                self._asked[each.record_id].add(item_id)

    def _read(self, parts: Parts, ids: Sequence[str]) -> None:
        query, target = parts.query, self._target
        self._own = {row["Id"]: row for row in exact_keys.by_ids(query, target, self._whole(target), ids)}
        people = {key: told(row, _TOLD[target]) for key, row in self._own.items()}
        every = list(people.values())
        own = list(self._own.values())
        if "Account" in self._wanted:
            near, lacks = parts.directory.near(people, _alike)
            self._lacks.append(lacks)
            ids = sorted({one.record_id for some in near.values() for one in some})
            rows = self._ask("accounts", lambda: exact_keys.by_ids(query, "Account", self._whole("Account"), ids))
            self._rows["Account"] = rows
            self._accounts = _considered(near, rows)
        if "Contact" in self._wanted:
            ids = [row["AccountId"] for row in own if row.get("AccountId")]
            ids += [row["Id"] for row in self._rows.get("Account", ())]
            fields, at = self._whole("Contact"), list(ids)
            rows = self._ask("contacts", lambda: exact_keys.contacts(query, fields, every, at))
            self._rows["Contact"] = _with(rows, own if target == "Contact" else [])
            self._rows["Account"] = self._their_accounts(parts) if "Account" in self._wanted else []
        if "Lead" in self._wanted:
            rows = [] if self._converts else exact_keys.open_leads(query, self._whole("Lead"), every)
            self._rows["Lead"] = _with(rows, own)
        if self._converts:
            self._rows["LeadStatus"] = list(query(_STATUS, {}))

    def _ask(self, what: str, ask: Callable[[], list[Record]]) -> list[Record]:
        """Give what is asked for; nothing, and a word of it, where it may not be read."""
        try:
            return ask()
        except Rejected as error:
            self._lacks.append(f"the org's {what} may not be read: {error.what}")
            return []

    def _their_accounts(self, parts: Parts) -> list[Record]:
        """Give the accounts with those that the contacts belong to."""
        known = self._rows["Account"]
        have = {row["Id"] for row in known}
        lacking = {row["AccountId"] for row in self._rows["Contact"] if row.get("AccountId")} - have
        return [*known, *exact_keys.by_ids(parts.query, "Account", self._whole("Account"), sorted(lacking))]

    def _near(self, name: str, own: Record) -> Iterator[Record]:
        """Give those of the rows that may have to do with a record, itself among them."""
        rows, mine = self._rows.get(name, []), told(own, _TOLD[self._target])
        match name:
            case "Lead" | "Contact":
                for row in rows:
                    theirs = told(row, _TOLD[name])
                    if row["Id"] == own["Id"] or compare_people(mine, theirs, NEUTRAL).score >= _LEAST:
                        yield row
            case "Account":
                ids = {one.id for one in self._accounts.get(own["Id"], ())}
                ids |= {row["AccountId"] for row in self._near("Contact", own) if row.get("AccountId")}
                yield from (row for row in rows if row["Id"] in ids)
            case _:
                yield from rows

    def _whole(self, name: str) -> tuple[str, ...]:
        """Give the fields of an object that people may set, with who and when, and what tells which person it is of."""
        one = self._schema.object(name)
        wanted = (*_settable_by_people(one), *_AUDIT, *chain.from_iterable(astuple(_TOLD[name])))
        return fields_of(self._schema, name, wanted)


_LEAST: Final = Marks().doubtful  # below it a record is of another person


def _alike(index: Index, one: Told) -> tuple[Candidate, ...]:
    return tuple(each for each in index.find(one, most=SIDE_BY_SIDE) if each.likeness.score >= _LEAST)


def _considered(
    near: Mapping[str, Sequence[Candidate]], rows: Sequence[Record]
) -> Mapping[str, tuple[Considered, ...]]:
    """Give the accounts that each lead may belong to, with what tells those apart that are equally alike."""
    by_id = {row["Id"]: row for row in rows}
    return {
        key: tuple(_one(by_id[one.record_id], one) for one in some if one.record_id in by_id)
        for key, some in near.items()
    }


def _one(row: Record, found: Candidate) -> Considered:
    facts = Facts(last_activity=row.get("LastActivityDate") or "", created=row.get("CreatedDate"))
    kept = {name: row.get(name) for name in ("Id", "Name", "OwnerId")}
    return Considered(kept, found.likeness, str(found.via), standings_of(facts, _PREFER))


def _with(rows: Sequence[Record], own: Sequence[Record]) -> list[Record]:
    return list({row["Id"]: row for row in (*own, *rows)}.values())


def _settable_by_people(one: Object) -> tuple[str, ...]:
    return tuple(field.name for field in one.fields.values() if field.updateable)


def _shown(one: Object) -> tuple[str, ...]:
    """Give the fields that a person would put back by hand, and whether a lead is one still."""
    names = [name for name in _settable_by_people(one) if name not in _OF_THE_ORG and not name.endswith(_GEOCODE)]
    return (*names, *(["IsConverted"] if one.has("IsConverted") else []))


def _settable(one: Object) -> tuple[str, ...]:
    """Give those of them that one record may take from another: not what only one may have."""
    return tuple(name for name in _shown(one) if name != "IsConverted" and not _is_alone(one, name))


def _is_alone(one: Object, name: str) -> bool:
    return one.field(name).unique or one.field(name).external_id
