"""Signals: facts about a record that stand in its history or its related records, fetched once for a whole batch.

To add one, say in a `Source` which rows it comes from, write a function from what they tell to a value, and name the
signal in `SIGNALS`. Signals that share a source share its queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from upbeat.domain import Record
from upbeat.formula import Type, quoted
from upbeat.schema import Schema
from upbeat.timeline import roles
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


@dataclass(frozen=True, slots=True)
class Computed:
    """A signal that the record's own fields tell: formulas read `$Signal.<name>` as the formula that it stands for.

    `formula` writes that formula for an org; it is empty where the org has not what it asks about.
    """

    name: str
    object: str
    type: Type
    does: str
    formula: Callable[[Schema], str]


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


_HOLDERS = Source(roles.QUERY, "OpportunityId", roles.holders)


def _of_role(role: str) -> tuple[Signal, Signal]:
    """Give the signals of one role: who has it, and where they read mail."""
    name = role.replace(" ", "")
    who = f"of the one contact who is {role} of the deal; blank where nobody is, or several are."
    return (
        Signal(name, "Opportunity", Type.TEXT, f"The id {who}", _HOLDERS, partial(roles.contact, role=role)),
        Signal(
            f"{name}Email",
            "Opportunity",
            Type.TEXT,
            f"The mail address {who}",
            _HOLDERS,
            partial(roles.address, role=role),
        ),
    )


def _stage_number(schema: Schema) -> str:
    active = sorted((one for one in schema.stages if one.active), key=lambda one: one.order)
    places = ", ".join(f"{quoted(one.name)}, {place}" for place, one in enumerate(active, 1))
    return f"CASE(StageName, {places}, NULL)" if places else ""


SIGNALS: Mapping[str, Signal | Computed] = {
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
        Computed(
            "StageNumber",
            "Opportunity",
            Type.NUMBER,
            "The place of the deal's stage among the org's active stages, in their order, from 1; blank for any other.",
            _stage_number,
        ),
        *(signal for role in roles.ROLES for signal in _of_role(role)),
    )
}


def globals_of(signals: Iterable[Signal | Computed], target: str) -> dict[str, Type]:
    """Give the globals of an object's signals that are fetched, with their types, as a formula's scope takes them."""
    fetched = [one for one in signals if isinstance(one, Signal) and one.object == target]
    return {f"$Signal.{one.name}": one.type for one in fetched}


def formulas_of(signals: Iterable[Signal | Computed], target: str, schema: Schema) -> dict[str, str]:
    """Give the formulas of an object's signals that are computed, as a formula's scope takes them."""
    computed = [one for one in signals if isinstance(one, Computed) and one.object == target]
    texts = {f"$Signal.{one.name}": one.formula(schema) for one in computed}
    return {name: text for name, text in texts.items() if text}


def fetch(names: Iterable[str], target: str, ids: Sequence[str], query: Query) -> dict[str, dict[str, Any]]:
    """Give the signals of these names for every id: `{id: {name: value}}`.

    `query` takes SOQL and its binds, and gives all records. Each source is queried once a chunk of 200 ids, and what
    it has otherwise once more for the records of which it can tell nothing.
    """
    known = [SIGNALS[name] for name in names]
    wanted = [one for one in known if isinstance(one, Signal) and one.object == target]
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
