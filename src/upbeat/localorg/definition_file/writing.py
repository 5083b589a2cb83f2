"""An org's definitions as the file's text: what an admin made, and nothing that every org has."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from upbeat.localorg.definition_file.fields import value_written, values_written, written
from upbeat.localorg.definitions import STREAMED, Flow
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.rights.shares import is_share
from upbeat.localorg.rules import ValidationRule
from upbeat.schema import Field, Object, RecordType, Stage, standard

Told = dict[str, Any]


def write(org: LocalOrg) -> str:
    """Give the YAML. What is applied from it to a new org makes the same definitions."""
    objects = {one.name: told for one in org.schema if not is_share(one) and (told := _object(one, org))}
    found: Told = {"objects": objects} if objects else {}
    if org.schema.stages != standard().stages:
        found["stages"] = [_stage(one) for one in org.schema.stages]
    if org.streamed != STREAMED:
        found["streamed"] = list(org.streamed)
    found |= _named("flows", {flow.name: _flow(flow) for flow in org.definitions.flows})
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
    found |= _named("fields", fields)
    found |= _named("validation_rules", rules)
    return found | _named("record_types", {kind.name: _record_type(kind) for kind in one.record_types})


def _named(key: str, told: Told) -> Told:
    return {key: told} if told else {}


def _field(field: Field, one: Object, shipped: Object | None, org: LocalOrg) -> Told | None:
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
    return told | ({} if rule.active else {"active": False})


def _record_type(kind: RecordType) -> Told:
    told: Told = {"label": kind.label}
    told |= {"description": kind.description} if kind.description else {}
    told |= {} if kind.active else {"active": False}
    told |= {"default": True} if kind.default else {}
    values = {name: [value_written(one) for one in values] for name, values in kind.picklists.items()}
    return told | _named("picklists", values)


def _stage(stage: Stage) -> Told:
    told: Told = {"name": stage.name, "forecast_category": stage.forecast_category, "probability": stage.probability}
    told |= {"closed": True} if stage.closed else {}
    told |= {"won": True} if stage.won else {}
    return told | ({} if stage.active else {"active": False})


def _flow(flow: Flow) -> Told:
    told: Told = {"label": flow.label} if flow.label else {}
    told["type"] = flow.process_type
    told |= {"trigger": flow.trigger} if flow.trigger else {}
    told |= {"object": flow.object} if flow.object else {}
    told |= {"record_trigger": flow.record_trigger} if flow.record_trigger else {}
    told |= {} if flow.active else {"active": False}
    return told | ({"description": flow.description} if flow.description else {})


def _people(org: LocalOrg) -> Told:
    def ask(text: str) -> list[dict[str, Any]]:
        return org.query(text, org.process_user)

    found = ask("SELECT Id, Name, ParentRoleId FROM UserRole ORDER BY Id")
    titles = {row["Id"]: row["Name"] for row in found}
    parents = {row["Name"]: titles.get(row["ParentRoleId"]) for row in found}
    roles: Told = {name: {"parent": parent} if parent else {} for name, parent in parents.items()}
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
        users[row["Username"]] = {key: value for key, value in told.items() if value is not None}
    usernames = {row["Id"]: row["Username"] for row in ask("SELECT Id, Username FROM User")}
    queues: Told = {}
    for row in ask("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Id"):
        key = row["Id"]
        owned = ask(f"SELECT SobjectType FROM QueueSobject WHERE QueueId = '{key}' ORDER BY Id")  # noqa: S608 (an id of the org's)
        told = {"objects": [one["SobjectType"] for one in owned]}
        members = ask(f"SELECT UserOrGroupId FROM GroupMember WHERE GroupId = '{key}' ORDER BY Id")  # noqa: S608 (the same)
        joined = [usernames[one["UserOrGroupId"]] for one in members if one["UserOrGroupId"] in usernames]
        queues[row["Name"]] = told | ({"members": joined} if joined else {})
    return _named("roles", roles) | _named("users", users) | _named("queues", queues)


def _text(formula: str) -> str:
    """Give a formula as a block, which is read as it stands."""
    return LiteralScalarString(formula)
