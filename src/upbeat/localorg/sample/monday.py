"""The simulated morning, 07:00 to 10:00 of the Monday after the year: leads that arrive, and deals that people edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.company import ADMIN, NOW, QUEUE, WEB_FORMS


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who fills in the website's form at a time of the morning, `HH:MM`."""

    at: str
    name: str
    title: str
    company: str
    domain: str
    city: str
    postal_code: str
    country: str


USA = "United States"

VISITORS = (
    Visitor("07:02", "Grace Adeyemi", "VP Finance", "Tidewell Foods", "tidewell.example", "Boston", "02118", USA),
    Visitor("07:06", "Peter Lang", "IT Manager", "Brightkettle", "brightkettle.example", "Chicago", "60614", USA),
    Visitor("07:09", "Ines Moreau", "Head of Sales", "Ostara Optics", "ostara.example", "Portland", "97209", USA),
    Visitor("07:15", "Karl Huber", "Einkaufsleiter", "Talwerk GmbH", "talwerk.example", "München", "80333", "Germany"),
    Visitor("07:21", "Joan Park", "COO", "Quillfeather", "quillfeather.example", "New York", "10001-1234", "USA"),
    # Maya Chen owns the account, and Boston is hers too
    Visitor("07:26", "Dev Malik", "CFO", "Harborline Medical", "harborline.example", "Boston", "02110", USA),
    Visitor("07:33", "Lucia Prado", "Diretora", "Serra Azul", "serra-azul.example", "São Paulo", "01310-100", "Brazil"),
    Visitor("07:38", "Omar Haddad", "VP Engineering", "Gridlark", "gridlark.example", "Dallas", "75204", USA),
    Visitor("07:44", "Ruth Evans", "Operations", "Pennant & Rowe", "pennant.example", "London", "EC2A 4NE", "UK"),
    Visitor("07:52", "Sofia Brand", "CTO", "Lakeshore Tools", "lakeshore.example", "Detroit", "48207", USA),
    # Aisha Khan owns the account in Seattle; this office is in Chicago
    Visitor("07:58", "Noah Field", "IT Director", "Pinewatch Software", "pinewatch.example", "Chicago", "60605", USA),
    Visitor(
        "08:03", "Mei Tan", "Regional Lead", "Straits Power", "straits.example", "Singapore", "018956", "Singapore"
    ),
    # Two accounts have this name, and neither has this domain
    Visitor("08:11", "Hugo Silva", "Buyer", "Summit Logistics", "summit-freight.example", "Newark", "07102", USA),
    Visitor("08:19", "Clara Wyss", "Leiterin IT", "Alpenrad AG", "alpenrad.example", "Zürich", "8004", "Switzerland"),
    Visitor("08:24", "Ada Novak", "Head of Procurement", "Marblegate", "marblegate.example", "Phoenix", "85016", USA),
    Visitor("08:33", "Tomas Reed", "Owner", "Cedar & Finch", "cedarfinch.example", "Atlanta", "30308", USA),
    Visitor("08:47", "Elena Roth", "", "Unknown Venture", "unknown-venture.example", "", "", ""),
    Visitor("08:55", "Yuki Sato", "VP Operations", "Copperline", "copperline.example", "Seattle", "98109", USA),
    Visitor("09:04", "Sean Byrne", "Director", "Liffey Materials", "liffey.example", "Dublin", "D02 AF30", "Ireland"),
    Visitor("09:12", "Paula Kim", "CFO", "Redwater Mills", "redwater.example", "Charlotte", "28205", USA),
    Visitor("09:23", "Ivan Kolar", "IT Manager", "Plainsong Audio", "plainsong.example", "St. Louis", "63103", USA),
    Visitor("09:37", "Nadia Aziz", "Head of Sales", "Goldenrod Health", "goldenrod.example", "Denver", "80205", USA),
    Visitor("09:46", "Felix Stone", "Operations Lead", "Wharfside", "wharfside.example", "Miami", "33130", USA),
)
"""Everybody who comes by the website, in their order. One more lead is typed in by hand, and assigned."""


def leads() -> tuple[Act, ...]:
    """Give the morning's 24 leads."""
    typed_in = {
        "FirstName": "Vera",
        "LastName": "Castillo",
        "Title": "VP Finance",
        "Company": "Larkmoor Energy",
        "Email": "vera.castillo@larkmoor.example",
        "LeadSource": "Phone Inquiry",
        "City": "Los Angeles",
        "PostalCode": "90017",
        "Country": USA,
        "OwnerId": Ref("ben.foster@acme.example"),
    }
    by_hand = Act(_at("08:40"), ADMIN, "create", "Lead", "lead assigned by hand", typed_in)
    web = [_arrival(number, one) for number, one in enumerate(VISITORS, 1)]
    return tuple(sorted([*web, by_hand], key=lambda act: act.at))


def edits(deals: Mapping[str, Mapping[str, Any]]) -> tuple[Act, ...]:
    """Give what people change in deals, which stand as `deals` says: field values by the deals' keys."""

    def edit(at: str, key: str, **values: object) -> Act:
        return Act(_at(at), deals[key]["OwnerId"].key, "update", "Opportunity", key, values)

    def move(at: str, key: str, days: int) -> Act:
        closes = date.fromisoformat(deals[key]["CloseDate"]) + timedelta(days=days)
        pushes = deals[key]["Push_Count__c"] + (days > 0)  # the org's flow counts in the same save
        return edit(at, key, CloseDate=closes.isoformat(), Push_Count__c=pushes)

    return (
        move("07:30", "deal pushed twice 1", 28),  # its third push
        move("07:48", "deal never pushed 1", 21),  # its first
        move("08:15", "deal pushed twice 2", -7),  # a pull-in, after two pushes
        edit("09:10", "deal ready to commit 1", Verbal_Commitment__c=True),
    )


def _arrival(number: int, one: Visitor) -> Act:
    first, last = one.name.split()
    values = {
        "FirstName": first,
        "LastName": last,
        "Title": one.title or None,
        "Company": one.company,
        "Email": f"{first}.{last}@{one.domain}".casefold(),
        "LeadSource": "Web",
        "City": one.city or None,
        "PostalCode": one.postal_code or None,
        "Country": one.country or None,
        "OwnerId": Ref(QUEUE),
    }
    return Act(_at(one.at), WEB_FORMS, "create", "Lead", f"morning lead {number}", values)


def _at(time: str) -> datetime:
    hour, minute = time.split(":")
    return NOW.replace(hour=int(hour), minute=int(minute))
