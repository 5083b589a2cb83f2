"""Acme, the invented company: its people, territories, stages and custom fields. Facts only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from upbeat.localorg.rights import READING, WRITING
from upbeat.schema import Field, FieldType, PicklistValue

BEGAN = datetime(2025, 11, 17, 6, tzinfo=UTC)
"""The Monday on which the simulated year begins."""

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
"""The Monday morning, an hour before the first act of `morning`, at which the simulated year ends."""

TIME_ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the org. `role` is a UserRole's name, `manager` a username."""

    username: str
    first: str
    last: str
    title: str
    role: str = ""
    manager: str = ""
    profile: str = "Standard User"


@dataclass(frozen=True, slots=True)
class Place:
    """A city with one of its postal codes."""

    city: str
    state: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Territory:
    """A part of the world: who owns its accounts, who calls its leads, and the hour (UTC) at which they begin."""

    name: str
    executive: str
    developer: str
    begins: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected app of the sample, which acts as `username`, a user who has the permission set."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    permission_set: str


def _at(name: str) -> str:
    return f"{name}@acme.example"


ADMIN = _at("priya.shah")
REVENUE = _at("rowan.ellis")
SALES_MANAGER = _at("dana.whitfield")
FORMER = _at("sam.porter")  # had the Central accounts until he left
FORMER_UNTIL = datetime(2026, 3, 31, 16, tzinfo=UTC)
WEB_FORMS = _at("web.forms")
CONVERSATIONS = _at("callnote.sync")  # the tool that takes mail and meetings in, and writes summaries
ENRICHMENT = _at("firmlens.sync")  # the tool that looks companies up
_INTEGRATION = "Minimum Access - API Only Integrations"

PEOPLE = (
    Person(REVENUE, "Rowan", "Ellis", "VP Revenue", "Revenue"),
    Person(ADMIN, "Priya", "Shah", "Revenue Operations", "Revenue Operations", REVENUE, "System Administrator"),
    Person(SALES_MANAGER, "Dana", "Whitfield", "Sales Manager, Americas", "Americas Sales Manager", REVENUE),
    Person(_at("maya.chen"), "Maya", "Chen", "Account Executive", "East", SALES_MANAGER),
    Person(_at("theo.grant"), "Theo", "Grant", "Sales Development", "East", SALES_MANAGER),
    Person(_at("luis.ortega"), "Luis", "Ortega", "Account Executive", "Central", SALES_MANAGER),
    Person(_at("nora.lind"), "Nora", "Lind", "Sales Development", "Central", SALES_MANAGER),
    Person(_at("aisha.khan"), "Aisha", "Khan", "Account Executive", "West", SALES_MANAGER),
    Person(_at("ben.foster"), "Ben", "Foster", "Sales Development", "West", SALES_MANAGER),
    Person(_at("lena.vogel"), "Lena", "Vogel", "Account Executive", "DACH", REVENUE),
    Person(_at("owen.hughes"), "Owen", "Hughes", "Account Executive", "UK and Ireland", REVENUE),
    Person(FORMER, "Sam", "Porter", "Account Executive", "Central", SALES_MANAGER),
    Person(WEB_FORMS, "Website", "Forms", "Default lead creator"),
    Person(_at("upbeat.reader"), "Upbeat", "Reader", "Integration", profile=_INTEGRATION),
    Person(_at("upbeat.writer"), "Upbeat", "Writer", "Integration", profile=_INTEGRATION),
    Person(_at("iris.nolan"), "Iris", "Nolan", "Revenue Operations Analyst", "Revenue Operations", ADMIN),
    Person(CONVERSATIONS, "Callnote", "Sync", "Integration", profile=_INTEGRATION),
    Person(ENRICHMENT, "Firmlens", "Sync", "Integration", profile=_INTEGRATION),
)
"""Everybody, managers before those they manage."""

ROLES = {  # name → the role above it
    "Revenue": "",
    "Revenue Operations": "Revenue",
    "Americas Sales Manager": "Revenue",
    "East": "Americas Sales Manager",
    "Central": "Americas Sales Manager",
    "West": "Americas Sales Manager",
    "DACH": "Revenue",
    "UK and Ireland": "Revenue",
}

CONNECTIONS: Mapping[str, Connection] = {  # these open an invented org on this machine, and nothing else
    "reader": Connection("upbeat-reader", "secret-of-the-sample-reader", _at("upbeat.reader"), READING),
    "writer": Connection("upbeat-writer", "secret-of-the-sample-writer", _at("upbeat.writer"), WRITING),
}

QUEUE = "New Leads"

