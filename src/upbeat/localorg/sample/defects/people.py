"""What goes wrong with companies, people and what was said: doubled, misspelt, blank, hanging in the air."""

from dataclasses import replace
from typing import Any, Final

from upbeat.localorg.sample.company import FORMER
from upbeat.localorg.sample.defects.planted import Hands, Planted
from upbeat.schema import PicklistValue

_MISSPELT: Final = {
    "Biotechnology": "Biotecnology",
    "Chemicals": "Chemcials",
    "Electronics": "Electroncis",
    "Engineering": "Enginering",
    "Healthcare": "Heathcare",
    "Manufacturing": "Manufactoring",
}


def _account(hands: Hands, where: str, fields: str = "Name") -> dict[str, Any] | None:
    """Draw an account that no story of the sample is about."""
    ordinary = (key for name, key in hands.ids.items() if name.startswith("account ") and name[8:].isdigit())
    return hands.pick(f"SELECT Id, {fields} FROM Account WHERE {where} ORDER BY Id", ordinary)  # noqa: S608 - our own names


def account_doubled(hands: Hands) -> Planted | None:
    """Enter a company again."""
    fields = "Name, Website, Phone, Industry, BillingCity, BillingCountry, BillingPostalCode, Territory__c, OwnerId"
    one = _account(hands, "Website != NULL", fields)
    if one is None:
        return None
    values = {name: one[name] for name in fields.split(", ")} | {"Name": f"{one['Name']}, Inc."}
    tier = {"ICP_Tier__c": "C", "ICP_Tier_Date__c": "2026-11-02"}
    other = hands.create("Account", {**values, **tier})
    told = f"{one['Name']} stands there twice"
    return Planted("account doubled", "duplicate-accounts", "Account", "Name", told, (one["Id"], other))


def contact_doubled(hands: Hands) -> Planted | None:
    """Enter a person again."""
    fields = "FirstName, LastName, Email, Title, AccountId, OwnerId"
    one = hands.pick(f"SELECT Id, {fields} FROM Contact WHERE AccountId != NULL ORDER BY Id", _contacts(hands))  # noqa: S608 - our own names
    if one is None:
        return None
    other = hands.create("Contact", {name: one[name] for name in fields.split(", ")})
    told = f"{one['FirstName']} {one['LastName']} stands there twice"
    return Planted("contact doubled", "duplicate-contacts", "Contact", "Email", told, (one["Id"], other))


def contact_loose(hands: Hands) -> Planted | None:
    """Take a contact's account away."""
    one = hands.pick("SELECT Id, Name FROM Contact WHERE AccountId != NULL ORDER BY Id", _contacts(hands))
    if one is None:
        return None
    hands.update("Contact", one["Id"], {"AccountId": None})
    told = f"{one['Name']} has no account"
    return Planted("contact without account", "contacts-without-account", "Contact", "AccountId", told, (one["Id"],))


def _contacts(hands: Hands) -> set[str]:
    """Give the contacts that no deal names."""
    named = {row["ContactId"] for row in hands.query("SELECT ContactId FROM OpportunityContactRole")}
    return {key for name, key in hands.ids.items() if " contact " in name and name[8].isdigit()} - named


def industry_misspelt(hands: Hands) -> Planted | None:
    """Misspell an account's industry."""
    one = _account(hands, f"Industry IN ({', '.join(map(repr, _MISSPELT))})", "Name, Industry")
    if one is None:
        return None
    wrong = _MISSPELT[one["Industry"]]
    hands.update("Account", one["Id"], {"Industry": wrong})
    told = f"{one['Name']} is of the industry {wrong}"
    return Planted("typo in a picklist", "look-alikes", "Account", "Industry", told, (one["Id"],), wrong)


