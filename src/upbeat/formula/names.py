"""Names looked up in a scope: fields by their paths, globals by their dotted names, as the org spells them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from upbeat.base import nearest
from upbeat.formula.fit import Unfit
from upbeat.formula.functions import TABLE
from upbeat.formula.tree import Field, Global, Name
from upbeat.formula.types import UNREADABLE, Scope, Type, type_of
from upbeat.schema import Field as SchemaField
from upbeat.schema import FieldType, Object, SchemaError

RECORDS = {name: name[1:] for name in ("$User", "$Profile", "$UserRole", "$Organization", "$RecordType")}
"""Globals that are records of Salesforce's own: their fields are typed from the schema."""

NAMED = {"$Permission": Type.BOOLEAN, "$Label": Type.TEXT, "$Api": Type.TEXT}
"""Globals whose names no describe lists: each has one type, and any name."""

FORMS = {  # how a global is written that leads to a field of an object which the schema knows
    "$Setup": "$Setup.Settings__c.Field__c",
    "$CustomMetadata": "$CustomMetadata.Type__mdt.Record.Field__c",
    "$ObjectType": "$ObjectType.Object__c.Fields.Field__c",
}
FORMULAS: Mapping[str, str] = {"$System.OriginDateTime": 'DATETIMEVALUE("1900-01-01 00:00:00")'}
"""Globals that stand for a formula in every scope."""

_HEADS = {name.casefold(): name for name in ("$Record", "$Record__Prior", *RECORDS, *NAMED, *FORMS)}


def find(scope: Scope, name: Name) -> Field | Global:
    """Look a name up. Raises Unfit, with the nearest that is known, where there is none."""
    head, _, rest = name.path.partition(".")
    match _HEADS.get(head.casefold()):
        case "$Record":
            return _field(scope, scope.object, rest, name.at)
        case "$Record__Prior":
            return _prior(scope, rest, name.at)
        case _ if head.startswith("$"):
            return _given(scope, name)
        case _:
            return _field(scope, scope.object, name.path, name.at)


# --- fields ---------------------------------------------------------------------------------------


def _field(scope: Scope, start: str, path: str, at: int) -> Field:
    """Look a path up. `Owner:User.Email` says which object a polymorphic parent is, as Salesforce writes it."""
    try:
        if ":" in path:
            return _through(scope, start, path, at)
        *parents, last = scope.schema.path(start, path)
    except SchemaError as error:
        raise _unknown_field(scope, start, path, at, error) from None
    if last.type in UNREADABLE:
        raise Unfit(f"{last.name} is a compound field: no formula reads it", at, "Name one of its parts.")
    keys = (*(parent.relationship for parent in parents), last.name)
    kind = type_of(last)
    return Field(
        path=".".join(keys),
        keys=keys,
        type=kind,
        written=".".join(keys),
        percent=last.type is FieldType.PERCENT,
        zero=kind is Type.NUMBER and scope.blank_as_zero,
        at=at,
    )


def _through(scope: Scope, start: str, path: str, at: int) -> Field:
    """Look a path up whose parents name their objects, one parent at a time."""
    step, _, rest = path.partition(".")
    relationship, _, wanted = step.partition(":")
    parent = scope.schema.path(start, f"{relationship}.Id")[0]
    there = scope.schema.object(wanted or parent.reference_to[0]).name
    if there not in parent.reference_to:
        raise Unfit(f"{relationship} is no {there}", at, f"It is a record of {' or '.join(parent.reference_to)}.")
    found, name = _field(scope, there, rest, at), parent.relationship
    return replace(
        found,
        path=f"{name}.{found.path}",
        keys=(name, *found.keys),
        written=f"{name}:{there}.{found.written}" if wanted else f"{name}.{found.written}",
    )


def _unknown_field(scope: Scope, start: str, path: str, at: int, error: SchemaError) -> Unfit:
    """Say what a name that is no field may have been meant as."""
    with suppress(SchemaError):
        parent = scope.schema.path(start, f"{path}.Id")[-2]
        above = path.rpartition(".")[0]
        reference = f"{above}.{parent.name}" if above else parent.name
        fix = f"Name one of its fields, {path}.Name, or write {reference}."
        return Unfit(f"{path} is a parent record", at, fix)
    if path.upper() in TABLE:
        return Unfit(f"{path.upper()} is a function", at, f"Write {path.upper()}(...).")
    if not path:
        return Unfit(f"{start} is a record", at, "Name one of its fields, such as $Record.Name.")
    return Unfit(error.what, at, error.fix)


