"""The rows of the Tooling objects, made from the org's own catalogue and definitions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from upbeat.base import encode, to_15, to_18
from upbeat.localorg.components import Component
from upbeat.localorg.definitions import Automation, AutomationKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.tooling.metadata import (
    data_type,
    of_field,
    of_field_update,
    of_flow,
    of_object,
    of_rule,
    of_workflow_rule,
)
from upbeat.schema import Field, FieldType, Object, summary

Row = dict[str, Any]

_API: Final = 67.0


def rows(org: LocalOrg, name: str) -> Iterator[Row]:
    """Give the rows of a Tooling object; none of what a local org never has."""
    make = _ROWS.get(name)
    return make(org) if make else iter(())


def durable(org: LocalOrg, one: Object) -> str:
    """Give what other rows know an object by: a standard one's name, a custom one's id of 15 characters."""
    return to_15(org.components["CustomObject", one.name].id) if one.custom else one.name


def _entities(org: LocalOrg) -> Iterator[Row]:
    for one in org.schema:
        key, told = durable(org, one), summary(one)
        known = org.components["CustomObject", one.name] if one.custom else None
        yield _called(one.name) | {
            "Id": key,
            "DurableId": key,
            "LastModifiedById": known and known.changed_by,
            "LastModifiedDate": known and known.changed_at,
            "QualifiedApiName": one.name,
            "MasterLabel": one.label,
            "Label": one.label,
            "PluralLabel": one.label_plural,
            "KeyPrefix": one.key_prefix or None,
            "DeploymentStatus": "Deployed" if one.custom else None,
            "IsCustomizable": one.createable,
            "IsApexTriggerable": told["triggerable"],
            "IsWorkflowEnabled": one.createable,
            "IsProcessEnabled": one.createable,
            "IsCompactLayoutable": one.createable,
            "IsCustomSetting": False,
            "IsDeprecatedAndHidden": False,
            "IsReplicateable": told["replicateable"],
            "IsRetrieveable": told["retrieveable"],
            "IsSearchLayoutable": told["searchable"],
            "IsSearchable": told["searchable"],
            "IsTriggerable": told["triggerable"],
            "IsIdEnabled": True,
            "IsEverCreatable": one.createable,
            "IsEverUpdatable": one.updateable,
            "IsEverDeletable": one.deletable,
            "IsQueryable": one.queryable,
            "IsMruEnabled": told["mruEnabled"],
            "IsLayoutable": told["layoutable"],
            "InternalSharingModel": org.rights.model(one),
            "ExternalSharingModel": "Private",
        }


def _fields(org: LocalOrg) -> Iterator[Row]:
    for one in org.schema:
        owner = durable(org, one)
        for field in one.fields.values():
            known = org.components["CustomField", f"{one.name}.{field.name}"] if field.name.endswith("__c") else None
            key = f"{owner}.{to_15(known.id) if known else field.name.removesuffix('Id') or field.name}"
            yield _called(field.name) | {
                "Id": key,
                "DurableId": key,
                "QualifiedApiName": field.name,
                "EntityDefinitionId": owner,
                "MasterLabel": field.label,
                "Label": field.label,
                "Length": field.length,
                "DataType": data_type(field),
                "ServiceDataTypeId": field.type.value,
                "ValueTypeId": field.type.value,
                "IsCalculated": bool(field.formula),
                "IsNameField": field.name_field,
                "IsNillable": field.nillable,
                "IsWorkflowFilterable": field.filterable,
                "IsCompactLayoutable": field.sortable,
                "Precision": field.precision,
                "Scale": field.scale,
                "IsFieldHistoryTracked": field.history,
                "IsIndexed": field.unique or field.external_id or field.type in {FieldType.ID, FieldType.REFERENCE},
                "IsApiFilterable": field.filterable,
                "IsApiSortable": field.sortable,
                "IsListFilterable": field.filterable,
                "IsListSortable": field.sortable,
                "IsApiGroupable": field.groupable,
                "IsListVisible": True,
                "LastModifiedById": known and known.changed_by,
                "LastModifiedDate": known and known.changed_at,
                "RelationshipName": field.relationship or None,
                "ReferenceTo": _text({"referenceTo": list(field.reference_to) or None}),
                "IsCompound": field.type in {FieldType.ADDRESS, FieldType.LOCATION},
                "IsPolymorphicForeignKey": len(field.reference_to) > 1,
            }


def _custom_fields(org: LocalOrg) -> Iterator[Row]:
    for one, field, known in _made(org):
        owner = durable(org, one)
        yield (
            _called(field.name)
            | _component(known)
            | {
                "TableEnumOrId": owner,
                "EntityDefinitionId": owner,
                "Length": field.length or None,
                "Precision": field.precision or None,
                "Scale": field.scale if field.precision else None,
                "FullName": f"{one.name}.{field.name}",
                "Metadata": _text(of_field(field, one, org.schema)),
            }
        )


def _made(org: LocalOrg) -> Iterator[tuple[Object, Field, Component]]:
    for one in org.schema:
        for field in one.fields.values():
            if field.name.endswith("__c"):  # of a place, not its parts
                yield one, field, org.components["CustomField", f"{one.name}.{field.name}"]


def _custom_objects(org: LocalOrg) -> Iterator[Row]:
    for one in org.schema:
        if one.custom:
            known = org.components["CustomObject", one.name]
            yield (
                _called(one.name)
                | _component(known)
                | {
                    "Language": "en_US",
                    "SharingModel": org.rights.model(one),
                    "FullName": one.name,
                    "Metadata": _text(of_object(one) | {"sharingModel": org.rights.model(one)}),
                }
            )


def _validation_rules(org: LocalOrg) -> Iterator[Row]:
    for rule in org.definitions.rules:
        full = f"{rule.object}.{rule.name}"
        yield _component(org.components["ValidationRule", full]) | {
            "ValidationName": rule.name,
            "Active": rule.active,
            "Description": rule.description or None,
            "EntityDefinitionId": durable(org, org.schema.object(rule.object)),
            "ErrorDisplayField": rule.field or None,
            "ErrorMessage": rule.message,
            "FullName": full,
            "Metadata": _text(of_rule(rule)),
        }


def _flow_definitions(org: LocalOrg) -> Iterator[Row]:
    for flow in org.definitions.flows:
        known = org.components["Flow", flow.name]
        version = _version(known)
        yield _component(known) | {
            "DeveloperName": flow.name,
            "MasterLabel": flow.label or flow.name,
            "Description": flow.description or None,
            "ActiveVersionId": version if flow.active else None,
            "LatestVersionId": version,
            "FullName": flow.name,
            "Metadata": _text({"activeVersionNumber": 1 if flow.active else 0}),
        }


def _flows(org: LocalOrg) -> Iterator[Row]:
    for flow in org.definitions.flows:
        known = org.components["Flow", flow.name]
        yield _component(known) | {
            "Id": _version(known),
            "DefinitionId": known.id,
            "MasterLabel": flow.label or flow.name,
            "Description": flow.description or None,
            "Status": "Active" if flow.active else "Draft",
            "ProcessType": flow.process_type,
            "VersionNumber": 1,
            "ApiVersion": _API,
            "Environments": "Default",
            "FullName": f"{flow.name}-1",
            "Metadata": _text(of_flow(flow)),
        }


def _flow_views(org: LocalOrg) -> Iterator[Row]:
    for flow in org.definitions.flows:
        known = org.components["Flow", flow.name]
        told = org.schema.object(flow.object) if org.schema.has(flow.object) else None
        yield {
            "Id": known.id,
            "DurableId": known.id,
            "ApiName": flow.name,
            "Label": flow.label or flow.name,
            "Description": flow.description or None,
            "ProcessType": flow.process_type,
            "TriggerType": flow.trigger or None,
            "ActiveVersionId": _version(known) if flow.active else None,
            "LatestVersionId": _version(known),
            "IsActive": flow.active,
            "LastModifiedDate": known.changed_at,
            "LastModifiedBy": _named(org, known.changed_by),
            "Builder": "Flow Builder",
            "ManageableState": "unmanaged",
            "TriggerObjectOrEventLabel": told.label if told else flow.object or None,
            "TriggerObjectOrEventId": durable(org, told) if told else None,
            "RecordTriggerType": flow.record_trigger or None,
            "TriggerOrder": flow.order,
            "VersionNumber": 1,
            "Environments": "Default",
        }


def _flow_version_views(org: LocalOrg) -> Iterator[Row]:
    for flow in org.definitions.flows:
        known = org.components["Flow", flow.name]
        yield {
            "Id": _version(known),
            "DurableId": _version(known),
            "FlowDefinitionViewId": known.id,
            "Label": flow.label or flow.name,
            "Description": flow.description or None,
            "Status": "Active" if flow.active else "Draft",
            "VersionNumber": 1,
            "ProcessType": flow.process_type,
            "ApiVersion": _API,
            "ApiVersionRuntime": _API,
            "LastModifiedDate": known.changed_at,
            "Environments": "Default",
        }


def _apex_triggers(org: LocalOrg) -> Iterator[Row]:
    for one, known, owner in _automations(org, AutomationKind.APEX_TRIGGER):
        yield _component(known) | {
            "Name": one.name,
            "TableEnumOrId": owner,
            "EntityDefinitionId": owner,
            **{f"Usage{''.join(word.title() for word in event.split())}": True for event in one.on},
            "UsageIsBulk": False,
            "ApiVersion": _API,
            "Status": "Active" if one.active else "Inactive",
            "IsValid": True,
            "Body": one.body,
            "LengthWithoutComments": len(one.body),
            "FullName": one.full_name,
        }


def _workflow_rules(org: LocalOrg) -> Iterator[Row]:
    for one, known, owner in _automations(org, AutomationKind.WORKFLOW_RULE):
        yield _component(known) | {
            "Name": one.name,
            "TableEnumOrId": owner,
            "FullName": one.full_name,
            "Metadata": _text(of_workflow_rule(one)),
        }


def _field_updates(org: LocalOrg) -> Iterator[Row]:
    for one, _, owner in _automations(org, AutomationKind.WORKFLOW_RULE):
        for field, full in one.updates.items():
            yield _component(org.components["WorkflowFieldUpdate", full]) | {
                "Name": full.partition(".")[2].replace("_", " "),
                "EntityDefinitionId": owner,
                "FieldDefinitionId": f"{owner}.{field}",
                "SourceTableEnumOrId": owner,
                "LiteralValue": one.sets[field],
                "FullName": full,
                "Metadata": _text(of_field_update(field, one.sets[field])),
            }


def _automations(org: LocalOrg, kind: AutomationKind) -> Iterator[tuple[Automation, Component, str]]:
    for one in org.definitions.automations:
        if one.kind is kind:
            yield one, org.components[kind, one.full_name], durable(org, org.schema.object(one.object))


def _named(org: LocalOrg, user_id: str) -> str | None:
    """Give a user's name."""
    found = org.query(f"SELECT Name FROM User WHERE Id = '{user_id}'", org.process_user)  # noqa: S608 (an id of the org's)
    return found[0]["Name"] if found else None


