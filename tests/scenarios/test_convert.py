"""A lead that is ready becomes a contact of its account: once, after a person's word, and never by a guess."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from upbeat import operations
from upbeat.app import add_template
from upbeat.localorg import Fault
from upbeat.operations import Review
from upbeat.testing import House
from upbeat.workflows import templates

Make = Callable[..., str]
NAME, MERGE = "convert-matched-lead", "merge-duplicate-leads"
DANA, PRIYA, MAYA = (f"{name}@acme.example" for name in ("dana.whitfield", "priya.shah", "maya.chen"))
NUMBERS = count(1)
PLACES = (
    "Astoria",
    "Bexhill",
    "Corinth",
    "Dunmore",
    "Evora",
    "Farnham",
    "Gijon",
    "Hebden",
    "Ithaca",
    "Juneau",
    "Kendal",
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["none of the shipped ones"]) as one:
        for template in templates():
            if template.name in {NAME, MERGE}:
                add_template(one.folder, template)
        one.promote(NAME)
        yield one


@pytest.fixture
def company(house: House) -> tuple[str, str]:
    """An account of Maya's, and the name of its company, which no other is like."""
    name = f"{PLACES[next(NUMBERS) % len(PLACES)]} Instruments"
    domain = name.casefold().replace(" ", "-")
    account = house.create("Account", by=MAYA, Name=name, Website=f"https://{domain}.example", Phone="555")
    return account, name


def ready(house: House, a_lead: Make, company: str, **values: Any) -> str:
    """A lead that somebody has talked to, and that is hot."""
    domain = company.casefold().replace(" ", "-")
    plain = {"FirstName": "Rosa", "LastName": "Vega", "Email": f"rosa@{domain}.example", "Company": company}
    lead = a_lead(**{**plain, "Status": "Working - Contacted", "Rating": "Hot", "Industry": "Banking", **values})
    house.play()
    return lead


def the_ask(house: House, lead: str) -> Review:
    [found] = [one for one in house.reviews() if one.record_id == lead]
    return found


def convert(house: House, lead: str) -> Review:
    review = the_ask(house, lead)
    house.approve(review, DANA)
    house.play()
    return review


def outcome(house: House, lead: str) -> str | None:
    return next(one.outcome for one in house.runs(lead) if one.workflow == NAME)


def accounts(house: House, name: str) -> int:
    return len(house.query(f"SELECT Id FROM Account WHERE Name = '{name}'"))


@pytest.mark.law(6)
@pytest.mark.law(8)
def test_a_lead_becomes_a_contact_of_its_account_and_of_no_second_one(
    house: House, a_lead: Make, company: tuple[str, str]
) -> None:
    account, name = company
    lead = ready(house, a_lead, name)
    review = convert(house, lead)
    assert (review.tier, "cannot be undone" in review.body.why) == ("approval", True)
    assert f"its account is {name} ({account}), which keeps what it has and gets what it lacks" in review.body.reasons
    assert "a new contact is made" in review.body.reasons
    gone = house.get("Lead", lead)
    assert (gone["IsConverted"], gone["ConvertedAccountId"], gone["ConvertedOpportunityId"]) == (True, account, None)
    kept = house.get("Account", account)
    assert (kept["Phone"], kept["Industry"], accounts(house, name)) == ("555", "Banking", 1)
    assert house.owner("Contact", gone["ConvertedContactId"]) == MAYA  # the lead was a queue's
    assert outcome(house, lead) == "converted"


def test_a_lead_whose_contact_is_there_becomes_that_one(house: House, a_lead: Make, company: tuple[str, str]) -> None:
    account, name = company
    domain = name.casefold().replace(" ", "-")
    values = {"FirstName": "Rosa", "LastName": "Vega", "Email": f"rosa@{domain}.example", "AccountId": account}
    contact = house.create("Contact", by=MAYA, **values)
    lead = ready(house, a_lead, name)
    convert(house, lead)
    assert house.get("Lead", lead)["ConvertedContactId"] == contact


def test_a_lead_that_is_like_no_account_makes_one(house: House, a_lead: Make) -> None:
    lead = ready(house, a_lead, "Zebulon Kites", OwnerId=house.ids[MAYA])
    review = convert(house, lead)
    assert "a new account is made: Zebulon Kites" in review.body.reasons
    assert accounts(house, "Zebulon Kites") == 1


@pytest.mark.law(11)
def test_an_account_that_is_spelled_otherwise_is_not_made_a_second_time(house: House, a_lead: Make) -> None:
    account = house.create("Account", by=MAYA, Name="Larkspur Turbines Inc.", BillingCity="Leeds")
    lead = ready(house, a_lead, "Larkspurr Turbines", Email="rosa@mail.example", City="Leeds", OwnerId=house.ids[MAYA])
    asked = the_ask(house, lead)
    assert "a new account is made: Larkspurr Turbines" not in asked.body.reasons
    assert account in "".join((*asked.body.reasons, *asked.body.choices))


