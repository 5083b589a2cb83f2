"""What an admin does about each finding of an audit: only what its fix says, by what it names."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from upbeat.foundation import Finding
from upbeat.localorg import sample
from upbeat.testing import House

Mend = Callable[[House, Finding, list[str]], None]
ADMIN, MAYA = "priya.shah@acme.example", "maya.chen@acme.example"


def _set(house: House, finding: Finding, keys: Iterable[str], **values: Any) -> None:
    for key in keys:
        house.update(finding.object, key, **values)


def _close_dates(house: House, _: Finding, keys: list[str]) -> None:
    for key in keys:
        deal = house.get("Opportunity", key)
        pushes = deal["Push_Count__c"] + 1  # the org's flow counts the later date in the same save
        closes = house.clock.now().date() + timedelta(days=40)
        house.update("Opportunity", key, CloseDate=closes.isoformat(), Push_Count__c=pushes)


def _lose(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, StageName="Closed Lost", CloseDate=house.clock.now().date().isoformat())


def _roles(least: int) -> Mend:
    def add(house: House, _: Finding, keys: list[str]) -> None:
        for key in keys:
            account = house.get("Opportunity", key)["AccountId"]
            there = house.query(f"SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '{key}'")
            known = {row["ContactId"] for row in there}
            people = house.query(f"SELECT Id FROM Contact WHERE AccountId = '{account}'")
            for one in [row["Id"] for row in people if row["Id"] not in known][: least - len(known)]:
                house.create("OpportunityContactRole", OpportunityId=key, ContactId=one, Role="Evaluator")

    return add


def _fill(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, **{finding.fields[0]: "As agreed in the last call"})


def _pushes(house: House, finding: Finding, keys: list[str]) -> None:
    for one in finding.records:
        if one.id in keys:
            shown = int(one.why.rpartition(" ")[2])  # Push_Count__c is 4, history shows 1
            house.update("Opportunity", one.id, Push_Count__c=shown)


def _owners(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, OwnerId=house.ids[MAYA])


def _merge(house: House, _: Finding, keys: list[str]) -> None:
    house.org.delete(sorted(keys)[1:], house.ids[ADMIN])


def _company(house: House, _: Finding, keys: list[str]) -> None:
    for key in keys:
        where = f"OpportunityId = '{key}' ORDER BY IsPrimary DESC, Id"
        [role, *_] = house.query(f"SELECT Contact.AccountId FROM OpportunityContactRole WHERE {where}")
        house.update("Opportunity", key, AccountId=role["Contact"]["AccountId"])


def _account(house: House, _: Finding, keys: list[str]) -> None:
    for key in keys:
        host = house.get("Contact", key)["Email"].partition("@")[2]
        rows = house.query(f"SELECT Id FROM Account WHERE Website = 'https://www.{host}' ORDER BY Id")
        house.update("Contact", key, AccountId=rows[0]["Id"])


def _respell(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, **{finding.fields[0]: finding.corrections[0][1]})


def _tag(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, ICP_Tier__c="B", ICP_Tier_Date__c=house.clock.now().date().isoformat())


def _territory(house: House, finding: Finding, keys: list[str]) -> None:
    for territory in finding.values:  # that nobody who is active answers for
        for row in house.query(f"SELECT Id FROM Account WHERE Territory__c = '{territory}'"):
            house.update("Account", row["Id"], OwnerId=house.ids[MAYA])
    by_place = {place.city: one.name for one in sample.TERRITORIES for place in one.places}
    for key in keys:
        house.update("Account", key, Territory__c=by_place[house.get("Account", key)["BillingCity"]])


def _write_back(house: House, finding: Finding, keys: list[str]) -> None:
    _set(house, finding, keys, Description="Summary: they agreed", Transcript__c="Rep: Agreed?\nBuyer: Agreed.")


def _participant(house: House, finding: Finding, keys: list[str]) -> None:
    account = house.query("SELECT Id FROM Account ORDER BY Id LIMIT 1")[0]["Id"]
    for number, one in enumerate(one for one in finding.records if one.id in keys):
        person = {"LastName": "Stranger", "FirstName": f"{number}", "Email": one.name, "AccountId": account}
        house.update("EmailMessageRelation", one.id, RelationId=house.create("Contact", **person))


def _switch_on(house: House, _: Finding, __: list[str]) -> None:
    house.org.define(rules=[replace(one, active=True) for one in house.org.definitions.rules])


def _name_owner(house: House, finding: Finding, _: list[str]) -> None:
    names = {one.name for one in finding.records}
    flows = [one for one in house.org.definitions.flows if one.name in names]
    house.org.define(flows=[replace(one, description=f"Owner: {ADMIN}. Rates new leads.") for one in flows])


def _one_flow(house: House, _: Finding, __: list[str]) -> None:
    house.org.drop(flows=["Opportunity_Reset_Pushes"])


def _probability(house: House, finding: Finding, _: list[str]) -> None:
    if finding.object == "Opportunity":  # deals stand in a stage that is switched off
        house.org.define(stages=[replace(one, active=True) for one in house.org.schema.stages])
        return
    least = re.search(r"(\d+) %", finding.fix)
    assert least
    stages = house.org.schema.stages
    name = finding.values[0]
    house.org.define(stages=[replace(one, probability=int(least[1])) if one.name == name else one for one in stages])


def _declare(house: House, finding: Finding, _: list[str]) -> None:
    if finding.object == "User":
        house.write({"tools.yaml": (house.folder / "tools.yaml").read_text("utf-8") + _SPARKMAIL})
        return
    text = (house.folder / "tools.yaml").read_text("utf-8")
    house.write({"tools.yaml": text.replace("[AnnualRevenue, ", f"[AnnualRevenue, {finding.fields[0]}, ")})


_SPARKMAIL = """\
  sparkmail:
    title: Sparkmail
    kind: engagement
    owner: priya.shah@acme.example
    users: [sparkmail.sync@acme.example]
    writes: [{object: Lead, fields: [LastName, Company, LeadSource], every: each reply}]
    ids: {contact: Contact.Id}
    calls_per_day: 500
    reviewed: {by: priya.shah@acme.example, on: 2026-11-02}
"""

FIXES: dict[str, Mend] = {
    "close-dates-past": _close_dates,
    "amounts-missing": lambda house, finding, keys: _set(house, finding, keys, Amount=30_000),
    "stale-stages": _lose,
    "contact-roles": _roles(1),
    "single-threaded": _roles(3),
    "next-steps": lambda house, finding, keys: _set(house, finding, keys, NextStep="Send the contract"),
    "field-fill": _fill,
    "push-count": _pushes,
    "inactive-owners": _owners,
    "blank-lookups": _company,
    "duplicate-accounts": _merge,
    "duplicate-contacts": _merge,
    "contacts-without-account": _account,
    "look-alikes": _respell,
    "icp-tiers": _tag,
    "territories": _territory,
    "conversation-write-back": _write_back,
    "linked-participants": _participant,
    "stage-exits": _switch_on,
    "automation-owners": _name_owner,
    "automation-conflicts": _one_flow,
    "forecast-mapping": _probability,
    "write-back-rules": _declare,
}
"""By the check that came to the finding; what is mended are the records of `keys`, of those that it names."""
