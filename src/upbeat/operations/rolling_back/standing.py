"""What the org says of the records that a rollback is about: their values, who touched them, who changed a field."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from upbeat.domain import Record, Verb
from upbeat.engine import Created, touched
from upbeat.operations.house import House
from upbeat.operations.rolling_back.choosing import Known, Written, pages
from upbeat.operations.rolling_back.weighing import FINAL, Reversal, Reversible, Stand
from upbeat.salesforce import Rejected
from upbeat.schema import Object, Schema
from upbeat.timeline import field_changes, moment


def stand(house: House, chosen: Sequence[Written], known: Known) -> Stand:
    """Read how the chosen records stand now. Raises SalesforceError."""
    weighed = [one for one in chosen if one.proposal.id not in known.undone and one.proposal.verb not in FINAL]
    schema = _schema(house, weighed)
    created = [Created(one.proposal.object, one.record_id) for one in weighed if one.proposal.verb is Verb.CREATE]
    touches = touched(house.query, schema, created)
    return Stand(
        rows=_rows(house, schema, weighed),
        undone=known.undone,
        asked=known.asked,
        touched={key: (one.what, one.by, one.at) for key, one in touches.items()},
        others=known.others,
    )


def with_who(house: House, reversals: Sequence[Reversal]) -> list[Reversal]:
    """Give the reversals, those that were changed since with who did it and when, as far as the org tells."""
    changed = [one for one in reversals if one.state is Reversible.CHANGED]
    if not changed:
        return list(reversals)
    by_object: dict[str, list[Reversal]] = defaultdict(list)
    for one in changed:
        by_object[one.proposal.object].append(one)
    names = house.get_people().names()
    told: dict[str, Reversal] = {}
    for name, some in by_object.items():
        owner = house.get_schema().object(name)
        for page in pages(some):
            told.update((one.proposal.id, one) for one in _told(house, owner, page))
    return [_named(told.get(one.proposal.id, one), names) for one in reversals]


def _told(house: House, owner: Object, page: Sequence[Reversal]) -> Iterator[Reversal]:
    ids = list({one.record_id for one in page})
    last: dict[tuple[str, str], tuple[str, datetime]] = {}
    try:
        fields = sorted({_called(owner, name) for one in page for name in one.moved})
        where = "{record} IN :ids AND Field IN :fields"
        for change in field_changes(house.query, owner, where, {"ids": ids, "fields": fields}) if fields else ():
            last[change.record_id, change.field] = (change.by, change.at)
    except Rejected:
        pass  # the object keeps no history, or we may not see it
    audit = _audit(house, owner, ids)
    for one in page:
        found = [last[one.record_id, name] for name in one.moved if (one.record_id, name) in last]
        if one.moved and found:
            by, at = max(found, key=lambda who: who[1])
            yield replace(one, by=by, at=at)
        elif one.moved and one.record_id in audit:
            by, at = audit[one.record_id]
            why = f"{one.why} (no history is kept of that field); the record was changed last"
            yield replace(one, by=by, at=at, why=why)
        else:
            yield one


def _audit(house: House, owner: Object, ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    if not owner.has("LastModifiedById"):
        return {}
    text = f"SELECT Id, LastModifiedById, LastModifiedDate FROM {owner.name} WHERE Id IN :ids"  # noqa: S608  from the schema
    rows = house.query(text, {"ids": list(ids)})
    return {row["Id"]: (row["LastModifiedById"], moment(row["LastModifiedDate"])) for row in rows}


def _called(owner: Object, name: str) -> str:
    """Give what history calls a field: `Owner` for OwnerId."""
    field = owner.field(name)
    return field.relationship if field.relationship and not field.custom else field.name


def _named(one: Reversal, names: Mapping[str, str]) -> Reversal:
    if not one.by or one.at is None:
        return one
    known = names.get(one.by, one.by)
    return replace(one, by=known, why=f"{one.why} by {known} on {one.at:%d %b %Y %H:%M} UTC")


def _rows(house: House, schema: Schema, chosen: Iterable[Written]) -> dict[str, Record]:
    names: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, dict[str, None]] = defaultdict(dict)
    for one in chosen:
        names[one.proposal.object].update(one.proposal.after)
        ids[one.proposal.object][one.record_id] = None
    found: dict[str, Record] = {}
    for name, wanted in ids.items():
        fields = [field for field in sorted(names[name]) if schema.object(name).has(field)]
        text = f"SELECT {', '.join(dict.fromkeys(['Id', *fields]))} FROM {name} WHERE Id IN :ids"  # noqa: S608  from the schema
        for page in pages(list(wanted)):
            found.update((row["Id"], row) for row in house.query(text, {"ids": list(page)}))
    return found


def _schema(house: House, chosen: Iterable[Written]) -> Schema:
    """Give the catalogue, with the objects that no workflow names any more."""
    schema = house.get_schema()
    lacking = sorted({one.proposal.object for one in chosen if not schema.has(one.proposal.object)})
    return schema.beside(house.get_reader().schema(lacking)) if lacking else schema
