"""The client asks the local org over HTTP what else fires when a record is saved."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import Fault, FaultKind, LocalOrg, Server, ValidationRule
from upbeat.localorg.definitions import Automation, AutomationKind, Flow, custom_object
from upbeat.operations.promoting.firing import Fires, fires_on, inventory
from upbeat.salesforce import ClientCredentials, Reader, Retries, Session

SECRET = "secret-of-the-client"
USER = "upbeat.reader@acme.example"


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    one = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC)))
    one.user(USER, last_name="Reader")
    one.client_credentials("upbeat-reader", SECRET, USER)
    yield one
    one.close()


@pytest.fixture
def reader(org: LocalOrg) -> Iterator[Reader]:
    with (
        Server(org) as server,
        Session(
            ClientCredentials(server.url, "upbeat-reader", SECRET), clock=org.clock, retries=Retries(attempts=1)
        ) as session,
    ):
        yield Reader(session)


def on(reader: Reader, target: str, *fields: str) -> list[Fires]:
    return [fires_on(one, fields) for one in inventory(reader, [target]).of(target)]


def test_an_org_without_any_says_that_nothing_else_fires(reader: Reader) -> None:
    seen = inventory(reader, ["Lead"])
    assert (seen.automations, seen.unread) == ((), ())


def test_each_kind_is_told_with_the_fields_that_it_is_about(org: LocalOrg, reader: Reader) -> None:
    org.define(
        rules=[ValidationRule("Lead", "Has_Company", "ISBLANK(Company)", "Who are they?")],
        flows=[
            Flow("Route", trigger="RecordAfterSave", object="Lead", record_trigger="Create", sets={"OwnerId": None}),
            Flow("Rate_Deals", trigger="RecordBeforeSave", object="Opportunity", sets={"NextStep": None}),
            Flow("Old_Route", trigger="RecordAfterSave", object="Lead", active=False),
            Flow("By_Hand", process_type="Flow"),
        ],
        automations=[
            Automation(
                AutomationKind.APEX_TRIGGER, "Router", "Lead", ("before insert", "after update"), body="l.OwnerId = x;"
            ),
            Automation(AutomationKind.WORKFLOW_RULE, "Rate", "Lead", sets={"Rating": None}),
            Automation(AutomationKind.WORKFLOW_RULE, "Off", "Lead", sets={"Rating": None}, active=False),
        ],
    )
    before = reader.session.calls
    found = {one.name: one for one in on(reader, "Lead", "OwnerId", "Rating", "Company")}
    assert reader.session.calls - before <= 8
    assert {name: (one.kind, one.on, one.names, one.sets) for name, one in found.items()} == {
        "Has_Company": ("validation rule", "every save", ("Company",), ()),
        "Route": ("flow", "after create", ("OwnerId",), ("OwnerId",)),
        "Router": ("Apex trigger", "before and after insert or update", ("OwnerId",), ()),
        "Rate": ("workflow rule", "after create or update", ("Rating",), ("Rating",)),
    }


def test_what_is_on_a_custom_object_is_found_by_its_id(org: LocalOrg, reader: Reader) -> None:
    org.define(objects=[custom_object("Visit__c", "Visit", "a00")])
    org.define(automations=[Automation(AutomationKind.APEX_TRIGGER, "Visits", "Visit__c", ("before insert",))])
    [trigger] = on(reader, "Visit__c", "Name")
    assert (trigger.name, trigger.unseen) == ("Visits", "its code is hidden")


def test_what_the_org_does_not_tell_is_named_with_the_reason(org: LocalOrg, reader: Reader) -> None:
    org.faults.add(Fault("/tooling/", FaultKind.BEFORE, times=None))
    seen = inventory(reader, ["Lead"])
    assert {str(one.kind) for one in seen.unread} == {"validation rule", "Apex trigger", "workflow rule"}
    assert all(one.why for one in seen.unread)
