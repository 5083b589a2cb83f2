"""Whether what was said in meetings and calls is written back."""

from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.write_back import BACK
from upbeat.workflows import FieldMap

DEAL, OTHER = "006000000000001AAA", "006000000000002AAA"


def mapped(**places: str) -> Ground:
    return an_org(fields=FieldMap.model_validate({"write_back": places}))


def meeting(number: int, **values: Any) -> dict[str, Any]:
    row = {"Id": f"00U00000000000{number}AAA", "Subject": "Demo", "StartDateTime": "2026-11-10T10:00:00Z"}
    return row | {"WhatId": DEAL, "WhoId": "003000000000001AAA", "AccountId": None, "Description": None} | values


def call(number: int, seconds: int | None, **values: Any) -> dict[str, Any]:
    row = {"Id": f"00T00000000000{number}AAA", "Subject": "Call", "CreatedDate": "2026-11-09T10:00:00Z"}
    return row | {"WhatId": DEAL, "CallDurationInSeconds": seconds, "Description": None} | values


def told(*meetings: dict[str, Any], calls: Any = (), deals: Any = ()) -> dict[str, Any]:
    return {"FROM Event": meetings, "FROM Task": calls, "FROM Opportunity": deals}


def test_a_meeting_without_its_summary_is_listed() -> None:
    some = (meeting(1), meeting(2, Description="They want a pilot"))
    [one] = held(BACK, mapped(summary="Event.Description"), told(*some, calls=[call(1, None)])).findings
    assert (one.count, one.of, one.records[0].why) == (1, 2, "2026-11-10: no summary")


def test_a_call_counts_from_a_minute_and_where_its_summary_is_said_to_go_to_tasks() -> None:
    calls = [call(1, 59), call(2, 60), call(3, None, Description="They want a pilot")]
    [one] = held(BACK, mapped(summary="Task.Description"), told(meeting(1), calls=calls)).findings
    assert (one.count, one.of, one.records[0].id) == (1, 2, "00T000000000002AAA")


def test_talks_about_open_deals_are_held_against_the_deals_and_their_own_check_finds_what_lacks() -> None:
    deals = [{"Id": DEAL, "NextStep": "Send the offer"}, {"Id": OTHER, "NextStep": " "}]
    some = (meeting(1), meeting(2, WhatId=OTHER), meeting(3, WhatId="006000000000009AAA"), meeting(4, WhatId=None))
    found = held(BACK, mapped(next_step="Opportunity.NextStep"), told(*some, deals=deals))
    [step] = [one for one in found.measures if one.name.endswith("next_step")]
    assert (step.part, step.of, found.findings) == (1, 2, ())
    [one] = held(BACK, mapped(summary="Opportunity.Description"), told(*some, deals=[{"Id": DEAL}])).findings
    assert (one.count, one.of, one.object) == (1, 1, "Opportunity")


def test_without_a_word_in_fields_yaml_what_every_org_has_is_measured_and_nothing_is_called_a_defect() -> None:
    found = held(
        BACK, an_org(), told(meeting(1, Description="They want a pilot"), deals=[{"Id": DEAL, "NextStep": "x"}])
    )
    assert found.findings == ()
    assert {one.name: one.percent for one in found.measures} == {
        "conversation-write-back/summary": 100,
        "conversation-write-back/next_step": 100,
        "conversation-write-back/transcript": 0,
    }


def test_a_meeting_on_a_deal_or_an_account_is_one_with_a_customer_and_one_among_ourselves_is_none() -> None:
    on = [{"WhoId": None, "WhatId": one} for one in (DEAL, "001000000000001AAA", "a0B000000000001AAA", None)]
    some = [meeting(number, **each) for number, each in enumerate(on)]
    [one] = held(BACK, mapped(summary="Event.Description"), told(*some)).findings
    assert [each.id for each in one.records] == ["00U000000000000AAA", "00U000000000001AAA"]


def test_a_meeting_that_began_and_has_no_end_was_held() -> None:
    [asked, *_] = next(BACK.look(an_org()))
    assert "EndDateTime = NULL AND StartDateTime < 2026-11-16T00:00:00Z" in asked.text


def test_the_query_of_a_finding_asks_for_the_object_that_holds_the_field() -> None:
    [one] = held(BACK, mapped(summary="Task.Description"), told(meeting(1), calls=[call(1, 60)])).findings
    assert ["FROM Task" in each and "Description" in each for each in one.queries] == [True]


def test_a_month_without_talks_has_nothing_to_measure() -> None:
    found = held(BACK, mapped(summary="Event.Description"), told())
    assert (found.findings, found.measures[0].percent) == ((), None)


@pytest.mark.parametrize("ground", [without(an_org(), "Event"), an_org()], ids=["hidden", "refused"])
def test_meetings_that_the_org_does_not_show_are_said(ground: Ground) -> None:
    found = held(BACK, ground, told() | {"FROM Event": "no access"})
    assert (found.findings, found.measures, found.unseen[0].object) == ((), (), "Event")


def test_a_named_field_that_is_not_there_is_said_and_makes_no_figure() -> None:
    found = held(BACK, mapped(transcript="Event.Gone__c"), told(meeting(1, Description="x")))
    assert [(one.object, one.field) for one in found.unseen] == [("Event", "Gone__c")]
    assert not [one for one in found.measures if one.name.endswith("transcript")]
