"""sObject Relationships: from a record to its parent or its children, by the name of the relationship.

`/sobjects/Contact/003.../Account` is the account, to be read, changed and deleted as at its own address;
`/sobjects/Account/001.../Contacts` is a page of contacts. An external id stands at an address of the same form.
"""

from typing import Final
from urllib.parse import quote

from upbeat.base import is_id
from upbeat.localorg import problems, resources
from upbeat.localorg.answering import inside
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Call, Handler, Reply, Resource
from upbeat.schema import Object
from upbeat.soql.layout import COMPOUND


def _read(call: Call) -> Reply:
    """`GET sobjects/<object>/<id>/<relationship>?fields=...`."""
    one = call.org.object(call.path["name"], call.user_id)
    children = one.child(call.path["value"])
    if children is None:
        return _at_parent(call)
    call.org.record(one.name, call.path["field"], user_id=call.user_id)
    below = call.org.object(children.object, call.user_id)
    text = f"SELECT {', '.join(_fields(call, below))} FROM {below.name} WHERE {children.field} = '{call.path['field']}'"  # noqa: S608 (the schema's names, and an id)
    return inside(call, "GET", f"{call.base_url}/query?q={quote(text, safe='')}", {})


def _at_parent(call: Call) -> Reply:
    """Do at the parent's own address what is asked here."""
    one = call.org.object(call.path["name"], call.user_id)
    reference = one.parent(call.path["value"])
    if reference is None:
        raise Refused(404, problems.NOT_FOUND)
    parent = call.org.record(one.name, call.path["field"], user_id=call.user_id)[reference.name]
    owner = next((name for name in reference.reference_to if _prefix(call, name) == str(parent)[:3]), None)
    if owner is None:
        raise Refused(404, problems.NOT_FOUND)
    _, _, query = call.address.partition("?")
    content = call.json() if call.method == "PATCH" else None
    return inside(call, call.method, f"{call.base_url}/sobjects/{owner}/{parent}?{query}", call.headers, content)


def _prefix(call: Call, name: str) -> str:
    return call.org.schema.object(name).key_prefix if call.org.schema.has(name) else ""


def _fields(call: Call, below: Object) -> list[str]:
    """Give the fields asked for, or all plain ones."""
    asked = [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]
    for name in asked:
        if not below.has(name):
            raise Refused(400, problems.no_such_field(name, below.name))
    plain = [field.name for field in below.fields.values() if field.type not in COMPOUND]
    return list(dict.fromkeys(below.field(name).name for name in asked)) or plain


def _either(related: Handler, external: Handler) -> Handler:
    """A part that is a record id begins a relationship; any other names a field of external ids."""

    def handle(call: Call) -> Reply:
        return related(call) if is_id(call.path["field"]) else external(call)

    return handle


def _no_external_id(call: Call) -> Reply:
    raise Refused(404, problems.no_record(call.path["field"]))


RESOURCE: Final = Resource(
    get=_either(_read, resources.read_by_external_id),
    patch=_either(_at_parent, resources.upsert),
    delete=_either(_at_parent, _no_external_id),
)
"""What stands at `/sobjects/<object>/<id or field>/<relationship or value>`."""
