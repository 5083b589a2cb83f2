"""What a step's writes are bound to mean, seen from its definition alone, before any record is at hand.

The gate finds the effects of each write from the record as it is, and may find more: any field of a won deal is
Closed Won. What is found here is found there too; a test holds the two together.
"""

from upbeat.domain import Effect, Verb
from upbeat.formula import Text
from upbeat.schema import Schema
from upbeat.workflows.catalogue import Args, FunctionSpec, Kind
from upbeat.workflows.prices import is_line, is_price

_COMMIT = "Forecast"  # Commit's API value, whatever an org calls it
_OWNERS = {
    "Lead": Effect.LEAD_OWNER,
    "Account": Effect.ACCOUNT_OWNER,
    "Opportunity": Effect.OPPORTUNITY_OWNER,
}
_DEAL = {"StageName": Effect.STAGE, "ForecastCategory": Effect.FORECAST, "ForecastCategoryName": Effect.FORECAST}
_TELLS_OF = frozenset(
    {
        *("event", "emailmessage", "eventrelation", "taskrelation", "emailmessagerelation"),
        *("conversation__c", "conversation_insight__c"),  # as they ship: what was said, and what was found in it
    }
)
_VERBS = {
    Verb.DELETE: Effect.DELETE,
    Verb.UNDELETE: Effect.UNDELETE,
    Verb.MERGE: Effect.MERGE,
    Verb.CONVERT: Effect.CONVERT,
}


def effects_of(spec: FunctionSpec, values: Args, target: str, schema: Schema) -> frozenset[Effect]:
    """Give the effects that a call with these compiled values always has; `target` is the record's object."""
    writes = spec.writes(values, target)
    found = {_VERBS[verb] for verb in spec.verbs if verb in _VERBS}
    if Verb.CREATE in spec.verbs:
        found |= {created(written) for written, _ in writes}
        found |= {Effect.PRICE for written, name in writes if is_line(written) or is_price(written, name, schema)}
    if Verb.UPDATE in spec.verbs:
        found |= {_of_field(written, name, schema) for written, name in spec.changed(values, target)}
    if Verb.SEND in spec.verbs:
        found |= {
            effect
            for name, one in spec.parameters.items()
            if one.kind is Kind.RECIPIENT
            for effect in _of_recipient(values[name], target, schema)
        }
    stages = [values.get(name, {}).get("StageName") for name, one in spec.parameters.items() if one.kind is Kind.FIELDS]
    if target == "Opportunity":
        found |= {effect for one in stages if isinstance(one, str) for effect in _of_stage(one, schema)}
    return frozenset(found)


def created(target: str) -> Effect:
    """Give the effect of a new record of an object: a task asks, what is logged tells what has been."""
    if target.casefold() == "task":
        return Effect.CREATE_TASK
    return Effect.LOG if target.casefold() in _TELLS_OF else Effect.CREATE


def effects_of_field(target: str, name: str, schema: Schema) -> frozenset[Effect]:
    """Give the effects of a change to a field by itself: what the verb or the record's deal adds is not among them."""
    moved = {Effect.FORECAST} if (target, name) == ("Opportunity", "StageName") else set[Effect]()
    return frozenset({_of_field(target, name, schema), *moved})  # a stage brings its own category with it


def _of_recipient(to: object, target: str, schema: Schema) -> set[Effect]:
    """Give what a message means by where its recipient's address stands: in a user, or in anybody else's record.

    The gate looks at the address itself: a user who is a customer is none of ours, and a contact may be a colleague.
    """
    if not isinstance(to, Text):
        return set()  # people are known to the checks, and not here
    return {Effect.NOTICE if all(_is_a_users(path, target, schema) for path in to.fields) else Effect.MESSAGE}


def _is_a_users(path: str, target: str, schema: Schema) -> bool:
    """Whether a path ends in a user, or in one of a user's fields."""
    *before, last = schema.path(target, path)
    holders = before[-1].reference_to if before else (target,)
    return "User" in (*holders, *last.reference_to)


def _of_field(target: str, name: str, schema: Schema) -> Effect:
    if is_price(target, name, schema):
        return Effect.PRICE
    if name == "OwnerId":
        return _OWNERS.get(target, Effect.OWNER)
    return _DEAL.get(name, Effect.FIELD) if target == "Opportunity" else Effect.FIELD


def _of_stage(name: str, schema: Schema) -> set[Effect]:
    """Give what entering a stage means; a stage that the org does not map counts as Commit."""
    stage = schema.stage(name)
    if stage is None or stage.forecast_category in {_COMMIT, ""}:
        return {Effect.COMMIT}
    return {Effect.CLOSED_WON} if stage.won else set()
