"""Salesforce's describe results ↔ the catalogue's values.

`parse` reads what `/sobjects/<name>/describe` answers; `render` writes the same shape, so that a client of a real
org reads the local one. Keys that the catalogue does not hold are rendered as they stand on most fields.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upbeat.schema.model import (
    Child,
    DeleteConstraint,
    Field,
    FieldType,
    Object,
    PicklistValue,
    RecordType,
    Schema,
    Stage,
)

STAGES_QUERY: Final = (
    "SELECT ApiName, SortOrder, ForecastCategory, IsClosed, IsWon, DefaultProbability, IsActive "
    "FROM OpportunityStage ORDER BY SortOrder"
)
"""The query whose rows `parse` takes as stages."""

FORECAST_CATEGORIES: Final[Mapping[str, str]] = {
    "Omitted": "Omitted",
    "Pipeline": "Pipeline",
    "BestCase": "Best Case",
    "MostLikely": "Most Likely",
    "Forecast": "Commit",
    "Closed": "Closed",
}
"""Forecast categories: API value (ForecastCategory) → label (ForecastCategoryName) as Salesforce ships them."""

_SOAP: Final = {
    FieldType.ID: "tns:ID",
    FieldType.REFERENCE: "tns:ID",
    FieldType.BOOLEAN: "xsd:boolean",
    FieldType.INT: "xsd:int",
    FieldType.DOUBLE: "xsd:double",
    FieldType.CURRENCY: "xsd:double",
    FieldType.PERCENT: "xsd:double",
    FieldType.DATE: "xsd:date",
    FieldType.DATETIME: "xsd:dateTime",
    FieldType.TIME: "xsd:time",
    FieldType.ADDRESS: "urn:address",
    FieldType.LOCATION: "urn:location",
    FieldType.BASE64: "xsd:base64Binary",
    FieldType.ANY: "xsd:anyType",
}
_MASTER: Final = "012000000000000AAA"
_KINDS: Final = {one.value: one for one in FieldType}
_COUNTED: Final = {FieldType.INT}  # describe counts an int's digits in `digits`, every other number's in `precision`


def parse(describes: Iterable[Mapping[str, Any]], stages: Iterable[Mapping[str, Any]] = ()) -> Schema:
    """Build a catalogue from describe results and the rows of OpportunityStage (`STAGES_QUERY`).

    A field type that is new to us becomes `anyType`.
    """
    known = list(describes)
    constraints = {
        (child["childSObject"], child["field"]): _constraint(child)
        for one in known
        for child in one["childRelationships"]
    }
    objects = {one["name"]: _object(one, constraints) for one in known}
    return Schema(objects=objects, stages=tuple(_stage(row) for row in stages))


def _constraint(described: Mapping[str, Any]) -> DeleteConstraint:
    if described["restrictedDelete"]:
        return DeleteConstraint.RESTRICT
    return DeleteConstraint.CASCADE if described["cascadeDelete"] else DeleteConstraint.SET_NULL


def _object(described: Mapping[str, Any], constraints: Mapping[tuple[str, str], DeleteConstraint]) -> Object:
    return Object(
        name=described["name"],
        label=described["label"],
        label_plural=described["labelPlural"],
        key_prefix=described["keyPrefix"] or "",
        fields={
            one["name"]: _field(one, constraints.get((described["name"], one["name"]), _constraint(one)))
            for one in described["fields"]
        },
        children=tuple(
            Child(one["relationshipName"], one["childSObject"], one["field"])
            for one in described["childRelationships"]
            if one["relationshipName"]
        ),
        queryable=described["queryable"],
        record_types=tuple(_record_type(one) for one in described["recordTypeInfos"] if not one["master"]),
    )


def _record_type(info: Mapping[str, Any]) -> RecordType:
    return RecordType(
        name=info["developerName"],
        label=info["name"],
        id=info["recordTypeId"],
        active=info["active"],
        available=info["available"],
        default=info["defaultRecordTypeMapping"],
    )


def _field(described: Mapping[str, Any], constraint: DeleteConstraint) -> Field:
    kind = _KINDS.get(described["type"], FieldType.ANY)
    values = tuple(_picklist_value(one) for one in described["picklistValues"])
    default = described["defaultValue"]
    return Field(
        name=described["name"],
        type=kind,
        label=described["label"],
        length=described["length"],
        precision=described["digits"] if kind in _COUNTED else described["precision"],
        scale=described["scale"],
        nillable=described["nillable"],
        createable=described["createable"],
        updateable=described["updateable"],
        unique=described["unique"],
        external_id=described["externalId"],
        default=default if isinstance(default, str | bool) else next((v.value for v in values if v.default), None),
        defaulted=described["defaultedOnCreate"],
        auto_number=described["autoNumber"],
        picklist=values,
        restricted=described["restrictedPicklist"],
        reference_to=tuple(described["referenceTo"]),
        relationship=described["relationshipName"] or "",
        delete_constraint=constraint,
        master_detail=described["relationshipOrder"] is not None,
        formula=described["calculatedFormula"] or "",
        blank_as_zero=described["formulaTreatNullNumberAsZero"],
        name_field=described["nameField"],
        compound=described["compoundFieldName"] or "",
    )


def _picklist_value(described: Mapping[str, Any]) -> PicklistValue:
    value, label = described["value"], described["label"]
    return PicklistValue(value, "" if label == value else label or "", described["active"], described["defaultValue"])


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(
        name=row["ApiName"],
        order=int(row["SortOrder"] or 0),
        forecast_category=row["ForecastCategory"] or "",
        closed=row["IsClosed"],
        won=row["IsWon"],
        probability=int(row["DefaultProbability"] or 0),
        active=row["IsActive"],
    )


def render(one: Object, schema: Schema, version: str = "v67.0") -> dict[str, Any]:
    """Give an object's describe result, as `/services/data/<version>/sobjects/<name>/describe` answers it."""
    base = f"/services/data/{version}/sobjects/{one.name}"
    return summary(one, version) | {
        "actionOverrides": [],
        "childRelationships": [_child(schema, child) for child in one.children if schema.has(child.object)],
        "compactLayoutable": one.createable,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [_rendered(field) for field in one.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_record_type_info(base, info) for info in (*one.record_types, _master(one))],
        "searchLayoutable": one.createable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {one.label_plural.lower()}", "name": "everything"}],
    }


