"""Where a conversation stands in the org already: for sure, perhaps, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.conversation import Captured, Conversation, Link, Medium, Party, twins
from upbeat.steps.logged import logged_as

MAYA = Party("Maya Chen", "maya@acme.example", internal=True, kind="User", record_id="005000000000001AAA")
OWEN = Party("Owen Hughes", "owen@acme.example", internal=True, kind="User", record_id="005000000000002AAA")
ANNA = Party("Anna Roe", "anna@dyke.example", internal=False, kind="Contact", record_id="003000000000001AAA")
LINK = Link(account="001000000000001AAA", opportunity="006000000000001AAA")
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="m",
    title="Dyke pumps weekly",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=1800,
    parties=(MAYA, OWEN, ANNA),
)
EVENT = {
    "Id": "00U000000000001AAA",
    "Subject": "Call with Anna",
    "OwnerId": MAYA.record_id,
    "WhoId": ANNA.record_id,
    "WhatId": None,
    "StartDateTime": "2026-03-03T09:00:00.000+0000",
    "EndDateTime": "2026-03-03T10:00:00.000+0000",
}
TASK = {
    "Id": "00T000000000001AAA",
    "Subject": "Call",
    "TaskSubtype": "Call",
    "OwnerId": MAYA.record_id,
    "WhoId": ANNA.record_id,
    "ActivityDate": "2026-03-03",
    "CallDurationInSeconds": None,
}


def found(talk: Conversation, *rows: dict[str, Any], claimed: tuple[str, ...] = (), link: Link = LINK) -> list[bool]:
    """Say of each activity that a conversation may be whether it is for sure."""
    return [one.sure for one in logged_as(Captured(talk, link), rows, (), claimed, UTC)]


@pytest.mark.parametrize(
    ("change", "sure"),
    [
        pytest.param({}, [True], id="the same time, one of ours, and a customer who took part"),
        pytest.param({"WhoId": None, "WhatId": LINK.opportunity}, [True], id="the same deal"),
        pytest.param({"WhoId": None, "Subject": "Weekly: Dyke pumps"}, [True], id="nobody named, and the same title"),
        pytest.param({"WhoId": None}, [False], id="nobody named"),
        pytest.param({"WhoId": None, "WhatId": LINK.account}, [False], id="the account alone"),
        pytest.param({"WhoId": "003000000000009AAA"}, [], id="another customer"),
        pytest.param({"WhoId": None, "WhatId": "006000000000009AAA"}, [], id="another deal"),
        pytest.param({"OwnerId": "005000000000009AAA"}, [], id="of somebody who did not take part"),
        pytest.param({"StartDateTime": "2026-03-03T09:20:00.000+0000"}, [], id="a third of it alone"),
        pytest.param({"StartDateTime": "2026-03-03T09:15:00.000+0000"}, [True], id="half of it"),
        pytest.param({"IsAllDayEvent": True}, [], id="a whole day"),
    ],
)
def test_a_meeting_is_known_by_its_time_and_its_people(change: dict[str, Any], sure: list[bool]) -> None:
    assert found(TALK, {**EVENT, **change}) == sure


def test_of_several_that_are_sure_the_organizers_own_is_taken() -> None:
    copy = {**EVENT, "Id": "00U000000000002AAA", "OwnerId": OWEN.record_id}
    assert found(TALK, copy, EVENT) == [True]
    assert found(TALK, EVENT, {**EVENT, "Id": "00U000000000003AAA"}) == [True, True]


@pytest.mark.parametrize(
    ("change", "claimed", "sure"),
    [
        pytest.param({}, (), [True], id="of that day, one of ours, with the customer"),
        pytest.param({"CallDurationInSeconds": 1700}, (), [True], id="about as long"),
        pytest.param({"CallDurationInSeconds": 300}, (), [], id="much shorter"),
        pytest.param({"ActivityDate": "2026-03-04"}, (), [], id="the day after"),
        pytest.param({"TaskSubtype": "Task", "Subject": "Send offer"}, (), [], id="no call"),
        pytest.param({}, (TASK["Id"],), [], id="another call is logged as it"),
    ],
)
def test_a_call_is_known_by_its_day_and_length(
    change: dict[str, Any], claimed: tuple[str, ...], sure: list[bool]
) -> None:
    assert found(replace(TALK, medium=Medium.CALL), {**TASK, **change}, claimed=claimed) == sure


def test_a_mail_is_known_by_its_message_id_with_brackets_or_without() -> None:
    mail = replace(TALK, medium=Medium.EMAIL, source_id="<a@dyke.example>")
    assert found(mail, {"Id": "02s000000000001AAA", "MessageIdentifier": "a@dyke.example"}) == [True]
    assert found(mail, {"Id": "02s000000000001AAA", "MessageIdentifier": "<b@dyke.example>"}) == []


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({}, True, id="the recording of a calendar's meeting"),
        pytest.param({"source": "Teams"}, False, id="two of one source"),
        pytest.param({"parties": (MAYA,), "title": "Dyke pumps"}, True, id="no customer named, and a title alike"),
        pytest.param({"parties": (MAYA,), "title": "Something else"}, False, id="no customer named, and another title"),
        pytest.param({"parties": (ANNA,)}, False, id="nobody of ours in common"),
        pytest.param({"medium": Medium.EMAIL}, False, id="a mail"),
        pytest.param({"began": datetime(2026, 3, 3, 11, tzinfo=UTC)}, False, id="later"),
    ],
)
def test_two_tellings_of_one_meeting_are_known(change: dict[str, Any], same: bool) -> None:
    other = replace(TALK, **{"source": "Calendar", "seconds": 3600, **change})
    assert twins.same_meeting(Captured(TALK, LINK), Captured(other, Link())) is same
