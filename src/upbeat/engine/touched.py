"""Whether anybody has had to do with a record that we made: changed it, or hung something on it.

Such a record is no longer ours to throw away. What the org itself keeps beside every record, such as its history, and
what came in the same second from the same user, such as what a flow made, counts as nobody's doing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbeat.domain import Record, Verb
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.engine.undo import written_of
from upbeat.schema import Object, Schema
from upbeat.timeline import moment

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]

_IDS = 200  # in one query: a longer address is refused
_CHILDREN = 20  # child relationships that one query may follow
_KEPT_BY_THE_ORG = ("History", "Share", "Feed", "ChangeEvent", "Relation", "Tag", "Stat")  # how such objects' names end
_NOT_ATTACHED = frozenset(  # views of what is counted by its own name, and the org's own book-keeping
    {
        "ActivityHistory",
        "AttachedContentDocument",
        "AttachedContentNote",
        "CombinedAttachment",
        "DuplicateRecordItem",
        "EntitySubscription",
        "LookedUpFromActivity",
        "NetworkActivityAudit",
        "NoteAndAttachment",
        "OpenActivity",
        "ProcessInstance",
        "RecordAction",
        "RecordActionHistory",
        "TopicAssignment",
    }
)


@dataclass(frozen=True, slots=True)
class Created:
    """A record that we made."""

    object: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Touch:
    """What somebody did to a record since we made it: `what` in words, `by` a user's id."""

    what: str
    by: str
    at: datetime

    def words(self, names: Mapping[str, str]) -> str:
        """Say it, with the user's name where it is known."""
        return f"{self.what} by {names.get(self.by, self.by)} on {self.at:%d %b %Y %H:%M} UTC"


def touched(query: Query, schema: Schema, created: Sequence[Created]) -> dict[str, Touch]:
    """Give, by record id, the first thing found that somebody did. What is among `created` itself does not count.

    A record that is gone is left out.
    """
    by_object: dict[str, list[str]] = defaultdict(list)
    for one in created:
        by_object[one.object].append(one.record_id)
    ours = {one.record_id for one in created}
    found: dict[str, Touch] = {}
    for name, ids in by_object.items():
        owner = schema.object(name)
        for text in _queries(owner):
            for start in range(0, len(ids), _IDS):
                for row in query(text, {"ids": ids[start : start + _IDS]}):
                    touch = _touch(owner, row, ours)
                    if touch is not None:
                        found.setdefault(row["Id"], touch)
    return found


def refusals(parts: Parts, works: Sequence[Work]) -> dict[str, str]:
    """Say by item why its rollback must not go on: somebody has had to do with a record that it would throw away.

    It asks the org, which no transaction should wait for.
    """
    created: dict[str, list[Created]] = {}
    with parts.store.reading() as conn:
        for work in works:
            found = written_of(conn, work.progress.undo) if work.progress.undo else ()
            made = [Created(one.object, record_id) for one, record_id in found if one.verb is Verb.CREATE]
            if made:
                created[work.item.id] = made
    if not created:
        return {}
    touches = touched(parts.query, parts.schema, [one for some in created.values() for one in some])
    names = parts.people.names()
    return {
        item: touches[one.record_id].words(names)
        for item, some in created.items()
        for one in some
        if one.record_id in touches
    }


def _queries(owner: Object) -> Iterator[str]:
    """Give the queries that read who made and changed records of an object, and what hangs on them."""
    hung = [one.name for one in owner.children if one.name and _is_attached(one.object)]
    audit = "Id, CreatedById, CreatedDate"
    changed = ", LastModifiedById, LastModifiedDate" if owner.has("LastModifiedById") else ""
    for start in range(0, len(hung) or 1, _CHILDREN):
        below = (f", (SELECT {audit} FROM {name})" for name in hung[start : start + _CHILDREN])  # noqa: S608  as below
        yield f"SELECT {audit}{changed}{''.join(below)} FROM {owner.name} WHERE Id IN :ids"  # noqa: S608  from the schema


def _is_attached(name: str) -> bool:
    return not name.endswith(_KEPT_BY_THE_ORG) and name not in _NOT_ATTACHED


def _touch(owner: Object, row: Record, ours: Iterable[str]) -> Touch | None:
    maker, made = row["CreatedById"], moment(row["CreatedDate"])
    changer = row.get("LastModifiedById", maker)
    if changer != maker:
        return Touch("it was changed", changer, moment(row["LastModifiedDate"]))
    for child in owner.children:
        below: Mapping[str, Any] = row.get(child.name) or {}
        for one in below.get("records", ()):
            along = one["CreatedById"] == maker and (moment(one["CreatedDate"]) - made).total_seconds() <= 1
            if one["Id"] not in ours and not along:
                return Touch(f"a {child.object} was put to it", one["CreatedById"], moment(one["CreatedDate"]))
    return None
