"""Components created, changed and deleted through the Tooling API: what an admin does in Setup, effective at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from upbeat.base import full_id
from upbeat.localorg import problems
from upbeat.localorg.definitions import custom_object, free_prefix
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Problem, Refused
from upbeat.localorg.tooling.metadata import below, to_field, to_record_type, to_rule
from upbeat.schema import SchemaError

Body = Mapping[str, Any]

_API_NAME: Final = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


def create(org: LocalOrg, kind: str, body: Body, user_id: str) -> str:
    """Create a component and give its id. Raises Refused (400)."""
    full = body.get("FullName")
    metadata = body.get("Metadata")
    if not isinstance(full, str) or not full:
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName]", ("FullName",)))
    if not isinstance(metadata, dict):
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ("Metadata",)))
    return _write(org, kind, full, cast("Body", metadata), user_id, new=True)


def update(org: LocalOrg, kind: str, identity: str, body: Body, user_id: str) -> None:
    """Put other metadata in place of a component's. Raises Refused (400, 404)."""
    full = _full_name(org, kind, identity)
    metadata = body.get("Metadata")
    if not isinstance(metadata, dict):
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ("Metadata",)))
    if str(body.get("FullName", full)).casefold() != full.casefold():
        raise Refused(400, problems.not_writeable(("FullName",)))
    _write(org, kind, full, cast("Body", metadata), user_id, new=False)


def delete(org: LocalOrg, kind: str, identity: str, user_id: str) -> None:
    """Take a component away, with the values that records have in it. Raises Refused (400, 404)."""
    full = _full_name(org, kind, identity)
    owner, _, name = full.partition(".")
    try:
        match kind:
            case "CustomField":
                org.drop(fields={owner: [name]}, user_id=user_id)
            case "CustomObject":
                org.drop(objects=[full], user_id=user_id)
            case "RecordType":
                org.drop(record_types={owner: [name]}, user_id=user_id)
            case _:
                org.drop(rules=[(owner, name)], user_id=user_id)
    except (OrgError, SchemaError) as error:
        text = f"This component is referenced elsewhere in the org: {error.what}"
        raise Refused(400, Problem("DEPENDENCY_EXISTS", text)) from error


def _full_name(org: LocalOrg, kind: str, identity: str) -> str:
    if kind == "RecordType":
        return _record_type_of(org, full_id(identity))
    found = org.components.named(full_id(identity))
    if found is None or found[0] != kind:
        raise Refused(404, problems.NOT_FOUND)
    return found[1]


def _record_type_of(org: LocalOrg, identity: str) -> str:
    for one in org.schema:
        kind = one.record_type(identity)
        if kind is not None:
            return f"{one.name}.{kind.name}"
    raise Refused(404, problems.NOT_FOUND)


def _write(org: LocalOrg, kind: str, full: str, metadata: Body, user_id: str, *, new: bool) -> str:
    write = _WRITE.get(kind)
    if write is None:
        raise Refused(
            400, Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {kind} does not support create")
        )
    try:
        made = write(org, full, metadata, user_id, new)
    except (OrgError, SchemaError) as error:
        raise Refused(400, Problem("FIELD_INTEGRITY_EXCEPTION", error.what, ("Metadata",))) from error
    if kind == "RecordType":
        owner, _, name = made.partition(".")
        return next(one.id for one in org.schema.object(owner).record_types if one.name == name)
    return org.components[kind, made].id


def _write_field(org: LocalOrg, full: str, metadata: Body, user_id: str, new: bool) -> str:
    owner_name, _, name = full.partition(".")
    owner = _owner(org, owner_name)
    _check_name(name, "__c")
    if new and owner.has(name):
        raise _duplicate("DUPLICATE_DEVELOPER_NAME", f"There is already a field named {name[:-3]} on {owner.label}.")
    field = to_field(name, metadata)
    org.define(objects=below(name, metadata, owner, org.schema), fields={owner.name: [field]}, user_id=user_id)
    return f"{owner.name}.{name}"


def _write_rule(org: LocalOrg, full: str, metadata: Body, user_id: str, new: bool) -> str:
    owner_name, _, name = full.partition(".")
    owner = _owner(org, owner_name)
    _check_name(name)
    known = {(rule.object, rule.name.casefold()) for rule in org.definitions.rules}
    if new and (owner.name, name.casefold()) in known:
        raise _duplicate("DUPLICATE_DEVELOPER_NAME", f"There is already a Validation Rule named {name}.")
    rule = to_rule(owner.name, name, metadata)
    shown = rule.field
    if shown and not owner.has(shown):
        raise Refused(400, problems.no_such_field(shown, owner.name))
    org.define(rules=[replace(rule, field=owner.field(shown).name if shown else "")], user_id=user_id)
    return f"{owner.name}.{name}"


def _write_object(org: LocalOrg, full: str, metadata: Body, user_id: str, new: bool) -> str:
    _check_name(full, "__c")
    if new and org.schema.has(full):
        raise _duplicate("DUPLICATE_DEVELOPER_NAME", f"There is already a Custom Object named {full[:-3]}.")
    label = metadata.get("label")
    if not isinstance(label, str) or not label:
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [label]", ("label",)))
    plural = str(metadata.get("pluralLabel") or f"{label}s")
    made = custom_object(full, label, free_prefix(org.schema)) if new else replace(org.schema.object(full), label=label)
    model = metadata.get("sharingModel")
    sharing = {made.name: str(model)} if model else {}
    org.define(objects=[replace(made, label_plural=plural)], sharing=sharing, user_id=user_id)
    return made.name


def _write_record_type(org: LocalOrg, full: str, metadata: Body, user_id: str, new: bool) -> str:
    owner_name, _, name = full.partition(".")
    owner = _owner(org, owner_name)
    _check_name(name)
    if new and name.casefold() in {kind.name.casefold() for kind in owner.record_types}:
        raise _duplicate("DUPLICATE_DEVELOPER_NAME", f"There is already a Record Type named {name} on {owner.label}.")
    org.define(record_types={owner.name: [to_record_type(name, metadata)]}, user_id=user_id)
    return f"{owner.name}.{name}"


def _owner(org: LocalOrg, name: str) -> Any:
    if not org.schema.has(name):
        raise Refused(400, Problem("INVALID_TYPE", f"Invalid Object: {name}", ("FullName",)))
    return org.schema.object(name)


def _check_name(name: str, suffix: str = "") -> None:
    stem = name.removesuffix(suffix)
    if not name.endswith(suffix) or _API_NAME.fullmatch(stem) is None or len(stem) > 40:
        text = (
            "The API name can only contain underscores and alphanumeric characters. It must be unique, begin with a "
            f"letter, not include spaces, not end with an underscore, and not contain two consecutive underscores: "
            f"{name}"
        )
        raise Refused(400, Problem("FIELD_INTEGRITY_EXCEPTION", text, ("FullName",)))


def _duplicate(code: str, text: str) -> Refused:
    return Refused(400, Problem(code, text, ("FullName",)))


_WRITE: Final[Mapping[str, Callable[[LocalOrg, str, Body, str, bool], str]]] = {
    "CustomField": _write_field,
    "CustomObject": _write_object,
    "RecordType": _write_record_type,
    "ValidationRule": _write_rule,
}
