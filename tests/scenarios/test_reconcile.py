"""Salesforce's own record of Upbeat's user is held against the ledger each night: a stranger either way is an alarm."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from upbeat import operations
from upbeat.base import encode
from upbeat.ledger import Kind
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.localorg.problems import Saved
from upbeat.operations import Class, Finding, Reconciliation, Refused, Says
from upbeat.testing import House

pytestmark = pytest.mark.law(1)

Make = Callable[..., str]

ROUTE, SINGLE = "route-inbound-leads", "single-threaded-larger-deals"
WRITER, READER = "upbeat.writer@acme.example", "upbeat.reader@acme.example"
PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, SINGLE], nightly=True) as one:
        one.promote(ROUTE, SINGLE)
        yield one


@pytest.fixture
def routed(house: House, a_lead: Make) -> str:
    lead = a_lead()
    house.play()
    return lead


def later(house: House) -> None:
    house.play("10 minutes")


def reconciled(house: House) -> Reconciliation:
    house.play("10 minutes")
    return operations.reconcile(house.space.house)


def kinds(found: Reconciliation) -> list[tuple[Class, str]]:
    return [(one.kind, one.record_id) for one in found.findings]


def incidents(house: House) -> list[str]:
    return [one.title for one in house.reviews() if one.kind == "incident"]


def alarm(house: House) -> Finding:
    [one] = reconciled(house).alarms
    return one


def test_what_upbeat_wrote_created_and_took_back_is_no_stranger(house: House, routed: str, a_deal: Make) -> None:
    deal = a_deal(Amount=90_000)
    house.play("3 days")
    operations.roll_back(house.space.house, routed, DANA)
    house.play()
    run = next(one.run for one in house.runs(deal) if one.state == "done")
    operations.roll_back(house.space.house, run, DANA)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    house.approve(review, PRIYA)
    house.play("10 minutes")
    house.play("10 minutes")
    found = operations.reconcile(house.space.house, house.clock.now().replace(year=2025))
    assert found.findings == ()
    assert (found.users, found.writes, found.matched) == ((READER, WRITER), 6, found.changes)


def test_it_says_field_by_field_what_it_could_not_check(house: House, a_deal: Make) -> None:
    a_deal(Amount=90_000)
    house.play("3 days")
    found = reconciled(house)
    dark = {one.what: (one.count, one.why) for one in found.unchecked}
    assert dark["Opportunity.Risk_Flag__c"] == (1, "its history is not tracked, or older than the org keeps it")


def test_a_change_with_our_credentials_that_the_ledger_does_not_know_is_an_alarm(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=WRITER, Status="Closed - Not Converted")
    found = alarm(house)
    assert (found.kind, found.record_id, found.said) == (
        Class.STRANGER,
        routed,
        ("Status became Closed - Not Converted",),
    )
    assert incidents(house) == ["1 changes in the org are not in the ledger, 0 of the ledger's not in the org"]


def test_the_incident_is_told_to_all_who_take_workflows_live_with_the_evidence(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=WRITER, Status="Closed - Not Converted")
    found = reconciled(house)
    [review] = [one for one in house.reviews() if one.kind == "incident"]
    assert found.entry in review.body.reasons[-1]
    assert routed in review.body.reasons[0]
    assert review.owner in {PRIYA, ROWAN}
    says = {one.control.name: one.says for one in operations.check_controls(house.space.house)}
    assert says["reconcile"] is Says.FAILS


def test_the_same_stranger_raises_one_alarm_however_often_it_is_looked_for(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=WRITER, Status="Closed - Not Converted")
    first, second = reconciled(house), reconciled(house)
    assert (len(first.new), len(second.alarms), second.new) == (1, 1, ())
    assert len(incidents(house)) == 1


@pytest.mark.parametrize("what", ["created", "deleted", "untracked"])
def test_a_stranger_is_found_whatever_it_did(house: House, routed: str, what: str) -> None:
    later(house)
    match what:
        case "created":
            record = house.create("Contact", by=WRITER, LastName="Ghost")
        case "deleted":
            record = routed
            house.org.delete([routed], house.ids[WRITER])
        case _:
            record = routed
            house.update("Lead", routed, by=WRITER, Territory__c="Nowhere")
    assert (alarm(house).kind, alarm(house).record_id) == (Class.STRANGER, record)


def test_the_reading_identity_changes_nothing_at_all(house: House, routed: str) -> None:
    house.org.rights.connect("Upbeat_Writing", house.ids[READER])
    later(house)
    house.update("Lead", routed, by=READER, Status="Closed - Not Converted")
    assert (alarm(house).kind, alarm(house).by) == (Class.STRANGER, house.ids[READER])


def test_what_a_person_does_by_hand_whose_name_is_lent_is_counted_and_no_alarm(
    house: House, routed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upbeat.salesforce.Session.is_persons", True)
    later(house)
    house.update("Lead", routed, by=WRITER, Status="Closed - Not Converted")
    found = reconciled(house)
    assert found.findings == ()
    assert (f"changes of {WRITER}", 1) in [(one.what, one.count) for one in found.unchecked]


def test_what_people_do_is_nobody_elses_business(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=DANA, Status="Closed - Not Converted")
    assert reconciled(house).findings == ()


def test_our_value_written_once_more_is_a_stranger_too(house: House, routed: str) -> None:
    ours = house.get("Lead", routed)["OwnerId"]
    house.clock.advance(timedelta(seconds=30))
    house.update("Lead", routed, by=DANA, OwnerId=house.ids["New Leads"])
    house.update("Lead", routed, by=WRITER, OwnerId=ours)
    assert alarm(house).said[0].startswith("OwnerId became")


def test_a_flow_that_our_write_set_off_is_listed_and_no_alarm(
    house: House, a_lead: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = house.org.update

    def with_flow(name: str, rows: Sequence[Mapping[str, Any]], user_id: str) -> list[Saved]:
        saved = update(name, rows, user_id)
        if user_id == house.ids[WRITER]:
            update(name, [{"Id": row["Id"], "Status": "Working - Contacted"} for row in rows], user_id)
        return saved

    monkeypatch.setattr(house.org, "update", with_flow)
    lead = a_lead()
    house.play()
    found = reconciled(house)
    assert kinds(found) == [(Class.FOLLOWED, lead)]
    assert incidents(house) == []


@pytest.mark.parametrize(("who", "kind"), [("who", Class.FOLLOWED), ("nobody", Class.STRANGER)])
def test_a_task_that_a_flow_made_beside_our_write_belongs_to_the_record_or_is_a_stranger(
    house: House, a_lead: Make, monkeypatch: pytest.MonkeyPatch, who: str, kind: Class
) -> None:
    update = house.org.update
    made: list[str] = []

    def with_flow(name: str, rows: Sequence[Mapping[str, Any]], user_id: str) -> list[Saved]:
        saved = update(name, rows, user_id)
        for row in rows if user_id == house.ids[WRITER] else ():
            link = {"WhoId": row["Id"]} if who == "who" else {}
            made.append(house.create("Task", by=WRITER, Subject="Welcome", Status="Not Started", **link))
        return saved

    monkeypatch.setattr(house.org, "update", with_flow)
    a_lead()
    house.play()
    assert kinds(reconciled(house)) == [(kind, made[0])]


def test_a_write_that_the_org_never_had_is_an_alarm(
    house: House, a_lead: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallowed(_name: str, rows: Sequence[Mapping[str, Any]], _user_id: str) -> list[Saved]:
        return [Saved(str(row["Id"])) for row in rows]

    monkeypatch.setattr(house.org, "update", swallowed)
    lead = a_lead()
    house.play()
    monkeypatch.undo()
    found = alarm(house)
    assert (found.kind, found.record_id) == (Class.MISSING, lead)
    assert found.said[0].startswith("OwnerId never became")


def test_a_write_whose_answer_was_lost_is_under_way_and_then_ours(house: House, a_lead: Make) -> None:
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.AFTER, times=1))
    lead = a_lead()
    house.play()
    found = operations.reconcile(house.space.house)
    assert set(kinds(found)) <= {(Class.UNDER_WAY, lead)}
    house.play("1 minute")
    assert house.run(lead).outcome == "routed"
    assert reconciled(house).findings == ()


def test_what_an_alarm_says_of_a_record_goes_when_the_record_is_forgotten(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=WRITER, Title="Secretive")
    assert "Title became Secretive" in alarm(house).said
    operations.forget(house.space.house, routed, PRIYA)
    with house.space.store.reading() as conn:
        begin, end = house.clock.now() - timedelta(days=1), house.clock.now() + timedelta(seconds=1)
        said = [one.payload for one in house.space.ledger.between(conn, begin, end, {Kind.RECONCILED})]
    assert "Secretive" not in encode(said)
    assert [one for one in house.reviews() if "Secretive" in encode(one.body)] == []


def test_what_was_forgotten_is_said_and_raises_no_alarm(house: House, routed: str) -> None:
    operations.forget(house.space.house, routed, PRIYA)
    found = reconciled(house)
    assert found.findings == ()
    assert ("erased writes", 1) in [(one.what, one.count) for one in found.unchecked]


def test_it_is_done_each_night_and_goes_on_where_the_last_one_ended(house: House, routed: str) -> None:
    later(house)
    house.update("Lead", routed, by=WRITER, Status="Closed - Not Converted")
    house.play("1 day")
    assert len(incidents(house)) == 1
    found = operations.reconcile(house.space.house)
    assert found.since > house.clock.now().replace(hour=0)


def test_a_time_to_come_is_refused_and_is_no_evidence_of_anything(house: House) -> None:
    for since in (house.clock.now(), house.clock.now().replace(year=2030)):
        with pytest.raises(Refused, match="is to come"):
            operations.reconcile(house.space.house, since)
    says = {one.control.name: one.says for one in operations.check_controls(house.space.house)}
    assert says["reconcile"] is Says.NO_DATA


def test_without_a_writing_connection_it_says_that_there_is_nobody(house: House, routed: str) -> None:
    assert routed
    text = (house.folder / "upbeat.yaml").read_text()
    house.close()
    kept = [line for line in text.splitlines() if "writing" not in line]
    house.write({"upbeat.yaml": "\n".join(kept)})
    found = operations.reconcile(house.space.house)
    assert (found.users, [one.what for one in found.unchecked]) == ((), ["the org"])
