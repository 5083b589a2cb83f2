"""The definition file of a local org: what stands in it, in the words of Salesforce's own metadata."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, cast

from pydantic import BeforeValidator, Field

from upbeat.base.files import (
    ApiName,
    CurrencyCode,
    Day,
    FileModel,
    FormulaText,
    Grant,
    KeyPrefix,
    Model,
    Sentence,
    Username,
    refuse,
)
from upbeat.localorg.definitions import AutomationKind
from upbeat.localorg.duplicates import Action, Method
from upbeat.localorg.rights import SharingModel
from upbeat.schema import DeleteConstraint

FILE: Final = "org.yaml"
"""What the file is called where a folder holds one."""


class FieldKind(StrEnum):
    """A custom field's type, as Salesforce's metadata names it."""

    AUTO_NUMBER = "AutoNumber"
    CHECKBOX = "Checkbox"
    CURRENCY = "Currency"
    DATE = "Date"
    DATE_TIME = "DateTime"
    EMAIL = "Email"
    ENCRYPTED_TEXT = "EncryptedText"
    HTML = "Html"
    LOCATION = "Location"
    LONG_TEXT_AREA = "LongTextArea"
    LOOKUP = "Lookup"
    MASTER_DETAIL = "MasterDetail"
    MULTISELECT_PICKLIST = "MultiselectPicklist"
    NUMBER = "Number"
    PERCENT = "Percent"
    PHONE = "Phone"
    PICKLIST = "Picklist"
    TEXT = "Text"
    TEXT_AREA = "TextArea"
    TIME = "Time"
    URL = "Url"


def _value(given: Any) -> Any:
    """A value of a picklist may be written as its name alone."""
    return {"name": given} if isinstance(given, str) else given


def _category(given: Any) -> Any:
    if given == "Commit":
        raise refuse("forecast_category cannot be Commit", "Write Forecast: that is the API value of Commit.")
    return given


Text = Annotated[str, Field(max_length=4000)]
Count = Annotated[int, Field(ge=0, le=131_072)]


class ValueDefinition(Model):
    """One value of a picklist; a name alone says as much."""

    name: Sentence
    """The API value, which records hold."""
    label: Sentence | None = None
    """What a person sees; left out, the name."""
    default: bool = False
    """Whether new records get it."""
    active: bool = True
    """Whether it can still be chosen."""


Value = Annotated[ValueDefinition, BeforeValidator(_value)]
Values = Annotated[tuple[Value, ...], Field(strict=False)]


class FieldDefinition(Model):
    """A custom field, or what differs of a standard one: its label, its values, whether its history is tracked."""

    type: Annotated[FieldKind, Field(strict=False)] | None = None
    """The type; of a formula field, that of its result. A standard field has its own."""
    label: Sentence | None = None
    """Left out, the API name in words."""
    length: Count | None = None
    """Characters of a text; left out, 255, and of a long one 32768."""
    precision: Annotated[int, Field(ge=1, le=18)] | None = None
    """Digits of a number, before and after the point; left out, 18."""
    scale: Annotated[int, Field(ge=0, le=17)] | None = None
    """Digits after the point; left out, 2 of amounts and percentages, else none."""
    required: bool | None = None
    """Whether a record without it is refused."""
    unique: bool | None = None
    """Whether two records may not have the same value."""
    external_id: bool | None = None
    """Whether records can be upserted by it."""
    default: bool | None = None
    """A checkbox's default."""
    formula: FormulaText | None = None
    """What the field is worked out from."""
    blanks_as_zero: bool | None = None
    """Whether the formula takes a blank number for zero."""
    values: Values | None = None
    """A picklist's values, in their order."""
    restricted: bool | None = None
    """Whether a picklist refuses other values."""
    reference_to: ApiName | None = None
    """The object that a lookup leads to."""
    relationship_name: ApiName | None = None
    """What the parent calls the records below it: `Visits` is asked for as `Visits__r`."""
    delete_constraint: Annotated[DeleteConstraint, Field(strict=False)] | None = None
    """What becomes of a record when the one that its lookup leads to is deleted."""
    display_format: Text | None = None
    """How an auto-number is written: `PLAN-{YYYY}-{0000}`."""
    starting_number: Annotated[int, Field(ge=1)] | None = None
    """The first auto-number; left out, 1."""
    track_history: bool | None = None
    """Whether field history is kept."""


