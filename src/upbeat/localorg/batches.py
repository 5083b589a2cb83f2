"""sObject Collections: up to 200 rows a call, each with a result of its own."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, cast

from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.localorg.rest import Call, Reply
from upbeat.localorg.storage import RollBack

LARGEST: Final = 200

Write = Callable[[str, Sequence[Mapping[str, Any]]], list[Saved]]


def create(call: Call) -> Reply:
    """`POST composite/sobjects`."""
    return _write(call, lambda name, rows: call.org.create(name, rows, call.user_id))


def update(call: Call) -> Reply:
    """`PATCH composite/sobjects`."""
    return _write(call, lambda name, rows: call.org.update(name, rows, call.user_id))


def upsert(call: Call) -> Reply:
    """`PATCH composite/sobjects/<object>/<external id field>`."""
    field, name = call.path["field"], call.org.object(call.path["name"]).name
    save: Write = lambda of, rows: call.org.upsert(of, field, rows, call.user_id)  # noqa: E731 (it has its type here)
    return _write(call, save, only=name)


def delete(call: Call) -> Reply:
    """`DELETE composite/sobjects?ids=...&allOrNone=...`."""
    ids = [key for key in call.parameter("ids").split(",") if key]
    whole = call.query.get("allOrNone", "false").casefold() == "true"
    return _saved(call, ids, lambda some: call.org.delete(some, call.user_id), whole=whole, label=str)


def _write(call: Call, save: Write, only: str = "") -> Reply:
    body = call.json()
    rows = body.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise Refused(400, problems.no_json("'records' is not a list of objects"))

    def by_object(some: list[dict[str, Any]]) -> list[Saved]:
        found: list[Saved] = []
        for name, group in groupby(some, _type):
            if not call.org.schema.has(name) or (only and name.casefold() != only.casefold()):
                found += [Saved(errors=(problems.no_such_object(name),)) for _ in group]
            else:
                found += save(name, list(group))
        return found

    return _saved(
        call, cast("list[dict[str, Any]]", rows), by_object, whole=body.get("allOrNone") is True, label=_named
    )


def _saved(
    call: Call,
    rows: list[Any],
    save: Callable[[list[Any]], list[Saved]],
    *,
    whole: bool,
    label: Callable[[Any], str],
) -> Reply:
    """Save the rows that no fault locks, all or none where the client wants it `whole`, and word the results."""
    if len(rows) > LARGEST:
        raise Refused(400, problems.too_many_rows())
    held = rows[: call.fault.rows] if call.fault else []
    results = [Saved(errors=(problems.locked([label(row)]),)) for row in held]
    try:
        with call.org.transaction():
            results += save(rows[len(held) :])
            if whole and not all(result.ok for result in results):
                raise RollBack
    except RollBack:
        results = [Saved(errors=(problems.ROLLED_BACK,)) if result.ok else result for result in results]
    return Reply(200, [_body(result, upserted=call.method == "PATCH" and "field" in call.path) for result in results])


def _type(row: Mapping[str, Any]) -> str:
    attributes = row.get("attributes")
    named = cast("dict[str, Any]", attributes).get("type") if isinstance(attributes, dict) else None
    return named if isinstance(named, str) else ""


def _named(row: Mapping[str, Any]) -> str:
    return str(row.get("Id") or row.get("id") or "")


def _body(result: Saved, *, upserted: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"id": result.id} if result.id else {}
    body |= {"success": result.ok, "errors": [_error(problem) for problem in result.errors]}
    return body | ({"created": result.created} if upserted and result.ok else {})


def _error(problem: Problem) -> dict[str, Any]:
    return {"statusCode": problem.code, "message": problem.message, "fields": list(problem.fields)}
