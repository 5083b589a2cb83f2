"""What an admin has made of the org: custom objects and fields, stages, rules, automation. Kept in the org's file."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from upbeat.base import decode, encode
from upbeat.localorg.currencies import Currency
from upbeat.localorg.duplicates import DuplicateRule
from upbeat.localorg.formulas import LONGEST_TEXT
from upbeat.localorg.problems import OrgError
from upbeat.localorg.rights.shares import share_of, with_shares
from upbeat.localorg.rights.sharing import SharingModel
from upbeat.localorg.rules import Rules, ValidationRule
from upbeat.localorg.saving.numbers import is_format
from upbeat.localorg.storage import DIGITS
from upbeat.schema import (
    Child,
    DeleteConstraint,
    Field,
    FieldType,
    Listing,
    Object,
    PicklistValue,
    Schema,
    Stage,
    standard,
)

STREAMED: Final = ("Account", "Contact", "Lead", "Opportunity", "Task")
"""What a new org streams changes of; a real one streams nothing until an admin selects it."""
_MOST_STREAMED: Final = (
    5  # objects, where no add-on is bought (Change Data Capture guide, Default Change Event Allocations)
)
_TEXTS: Final = frozenset({FieldType.STRING, FieldType.PICKLIST, FieldType.URL, FieldType.COMBOBOX, FieldType.TEXTAREA})
_LENGTHS: Final = dict.fromkeys(_TEXTS, 255) | {
    FieldType.EMAIL: 80,
    FieldType.PHONE: 40,
    FieldType.REFERENCE: 18,
    FieldType.MULTIPICKLIST: 4099,
}
_NUMBERS: Final = frozenset({FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT, FieldType.INT})


Key = tuple[str, str]
Sets = Mapping[str, str | None]
"""Fields that something gives values to, each with the value, or None where it is worked out."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that the org is said to have; the org knows of it and never runs it.

    `process_type`, `trigger` and `record_trigger` are Salesforce's: `AutoLaunchedFlow`, `RecordAfterSave`, `Create`;
    `when` is its entry condition, a formula, and `order` its place among the flows of its object and moment. `sets` are
    the fields of the record that starts it, `updates` those of related records, by their object.
    """

    name: str
    label: str = ""
    process_type: str = "AutoLaunchedFlow"
    trigger: str = ""
    object: str = ""
    record_trigger: str = ""
    active: bool = True
    description: str = ""
    sets: Sets = dataclasses.field(default_factory=dict[str, str | None])
    updates: Mapping[str, Sets] = dataclasses.field(default_factory=dict[str, Sets])
    when: str = ""
    order: int | None = None


class AutomationKind(StrEnum):
    """What an automation is, in the words of the Tooling API."""

    APEX_TRIGGER = "ApexTrigger"
    WORKFLOW_RULE = "WorkflowRule"


@dataclass(frozen=True, slots=True)
class Automation:
    """An Apex trigger or a workflow rule that the org is said to have; the org knows of it and never runs it.

    `on` are a trigger's events: `before insert`, `after update`, and `body` is its code. `sets` are the fields that a
    rule's updates give values to, `when` its condition, a formula, and `description` what it is for.
    """

    kind: AutomationKind
    name: str
    object: str
    on: tuple[str, ...] = ()
    sets: Sets = dataclasses.field(default_factory=dict[str, str | None])
    body: str = ""
    active: bool = True
    when: str = ""
    description: str = ""

    @property
    def full_name(self) -> str:
        """What the Metadata API calls it: a rule with its object."""
        return self.name if self.kind is AutomationKind.APEX_TRIGGER else f"{self.object}.{self.name}"

    @property
    def updates(self) -> Mapping[str, str]:
        """A workflow rule's field updates: field → the full name of the action that sets it."""
        if self.kind is AutomationKind.APEX_TRIGGER:
            return {}
        return {name: f"{self.full_name.replace(' ', '_')}_{name}" for name in self.sets}