def summary(one: Object, version: str = "v67.0") -> dict[str, Any]:
    """Give an object's row in the answer of `/services/data/<version>/sobjects`."""
    base = f"/services/data/{version}/sobjects/{one.name}"
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": one.createable,
        "custom": one.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": one.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": one.key_prefix or None,
        "label": one.label,
        "labelPlural": one.label_plural,
        "layoutable": one.createable,
        "mergeable": one.name in {"Account", "Case", "Contact", "Lead"},
        "mruEnabled": one.createable,
        "name": one.name,
        "queryable": one.queryable,
        "replicateable": one.has("SystemModstamp"),
        "retrieveable": True,
        "searchable": one.createable,
        "triggerable": one.createable,
        "undeletable": one.undeletable,
        "updateable": one.updateable,
        "urls": {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base},
    }


def _rendered(field: Field) -> dict[str, Any]:
    kind, calculated = field.type, bool(field.formula)
    return {
        "aggregatable": field.aggregatable,
        "aiPredictionField": False,
        "autoNumber": field.auto_number,
        "byteLength": field.length if kind in {FieldType.ID, FieldType.REFERENCE} else field.length * 3,
        "calculated": calculated,
        "calculatedFormula": field.formula or None,
        "cascadeDelete": field.custom and field.delete_constraint is DeleteConstraint.CASCADE,
        "caseSensitive": False,
        "compoundFieldName": field.compound or None,
        "controllerName": None,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": field.default,
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": field.precision if kind in _COUNTED else 0,
        "displayLocationInDecimal": False,
        "encrypted": kind is FieldType.ENCRYPTED,
        "externalId": field.external_id,
        "extraTypeInfo": None,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": field.blank_as_zero,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": kind is FieldType.ID or field.external_id or field.unique,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": len(field.reference_to) > 1,
        "nillable": field.nillable,
        "permissionable": field.custom and field.nillable,
        "picklistValues": [
            {
                "active": value.active,
                "defaultValue": value.default,
                "label": value.label or value.value,
                "validFor": None,
                "value": value.value,
            }
            for value in field.picklist
        ],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": 0 if kind in _COUNTED else field.precision,
        "queryByDistance": kind is FieldType.LOCATION,
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship or None,
        "relationshipOrder": 0 if field.master_detail else None,
        "restrictedDelete": field.custom and field.delete_constraint is DeleteConstraint.RESTRICT,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": False,
        "soapType": _SOAP.get(kind, "xsd:string"),
        "sortable": field.sortable,
        "type": kind.value,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _child(schema: Schema, child: Child) -> dict[str, Any]:
    constraint = schema.object(child.object).field(child.field).delete_constraint
    return {
        "cascadeDelete": constraint is DeleteConstraint.CASCADE,
        "childSObject": child.object,
        "deprecatedAndHidden": False,
        "field": child.field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.name,
        "restrictedDelete": constraint is DeleteConstraint.RESTRICT,
    }


def _master(one: Object) -> RecordType:
    """Give the record type of records that have none: the same in every org."""
    default = not any(info.default for info in one.record_types)
    return RecordType(name="Master", label="Master", id=_MASTER, default=default)


def _record_type_info(base: str, info: RecordType) -> dict[str, Any]:
    return {
        "active": info.active,
        "available": info.available,
        "defaultRecordTypeMapping": info.default,
        "developerName": info.name,
        "master": info.id == _MASTER,
        "name": info.label or info.name,
        "recordTypeId": info.id,
        "urls": {"layout": f"{base}/describe/layouts/{info.id}"},
    }
