"""A lead arrives: who gets it, who does not, and when a person is asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from upbeat.localorg.faults import Fault, FaultKind
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
POOL = """\
pool: inbound
title: Leads for two people
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
match: {account: [website domain, company name]}
members:
  - {user: lena.vogel@acme.example, caps: [2 a day]}
  - {user: owen.hughes@acme.example, caps: [1 a day]}
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.promote(ROUTE)
        yield one


@pytest.mark.law(7)
def test_in_monitor_mode_a_lead_would_have_been_routed_and_nothing_is_written() -> None:
    with House(only=[ROUTE]) as house:
        lead = house.create(
            "Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"]
        )
        house.play()
        assert (house.run(lead).mode, house.run(lead).outcome) == ("monitor", "routed")
        assert (house.owner("Lead", lead), house.written()) == ("New Leads", [])


def test_once_two_people_took_it_live_a_lead_gets_its_owner(house: House, a_lead: Make) -> None:
    lead = a_lead(Country="Ireland")
    house.play()
    assert (house.run(lead).outcome, house.written()) == ("routed", [lead])
    assert house.owner("Lead", lead) in {"lena.vogel@acme.example", "owen.hughes@acme.example"}


def test_what_was_seen_in_monitor_mode_is_not_written_after_the_promotion() -> None:
    with House(only=[ROUTE]) as house:
        lead = house.create(
            "Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"]
        )
        house.play()
        house.promote(ROUTE)
        house.play("1 hour")
        assert house.written() == []
        assert len(house.runs(lead)) == 1


@pytest.mark.law(3)
def test_a_lead_is_routed_once_however_often_it_changes(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    for title in ("CFO", "CEO", "CTO"):
        house.update("Lead", lead, Title=title)
        house.play("30 seconds")
    assert [run.outcome for run in house.runs(lead)] == ["routed"]


@pytest.mark.law(3)
def test_a_restart_routes_nothing_again(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    house.restart()
    house.play("1 minute")
    assert [run.outcome for run in house.runs(lead)] == ["routed"]


@pytest.mark.law(2)
def test_a_lead_that_arrives_while_no_engine_runs_is_routed_by_the_next_one(house: House, a_lead: Make) -> None:
    house.play()
    house.close()
    house.clock.advance(timedelta(hours=8))
    lead = a_lead()
    house.clock.advance(timedelta(hours=8))
    house.play()
    assert [run.outcome for run in house.runs(lead)] == ["routed"]


def test_a_lead_from_before_the_workflow_is_not_new_when_somebody_edits_it() -> None:
    with House(only=["missing-next-step"]) as house:
        lead = house.create("Lead", LastName="Early", Company="Bird", Country="UK", OwnerId=house.ids["New Leads"])
        house.play("1 day")
        house.write({f"workflows/{ROUTE}.yaml": (PLAYBOOKS / "workflows" / f"{ROUTE}.yaml").read_text()})
        house.restart()
        house.play("1 day")
        house.update("Lead", lead, Title="CFO")
        house.play()
        assert house.runs(lead) == []


@pytest.mark.law(11)
def test_a_lead_that_somebody_assigned_is_left_alone(house: House, a_lead: Make) -> None:
    lead = a_lead(OwnerId=house.ids["ben.foster@acme.example"])
    house.play()
    assert house.run(lead).outcome == "left alone"
    assert (house.owner("Lead", lead), house.written()) == ("ben.foster@acme.example", [])


@pytest.mark.law(11)
def test_a_lead_that_somebody_takes_while_its_write_has_to_wait_is_left_to_them(house: House, a_lead: Make) -> None:
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=5))
    lead = a_lead()
    house.play()
    house.update("Lead", lead, OwnerId=house.ids["ben.foster@acme.example"])
    house.play("1 minute")
    assert (house.owner("Lead", lead), house.run(lead).outcome) == ("ben.foster@acme.example", "left alone")


