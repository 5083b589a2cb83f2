"""What an org says of records that were given to somebody: whether their owner has touched them, and whose they are.

One query for all records of an object, with the activities and the history that hang on them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from upbeat.domain import Record
from upbeat.formula import Formula, FormulaError
from upbeat.routing import Promised
from upbeat.salesforce import Rejected
from upbeat.schema import Object
from upbeat.timeline import history_of, moment

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]

STATUS: Final = ("Status", "StageName")  # what tells how far a record has come, by the first that its object has
_IDS: Final = 200  # in one query: a longer address is refused
_OVER: Final = {"IsConverted": "it was converted", "IsClosed": "it was closed"}
_MADE: Final = "CreatedById, CreatedDate"
_ACTIVITIES: Final = {  # child objects that tell of a touch, with what is read of them
    "Task": f"{_MADE}, OwnerId, IsClosed, LastModifiedDate",
    "Event": _MADE,
    "EmailMessage": f"{_MADE}, Incoming",
    "EmailMessageRelation": f"{_MADE}, RelationType",
    "VoiceCall": _MADE,
}
_ALWAYS: Final = ("Task", "Event")  # of them, what everybody sees who sees the record


@dataclass(frozen=True, slots=True)
class Touch:
    """That its owner touched a record: when, and by what."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A record as the org has it, and what hangs on it: activities, each with its object, and field history."""

    row: Record
    activities: Sequence[tuple[str, Record]] = ()
    history: Sequence[Record] = field(default_factory=list[Record])

    @property
    def status(self) -> str:
        """How far it has come, empty where its object does not say."""
        return status_of(self.row)

    @property
    def over(self) -> str:
        """Why it needs nobody any more, or nothing."""
        return next((why for name, why in _OVER.items() if self.row.get(name) is True), "")


def read(query: Query, known: Object, given: Sequence[Promised], touched: Formula | None) -> dict[str, Stands]:
    """Give the records of some promises by their ids. Gone ones are left out. Raises SalesforceError."""
    ids = list(dict.fromkeys(one.record_id for one in given))
    return stands_of(query, known, ids, min(one.given_at for one in given), touched)


def stands_of(
    query: Query, known: Object, ids: Sequence[str], since: datetime, touched: Formula | None = None
) -> dict[str, Stands]:
    """Give records by their ids, with what hangs on them since a moment, where no formula says what a touch is."""
    found = dict[str, Stands]()
    for start in range(0, len(ids), _IDS):
        for row in _rows(query, known, {"ids": ids[start : start + _IDS], "since": since}, touched):
            hung = list(_hung(known, row))
            history = [child for name, child in hung if name == history_of(known.name)[0]]
            found[row["Id"]] = Stands(row, [one for one in hung if one[0] in _ACTIVITIES], history)
    return found


def touch_of(one: Promised, stands: Stands, owner_id: str, touched: Formula | None, now: datetime) -> Touch | None:
    """Give the first touch of a record by its owner since they were given it.

    A task counts when they made it themselves or when it is done: one that a workflow made for them is no touch. A
    status counts where they changed it; where the org keeps no history of it, whoever did. Raises FormulaError.
    """
    changed = max(moment(stands.row["LastModifiedDate"]), one.given_at)
    if touched is not None:
        return Touch(changed, "by the pool's formula") if touched.evaluate(stands.row, now=now) is True else None
    found = [touch for touch in touches_by(stands, owner_id) if touch.at >= one.given_at]
    moves = [each for each in stands.history if each["Field"] in STATUS]
    if not moves and one.status and stands.status != one.status:
        found.append(Touch(changed, f"its status is {stands.status} now"))
    return min(found, key=lambda touch: touch.at, default=None)


def untold(owner: str, error: FormulaError) -> str:
    """Say that a pool's formula has no answer to whether an owner has touched a record."""
    return f"whether {owner} touched it cannot be told: the pool's formula says {error.what}"


def status_of(record: Record) -> str:
    """Give how far a record has come, empty where its object does not say."""
    return next((str(record[name] or "") for name in STATUS if name in record), "")


def touches_by(stands: Stands, owner_id: str) -> Iterator[Touch]:
    """Give all touches of a record by one person, in no order."""
    for name, child in stands.activities:
        came_in = child.get("Incoming") is True or child.get("RelationType") == "FromAddress"  # a customer's mail
        if child["CreatedById"] == owner_id and not came_in:
            kind = "email" if name.startswith("Email") else name.lower()
            yield Touch(moment(child["CreatedDate"]), f"its owner's {kind}")
        elif child.get("OwnerId") == owner_id and child.get("IsClosed") is True:
            yield Touch(moment(child["LastModifiedDate"]), "its owner's task is done")
    for each in stands.history:
        if each["Field"] in STATUS and each["CreatedById"] == owner_id:
            yield Touch(moment(each["CreatedDate"]), "its owner changed its status")


def _hung(known: Object, row: Record) -> Iterator[tuple[str, Record]]:
    for child in known.children:
        below: Record = row.get(child.name) or {}
        yield from ((child.object, one) for one in below.get("records", ()))


def _rows(query: Query, known: Object, binds: Mapping[str, Any], touched: Formula | None) -> Sequence[Record]:
    """Read records with what hangs on them; with tasks and events alone where the identity may not see the rest."""
    try:
        return query(_query(known, touched, _ACTIVITIES), binds)
    except Rejected:
        return query(_query(known, touched, _ALWAYS), binds)


def _query(known: Object, touched: Formula | None, activities: Iterable[str]) -> str:
    told = ["OwnerId", "LastModifiedDate", "Name", "Company", *STATUS, *_OVER]
    names = dict.fromkeys(["Id", *(name for name in told if known.has(name)), *(touched.fields if touched else ())])
    below = () if touched else _below(known, frozenset(activities))
    return f"SELECT {', '.join([*names, *below])} FROM {known.name} WHERE Id IN :ids"  # noqa: S608  from the schema


def _below(known: Object, activities: frozenset[str]) -> Iterator[str]:
    for child in known.children:
        if child.name and child.object in activities:
            changed = "LastModifiedDate" if child.object == "Task" else "CreatedDate"
            yield f"(SELECT {_ACTIVITIES[child.object]} FROM {child.name} WHERE {changed} >= :since)"  # noqa: S608
        elif child.name and child.object == history_of(known.name)[0]:
            yield f"(SELECT Field, CreatedById, CreatedDate FROM {child.name} WHERE CreatedDate >= :since)"  # noqa: S608
