"""Whether emails and meetings are records of the org."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground, Weight
from upbeat.foundation.capture import CAPTURE
from upbeat.workflows import Person

MAYA, LUIS, IDLE, TOOL = (f"00500000000000{n}AAA" for n in range(1, 5))
CONNECTIONS = "ActivityUsrConnectionStatus"


def ground(*also: str) -> Ground:
    some = (
        Person("maya.chen@acme.example", MAYA, "Maya Chen", email="maya@acme.example"),
        Person("luis.ortega@acme.example", LUIS, "Luis Ortega", email="luis@acme.example"),
        Person("rowan.ellis@acme.example", IDLE, "Rowan Ellis", email="rowan@acme.example"),
        Person("sync@acme.example", TOOL, "Sync", integration=True),
    )
    found = an_org(people={one.username: one for one in some})
    return replace(found, objects=found.objects | set(also))


def event(owner: str, number: int) -> dict[str, Any]:
    return {"OwnerId": owner, "CreatedById": TOOL, "n": number, "facing": number}


def told(**parts: Any) -> dict[str, Any]:
    """Maya and Luis work deals, each with meetings, and emails that a tool captured; Rowan has one deal."""
    whole: dict[str, Any] = {
        "FROM Opportunity": [{"OwnerId": MAYA, "n": 12}, {"OwnerId": LUIS, "n": 3}, {"OwnerId": IDLE, "n": 1}],
        "FROM Event": [event(MAYA, 4), event(LUIS, 2)],
        "FROM Task": [],
        "FROM EmailMessage ": [
            {"CreatedById": TOOL, "FromAddress": "Maya@acme.example", "n": 30},
            {"CreatedById": LUIS, "FromAddress": "luis@acme.example", "n": 9},
        ],
        "FROM EmailMessageRelation": [],
        f"FROM {CONNECTIONS}": [],
    }
    return whole | {f"FROM {name}": rows for name, rows in parts.items()}


def test_emails_that_a_tool_captures_count_for_whoever_sent_them() -> None:
    found = held(CAPTURE, ground(), told())
    assert (found.findings, found.measures[0].percent) == ((), 100)
    assert [row[:5] for row in found.exhibits[0].rows] == [("Luis Ortega", 3, 9, 2, 2), ("Maya Chen", 12, 30, 4, 4)]


def test_somebody_whose_emails_are_missing_is_named_with_what_there_is_of_them() -> None:
    mine = {"FROM EmailMessage ": [{"CreatedById": MAYA, "FromAddress": "maya@acme.example", "n": 3}]}
    [one] = held(CAPTURE, ground(), told() | mine).findings
    assert (one.values, one.count, one.of, one.weight) == (("luis.ortega@acme.example",), 1, 2, Weight.MEDIUM)
    assert one.records[0].why == "3 open deals; in 30 days 2 meetings"
    assert f"CreatedById IN ('{LUIS}') OR FromAddress IN ('luis@acme.example')" in one.queries[0]
    assert one.says.endswith("That the query shows no email of theirs is the proof.")


def test_a_team_without_any_email_is_one_finding_that_weighs_more() -> None:
    found = held(CAPTURE, ground(), told() | {"FROM EmailMessage ": []})
    [one] = found.findings
    assert (one.count, one.weight, found.measures[0].percent) == (2, Weight.HIGH, 0)


@pytest.mark.parametrize("kind", [{"TaskSubtype": "Email"}, {"TaskSubtype": "Task", "Type": "Email"}])
def test_emails_that_are_logged_as_tasks_count(kind: dict[str, str]) -> None:
    tasks = [{"OwnerId": one, "CreatedById": one, "n": 5, "facing": 5, **kind} for one in (MAYA, LUIS)]
    assert held(CAPTURE, ground(), told(Task=tasks) | {"FROM EmailMessage ": []}).findings == ()


def test_a_team_without_any_meeting_is_found_and_one_person_without_is_not() -> None:
    assert [one.object for one in held(CAPTURE, ground(), told(Event=[])).findings] == ["Event"]
    assert held(CAPTURE, ground(), told(Event=[event(MAYA, 4)])).findings == ()


def boxes(status: str = "ACTIVE") -> dict[str, Any]:
    rows = [
        {"UserId": one, "EmailAddress": f"{one}@acme.example", "ConnectivityStatus": status} for one in (MAYA, LUIS)
    ]
    return {f"FROM {CONNECTIONS}": rows}


def test_connected_mailboxes_without_a_single_record_are_virtual_storage() -> None:
    found = held(CAPTURE, ground(CONNECTIONS), told() | boxes() | {"FROM EmailMessage ": []})
    assert "activity-capture:virtual" in {one.key for one in found.findings}


@pytest.mark.parametrize("objects", [(CONNECTIONS,), (CONNECTIONS, "StagedEmail")])
def test_connected_mailboxes_whose_emails_are_records_are_native(objects: tuple[str, ...]) -> None:
    found = held(CAPTURE, ground(*objects), told() | boxes())
    assert found.findings == ()
    [native] = [one for one in found.measures if one.name.endswith("/native")]
    assert native.percent == 100


def test_an_org_that_stores_captured_emails_is_not_called_virtual_where_none_came() -> None:
    found = held(CAPTURE, ground(CONNECTIONS, "StagedEmail"), told() | boxes() | {"FROM EmailMessage ": []})
    assert [one.key for one in found.findings] == ["activity-capture:EmailMessage"]


def test_mailboxes_that_lost_their_connection_are_told_one_by_one() -> None:
    [one] = held(CAPTURE, ground(CONNECTIONS), told() | boxes("NEEDSATTENTION")).findings
    assert (one.count, [each.why for each in one.records]) == (2, ["NEEDSATTENTION"] * 2)


def test_without_the_right_to_see_emails_nothing_is_said_of_them() -> None:
    for found in (
        held(CAPTURE, without(ground(), "EmailMessage"), told()),
        held(CAPTURE, ground(), told() | {"FROM EmailMessage ": "no access"}),
        held(CAPTURE, ground(), told(EmailMessageRelation="no access") | {"FROM EmailMessage ": []}),
    ):
        assert found.findings == ()
        assert [one.name for one in found.measures if one.scores] == []
        assert found.unseen[0].object.startswith("EmailMessage")


def test_an_org_without_deals_has_nobody_to_measure() -> None:
    found = held(CAPTURE, ground(), told(Opportunity=[], Event=[]) | {"FROM EmailMessage ": []})
    assert (found.findings, found.measures[0].percent) == ((), None)
