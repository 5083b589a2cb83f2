"""An org's definitions as the file's text: what an admin made, and nothing that every org has."""

from collections.abc import Callable
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from upbeat import soql
from upbeat.localorg.currencies import Currency
from upbeat.localorg.definition_file.fields import in_words, value_written, values_written, written
from upbeat.localorg.definitions import STREAMED, Automation, Flow, Sets
from upbeat.localorg.duplicates import Action, Criterion, DuplicateRule, Method
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.rights import READING, WRITING
from upbeat.localorg.rights.shares import is_share
from upbeat.localorg.rules import ValidationRule
from upbeat.schema import Field, Object, RecordType, Stage, standard

Told = dict[str, Any]


_ON_OBJECTS = (
    "SELECT SobjectType, PermissionsRead, PermissionsCreate, PermissionsEdit, PermissionsDelete, "
    "PermissionsViewAllRecords, PermissionsModifyAllRecords FROM ObjectPermissions WHERE ParentId = :key "
    "ORDER BY SobjectType"
)
_ON_FIELDS = "SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE ParentId = :key ORDER BY Field"
_OWNED = "SELECT SobjectType FROM QueueSobject WHERE QueueId = :key ORDER BY Id"
_MEMBERS = "SELECT UserOrGroupId FROM GroupMember WHERE GroupId = :key ORDER BY Id"


def write(org: LocalOrg) -> str:
    """Give the YAML. What is applied from it to a new org makes the same definitions."""
    objects = {one.name: told for one in org.schema if not is_share(one) and (told := _object(one, org))}
    found: Told = {"objects": objects} if objects else {}
    if org.schema.stages != standard().stages:
        found["stages"] = [_stage(one) for one in org.schema.stages]
    found |= _named("currencies", {one.code: _currency(one) for one in org.definitions.currencies})
    if org.streamed != STREAMED:
        found["streamed"] = list(org.streamed)
    found |= _named("flows", {flow.name: _flow(flow) for flow in org.definitions.flows})
    found |= _named("automations", {one.name: _automation(one) for one in org.definitions.automations})
    found |= _people(org)
    out = StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.default_flow_style = False
    yaml.dump(found or {"objects": {}}, out)  # pyright: ignore[reportUnknownMemberType] - ruamel is untyped
    return out.getvalue()


def _object(one: Object, org: LocalOrg) -> Told:
    shipped = standard().objects.get(one.name)
    fields = {
        field.name: told for field in one.fields.values() if (told := _field(field, one, shipped, org)) is not None
    }
    rules = {rule.name: _rule(rule) for rule in org.definitions.rules if rule.object == one.name}
    found: Told = {}
    if shipped is None:
        found |= {"label": one.label, "plural_label": one.label_plural, "key_prefix": one.key_prefix}
    elif (one.label, one.label_plural) != (shipped.label, shipped.label_plural):
        found |= {"label": one.label, "plural_label": one.label_plural}
    shared = org.definitions.sharing.get(one.name)
    found |= {"sharing": str(shared)} if shared else {}
    found |= _named("fields", fields)
    found |= _named("validation_rules", rules)
    found |= _named("record_types", {kind.name: _record_type(kind) for kind in one.record_types})
    twins = {rule.name: _duplicate_rule(rule) for rule in org.definitions.duplicate_rules if rule.object == one.name}
    return found | _named("duplicate_rules", twins)


def _named(key: str, told: Told) -> Told:
    return {key: told} if told else {}


def _field(field: Field, one: Object, shipped: Object | None, org: LocalOrg) -> Told | None:
    if field.custom and field.compound:  # a part of a place, which comes with it
        return None
    if field.custom:
        told = written(field, one, org.schema)
        return told | ({"formula": _text(field.formula)} if field.formula else {})
    before = shipped.fields.get(field.name) if shipped else None
    if before is None or before == field or field.name == "StageName":  # whose values are the stages
        return None
    told = {"label": field.label} if field.label != before.label else {}
    if (field.picklist, field.restricted) != (before.picklist, before.restricted):
        told |= values_written(field)
    return told | ({"track_history": field.history} if field.history != before.history else {})


def _rule(rule: ValidationRule) -> Told:
    told: Told = {"when": _text(rule.formula), "message": rule.message}
    told |= {"field": rule.field} if rule.field else {}
    told |= {"description": rule.description} if rule.description else {}
    return told | ({} if rule.active else {"active": False})


def _record_type(kind: RecordType) -> Told:
    told: Told = {"label": kind.label}
    told |= {"description": kind.description} if kind.description else {}
    told |= {} if kind.active else {"active": False}
    told |= {"default": True} if kind.default else {}
    values = {name: [value_written(one) for one in values] for name, values in kind.picklists.items()}
    return told | _named("picklists", values)


def _duplicate_rule(rule: DuplicateRule) -> Told:
    usual = DuplicateRule(rule.object, rule.name, rule.matching, label=in_words(rule.name))
    matching = {
        one.name: ({"object": one.object} if one.object != rule.object else {})
        | {"criteria": [_criterion(each) for each in one.criteria]}
        for one in rule.matching
    }
    told: Told = {"matching": matching}
    for key in ("label", "on_create", "on_update", "alert", "report", "message", "active"):
        value = getattr(rule, key)
        if value != getattr(usual, key):
            told[key] = str(value) if isinstance(value, Action) else value
    return told


def _criterion(one: Criterion) -> Any:
    more: Told = {"method": str(one.method)} if one.method is not Method.EXACT else {}
    more |= {"against": one.against} if one.against != one.field else {}
    more |= {"match_blanks": True} if one.match_blanks else {}
    return {"field": one.field, **more} if more else one.field


