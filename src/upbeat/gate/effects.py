"""What a write means to the business, whatever field it is written to and whatever verb it comes by (law 6).

Four readings of one proposal are put together, and none takes anything away from another:

    the verb        a delete is a delete, a merge of accounts moves the loser's ownership
    the fields      each by its name: an owner, a stage, a forecast category, a price, or plain
    what is nested  a field inside another record's values counts as that field of whatever record it matters most on
    the deal        into, out of or within Commit; to, from or on a won deal

A create names the owner, the stage or the category that a record begins with, and takes none away from anybody: it
is no change of owner or stage. Its price and its way into Commit or Closed Won count all the same. A message is a
notice or a message, and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from upbeat.base import full_id
from upbeat.domain import Effect, Proposal, Record, Verb
from upbeat.gate import deal
from upbeat.gate.facts import Facts
from upbeat.schema import Schema
from upbeat.timeline import moment
from upbeat.workflows import created
from upbeat.workflows.prices import is_line, is_price, is_price_of_any

VALUES = ("TotalOpportunityQuantity",)  # of an opportunity: no price, and yet what its forecast is made of

_OWNERS = {
    "account": Effect.ACCOUNT_OWNER,
    "opportunity": Effect.OPPORTUNITY_OWNER,
    "lead": Effect.LEAD_OWNER,
}
_OWNER_FIELDS = {"ownerid", "owner"}
_VALUES = {name.casefold() for name in VALUES}
_DEAL_FIELDS = {"stagename": Effect.STAGE, "forecastcategory": Effect.FORECAST, "forecastcategoryname": Effect.FORECAST}
_OF_MESSAGE = {"to", "subject", "text"}
_OF_VERB = {
    Verb.DELETE: Effect.DELETE,
    Verb.UNDELETE: Effect.UNDELETE,
    Verb.MERGE: Effect.MERGE,
    Verb.CONVERT: Effect.CONVERT,
}

_YES: frozenset[bool | None] = frozenset({True})
_NO: frozenset[bool | None] = frozenset({False})


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that a proposal means.

    `doubts` are the effects that are there only because the org does not say that they are not. `written` are the
    fields that it sets, (object, field) in small letters: a field inside another record's values has no object.
    `stages` are the one that its deal leaves and the one that it enters.
    """

    effects: frozenset[Effect]
    doubts: frozenset[Effect]
    written: frozenset[tuple[str, str]]
    stages: tuple[Any, Any]


def effects(proposal: Proposal, facts: Facts) -> frozenset[Effect]:
    """Give the effects of a proposal. An update that sets nothing has none."""
    return meaning(proposal, facts).effects


def meaning(proposal: Proposal, facts: Facts) -> Meaning:
    """Read a proposal beside the org as it stands."""
    target = proposal.object.casefold()
    after = _fold(proposal.object, proposal.after, facts.schema)
    nested = frozenset(_nested(proposal.after))
    written = frozenset({*((target, name) for name in after), *(("", name) for name in nested)})
    if proposal.verb is Verb.SEND:
        return Meaning(frozenset({_of_message(after, facts)}), frozenset(), written, (None, None))
    now = _now(proposal, target, after, facts)
    found = {*_of_verb(proposal.verb, target, after, facts), *_of_fields(proposal.verb, target, after, facts.schema)}
    doubts = set[Effect]()
    for name in nested:
        found.update(_of_nested(name))
    sides = _sides(proposal, target, after, now, facts)
    if sides is not None:
        valued = Effect.PRICE in found or (target == "opportunity" and not _VALUES.isdisjoint(after))
        found.update(_of_deal(proposal.verb, *sides, valued=valued))
        doubts = _doubts(*sides)
    return Meaning(frozenset(found), frozenset(doubts & found), written, (now.get("stagename"), after.get("stagename")))


def _of_message(after: Record, facts: Facts) -> Effect:
    """Say whether a message stays in the house: to one colleague, and nothing in it that could take it further."""
    to = str(after.get("to", "")).strip().casefold()
    return Effect.NOTICE if to in facts.colleagues and after.keys() <= _OF_MESSAGE else Effect.MESSAGE


def _of_verb(verb: Verb, target: str, after: Record, facts: Facts) -> Iterator[Effect]:
    if verb is Verb.CREATE:
        yield created(target)
        if created(target) is Effect.LOG and not _is_over(target, after, facts):
            yield Effect.CREATE  # it asks somebody to come, or to send it
    elif verb in _OF_VERB:
        yield _OF_VERB[verb]
    if verb is Verb.MERGE and target == "account":
        yield Effect.ACCOUNT_OWNER
    if verb is not Verb.UPDATE and is_line(target):
        yield Effect.PRICE


def _is_over(target: str, after: Record, facts: Facts) -> bool:
    """Whether what is logged has happened: a meeting that has begun, a mail that is no draft."""
    if target == "emailmessage":
        return after.get("status") not in {None, "", "5"}
    if target != "event":
        return True  # who took part in it
    begins = after.get("startdatetime") or after.get("activitydatetime")
    try:
        return moment(str(begins)) <= facts.now
    except ValueError:
        return False