def _prior(scope: Scope, path: str, at: int) -> Field:
    found = _field(scope, scope.object, path, at)
    if len(found.keys) > 1:
        raise Unfit(f"$Record__Prior holds the record's own fields, and {path} is its parent's", at)
    return replace(found, of_prior=True)


# --- globals --------------------------------------------------------------------------------------


def _given(scope: Scope, name: Name) -> Global:
    spelt = {one.casefold(): one for one in scope.globals}.get(name.path.casefold())
    if spelt is not None:
        return Global(spelt, tuple(spelt.split(".")), scope.globals[spelt], at=name.at)
    first, *rest = name.path.split(".")
    head = _HEADS.get(first.casefold(), "")
    if head in FORMS:
        return _formed(scope, head, rest, name)
    if head not in NAMED and not (head in RECORDS and scope.schema.has(RECORDS[head])):
        raise _unknown_global(scope, name)
    if not rest:
        raise Unfit(f"{head} alone names no value", name.at, f"Write {head}.Name.")
    if head in RECORDS:
        return _of_object(scope, (head,), RECORDS[head], ".".join(rest), name.at)
    return _named(head, rest, name.at)


def _named(head: str, rest: list[str], at: int) -> Global:
    if head == "$Api" and rest[0].casefold() == "session_id":
        raise Unfit("$Api.Session_ID is the key to a person's session", at, "Upbeat hands it to nobody.")
    return Global(".".join((head, *rest)), (head, *rest), NAMED[head], at=at)


def _formed(scope: Scope, head: str, rest: list[str], name: Name) -> Global:
    if len(rest) < FORMS[head].count(".") or (head == "$ObjectType" and rest[1].casefold() != "fields"):
        raise Unfit(f"{name.path} names no field", name.at, f"Write {FORMS[head]}.")
    try:
        owner = scope.schema.object(rest[0])
        if head == "$ObjectType":
            return _column(owner, owner.field(".".join(rest[2:])), name.at)
    except SchemaError as error:
        raise Unfit(error.what, name.at, error.fix) from None
    steps = (head, owner.name, *rest[1:2]) if head == "$CustomMetadata" else (head, owner.name)
    return _of_object(scope, steps, owner.name, ".".join(rest[len(steps) - 1 :]), name.at)


def _column(owner: Object, field: SchemaField, at: int) -> Global:
    if not owner.custom:
        what = f"VLOOKUP looks in custom objects only, and {owner.name} is none"
        raise Unfit(what, at, "Follow a relationship of the record, such as Account.Name.")
    path = f"$ObjectType.{owner.name}.Fields.{field.name}"
    percent = field.type is FieldType.PERCENT
    return Global(path, ("$ObjectType", owner.name), Type.TABLE, percent=percent, of=type_of(field), at=at)


def _of_object(scope: Scope, steps: tuple[str, ...], start: str, path: str, at: int) -> Global:
    """Give a field of a record that the globals hold, `steps` leading to the record."""
    found = _field(scope, start, path, at)
    path = ".".join((*steps, found.path))
    return Global(path, (*steps, *found.keys), found.type, percent=found.percent, zero=found.zero, at=at)


def _unknown_global(scope: Scope, name: Name) -> Unfit:
    known = (*scope.globals, *scope.formulas, *FORMULAS)
    heads = sorted({one.split(".")[0] for one in known} | set(_HEADS.values()))
    close = nearest(name.path, known)
    if not close:
        first, dot, rest = name.path.partition(".")
        head = nearest(first, heads)
        close = head and f"{head}{dot}{rest}"
    own = sorted({one.split(".")[0] for one in (*scope.globals, *scope.formulas)} | {"$Record"})
    fix = f"Did you mean {close}?" if close else f"Known here: {', '.join(own)}."
    return Unfit(f"{name.path} is not known here", name.at, fix)
