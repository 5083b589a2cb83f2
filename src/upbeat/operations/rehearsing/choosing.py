"""The records of a test, and what is said to have happened to each: the newest change that the org's history knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from upbeat.base import is_id, to_18
from upbeat.domain import Change, Event, Record
from upbeat.operations.house import House, Refused
from upbeat.salesforce import SalesforceError
from upbeat.schema import Object
from upbeat.store import tables
from upbeat.timeline import FieldChange, field_changes
from upbeat.triggers import scope_values
from upbeat.workflows import Workflow

MOST = 20
"""Records of one test: enough to see what a rule does, few enough to look at each."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Records by id with the names that people know them by, how they were chosen, and what to know of them."""

    names: Mapping[str, str]
    how: str
    events: tuple[Event, ...]
    notes: tuple[str, ...]


def choose(house: House, flow: Workflow, target: Object, ids: Sequence[str]) -> Chosen:
    """Give the records of these ids, else the newest for which the condition may hold, and the newest others.

    Raises Refused where there are none, or too many; SalesforceError.
    """
    if ids:
        rows, how = _named(house, target, ids), "as you named them"
    else:
        rows, how = _newest(house, flow, target)
    if not rows:
        raise Refused(f"the org shows no {target.name} to test on", fix="The reading user must see some of them.")
    names = {row["Id"]: _name(row, target) for row in rows}
    events, notes = _events(house, flow, target, list(names))
    return Chosen(names, how, events, notes)


def _named(house: House, target: Object, ids: Sequence[str]) -> list[Record]:
    if len(ids) > MOST:
        raise Refused(f"{len(ids)} records are too many to look at each", fix=f"Name {MOST} at most.")
    if wrong := next((one for one in ids if not is_id(one)), ""):
        raise Refused(f"{wrong!r} is no record id", fix="Give the 15 or 18 characters of one.")
    keys = list(dict.fromkeys(to_18(one) for one in ids))
    rows = {row["Id"]: row for row in _read(house, target, "WHERE Id IN :ids", {"ids": keys})}
    if missing := [one for one in keys if one not in rows]:
        fix = "Check the id and the object; the reading user may not be allowed to see it."
        raise Refused(f"there is no {target.name} {missing[0]}", fix=fix)
    return [rows[one] for one in keys]


def _newest(house: House, flow: Workflow, target: Object) -> tuple[list[Record], str]:
    """Give the newest records that SOQL cannot rule out, half of the test at least where there are such, and others."""
    newest = f"ORDER BY {'LastModifiedDate' if target.has('LastModifiedDate') else 'Id'} DESC, Id LIMIT {MOST}"
    latest = _read(house, target, newest, {})
    pushed = flow.when.to_soql(scope_values(flow, {}), now=house.clock.now()).where
    if not pushed:
        return latest, f"the {len(latest)} that changed last"
    may = _read(house, target, f"WHERE {pushed} {newest}", {})
    known = {row["Id"] for row in may}
    rest = [row for row in latest if row["Id"] not in known]
    some = may[: max(MOST // 2, MOST - len(rest))]
    rest = rest[: MOST - len(some)]
    others = f"{len(rest)} other{'s' * (len(rest) != 1)}"
    return [*some, *rest], f"{len(some)} that the condition may hold for, and {others}: the newest of each"


def _read(house: House, target: Object, where: str, binds: Mapping[str, object]) -> list[Record]:
    names = ", ".join(dict.fromkeys(["Id", *([target.name_field.name] if target.name_field else [])]))
    return list(house.query(f"SELECT {names} FROM {target.name} {where}", binds))  # noqa: S608  names of the schema


def _name(row: Record, target: Object) -> str:
    return str((row.get(target.name_field.name) if target.name_field else None) or row["Id"])


# --- what happened to them ------------------------------------------------------------------------


def _events(
    house: House, flow: Workflow, target: Object, ids: Sequence[str]
) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Give what is to have happened to each record, as the workflow starts, with what to know of that."""
    now = house.clock.now()
    with house.store.reading() as conn:
        org = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "org_id")) or ""
    key = f"test:{now.isoformat()}"
    if Change.UPDATED not in flow.starts:
        change = next(iter(flow.starts))
        return tuple(Event(org, target.name, one, change, key, now) for one in ids), _AS.get(change, ())
    changes, notes = _newest_changes(house, flow, target, ids)
    told = tuple(_changed(org, target.name, one, key, changes.get(one, []), now) for one in ids)
    return told, notes


_AS: Mapping[Change, tuple[str, ...]] = {
    Change.CREATED: ("Each record is seen as it is now, as if it had just been created.",),
}


def _newest_changes(
    house: House, flow: Workflow, target: Object, ids: Sequence[str]
) -> tuple[Mapping[str, list[FieldChange]], tuple[str, ...]]:
    """Give the newest change of watched fields of each record, by the org's field history."""
    found: dict[str, list[FieldChange]] = {}
    binds = {"ids": list(ids), "fields": [_called(one) for one in flow.watched]}
    try:
        for one in field_changes(house.query, target, "{record} IN :ids AND Field IN :fields", binds):
            same = found.get(one.record_id, [])
            found[one.record_id] = [*same, one] if same and same[0].at == one.at else [one]
    except SalesforceError as error:
        what = f"The history of {target.name} cannot be read ({error.what}), so no prior value is known."
        return {}, (what,)
    unknown = len(ids) - len(found)
    note = f"Each record is seen at its newest change of {', '.join(flow.watched)}."
    more = f" Of {unknown} no change is in the org's history: their prior values are not known." if unknown else ""
    return found, (note + more,)


def _changed(org: str, target: str, record_id: str, key: str, changes: Sequence[FieldChange], now: datetime) -> Event:
    before = dict(_values(changes))
    return Event(org, target, record_id, Change.UPDATED, key, now, before=before, known=tuple(before))


def _values(changes: Sequence[FieldChange]) -> Iterator[tuple[str, object]]:
    """Give the fields as they were; of a reference, told by a name and by an id, as the id."""
    for one in changes:
        if not one.field.endswith("Id") or one.old is None or is_id(str(one.old)):
            yield one.field, one.old


def _called(name: str) -> str:
    """Give what history calls a field: a standard reference by its relationship, `Owner` for OwnerId."""
    return name if name.endswith("__c") else name.removesuffix("Id")
