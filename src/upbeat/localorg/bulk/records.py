"""Records as batches have them in JSON and in XML: read as cells, and written as the results of a query.

A record read is its cells by column, as CSV would have them: a parent's field is `Account.Source_Id__c`, with its type
before it where it is given, and a null is the cell that empties a field.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast
from xml.etree.ElementTree import Element

import msgspec

from upbeat.base import decode, xmltext
from upbeat.base.xmltext import child, children, local, text
from upbeat.localorg.bulk.columns import NULL
from upbeat.localorg.jobs import JobFailed
from upbeat.localorg.values import moment
from upbeat.schema import FieldType
from upbeat.soql.bound import Column, Output, Plan

Cells = Mapping[str, str]
Record = dict[str, Any]

NAMESPACE: Final = "http://www.force.com/2009/06/asyncapi/dataload"
"""Of every element of the first Bulk API."""


# Reading


def _from_json(content: bytes) -> list[Cells]:
    """Read `[{"Name": ..., "Account": {"Source_Id__c": ...}}]`. Raises JobFailed."""
    try:
        found = decode(content)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise JobFailed(f"InvalidBatch : Failed to parse JSON: {error}") from None
    rows = cast("list[Any]", found) if isinstance(found, list) else [None]
    if not all(isinstance(row, dict) for row in rows):
        raise JobFailed("InvalidBatch : The content is no JSON array of records")
    return [dict(_json_cells(row)) for row in cast("list[Record]", rows)]


def _json_cells(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict) and name != "attributes":
            parent = cast("Record", value)
            about = parent.get("attributes")
            kind = cast("Record", about).get("type") if isinstance(about, dict) else parent.get("type")
            before = f"{kind}:{name}" if kind else name
            for key, inner in parent.items():
                if key not in {"attributes", "type"}:
                    yield f"{before}.{key}", _json_cell(key, inner)
        elif name != "attributes":
            yield name, _json_cell(name, value)


def _json_cell(name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise JobFailed(f"InvalidBatch : The value of {name} is no plain one")
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < _LONGEST_NUMBER else str(value)
    return NULL if value is None else str(value).lower() if isinstance(value, bool) else str(value)


_LONGEST_NUMBER: Final = 40  # digits that are written out; no field takes as many


def _from_xml(content: bytes) -> list[Cells]:
    """Read `<sObjects><sObject><Name>...</Name></sObject></sObjects>`. Raises JobFailed."""
    try:
        root = xmltext.parse(content)
    except xmltext.NoXml as error:
        raise JobFailed(f"InvalidBatch : Failed to parse XML: {error}") from None
    if local(root) != "sObjects":
        raise JobFailed(f"InvalidBatch : {local(root)} found where sObjects was expected")
    return [dict(_xml_cells(one)) for one in children(root, "sObject")]


def _xml_cells(record: Element) -> Iterator[tuple[str, str]]:
    for field in record:
        parent = child(field, "sObject")
        if parent is None:
            yield local(field), _xml_cell(field)
            continue
        kind = text(parent, "type")
        before = f"{kind}:{local(field)}" if kind else local(field)
        for one in parent:
            if local(one) != "type":
                yield f"{before}.{local(one)}", _xml_cell(one)


def _xml_cell(field: Element) -> str:
    return NULL if xmltext.is_nil(field) else text(field)


READERS: Final[Mapping[str, Callable[[bytes], list[Cells]]]] = {"JSON": _from_json, "XML": _from_xml}
"""Content type → what reads a batch of that type."""


# Writing


def _to_json(found: Sequence[Record], plan: Plan) -> bytes:
    """Write records as REST does, but moments as milliseconds since 1970, which the first Bulk API gives."""
    _restate(found, plan, lambda stored: int(moment(stored).timestamp() * 1000))
    return msgspec.json.encode(found)


def _to_xml(found: Sequence[Record], plan: Plan) -> bytes:
    """Write records as `queryResult`; an Id that is asked for comes twice, as the guide says (Use Bulk Query)."""
    _restate(found, plan, lambda stored: f"{stored[:-5]}Z")
    rows = "".join(f'<records xsi:type="sObject">{_elements(row)}</records>' for row in found)
    spaces = f'xmlns="{NAMESPACE}" xmlns:xsi="{xmltext.INSTANCE}"'
    return xmltext.document(f"<queryResult {spaces}>{rows}</queryResult>")


def _elements(row: Record) -> str:
    written = [xmltext.xml({"type": row["attributes"]["type"], "Id": row.get("Id")})]
    for name, value in row.items():
        if isinstance(value, dict) and name != "attributes":
            written.append(f'<{name} xsi:type="sObject">{_elements(cast("Record", value))}</{name}>')
        elif name != "attributes":
            written.append(xmltext.xml({name: value}))
    return "".join(written)


WRITERS: Final[Mapping[str, Callable[[Sequence[Record], Plan], bytes]]] = {"JSON": _to_json, "XML": _to_xml}
"""Content type → what writes the records of a query as that type."""


def _restate(found: Iterable[Record], plan: Plan, state: Callable[[str], Any]) -> None:
    """Write the moments of records in another way."""
    for output in plan.outputs:
        if not (isinstance(output, Output) and _is_moment(output)):
            continue
        for row in found:
            holder: Record | None = row
            for parent in output.parents:
                holder = (holder or {}).get(parent.reference.relationship)
            if holder is not None and holder.get(output.key) is not None:
                holder[output.key] = state(holder[output.key])


def _is_moment(output: Output) -> bool:
    return isinstance(output.operand, Column) and output.operand.type is FieldType.DATETIME
