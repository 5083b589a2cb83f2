"""What a query shows, told without running it: the answer to `query?q=...&columns=true`.

Parents nest their fields under the relationship, child results theirs under the child relationship, as the answers of
real orgs do that the tests of Salesforce's command line keep (salesforcecli/plugin-data, queryFields.exemplars).
"""

from collections.abc import Iterable
from typing import Any, Final

from upbeat.schema import Field, FieldType
from upbeat.soql import Bound
from upbeat.soql.bound import Applied, Branches, Children, Column, Compound, Distance, Output, Parent, Plan
from upbeat.soql.functions import NUMBERS, Kind

Described = dict[str, Any]

_APEX: Final = {
    FieldType.ID: "Id",
    FieldType.REFERENCE: "Id",
    FieldType.BOOLEAN: "Boolean",
    FieldType.INT: "Integer",
    FieldType.DOUBLE: "Double",
    FieldType.CURRENCY: "Double",
    FieldType.PERCENT: "Double",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Datetime",
    FieldType.TIME: "Time",
    FieldType.ADDRESS: "Address",
    FieldType.LOCATION: "Location",
    FieldType.BASE64: "Blob",
    FieldType.ANY: "Object",
}


def columns_of(query: Bound) -> Described:
    """Describe a query's columns, in the order in which they were asked for."""
    plan = query.plan
    plain = [one.operand for one in plan.outputs if isinstance(one, Output) and not one.parents]
    return {
        "columnMetadata": _listed(plan),
        "entityName": plan.object.name,
        "groupBy": bool(plan.group_by),
        "idSelected": any(isinstance(one, Column) and one.name == "Id" for one in plain),
        "keyPrefix": plan.object.key_prefix or None,
    }


def _listed(plan: Plan) -> list[Described]:
    top: list[Described] = []
    for output in plan.outputs:
        match output:
            case Output(key, operand, parents):
                _under(parents, top).append(_value(key, operand))
            case Compound(column):
                _under(column.parents, top).append(_field(column.field.name, column.field))
            case Branches(parents, whens, otherwise):
                own = _under(parents, top)
                shown = [one for outputs in (*(some for _, some in whens), otherwise) for one in outputs]
                own += [_field(one.name, one) for one in dict.fromkeys(map(_shown, shown))]
            case Children(relationship, _, inner):
                custom = relationship.endswith("__r")
                top.append(_described(relationship, aggregate=True, custom=custom, columns=_listed(inner)))
    return top


def _under(parents: Iterable[Parent], top: list[Described]) -> list[Described]:
    """Give the list in which the fields of a parent stand: `joinColumns` of the relationship to it."""
    here = top
    for parent in parents:
        name = parent.reference.relationship
        found = next((one for one in here if one["columnName"] == name and one["foreignKeyName"]), None)
        if found is None:
            found = _described(name, custom=parent.reference.custom, reference=parent.reference.name)
            here.append(found)
        here = found["joinColumns"]
    return here


def _shown(output: Output | Compound) -> Field:
    column = output.column if isinstance(output, Compound) else output.operand
    if not isinstance(column, Column):
        raise TypeError("a branch of TYPEOF shows fields alone")
    return column.field


def _value(key: str, operand: Column | Applied | Distance) -> Described:
    if isinstance(operand, Column):
        return _field(key, operand.field)
    shown = operand.name
    if isinstance(operand, Applied):
        inside = operand.argument.name
        shown = f"{operand.function.name if operand.function.kind is Kind.SHOWN else operand.function.name.lower()}"
        shown = f"{shown}({inside})"
    return _described(key, shown=shown, kind=operand.type, aggregate=True)


def _field(key: str, field: Field) -> Described:
    apex = _APEX.get(field.type, "String")
    found = _described(key, kind=field.type, custom=field.custom, apex=apex)
    return found | {"insertable": field.createable, "updatable": field.updateable}


def _described(
    name: str,
    *,
    shown: str = "",
    kind: FieldType | None = None,
    apex: str | None = None,
    aggregate: bool = False,
    custom: bool = False,
    reference: str | None = None,
    columns: list[Described] | None = None,
) -> Described:
    return {
        "aggregate": aggregate,
        "apexType": apex,
        "booleanType": kind is FieldType.BOOLEAN,
        "columnName": name,
        "custom": custom,
        "displayName": shown or name,
        "foreignKeyName": reference,
        "insertable": False,
        "joinColumns": [] if columns is None else columns,
        "numberType": kind in NUMBERS,
        "textType": kind is not None and _APEX.get(kind) is None,
        "updatable": False,
    }
