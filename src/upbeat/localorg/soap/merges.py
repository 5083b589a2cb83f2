"""merge: the one way to merge records that Salesforce offers to clients."""

from collections.abc import Iterable
from typing import Any, Final
from xml.etree.ElementTree import Element

from upbeat.base.xmltext import child, children, text, xml
from upbeat.localorg.merging import MERGEABLE, Merged, MergeRequest, merge
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.soap.records import read_row
from upbeat.localorg.soap.request import Request

_MOST: Final = 200  # requests a call (SOAP API guide, merge)


def merge_records(request: Request) -> Iterable[str]:
    """`merge(mergeRequests)`: a result for each request, in order."""
    call, asked = request.call, [_read(one) for one in request.operation]  # clients call them by more than one name
    if len(asked) > _MOST:
        words = f"record limit reached. cannot submit more than {_MOST} records into this call"
        raise Refused(500, Problem("EXCEEDED_ID_LIMIT", words))
    for one in asked:
        if one.object not in MERGEABLE:
            words = f"entity type {one.object} does not support merge"
            raise Refused(500, Problem("INVALID_TYPE_FOR_OPERATION", words))
    results: list[str] = []
    for position, one in enumerate(asked):
        struck = call.fault and position in range(call.fault.rows or _MOST)
        held = call.row_fault(one.master_id, *one.others) if struck else None
        done = merge(call.org, one, call.user_id) if held is None else Merged(one.master_id, errors=(held,))
        results.append(_shown(done))
    return results


def _read(one: Element) -> MergeRequest:
    master = child(one, "masterRecord")
    row = {} if master is None else read_row(master)
    name = str(row.pop("attributes", {}).get("type", ""))
    key = str(row.pop("Id", "") or "")
    return MergeRequest(name, key, [text(each) for each in children(one, "recordToMergeIds")], row)


def _shown(merged: Merged) -> str:
    values: dict[str, Any] = {
        "errors": [
            {"fields": list(one.fields), "message": one.message, "statusCode": one.code} for one in merged.errors
        ],
        "id": merged.master_id or None,
        "mergedRecordIds": list(merged.merged),
        "success": not merged.errors,
        "updatedRelatedIds": list(merged.moved),
    }
    return xml(values)
