"""The year's leads, routed by hand: they arrive in the queue, and a manager gives them away when there is time."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.company import BEGAN, NOW, QUEUE, REVENUE, SALES_MANAGER, TERRITORIES, WEB_FORMS
from upbeat.localorg.sample.days import at_work
from upbeat.localorg.sample.names import Names, domain

_COUNT = 300
_SOURCES = ("Web", "Web", "Web", "Partner Referral", "Phone Inquiry", "Other")
_HELD = 1, 20  # the hours that a lead waits before a manager looks at it
_YEAR = int((NOW - BEGAN) / timedelta(minutes=1))


def acts(random: Random, names: Names) -> Iterator[Act]:
    """Give the life of every lead of the year."""
    for number in range(1, _COUNT + 1):
        yield from _life(random, names, f"lead {number}")


def _life(random: Random, names: Names, key: str) -> Iterator[Act]:
    territory = random.choice(TERRITORIES)
    place = random.choice(territory.places)
    first, last = names.person()
    company = names.company()
    arrived = BEGAN + timedelta(minutes=random.randrange(60, _YEAR - 5 * 24 * 60))
    yield Act(
        arrived,
        WEB_FORMS,
        "create",
        "Lead",
        key,
        {
            "FirstName": first,
            "LastName": last,
            "Company": company,
            "Title": names.title(),
            "Email": f"{first}.{last}@{domain(company)}".casefold(),
            "LeadSource": random.choice(_SOURCES),
            "City": place.city,
            "State": place.state or None,
            "PostalCode": place.postal_code,
            "Country": place.country,
            "OwnerId": Ref(QUEUE),
        },
    )
    manager = SALES_MANAGER if place.country == "United States" else REVENUE
    owner = random.choice((territory.executive, territory.developer, territory.developer))
    given = at_work(random, (arrived + timedelta(hours=random.randrange(*_HELD))).date(), territory)
    given = max(given, arrived + timedelta(minutes=10))
    yield Act(given, manager, "update", "Lead", key, {"OwnerId": Ref(owner), "Territory__c": territory.name})
    if random.randrange(8) == 0:
        return  # nobody got round to it
    called = max(at_work(random, (given + timedelta(days=random.randrange(3))).date(), territory), given)
    if called >= NOW:
        return
    yield Act(called, owner, "update", "Lead", key, {"Status": "Working - Contacted"})
    yield Act(
        called,
        owner,
        "create",
        "Task",
        f"{key} call",
        {
            "WhoId": Ref(key),
            "OwnerId": Ref(owner),
            "Subject": "Call",
            "TaskSubtype": "Call",
            "Status": "Completed",
            "ActivityDate": called.date().isoformat(),
        },
    )
    ended = at_work(random, (called + timedelta(days=random.randrange(5, 40))).date(), territory)
    if ended > called and random.randrange(5) < 3:
        yield Act(ended, owner, "update", "Lead", key, {"Status": "Closed - Not Converted"})
