"""A query asked of the org: read and looked up by us first, judged by the org in the end.

What we find wrong with a query may be our own mistake: the org may know a word that we do not. So one thing alone ends
it here: a name that the org's own describe, read just now, does not have. Whatever else we object to is sent, and our
words, which show the place, are used where the org objects to the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

from upbeat import soql
from upbeat.base import nearest
from upbeat.domain import Record
from upbeat.operations.describing import grown, in_org
from upbeat.salesforce import Reader, Rejected, SalesforceError
from upbeat.schema import Object, Schema
from upbeat.soql import Bound, Query, SoqlError
from upbeat.soql.bound import Children, Plan

Texts = Mapping[str, Sequence[str]]
"""Values for binds as a person typed them: one text, or several where the bind is a list."""

_Children = Mapping[str, "_Children"]  # relationships of subqueries, with those inside each

_TARGETS = 3  # of a reference to many objects, so many are described; a Task may be about sixty


@dataclass(frozen=True)
class Found:
    """What a query found: `total` rows, and their records one by one.

    A record holds plain values by field, parents as records of their own and child records as lists; what REST adds
    (`attributes`, sizes, addresses of pages) is left out. `columns` are the paths of values in the query's order, or
    None where we do not understand the query; a count has neither columns nor records.
    """

    total: int
    records: Iterator[Record]
    columns: tuple[str, ...] | None
    is_count: bool
    notes: tuple[str, ...] = ()


def ask(reader: Reader, text: str, texts: Texts, *, all_rows: bool = False, bulk: bool | None = None) -> Found:
    """Ask the org a query, over all its pages as far as records are taken; `all_rows` finds deleted ones too.

    A long answer is read by a job of the Bulk API, `bulk` every answer or none.

    Raises SoqlError where a name is not the org's, a bind does not fit, or the org objects to what we object to;
    SalesforceError for what else the org, or the way to it, has to say.
    """
    sent, bound, objection = text, None, None
    try:
        query = soql.parse(text)
    except SoqlError as error:
        if texts:  # and the org takes no binds
            raise
        objection = error
    else:
        schema = _described(query, reader)
        query = query.fill_texts(texts, schema)
        bound, objection = _bound(query, schema, reader)
        all_rows = all_rows or query.select.all_rows
        if texts or query.select.all_rows:  # which Apex alone says so; REST has an address for it
            sent = str(Query(replace(query.select, all_rows=False)))
    try:
        return _found(reader.pages(sent, all_rows=all_rows, bind=lambda: bound, bulk=bulk), bound)
    except SalesforceError as error:
        if objection is None or (isinstance(error, Rejected) and error.code != objection.code):
            raise
        raise objection from error


def _described(query: Query, reader: Reader) -> Schema:
    describe = in_org(reader)

    def find(name: str) -> Object | None:
        try:
            return describe(name)
        except Rejected:  # which is no reason to think that the query is refused too
            return None

    return grown(Schema({}), lambda schema: query.lacking(schema, _TARGETS), find)


def _bound(query: Query, schema: Schema, reader: Reader) -> tuple[Bound | None, SoqlError | None]:
    """Bind the query, or give what we object to. Raises SoqlError for a name that the org's describe does not have."""
    try:
        return query.bind(schema), None
    except SoqlError as error:
        undescribed = sorted(query.lacking(schema, _TARGETS))
        if error.unknown and not undescribed:
            raise
        if error.unknown and not error.fix:
            close = nearest(undescribed[0], reader.objects())
            error.fix = f"Did you mean {close}?" if close else ""
        return None, error


def _found(pages: Iterator[dict[str, Any]], bound: Bound | None) -> Found:
    first = next(pages)
    total, records = int(first["totalSize"]), cast("list[Record]", first["records"])
    is_count = bound.is_count if bound else bool(total and not records)
    every = chain(records, (record for page in pages for record in page["records"]))
    return Found(total, plain(every, bound), bound.columns if bound else None, is_count)


def plain(records: Iterable[Record], bound: Bound | None) -> Iterator[Record]:
    """Give records of REST without what is no value of theirs, and a list for each subquery of a query we know."""
    children: _Children = _children(bound.plan) if bound else {}
    return (_plain(record, children) for record in records)


def _children(plan: Plan) -> _Children:
    return {one.relationship: _children(one.plan) for one in plan.outputs if isinstance(one, Children)}


def _plain(record: Record, children: _Children) -> Record:
    """Give one record; REST has null for no child records, as it has for no parent."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name == "attributes":
            continue
        if isinstance(value, dict):
            nested = cast("dict[str, Any]", value)
            inner = children.get(name, {})
            found[name] = (
                [_plain(one, inner) for one in nested["records"]] if "records" in nested else _plain(nested, {})
            )
        else:
            found[name] = [] if value is None and name in children else value
    return found