def tier_missing(hands: Hands) -> Planted | None:
    """Take an account's ICP tier away."""
    one = _account(hands, "ICP_Tier__c != NULL")
    if one is None:
        return None
    hands.update("Account", one["Id"], {"ICP_Tier__c": None})
    return Planted("tier missing", "icp-tiers", "Account", "ICP_Tier__c", f"{one['Name']} has no tier", (one["Id"],))


def tier_old(hands: Hands) -> Planted | None:
    """Leave an account's ICP tier as it was years ago."""
    one = _account(hands, "ICP_Tier__c != NULL")
    if one is None:
        return None
    hands.update("Account", one["Id"], {"ICP_Tier_Date__c": "2024-02-05"})
    told = f"{one['Name']} was tagged in 2024"
    return Planted("tier out of date", "icp-tiers", "Account", "ICP_Tier_Date__c", told, (one["Id"],))


def territory_missing(hands: Hands) -> Planted | None:
    """Take an account's territory away."""
    one = _account(hands, "Territory__c != NULL")
    if one is None:
        return None
    hands.update("Account", one["Id"], {"Territory__c": None})
    told = f"{one['Name']} has no territory"
    return Planted("territory missing", "territories", "Account", "Territory__c", told, (one["Id"],))


def territory_unowned(hands: Hands) -> Planted | None:
    """Open a territory for which nobody is left."""
    territory = "Iberia"
    one = None if territory in hands.used else _account(hands, "Territory__c != NULL")
    if one is None:
        return None
    hands.used.add(territory)
    field = hands.org.schema.object("Account").field("Territory__c")
    hands.org.define(fields={"Account": [replace(field, picklist=(*field.picklist, PicklistValue(territory)))]})
    hands.update("Account", one["Id"], {"Territory__c": territory})
    hands.org.put("Account", {one["Id"]: {"OwnerId": hands.ids[FORMER]}}, hands.org.process_user)
    told, key = f"the territory {territory} has nobody who works here", (one["Id"],)
    also = ("inactive-owners",)
    return Planted("territory of nobody", "territories", "Account", "Territory__c", told, key, territory, also)


def account_owner_inactive(hands: Hands) -> Planted | None:
    """Give an account back to the one who left."""
    one = _account(hands, "Name != NULL")
    if one is None:
        return None
    hands.org.put("Account", {one["Id"]: {"OwnerId": hands.ids[FORMER]}}, hands.org.process_user)
    told = f"{one['Name']} belongs to who has left"
    return Planted("account of an inactive owner", "inactive-owners", "Account", "OwnerId", told, (one["Id"],))


def meeting_untold(hands: Hands) -> Planted | None:
    """Lose what was said in a meeting."""
    one = hands.pick("SELECT Id, Subject FROM Event WHERE StartDateTime = LAST_N_DAYS:25 ORDER BY Id")
    if one is None:
        return None
    hands.update("Event", one["Id"], {"Description": None, "Transcript__c": None})
    told = "a meeting has neither transcript nor summary"
    return Planted("meeting without write-back", "conversation-write-back", "Event", "Description", told, (one["Id"],))


def participant_unknown(hands: Hands) -> Planted | None:
    """Let a mail come from somebody nobody knows."""
    one = hands.pick("SELECT Id, Subject FROM EmailMessage WHERE MessageDate = LAST_N_DAYS:25 ORDER BY Id")
    if one is None:
        return None
    address = f"stranger.{hands.random.randrange(10_000)}@outside.example"
    values = {"EmailMessageId": one["Id"], "RelationType": "CcAddress", "RelationAddress": address}
    other = hands.create("EmailMessageRelation", values)
    told = f"{address} is nobody that the org knows"
    check, where = "linked-participants", "EmailMessageRelation"
    return Planted("participant unknown", check, where, "RelationId", told, (one["Id"], other), address)


KINDS = (
    account_doubled,
    contact_doubled,
    contact_loose,
    industry_misspelt,
    tier_missing,
    tier_old,
    territory_missing,
    territory_unowned,
    account_owner_inactive,
    meeting_untold,
    participant_unknown,
)
