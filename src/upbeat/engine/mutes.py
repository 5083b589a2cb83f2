"""Flags that a person has overridden: a trigger is quiet on that record until the facts have changed.

The facts are what the condition reads: the record's fields as the org has them, and the signals, which are told from
rows alone. What moves by the clock is no fact: a formula field that asks for the day or the moment, or that rests on
one that does, is left out. A condition that reads nothing else is heard again once it has not held.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from upbeat import formula
from upbeat.base import digest
from upbeat.domain import HOUSE, Record
from upbeat.engine.facts import value_at
from upbeat.formula import FormulaError, Scope
from upbeat.intake import Query
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.schema import Schema
from upbeat.store import tables
from upbeat.timeline import fetch
from upbeat.workflows import Workflow

OVERRIDDEN = "overridden"  # the outcome of an item that a person has overridden, or that meets such a mute
NO_FACTS = ""  # the digest of a condition that reads nothing but what moves by the clock
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Mute:
    """Whose word keeps a trigger quiet on a record, why, and the facts that it stands on."""

    workflow: str
    record_id: str
    item_id: str
    facts: str
    by: str
    reason: str
    entry_id: str
    at: datetime


def read(conn: Connection, workflow: str, record_ids: Sequence[str] | None = None) -> dict[str, Mute]:
    """Give the mutes of a workflow by record: of these records, or of all."""
    table = tables.mutes
    mine = select(table).where(table.c.workflow == workflow)
    chunks = (
        [mine]
        if record_ids is None
        else [
            mine.where(table.c.record_id.in_(record_ids[at : at + _CHUNK])) for at in range(0, len(record_ids), _CHUNK)
        ]
    )
    rows = (row for chunk in chunks for row in conn.execute(chunk))
    return {row.record_id: Mute(**{name: getattr(row, name) for name in Mute.__slots__}) for row in rows}


def put(conn: Connection, mute: Mute) -> None:
    """Keep a trigger quiet on a record; an earlier mute of the two gives way, and what stood of its condition."""
    values = {name: getattr(mute, name) for name in Mute.__slots__}
    statement = insert(tables.mutes).values(values)
    changes = {name: statement.excluded[name] for name in values if name not in {"workflow", "record_id"}}
    conn.execute(statement.on_conflict_do_update(index_elements=["workflow", "record_id"], set_=changes))


def lift(conn: Connection, ledger: Ledger, mutes: Iterable[Mute]) -> None:
    """Let triggers be heard again, as the facts have changed; the overridden runs say so."""
    table = tables.mutes
    for one in mutes:
        conn.execute(delete(table).where(table.c.workflow == one.workflow, table.c.record_id == one.record_id))
        said = {"by": one.by, "reason": one.reason, "since": one.at}
        entry = Entry(Kind.HEARD_AGAIN, HOUSE, said, one.item_id, workflow=one.workflow, record_id=one.record_id)
        ledger.append(conn, [entry])


def facts_of(workflow: Workflow, record: Record, signals: Record) -> str:
    """Give the digest of the facts of a workflow's condition; `record` is as read, not as an event left it."""
    seen = {path: value_at(record, path) for path in _paths(workflow)}
    told = {name: signals.get(name) for name in _signals(workflow)}
    return digest({"fields": seen, "signals": told}) if seen or told else NO_FACTS


def facts_now(workflow: Workflow, record_ids: Sequence[str], query: Query) -> Mapping[str, str]:
    """Read from the org the facts of these records, by id; one that is gone is left out."""
    found, names = dict[str, str](), ", ".join(["Id", *(one for one in _paths(workflow) if one != "Id")])
    for start in range(0, len(record_ids), _CHUNK):
        ids = list(record_ids[start : start + _CHUNK])
        rows = query(f"SELECT {names} FROM {workflow.object} WHERE Id IN :ids", {"ids": ids})  # noqa: S608  its own names
        signals = fetch(_signals(workflow), workflow.object, [row["Id"] for row in rows], query)
        found.update((row["Id"], facts_of(workflow, row, signals.get(row["Id"], {}))) for row in rows)
    return found


def _paths(workflow: Workflow) -> list[str]:
    """Give the paths that the condition reads and that somebody must change for them to be others."""
    scope = workflow.when.scope
    read_by_it = workflow.when.fields | workflow.when.prior
    return sorted(one for one in read_by_it if not _moves(scope.schema, scope.object, one, frozenset()))


def _signals(workflow: Workflow) -> list[str]:
    return sorted(one.removeprefix("$Signal.") for one in workflow.when.globals if one.startswith("$Signal."))


def _moves(schema: Schema, target: str, path: str, above: frozenset[str]) -> bool:
    """Whether a field changes by the clock alone. A formula that cannot be read here may do so."""
    *parents, field = schema.path(target, path)
    if not field.formula:
        return False
    homes = parents[-1].reference_to if parents else (target,)
    home = next((one for one in homes if schema.has(one) and schema.object(one).has(field.name)), target)
    try:
        made = formula.compile(field.formula, Scope(schema, home))
    except FormulaError:
        return True
    key = f"{home}.{field.name}"
    return key in above or made.reads_clock or any(_moves(schema, home, one, above | {key}) for one in made.fields)