@dataclass(frozen=True)
class Definitions:
    """The org's objects where they differ from the standard ones, stages, rules and flows, what it streams and shares.

    `sharing` has the org-wide defaults that were set, by object.
    """

    objects: tuple[Listing, ...]
    stages: tuple[Stage, ...]
    rules: tuple[ValidationRule, ...] = ()
    streamed: tuple[str, ...] = STREAMED
    flows: tuple[Flow, ...] = ()
    automations: tuple[Automation, ...] = ()
    duplicate_rules: tuple[DuplicateRule, ...] = ()
    currencies: tuple[Currency, ...] = ()
    sharing: Mapping[str, SharingModel] = dataclasses.field(default_factory=dict[str, SharingModel])

    @staticmethod
    def of(schema: Schema) -> "Definitions":
        """Keep what is not as shipped."""
        return Definitions((), ()).with_schema(schema)

    def with_schema(self, schema: Schema) -> "Definitions":
        """Give these with another catalogue."""
        shipped = standard().objects
        changed = tuple(Listing.of(one) for one in schema if shipped.get(one.name) != one)
        return replace(self, objects=changed, stages=schema.stages)

    def with_rules(
        self,
        rules: Iterable[ValidationRule],
        duplicates: Iterable[DuplicateRule],
        flows: Iterable[Flow],
        automations: Iterable[Automation],
    ) -> "Definitions":
        """Give these with more rules and automation, in place of their namesakes."""
        known = {(rule.object, rule.name): rule for rule in (*self.rules, *rules)}
        also = {(rule.object, rule.name): rule for rule in (*self.duplicate_rules, *duplicates)}
        return replace(
            self,
            rules=tuple(known.values()),
            duplicate_rules=tuple(also.values()),
            flows=tuple({flow.name: flow for flow in (*self.flows, *flows)}.values()),
            automations=tuple({(one.kind, one.full_name): one for one in (*self.automations, *automations)}.values()),
        )

    def without(self, objects: set[str], rules: set[tuple[str, str]], flows: set[str]) -> "Definitions":
        """Give these without some rules, by object and name, and flows, and without what is of some objects."""
        return replace(
            self,
            rules=tuple(
                rule for rule in self.rules if rule.object not in objects and (rule.object, rule.name) not in rules
            ),
            duplicate_rules=tuple(
                rule
                for rule in self.duplicate_rules
                if objects.isdisjoint({rule.object, *(one.object for one in rule.matching)})
            ),
            flows=tuple(flow for flow in self.flows if flow.name not in flows),
            automations=tuple(one for one in self.automations if one.object not in objects),
            streamed=tuple(name for name in self.streamed if name not in objects),
            sharing={name: model for name, model in self.sharing.items() if name not in objects},
        )

    def rules_of(self, one: Object, schema: Schema, time_zone: str) -> Rules:
        """Compile the rules of an object. Raises OrgError where one cannot be."""
        return Rules([rule for rule in self.rules if rule.object == one.name], one, schema, time_zone)

    @staticmethod
    def read(text: str) -> "Definitions":
        """Read what `text` wrote."""
        return decode(text, Definitions)

    def text(self) -> str:
        """Write them down."""
        return encode(self)

    def schema(self) -> Schema:
        """Give the org's catalogue."""
        own = next((one.code for one in self.currencies if one.corporate), standard().currency)
        found = standard().with_objects(one.unpack() for one in self.objects)
        return replace(found, stages=self.stages, currency=own)

    def components(self) -> dict[Key, object]:
        """Give what an admin made, by kind and full name: `("CustomField", "Lead.Score__c")`."""
        objects = {("CustomObject", one.name): (one.label, one.label_plural) for one in self.objects if _custom(one)}
        fields = {
            ("CustomField", f"{one.name}.{field.name}"): field
            for one in self.objects
            for field in one.fields
            if field.name.endswith("__c")  # of a place, not its parts
        }
        rules = {("ValidationRule", f"{rule.object}.{rule.name}"): rule for rule in self.rules}
        flows = {("Flow", flow.name): flow for flow in self.flows}
        automations = {(one.kind, one.full_name): one for one in self.automations}
        updates = {
            ("WorkflowFieldUpdate", name): one.sets[field]
            for one in self.automations
            for field, name in one.updates.items()
        }
        return {**objects, **fields, **rules, **flows, **automations, **updates}


