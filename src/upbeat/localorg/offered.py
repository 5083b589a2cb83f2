"""`GET ui-api/object-info/{object}/picklist-values/{recordTypeId}`: what a record type offers of each picklist."""

from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Call, Reply, Resource
from upbeat.schema import Field, FieldType, PicklistValue, RecordType

_PICKLISTS: Final = frozenset({FieldType.PICKLIST, FieldType.MULTIPICKLIST})
_MASTER: Final = "012000000000000AAA"


def _values(call: Call) -> Reply:
    one = call.org.object(call.path["name"], call.user_id)
    kind = one.record_type(call.path["id"])
    if kind is None and call.path["id"] != _MASTER:
        raise Refused(404, problems.NOT_FOUND)
    fields = {field.name: _offered(field, kind) for field in one.fields.values() if field.type in _PICKLISTS}
    return Reply(200, {"eTag": "", "picklistFieldValues": fields})


def _offered(field: Field, kind: RecordType | None) -> dict[str, Any]:
    values = kind.picklists.get(field.name, field.picklist) if kind else field.picklist
    listed = {value.value: value for value in field.picklist}
    rows = [_row(listed.get(value.value, value)) for value in values if listed.get(value.value, value).active]
    return {"controllerValues": {}, "defaultValue": None, "eTag": "", "url": "", "values": rows}


def _row(value: PicklistValue) -> dict[str, Any]:
    return {"attributes": None, "label": value.label or value.value, "validFor": [], "value": value.value}


ADDRESSES: Final = {"/ui-api/object-info/{name}/picklist-values/{id}": Resource(get=_values)}
"""Where it stands below a version's address."""
