"""The weekly packet: made each Monday, shown as it will be signed, signed by name."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import Packet, Refused, ShownPacket
from upbeat.operations.reporting.signing import make_packet
from upbeat.store import tables
from upbeat.testing import House

Make = Callable[..., str]

ROUTE, ADVANCE, SINGLE = "route-inbound-leads", "advance-stage", "single-threaded-larger-deals"
DANA, ROWAN, REP = (f"{name}@acme.example" for name in ("dana.whitfield", "rowan.ellis", "maya.chen"))


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE, SINGLE]) as one:
        one.promote(ROUTE, ADVANCE, SINGLE)
        yield one


def days(house: House, number: int) -> None:
    house.play(f"{number} days")


def shown(house: House, week: str = "") -> ShownPacket:
    return operations.packet(house.space.house, week)


@pytest.fixture
def week(house: House, a_lead: Make, a_deal: Make) -> Packet:
    """A week in which leads were routed, a change was rejected, a flag was overridden, and a change is overdue."""
    for number in range(3):
        a_lead(LastName=f"Rowe {number}")
    deals = [a_deal(StageName="Proposal/Price Quote", Name=f"Deal {number}") for number in range(2)]
    flagged = a_deal(Amount=90_000, Name="A large one")
    house.play("1 minute")
    for deal in deals:
        house.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
    house.play()
    rejected = next(one for one in house.reviews() if one.record_id == deals[0])
    house.reject(rejected, ROWAN, "wrong time")
    days(house, 2)
    operations.override(house.space.house, flagged, REP, "the second contact joins on Friday")
    days(house, 6)
    return shown(house).packet


def test_it_tells_what_changed_and_by_whom(week: Packet) -> None:
    live = [one for one in week.changed if one.what == "taken live"]
    assert {one.workflow for one in live} == {ROUTE, ADVANCE, SINGLE}
    assert all(" and " in one.by for one in live)


def test_it_tells_what_people_said_no_to_with_their_reasons(week: Packet) -> None:
    assert [(one.by, one.why, one.workflow) for one in week.rejected] == [(ROWAN, "wrong time", ADVANCE)]
    assert [(one.by, one.why) for one in week.overridden] == [(REP, "the second contact joins on Friday")]


def test_it_tells_what_is_overdue_and_with_whom(week: Packet) -> None:
    [late] = [one for one in week.slipped if one.workflow == ADVANCE]
    assert late.what.startswith("overdue, and passed on")
    assert "it is with" in late.why


def test_it_counts_what_was_written_by_workflow_and_tier(week: Packet) -> None:
    assert {(one.workflow, one.tier): one.count for one in week.written}[ROUTE, "auto"] == 3


def test_its_figures_stand_beside_those_of_the_week_before(house: House, week: Packet, a_lead: Make) -> None:
    a_lead(LastName="Later")
    days(house, 7)
    later = shown(house).packet
    written = {one.name: one for one in week.deltas}["changes written"]
    after = {one.name: one for one in later.deltas}["changes written"]
    assert (after.before, later.week > week.week) == (written.now, True)
    assert after.now < written.now


def test_the_engine_makes_it_on_monday_and_tells_who_answers_for_going_live(house: House) -> None:
    for _ in range(8):  # one packet, however often the engine looks
        house.play("1 day")
    house.close()
    with house.space.store.reading() as conn:
        made = conn.execute(tables.signoffs.select()).all()
        told = conn.execute(tables.notices.select().where(tables.notices.c.subject.contains("is to be signed"))).all()
    assert [(one.kind, one.at) for one in made] == [("packet", None)]
    assert [one.to for one in told] == [house.space.house.policy.promotion.owner]


def test_what_is_signed_is_what_was_shown_though_more_has_happened_since(
    house: House, week: Packet, a_lead: Make
) -> None:
    before = shown(house, week.week)
    a_lead(LastName="Later")
    house.play()
    signed = operations.sign_packet(house.space.house, week.week, DANA, "read with the team")
    assert (signed.packet, signed.digest) == (before.packet, before.digest)
    assert signed.signed is not None
    assert (signed.signed.by, signed.signed.note) == (DANA, "read with the team")


def test_it_is_signed_once_and_by_an_active_person(house: House, week: Packet) -> None:
    with pytest.raises(Refused, match="no user of this org"):
        operations.sign_packet(house.space.house, week.week, "nobody@acme.example")
    operations.sign_packet(house.space.house, week.week, DANA)
    with pytest.raises(Refused, match=f"{DANA} signed the packet of {week.week}"):
        operations.sign_packet(house.space.house, week.week, ROWAN)


def test_a_week_that_goes_on_is_shown_and_cannot_be_signed(house: House) -> None:
    name = "2026-W47"
    assert shown(house, name).digest == ""
    with pytest.raises(Refused, match="is not over"):
        operations.sign_packet(house.space.house, name, DANA)


def test_a_week_before_the_first_entry_is_not_made_not_signed_and_not_asked_for(house: House) -> None:
    days(house, 1)
    with pytest.raises(Refused, match="nothing was entered here before the week 2026-W01 was over"):
        operations.sign_packet(house.space.house, "2026-W01", DANA)
    assert make_packet(house.space.house, house.clock.now()) is None
    with house.space.store.reading() as conn:
        assert conn.execute(tables.signoffs.select()).all() == []


def test_a_week_to_come_and_what_is_no_week_are_refused(house: House) -> None:
    with pytest.raises(Refused, match="is to come"):
        shown(house, "2027-W01")
    with pytest.raises(Refused, match="is no week"):
        shown(house, "last week")


def test_one_that_nobody_signed_in_a_week_is_flagged_in_the_status_and_in_the_next(house: House, week: Packet) -> None:
    assert operations.status(house.space.house).unsigned == ()
    days(house, 8)
    assert operations.status(house.space.house).unsigned == (week.week,)
    assert shown(house).packet.unsigned == (week.week,)
    operations.sign_packet(house.space.house, week.week, DANA)
    assert operations.status(house.space.house).unsigned == ()


def test_a_packet_that_was_changed_after_it_was_signed_says_so(house: House, week: Packet) -> None:
    operations.sign_packet(house.space.house, week.week, DANA)
    with house.space.store.writing() as conn:
        body = conn.execute(tables.signoffs.select()).one().body
        conn.execute(update(tables.signoffs).values(body=body.replace("wrong time", "just so")))
    assert shown(house, week.week).tampered


def test_the_commands_show_it_write_it_and_sign_it(house: House, week: Packet) -> None:
    house.close()
    here = ["--dir", str(house.folder)]
    run = CliRunner()
    page = run.invoke(app, ["packet", "--week", week.week, "--format", "page", *here])
    assert f"<h1>Week {week.week}</h1>" in page.stdout
    rows = run.invoke(app, ["packet", "--week", week.week, "--format", "csv", *here])
    assert "wrong time" in rows.stdout
    signed = run.invoke(app, ["packet", "sign", "--week", week.week, "--as", DANA, "--json", *here])
    assert json.loads(signed.stdout)["signed"]["by"] == DANA
    words = run.invoke(app, ["packet", "--week", week.week, *here])
    assert f"Signed by {DANA}" in words.stdout


def test_it_belongs_to_days_of_the_org_and_not_of_greenwich(house: House) -> None:
    found = shown(house, "2026-W47").packet
    assert found.since.utcoffset() == timedelta(0)  # London, in winter
    assert (found.since.isoweekday(), found.until - found.since) == (1, timedelta(days=7))
