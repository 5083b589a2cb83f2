"""sObject Collections: up to 200 rows written in a call, each with a result of its own; up to 2,000 read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, cast

from upbeat.base import full_id, is_id
from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.localorg.rest import Call, Reply
from upbeat.localorg.storage import RollBack

LARGEST: Final = 200
_MOST_READ: Final = 2000
_MOST_CHUNKS: Final = 10  # runs of rows of one object

Write = Callable[[str, Sequence[Mapping[str, Any]]], list[Saved]]


def retrieve(call: Call) -> Reply:
    """`GET composite/sobjects/<object>?ids=...&fields=...`."""
    return _read(call, call.parameter("ids").split(","), call.parameter("fields").split(","))


def retrieve_many(call: Call) -> Reply:
    """`POST composite/sobjects/<object>` with `ids` and `fields`, for more than an address can hold."""
    body = call.json()
    ids, fields = (
        cast("list[Any]", body[name]) if isinstance(body.get(name), list) else [] for name in ("ids", "fields")
    )
    if not ids or not fields or not all(isinstance(one, str) for one in [*ids, *fields]):
        raise Refused(400, problems.no_json("'ids' and 'fields' are lists of texts"))
    return _read(call, ids, fields)


def _read(call: Call, ids: Sequence[str], fields: Sequence[str]) -> Reply:
    """Give the records in the order of their ids, null for one that is not there."""
    one = call.org.object(call.path["name"], call.user_id)
    if len(ids) > _MOST_READ:
        raise Refused(400, Problem("EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {_MOST_READ}"))
    names = ["Id"]
    for name in map(str.strip, fields):
        if not one.has(name):
            raise Refused(400, problems.no_such_field(name, one.name))
        names.append(one.field(name).name)
    keys = [full_id(key.strip()) for key in ids]
    listed = ", ".join(f"'{key}'" for key in sorted(set(keys) - {""}))
    text = f"SELECT {', '.join(dict.fromkeys(names))} FROM {one.name} WHERE Id IN ({listed})"  # noqa: S608 (names of the schema, and ids that are such)
    found = call.org.answer(text, call.user_id, base_url=call.base_url).records if listed else []
    records = {record["Id"]: record for record in found}
    return Reply(200, [records.get(key) for key in keys])


def create(call: Call) -> Reply:
    """`POST composite/sobjects`."""
    return _write(call, lambda name, rows: call.org.create(name, rows, call.user_id))


def update(call: Call) -> Reply:
    """`PATCH composite/sobjects`."""
    return _write(call, lambda name, rows: call.org.update(name, rows, call.user_id))


def upsert(call: Call) -> Reply:
    """`PATCH composite/sobjects/<object>/<external id field>`."""
    field, name = call.path["field"], call.org.object(call.path["name"], call.user_id).name
    save: Write = lambda of, rows: call.org.upsert(of, field, rows, call.user_id)  # noqa: E731 (it has its type here)
    return _write(call, save, only=name)


def delete(call: Call) -> Reply:
    """`DELETE composite/sobjects?ids=...&allOrNone=...`."""
    ids = [key.strip() for key in call.parameter("ids").split(",") if key.strip()]
    whole = call.query.get("allOrNone", "false").casefold() == "true"

    def gone(some: list[str]) -> list[Saved]:
        return [
            call.org.delete([key], call.user_id)[0] if is_id(key) else Saved(errors=(problems.malformed_id(key),))
            for key in some
        ]

    return _saved(call, ids, gone, whole=whole, label=str)


def _write(call: Call, save: Write, only: str = "") -> Reply:
    body = call.json()
    rows = body.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise Refused(400, problems.no_json("'records' is not a list of objects"))
    records = cast("list[dict[str, Any]]", rows)
    if len(_chunks(records)) > _MOST_CHUNKS:
        raise Refused(400, problems.too_many_chunks())

    def by_object(some: list[dict[str, Any]]) -> list[Saved]:
        found: list[Saved] = []
        for name, group in _chunks(some):
            if not call.org.schema.has(name) or (only and name.casefold() != only.casefold()):
                found += [Saved(errors=(problems.no_such_object(name),)) for _ in group]
            else:
                found += save(name, group)
        return found

    return _saved(call, records, by_object, whole=body.get("allOrNone") is True, label=_named)


def _chunks(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give the runs of rows of one object, which are saved together."""
    return [(name, list(group)) for name, group in groupby(rows, _type)]


def _saved(
    call: Call,
    rows: list[Any],
    save: Callable[[list[Any]], list[Saved]],
    *,
    whole: bool,
    label: Callable[[Any], str],
) -> Reply:
    """Save the rows that no fault meets, all or none where the client wants it `whole`, and word the results."""
    if len(rows) > LARGEST:
        raise Refused(400, problems.too_many_rows())
    held = rows[: call.fault.rows] if call.fault else []
    results = [Saved(errors=tuple(filter(None, [call.row_fault(label(row))]))) for row in held]
    try:
        with call.org.transaction():
            results += save(rows[len(held) :])
            if whole and not all(result.ok for result in results):
                raise RollBack
    except RollBack:
        results = [_rolled_back(result, created=call.method == "POST") if result.ok else result for result in results]
    return Reply(200, [_body(result, upserted=call.method == "PATCH" and "field" in call.path) for result in results])


def _rolled_back(result: Saved, *, created: bool) -> Saved:
    """Word a row that was good: what it created is gone, and what it changed is as it was."""
    return Saved("" if created or result.created else result.id, errors=(problems.ROLLED_BACK,))


def _type(row: Mapping[str, Any]) -> str:
    attributes = row.get("attributes")
    named = cast("dict[str, Any]", attributes).get("type") if isinstance(attributes, dict) else None
    return named if isinstance(named, str) else ""


def _named(row: Mapping[str, Any]) -> str:
    return str(row.get("Id") or row.get("id") or "")


def _body(result: Saved, *, upserted: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"id": result.id} if result.id else {}
    body |= {"success": result.ok, "errors": [problem.row() for problem in result.errors]}
    return body | ({"created": result.created} if upserted and result.ok else {})
