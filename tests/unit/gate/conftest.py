"""An org whose labels mislead on purpose, a policy, and the deals that the tables name."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.domain import Effect, Mode, Proposal, Record, Snapshot, Tier, Verb
from upbeat.gate import Facts
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema, Stage
from upbeat.workflows import Policy, Promotion, Rule

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = "priya.shah@acme.example"


def _object(name: str, *fields: Field) -> Object:
    return Object(name=name, fields={one.name: one for one in fields})


def _text(name: str) -> Field:
    return Field(name=name, type=FieldType.STRING)


def _reference(name: str, to: str, relationship: str, *, required: bool = False) -> Field:
    return Field(
        name=name, type=FieldType.REFERENCE, reference_to=(to,), relationship=relationship, nillable=not required
    )


def _picklist(name: str, **labels: str) -> Field:
    values = tuple(PicklistValue(value, label) for value, label in labels.items())
    return Field(name=name, type=FieldType.PICKLIST, picklist=values)


_CATEGORIES = {
    "Omitted": "Omitted",
    "Pipeline": "Pipeline",
    "BestCase": "Upside",
    "MostLikely": "Commit",
    "Forecast": "Promise",
    "Closed": "Closed",
}

SCHEMA = Schema(
    {
        one.name: one
        for one in (
            _object(
                "Opportunity",
                _text("Name"),
                _reference("OwnerId", "User", "Owner"),
                _reference("Pricebook2Id", "Pricebook2", "Pricebook2"),
                _picklist("StageName"),
                _picklist("ForecastCategory", **_CATEGORIES),
                _picklist("ForecastCategoryName", **{label: label for label in _CATEGORIES.values()}),
            ),
            _object(
                "Account",
                _reference("OwnerId", "User", "Owner"),
                Field(name="Discount_Rate__c", type=FieldType.PERCENT),
                _text("Price_Notes__c"),
            ),
            _object("Lead", _reference("OwnerId", "User", "Owner"), _text("Status")),
            _object("Term__c", _reference("Deal__c", "Opportunity", "Deal__r", required=True), _text("Text__c")),
            _object("Insight__c", _reference("Deal__c", "Opportunity", "Deal__r"), _text("Text__c")),
        )
    },
    stages=(
        Stage("Discovery", 1, "Pipeline"),
        Stage("Qualified", 2, "Pipeline"),
        Stage("Commit", 3, "Pipeline"),
        Stage("Proposal", 4, "BestCase"),
        Stage("Handshake", 5, "Forecast"),
        Stage("Verbal", 6, "Forecast"),
        Stage("Signed", 7, "Closed", closed=True, won=True),
        Stage("Lost", 8, "Omitted", closed=True),
        Stage("Limbo", 9, ""),
    ),
)

TAKEN = "taken by a rep"  # in place of a deal: somebody has accepted or touched the record

DEALS: Mapping[str, Record | None] = {
    "-": None,
    "unknown": None,
    "pipeline": {"StageName": "Discovery", "ForecastCategory": "Pipeline", "IsWon": False},
    "best case": {"StageName": "Proposal", "ForecastCategory": "BestCase", "IsWon": False},
    "commit": {"StageName": "Handshake", "ForecastCategory": "Forecast", "IsWon": False},
    "commit by hand": {"StageName": "Discovery", "ForecastCategory": "Forecast", "IsWon": False},
    "omitted by hand": {"StageName": "Handshake", "ForecastCategory": "Omitted", "IsWon": False},
    "won": {"StageName": "Signed", "ForecastCategory": "Closed", "IsWon": True},
    "lost": {"StageName": "Lost", "ForecastCategory": "Omitted", "IsWon": False},
    "unmapped stage": {"StageName": "Relic", "ForecastCategory": "Pipeline", "IsWon": False},
    "unmapped category": {"StageName": "Limbo", "ForecastCategory": "Pipeline", "IsWon": False},
    "only its stage": {"StageName": "Discovery"},
    "only a won stage": {"StageName": "Signed"},
    TAKEN: None,
}


def _proposal(verb: Verb = Verb.UPDATE, target: str = "Lead", after: Record | None = None, **more: Any) -> Proposal:
    fields: dict[str, Any] = {
        "id": "p1",
        "item_id": "i1",
        "workflow": "route-inbound-leads",
        "version": "v1",
        "step": "route",
        "agent": "router",
        "record_id": "00Q000000000001AAA",
        "before": {},
        "reasons": ("postal code 60614 is in Chicago North",),
        "group": "i1:route",
    }
    key = str(more.get("record_id", fields["record_id"]))
    fields["records"] = _reached(verb, target, key, after or {})
    return Proposal(verb=verb, object=target, after=after or {}, **{**fields, **more})


def _reached(verb: Verb, target: str, key: str, after: Record) -> tuple[Snapshot, ...]:
    """Give the records that a merge or a conversion has to show."""
    if verb is Verb.MERGE:
        return (Snapshot(target, key, {}), Snapshot(target, f"{key[:3]}000000000009AAA", {}))
    if verb is Verb.CONVERT:
        joined = [(name[:-2], after[name]) for name in ("AccountId", "ContactId", "OpportunityId") if name in after]
        return (Snapshot(target, key, {}), *(Snapshot(name, one, {}) for name, one in joined))
    return ()


def _facts(**more: Any) -> Facts:
    return Facts(**{"schema": SCHEMA, "mode": Mode.LIVE, "author": OWNER, "now": NOW, "colleagues": {OWNER}, **more})


_REVIEWED = {Effect.FORECAST, Effect.OWNER, Effect.DELETE, Effect.UNDELETE, Effect.MESSAGE}
_AUTO = {Effect.LEAD_OWNER, Effect.FIELD, Effect.LOG, Effect.CREATE, Effect.CREATE_TASK, Effect.NOTICE}


def _rule(effect: Effect) -> Rule:
    tier = Tier.AUTO if effect in _AUTO else Tier.REVIEW if effect in _REVIEWED else Tier.APPROVAL
    roles = {Tier.AUTO: (), Tier.REVIEW: ("manager", "revops"), Tier.APPROVAL: ("manager", "revops")}[tier]
    return Rule(effect=effect, tier=tier, roles=roles, why=f"We agreed on {effect}.", owner=OWNER)


POLICY = Policy(
    rules=tuple(_rule(effect) for effect in Effect),
    roles={
        "manager": ("ann@acme.example", "both@acme.example", OWNER),
        "revops": ("raj@acme.example", "both@acme.example"),
    },
    promotion=Promotion(roles=("manager", "revops"), why="Two pairs of eyes.", owner=OWNER),
)


@pytest.fixture(scope="session")
def policy() -> Policy:
    return POLICY


@pytest.fixture(scope="session")
def deals() -> Mapping[str, Record | None]:
    return DEALS


@pytest.fixture(scope="session")
def proposal() -> Callable[..., Proposal]:
    """Make a proposal: `proposal(Verb.UPDATE, "Lead", {"Status": "Working"}, confidence=0.5)`."""
    return _proposal


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    """Make facts: `facts(deal=..., mode=...)`."""
    return _facts
