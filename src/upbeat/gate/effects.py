"""What a write means to the business, whatever field it is written to and whatever verb it comes by (law 6).

Three readings of one proposal are put together, and none takes anything away from another:

    the verb        a delete is a delete, a merge of accounts moves the loser's ownership
    the fields      each by its name: an owner, a stage, a forecast category, a price, or plain
    the deal        into, out of or within Commit; to, from or on a won deal

A create names the owner, the stage or the category that a record begins with, and takes none away from anybody: it
is no change of owner or stage. Its price and its way into Commit or Closed Won count all the same.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from upbeat.domain import Effect, Proposal, Record, Verb
from upbeat.gate import deal
from upbeat.gate.facts import Facts
from upbeat.schema import Schema
from upbeat.workflows.prices import is_line, is_price

VALUES = ("TotalOpportunityQuantity",)  # of an opportunity: no price, and yet what its forecast is made of

_OWNERS = {
    "account": Effect.ACCOUNT_OWNER,
    "opportunity": Effect.OPPORTUNITY_OWNER,
    "lead": Effect.LEAD_OWNER,
}
_VALUES = {name.casefold() for name in VALUES}
_DEAL_FIELDS = {"stagename": Effect.STAGE, "forecastcategory": Effect.FORECAST, "forecastcategoryname": Effect.FORECAST}


_YES: frozenset[bool | None] = frozenset({True})
_NO: frozenset[bool | None] = frozenset({False})


def effects(proposal: Proposal, facts: Facts) -> frozenset[Effect]:
    """Give all that a proposal means. An update that sets nothing means nothing."""
    after = _fold(proposal.object, proposal.after, facts.schema)
    if proposal.verb is Verb.SEND:
        return frozenset({_of_message(after, facts)})
    found = {*_of_verb(proposal), *_of_fields(proposal, after, facts.schema)}
    return frozenset({*found, *_of_deal(proposal, after, facts, priced=Effect.PRICE in found)})


def is_doubtful(effect: Effect, proposal: Proposal, facts: Facts) -> bool:
    """Whether an effect on a deal is there only because the org does not say that it is not."""
    if effect not in {Effect.COMMIT, Effect.CLOSED_WON}:
        return False
    sides = _sides(proposal, _fold(proposal.object, proposal.after, facts.schema), facts)
    if sides is None:
        return False
    both = sides[0] | sides[1]
    return True not in (both.commit if effect is Effect.COMMIT else both.won)


def is_late(proposal: Proposal, late_from: str | None, facts: Facts) -> bool:
    """Whether a change of stage begins or ends at the stage `late_from` or beyond it; what is not known is late."""
    stages = [
        _now(proposal, facts).get("stagename"),
        _fold(proposal.object, proposal.after, facts.schema).get("stagename"),
    ]
    return any(deal.is_late(one, late_from, facts.schema) for one in stages)


def _of_verb(proposal: Proposal) -> Iterator[Effect]:
    target = proposal.object.casefold()
    match proposal.verb:
        case Verb.CREATE:
            yield Effect.CREATE_TASK if target == "task" else Effect.CREATE
        case Verb.DELETE:
            yield Effect.DELETE
        case Verb.UNDELETE:
            yield Effect.UNDELETE
        case Verb.MERGE:
            yield Effect.MERGE
            if target == "account":
                yield Effect.ACCOUNT_OWNER
        case Verb.CONVERT:
            yield Effect.CONVERT
        case Verb.UPDATE | Verb.SEND:
            pass
    if proposal.verb is not Verb.UPDATE and is_line(target):
        yield Effect.PRICE


def _of_message(after: Record, facts: Facts) -> Effect:
    """Say whether a message stays in the house: one that does not say to whom it goes, or to several, does not."""
    return Effect.NOTICE if str(after.get("to", "")).strip().casefold() in facts.colleagues else Effect.MESSAGE


def _of_fields(proposal: Proposal, after: Iterable[str], schema: Schema) -> Iterator[Effect]:
    target, changes = proposal.object.casefold(), proposal.verb in {Verb.UPDATE, Verb.MERGE}
    for name in after:
        if is_price(target, name, schema):
            yield Effect.PRICE
        elif not changes:
            continue
        elif name in {"ownerid", "owner"}:
            yield _OWNERS.get(target, Effect.OWNER)
        elif target == "opportunity" and name in _DEAL_FIELDS:
            yield _DEAL_FIELDS[name]
        else:
            yield Effect.FIELD


def _of_deal(proposal: Proposal, after: Record, facts: Facts, *, priced: bool) -> Iterator[Effect]:
    """Give what a write means to the deal that it touches, if any."""
    sides = _sides(proposal, after, facts)
    if sides is None:
        return
    was, becomes = sides
    both = was | becomes
    moved = bool(becomes.categories)
    valued = priced or (proposal.object.casefold() == "opportunity" and not _VALUES.isdisjoint(after))
    if (moved and both.commit not in (_YES, _NO)) or (valued and both.commit != _NO):
        yield Effect.COMMIT
    if both.won != _NO:
        yield Effect.CLOSED_WON
    if proposal.verb is Verb.UPDATE and moved and len(both.categories) > 1:
        yield Effect.FORECAST  # a stage brings its own category with it


def _sides(proposal: Proposal, after: Record, facts: Facts) -> tuple[deal.Standing, deal.Standing] | None:
    """Give where the touched deal stands before, and where the write puts it; None where it touches no deal."""
    schema = facts.schema
    if proposal.verb is Verb.CONVERT:
        return _converted(after, facts)
    path = deal.deal_path(proposal.object, schema)
    if path is None:
        return None
    if proposal.verb is Verb.CREATE and not path:
        return deal.NO_DEAL, deal.created(after, schema)
    now = deal.standing(_now(proposal, facts), schema)
    if path:
        return now, deal.Standing()
    if proposal.verb is Verb.UNDELETE:
        return deal.NO_DEAL, now
    return now, deal.NO_DEAL if proposal.verb is Verb.DELETE else deal.written(after, schema)


def _converted(after: Record, facts: Facts) -> tuple[deal.Standing, deal.Standing] | None:
    """Give the deal that a converted lead makes, in the org's first stage unless told; or the one that it joins.

    `after` names what Salesforce's convertLead takes: DoNotCreateOpportunity, OpportunityId.
    """
    if after.get("opportunityid"):
        return deal.standing(_fold(deal.OPPORTUNITY, facts.deal or {}, facts.schema), facts.schema), deal.Standing()
    if after.get("donotcreateopportunity") is True:
        return None
    return deal.NO_DEAL, deal.created({"stagename": deal.first_stage(facts.schema), **after}, facts.schema)


def _now(proposal: Proposal, facts: Facts) -> Record:
    """Give what is known of the touched deal: as read now, and else as the proposal found it."""
    found: Record = proposal.before if proposal.object.casefold() == "opportunity" else {}
    return {
        **_fold(deal.OPPORTUNITY, found, facts.schema),
        **_fold(deal.OPPORTUNITY, facts.deal or {}, facts.schema),
    }


def _fold(object_name: str, fields: Record, schema: Schema) -> dict[str, Any]:
    """Give fields by their names in small letters; a parent named by its relationship is its reference field."""
    known = schema.object(object_name) if schema.has(object_name) else None
    folded: dict[str, Any] = {}
    for name, value in fields.items():
        reference = known.parent(name) if known else None
        folded[(reference.name if reference else name).casefold()] = value
    return folded
