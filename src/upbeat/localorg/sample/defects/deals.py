"""What goes wrong in deals: nobody updates them, or somebody leaves out what the stage asks for."""

from datetime import timedelta
from typing import Any

from upbeat.localorg.sample.company import EXITS, FORMER, STAGES
from upbeat.localorg.sample.defects.planted import Hands, Planted
from upbeat.localorg.values import stamp

_LATE = "StageName IN ('Perception Analysis', 'Proposal/Price Quote', 'Negotiation/Review')"
_ADVANCED = "StageName NOT IN ('Prospecting', 'Qualification')"


def close_date_past(hands: Hands) -> Planted | None:
    """Leave a close date that is over."""
    deal = hands.deal()
    if deal is None:
        return None
    over = hands.org.clock.now().date() - timedelta(days=hands.random.randrange(3, 60))
    hands.update("Opportunity", deal["Id"], {"CloseDate": over.isoformat()})
    return _deal("close date past", "close-dates-past", deal, "CloseDate", f"was to close on {over}")


def amount_missing(hands: Hands) -> Planted | None:
    """Take the amount away."""
    deal = hands.deal(f"{_ADVANCED} AND Amount <= 50000")
    if deal is None:
        return None
    hands.update("Opportunity", deal["Id"], {"Amount": None})
    return _deal("amount missing", "amounts-missing", deal, "Amount", "has no amount", "forecast-conditions")


def amount_nothing(hands: Hands) -> Planted | None:
    """Enter a deal that is worth nothing."""
    deal = hands.deal(f"{_ADVANCED} AND Amount <= 50000")
    if deal is None:
        return None
    hands.update("Opportunity", deal["Id"], {"Amount": 0})
    return _deal("amount of 0", "amounts-missing", deal, "Amount", "has an amount of 0", "forecast-conditions")


def account_missing(hands: Hands) -> Planted | None:
    """Take a deal's account away."""
    deal = hands.deal()
    if deal is None:
        return None
    hands.update("Opportunity", deal["Id"], {"AccountId": None})
    return _deal("deal without account", "blank-lookups", deal, "AccountId", "has no account")


def stage_stale(hands: Hands) -> Planted | None:
    """Let a deal stand in its stage since the year before."""
    deal = hands.deal("StageName != 'Prospecting'")
    if deal is None:
        return None
    now = hands.org.clock.now()
    since, opened = now - timedelta(days=400), now - timedelta(days=430)
    old = {"LastStageChangeDate": stamp(since), "CreatedDate": stamp(opened)}
    hands.org.put("Opportunity", {deal["Id"]: old}, hands.org.process_user)
    return _deal("stage stale", "stale-stages", deal, "StageName", f"has not moved since {since:%Y-%m-%d}")


def contact_roles_missing(hands: Hands) -> Planted | None:
    """Take every contact role away."""
    deal = hands.deal("Amount <= 50000")
    return _fewer(hands, deal, 0, "contact roles missing", "contact-roles")


def single_threaded(hands: Hands) -> Planted | None:
    """Leave a larger deal with one contact role."""
    deal = hands.deal("Amount > 50000")
    return _fewer(hands, deal, 1, "single-threaded", "single-threaded")


def _fewer(hands: Hands, deal: dict[str, Any] | None, left: int, kind: str, check: str) -> Planted | None:
    if deal is None:
        return None
    where = f"WHERE OpportunityId = '{deal['Id']}' ORDER BY IsPrimary DESC, Id"
    roles = hands.query(f"SELECT Id FROM OpportunityContactRole {where}")  # noqa: S608 - our own names
    hands.delete(row["Id"] for row in roles[left:])
    return _deal(kind, check, deal, "", f"has {left} contact roles")


def next_step_missing(hands: Hands) -> Planted | None:
    """Take the next step away from a deal of a stage that asks for it."""
    deal = hands.deal("StageName = 'Negotiation/Review'")
    if deal is None:
        return None
    hands.update("Opportunity", deal["Id"], {"NextStep": None})
    return _deal("next step missing", "next-steps", deal, "NextStep", "has no next step", "forecast-conditions")


def methodology_missing(hands: Hands) -> Planted | None:
    """Take away what an earlier stage's exit asked for."""
    deal = hands.deal(_LATE, "Name, StageName")
    if deal is None:
        return None
    passed = STAGES[: STAGES.index(deal["StageName"])]
    field = hands.random.choice([one for stage in passed for one in EXITS[stage] if one.endswith("__c")])
    hands.update("Opportunity", deal["Id"], {field: None})
    also = ("forecast-conditions",)
    return _deal("methodology missing", "field-fill", deal, field, f"has no {field} in {deal['StageName']}", *also)


def push_count_wrong(hands: Hands) -> Planted | None:
    """Let the counter say what history does not."""
    deal = hands.deal(fields="Name, Push_Count__c")
    if deal is None:
        return None
    wrong = deal["Push_Count__c"] + hands.random.randrange(1, 4)
    hands.update("Opportunity", deal["Id"], {"Push_Count__c": wrong})
    return _deal("push counter wrong", "push-count", deal, "Push_Count__c", f"says {wrong:g} pushes")


def owner_inactive(hands: Hands) -> Planted | None:
    """Give a deal back to the one who left."""
    deal = hands.deal()
    if deal is None:
        return None
    hands.org.put("Opportunity", {deal["Id"]: {"OwnerId": hands.ids[FORMER]}}, hands.org.process_user)
    return _deal("deal of an inactive owner", "inactive-owners", deal, "OwnerId", "belongs to who has left")


def _deal(kind: str, check: str, deal: dict[str, Any], field: str, says: str, *also: str) -> Planted:
    told = f"{deal['Name']} {says}"
    return Planted(kind, check, "Opportunity", field, told, (deal["Id"],), also=("incomplete-deals", *also))


KINDS = (
    close_date_past,
    amount_missing,
    amount_nothing,
    account_missing,
    stage_stale,
    contact_roles_missing,
    single_threaded,
    next_step_missing,
    methodology_missing,
    push_count_wrong,
    owner_inactive,
)
