"""The client merges and converts over SOAP, through every fault that the org can make."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.salesforce import ClientCredentials, LimitReached, Reader, Rejected, Retries, Retryable, Session, Unanswered
from upbeat.salesforce.write import LeadConvert, Merge, Writer

USER, SECRET = "upbeat.writer@acme.example", "secret-of-the-client"
SOAP = "services/Soap"


@pytest.fixture(scope="module")
def org() -> Iterator[LocalOrg]:
    org = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC)))
    org.user(USER, last_name="Writer", profile="System Administrator")
    org.client_credentials("upbeat-writer", SECRET, USER)
    yield org
    org.close()


@pytest.fixture(scope="module")
def session(org: LocalOrg) -> Iterator[Session]:
    with Server(org) as server:
        credentials = ClientCredentials(server.url, "upbeat-writer", SECRET)
        with Session(credentials, clock=org.clock, sleep=lambda _: None, retries=Retries(attempts=3)) as session:
            yield session


@pytest.fixture
def writer(session: Session, org: LocalOrg) -> Writer:
    org.faults.clear()
    return Writer(session)


def leads(writer: Writer, count: int) -> list[str]:
    return [one.id for one in writer.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}] * count)]


def gone(session: Session, ids: list[str]) -> dict[str, str | None]:
    text = "SELECT Id, MasterRecordId FROM Lead WHERE Id IN :ids AND IsDeleted = true ALL ROWS"
    return {row["Id"]: row["MasterRecordId"] for row in Reader(session).query(text, {"ids": ids})}


def test_each_merge_has_its_own_result(writer: Writer, session: Session) -> None:
    one, two, three, four = leads(writer, 4)
    values = {"Company": "A & <B>", "AnnualRevenue": Decimal(12500), "LeadSource": None}
    done, refused = writer.merge([Merge("Lead", one, [two, three], values), Merge("Lead", four, [two])])
    assert (done.ok, done.id) == (True, one)
    assert (refused.ok, refused.errors[0].code) == (False, "ENTITY_IS_DELETED")
    [row] = Reader(session).query("SELECT Company, AnnualRevenue, LeadSource FROM Lead WHERE Id = :id", {"id": one})
    assert (row["Company"], row["AnnualRevenue"], row["LeadSource"]) == ("A & <B>", 12500, None)
    assert gone(session, [two, three]) == {two: one, three: one}


def test_a_conversion_tells_what_became_of_the_lead(writer: Writer, session: Session) -> None:
    one, two = leads(writer, 2)
    asked = LeadConvert(one, "Closed - Converted", opportunity_name="Northwind & Co")
    done, refused = writer.convert([asked, LeadConvert(two, "Working")])
    assert (done.ok, done.id, sorted(done.became)) == (True, one, ["accountId", "contactId", "opportunityId"])
    assert (refused.ok, refused.errors[0].code, refused.became) == (False, "INVALID_STATUS", {})
    text = "SELECT ConvertedAccountId, ConvertedOpportunity.Name FROM Lead WHERE Id = :id"
    [row] = Reader(session).query(text, {"id": one})
    assert row["ConvertedAccountId"] == done.became["accountId"]
    assert row["ConvertedOpportunity"]["Name"] == "Northwind & Co"


def test_more_leads_than_one_call_takes_go_in_several(writer: Writer, session: Session) -> None:
    calls = session.calls
    asked = [LeadConvert(one, "Closed - Converted", do_not_create_opportunity=True) for one in leads(writer, 101)]
    assert session.calls == calls + 1
    assert all(one.ok for one in writer.convert(asked))
    assert session.calls == calls + 3


def test_a_locked_merge_is_sent_again_alone(writer: Writer, session: Session, org: LocalOrg) -> None:
    one, two, three, four = leads(writer, 4)
    org.faults.add(Fault(SOAP, "lock", rows=1))
    assert all(each.ok for each in writer.merge([Merge("Lead", one, [two]), Merge("Lead", three, [four])]))
    assert gone(session, [two, four]) == {two: one, four: three}


@pytest.mark.law(3)
@pytest.mark.parametrize(
    ("kind", "done"),
    [("500 before", False), ("500 after commit", True), ("cut after commit", True), ("503 after commit", True)],
)
def test_a_merge_whose_answer_was_lost_is_never_sent_twice(
    writer: Writer, session: Session, org: LocalOrg, kind: str, done: bool
) -> None:
    one, two = leads(writer, 2)
    org.faults.add(Fault(SOAP, kind))
    calls = session.calls
    with pytest.raises(Unanswered) as lost:
        writer.merge([Merge("Lead", one, [two])])
    assert lost.value.results == (None,)
    assert session.calls == calls + 1
    assert (two in gone(session, [two])) is done


def test_a_session_that_ended_is_renewed_and_the_merge_sent(writer: Writer, session: Session, org: LocalOrg) -> None:
    one, two = leads(writer, 2)
    org.faults.add(Fault(SOAP, "401"))
    assert writer.merge([Merge("Lead", one, [two])])[0].ok
    assert gone(session, [two]) == {two: one}


def test_what_the_org_refuses_whole_says_its_code(writer: Writer, org: LocalOrg) -> None:
    with pytest.raises(Rejected, match="entity type Opportunity does not support merge") as refused:
        writer.merge([Merge("Opportunity", "006000000000001", ["006000000000002"])])
    assert refused.value.code == "INVALID_TYPE_FOR_OPERATION"
    org.faults.add(Fault(SOAP, "limit"))
    with pytest.raises(LimitReached):
        writer.merge([Merge("Lead", "00Q000000000001", ["00Q000000000002"])])
    org.faults.add(Fault(SOAP, "concurrent limit", times=None))
    with pytest.raises(Retryable, match="Concurrent"):
        writer.merge([Merge("Lead", "00Q000000000001", ["00Q000000000002"])])
