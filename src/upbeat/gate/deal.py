"""What a deal is in: its forecast categories, and whether it is won, by the org's own mapping and never by a label.

Every question has three answers: yes, no, and not known. What is not known counts as yes wherever that asks more of
a write (laws 6 and 11).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upbeat.schema import PicklistValue, Schema, Stage

OPPORTUNITY = "Opportunity"
COMMIT = "Forecast"  # Commit's API value, whatever an org calls it
NO_FORECAST = "Omitted"  # where a deal is that does not exist
CATEGORIES = frozenset({NO_FORECAST, "Pipeline", "BestCase", "MostLikely", COMMIT, "Closed"})

DEAL_FIELDS = ("StageName", "ForecastCategory", "IsWon")  # what the gate must see of a deal, to know and not to doubt

PARTS: Mapping[str, str] = {  # rows that a deal consists of, and the relationship from the row to its deal
    "OpportunityCompetitor": "Opportunity",
    "OpportunityContactRole": "Opportunity",
    "OpportunityLineItem": "Opportunity",
    "OpportunityLineItemSchedule": "OpportunityLineItem.Opportunity",
    "OpportunityPartner": "Opportunity",
    "OpportunitySplit": "Opportunity",
    "OpportunityTeamMember": "Opportunity",
    "Quote": "Opportunity",
    "QuoteLineItem": "Quote.Opportunity",
}
_PATHS = {OPPORTUNITY.casefold(): ""} | {name.casefold(): path for name, path in PARTS.items()}


def deal_path(object_name: str, schema: Schema) -> str | None:
    """Give the relationship from an object's rows to the deal that a write to them touches.

    Empty for the deal itself; None where there is no such deal, as for a task that only mentions one. A custom object
    is a part of the deal where it cannot stand without one (a required reference, as master-detail is).
    """
    known = _PATHS.get(object_name.casefold())
    if known is not None or not object_name.casefold().endswith("__c") or not schema.has(object_name):
        return known
    fields = schema.object(object_name).fields.values()
    required = (one for one in fields if one.custom and not one.nillable and one.reference_to == (OPPORTUNITY,))
    return next((one.relationship for one in required if one.relationship), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Every answer that a deal's fields give: forecast categories by API value, and won or not; None is not known.

    The stage's category and the deal's own both count, as a person may set the one apart from the other.
    """

    categories: frozenset[str | None] = frozenset()
    won: frozenset[bool | None] = frozenset()

    def __or__(self, other: "Standing") -> "Standing":
        """Give the answers of both."""
        return Standing(self.categories | other.categories, self.won | other.won)

    @property
    def commit(self) -> frozenset[bool | None]:
        """Whether the deal is in Commit."""
        return frozenset(None if one is None else one == COMMIT for one in self.categories)


NO_DEAL = Standing(frozenset({NO_FORECAST}), frozenset({False}))


def written(fields: Mapping[str, Any], schema: Schema) -> Standing:
    """Give the answers of those fields alone, named in small letters, that a write sets."""
    categories, won = set[str | None](), set[bool | None]()
    if "stagename" in fields:
        stage = _stage(fields["stagename"], schema)
        categories.add(stage.forecast_category if stage and stage.forecast_category in CATEGORIES else None)
        won.add(stage.won if stage else None)
    if "forecastcategory" in fields:
        value = fields["forecastcategory"]
        categories.add(value if value in CATEGORIES else None)
    if "forecastcategoryname" in fields:
        categories |= _named(fields["forecastcategoryname"], schema)
    if isinstance(fields.get("iswon"), bool):
        won = (won - {None}) | {fields["iswon"]}
    return Standing(frozenset(categories), frozenset(won))


def standing(fields: Mapping[str, Any], schema: Schema) -> Standing:
    """Give the answers for a deal that exists, from its fields in small letters: one that is missing is not known."""
    missing: dict[str, Any] = {"stagename": None}
    if "forecastcategoryname" not in fields:
        missing["forecastcategory"] = None
    return written({**missing, **fields}, schema)


def created(fields: Mapping[str, Any], schema: Schema) -> Standing:
    """Give the answers for a deal that comes to be: its category is the stage's where it is not given."""
    return written({"stagename": None, **fields}, schema)


def first_stage(schema: Schema) -> str | None:
    """Give the stage that a new deal gets where nobody says: the picklist's default, else the first in order."""
    default = next((one.value for one in _picklist("StageName", schema) if one.default), None)
    first = min((one for one in schema.stages if one.active), key=lambda one: one.order, default=None)
    return default or (first and first.name)


def is_late(name: object, late_from: str | None, schema: Schema) -> bool:
    """Whether a stage is `late_from` or beyond it. A closed stage is, and one that the org does not map."""
    first = schema.stage(late_from)
    stage = _stage(name, schema)
    return first is None or stage is None or stage.closed or stage.order >= first.order


def _stage(name: object, schema: Schema) -> Stage | None:
    return schema.stage(name) if isinstance(name, str) else None


def _named(name: object, schema: Schema) -> set[str | None]:
    """Give the categories that a ForecastCategoryName may stand for, by the picklists of the two fields."""
    spellings = {str(name).casefold()}
    for one in _picklist("ForecastCategoryName", schema):
        spellings |= _spellings(one) if _spellings(one) & spellings else set()
    found = {one.value for one in _picklist("ForecastCategory", schema) if _spellings(one) & spellings}
    return {one if one in CATEGORIES else None for one in found} or {None}


def _spellings(one: PicklistValue) -> set[str]:
    return {one.value.casefold(), one.label.casefold()} - {""}


def _picklist(field: str, schema: Schema) -> tuple[PicklistValue, ...]:
    known = schema.has(OPPORTUNITY) and schema.object(OPPORTUNITY).has(field)
    return schema.field(OPPORTUNITY, field).picklist if known else ()