class RuleDefinition(Model):
    """A validation rule."""

    when: FormulaText
    """The save is refused where this is true."""
    message: Sentence
    """What the person reads."""
    field: ApiName | None = None
    """The field beside which it is shown; left out, above the record."""
    active: bool = True
    """Whether it counts."""
    description: Text = ""
    """What it is for."""


class RecordTypeDefinition(Model):
    """A record type."""

    label: Sentence | None = None
    """Left out, the name in words."""
    description: Text = ""
    """What it is for."""
    active: bool = True
    """Whether new records can have it."""
    default: bool = False
    """Whether new records get it where none is given."""
    picklists: dict[ApiName, Values] = Field(default_factory=dict[ApiName, Values])
    """Fields, each with the values that such records may have; a picklist left out has all its values."""


def _criterion(given: Any) -> Any:
    """A criterion may be written as its field alone."""
    return {"field": given} if isinstance(given, str) else given


class CriterionDefinition(Model):
    """Two fields that must be alike; a field alone says that it is the same."""

    field: ApiName
    """The field of the record that is saved."""
    method: Annotated[Method, Field(strict=False)] = Method.EXACT
    """How it is compared."""
    against: ApiName | None = None
    """The field of the other record; left out, the one of the same name."""
    match_blanks: bool = False
    """Whether two blanks are alike."""


class MatchingDefinition(Model):
    """Criteria that all hold between two duplicates."""

    object: ApiName | None = None
    """What is looked through; left out, the object of the rule."""
    criteria: Annotated[
        tuple[Annotated[CriterionDefinition, BeforeValidator(_criterion)], ...], Field(strict=False, min_length=1)
    ]
    """What must be alike."""


class DuplicateRuleDefinition(Model):
    """A duplicate rule, with the matching rules by which it finds."""

    matching: Annotated[dict[ApiName, MatchingDefinition], Field(min_length=1)]
    """Matching rules by name: one of them is enough."""
    label: Sentence | None = None
    """Left out, the name in words."""
    on_create: Annotated[Action, Field(strict=False)] = Action.ALLOW
    """What becomes of a new duplicate."""
    on_update: Annotated[Action, Field(strict=False)] = Action.ALLOW
    """What becomes of a record that is made one."""
    alert: bool = True
    """Whether an allowed save is refused first, until the client says that it knows."""
    report: bool = False
    """Whether what was found is kept in duplicate record sets."""
    message: Sentence | None = None
    """What the person reads."""
    active: bool = True
    """Whether it counts."""


class ObjectDefinition(Model):
    """A custom object, or what is added to a standard one."""

    label: Sentence | None = None
    """Left out, the API name in words."""
    plural_label: Sentence | None = None
    """Left out, the label with an s."""
    key_prefix: KeyPrefix | None = None
    """How the ids of its records begin; left out, the next that is free: a00, a01."""
    sharing: Annotated[SharingModel, Field(strict=False)] | None = None
    """The org-wide default: what everybody may do with records of others."""
    fields: dict[ApiName, FieldDefinition] = Field(default_factory=dict[ApiName, FieldDefinition])
    """Fields by API name."""
    validation_rules: dict[ApiName, RuleDefinition] = Field(default_factory=dict[ApiName, RuleDefinition])
    """Validation rules by name."""
    record_types: dict[ApiName, RecordTypeDefinition] = Field(default_factory=dict[ApiName, RecordTypeDefinition])
    """Record types by developer name."""
    duplicate_rules: dict[ApiName, DuplicateRuleDefinition] = Field(
        default_factory=dict[ApiName, DuplicateRuleDefinition]
    )
    """Duplicate rules by name."""


