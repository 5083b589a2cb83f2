"""A tool that nobody wrote down works in the org for a week: the audit tells who writes what, by what the org shows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from upbeat import operations
from upbeat.foundation import Audit, Finding
from upbeat.localorg.rights import WRITING
from upbeat.testing import House

REP, DIALER = "maya.chen@acme.example", "dialer@acme.example"
TOOLS = """\
tools:
  sequencer:
    title: Sequencer
    kind: engagement
    owner: priya.shah@acme.example
    users: [callnote.sync@acme.example]
    writes: [{object: Opportunity, fields: [NextStep], every: each mail}]
    reviewed: {by: priya.shah@acme.example, on: 2026-10-01}
"""


@pytest.fixture(scope="module")
def audited() -> Iterator[tuple[House, Audit]]:
    with House(files={"tools.yaml": TOOLS}, only=["missing-next-step"]) as house:
        dialer = house.org.user(DIALER, last_name="Dialer", profile="Minimum Access - API Only Integrations")
        house.org.rights.connect(WRITING, dialer)
        account = house.create("Account", by=REP, Name="Northwind")
        person = house.create("Contact", by=REP, LastName="Vega", AccountId=account, Email="vega@northwind.example")
        deals = [
            house.create(
                "Opportunity",
                by=REP,
                Name=f"Deal {at}",
                AccountId=account,
                StageName="Qualification",
                CloseDate="2026-12-31",
            )
            for at in range(6)
        ]
        for deal in deals[1:]:
            house.update("Opportunity", deal, by=DIALER, NextStep="Dialled")
        mail = house.create(
            "EmailMessage", by=DIALER, Subject="Hello", Status="3", FromAddress=REP, RelatedToId=deals[0]
        )
        relation = {"EmailMessageId": mail, "by": DIALER}
        house.create("EmailMessageRelation", RelationType="ToAddress", RelationId=person, **relation)
        house.create(
            "EmailMessageRelation", RelationType="CcAddress", RelationAddress="new@northwind.example", **relation
        )
        house.clock.advance(timedelta(days=7))
        yield house, operations.audit(house.space.house, operations.plan_audit(house.space.house))


def found(audit: Audit, key: str) -> Finding:
    return next(one for one in audit.findings if one.key == key)


def test_the_tool_that_nobody_wrote_down_is_named_by_its_user_with_what_it_wrote(audited: tuple[House, Audit]) -> None:
    one = found(audited[1], f"write-back-rules:User:{DIALER}")
    assert "EmailMessage" in one.says
    assert "the API alone" in one.records[0].why


def test_a_field_that_it_writes_beside_the_tool_that_owns_it_has_two_owners(audited: tuple[House, Audit]) -> None:
    assert found(audited[1], "field-owners:Opportunity.NextStep").values == ("Sequencer", DIALER)


def test_the_tool_that_is_said_to_write_and_does_not_is_told(audited: tuple[House, Audit]) -> None:
    assert "seen nowhere" in found(audited[1], "write-back-rules:silent:sequencer").says
    [silo] = [one for one in audited[1].exhibits if one.key == "silos"]
    assert silo.rows[0][0] == "Sequencer"


def test_a_person_in_its_emails_whom_the_org_does_not_have_is_found(audited: tuple[House, Audit]) -> None:
    one = found(audited[1], "linked-participants:EmailMessageRelation.RelationId:unknown")
    assert [each.name for each in one.records] == ["new@northwind.example"]


def test_every_question_about_tools_is_one_that_the_org_answers(audited: tuple[House, Audit]) -> None:
    assert not [one for one in audited[1].unseen if "MALFORMED" in one.why or "INVALID" in one.why]
    assert not audited[1].not_ended


def test_each_query_of_a_finding_shows_its_records_again(audited: tuple[House, Audit]) -> None:
    house, audit = audited
    mine = ("write-back-rules", "field-owners", "linked-participants")
    queries = [query for one in audit.findings if one.check in mine for query in one.queries]
    assert queries
    assert all(house.query(query) for query in queries)