TERRITORIES = (
    Territory(
        "East",
        _at("maya.chen"),
        _at("theo.grant"),
        14,
        (
            Place("Boston", "Massachusetts", "02110", "United States"),
            Place("New York", "New York", "10001", "United States"),
            Place("Philadelphia", "Pennsylvania", "19103", "United States"),
            Place("Washington", "District of Columbia", "20005", "United States"),
            Place("Charlotte", "North Carolina", "28202", "United States"),
            Place("Atlanta", "Georgia", "30303", "United States"),
            Place("Miami", "Florida", "33131", "United States"),
        ),
    ),
    Territory(
        "Central",
        _at("luis.ortega"),
        _at("nora.lind"),
        15,
        (
            Place("Columbus", "Ohio", "43215", "United States"),
            Place("Detroit", "Michigan", "48226", "United States"),
            Place("Minneapolis", "Minnesota", "55401", "United States"),
            Place("Chicago", "Illinois", "60601", "United States"),
            Place("St. Louis", "Missouri", "63101", "United States"),
            Place("Dallas", "Texas", "75201", "United States"),
            Place("Houston", "Texas", "77002", "United States"),
        ),
    ),
    Territory(
        "West",
        _at("aisha.khan"),
        _at("ben.foster"),
        16,
        (
            Place("Denver", "Colorado", "80202", "United States"),
            Place("Phoenix", "Arizona", "85004", "United States"),
            Place("Los Angeles", "California", "90012", "United States"),
            Place("San Francisco", "California", "94103", "United States"),
            Place("Portland", "Oregon", "97204", "United States"),
            Place("Seattle", "Washington", "98101", "United States"),
        ),
    ),
    Territory(
        "DACH",
        _at("lena.vogel"),
        _at("lena.vogel"),
        8,
        (
            Place("Berlin", "", "10117", "Germany"),
            Place("Hamburg", "", "20095", "Germany"),
            Place("Köln", "", "50667", "Germany"),
            Place("München", "", "80331", "Germany"),
            Place("Wien", "", "1010", "Austria"),
            Place("Zürich", "", "8001", "Switzerland"),
        ),
    ),
    Territory(
        "UK and Ireland",
        _at("owen.hughes"),
        _at("owen.hughes"),
        9,
        (
            Place("London", "", "EC1A 1BB", "United Kingdom"),
            Place("Manchester", "", "M2 5DB", "United Kingdom"),
            Place("Edinburgh", "", "EH1 1YZ", "United Kingdom"),
            Place("Cardiff", "", "CF10 1EP", "United Kingdom"),
            Place("Dublin", "", "D02 X285", "Ireland"),
        ),
    ),
)

STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
"""The open stages, in their order."""

FORECAST_CATEGORIES: Mapping[str, str] = {"Proposal/Price Quote": "BestCase", "Negotiation/Review": "Forecast"}
"""What Acme forecasts the late stages as; the others are as Salesforce ships them. `Forecast` is Commit."""

EXITS: Mapping[str, tuple[str, ...]] = {
    "Prospecting": ("Amount",),
    "Qualification": ("Identified_Pain__c",),
    "Needs Analysis": ("Metrics__c",),
    "Value Proposition": ("Economic_Buyer__c",),
    "Id. Decision Makers": ("Decision_Criteria__c",),
    "Perception Analysis": ("Decision_Process__c", "Champion__c"),
    "Proposal/Price Quote": ("NextStep",),
    "Negotiation/Review": ("Amount", "NextStep"),
}
"""What must be known of a deal before it leaves a stage; `lost` it may leave any."""

TIERED = datetime(2026, 10, 5, 9, tzinfo=UTC)
"""When Revenue Operations last went through the accounts and tagged each with its ICP tier."""


LOOKED_UP = datetime(2026, 10, 12, 2, tzinfo=UTC)
"""When the enrichment tool last went through all companies."""


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name, type=FieldType.STRING, length=255) for name in names)


def _one_of(name: str, *values: str) -> Field:
    return Field(name=name, type=FieldType.PICKLIST, picklist=tuple(map(PicklistValue, values)), restricted=True)


def _key(name: str) -> Field:
    return Field(name=name, type=FieldType.STRING, length=64, unique=True, external_id=True)


CUSTOM_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "Opportunity": (
        Field(name="Risk_Flag__c", type=FieldType.STRING, length=80),
        Field(name="Risk_Reason__c", type=FieldType.STRING, length=255),
        Field(name="Risk_Since__c", type=FieldType.DATE),
        Field(name="Verbal_Commitment__c", type=FieldType.BOOLEAN),
        *_texts("Metrics__c", "Economic_Buyer__c", "Decision_Criteria__c", "Decision_Process__c"),
        *_texts("Paper_Process__c", "Identified_Pain__c", "Champion__c", "Competition__c"),
        Field(name="Push_Count__c", type=FieldType.DOUBLE, precision=3),
    ),
    "Account": (
        _one_of("ICP_Tier__c", "A", "B", "C"),
        Field(name="ICP_Tier_Date__c", type=FieldType.DATE),
        _one_of("Territory__c", *(one.name for one in TERRITORIES)),
        _key("Firmlens_Id__c"),
    ),
    "Contact": (_key("Callnote_Id__c"),),
    "Event": (Field(name="Transcript__c", type=FieldType.TEXTAREA, length=32_768),),
    "Lead": (Field(name="Territory__c", type=FieldType.STRING, length=40),),
    "Task": (_key("Upbeat_Key__c"),),
}
