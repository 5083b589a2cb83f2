"""The client against the local org over HTTP: what one writes the other reads, through every fault it can make."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import Fault, LocalOrg, Server, ValidationRule
from upbeat.salesforce import (
    ClientCredentials,
    LimitReached,
    Reader,
    Rejected,
    Retries,
    Retryable,
    Session,
    SessionDead,
    Unanswered,
)
from upbeat.salesforce.write import Writer
from upbeat.schema import Field, FieldType

SECRET = "secret-of-the-client"
USER = "upbeat.writer@acme.example"


@dataclass(frozen=True)
class World:
    """An org, its server, and a client's session in it."""

    org: LocalOrg
    clock: ManualClock
    url: str
    session: Session
    reader: Reader
    writer: Writer

    def created(self, count: int) -> list[str]:
        rows = [{"LastName": f"Lead {n}", "Company": "Northwind"} for n in range(count)]
        return [result.id for result in self.writer.create("Lead", rows)]

    def companies(self) -> list[str]:
        return [row["Company"] for row in self.reader.query("SELECT Company FROM Lead ORDER BY Id")]


@pytest.fixture
def world() -> Iterator[World]:
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    org = LocalOrg(":memory:", clock=clock, time_zone="Europe/London")
    org.user(USER, last_name="Writer")
    org.client_credentials("upbeat-writer", SECRET, USER)
    credentials = lambda url: ClientCredentials(url, "upbeat-writer", SECRET)  # noqa: E731 (it needs the server's address)
    with (
        Server(org) as server,
        Session(credentials(server.url), clock=clock, sleep=lambda _: None, retries=Retries(attempts=3)) as session,
    ):
        yield World(org, clock, server.url, session, Reader(session), Writer(session))
    org.close()


class TestReading:
    def test_the_session_knows_where_it_is_and_as_whom(self, world: World) -> None:
        identity = world.session.identity()
        assert (identity.org_id, identity.username, identity.instance_url) == (world.org.id, USER, world.url)

    def test_the_organization_says_that_it_is_a_sandbox_and_its_time_zone(self, world: World) -> None:
        organization = world.reader.organization()
        assert (organization.id, organization.sandbox, organization.time_zone) == (world.org.id, True, "Europe/London")

    def test_the_catalogue_read_from_describe_is_the_orgs_own(self, world: World) -> None:
        read = world.reader.schema(["Lead", "Opportunity"])
        assert (read.object("Lead").field("Company").type, read.stages) == (FieldType.STRING, world.org.schema.stages)

    def test_every_page_of_a_long_query_is_read(self, world: World) -> None:
        ids = world.created(2050)
        assert [row["Id"] for row in world.reader.query("SELECT Id FROM Lead ORDER BY Id")] == sorted(ids)

    def test_no_child_record_is_lost(self, world: World) -> None:
        """More children than a page holds, of two relationships, with children of their own beside the page's end."""
        accounts = [one.id for one in world.writer.create("Account", [{"Name": f"Account {n}"} for n in range(3)])]
        many = [{"LastName": f"{n}", "AccountId": accounts[n > 2100]} for n in range(2150)]
        people = [one.id for one in world.writer.create("Contact", many)]
        world.writer.create("Task", [{"Subject": "Call", "WhoId": who} for who in [*people[1990:2005], people[-1]] * 2])
        deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
        world.writer.create("Opportunity", [{**deal, "AccountId": accounts[0]}] * 5)
        contacts = "SELECT Id, (SELECT WhoId FROM Tasks) FROM Contacts ORDER BY Id"
        text = f"SELECT Id, ({contacts}), (SELECT Id FROM Opportunities) FROM Account ORDER BY Id"
        before = world.session.calls
        found = world.reader.query(text)
        assert world.session.calls - before > 3
        assert [one["Id"] for one in found] == sorted(accounts)
        contacts = [one for account in found if account["Contacts"] for one in account["Contacts"]["records"]]
        assert [one["Id"] for one in contacts] == sorted(people)
        assert all(
            (one["Tasks"]["totalSize"] if one["Tasks"] else 0) == 2 * (one["Id"] in {*people[1990:2005], people[-1]})
            for one in contacts
        )
        assert len(found[0]["Opportunities"]["records"]) == 5
        assert found == world.org.query(text, world.org.process_user)

    def test_a_dropped_cursor_is_said_to_be_so(self, world: World) -> None:
        world.created(2050)
        pages = world.reader.pages("SELECT Id FROM Lead")
        next(pages)
        world.clock.advance(timedelta(days=2))  # as long as an org keeps a cursor
        with pytest.raises(Retryable, match="cursor after 2,000 of 2,050 records"):
            next(pages)

    def test_amounts_arrive_exact(self, world: World) -> None:
        deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": Decimal("50000.10")}
        world.writer.create("Opportunity", [deal])
        (row,) = world.reader.query("SELECT Amount FROM Opportunity")
        assert row["Amount"] == Decimal("50000.1")

    def test_a_moment_with_an_offset_finds_what_lies_after_it(self, world: World) -> None:
        (lead,) = world.created(1)
        before = world.clock.now() - timedelta(minutes=1)
        rows = world.reader.query("SELECT Id FROM Lead WHERE CreatedDate > :before", {"before": before})
        assert [row["Id"] for row in rows] == [lead]

    def test_changed_and_deleted_records_are_found_by_time(self, world: World) -> None:
        kept, gone = world.created(2)
        world.writer.delete([gone])
        start, end = world.clock.now() - timedelta(hours=1), world.clock.now() + timedelta(minutes=1)
        world.clock.advance(timedelta(minutes=2))
        assert (world.reader.updated("Lead", start, end).ids, world.reader.deleted("Lead", start, end).ids) == (
            (kept,),
            (gone,),
        )

    def test_usage_is_the_orgs_own_count(self, world: World) -> None:
        world.created(1)
        assert world.session.usage is not None
        assert world.session.usage.used == world.session.calls


