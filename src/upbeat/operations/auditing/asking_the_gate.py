"""What the gate says when the audit asks it of high-stakes changes: whether it holds them, and who may release them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from upbeat.base import digest
from upbeat.domain import Approval, Effect, Mode, Proposal, Record, Snapshot, Verb, Verdict
from upbeat.foundation import Stake
from upbeat.gate import FLOOR, Facts, decide
from upbeat.schema import Schema, Stage
from upbeat.workflows import Person, Policy, Step, Workflow

_COMMIT: Final = "Forecast"  # Commit's API value
_OWNER: Final = "005000000000001AAA"
_VERBS: Final = {Effect.MESSAGE: Verb.SEND, Effect.MERGE: Verb.MERGE, Effect.CONVERT: Verb.CONVERT}
_MESSAGE: Final = {"To": "somebody@customer.example", "Subject": "Hello", "Text": "Hello"}


def ask_floor(policy: Policy, schema: Schema, now: datetime) -> Mapping[str, bool]:
    """Ask about one change of each kind on the floor, on an open deal: by effect, whether it is held for a person.

    Rules for some workflows alone only add to what holds for all, so it is asked for none by name.
    """
    deal = _deal(schema)
    facts = Facts(schema=schema, mode=Mode.LIVE, author="", now=now, deal=deal)
    found: dict[str, bool] = {}
    for effect, verb, target, after in _examples(schema):
        proposal = _asked(schema, verb, target, after, deal)
        said = decide(proposal, policy, facts)
        if effect in said.effects:  # else this org has no such stage, or no such field
            found[effect] = said.verdict is not Verdict.APPLY and said.tier.rank >= FLOOR[effect].rank
    return found


def _examples(schema: Schema) -> Iterator[tuple[Effect, Verb, str, Record]]:
    commit = next((one for one in schema.stages if one.forecast_category == _COMMIT), None)
    won = next((one for one in schema.stages if one.won), None)
    moves = ((Effect.COMMIT, commit), (Effect.CLOSED_WON, won), (Effect.STAGE, _another(schema)))
    for effect, stage in moves:
        if stage is not None:
            yield effect, Verb.UPDATE, "Opportunity", {"StageName": stage.name}
    yield Effect.PRICE, Verb.UPDATE, "OpportunityLineItem", {"UnitPrice": 1}
    yield Effect.ACCOUNT_OWNER, Verb.UPDATE, "Account", {"OwnerId": _OWNER}
    yield Effect.MERGE, Verb.MERGE, "Contact", {"LastName": "Somebody"}
    yield Effect.CONVERT, Verb.CONVERT, "Lead", {"DoNotCreateOpportunity": True}
    yield Effect.MESSAGE, Verb.SEND, "Email", _MESSAGE


def _open(schema: Schema) -> list[Stage]:
    """Give the stages of open deals that are not in Commit."""
    return [one for one in schema.stages if not one.closed and one.forecast_category not in {_COMMIT, ""}]


def _another(schema: Schema) -> Stage | None:
    """Give a stage that an open deal may go on to."""
    return next(iter(_open(schema)[1:]), None)


def _deal(schema: Schema, goes_to: object = None) -> Record | None:
    """Give an open deal in the first of the stages but for the one that it goes to, None where the org maps none."""
    first = next((one for one in _open(schema) if one.name != goes_to), None)
    if first is None:
        return None
    return {"StageName": first.name, "ForecastCategory": first.forecast_category, "IsWon": False}


def ask_suggested(
    policy: Policy, schema: Schema, now: datetime, flows: Iterable[Workflow], people: Iterable[Person]
) -> Iterator[Stake]:
    """Ask, as if each workflow were live, about each change on the floor that a step of it suggests."""
    active = [one.username for one in people if one.active and not one.integration]
    for flow in flows:
        for step in flow.steps:
            kinds = frozenset(step.effects & FLOOR.keys())
            if kinds:
                after = _after(step, schema)
                deal = _deal(schema, goes_to=after.get("StageName")) if flow.object == "Opportunity" else None
                facts = Facts(schema=schema, mode=Mode.LIVE, author=flow.owner, now=now, deal=deal)
                proposal = _suggested(flow, step, schema, after, deal)
                yield from _stake(kinds, proposal, policy, facts, active)


def _after(step: Step, schema: Schema) -> Record:
    """Give what a step sets: as it is where that is always the same, else an example."""
    if Effect.MESSAGE in step.effects:
        return _MESSAGE
    if Effect.CONVERT in step.effects:
        return {"ConvertedStatus": "Converted"}
    another, given = _another(schema), step.values.get("set", {})
    examples: dict[str, Any] = {"OwnerId": _OWNER, "StageName": another.name if another else ""}
    return {
        name: given[name] if isinstance(given.get(name), str | int | float) else examples.get(name, 1)
        for _, name in sorted(step.writes)
    }


def _suggested(flow: Workflow, step: Step, schema: Schema, after: Record, deal: Record | None) -> Proposal:
    verb = next((_VERBS[one] for one in _VERBS if one in step.effects), Verb.UPDATE)
    asked = _asked(schema, verb, "Email" if verb is Verb.SEND else flow.object, after, deal)
    return replace(
        asked,
        workflow=flow.name,
        version=flow.version,
        step=step.name,
        agent=step.agent,
        use=step.use,
        raise_to=step.tier,
    )


def _asked(schema: Schema, verb: Verb, target: str, after: Record, deal: Record | None) -> Proposal:
    prefix = (schema.object(target).key_prefix if schema.has(target) else "") or "000"
    ids = [f"{prefix}00000000000{number}AAA" for number in (1, 2)]
    reached = {Verb.MERGE: ids, Verb.CONVERT: ids[:1]}.get(verb, ())
    return Proposal(
        id="asked",
        item_id="asked",
        workflow="",
        version="",
        step="asked",
        agent="asked",
        verb=verb,
        object=target,
        record_id=ids[0],
        before={name: (deal or {}).get(name) for name in after},
        after=after,
        reasons=("The audit asks what would become of it.",),
        group="asked",
        records=tuple(Snapshot(target, one, {}) for one in reached),
    )


def _stake(
    kinds: frozenset[Effect], proposal: Proposal, policy: Policy, facts: Facts, active: Sequence[str]
) -> Iterator[Stake]:
    bare = decide(proposal, policy, facts)
    if kinds.isdisjoint(bare.effects):
        return  # this org has no such stage, or no such field
    given = tuple(
        Approval("", person, role, facts.now, digest(proposal))
        for role, holders in policy.roles.items()
        for person in active
        if person.casefold() in {one.casefold() for one in holders}
    )
    signed = decide(proposal, policy, replace(facts, approvals=given))
    yield Stake(
        workflow=proposal.workflow,
        owner=facts.author,
        effect=" and ".join(one for one in bare.effects if one in kinds),
        refused=bare.verdict is Verdict.BLOCK,
        releasable=signed.verdict is Verdict.APPLY,
        roles=bare.roles,
        vacant=tuple(one for one in bare.roles if not any(_signs(each, one, facts.author) for each in given)),
    )


def _signs(given: Approval, role: str, author: str) -> bool:
    return given.role == role and given.by.casefold() != author.casefold()
