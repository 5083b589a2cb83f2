"""People in emails, and the deals that activities belong to."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.participants import PARTICIPANTS
from upbeat.foundation.unlinked import UNLINKED
from upbeat.salesforce import LONGEST_URL
from upbeat.workflows import Person

MAYA, SYNC = "005000000000001AAA", "005000000000002AAA"


def ground() -> Ground:
    some = (
        Person("maya.chen@acme.example", MAYA, "Maya Chen", email="maya@acme.example"),
        Person("sync@acme.example", SYNC, "Sync", integration=True),
    )
    return an_org(people={one.username: one for one in some})


def address(text: str, emails: int = 1, about: int = 0) -> dict[str, Any]:
    return {"RelationAddress": text, "n": emails, "about": about, "latest": "2026-11-10T10:00:00.000+0000"}


def told(*addresses: dict[str, Any], **parts: Any) -> dict[str, Any]:
    kinds = [{"RelationObjectType": "Contact", "n": 90}, {"RelationObjectType": "User", "n": 80}]
    return {
        "GROUP BY RelationObjectType": kinds,
        "GROUP BY RelationAddress": addresses,
        "GROUP BY CreatedById": [{"CreatedById": SYNC, "n": 3}, {"CreatedById": MAYA, "n": 1}],
        "FROM Contact WHERE Email IN": parts.get("contacts", ()),
        "FROM Lead WHERE Email IN": parts.get("leads", ()),
        "FROM Contact WHERE AccountId": parts.get("near", ()),
        "RelationAddress IN": [
            {"Id": f"0CZ{at:012}AAA", "EmailMessageId": "02s000000000001AAA", "RelationAddress": one["RelationAddress"]}
            for at, one in enumerate(addresses)
        ],
    }


def test_emails_whose_people_are_all_known_pass_and_who_made_contacts_is_told() -> None:
    found = held(PARTICIPANTS, ground(), told())
    assert (found.findings, [one.percent for one in found.measures]) == ((), [100, 75])


def test_of_many_long_addresses_as_many_are_looked_up_as_fit_into_a_question() -> None:
    asked = list[str]()
    some = [address(f"{n:03}.{'a' * 50}@a-long-name.northwind.example", about=1) for n in range(200)]
    answers = told(*some) | dict.fromkeys(
        ("FROM Contact WHERE Email IN", "FROM Lead WHERE Email IN", "RelationAddress IN"),
        lambda text: asked.append(text) or [],
    )
    [one] = held(PARTICIPANTS, ground(), answers).findings
    assert 100 < one.count < 200
    assert (len(asked), max(len(quote(text, safe="")) for text in asked) < LONGEST_URL) == (3, True)


def test_somebody_at_a_company_that_the_org_knows_and_who_is_no_contact_is_found() -> None:
    near = [{"Id": "003000000000001AAA", "Email": "ada@brook.example"}]
    found = held(
        PARTICIPANTS, ground(), told(address("New@brook.example", 4), address("sales@spam.example"), near=near)
    )
    [one] = found.findings
    assert (one.values, one.count, one.of) == (("brook.example",), 1, 2)
    assert one.records[0].name == "New@brook.example"
    assert found.measures[0].part == 90
    assert found.measures[0].of == 94


def test_somebody_in_an_email_about_a_record_is_found_wherever_they_work() -> None:
    [one] = held(PARTICIPANTS, ground(), told(address("who@elsewhere.example", 2, about=2))).findings
    assert one.records[0].name == "who@elsewhere.example"


def test_whose_address_it_is_stands_with_the_records_alone_where_it_can_be_erased() -> None:
    some = told(address("who@elsewhere.example", 2, about=2))
    [one] = held(PARTICIPANTS, ground(), some).findings
    assert "who@" not in str(replace(one, records=()))


def test_colleagues_robots_and_strangers_of_no_concern_are_not_found() -> None:
    some = ("bo@acme.example", "No-Reply@brook.example", "offers@spam.example", "somebody@gmail.com")
    found = held(PARTICIPANTS, ground(), told(*(address(one) for one in some)))
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_a_contact_whose_emails_are_linked_to_nobody_is_found_unless_it_came_after_them() -> None:
    row = {"Id": "003000000000001AAA", "Name": "Ada Brook", "Email": "ada@brook.example"}
    before = [row | {"CreatedDate": "2026-01-10T10:00:00.000+0000"}]
    [one] = held(PARTICIPANTS, ground(), told(address("ada@brook.example", 3), contacts=before)).findings
    assert (one.count, one.records[0].name) == (3, "Ada Brook")
    after = [row | {"CreatedDate": "2026-11-12T10:00:00.000+0000"}]
    assert held(PARTICIPANTS, ground(), told(address("ada@brook.example", 3), contacts=after)).findings == ()


def test_participants_that_the_org_does_not_show_are_said() -> None:
    hidden = held(PARTICIPANTS, without(ground(), "EmailMessageRelation"), told())
    refused = held(PARTICIPANTS, ground(), told() | {"GROUP BY RelationAddress": "no access"})
    for found in (hidden, refused):
        assert (found.findings, found.measures, found.unseen[0].object) == ((), (), "EmailMessageRelation")


def test_where_nobody_can_be_looked_up_nobody_is_called_unknown() -> None:
    some = told(address("who@elsewhere.example", 2, about=2))
    for found in (
        held(PARTICIPANTS, without(ground(), "Lead"), some),
        held(PARTICIPANTS, ground(), some | {"FROM Lead WHERE Email IN": "no access"}),
    ):
        assert (found.findings, found.measures, found.unseen[0].object) == ((), (), "Lead")


ACCOUNT = "001000000000001AAA"


def deal(number: int, **values: Any) -> dict[str, Any]:
    row = {"Id": f"00600000000000{number}AAA", "Name": "Brook", "AccountId": ACCOUNT, "OwnerId": MAYA}
    return row | {"CreatedDate": "2026-10-01T10:00:00.000+0000"} | values


def activities(*deals: dict[str, Any], owner: str = MAYA) -> dict[str, Any]:
    event = {"Id": "00U000000000001AAA", "Subject": "Demo", "AccountId": ACCOUNT, "OwnerId": owner}
    return {
        "FROM Event WHERE WhatId": [event | {"StartDateTime": "2026-11-10T10:00:00.000+0000"}],
        "FROM Task WHERE WhatId": [],
        "FROM Event": [{"OwnerId": MAYA, "n": 9, "facing": 8}],
        "FROM Task": [],
        "FROM Opportunity": deals,
    }


def test_a_meeting_of_the_owner_with_people_of_the_only_open_deal_belongs_to_it() -> None:
    found = held(UNLINKED, ground(), activities(deal(1)))
    [one] = found.findings
    assert (one.count, one.of, one.records[0].why) == (1, 8, "2026-11-10: belongs to Brook")
    assert found.measures[0].percent == 87.5


def test_a_doubt_is_no_finding() -> None:
    for some in (
        activities(deal(1), deal(2)),  # two deals
        activities(),  # none
        activities(deal(1), owner=SYNC),  # somebody else's meeting
        activities(deal(1, CreatedDate="2026-11-11T10:00:00.000+0000")),  # before the deal
    ):
        found = held(UNLINKED, ground(), some)
        assert (found.findings, found.measures[0].percent) == ((), 100)


def test_activities_that_the_org_does_not_show_are_said_and_make_no_figure() -> None:
    found = held(UNLINKED, without(ground(), "Task"), activities(deal(1)))
    assert (found.measures, found.unseen[0].object) == ((), "Task")