class TestWriting:
    def test_every_verb_reaches_the_record(self, world: World) -> None:
        (lead,) = world.created(1)
        world.writer.update("Lead", [{"Id": lead, "Company": "Southwind"}])
        before = world.companies()
        world.writer.delete([lead])
        assert (before, world.companies()) == (["Southwind"], [])

    def test_an_upsert_creates_once_and_then_updates(self, world: World) -> None:
        marker = Field(name="Key__c", type=FieldType.STRING, length=64, unique=True, external_id=True)
        world.org.define(fields={"Lead": [marker]})
        row = {"Key__c": "k1", "LastName": "Ada", "Company": "Northwind"}
        outcomes = [world.writer.upsert("Lead", "Key__c", [row])[0] for _ in range(2)]
        assert ([one.created for one in outcomes], outcomes[0].id) == ([True, False], outcomes[1].id)

    def test_a_rule_refuses_its_row_and_no_other(self, world: World) -> None:
        rule = ValidationRule("Lead", "No_Northwind", 'Company = "Westwind"', "Not them", field="Company")
        world.org.define(rules=[rule])
        rows = [{"LastName": "A", "Company": "Westwind"}, {"LastName": "B", "Company": "Eastwind"}]
        refused, stands = world.writer.create("Lead", rows)
        assert (refused.errors[0].code, refused.errors[0].message, stands.ok) == (
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "Not them",
            True,
        )


class TestFaults:
    def test_rows_that_were_locked_are_written_when_the_lock_is_gone(self, world: World) -> None:
        ids = world.created(5)
        world.org.faults.add(Fault(match="PATCH", kind="lock", rows=2))
        results = world.writer.update("Lead", [{"Id": key, "Company": "Southwind"} for key in ids])
        assert (all(result.ok for result in results), world.companies()) == (True, ["Southwind"] * 5)

    def test_a_session_that_ended_is_renewed_in_the_middle(self, world: World) -> None:
        ids = world.created(1)
        world.org.faults.add(Fault(match="PATCH", kind="401"))
        assert world.writer.update("Lead", [{"Id": ids[0], "Company": "Southwind"}])[0].ok

    def test_a_session_that_never_holds_ends_the_call(self, world: World) -> None:
        world.org.faults.add(Fault(match="/query", kind="401", times=9))
        with pytest.raises(SessionDead):
            world.companies()

    def test_a_used_up_day_is_told_apart(self, world: World) -> None:
        world.org.faults.add(Fault(match="/query", kind="limit"))
        with pytest.raises(LimitReached):
            world.companies()

    @pytest.mark.law(3)
    @pytest.mark.parametrize(("kind", "left"), [("500 before", 0), ("500 after commit", 1)])
    def test_a_create_that_met_a_server_error_is_not_repeated(self, world: World, kind: str, left: int) -> None:
        world.org.faults.add(Fault(match="POST .*/composite/sobjects", kind=kind))
        with pytest.raises(Unanswered):
            world.created(1)
        assert len(world.companies()) == left

    def test_a_read_that_met_a_server_error_is_asked_again(self, world: World) -> None:
        world.org.faults.add(Fault(match="/query", kind="500 before", times=2))
        assert world.companies() == []

    def test_a_wrong_secret_is_said_without_being_shown(self, world: World) -> None:
        with (
            Session(ClientCredentials(world.url, "upbeat-writer", "a-wrong-one"), clock=world.clock) as session,
            pytest.raises(SessionDead, match="invalid_client: invalid client credentials") as refused,
        ):
            session.get("limits")
        assert "a-wrong-one" not in str(refused.value)

    def test_a_field_that_the_org_does_not_have_is_refused_with_its_name(self, world: World) -> None:
        with pytest.raises(Rejected, match="No such column 'Moood__c'"):
            world.reader.query("SELECT Moood__c FROM Lead")