def _custom(one: Listing) -> bool:
    return one.name.endswith("__c")


def selected(schema: Schema, names: Iterable[str]) -> tuple[str, ...]:
    """Give the objects of these names, for the stream to tell of. Raises OrgError where it cannot.

    Raises SchemaError for an object that there is not.
    """
    found = tuple(dict.fromkeys(schema.object(name).name for name in names))
    if len(found) > _MOST_STREAMED:
        raise OrgError(
            f"{len(found)} objects are selected for change events, and an org streams {_MOST_STREAMED}",
            fix="Leave some out: a client polls what is not streamed.",
        )
    own = [name for name in found if not schema.object(name).createable]
    if own:
        raise OrgError(f"{own[0]} has no change events", fix="Select objects whose records clients create.")
    return found


def with_fields(schema: Schema, fields: Mapping[str, Iterable[Field]]) -> Schema:
    """Add fields to objects, or put them in place of their namesakes.

    What a field leaves open gets the value that a new field has in Salesforce: a label from its name, a length or a
    precision, the `__r` name of a custom lookup. Raises OrgError for a kind of field that the org cannot keep.
    """
    changed: list[Object] = []
    for name, added in fields.items():
        one = schema.object(name)
        whole = [_complete(field) for each in added for field in _with_parts(each)]
        changed.append(replace(one, fields={**one.fields, **{field.name: field for field in whole}}))
    return schema.with_objects(changed)


def without_fields(schema: Schema, fields: Mapping[str, Iterable[str]]) -> Schema:
    """Take custom fields away, and the child relationships that they made. Raises OrgError for a standard field."""
    for name, gone in fields.items():
        one = schema.object(name)
        lost = {one.field(field).name for field in gone}
        standard_ones = [field for field in lost if not one.field(field).custom]
        if standard_ones:
            raise OrgError(f"{one.name}.{standard_ones[0]} is a standard field and stays")
        kept = {key: field for key, field in one.fields.items() if key not in lost}
        schema = _unrelated(schema.with_objects([replace(one, fields=kept)]), one.name, lost)
    return schema


def without_objects(schema: Schema, names: Iterable[str]) -> Schema:
    """Take custom objects away. Raises OrgError for a standard one, and for one that a lookup leads to."""
    for name in names:
        one = schema.object(name)
        if not one.custom:
            raise OrgError(f"{one.name} is a standard object and stays")
        share = share_of(one.name)
        for other in schema:
            for field in other.fields.values():
                if other.name not in {one.name, share} and one.name in field.reference_to:
                    fix = f"Delete {other.name}.{field.name} first."
                    raise OrgError(f"{other.name}.{field.name} leads to {one.name}", where=other.name, fix=fix)
        rest = {key: other for key, other in schema.objects.items() if key not in {one.name, share}}
        schema = _unrelated(replace(schema, objects=rest), one.name, set(one.fields))
    return schema


def _unrelated(schema: Schema, child: str, fields: set[str]) -> Schema:
    """Take away the child relationships that these fields of a child made."""
    return schema.with_objects(
        replace(one, children=tuple(each for each in one.children if each.object != child or each.field not in fields))
        for one in schema
        if any(each.object == child and each.field in fields for each in one.children)
    )


def custom_object(name: str, label: str, key_prefix: str, fields: Iterable[Field] = ()) -> Object:
    """Build a custom object with the fields that Salesforce gives each, and these beside them."""
    of_lead = standard().object("Lead")
    audit = ("Id", "IsDeleted", "OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById")
    base = [of_lead.field(one) for one in (*audit, "SystemModstamp")]
    called = Field(name="Name", type=FieldType.STRING, label=f"{label} Name", length=80, name_field=True)
    made = [*base, called, *(_complete(one) for field in fields for one in _with_parts(field))]
    plural = f"{label}s"
    return Object(
        name=name, label=label, label_plural=plural, key_prefix=key_prefix, fields={field.name: field for field in made}
    )


