"""Objects, fields, picklists and stages as values: what an org's describe says, frozen.

Names are looked up without minding case, as Salesforce does, and come back as the org spells them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from upbeat.base import UpbeatError, nearest


class SchemaError(UpbeatError):
    """An object, field or relationship that the org does not have."""


class FieldType(StrEnum):
    """A field's type, in the words of Salesforce's describe."""

    ID = "id"
    STRING = "string"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    ENCRYPTED = "encryptedstring"
    COMBOBOX = "combobox"
    BOOLEAN = "boolean"
    INT = "int"
    DOUBLE = "double"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    REFERENCE = "reference"
    ADDRESS = "address"
    LOCATION = "location"
    BASE64 = "base64"
    ANY = "anyType"


class DeleteConstraint(StrEnum):
    """What becomes of a record whose parent is deleted, in the words of the Metadata API."""

    SET_NULL = "SetNull"  # it loses its reference
    CASCADE = "Cascade"  # it is deleted too
    RESTRICT = "Restrict"  # the parent stays


_LONGEST_COMPARED = 255  # characters; a longer text area is only shown
_UNSORTABLE = frozenset(
    {
        FieldType.ADDRESS,
        FieldType.LOCATION,
        FieldType.BASE64,
        FieldType.MULTIPICKLIST,
        FieldType.ENCRYPTED,
        FieldType.ANY,
    }
)
_UNGROUPED = frozenset(
    {FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT, FieldType.DATETIME, FieldType.COMBOBOX}
)


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One value of a picklist; `value` is the API value, `label` what a person sees."""

    value: str
    label: str = ""
    active: bool = True
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `length` counts characters; `precision` and `scale` count digits, all and after the point."""

    name: str
    type: FieldType
    label: str = ""
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    unique: bool = False
    external_id: bool = False
    default: str | bool | None = None  # a picklist's default value, or a checkbox's
    defaulted: bool = False  # whether the org fills it on create where it is not given
    auto_number: bool = False  # whether the org counts it up
    display_format: str = ""  # how such a number is written, as `{YYYY}-{00000}`; describe does not tell
    starting_number: int = 1  # the first one
    picklist: tuple[PicklistValue, ...] = ()
    restricted: bool = False  # whether a picklist refuses values it does not list
    reference_to: tuple[str, ...] = ()
    relationship: str = ""  # the parent path's name, such as `Account` for AccountId
    delete_constraint: DeleteConstraint = DeleteConstraint.SET_NULL
    master_detail: bool = False  # whether the record is a part of its parent
    formula: str = ""  # a calculated field's text
    blank_as_zero: bool = False  # whether that formula takes a blank number as zero
    name_field: bool = False  # whether it is what people call the record by
    compound: str = ""  # the field that this is a part of: `Name` of LastName, `Address` of Street
    history: bool = False  # whether field history is tracked

    @property
    def custom(self) -> bool:
        """Whether an admin made it."""
        return self.name.endswith(("__c", "__s"))

    @property
    def part(self) -> str:
        """The key under which a part stands in its compound's value: `postalCode` of BillingPostalCode."""
        stem = self.compound.removesuffix("Address").removesuffix("__c")
        short = self.name.removeprefix(stem).removesuffix("__s").lstrip("_")
        return short[:1].lower() + short[1:]

    @property
    def filterable(self) -> bool:
        """Whether a query's WHERE may compare it; an address only by its distance."""
        return self.sortable or self.type is FieldType.MULTIPICKLIST

    @property
    def sortable(self) -> bool:
        """Whether a query may order its records by it."""
        return self.type not in _UNSORTABLE and not self._long

    @property
    def groupable(self) -> bool:
        """Whether a query may group by it: not by an amount, a moment, a free choice or a formula."""
        return self.sortable and self.type not in _UNGROUPED and not self.formula

    @property
    def aggregatable(self) -> bool:
        """Whether a query may count its values."""
        return self.sortable and self.type not in {FieldType.BOOLEAN, FieldType.TIME}

    @property
    def _long(self) -> bool:
        return self.type is FieldType.TEXTAREA and self.length > _LONGEST_COMPARED

    @property
    def required(self) -> bool:
        """Whether a create without it is refused."""
        return self.createable and not (self.nillable or self.defaulted or self.type is FieldType.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Child:
    """A relationship down to another object's records: `OpportunityContactRoles` of an Opportunity."""

    name: str
    object: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A kind of an object's records, with picklist values of its own.

    `picklists` maps a field to the values that such a record may have, one of them perhaps its default; a picklist that
    is not named has all its values. `id` is empty until an org has given it one.
    """

    name: str  # the developer name
    label: str = ""
    id: str = ""
    description: str = ""
    active: bool = True
    available: bool = True  # to whoever asks
    default: bool = False  # of whoever asks
    picklists: Mapping[str, tuple[PicklistValue, ...]] = field(default_factory=dict[str, tuple[PicklistValue, ...]])


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object with its fields, in the org's order."""

    name: str
    label: str = ""
    label_plural: str = ""
    key_prefix: str = ""
    fields: Mapping[str, Field]
    children: tuple[Child, ...] = ()
    queryable: bool = True
    record_types: tuple[RecordType, ...] = ()

    @cached_property
    def _by_fold(self) -> dict[str, Field]:
        return {name.casefold(): one for name, one in self.fields.items()}

    @cached_property
    def _by_relationship(self) -> dict[str, Field]:
        return {one.relationship.casefold(): one for one in self.fields.values() if one.relationship}

    @property
    def custom(self) -> bool:
        """Whether an admin made it."""
        return self.name.endswith("__c")

    @property
    def external(self) -> bool:
        """Whether its rows lie in another system, shown through Salesforce Connect."""
        return self.name.endswith("__x")

    @cached_property
    def createable(self) -> bool:
        """Whether a client may create its records: history and setup objects are the org's own."""
        return any(one.createable for one in self.fields.values())

    @cached_property
    def updateable(self) -> bool:
        """Whether a client may update its records."""
        return any(one.updateable for one in self.fields.values())

    @property
    def deletable(self) -> bool:
        """Whether a client may delete its records; a User is made inactive instead, and so is a currency."""
        return self.createable and self.name not in {"User", "CurrencyType"}

    @property
    def undeletable(self) -> bool:
        """Whether what is deleted waits in the recycle bin."""
        return self.deletable and self.has("IsDeleted")

    @cached_property
    def name_field(self) -> Field | None:
        """The field that people call a record by, or None where there is no such field."""
        return next((one for one in self.fields.values() if one.name_field), None)

    def has(self, name: str) -> bool:
        """Whether there is a field of that name."""
        return name.casefold() in self._by_fold

    def field(self, name: str) -> Field:
        """Give the field of that name. Raises SchemaError, with the nearest name, where there is none."""
        found = self._by_fold.get(name.casefold())
        if found is None:
            close = nearest(name, self.fields)
            raise SchemaError(f"{self.name} has no field {name}", fix=f"Did you mean {close}?" if close else "")
        return found

    def parent(self, relationship: str) -> Field | None:
        """Give the reference field behind a relationship name (`Account` → AccountId), or None."""
        return self._by_relationship.get(relationship.casefold())

    def record_type(self, key: str | None) -> RecordType | None:
        """Give the record type of that id or developer name, or None."""
        return next((one for one in self.record_types if key in {one.id, one.name}), None)

    def child(self, relationship: str) -> Child | None:
        """Give the child relationship of that name, or None."""
        return next((one for one in self.children if one.name.casefold() == relationship.casefold()), None)


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of OpportunityStage: what a StageName means, whatever it is called.

    `forecast_category` is the category's API value (`Omitted`, `Pipeline`, `BestCase`, `MostLikely`, `Forecast`,
    `Closed`), empty where the org maps none.
    """

    name: str
    order: int
    forecast_category: str
    closed: bool = False
    won: bool = False
    probability: int = 0
    active: bool = True


@dataclass(frozen=True)
class Schema:
    """The catalogue of one org: objects by name, the stages of its opportunities, its currency."""

    objects: Mapping[str, Object]
    stages: tuple[Stage, ...] = ()
    currency: str = "USD"
    _by_fold: Mapping[str, Object] = field(init=False, repr=False, compare=False, default_factory=dict[str, Object])
    _by_stage: Mapping[str, Stage] = field(init=False, repr=False, compare=False, default_factory=dict[str, Stage])

    def __post_init__(self) -> None:
        """Index objects and stages by their folded names, once."""
        object.__setattr__(self, "_by_fold", {name.casefold(): one for name, one in self.objects.items()})
        object.__setattr__(self, "_by_stage", {one.name.casefold(): one for one in reversed(self.stages)})

    def __iter__(self) -> Iterator[Object]:
        """Give the objects in the catalogue's order."""
        return iter(self.objects.values())

    def has(self, name: str) -> bool:
        """Whether there is an object of that name."""
        return name.casefold() in self._by_fold

    def object(self, name: str) -> Object:
        """Give the object of that name. Raises SchemaError, with the nearest name, where there is none."""
        found = self._by_fold.get(name.casefold())
        if found is None:
            close = nearest(name, self.objects)
            raise SchemaError(f"the org has no object {name}", fix=f"Did you mean {close}?" if close else "")
        return found

    def path(self, start: str, dotted: str) -> tuple[Field, ...]:
        """Follow `Account.Owner.Email` from an object: reference fields, then the last field.

        A polymorphic reference (`Owner` of a Lead: Group or User) is followed to the first object in
        `reference_to` that has the next name. Raises SchemaError where a name leads nowhere.
        """
        *relationships, last = dotted.split(".")
        here, found = [self.object(start)], list[Field]()
        for step in relationships:
            reference = next((one for one in (o.parent(step) for o in here) if one is not None), None)
            if reference is None:
                names = [f.relationship for o in here for f in o.fields.values() if f.relationship]
                close = nearest(step, names)
                fix = f"Did you mean {close}?" if close else ""
                raise SchemaError(f"{here[0].name} has no relationship {step}", fix=fix)
            found.append(reference)
            here = [self.object(name) for name in reference.reference_to if self.has(name)]
            if not here:
                objects = " or ".join(reference.reference_to)
                raise SchemaError(f"{step} leads to {objects}, and nothing is known of it here")
        owner = next((one for one in here if one.has(last)), here[0])
        return (*found, owner.field(last))

    def along(self, start: str, dotted: str) -> tuple[tuple[str, Field], ...]:
        """Give every field of a dotted path, each with the object that has it. Raises SchemaError as `path` does."""
        here, found = (start,), list[tuple[str, Field]]()
        for step in self.path(start, dotted):
            holders = [self.object(name) for name in here if self.has(name)]
            holder = next((one for one in holders if one.has(step.name)), holders[0])
            found.append((holder.name, step))
            here = step.reference_to
        return tuple(found)

    def field(self, start: str, dotted: str) -> Field:
        """Give the last field of a dotted path from an object. Raises SchemaError as `path` does."""
        return self.path(start, dotted)[-1]

    def stage(self, name: str | None) -> Stage | None:
        """Give the stage of that name, or None: an unmapped stage is the caller's to treat with care."""
        return None if name is None else self._by_stage.get(name.casefold())

    def beside(self, other: "Schema") -> "Schema":
        """Give a catalogue that has every object and field of this one, and those of another that are not in it."""
        objects = dict(self.objects)
        for one in other:
            mine = objects.get(one.name)
            fields = (
                one.fields
                if mine is None
                else {**mine.fields, **{k: v for k, v in one.fields.items() if not mine.has(k)}}
            )
            objects[one.name] = replace(one if mine is None else mine, fields=fields)
        return Schema(objects=objects, stages=self.stages, currency=self.currency)

    def with_objects(self, objects: Iterable[Object]) -> "Schema":
        """Give a catalogue in which these objects are added, or stand in place of their namesakes."""
        return replace(self, objects={**self.objects, **{one.name: one for one in objects}})
