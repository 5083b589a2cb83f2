"""Accounts and their contacts: most are there when the year begins, some are won during it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.company import ADMIN, BEGAN, TERRITORIES, Place, Territory
from upbeat.localorg.sample.days import at_work, executive
from upbeat.localorg.sample.names import Names, domain

_COUNT = 120
_FROM_THE_START = 100
_INDUSTRIES = ("Biotechnology", "Chemicals", "Electronics", "Energy", "Engineering", "Healthcare", "Manufacturing")
_WITH_CONTACTS = (3, 2, 4, 1, 3, 2, 4, 1)  # how many the accounts have, in turn

_BY_NAME = (  # those that the morning's leads come from: key, name, territory, place, domain
    ("account harborline", "Harborline Medical", "East", 0, "harborline.example"),
    ("account pinewatch", "Pinewatch Software", "West", 5, "pinewatch.example"),
    ("account summit east", "Summit Logistics", "East", 1, "summit-logistics.example"),
    ("account summit west", "Summit Logistics", "West", 0, "summitlogistics-west.example"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the simulator knows it; `contacts` are keys."""

    key: str
    name: str
    territory: Territory
    place: Place
    domain: str
    since: datetime
    contacts: tuple[str, ...]


def accounts(random: Random, names: Names) -> list[Account]:
    """Draw the accounts of the year."""
    by_name = {one.name: one for one in TERRITORIES}
    found = [
        Account(key, name, by_name[territory], by_name[territory].places[place], host, BEGAN, _contacts(key, 3))
        for key, name, territory, place, host in _BY_NAME
    ]
    for number in range(len(found), _COUNT):
        territory, name, key = random.choice(TERRITORIES), names.company(), f"account {number}"
        day = BEGAN.date() + timedelta(days=random.randrange(1, 300))
        since = BEGAN if number < _FROM_THE_START else at_work(random, day, territory)
        contacts = _contacts(key, _WITH_CONTACTS[number % len(_WITH_CONTACTS)])
        place = random.choice(territory.places)
        found.append(Account(key, name, territory, place, domain(name), since, contacts))
    return found


def acts(random: Random, names: Names, found: list[Account]) -> Iterator[Act]:
    """Give how the accounts and their contacts came into the org."""
    for one in found:
        owner = executive(one.territory, one.since)
        actor = ADMIN if one.since == BEGAN else owner
        yield Act(
            one.since,
            actor,
            "create",
            "Account",
            one.key,
            {
                "Name": one.name,
                "OwnerId": Ref(owner),
                "Website": f"https://www.{one.domain}",
                "Industry": random.choice(_INDUSTRIES),
                "Type": "Customer - Direct" if random.randrange(3) == 0 else "Prospect",
                "NumberOfEmployees": random.randrange(4, 400) * 10,
                "BillingCity": one.place.city,
                "BillingState": one.place.state or None,
                "BillingPostalCode": one.place.postal_code,
                "BillingCountry": one.place.country,
            },
        )
    for one in found:
        owner = executive(one.territory, one.since)
        actor = ADMIN if one.since == BEGAN else owner
        for key in one.contacts:
            first, last = names.person()
            yield Act(
                one.since + timedelta(minutes=1),
                actor,
                "create",
                "Contact",
                key,
                {
                    "AccountId": Ref(one.key),
                    "OwnerId": Ref(owner),
                    "FirstName": first,
                    "LastName": last,
                    "Title": names.title(),
                    "Email": f"{first}.{last}@{one.domain}".casefold(),
                },
            )


def _contacts(account: str, count: int) -> tuple[str, ...]:
    return tuple(f"{account} contact {number}" for number in range(1, count + 1))