class StageDefinition(Model):
    """A stage of opportunities."""

    name: Sentence
    """What StageName holds."""
    forecast_category: Annotated[
        Literal["Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed"], BeforeValidator(_category)
    ]
    """The category's API value; `Forecast` is what people call Commit."""
    probability: Annotated[int, Field(ge=0, le=100)] = 0
    """In per cent."""
    closed: bool = False
    """Whether the deal is over."""
    won: bool = False
    """Whether it is won."""
    active: bool = True
    """Whether it can still be chosen."""


def _sets(given: Any) -> Any:
    """Fields alone say that their values are worked out."""
    return dict.fromkeys(cast("list[Any]", given)) if isinstance(given, list) else given


SetFields = Annotated[dict[ApiName, Text | None], BeforeValidator(_sets)]
"""Fields, each with the value that it is given; a list of fields alone, where the values are worked out."""

Trigger = Literal["RecordBeforeSave", "RecordAfterSave", "RecordBeforeDelete", "Scheduled", "PlatformEvent"]


class CurrencyDefinition(Model):
    """A currency of an org that has several."""

    rate: Annotated[float, Field(gt=0)] = 1.0
    """How many of it are one of the corporate currency, whose own rate is 1."""
    corporate: bool = False
    """Whether it is the company's own; one is."""
    active: bool = True
    """Whether records can be in it."""
    decimal_places: Annotated[int, Field(ge=0, le=5)] = 2
    """Digits after the point."""
    dated: dict[Day, Annotated[float, Field(gt=0)]] = Field(default_factory=dict[Day, float])
    """Rates from a day on."""


class FlowDefinition(Model):
    """A flow that the org is said to have. It is listed, and never run."""

    label: Sentence | None = None
    """Left out, its name."""
    type: Sentence = "AutoLaunchedFlow"
    """The process type: `AutoLaunchedFlow`, `Flow` for one with screens, `Workflow` for a process."""
    trigger: Trigger | None = None
    """What starts it."""
    object: ApiName | None = None
    """The object whose records start it."""
    record_trigger: Literal["Create", "Update", "CreateAndUpdate", "Delete"] | None = None
    """On which change of such a record."""
    when: FormulaText | None = None
    """Its entry condition; left out, every such change starts it."""
    order: Annotated[int, Field(ge=1, le=2000)] | None = None
    """Its place among the flows of the same object and moment."""
    sets: SetFields = Field(default_factory=dict[ApiName, Text | None])
    """The fields of such a record that it gives values to: a list, or each with its value."""
    updates: dict[ApiName, SetFields] = Field(default_factory=dict[ApiName, SetFields])
    """Related records that it gives values to: objects, each with its fields."""
    active: bool = True
    """Whether it is switched on."""
    description: Text = ""
    """What it does."""


Event = Literal[
    "before insert",
    "after insert",
    "before update",
    "after update",
    "before delete",
    "after delete",
    "after undelete",
]


class AutomationDefinition(Model):
    """An Apex trigger or a workflow rule that the org is said to have. It is listed, and never run."""

    kind: Annotated[AutomationKind, Field(strict=False)]
    """`ApexTrigger` or `WorkflowRule`."""
    object: ApiName
    """The object whose records start it."""
    on: Annotated[tuple[Event, ...], Field(strict=False)] = ()
    """A trigger's events."""
    when: FormulaText | None = None
    """A rule's condition; left out, it always holds."""
    sets: SetFields = Field(default_factory=dict[ApiName, Text | None])
    """The fields that a rule's updates give values to: a list, or each with its value."""
    body: Text = ""
    """A trigger's code."""
    active: bool = True
    """Whether it is switched on."""
    description: Text = ""
    """What a rule is for."""


class RoleDefinition(Model):
    """A role."""

    parent: Sentence | None = None
    """The role above it."""


