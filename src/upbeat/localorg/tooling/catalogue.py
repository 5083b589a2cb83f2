"""The objects of the Tooling API, with the fields that Salesforce documents for them, as far as a local org has them.

A field is a text unless its name or a word after a colon says otherwise; `Name>Object` is a reference to it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from upbeat.schema import Field, FieldType, Object, Schema

_AUDIT: Final = "CreatedById>User CreatedDate LastModifiedById>User LastModifiedDate SystemModstamp"
_COMPONENT: Final = f"NamespacePrefix ManageableState {_AUDIT}"
_TOUCHED: Final = "LastModifiedById>User LastModifiedDate"

OBJECTS: Final = {
    "EntityDefinition": f"""
    DurableId {_TOUCHED} QualifiedApiName NamespacePrefix DeveloperName MasterLabel Label PluralLabel
    DefaultCompactLayoutId:string IsCustomizable IsApexTriggerable IsWorkflowEnabled IsProcessEnabled
    IsCompactLayoutable DeploymentStatus KeyPrefix IsCustomSetting IsDeprecatedAndHidden IsReplicateable IsRetrieveable
    IsSearchLayoutable IsSearchable IsTriggerable IsIdEnabled IsEverCreatable IsEverUpdatable IsEverDeletable
    IsFeedEnabled IsQueryable IsMruEnabled IsLayoutable IsSubtype IsInterface HasSubtypes DetailUrl EditUrl NewUrl
    EditDefinitionUrl InternalSharingModel ExternalSharingModel PublisherId:string Description
    """,
    "FieldDefinition": f"""
    DurableId QualifiedApiName EntityDefinitionId>EntityDefinition NamespacePrefix DeveloperName MasterLabel Label
    Length:int DataType ServiceDataTypeId:string ValueTypeId:string ExtraTypeInfo IsCalculated IsHighScaleNumber
    IsHtmlFormatted IsNameField IsNillable IsWorkflowFilterable IsCompactLayoutable Precision:int Scale:int
    IsFieldHistoryTracked IsIndexed IsApiFilterable IsApiSortable IsListFilterable IsListSortable IsApiGroupable
    IsListVisible ControllingFieldDefinitionId:string {_TOUCHED} PublisherId:string RelationshipName
    ReferenceTo:complexvalue ReferenceTargetField IsCompound IsSearchPrefilterable IsPolymorphicForeignKey
    BusinessOwnerId>User BusinessStatus SecurityClassification ComplianceGroup Description
    """,
    "CustomField": f"""
    DeveloperName TableEnumOrId EntityDefinitionId>EntityDefinition Description InlineHelpText Length:int
    Precision:int Scale:int RelationshipLabel SummaryOperation FullName Metadata:complexvalue {_COMPONENT}
    """,
    "CustomObject": f"""
    DeveloperName ExternalName ExternalRepository Description Language SharingModel FullName Metadata:complexvalue
    {_COMPONENT}
    """,
    "ValidationRule": f"""
    ValidationName Active:boolean Description EntityDefinitionId>EntityDefinition ErrorDisplayField ErrorMessage
    FullName Metadata:complexvalue {_COMPONENT}
    """,
    "FlowDefinition": f"""
    DeveloperName MasterLabel Description ActiveVersionId>Flow LatestVersionId>Flow FullName Metadata:complexvalue
    {_COMPONENT}
    """,
    "Flow": f"""
    DefinitionId>FlowDefinition MasterLabel Description Status ProcessType VersionNumber:int RunInMode
    ApiVersion:double Environments FullName Metadata:complexvalue {_COMPONENT}
    """,
    "FlowDefinitionView": """
    DurableId ApiName Label Description ProcessType TriggerType NamespacePrefix ActiveVersionId:string
    LatestVersionId:string LastModifiedBy IsActive IsOutOfDate LastModifiedDate IsTemplate IsSwingFlow Builder
    ManageableState InstalledPackageName TriggerObjectOrEventLabel TriggerObjectOrEventId:string RecordTriggerType
    TriggerOrder:int HasAsyncAfterCommitPath VersionNumber:int Environments IsOverridable OverriddenById:string
    OverriddenFlowId:string SourceTemplateId:string
    """,
    "FlowVersionView": """
    DurableId FlowDefinitionViewId>FlowDefinitionView Label Description Status VersionNumber:int ProcessType
    ApiVersion:double ApiVersionRuntime:double RunInMode IsTemplate NamespacePrefix LastModifiedDate Environments
    """,
    "WorkflowRule": f"Name TableEnumOrId FullName Metadata:complexvalue {_COMPONENT}",
    "WorkflowFieldUpdate": f"""
    Name EntityDefinitionId>EntityDefinition FieldDefinitionId:string SourceTableEnumOrId LiteralValue
    LookupValueId:string FullName Metadata:complexvalue {_COMPONENT}
    """,
    "ApexClass": f"""
    Name ApiVersion:double Status IsValid BodyCrc:double Body LengthWithoutComments:int FullName Metadata:complexvalue
    SymbolTable:complexvalue {_COMPONENT}
    """,
    "ApexTrigger": f"""
    Name TableEnumOrId EntityDefinitionId>EntityDefinition UsageBeforeInsert:boolean UsageAfterInsert:boolean
    UsageBeforeUpdate:boolean UsageAfterUpdate:boolean UsageBeforeDelete:boolean UsageAfterDelete:boolean
    UsageIsBulk:boolean UsageAfterUndelete:boolean ApiVersion:double Status IsValid BodyCrc:double Body
    LengthWithoutComments:int FullName Metadata:complexvalue {_COMPONENT}
    """,
}
"""Object → its fields. What has a DurableId is a view of the org's catalogue: such rows have no id of their own."""

