"""A conversation is logged once, as the native activity that it was, with everybody who took part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.scenarios import talked
from tests.scenarios.talked import AE

from upbeat import operations
from upbeat.conversation import Medium, Party
from upbeat.localorg import Fault
from upbeat.operations.capture import take
from upbeat.testing import House

TARGETS = ("Event", "Task", "EmailMessage")
FOLLOWS = """
workflow: note-contact
title: Note who was talked to
function: ae
family: hygiene
owner: priya.shah@acme.example
problem: Nobody knows who was talked to
metric: noted
mode: monitor
rollback: automatic
limits: {per_hour: 2000, per_day: 5000}
trigger:
  start: captured
  object: Contact
  when: |
    TRUE
steps:
  - step: note
    agent: noter
    use: update_record
    set: {Department: Talked to}
outcomes:
  noted: {when: '{!TRUE}'}
  waiting: {due: 2 days, then: escalate, to: priya.shah@acme.example}
"""
NOTER = """
agent: noter
role: Notes who was talked to
model: none
may_call: [update_record]
reads: [Contact.*]
writes: [Contact.Department]
"""


@dataclass(frozen=True)
class Told:
    """A house whose workflows log conversations, and who talks in them: one of ours and two customers."""

    house: House
    people: tuple[Party, Party, Party]

    def hear(self, *talks: Any) -> None:
        """Take conversations in, and let the engine carry them as far as it goes."""
        take(self.house.space.house, talks)
        self.house.play()

    def event(self, subject: str) -> dict[str, Any]:
        """Give the one Event of a subject."""
        [found] = self.house.query(f"SELECT Id FROM Event WHERE Subject = '{subject}'")
        return self.house.get("Event", found["Id"])

    def related(self, name: str, parent: str, key: str) -> set[str]:
        """Give whom the rows of a relation name."""
        return {
            row["RelationId"] for row in self.house.query(f"SELECT RelationId FROM {name} WHERE {parent} = '{key}'")
        }


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    files = talked.files(*TARGETS) | {"agents/noter.yaml": NOTER, "workflows/note-contact.yaml": FOLLOWS}
    with House(only=["missing-next-step"], files=files) as house:
        account = house.create("Account", Name="Havelund Fresh")
        known = [talked.party(house, "Maya Chen", house.ids[AE])]
        for first, last in (("Sigrid", "Aasheim"), ("Tom", "Bellweather")):
            address = f"{first}@havelund.example".lower()
            key = house.create("Contact", FirstName=first, LastName=last, AccountId=account, Email=address)
            known.append(talked.party(house, f"{first} {last}", key))
        for target in TARGETS:
            house.promote(f"log-{target.lower()}")
        house.promote("note-contact")
        yield Told(house, (known[0], known[1], known[2]))


def began(house: House, hours: int) -> datetime:
    """Give a moment some hours ago, of its own for each test."""
    return house.clock.now().replace(microsecond=0) - timedelta(hours=hours)


def test_a_meeting_becomes_an_event_with_everybody_in_it(told: Told) -> None:
    talk = talked.meeting(told.house, told.people, title="Intro", source_id="intro", began=began(told.house, 2))
    told.hear(talk)
    event = told.event("Intro")
    assert (event["OwnerId"], event["DurationInMinutes"]) == (told.people[0].record_id, 30)
    customers = {one.record_id for one in told.people[1:]}
    assert event["WhoId"] in customers
    assert told.related("EventRelation", "EventId", event["Id"]) == customers


@pytest.mark.law(3)
def test_a_conversation_that_is_taken_twice_is_logged_once(told: Told) -> None:
    talk = talked.meeting(told.house, told.people, title="Twice", source_id="twice", began=began(told.house, 4))
    told.hear(talk, talk)
    told.hear(replace(talk, title="Twice"))
    assert told.related("EventRelation", "EventId", told.event("Twice")["Id"])


def test_a_call_becomes_a_task_that_is_done_and_names_every_customer(told: Told) -> None:
    call = talked.meeting(
        told.house, told.people, medium=Medium.CALL, title="Call", source_id="call", began=began(told.house, 6)
    )
    told.hear(call)
    [task] = told.house.query("SELECT Id, Status, CallDurationInSeconds FROM Task WHERE TaskSubtype = 'Call'")
    assert (task["Status"], task["CallDurationInSeconds"]) == ("Completed", 1800)
    customers = {one.record_id for one in told.people[1:]}
    assert {one for one in told.related("TaskRelation", "TaskId", task["Id"]) if one.startswith("003")} == customers


def test_a_mail_becomes_an_email_message_that_keeps_whom_nobody_knows(told: Told) -> None:
    maya, sigrid, _ = told.people
    nobody = Party("Ines Amaral", "ines@partner.example", internal=False)
    told.hear(talked.mail(told.house, sigrid, [maya, nobody]))
    [mail] = told.house.query("SELECT Id, Incoming, Status, MessageIdentifier FROM EmailMessage")
    assert (mail["Incoming"], mail["Status"]) == (True, "1")
    rows = told.house.query(
        "SELECT RelationId, RelationType, RelationAddress FROM EmailMessageRelation "
        f"WHERE EmailMessageId = '{mail['Id']}'"
    )
    assert {(row["RelationId"], row["RelationType"], row["RelationAddress"]) for row in rows} == {
        (sigrid.record_id, "FromAddress", "sigrid@havelund.example"),
        (maya.record_id, "ToAddress", maya.address),
        (None, "ToAddress", "ines@partner.example"),
    }


def test_a_meeting_that_a_person_logged_is_completed_and_not_logged_twice(told: Told) -> None:
    maya, sigrid, tom = told.people
    start = began(told.house, 30)
    by_hand = told.house.create(
        "Event",
        by=AE,
        Subject="Trailers with Havelund",
        OwnerId=maya.record_id,
        WhoId=sigrid.record_id,
        StartDateTime=start.isoformat(),
        EndDateTime=(start + timedelta(hours=1)).isoformat(),
        Description="Bring the figures.",
    )
    told.hear(talked.meeting(told.house, told.people, title="Weekly", source_id="manual", began=start))
    assert not told.house.query("SELECT Id FROM Event WHERE Subject = 'Weekly'")
    event = told.house.get("Event", by_hand)
    assert (event["Description"], event["Subject"]) == ("Bring the figures.", "Trailers with Havelund")
    assert told.related("EventRelation", "EventId", by_hand) == {sigrid.record_id, tom.record_id}


def test_a_meeting_of_another_customer_at_the_same_time_is_another_one(told: Told) -> None:
    start = began(told.house, 50)
    other = told.house.create("Contact", LastName="Else")
    told.house.create(
        "Event",
        by=AE,
        Subject="Somebody else",
        OwnerId=told.people[0].record_id,
        WhoId=other,
        StartDateTime=start.isoformat(),
        EndDateTime=(start + timedelta(minutes=30)).isoformat(),
    )
    told.hear(talked.meeting(told.house, told.people, title="Beside", source_id="beside", began=start))
    assert told.event("Beside")["WhoId"] != other


def test_a_calendars_meeting_and_its_recording_are_one_event(told: Told) -> None:
    start = began(told.house, 70)
    invited = talked.meeting(
        told.house,
        told.people,
        title="Planned",
        source="Calendar",
        source_id="uid",
        began=start,
        seconds=3600.0,
        turns=(),
    )
    recorded = talked.meeting(told.house, told.people, title="Recorded", source_id="rec", began=start)
    told.hear(invited, recorded)
    assert told.event("Planned")
    assert not told.house.query("SELECT Id FROM Event WHERE Subject = 'Recorded'")


@pytest.mark.law(11)
def test_whether_an_entry_without_a_customer_is_the_meeting_is_asked(told: Told) -> None:
    start = began(told.house, 90)
    block = told.house.create(
        "Event",
        by=AE,
        Subject="Busy",
        OwnerId=told.people[0].record_id,
        StartDateTime=start.isoformat(),
        EndDateTime=(start + timedelta(minutes=30)).isoformat(),
    )
    talk = talked.meeting(told.house, told.people, title="Doubtful", source_id="doubt", began=start)
    told.hear(talk)
    [asked] = [one for one in told.house.reviews() if one.record_id == talk.key]
    assert asked.owner == AE
    told.house.approve(asked, AE, next(one for one in asked.body.choices if block in one))
    told.house.play()
    assert not told.house.query("SELECT Id FROM Event WHERE Subject = 'Doubtful'")
    assert told.related("EventRelation", "EventId", block)


def test_what_a_conversation_is_of_has_its_turn_when_it_is_logged(told: Told) -> None:
    talk = talked.meeting(told.house, told.people, title="Then", source_id="then", began=began(told.house, 110))
    told.hear(talk)
    journeys = operations.explain(told.house.space.house, talk.key)
    assert [one.object for one in journeys] == ["Event", "Contact", "Contact"]
    assert told.house.get("Contact", told.people[1].record_id)["Department"] == "Talked to"
    assert {one.verdict for one in operations.replay(told.house.space.house, talk.key)} == {"same"}


@pytest.mark.law(3)
@pytest.mark.parametrize("kind", ["500 after commit", "500 before"])
def test_a_meeting_whose_answer_was_lost_is_logged_once(told: Told, kind: str) -> None:
    subject = f"Lost, {kind}"
    talk = talked.meeting(told.house, told.people, title=subject, source_id=kind, began=began(told.house, 130))
    told.house.org.faults.add(Fault("POST .*composite/sobjects", kind))
    told.hear(talk)
    for _ in range(4):
        told.house.play("5 minutes")
    event = told.event(subject)
    assert told.related("EventRelation", "EventId", event["Id"]) == {one.record_id for one in told.people[1:]}


@pytest.mark.law(8)
def test_a_meeting_that_was_logged_can_be_taken_back(told: Told) -> None:
    talk = talked.meeting(told.house, told.people, title="Wrong", source_id="wrong", began=began(told.house, 200))
    told.hear(talk)
    run = operations.explain(told.house.space.house, talk.key)[0].run
    operations.roll_back(told.house.space.house, run, talked.ADMIN)
    told.house.play()
    [asked] = [one for one in told.house.reviews() if one.record_id == talk.key]
    told.house.approve(asked, "iris.nolan@acme.example")
    told.house.play()
    assert not told.house.query("SELECT Id FROM Event WHERE Subject = 'Wrong'")
