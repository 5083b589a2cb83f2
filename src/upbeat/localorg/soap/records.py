"""Operations on records. They ask the REST resources, from inside, and word the answers as SOAP does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from upbeat.base import is_id, to_18
from upbeat.base.xmltext import children, kind, local, text, xml
from upbeat.localorg import problems
from upbeat.localorg.answering import inside
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.localorg.soap.envelope import PARTNER
from upbeat.localorg.soap.request import Request

_COLLECTIONS = "/composite/sobjects"


def create(request: Request) -> Iterable[str]:
    """`create(sObjects)`."""
    return _write(request, "POST", _COLLECTIONS)


def update(request: Request) -> Iterable[str]:
    """`update(sObjects)`."""
    return _write(request, "PATCH", _COLLECTIONS)


def upsert(request: Request) -> Iterable[str]:
    """`upsert(externalIDFieldName, sObjects)`: the objects are of one type."""
    rows = [read_row(one) for one in children(request.operation, "sObjects")]
    name = str(rows[0]["attributes"]["type"]) if rows else ""
    field = text(request.operation, "externalIDFieldName")
    return _write(request, "PATCH", f"{_COLLECTIONS}/{quote(name, safe='')}/{quote(field, safe='')}")


def delete(request: Request) -> Iterable[str]:
    """`delete(ids)`."""
    return _results(_asked(request, "DELETE", _COLLECTIONS, {"ids": ",".join(_ids(request)), **_all_or_none(request)}))


def undelete(request: Request) -> Iterable[str]:
    """`undelete(ids)`: out of the recycle bin, each by itself."""
    return _turned(request, request.call.org.undelete)


def empty_recycle_bin(request: Request) -> Iterable[str]:
    """`emptyRecycleBin(ids)`: out of the recycle bin for ever, each by itself."""
    return _turned(request, request.call.org.empty_recycle_bin)


def _turned(request: Request, turn: Callable[[Sequence[str], str], list[Saved]]) -> Iterable[str]:
    results: list[Saved] = []
    for key in _ids(request):
        if is_id(key):
            results += turn([to_18(key)], request.call.user_id)
        else:
            results.append(Saved(errors=(problems.malformed_id(key),)))
    return _results(
        [{"id": one.id, "success": one.ok, "errors": [problem.row() for problem in one.errors]} for one in results]
    )


def query(request: Request) -> Iterable[str]:
    """`query(queryString)`."""
    return [_page(request, _asked(request, "GET", "/query", {"q": text(request.operation, "queryString")}))]


def query_all(request: Request) -> Iterable[str]:
    """`queryAll(queryString)`."""
    return [_page(request, _asked(request, "GET", "/queryAll", {"q": text(request.operation, "queryString")}))]


def query_more(request: Request) -> Iterable[str]:
    """`queryMore(queryLocator)`."""
    locator = quote(text(request.operation, "queryLocator"), safe="")
    return [_page(request, _asked(request, "GET", f"/query/{locator or '-'}"))]


def retrieve(request: Request) -> Iterable[str]:
    """`retrieve(fieldList, sObjectType, ids)`: nil for what is not there."""
    fields = [name.strip() for name in text(request.operation, "fieldList").split(",")]
    name = quote(text(request.operation, "sObjectType"), safe="")
    body = {"ids": _ids(request), "fields": fields}
    found = cast("list[dict[str, Any] | None]", _asked(request, "POST", f"{_COLLECTIONS}/{name or '-'}", content=body))
    return [_record(request, row) if row else "" for row in found]


def _write(request: Request, method: str, path: str) -> Iterable[str]:
    rows = [read_row(one) for one in children(request.operation, "sObjects")]
    whole = {"allOrNone": request.header("AllOrNoneHeader", "allOrNone") == "true"}
    return _results(_asked(request, method, path, content={**whole, "records": rows}))


def read_row(element: Element) -> dict[str, Any]:
    """Read an sObject: its type stands in `type` in the one dialect, in `xsi:type` in the other."""
    row: dict[str, Any] = {"attributes": {"type": kind(element)}}
    for one in element:
        name = local(one)
        if name == "type":
            row["attributes"] = {"type": text(one)}
        elif name == "fieldsToNull":
            row[text(one)] = None
        elif len(one):
            row[name] = read_row(one)
        else:
            row[name] = text(one) or None
    return row


def _ids(request: Request) -> list[str]:
    return [text(one).replace(",", "") for one in children(request.operation, "ids")]


def _all_or_none(request: Request) -> dict[str, str]:
    return {"allOrNone": request.header("AllOrNoneHeader", "allOrNone") or "false"}


def _asked(
    request: Request, method: str, path: str, query: Mapping[str, str] | None = None, content: Any = None
) -> Any:
    """Ask a REST resource of the same version. Raises Refused where it refuses the whole call."""
    address = f"/services/data/v{request.version}{path}" + (f"?{urlencode(query)}" if query else "")
    size = request.header("QueryOptions", "batchSize")
    headers = {"Sforce-Query-Options": f"batchSize={size}"} if size else {}
    reply = inside(request.call, method, address, headers, content)
    if reply.status >= 400:
        entries = cast("list[dict[str, Any]]", reply.content)
        raise Refused(500, *(Problem(one["errorCode"], one["message"]) for one in entries))
    return reply.content


def _results(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Word SaveResult, UpsertResult, DeleteResult and UndeleteResult, in the order of the WSDL."""
    shown: list[str] = []
    for row in rows:
        errors = [{name: one[name] for name in ("fields", "message", "statusCode")} for one in row["errors"]]
        created = {"created": row["created"]} if "created" in row else {}
        values = {**created, "errors": errors, "id": row.get("id") or None, "success": row["success"]}
        shown.append(xml(values))
    return shown


def _page(request: Request, page: Mapping[str, Any]) -> str:
    more = str(page.get("nextRecordsUrl", "")).rpartition("/")[2]
    records = "".join(
        f'<records xsi:type="{_kind(request, row)}">{_record(request, row)}</records>' for row in page["records"]
    )
    before = xml({"done": page["done"], "queryLocator": more or None})
    return f"{before}{records}{xml({'size': page['totalSize']})}"


def _kind(request: Request, row: Mapping[str, Any]) -> str:
    return "sf:sObject" if request.dialect == PARTNER else f"sf:{row['attributes']['type']}"


def _record(request: Request, row: Mapping[str, Any]) -> str:
    """Write a record's fields; in the dialect that has one type for all, its own comes first, and its Id always."""
    own = {name: value for name, value in row.items() if name != "attributes"}
    first = {"type": row["attributes"]["type"], "Id": own.get("Id")} if request.dialect == PARTNER else {}
    return xml(first, "sf:") + "".join(_field(request, name, value) for name, value in own.items())


def _field(request: Request, name: str, value: Any) -> str:
    if isinstance(value, dict):
        nested = cast("dict[str, Any]", value)
        if "records" in nested:
            return f'<sf:{name} xsi:type="QueryResult">{_page(request, nested)}</sf:{name}>'
        if "attributes" in nested:
            return f'<sf:{name} xsi:type="{_kind(request, nested)}">{_record(request, nested)}</sf:{name}>'
    return xml({name: value}, "sf:")
