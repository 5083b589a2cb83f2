"""Each routing template on the sample company's org, from what arrives to what the ledger holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from upbeat.app import add_template
from upbeat.operations import Journey
from upbeat.testing import House
from upbeat.workflows import templates

FIT, DEMO, PARTNER, ACCOUNTS = (
    "route-by-fit-and-territory",
    "route-demo-requests",
    "route-partner-leads",
    "hand-over-accounts",
)
PRIYA, IRIS, SAM, MAYA, LUIS, LENA, OWEN, AISHA, ROWAN = (
    f"{one}@acme.example"
    for one in (
        "priya.shah", "iris.nolan", "sam.porter", "maya.chen", "luis.ortega", "lena.vogel", "owen.hughes", "aisha.khan",
        "rowan.ellis",
    )
)  # fmt: skip
Arrive = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Four templates side by side, live, on a Monday at ten in London."""
    with House(only=["none of the shipped ones"]) as one:
        for template in templates():
            if template.name in {FIT, DEMO, PARTNER, ACCOUNTS}:
                add_template(one.folder, template)
        one.promote(FIT, DEMO, PARTNER, ACCOUNTS)
        one.play("4 hours")
        yield one


@pytest.fixture
def arrive(house: House) -> Arrive:
    """A lead of the website's form, in the queue, and the engine has seen it."""

    def make(**values: Any) -> str:
        plain = {"LeadSource": "Web", "OwnerId": house.ids["New Leads"]}
        lead = house.create("Lead", by="web.forms@acme.example", **{**plain, **values})
        house.play()
        return lead

    return make


def _run(house: House, lead: str) -> Journey:
    """Give the one run whose condition a lead met."""
    [found] = [one for one in house.runs(lead) if one.outcome != "condition not met"]
    return found


def _told(house: House, lead: str) -> tuple[str, str | None, str]:
    """Give by which workflow a lead was routed, how that ended, and whose it is."""
    run = _run(house, lead)
    return run.workflow, run.outcome, house.owner("Lead", lead)


def test_a_lead_goes_by_its_fit_and_its_territory_and_the_ledger_says_why(house: House, arrive: Arrive) -> None:
    lead = arrive(LastName="Gruber", Company="Alpenwerk", Country="Austria", NumberOfEmployees=1200)
    assert _told(house, lead)[:2] == (FIT, "routed")
    assert house.owner("Lead", lead) in {LENA, OWEN}
    said = str(_run(house, lead).told)
    assert "tier A" in said
    assert "is in DACH" in said


def test_the_owner_of_a_leads_account_keeps_it(house: House, arrive: Arrive) -> None:
    house.create("Account", Name="Brightwater", Website="brightwater.example", OwnerId=house.ids[AISHA])
    lead = arrive(LastName="Okafor", Company="Brightwater", Email="kim@brightwater.example", Country="United Kingdom")
    assert _told(house, lead) == (FIT, "routed", AISHA)


def test_a_lead_of_no_territory_is_held_for_a_person(house: House, arrive: Arrive) -> None:
    lead = arrive(LastName="Lunde", Company="Fjordline", Country="Norway")
    assert (_run(house, lead).state, _run(house, lead).owner) == ("waiting", PRIYA)


def test_who_asks_for_a_demo_gets_somebody_who_speaks_their_language(house: House, arrive: Arrive) -> None:
    lead = arrive(LastName="Huber", Company="Talwerk", Country="Germany", Description="Could we get a demo next week?")
    assert _told(house, lead) == (DEMO, "demo routed", LENA)


@pytest.mark.parametrize(
    ("name", "text"),
    [("Pereira", "We can not log in since Monday, please help"), ("Novak", "We sell SEO services and backlinks")],
)
def test_what_else_people_write_is_passed_on(house: House, arrive: Arrive, name: str, text: str) -> None:
    assert _told(house, arrive(LastName=name, Company=f"{name} Works", Description=text)) == (DEMO, "passed on", IRIS)


@pytest.mark.law(11)
def test_a_request_that_could_be_two_things_is_a_persons_to_tell(house: House, arrive: Arrive) -> None:
    lead = arrive(
        LastName="Sommer", Company="Rheinblick", Country="Germany", Description="A demo for our reseller, please"
    )
    [asked] = [one for one in house.reviews(PRIYA) if one.item_id == _run(house, lead).run]
    assert set(asked.body.choices) == {"demo", "partner", "support", "spam"}
    house.approve(asked, PRIYA, "demo")
    house.play()
    assert _told(house, lead) == (DEMO, "demo routed", LENA)


def test_a_partners_lead_goes_to_who_works_with_partners(house: House, arrive: Arrive) -> None:
    lead = arrive(
        LastName="Vance",
        Company="Delta Works",
        Country="USA",
        LeadSource="Partner Referral",
        Description="a demo, please",
    )
    assert _told(house, lead) == (PARTNER, "routed", LUIS)


@pytest.mark.law(6)
def test_an_account_of_somebody_who_left_changes_hands_once_a_person_has_approved_it(house: House) -> None:
    values = {"Name": "Prairie Mills", "BillingCountry": "USA", "BillingPostalCode": "60614"}
    account = house.create("Account", OwnerId=house.ids[SAM], **values)
    stays = house.create("Account", OwnerId=house.ids[LUIS], **{**values, "Name": "Prairie Rail"})
    moved = house.create(
        "Account", OwnerId=house.ids[LUIS], **{**values, "Name": "Prairie Air", "BillingPostalCode": "10001"}
    )
    house.update("User", house.ids[SAM], IsActive=False)
    house.play("21 hours")
    asked = {one.title: one for one in house.reviews() if one.workflow == ACCOUNTS and one.tier == "approval"}
    left, away = "Prairie Mills: OwnerId Sam Porter → Luis Ortega", "Prairie Air: OwnerId Luis Ortega → Maya Chen"
    assert set(asked) == {left, away}
    house.approve(asked[left], ROWAN)
    house.play("1 minute")
    assert [house.owner("Account", one) for one in (account, stays, moved)] == [LUIS, LUIS, LUIS]


def test_a_lead_that_nobody_touches_in_time_goes_on_to_somebody_new(house: House, arrive: Arrive) -> None:
    lead = arrive(LastName="Wagner", Company="Isarblick", Country="Germany")
    first = house.owner("Lead", lead)
    for _ in range(10):  # over the hours that the promise counts
        house.play("1 hour")
    assert {first, house.owner("Lead", lead)} == {LENA, OWEN}
