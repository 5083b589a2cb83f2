"""The templates on talk beyond the golden call: coaching, expansion, calls and mail, on the sample company's org."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.scenarios import talked
from tests.scenarios.talked import AE

from upbeat.app import add_template
from upbeat.conversation import Medium, Party, Turn
from upbeat.operations.capture import take
from upbeat.testing import House
from upbeat.workflows import templates

FLOWS = ("log-calls", "log-mail", "coach-the-call", "expansion-to-owner")
MAYA, HANNA = Party("Maya Chen", AE), Party("Hanna Berg", "hanna.berg@havelund.example")
PITCH = "We have been in business for twenty years and our platform does everything that you could ever want from it."


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["none of the shipped ones"]) as one:
        for template in templates():
            if template.name in FLOWS:
                add_template(one.folder, template)
        one.promote(*FLOWS)
        account = one.create("Account", Name="Havelund Fresh", Website="havelund.example", OwnerId=one.ids[AE])
        contact = one.create(
            "Contact", FirstName="Hanna", LastName="Berg", Email="hanna.berg@havelund.example", AccountId=account
        )
        deal = one.create(
            "Opportunity",
            Name="Havelund - trailers",
            AccountId=account,
            OwnerId=one.ids[AE],
            StageName="Prospecting",
            CloseDate="2027-01-31",
        )
        one.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
        yield one


def test_a_call_below_standard_is_a_task_for_the_manager_with_its_moment(house: House) -> None:
    turns = (Turn(0, "Maya Chen", 0, 0, 60, 60, PITCH), Turn(1, "Hanna Berg", 1, 61, 66, 5, "I see. Let us stop here."))
    talk = talked.meeting(house, [MAYA, HANNA], title="Havelund pitch", source_id="pitch", turns=turns)
    take(house.space.house, [replace(talk, medium=Medium.CALL)])
    house.play()
    [call] = house.query("SELECT Id, Description, TaskSubtype FROM Task WHERE Subject = 'Havelund pitch'")
    assert call["TaskSubtype"] == "Call"
    assert "- none captured" in call["Description"]
    [task] = house.query("SELECT OwnerId, Description FROM Task WHERE Subject = 'Coach: Havelund pitch'")
    assert task["OwnerId"] == house.ids["dana.whitfield@acme.example"]
    assert f"/{call['Id']}" in task["Description"]
    assert f"0:00:00, Maya Chen: \u201c{PITCH}\u201d" in task["Description"]
    assert "Next-step clarity 0 of 4: No next step was captured." in task["Description"]


def test_a_customer_who_speaks_of_more_is_told_to_whoever_has_the_account(house: House) -> None:
    said = "We are hiring thirty more planners in January and they will all need a licence."
    turns = (Turn(0, "Hanna Berg", 1, 0, 8, 8, said),)
    talk = talked.meeting(house, [MAYA, HANNA], title="Havelund review", source_id="more", turns=turns)
    take(house.space.house, [talk])
    house.play()
    [task] = house.query(
        "SELECT OwnerId, Description FROM Task WHERE Subject = 'Havelund Fresh: a customer spoke of more'"
    )
    assert task["OwnerId"] == house.ids[AE]
    assert said in task["Description"]
    assert "Hanna Berg" in task["Description"]


def test_a_mail_is_logged_on_its_deal_and_coaches_nobody(house: House) -> None:
    take(house.space.house, [talked.mail(house, HANNA, [MAYA], title="Trailers by mail")])
    house.play()
    [mail] = house.query("SELECT RelatedToId FROM EmailMessage WHERE Subject = 'Trailers by mail'")
    assert mail["RelatedToId"].startswith("006")
    assert house.query("SELECT Id FROM Task WHERE Subject = 'Coach: Trailers by mail'") == []
