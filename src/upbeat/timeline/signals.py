"""Signals: facts about a record that stand in its history or its related records, fetched once for a whole batch.

A signal names its sources in order; the first that has rows for a record serves it. To add one, write a function from
a record's rows to a value, and name it in `SIGNALS`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upbeat.domain import Record
from upbeat.formula import Type
from upbeat.timeline import pushes

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]
CHUNK = 200  # record ids a query


@dataclass(frozen=True, slots=True)
class Source:
    """Where a signal's rows come from: SOQL with `:ids`, in a telling order, and the field that names the record."""

    query: str
    of: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of one object: formulas read `value(rows)` as `$Signal.<name>`.

    `value` is given a record's rows in the order of the source's query; none at all is an empty sequence.
    """

    name: str
    object: str
    type: Type
    does: str
    sources: tuple[Source, ...]
    value: Callable[[Sequence[Record]], Any]


_SNAPSHOTS = Source(
    "SELECT OpportunityId, CloseDate, ForecastCategory, Probability, CreatedDate FROM OpportunityHistory "
    "WHERE OpportunityId IN :ids ORDER BY OpportunityId, CreatedDate, Id",
    "OpportunityId",
)
_FIELD_HISTORY = Source(
    "SELECT OpportunityId, OldValue, NewValue, CreatedDate FROM OpportunityFieldHistory "
    "WHERE OpportunityId IN :ids AND Field = 'CloseDate' ORDER BY OpportunityId, CreatedDate, Id",
    "OpportunityId",
)
_ROLES = Source(
    "SELECT OpportunityId, ContactId FROM OpportunityContactRole WHERE OpportunityId IN :ids", "OpportunityId"
)

SIGNALS: Mapping[str, Signal] = {
    one.name: one
    for one in (
        Signal(
            "PushCount",
            "Opportunity",
            Type.NUMBER,
            "How often the close date of the open deal was moved to a later day; a date pulled in never counts.",
            (_SNAPSHOTS, _FIELD_HISTORY),
            lambda rows: len(pushes.pushes(rows)),
        ),
        Signal(
            "PushedDates",
            "Opportunity",
            Type.TEXT,
            "The close dates that the deal was pushed through, from the first to the present one.",
            (_SNAPSHOTS, _FIELD_HISTORY),
            lambda rows: pushes.dates(pushes.pushes(rows)),
        ),
        Signal(
            "ContactRoles",
            "Opportunity",
            Type.NUMBER,
            "How many different contacts have a role on the deal.",
            (_ROLES,),
            lambda rows: len({row["ContactId"] for row in rows}),
        ),
    )
}


def fetch(names: Iterable[str], target: str, ids: Sequence[str], query: Query) -> dict[str, dict[str, Any]]:
    """Give the signals of these names for every id: `{id: {name: value}}`. Each source is queried once a chunk."""
    wanted = [SIGNALS[name] for name in names if SIGNALS[name].object == target]
    read: dict[Source, dict[str, list[Record]]] = {}
    for source in dict.fromkeys(source for signal in wanted for source in signal.sources):
        users = [signal for signal in wanted if source in signal.sources]
        missing = [one for one in ids if any(not _of(signal, one, read) for signal in users)]
        read[source] = _rows(source, missing, query)
    return {one: {signal.name: signal.value(_of(signal, one, read)) for signal in wanted} for one in ids}


def _rows(source: Source, ids: Sequence[str], query: Query) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        for row in query(source.query, {"ids": list(ids[start : start + CHUNK])}):
            found[row[source.of]].append(row)
    return dict(found)


def _of(signal: Signal, record_id: str, read: Mapping[Source, Mapping[str, Sequence[Record]]]) -> Sequence[Record]:
    return next((read[one][record_id] for one in signal.sources if record_id in read.get(one, {})), ())
