"""The REST resources of one org, as handlers; `rest` brings them calls, `server` gives them their addresses."""

from datetime import datetime, timedelta
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.conditions import CONDITIONS, since, unchanged, validators
from upbeat.localorg.problems import NotSaved, Refused, Saved
from upbeat.localorg.rest import FIRST_VERSION, LAST_VERSION, Call, Reply
from upbeat.localorg.rights import described, listed
from upbeat.localorg.values import moment, stamp
from upbeat.schema import Object

_GONE: Final = {"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"}  # of the record itself: 404
_UPSERT_ANSWERS_SINCE: Final = 46  # before that version, an update by upsert had no body
_REPLICATION_DAYS: Final = 30
_DIRECTORY: Final = (
    *("actions", "composite", "jobs", "limits", "process", "query", "queryAll", "quickActions", "recent", "sobjects"),
    *("tabs", "tooling"),
)


def versions(_: Call) -> Reply:
    """`GET /services/data`."""
    return Reply(
        200,
        [
            {"label": f"v{number}.0", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
            for number in range(FIRST_VERSION, LAST_VERSION + 1)
        ],
    )


def directory(call: Call) -> Reply:
    """`GET /services/data/<version>`."""
    identity = f"{call.host}/id/{call.org.id}/{call.user_id}"
    return Reply(200, {name: f"{call.base_url}/{name}" for name in _DIRECTORY} | {"identity": identity})


def objects(call: Call) -> Reply:
    """`GET sobjects`."""
    reach = call.org.rights.reach(call.user_id)
    rows = [listed(one, reach, call.path["version"]) for one in reach.schema]
    return Reply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": rows})


def describe(call: Call) -> Reply:
    """`GET sobjects/<object>/describe`."""
    one, reach, changed = _object(call), call.org.rights.reach(call.user_id), since(call.org.defined)
    return unchanged(call, changed) or Reply(200, described(one, reach, call.path["version"]), changed)


def overview(call: Call) -> Reply:
    """`GET sobjects/<object>`."""
    one = listed(_object(call), call.org.rights.reach(call.user_id), call.path["version"])
    return Reply(200, {"objectDescribe": one, "recentItems": []})


def read(call: Call) -> Reply:
    """`GET sobjects/<object>/<id>?fields=...`."""
    one = _object(call)
    return _record(call, one, call.path["id"])


def _record(call: Call, one: Object, key: str) -> Reply:
    """Give a record, with the fields asked for or all, unless the client has it already."""
    record = call.org.record(one.name, key, call.base_url, user_id=call.user_id)
    headers = validators(one.name, record)
    same = unchanged(call, headers)
    if same is not None or "fields" not in call.query:
        return same or Reply(200, record, headers)
    wanted = ["attributes"]
    for name in filter(None, call.query["fields"].split(",")):
        if not one.has(name):
            raise Refused(400, problems.no_such_field(name, one.name))
        wanted.append(one.field(name).name)
    if "Id" not in wanted:
        wanted.append("Id")
    return Reply(200, {name: record[name] for name in wanted}, headers)


def create(call: Call) -> Reply:
    """`POST sobjects/<object>`."""
    one = _object(call)
    name = one.name
    _check_rows(call, "")
    (saved,) = call.org.create(name, [_row(call, one)], call.user_id)
    _check(saved)
    return Reply(
        201,
        _written(saved),
        {"Location": f"{call.base_url}/sobjects/{name}/{saved.id}"},
    )


def update(call: Call) -> Reply:
    """`PATCH sobjects/<object>/<id>`."""
    one = _object(call)
    name = one.name
    _check_rows(call, call.path["id"])
    if any(condition in call.headers for condition in CONDITIONS):
        unchanged(call, validators(name, call.org.record(name, call.path["id"], call.base_url, user_id=call.user_id)))
    (saved,) = call.org.update(name, [{**_row(call, one), "Id": call.path["id"]}], call.user_id)
    _check(saved)
    return Reply(204)


def delete(call: Call) -> Reply:
    """`DELETE sobjects/<object>/<id>`."""
    call.org.record(call.path["name"], call.path["id"], user_id=call.user_id)
    _check_rows(call, call.path["id"])
    (saved,) = call.org.delete([call.path["id"]], call.user_id)
    _check(saved)
    return Reply(204)


def upsert(call: Call) -> Reply:
    """`PATCH sobjects/<object>/<external id field>/<value>`: 201 created, 200 or 204 updated, 300 several."""
    one, field, value = _object(call), call.path["field"], call.path["value"]
    name = one.name
    with call.org.transaction():
        ids = call.org.matches(name, field, value, call.user_id)
        if len(ids) > 1:
            return Reply(300, [f"{call.base_url}/sobjects/{name}/{key}" for key in ids])
        _check_rows(call, *ids)
        (saved,) = call.org.upsert(name, field, [{**_row(call, one, field), field: value}], call.user_id)
        _check(saved)
    if not saved.created and call.version < _UPSERT_ANSWERS_SINCE:
        return Reply(204)
    return Reply(201 if saved.created else 200, _written(saved) | {"created": saved.created})


def read_by_external_id(call: Call) -> Reply:
    """`GET sobjects/<object>/<external id field>/<value>`: the record, or 300 where several have the value."""
    one = _object(call)
    ids = call.org.matches(one.name, call.path["field"], call.path["value"], call.user_id)
    if len(ids) > 1:
        return Reply(300, [f"{call.base_url}/sobjects/{one.name}/{key}" for key in ids])
    if not ids:
        raise Refused(404, problems.NOT_FOUND)
    return _record(call, one, ids[0])


def updated(call: Call) -> Reply:
    """`GET sobjects/<object>/updated?start=...&end=...`."""
    start, end = _span(call)
    rows = call.org.changed(call.path["name"], start, end, deleted=False, user_id=call.user_id)
    return Reply(200, {"ids": [key for key, _ in rows], "latestDateCovered": _covered(call, end)})


def deleted(call: Call) -> Reply:
    """`GET sobjects/<object>/deleted?start=...&end=...`."""
    start, end = _span(call)
    rows = call.org.changed(call.path["name"], start, end, deleted=True, user_id=call.user_id)
    oldest = call.org.clock.now() - timedelta(days=_REPLICATION_DAYS)
    content = {
        "deletedRecords": [{"deletedDate": when, "id": key} for key, when in rows],
        "earliestDateAvailable": stamp(oldest),
        "latestDateCovered": _covered(call, end),
    }
    return Reply(200, content)


def _row(call: Call, one: Object, *addressed: str) -> dict[str, Any]:
    """Read the body as a row. Raises Refused (400) where it names the id, or a field that the address gives."""
    row, taken = call.json(), {name.casefold() for name in ("Id", *addressed)}
    named = next((key for key in row if key.casefold() in taken), None)
    if named is not None:
        raise Refused(400, problems.addressed(one.field(named).name))
    return row


def _object(call: Call) -> Object:
    """Give the object that the address names, as the caller sees it. Raises Refused (404)."""
    return call.org.object(call.path["name"], call.user_id)


def _written(saved: Saved) -> dict[str, Any]:
    return {"id": saved.id, "success": True, "errors": list[Any]()}


def _check(saved: Saved) -> None:
    if not saved.ok:
        first = saved.errors[0]
        gone = first.code in _GONE and not first.fields
        raise NotSaved(404 if gone else 403 if first == problems.NO_ACCESS else 400, *saved.errors)


def _check_rows(call: Call, *ids: str) -> None:
    found = call.row_fault(*ids)
    if found is not None:
        raise NotSaved(400, found)


def _span(call: Call) -> tuple[datetime, datetime]:
    start, end = (_moment(call.parameter(name), name) for name in ("start", "end"))
    now: Any = call.org.clock.now()
    if now - start > timedelta(days=_REPLICATION_DAYS):
        raise Refused(400, problems.bad_span(f"startDate before org replication enabled date, {stamp(now)}"))
    if end - start < timedelta(minutes=1):
        raise Refused(400, problems.bad_span("endDate must be at least one minute greater than startDate"))
    return start, end


def _covered(call: Call, end: datetime) -> str:
    """Give the moment to ask on from: what is saved within this second comes again, and is not lost."""
    return stamp(min(end, call.org.clock.now()))


def _moment(text: str, name: str) -> datetime:
    try:
        return moment(text)
    except ValueError:
        raise Refused(400, problems.bad_span(f"{name} is not a date and time with an offset: {text!r}")) from None