_PREFIXES: Final = {
    "ApexClass": "01p",
    "ApexTrigger": "01q",
    "CustomField": "00N",
    "CustomObject": "01I",
    "Flow": "301",
    "FlowDefinition": "300",
    "FlowDefinitionView": "3dd",
    "FlowVersionView": "3vd",
    "ValidationRule": "03d",
    "WorkflowFieldUpdate": "04Y",
    "WorkflowRule": "01Q",
}
_NAMES: Final = {
    "ApexClass": "Name",
    "ApexTrigger": "Name",
    "EntityDefinition": "QualifiedApiName",
    "FieldDefinition": "QualifiedApiName",
    "Flow": "MasterLabel",
    "FlowDefinitionView": "ApiName",
    "FlowVersionView": "Label",
    "ValidationRule": "ValidationName",
    "WorkflowFieldUpdate": "Name",
    "WorkflowRule": "Name",
}
VIEWS: Final = frozenset(name for name, fields in OBJECTS.items() if "DurableId" in fields.split())
CATALOGUE_VIEWS: Final = frozenset({"EntityDefinition", "FieldDefinition"})
"""Those that Salesforce answers from its metadata catalogue, which takes fewer kinds of query, for every user."""
COMPLEX: Final = frozenset({"Metadata", "ReferenceTo", "SymbolTable"})
"""Fields whose value is an object of JSON."""
ALSO_DATA: Final = frozenset(
    {"entitydefinition", "fielddefinition", "flowdefinitionview", "flowversionview", "apexclass", "apextrigger"}
)
"""Names, folded, that the ordinary query resource answers too."""
OF_THE_ORG: Final = frozenset(
    """
    DuplicateRule Group GroupMember Organization PermissionSet PermissionSetAssignment Profile RecordType User
    UserLicense UserRole
    """.split()  # noqa: SIM905 (a table of names reads best as text)
)
"""Objects with records of the org, which the Tooling API shows as well."""

_BOOLEAN: Final = re.compile(r"(Is|Has)[A-Z].*")
_MOMENT: Final = re.compile(r".*Date|SystemModstamp")


@cache
def tooling_schema() -> Schema:
    """Give the catalogue that Tooling queries are read against, without the objects of the org."""
    return Schema({name: _object(name, fields) for name, fields in OBJECTS.items()})


def _object(name: str, fields: str) -> Object:
    found = [Field(name="Id", type=FieldType.ID, nillable=False, createable=False, updateable=False, length=18)]
    found += _fields(name, fields)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return Object(
        name=name,
        label=words,
        label_plural=f"{words}s",
        key_prefix=_PREFIXES.get(name, "000"),
        fields={field.name: field for field in found},
    )


def _fields(owner: str, written: str) -> Iterator[Field]:
    for word in written.split():
        name, _, target = word.partition(">")
        name, _, kind = name.partition(":")
        yours = owner in {"CustomField", "CustomObject", "ValidationRule"} and name in {"FullName", "Metadata"}
        yield Field(
            name=name,
            type=_kind(name, kind, target),
            label=re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name),
            length=18 if target else 255,
            createable=yours,
            updateable=yours,
            reference_to=(target,) if target else (),
            relationship=name.removesuffix("Id") if target else "",
            name_field=name == _NAMES.get(owner, "DeveloperName"),
        )


def _kind(name: str, kind: str, target: str) -> FieldType:
    if kind == "complexvalue":
        return FieldType.ANY
    if kind:
        return FieldType(kind)
    if target:  # a view's rows are known by names, which no field of ids takes
        return FieldType.STRING if target in VIEWS else FieldType.REFERENCE
    if _BOOLEAN.fullmatch(name):
        return FieldType.BOOLEAN
    return FieldType.DATETIME if _MOMENT.fullmatch(name) else FieldType.STRING