def _stage(stage: Stage) -> Told:
    told: Told = {"name": stage.name, "forecast_category": stage.forecast_category, "probability": stage.probability}
    told |= {"closed": True} if stage.closed else {}
    told |= {"won": True} if stage.won else {}
    return told | ({} if stage.active else {"active": False})


def _currency(one: Currency) -> Told:
    told: Told = {} if one.corporate else {"rate": one.rate}
    told |= {"corporate": True} if one.corporate else {}
    told |= {} if one.active else {"active": False}
    told |= {} if one.decimal_places == 2 else {"decimal_places": one.decimal_places}
    return told | _named("dated", dict(one.dated))


def _flow(flow: Flow) -> Told:
    told: Told = {"label": flow.label} if flow.label else {}
    told["type"] = flow.process_type
    told |= {"trigger": flow.trigger} if flow.trigger else {}
    told |= {"object": flow.object} if flow.object else {}
    told |= {"record_trigger": flow.record_trigger} if flow.record_trigger else {}
    told |= {"when": _text(flow.when)} if flow.when else {}
    told |= {"order": flow.order} if flow.order is not None else {}
    told |= {"sets": _set(flow.sets)} if flow.sets else {}
    told |= {"updates": {name: _set(sets) for name, sets in flow.updates.items()}} if flow.updates else {}
    told |= {} if flow.active else {"active": False}
    return told | ({"description": flow.description} if flow.description else {})


def _automation(one: Automation) -> Told:
    told: Told = {"kind": str(one.kind), "object": one.object}
    told |= {"on": list(one.on)} if one.on else {}
    told |= {"when": _text(one.when)} if one.when else {}
    told |= {"sets": _set(one.sets)} if one.sets else {}
    told |= {"body": _text(one.body)} if one.body else {}
    told |= {} if one.active else {"active": False}
    return told | ({"description": one.description} if one.description else {})


def _set(sets: Sets) -> Any:
    return dict(sets) if any(to is not None for to in sets.values()) else list(sets)


def _people(org: LocalOrg) -> Told:
    def ask(text: str) -> list[dict[str, Any]]:
        return org.query(text, org.process_user)

    found = ask("SELECT Id, Name, ParentRoleId FROM UserRole ORDER BY Id")
    titles = {row["Id"]: row["Name"] for row in found}
    parents = {row["Name"]: titles.get(row["ParentRoleId"]) for row in found}
    roles: Told = {name: {"parent": parent} if parent else {} for name, parent in parents.items()}
    sets = _permission_sets(ask)
    assigned = ask("SELECT Assignee.Username, PermissionSet.Name FROM PermissionSetAssignment ORDER BY Id")
    users: Told = {}
    text = (
        "SELECT Username, LastName, FirstName, Profile.Name, UserRole.Name, Manager.Username, Title, TimeZoneSidKey, "
        "IsActive FROM User WHERE UserType = 'Standard' ORDER BY Id"
    )
    for row in ask(text):
        told: Told = {"last_name": row["LastName"], "first_name": row["FirstName"]}
        told |= {
            "profile": row["Profile"] and row["Profile"]["Name"],
            "role": row["UserRole"] and row["UserRole"]["Name"],
        }
        told |= {"manager": row["Manager"] and row["Manager"]["Username"], "title": row["Title"]}
        told |= {"time_zone": row["TimeZoneSidKey"]} if row["TimeZoneSidKey"] != org.time_zone else {}
        told |= {} if row["IsActive"] else {"active": False}
        own = [
            one["PermissionSet"]["Name"]
            for one in assigned
            if one["Assignee"]["Username"] == row["Username"] and one["PermissionSet"]["Name"] in sets
        ]
        told |= {"permission_sets": own} if own else {}
        users[row["Username"]] = {key: value for key, value in told.items() if value is not None}
    usernames = {row["Id"]: row["Username"] for row in ask("SELECT Id, Username FROM User")}
    queues: Told = {}
    for row in ask("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Id"):
        key = row["Id"]
        owned = ask(_of(_OWNED, key))
        told = {"objects": [one["SobjectType"] for one in owned]}
        members = ask(_of(_MEMBERS, key))
        joined = [usernames[one["UserOrGroupId"]] for one in members if one["UserOrGroupId"] in usernames]
        queues[row["Name"]] = told | ({"members": joined} if joined else {})
    people = _named("permission_sets", sets) | _named("users", users)
    return _named("roles", roles) | people | _named("queues", queues)


def _permission_sets(ask: Callable[[str], list[dict[str, Any]]]) -> Told:
    """Give the permission sets that an admin made, with what they grant."""
    found: Told = {}
    for row in ask("SELECT FIELDS(ALL) FROM PermissionSet WHERE IsOwnedByProfile = false ORDER BY Id LIMIT 200"):
        if row["Name"] in {READING, WRITING}:
            continue
        key, prefix = row["Id"], "Permissions"
        told: Told = {"label": row["Label"]} if row["Label"] != in_words(row["Name"]) else {}
        system = [name.removeprefix(prefix) for name, value in row.items() if name.startswith(prefix) and value]
        told |= {"system": system} if system else {}
        told |= _named("objects", {one["SobjectType"]: _granted(one) for one in ask(_of(_ON_OBJECTS, key))})
        fields = ask(_of(_ON_FIELDS, key))
        found[row["Name"]] = told | _named("fields", {one["Field"]: _granted(one) for one in fields})
    return found


def _of(text: str, key: str) -> str:
    return str(soql.parse(text).fill({"key": key}))


def _granted(row: Told) -> list[str]:
    named = ((name.removeprefix("Permissions").removesuffix("Records"), value) for name, value in row.items())
    return [name for name, value in named if value is True]


def _text(formula: str) -> str:
    """Give a formula as a block, which is read as it stands."""
    return LiteralScalarString(formula)