def test_the_owner_of_a_leads_account_gets_it(house: House, a_lead: Make) -> None:
    house.create(
        "Account", Name="Harborline", Website="harborline.example", OwnerId=house.ids["maya.chen@acme.example"]
    )
    lead = a_lead(Company="Harborline Medical", Email="dev@harborline.example")
    house.play()
    assert house.owner("Lead", lead) == "maya.chen@acme.example"


@pytest.mark.law(11)
def test_a_lead_between_two_account_owners_goes_where_a_person_says(house: House, a_lead: Make) -> None:
    for owner in ("maya.chen@acme.example", "luis.ortega@acme.example"):
        house.create("Account", by=owner, Name="Summit Logistics")
    lead = a_lead(Company="Summit Logistics")
    house.play()
    [asked] = house.reviews("priya.shah@acme.example")
    assert (house.run(lead).state, house.run(lead).owner) == ("waiting", "priya.shah@acme.example")
    _, second, none = asked.body.choices
    assert (second.startswith("Summit Logistics (001"), none) == (True, "none of these accounts")
    assert sum("Summit Logistics belongs to" in one for one in asked.body.reasons) == 2
    house.approve(asked, "priya.shah@acme.example", second)
    house.play()
    owner = house.get("Account", second[-19:-1])["OwnerId"]
    assert (house.run(lead).outcome, house.ids[house.owner("Lead", lead)]) == ("routed", owner)


@pytest.mark.law(11)
def test_a_held_lead_that_somebody_took_meanwhile_is_left_alone_whatever_is_chosen(house: House, a_lead: Make) -> None:
    lead = a_lead(Country="Brazil")
    house.play()
    [asked] = house.reviews()
    house.update("Lead", lead, OwnerId=house.ids["ben.foster@acme.example"])
    house.approve(asked, "priya.shah@acme.example", "luis.ortega@acme.example")
    house.play()
    assert (house.run(lead).outcome, house.owner("Lead", lead)) == ("left alone", "ben.foster@acme.example")


@pytest.mark.law(11)
def test_a_lead_given_to_somebody_who_has_left_meanwhile_is_asked_about_again(house: House, a_lead: Make) -> None:
    lead = a_lead(Country="Brazil")
    house.play()
    [asked] = house.reviews()
    house.update("User", house.ids["luis.ortega@acme.example"], IsActive=False)
    house.play("2 minutes")
    house.approve(asked, "priya.shah@acme.example", "luis.ortega@acme.example")
    house.play()
    [again] = house.reviews()
    assert "luis.ortega@acme.example is not an active user" in again.body.reasons
    assert (house.run(lead).state, "luis.ortega@acme.example" in again.body.choices) == ("waiting", False)


def test_a_lead_that_nobody_may_take_is_held_and_names_who_answers_by_when(house: House, a_lead: Make) -> None:
    lead = a_lead(Country="Brazil", City="São Paulo")
    house.play()
    run = house.run(lead)
    assert (run.outcome, run.owner, run.due_at) == (
        None,
        "priya.shah@acme.example",
        house.clock.now() + timedelta(days=1),
    )


def test_nobody_gets_more_leads_a_day_than_their_cap_and_the_next_day_counts_anew() -> None:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        house.promote(ROUTE)

        def arrive() -> list[str]:
            queue = house.ids["New Leads"]
            leads = [house.create("Lead", LastName=f"Lead {n}", Company=f"Firm {n}", OwnerId=queue) for n in range(4)]
            house.play()
            return sorted(house.owner("Lead", one) for one in leads)

        capped = ["New Leads", "lena.vogel@acme.example", "lena.vogel@acme.example", "owen.hughes@acme.example"]
        assert arrive() == capped
        house.play("1 day")
        assert arrive() == capped


def test_a_lead_that_was_deleted_before_its_turn_ends_as_gone(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.engine._take_in(house.clock.now())
    house.org.delete([lead], house.ids["priya.shah@acme.example"])
    house.play()
    assert house.run(lead).outcome == "record gone"