def _of_fields(verb: Verb, target: str, after: Iterable[str], schema: Schema) -> Iterator[Effect]:
    changes = verb is Verb.UPDATE or verb is Verb.MERGE
    for name in after:
        if is_price(target, name, schema):
            yield Effect.PRICE
        elif changes:
            yield _of_change(target, name)


def _of_change(target: str, name: str) -> Effect:
    if name in _OWNER_FIELDS:
        return _OWNERS.get(target, Effect.OWNER)
    return _DEAL_FIELDS.get(name, Effect.FIELD) if target == "opportunity" else Effect.FIELD


def _of_nested(name: str) -> Iterator[Effect]:
    """Give what a field means inside another record's values: nobody says whose field it is, so it is the worst."""
    if is_price_of_any(name):
        yield Effect.PRICE
    elif name in _OWNER_FIELDS:
        yield Effect.ACCOUNT_OWNER
    elif name in _DEAL_FIELDS:
        yield from (_DEAL_FIELDS[name], Effect.COMMIT, Effect.CLOSED_WON)
    else:
        yield Effect.FIELD


def _of_deal(verb: Verb, was: deal.Standing, becomes: deal.Standing, *, valued: bool) -> Iterator[Effect]:
    """Give what a write means to the deal that it touches; `valued` is whether it touches what the deal is worth."""
    both = was | becomes
    commit, moved = both.commit, bool(becomes.categories)
    if (moved and commit not in (_YES, _NO)) or (valued and commit != _NO):
        yield Effect.COMMIT
    if both.won != _NO:
        yield Effect.CLOSED_WON
    if verb is Verb.UPDATE and moved and len(both.categories) > 1:
        yield Effect.FORECAST  # a stage brings its own category with it


def _doubts(was: deal.Standing, becomes: deal.Standing) -> set[Effect]:
    """Give the effects on a deal that it has for certain in neither place."""
    both = was | becomes
    return {
        effect
        for effect, answers in ((Effect.COMMIT, both.commit), (Effect.CLOSED_WON, both.won))
        if True not in answers
    }


def _sides(
    proposal: Proposal, target: str, after: Record, now: Record, facts: Facts
) -> tuple[deal.Standing, deal.Standing] | None:
    """Give where the touched deal stands before, and where the write puts it; None where it touches no deal."""
    schema, verb = facts.schema, proposal.verb
    if verb is Verb.CONVERT:
        return _converted(after, now, facts)
    path = deal.deal_path(target, schema)
    if path is None:
        return None
    if verb is Verb.CREATE and not path:
        return deal.NO_DEAL, deal.created(after, schema)
    stands = deal.standing(now, schema)
    if path:
        return stands, deal.Standing()
    if verb is Verb.UNDELETE:
        return deal.NO_DEAL, stands
    return stands, deal.NO_DEAL if verb is Verb.DELETE else deal.written(after, schema)


def _converted(after: Record, now: Record, facts: Facts) -> tuple[deal.Standing, deal.Standing] | None:
    """Give the deal that a converted lead makes, in the org's first stage unless told; or the one that it joins.

    `after` names what Salesforce's convertLead takes: DoNotCreateOpportunity, OpportunityId.
    """
    if after.get("opportunityid"):
        return deal.standing(now, facts.schema), deal.Standing()
    if after.get("donotcreateopportunity") is True:
        return None
    return deal.NO_DEAL, deal.created({"stagename": deal.first_stage(facts.schema), **after}, facts.schema)


def _now(proposal: Proposal, target: str, after: Record, facts: Facts) -> Record:
    """Give what was read of the touched deal: nothing where it was not read, or another one was.

    What the proposal says that it found is not believed: it is what the gate is there to judge.
    """
    found = {name.casefold(): value for name, value in (facts.deal or {}).items()}
    read = found.get("id")
    touched = proposal.record_id if target == "opportunity" else after.get("opportunityid")
    return found if read is None or full_id(touched) == full_id(read) != "" else {}


def _fold(object_name: str, fields: Record, schema: Schema) -> dict[str, Any]:
    """Give fields by their names in small letters; a parent named by its relationship is its reference field.

    A path names the field that it begins with: `Account.OwnerId` sets something of the account.
    """
    known = schema.object(object_name) if schema.has(object_name) else None
    folded: dict[str, Any] = {}
    for name, value in fields.items():
        first = name.partition(".")[0]
        reference = known.parent(first) if known else None
        folded[(reference.name if reference else first).casefold()] = value
    return folded


def _nested(values: object) -> Iterator[str]:
    """Give the names, in small letters, of all that stands in other records' values: below a parent, in a child."""
    if isinstance(values, Mapping):
        for name, value in cast("Mapping[str, Any]", values).items():
            if "." in name:
                yield name.rpartition(".")[2].casefold()
            if isinstance(value, Mapping | list | tuple):
                yield from _names(cast("object", value))


def _names(values: object) -> Iterator[str]:
    if isinstance(values, Mapping):
        yield from (name.rpartition(".")[2].casefold() for name in cast("Mapping[str, Any]", values))
        values = tuple(cast("Mapping[str, Any]", values).values())
    if isinstance(values, list | tuple):
        for value in cast("tuple[object, ...]", values):
            yield from _names(value)