@pytest.mark.law(11)
def test_nobody_is_made_the_owner_of_a_new_account_by_a_guess(house: House, a_lead: Make) -> None:
    lead = ready(house, a_lead, "Yarrow Sails")
    assert "A queue has the lead, and nothing says whose the new account is to be" in the_ask(house, lead).title


@pytest.mark.law(11)
@pytest.mark.parametrize("answer", ["first", "a new account", "leave it a lead"])
def test_of_two_accounts_none_is_guessed(house: House, a_lead: Make, company: tuple[str, str], answer: str) -> None:
    account, name = company
    twin = house.create("Account", by=MAYA, Name=name, Website=house.get("Account", account)["Website"], Phone="555")
    lead = ready(house, a_lead, name, OwnerId=house.ids[MAYA])
    question = the_ask(house, lead)
    assert question.kind == "matching account"
    assert {key for key in (account, twin) for one in question.body.choices if key in one} == {account, twin}
    choice = next((one for one in question.body.choices if account in one or one == answer), "")
    choice = choice if answer == "first" else answer
    house.approve(question, PRIYA, choice=choice)
    house.play()
    if answer == "leave it a lead":
        assert outcome(house, lead) == "left"
        return
    convert(house, lead)
    became = house.get("Lead", lead)["ConvertedAccountId"]
    assert (became == account) is (answer == "first")
    assert accounts(house, name) == (2 if answer == "first" else 3)


@pytest.mark.law(3)
@pytest.mark.parametrize("kind", ["500 after commit", "500 before"])
def test_a_lost_answer_makes_one_contact(house: House, a_lead: Make, company: tuple[str, str], kind: str) -> None:
    account, name = company
    lead = ready(house, a_lead, name)
    house.org.faults.add(Fault("services/Soap", kind))
    convert(house, lead)
    for _ in range(4):
        house.play("5 minutes")
    assert outcome(house, lead) == "converted"
    assert len(house.query(f"SELECT Id FROM Contact WHERE AccountId = '{account}'")) == 1


@pytest.mark.law(3)
def test_a_lead_that_a_person_converted_first_is_left(house: House, a_lead: Make, company: tuple[str, str]) -> None:
    lead = ready(house, a_lead, company[1])
    review = the_ask(house, lead)
    house.org.put("Lead", {lead: {"IsConverted": 1, "ConvertedAccountId": company[0]}}, house.ids[PRIYA])
    house.approve(review, DANA)
    house.play()
    assert outcome(house, lead) in {"left", "condition not met"}
    assert len(house.query(f"SELECT Id FROM Contact WHERE AccountId = '{company[0]}'")) == 0


@pytest.mark.law(2)
def test_a_writer_who_may_not_convert_leads_leaves_it_with_the_owner(
    house: House, a_lead: Make, company: tuple[str, str]
) -> None:
    lead = ready(house, a_lead, company[1])
    house.org.faults.add(Fault("services/Soap", "row error"))
    convert(house, lead)
    assert house.get("Lead", lead)["IsConverted"] is False
    [stuck] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    assert "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" in "".join((stuck.title, *stuck.body.reasons))


@pytest.mark.law(1)
def test_the_look_back_knows_a_conversion_as_ours(house: House, a_lead: Make) -> None:
    lead = ready(house, a_lead, "Quilter Lamps", OwnerId=house.ids[MAYA])
    house.create("Task", Subject="Call", WhoId=lead)
    house.play()
    convert(house, lead)
    house.play("20 minutes")
    became = house.get("Lead", lead)
    ours = {lead, became["ConvertedAccountId"], became["ConvertedContactId"]}
    found = operations.reconcile(house.space.house)
    assert [one for one in found.alarms if one.record_id in ours] == []


def test_a_conversion_is_decided_again_from_its_entries(house: House, a_lead: Make, company: tuple[str, str]) -> None:
    lead = ready(house, a_lead, company[1])
    convert(house, lead)
    run = next(one.run for one in house.runs(lead) if one.workflow == NAME)
    [again] = operations.replay(house.space.house, run)
    assert [one.differences for one in again.decisions if one.verdict != "same"] == []


@pytest.mark.law(7)
def test_a_merge_in_monitor_is_told_and_never_done(house: House, a_lead: Make) -> None:
    values = {"FirstName": "Ana", "LastName": "Silva", "Email": "ana@kites.example", "Company": "Silva Kites"}
    first = a_lead(**values)
    house.play()
    second = a_lead(**values)
    house.play()
    run = next(one for one in house.runs(second) if one.workflow == MERGE)
    assert (run.mode, run.outcome) == ("monitor", "merged")
    assert house.get("Lead", first)["IsDeleted"] is house.get("Lead", second)["IsDeleted"] is False
