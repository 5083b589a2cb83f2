"""How a query would be run: the answer to `query?explain=...`, in the form that Salesforce documents.

A plan costs the records that it reads, as a part of the most that an index may give before a filter counts as not
selective: of standard fields 30 % of the first million records and 15 % of the rest, at most a million; of custom ones
10 % and 5 %, at most a third of a million (Salesforce, Query & Search Optimization Cheat Sheet). The figures are
counted, not guessed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from upbeat.schema import Field, FieldType
from upbeat.soql import Bound
from upbeat.soql.bound import Among, Column, Condition, Test
from upbeat.soql.tree import And, Choice, Operator

Count = Callable[[Bound], int]
"""Counts the rows of a query that is a `SELECT COUNT()`."""

_INDEXED: Final = frozenset({"Id", "Name", "OwnerId", "CreatedDate", "SystemModstamp", "RecordTypeId"})
_MILLION: Final = 1_000_000
_UNINDEXED: Final = "Not considering filter for optimization because unindexed"


def explain(query: Bound, count: Count) -> dict[str, Any]:
    """Give the ways to run a query, the cheapest first."""
    parts = list(_parts(query.plan.where))
    indexed = [one for one in parts if (field := _compared(one)) and _is_indexed(field)]
    others = [field.name for one in parts if one not in indexed and (field := _compared(one))]
    notes = [_note(query, [name]) for name in (*others, "IsDeleted")]
    every = count(_counting(query, []))
    plans = [_plan(query, "TableScan", [], every, every, count(_counting(query, parts)), notes)]
    if indexed:
        found = count(_counting(query, indexed))
        fields = [field for one in indexed if (field := _compared(one))]
        plans.append(_plan(query, "Index", fields, every, found, found, notes))
    return {"plans": sorted(plans, key=lambda one: one["relativeCost"])}


def _plan(
    query: Bound, kind: str, fields: list[Field], every: int, read: int, found: int, notes: list[dict[str, Any]]
) -> dict[str, Any]:
    custom = bool(fields) and all(one.custom for one in fields)
    first, rest, most = (0.1, 0.05, _MILLION / 3) if custom else (0.3, 0.15, _MILLION)
    selective = min(min(every, _MILLION) * first + max(every - _MILLION, 0) * rest, most)
    return {
        "cardinality": found,
        "fields": [one.name for one in fields],
        "leadingOperationType": kind,
        "notes": notes,
        "relativeCost": round(read / selective, 3) if selective else 0.0,
        "sobjectCardinality": every,
        "sobjectType": query.object.name,
    }


def _note(query: Bound, fields: list[str]) -> dict[str, Any]:
    return {"description": _UNINDEXED, "fields": fields, "tableEnumOrId": query.object.name}


def _counting(query: Bound, parts: list[Condition]) -> Bound:
    """Give the query that counts what meets some of the conditions."""
    where = parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None
    plan = replace(query.plan, outputs=(), where=where, grouped=False, group_by=(), subtotals=None, having=None)
    return Bound(replace(plan, order_by=(), limit=None, offset=0, is_count=True), query.currency)


def _parts(where: Condition | None) -> Iterator[Condition]:
    """Give the conditions that must all hold."""
    if isinstance(where, And):
        yield from where.parts
    elif where is not None:
        yield where


def _compared(condition: Condition) -> Field | None:
    """Give the object's own field that an index could find, where the condition compares one that way."""
    match condition:
        case Test(Column((), field), Operator.EQUAL | Operator.LESS | Operator.LESS_OR_EQUAL, _):
            return field
        case Test(Column((), field), Operator.GREATER | Operator.GREATER_OR_EQUAL, _):
            return field
        case Among(Column((), field), Choice.IN, _):
            return field
        case _:
            return None


def _is_indexed(field: Field) -> bool:
    looked_up = field.type is FieldType.REFERENCE and field.name not in {"CreatedById", "LastModifiedById"}
    return field.name in _INDEXED or looked_up or field.external_id or field.unique
