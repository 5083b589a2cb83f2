"""Signals: facts about a record that stand in its history or its related records, fetched once for a whole batch.

To add one, say in a `Source` which rows it comes from, write a function from what they tell to a value, and name the
signal in `SIGNALS`. Signals that share a source share its queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upbeat.domain import Record
from upbeat.formula import Type
from upbeat.timeline.pushes import dates, from_field_history, from_snapshots, pushes

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]
CHUNK = 200  # record ids a query


@dataclass(frozen=True, slots=True)
class Source:
    """Where a signal comes from: SOQL with `:ids`, the field that names the record, and what its rows tell.

    `tell` is given the rows of one record in the order of the query, none at all as an empty sequence. Where it
    answers None, the source `otherwise` is asked about that record.
    """

    query: str
    of: str
    tell: Callable[[Sequence[Record]], Any]
    otherwise: "Source | None" = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of one object: formulas read `value(what its source tells)` as `$Signal.<name>`."""

    name: str
    object: str
    type: Type
    does: str
    source: Source
    value: Callable[[Any], Any]


_SNAPSHOTS = Source(
    "SELECT OpportunityId, StageName, CloseDate, CreatedDate, Opportunity.IsClosed FROM OpportunityHistory "
    "WHERE OpportunityId IN :ids ORDER BY CreatedDate, Id",
    "OpportunityId",
    from_snapshots,
)
_CLOSE_DATES = Source(
    "SELECT OpportunityId, Field, OldValue, NewValue, CreatedDate, Opportunity.IsClosed FROM OpportunityFieldHistory "
    "WHERE OpportunityId IN :ids AND Field IN ('CloseDate', 'StageName') ORDER BY CreatedDate, Id",
    "OpportunityId",
    from_field_history,
    otherwise=_SNAPSHOTS,
)
_ROLES = Source(
    "SELECT OpportunityId, COUNT_DISTINCT(ContactId) contacts FROM OpportunityContactRole "
    "WHERE OpportunityId IN :ids GROUP BY OpportunityId",
    "OpportunityId",
    lambda rows: rows[0]["contacts"] if rows else 0,
)

SIGNALS: Mapping[str, Signal] = {
    one.name: one
    for one in (
        Signal(
            "PushCount",
            "Opportunity",
            Type.NUMBER,
            "How often the close date of the open deal was moved to a later day; a date pulled in never counts.",
            _CLOSE_DATES,
            lambda moves: len(pushes(moves)),
        ),
        Signal(
            "MonthPushCount",
            "Opportunity",
            Type.NUMBER,
            "How often the close date of the open deal was moved to a later month.",
            _CLOSE_DATES,
            lambda moves: len(pushes(moves, month_crossing=True)),
        ),
        Signal(
            "PushedDates",
            "Opportunity",
            Type.TEXT,
            "The close dates that the deal was pushed through, from the first to the latest.",
            _CLOSE_DATES,
            lambda moves: dates(pushes(moves)),
        ),
        Signal(
            "ContactRoles",
            "Opportunity",
            Type.NUMBER,
            "How many different contacts have a role on the deal.",
            _ROLES,
            lambda contacts: contacts,
        ),
    )
}


def fetch(names: Iterable[str], target: str, ids: Sequence[str], query: Query) -> dict[str, dict[str, Any]]:
    """Give the signals of these names for every id: `{id: {name: value}}`.

    `query` takes SOQL and its binds, and gives all records. Each source is queried once a chunk of 200 ids, and what
    it has otherwise once more for the records of which it can tell nothing.
    """
    wanted = [SIGNALS[name] for name in names if SIGNALS[name].object == target]
    told = {source: _ask(source, ids, query) for source in dict.fromkeys(one.source for one in wanted)}
    return {one: {signal.name: signal.value(told[signal.source][one]) for signal in wanted} for one in ids}


def _ask(source: Source, ids: Sequence[str], query: Query) -> dict[str, Any]:
    rows: dict[str, list[Record]] = {one: [] for one in ids}
    for start in range(0, len(ids), CHUNK):
        for row in query(source.query, {"ids": list(ids[start : start + CHUNK])}):
            rows[row[source.of]].append(row)
    told = {one: source.tell(own) for one, own in rows.items()}
    silent = [one for one, what in told.items() if what is None]
    return told | _ask(source.otherwise, silent, query) if source.otherwise else told