def _version(known: Component) -> str:
    """Give the id of a flow's one version: that of the definition, with the key prefix of versions."""
    return to_18(f"301{to_15(known.id)[3:]}")


def _called(name: str) -> Row:
    return {"DeveloperName": name.removesuffix("__c").removesuffix("__s")}


def _component(known: Component) -> Row:
    return {
        "Id": known.id,
        "ManageableState": "unmanaged",
        "CreatedById": known.created_by,
        "CreatedDate": known.created_at,
        "LastModifiedById": known.changed_by,
        "LastModifiedDate": known.changed_at,
        "SystemModstamp": known.changed_at,
    }


def _text(value: Mapping[str, Any]) -> str:
    return encode(value)


_ROWS: Final[Mapping[str, Callable[[LocalOrg], Iterator[Row]]]] = {
    "EntityDefinition": _entities,
    "FieldDefinition": _fields,
    "CustomField": _custom_fields,
    "CustomObject": _custom_objects,
    "ValidationRule": _validation_rules,
    "FlowDefinition": _flow_definitions,
    "Flow": _flows,
    "FlowDefinitionView": _flow_views,
    "FlowVersionView": _flow_version_views,
    "ApexTrigger": _apex_triggers,
    "WorkflowFieldUpdate": _field_updates,
    "WorkflowRule": _workflow_rules,
}