def free_prefix(schema: Schema) -> str:
    """Give a key prefix that no object has: `a00`, `a01` and so on, as Salesforce counts custom objects."""
    taken = {one.key_prefix for one in schema}
    every = (f"a{first}{second}" for first in DIGITS for second in DIGITS)
    return next(one for one in every if one not in taken)


def with_stages(schema: Schema, stages: Iterable[Stage]) -> Schema:
    """Put these stages in place of the org's, in the picklist of Opportunity too."""
    new = tuple(stages)
    one = schema.object("Opportunity")
    values = tuple(PicklistValue(stage.name, active=stage.active) for stage in new)
    picked = replace(one.field("StageName"), picklist=values)
    return replace(schema.with_objects([replace(one, fields={**one.fields, "StageName": picked})]), stages=new)


def with_lookups(schema: Schema) -> Schema:
    """Give parents of custom lookups, and custom objects, what Salesforce makes: child relationships, and shares."""
    schema = with_shares(schema)
    objects = dict(schema.objects)
    for child in schema:
        for field in child.fields.values():
            for target in field.reference_to if field.custom else ():
                parent = objects.get(target)
                if parent and not any((one.object, one.field) == (child.name, field.name) for one in parent.children):
                    objects[target] = replace(parent, children=(*parent.children, _down(parent, child, field)))
    return schema.with_objects(objects.values())


def _down(parent: Object, child: Object, field: Field) -> Child:
    """Name the relationship after the child, and after the field too where the parent has that name already."""
    stem = child.name.removesuffix("__c")
    name = f"{stem}s__r"
    if parent.child(name) is not None:
        name = f"{stem}_{field.name.removesuffix('__c')}s__r"
    return Child(name, child.name, field.name)


def _with_parts(field: Field) -> Iterator[Field]:
    """Give a field, and of a geolocation the two numbers that clients write."""
    if field.type is not FieldType.LOCATION:
        yield field
        return
    yield replace(field, createable=False, updateable=False)
    for part in ("Latitude", "Longitude"):
        name, label = f"{field.name.removesuffix('__c')}__{part}__s", f"{field.label or field.name} ({part})"
        yield Field(name=name, type=FieldType.DOUBLE, label=label, precision=18, scale=15, compound=field.name)


def _complete(field: Field) -> Field:
    if field.auto_number:
        if field.display_format and not is_format(field.display_format):
            what = f"{field.name} has the display format {field.display_format}, which counts nothing"
            raise OrgError(what, fix="Write where the number stands, such as PLAN-{YYYY}-{0000}.")
        field = replace(field, createable=False, updateable=False)
    if field.formula:
        field = replace(
            field, createable=False, updateable=False, unique=False, external_id=False, default=None, history=False
        )
    default = field.default if field.default is not None else next((v.value for v in field.picklist if v.default), None)
    if field.master_detail:
        field = replace(field, nillable=False, updateable=False, delete_constraint=DeleteConstraint.CASCADE)
    constraint = field.delete_constraint
    if field.type is FieldType.REFERENCE and constraint is DeleteConstraint.SET_NULL and not field.nillable:
        constraint = DeleteConstraint.RESTRICT  # a lookup that is required cannot lose its value
    relationship = f"{field.name[:-1]}r" if field.custom and field.type is FieldType.REFERENCE else ""
    boolean, text = field.type is FieldType.BOOLEAN, field.type is FieldType.STRING
    return replace(
        field,
        label=field.label or field.name.removesuffix("__c").replace("_", " "),
        length=field.length or (LONGEST_TEXT if field.formula and text else _LENGTHS.get(field.type, 0)),
        precision=field.precision or (18 if field.type in _NUMBERS else 0),
        relationship=field.relationship or relationship,
        delete_constraint=constraint,
        nillable=field.nillable and not boolean,
        default=bool(default) if boolean else default,
        defaulted=not field.formula and (field.defaulted or boolean or default is not None),
    )