class ObjectAccess(StrEnum):
    """What may be done with an object's records."""

    READ = "Read"
    CREATE = "Create"
    EDIT = "Edit"
    DELETE = "Delete"
    VIEW_ALL = "ViewAll"
    MODIFY_ALL = "ModifyAll"


class FieldAccess(StrEnum):
    """What may be done with a field."""

    READ = "Read"
    EDIT = "Edit"


ObjectAccesses = Annotated[tuple[Annotated[ObjectAccess, Field(strict=False)], ...], Field(strict=False)]
FieldAccesses = Annotated[tuple[Annotated[FieldAccess, Field(strict=False)], ...], Field(strict=False)]


class PermissionSetDefinition(Model):
    """A permission set."""

    label: Sentence | None = None
    """Left out, the name in words."""
    system: Annotated[tuple[ApiName, ...], Field(strict=False)] = ()
    """System permissions, such as `ViewSetup`."""
    objects: dict[ApiName, ObjectAccesses] = Field(default_factory=dict[ApiName, ObjectAccesses])
    """Objects, each with what may be done; an empty list takes away."""
    fields: dict[Grant, FieldAccesses] = Field(default_factory=dict[Grant, FieldAccesses])
    """Fields, each with what may be done; an empty list takes away."""


class UserDefinition(Model):
    """A person who works in the org."""

    last_name: Sentence
    """The last name."""
    first_name: Sentence | None = None
    """The first name."""
    profile: Sentence = "Standard User"
    """The profile's name."""
    role: Sentence | None = None
    """The role's name."""
    manager: Username | None = None
    """The manager's username."""
    permission_sets: Annotated[tuple[ApiName, ...], Field(strict=False)] = ()
    """Permission sets beside the profile's, by name."""
    title: Sentence | None = None
    """What they are called at work."""
    time_zone: Sentence | None = None
    """An IANA name; left out, the org's."""
    active: bool = True
    """Whether they can log in and own records."""


class QueueDefinition(Model):
    """A queue, which may own records until a person takes them."""

    objects: Annotated[tuple[ApiName, ...], Field(strict=False, min_length=1)]
    """What it may own."""
    members: Annotated[tuple[Username, ...], Field(strict=False)] = ()
    """Who works on it."""


class OrgDefinition(FileModel):
    """A local org's definitions. What is left out stays as it is."""

    objects: dict[ApiName, ObjectDefinition] = Field(default_factory=dict[ApiName, ObjectDefinition])
    """Objects by API name, standard ones too."""
    stages: Annotated[tuple[StageDefinition, ...], Field(strict=False)] | None = None
    """All stages of opportunities, in their order; they take the place of those that there are."""
    currencies: dict[CurrencyCode, CurrencyDefinition] = Field(default_factory=dict[CurrencyCode, CurrencyDefinition])
    """Currencies by ISO code, where the org has several."""
    streamed: Annotated[tuple[ApiName, ...], Field(strict=False)] | None = None
    """All objects whose changes are told, five at most."""
    flows: dict[ApiName, FlowDefinition] = Field(default_factory=dict[ApiName, FlowDefinition])
    """Flows by API name."""
    automations: dict[Sentence, AutomationDefinition] = Field(default_factory=dict[Sentence, AutomationDefinition])
    """Apex triggers and workflow rules by name."""
    roles: dict[Sentence, RoleDefinition] = Field(default_factory=dict[Sentence, RoleDefinition])
    """Roles by name."""
    permission_sets: dict[ApiName, PermissionSetDefinition] = Field(
        default_factory=dict[ApiName, PermissionSetDefinition]
    )
    """Permission sets by name."""
    users: dict[Username, UserDefinition] = Field(default_factory=dict[Username, UserDefinition])
    """Users by username."""
    queues: dict[Sentence, QueueDefinition] = Field(default_factory=dict[Sentence, QueueDefinition])
    """Queues by name."""
