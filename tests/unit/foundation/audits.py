"""Audits as values: one of a messy org, as its readers get it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from upbeat.foundation import (
    CHECKS,
    ITEMS,
    Audit,
    Chart,
    Exhibit,
    Finding,
    Found,
    Interval,
    Measure,
    NotEnded,
    Org,
    RecordAt,
    Unseen,
    Weight,
    judge,
)

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
ACME = Org("00D000000000001EAA", "Acme", sandbox=True, edition="Enterprise Edition", currency="EUR", currencies=False)
INVENTED = ("c", "d", "gone", "new", "look-alike-values", "orphan-lookups")  # checks of findings in tests


def a_finding(key: str = "contacts-without-account:Contact.AccountId", **parts: Any) -> Finding:
    """Give a finding about contacts; `parts` are those of the finding."""
    whole = Finding(
        check=key.partition(":")[0],
        key=key,
        weight=Weight.MEDIUM,
        says="120 of 400 contacts have no account.",
        object="Contact",
        fields=("AccountId",),
        count=120,
        of=400,
        fix="Set the account of each by its email domain.",
        minutes=60,
    )
    return replace(whole, **parts)


def an_audit(*findings: Finding, found: dict[str, Found] | None = None, **parts: Any) -> Audit:
    """Give an audit with these findings, its items judged by what checks `found`."""
    by_check = dict(found or {})
    for one in findings:
        before = by_check.get(one.check, Found())
        by_check[one.check] = replace(before, findings=(*before.findings, one))
    whole = Audit(
        id="a1",
        org=ACME,
        at=AT,
        by="priya.shah@acme.example",
        pipeline=Decimal(1_000_000),
        planned=80,
        calls=61,
        items=tuple(judge(one, by_check, 90, None, AT) for one in ITEMS),
        findings=findings,
        exhibits=(),
        unseen=(),
        not_ended=(),
        checks=(*(one.name for one in CHECKS), *INVENTED),
    )
    return replace(whole, **parts)


def records(number: int, sobject: str = "Opportunity") -> tuple[RecordAt, ...]:
    """Give records of an object, each with its reason."""
    return tuple(
        RecordAt(f"006QLo{at:09d}AAA", sobject, f"Cascade <b>Freight</b> {at}", f"{at} days in the past")
        for at in range(1, number + 1)
    )


def a_messy_audit() -> Audit:
    """Give an audit with every kind of thing that a page tells."""
    findings = (
        a_finding(
            "close-dates-past:Opportunity.CloseDate",
            weight=Weight.HIGH,
            says="88 of 412 open deals were to close before today: the forecast counts what no one expects.",
            object="Opportunity", fields=("CloseDate",), count=88, of=412, amount=Decimal(450_000), minutes=264,
            fix="Ask each owner for the true close date, or to close the deal as lost.",
            queries=("SELECT Id, Name, CloseDate FROM Opportunity WHERE IsClosed = false AND CloseDate < TODAY",),
            records=records(88),
        ),
        *(
            a_finding(
                f"look-alike-values:Account.Industry:{value}",
                says=f"{count} accounts have the Industry '{value}'; the picklist has '{should}'.",
                object="Account", fields=("Industry",), count=count, of=85, minutes=10, values=(value,),
                corrections=((value, should),),
                fix=f"Replace '{value}' by '{should}' under Setup > Picklist Value Sets.",
                queries=(f"SELECT Id, Name FROM Account WHERE Industry = '{value}'",),
                records=records(count, "Account"),
            )
            for value, should, count in (("technolgy", "Technology", 12), ("Retial", "Retail", 3))
        ),
        a_finding(
            "contact-roles:OpportunityContactRole.OpportunityId",
            weight=Weight.HIGH,
            says="301 of 412 open deals have no contact role.",
            object="Opportunity", fields=("Id",), count=301, of=412, minutes=1505, amount=Decimal(700_000),
            fix="Add the people who decide and who use it as contact roles of each deal, the largest deals first.",
            queries=("SELECT Id FROM Opportunity WHERE Id NOT IN (SELECT OpportunityId FROM OpportunityContactRole)",),
            records=records(40),
        ),
        a_finding(sampled=Interval(0.27, 0.33), records=records(30, "Contact"), queries=("SELECT Id FROM Contact",)),
        *(
            a_finding(f"orphan-lookups:Task.WhatId:{at}", weight=Weight.LOW, object="Task", says=f"Task {at} hangs.")
            for at in range(45)
        ),
    )  # fmt: skip
    figures = {
        "contact-roles": Found(measures=(Measure("contact-roles", 111, 412, "111 of 412 open deals have one"),)),
        "activity-capture": Found(measures=(Measure("activity-capture", 995, 1000, "99.5 % stand in the org"),)),
        "linked-participants": Found(
            measures=(Measure("linked-participants", 280, 400, "280 of 400 are linked", Interval(0.65, 0.74)),)
        ),
        "methodology": Found(measures=(Measure("methodology", 6, 6, "all six elements have a field"),)),
        "icp-tiers": Found(unseen=(Unseen("Account", "ICP_Tier__c", "the reading user does not see it"),)),
        "shared-ids": Found(measures=(Measure("shared-ids", 0, 0, "tools.yaml names no id"),)),
    }
    stages = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
    exhibits = (
        Exhibit(
            "design/latency", "How long a lead waits", "Median hours from a lead's creation, of the last 400 leads.",
            ("to", "hours", "leads"), (("the first owner change", 3.5, 211), ("the first activity", 52.0, 180)),
            Chart.BARS,
        ),
        Exhibit(
            "fill/by-stage", "What is filled in each stage", "Of 100 open deals, those with a value.",
            ("Field", *stages),
            (("Amount", 40, 66, 9, 99.6, 100), ("Buyer__c", 0, 2, 11, None, 61), ("NextStep", 8, 30, 4, 6, 8)),
            Chart.HEAT,
        ),
        Exhibit(
            "design/manual-work", "Who changes which field", "In 90 days.", ("Field", "People", "Tools", "Automations"),
            (("Opportunity.StageName", 410, 0, 33), ("Opportunity.NextStep", 120, 260, 0)), Chart.STACKED,
        ),
        Exhibit("map", "What fires when", "By field.", ("Field", "Flows", "Rules"), (("StageName", "2", "Exit of 3"),)),
        Exhibit("empty", "Nothing here", "No tool was seen.", ("Tool", "Writes"), (), Chart.BARS),
    )  # fmt: skip
    unseen = (
        Unseen("Account", "ICP_Tier__c", "the reading user does not see it"),
        *(Unseen(f"Hidden{at}__c", "", "the org has no such object, or this user does not see it") for at in range(9)),
    )
    ended = (NotEnded("territories", "the API calls that were agreed to are spent: allow more with --calls"),)
    return an_audit(*findings, found=figures, exhibits=exhibits, unseen=unseen, not_ended=ended)
