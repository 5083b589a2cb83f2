"""What the audit looks at in our own house: misfires and their answers, packets, and what the gate says when asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from upbeat.base import digest
from upbeat.domain import Approval, Effect, Mode, Proposal, Tier, Verb, Verdict
from upbeat.foundation import HouseFacts, PacketAt, Stake
from upbeat.gate import FLOOR, Facts, decide
from upbeat.operations.house import House
from upbeat.review import State
from upbeat.schema import Schema
from upbeat.store import tables
from upbeat.workflows import Person, Policy, Workflow

_PACKET: Final = "packet"
_COMMIT: Final = "Forecast"  # Commit's API value
_OUTSIDE: Final = "somebody@customer.example"


def own_house(house: House, conn: Connection, flows: Sequence[Workflow], people: Mapping[str, Person]) -> HouseFacts:
    """Gather it: from the store, and from the gate. Asks nothing of the org but for its schema."""
    answered, misfires = _misfires(house, conn)
    return HouseFacts(
        answered=answered,
        misfires=misfires,
        packets=tuple(_packets(conn)),
        stakes=tuple(_stakes(house, flows, people)) if flows else (),
    )


def _misfires(house: House, conn: Connection) -> tuple[int, int]:
    """Count the misfires of policy's time that were answered in theirs, and all whose time is over or answered."""
    table, reviews, now = tables.misfires, tables.reviews, house.clock.now()
    since = now - house.policy.misfires.over
    rows = conn.execute(
        select(table.c.review_id, table.c.answer_by, reviews.c.state, reviews.c.decided_at)
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(table.c.at > since)
    )
    due = {row.review_id: row for row in rows if row.state != State.OPEN or row.answer_by <= now}
    in_time = (row.decided_at is not None and row.decided_at <= row.answer_by for row in due.values())
    return sum(in_time), len(due)


def _packets(conn: Connection) -> Iterator[PacketAt]:
    table = tables.signoffs
    for row in conn.execute(select(table).where(table.c.kind == _PACKET).order_by(table.c.key)):
        yield PacketAt(row.key, row.made_at, row.by, row.at)


def _stakes(house: House, flows: Sequence[Workflow], people: Mapping[str, Person]) -> Iterator[Stake]:
    """Ask the gate, for each workflow as if it were live, about one change of each kind on the floor."""
    schema, policy = house.get_schema(), house.policy
    active = [one.username for one in people.values() if one.active and not one.integration]
    for flow in flows:
        facts = Facts(schema=schema, mode=Mode.LIVE, author=flow.owner, now=house.clock.now())
        for effect, proposal in _proposals(flow, schema):
            if (stake := _stake(effect, proposal, policy, facts, active)) is not None:
                yield stake


def _stake(effect: Effect, proposal: Proposal, policy: Policy, facts: Facts, active: Sequence[str]) -> Stake | None:
    bare = decide(proposal, policy, facts)
    if effect not in bare.effects:
        return None  # this org has no such stage, or no such field
    given = tuple(
        Approval("", person, role, facts.now, digest(proposal))
        for role, holders in policy.roles.items()
        for person in active
        if person.casefold() in {one.casefold() for one in holders}
    )
    signed = Facts(schema=facts.schema, mode=facts.mode, author=facts.author, now=facts.now, approvals=given)
    return Stake(
        workflow=proposal.workflow,
        effect=effect,
        held=bare.verdict is not Verdict.APPLY and bare.tier.rank >= FLOOR.get(effect, Tier.AUTO).rank,
        refused=bare.verdict is Verdict.BLOCK,
        releasable=decide(proposal, policy, signed).verdict is Verdict.APPLY,
        roles=bare.roles,
    )


def _proposals(flow: Workflow, schema: Schema) -> Iterator[tuple[Effect, Proposal]]:
    commit = next((one.name for one in schema.stages if one.forecast_category == _COMMIT), "")
    won = next((one.name for one in schema.stages if one.won), "")
    begun = next((one.name for one in schema.stages if not one.closed), "")
    for effect, verb, target, after in (
        (Effect.COMMIT, Verb.UPDATE, "Opportunity", {"StageName": commit}),
        (Effect.CLOSED_WON, Verb.UPDATE, "Opportunity", {"StageName": won}),
        (Effect.STAGE, Verb.UPDATE, "Opportunity", {"StageName": begun}),
        (Effect.PRICE, Verb.UPDATE, "OpportunityLineItem", {"UnitPrice": 1}),
        (Effect.ACCOUNT_OWNER, Verb.UPDATE, "Account", {"OwnerId": "005000000000001AAA"}),
        (Effect.MERGE, Verb.MERGE, "Contact", {"LastName": "Somebody"}),
        (Effect.CONVERT, Verb.CONVERT, "Lead", {"DoNotCreateOpportunity": True}),
        (Effect.MESSAGE, Verb.SEND, "Email", {"To": _OUTSIDE, "Subject": "Hello", "Text": "Hello"}),
    ):
        if all(value != "" for value in after.values()):
            yield effect, _proposal(flow, verb, target, after, schema)


def _proposal(flow: Workflow, verb: Verb, target: str, after: Mapping[str, Any], schema: Schema) -> Proposal:
    prefix = schema.object(target).key_prefix if schema.has(target) else ""
    return Proposal(
        id=f"asked:{flow.name}",
        item_id="asked",
        workflow=flow.name,
        version=flow.version,
        step="asked",
        agent="asked",
        verb=verb,
        object=target,
        record_id=f"{prefix or '000'}000000000001AAA"[:18],
        before=dict.fromkeys(after),
        after=after,
        reasons=("The audit asks what would become of it.",),
        group="asked",
    )
