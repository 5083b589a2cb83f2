"""A lead was given to somebody: reminded, given on, touched, or put before a person. Its clock never starts anew."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.scenarios.promised import BEN, LENA, OWEN, POOL, PRIYA, ROUTE, arrives, kinds, monday, promise, told, until

from upbeat import operations
from upbeat.base import decode
from upbeat.ledger import Kind
from upbeat.localorg import Fault, FaultKind
from upbeat.localorg.faults import Faults
from upbeat.store import tables
from upbeat.testing import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture(autouse=True)
def _morning(house: House) -> None:
    house.org.faults = Faults()
    monday(house)


@pytest.fixture
def lead(house: House) -> str:
    return arrives(house)


@pytest.mark.law(2)
def test_a_lead_that_nobody_touches_goes_on_twice_and_never_to_the_same_person_then_a_person_is_asked(
    house: House, lead: str
) -> None:
    owners = [house.owner("Lead", lead)]
    for hour in (12, 13):
        until(house, hour)
        owners.append(house.owner("Lead", lead))
    assert sorted(owners) == sorted([LENA, OWEN, BEN])
    at = until(house, 14)
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    assert (house.owner("Lead", lead), asked.due_at) == (owners[2], at + timedelta(days=1))
    assert "3 people had it, and nobody touched it" in asked.title
    assert told(house, lead)[:-1] == [(owner, "due soon") for owner in owners]
    house.approve(asked, PRIYA, owners[0])
    house.play()
    now = promise(house, lead)
    assert (house.owner("Lead", lead), now.owner, now.stage) == (owners[0], owners[0], "reminded")
    assert now.due_at > house.clock.now()


def test_the_clock_keeps_its_age_whoever_has_the_lead(house: House, lead: str) -> None:
    first = promise(house, lead)
    until(house, 13)
    now = promise(house, lead)
    assert (now.born_at, now.breaks_at) == (first.born_at, first.breaks_at)
    assert (now.breached_at, len(now.holders.split(","))) == (first.breaks_at, 3)
    assert list(kinds(house, lead)).count(Kind.BREACHED) == 1


def test_who_called_is_neither_reminded_nor_loses_the_lead(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    house.play("20 minutes")
    house.create("Task", by=owner, WhoId=lead, Subject="Call", Status="Completed", OwnerId=house.ids[owner])
    at = house.clock.now()
    until(house, 13)
    now = promise(house, lead)
    assert (now.stage, now.touched_at, now.breached_at, house.owner("Lead", lead)) == ("touched", at, None, owner)
    assert (told(house, lead), kinds(house, lead)) == ([], [Kind.PROMISED, Kind.TOUCHED])


def test_a_task_that_somebody_else_set_is_no_touch_until_it_is_done(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    task = house.create("Task", by=PRIYA, WhoId=lead, Subject="Call them", OwnerId=house.ids[owner])
    until(house, 11, minute=30)
    assert promise(house, lead).stage == "reminded"
    house.update("Task", task, by=owner, Status="Completed")
    until(house, 12, minute=30)
    assert (promise(house, lead).stage, house.owner("Lead", lead)) == ("touched", owner)


def test_a_new_status_is_a_touch(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    house.update("Lead", lead, by=owner, Status="Working - Contacted")
    until(house, 13)
    assert (promise(house, lead).stage, house.owner("Lead", lead)) == ("touched", owner)


@pytest.mark.law(11)
def test_a_lead_that_a_person_passes_on_stays_there_and_counts_as_a_manual_fix(house: House, lead: str) -> None:
    house.update("Lead", lead, OwnerId=house.ids["luis.ortega@acme.example"])
    until(house, 13)
    now = promise(house, lead)
    assert (now.stage, now.detail) == ("passed on", "now with Luis Ortega")
    assert (house.owner("Lead", lead), kinds(house, lead)[-1]) == ("luis.ortega@acme.example", Kind.PASSED_ON)


def test_a_lead_that_is_put_back_into_the_queue_goes_to_somebody_new(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    house.update("Lead", lead, by=owner, OwnerId=house.ids["New Leads"])
    until(house, 11, minute=5)
    assert house.owner("Lead", lead) not in {owner, "New Leads"}
    assert Kind.RETURNED in kinds(house, lead)


@pytest.mark.law(2)
@pytest.mark.parametrize("over", ["passed on", "touched"])
def test_a_lead_put_back_into_the_queue_after_its_promise_is_over_goes_to_somebody_new(
    house: House, lead: str, over: str
) -> None:
    owner = house.owner("Lead", lead)
    if over == "touched":
        house.update("Lead", lead, by=owner, Status="Working - Contacted")
    else:
        house.update("Lead", lead, OwnerId=house.ids["luis.ortega@acme.example"])
    until(house, 12)
    assert promise(house, lead).stage == over
    house.update("Lead", lead, OwnerId=house.ids["New Leads"])
    house.play("11 minutes")
    house.play()
    now = promise(house, lead)
    assert (house.owner("Lead", lead), now.stage) == (now.owner, "reminded")
    assert now.owner not in {owner, "New Leads"}
    told_of = list(kinds(house, lead))
    assert told_of.index(Kind.RETURNED) < len(told_of) - told_of[::-1].index(Kind.PROMISED)


def test_a_lead_that_is_deleted_needs_nobody_any_more(house: House, lead: str) -> None:
    house.org.delete([lead], house.ids[PRIYA])
    until(house, 13)
    now = promise(house, lead)
    assert (now.stage, now.detail) == ("ended", "the record was deleted, or may not be read")


def test_outside_of_the_hours_no_time_passes(house: House) -> None:
    until(house, 16, days=4)  # a Friday
    lead = arrives(house)
    owner, friday = house.owner("Lead", lead), house.clock.now()
    assert promise(house, lead).due_at == friday - timedelta(seconds=15) + timedelta(days=2, hours=18)  # Monday at ten
    until(house, 9, days=3, minute=30)
    assert house.owner("Lead", lead) == owner
    until(house, 10, minute=5)
    assert house.owner("Lead", lead) != owner


def test_after_an_outage_an_owner_is_reminded_before_they_lose_the_lead(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    house.close()
    house.play("4 hours")
    at = house.clock.now()
    now = promise(house, lead)
    assert (house.owner("Lead", lead), now.stage, now.reminded_at, now.due_at) == (
        owner, "reminded", at, at + timedelta(hours=1),
    )  # fmt: skip
    assert now.breached_at == now.breaks_at < at
    until(house, 15, minute=5)
    assert house.owner("Lead", lead) != owner


@pytest.mark.law(15)
def test_while_writes_are_stopped_promises_wait(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    operations.stop(house.space.house, PRIYA, "Something is odd")
    until(house, 13)
    assert (house.owner("Lead", lead), promise(house, lead).stage, told(house, lead)) == (owner, "open", [])
    operations.resume(house.space.house, PRIYA)
    house.play()
    assert promise(house, lead).stage == "reminded"


@pytest.mark.law(7)
def test_while_its_workflow_is_not_live_a_promise_waits(house: House, lead: str) -> None:
    owner = house.owner("Lead", lead)
    operations.demote(house.space.house, ROUTE, PRIYA, "Let us look at it")
    until(house, 13)
    assert (house.owner("Lead", lead), promise(house, lead).stage) == (owner, "open")
    house.promote(ROUTE)
    until(house, 13, minute=5)
    assert promise(house, lead).stage == "reminded"


def test_a_routing_that_is_rolled_back_is_promised_no_more(house: House, lead: str) -> None:
    operations.roll_back(house.space.house, lead, PRIYA)
    house.play()
    assert (house.owner("Lead", lead), promise(house, lead).stage) == ("New Leads", "ended")
    until(house, 13)
    assert house.owner("Lead", lead) == "New Leads"


@pytest.mark.law(3)
def test_an_engine_that_dies_before_it_wrote_whom_it_chose_goes_on_and_gives_the_lead_once(
    house: House, lead: str
) -> None:
    until(house, 11, minute=55)
    house.engine._take = lambda: None  # type: ignore[method-assign]
    until(house, 12)
    assert promise(house, lead).stage == "overdue"
    house.close()
    house.play()
    now = promise(house, lead)
    assert (now.owner, now.holders.count("@"), kinds(house, lead).count(Kind.PROMISED)) == (
        house.owner("Lead", lead), 2, 2,
    )  # fmt: skip


@pytest.mark.law(3)
def test_a_lost_answer_to_a_re_route_gives_the_lead_to_one_person(house: House, lead: str) -> None:
    first = house.owner("Lead", lead)
    until(house, 11, minute=55)
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.AFTER))
    until(house, 12)
    house.close()
    until(house, 12, minute=40)
    now = promise(house, lead)
    assert (now.stage, now.owner) == ("reminded", house.owner("Lead", lead))
    assert now.owner != first


def test_while_mail_is_away_the_time_goes_on(house: House, lead: str) -> None:
    first = house.owner("Lead", lead)
    until(house, 12, minute=5)  # this house has no mail at all
    assert told(house, lead)[0] == (first, "due soon")
    assert house.owner("Lead", lead) != first


@pytest.mark.law(11)
def test_a_lead_that_a_person_takes_while_it_goes_on_is_left_to_them(house: House, lead: str) -> None:
    until(house, 11, minute=55)
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=5))
    until(house, 12)
    house.update("Lead", lead, OwnerId=house.ids["luis.ortega@acme.example"])
    until(house, 12, minute=30)
    assert (house.owner("Lead", lead), promise(house, lead).stage) == ("luis.ortega@acme.example", "passed on")


def test_a_promise_goes_on_by_the_pool_as_it_is_now(house: House, lead: str) -> None:
    first = house.owner("Lead", lead)
    kept = POOL.replace("  - {user: ben.foster@acme.example}\n", "")
    house.write({"routing/inbound.yaml": kept})
    house.publish()
    house.play()
    house.promote(ROUTE)
    until(house, 14, minute=5)
    assert BEN not in decode(promise(house, lead).holders)[1:]
    house.write({"routing/inbound.yaml": POOL})
    house.publish()
    house.play()
    house.promote(ROUTE)
    assert first in {LENA, OWEN, BEN}


@pytest.mark.law(2)
def test_a_lead_of_somebody_who_left_goes_on_when_that_is_seen(house: House, lead: str) -> None:
    first = house.owner("Lead", lead)
    house.update("User", house.ids[first], IsActive=False)
    house.play("3 minutes")
    house.update("User", house.ids[first], IsActive=True)
    assert house.owner("Lead", lead) not in {first, "New Leads"}
    until(house, 11, minute=5)
    assert told(house, lead) == [(house.owner("Lead", lead), "due soon")]


@pytest.mark.law(2)
def test_a_person_who_leaves_a_lead_with_its_owner_gives_them_a_new_due_time(house: House, lead: str) -> None:
    until(house, 14, minute=5)
    owner = house.owner("Lead", lead)
    [asked] = [one for one in house.reviews(PRIYA) if one.record_id == lead]
    house.approve(asked, PRIYA, owner)
    house.play()
    now = promise(house, lead)
    assert (now.owner, now.stage, now.due_at > house.clock.now()) == (owner, "reminded", True)
    until(house, 15, minute=10)
    assert [one.title for one in house.reviews(PRIYA) if one.record_id == lead]


@pytest.mark.law(7)
def test_a_re_route_of_a_workflow_that_is_taken_back_is_not_written_and_waits(house: House, lead: str) -> None:
    first = house.owner("Lead", lead)
    until(house, 11, minute=55)
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.LOCK, times=5))
    until(house, 12)
    operations.demote(house.space.house, ROUTE, PRIYA, "Let us look at it")
    until(house, 12, minute=30)
    assert (house.owner("Lead", lead), promise(house, lead).stage) == (first, "reminded")
    house.org.faults = Faults()
    house.promote(ROUTE)
    until(house, 13)
    assert house.owner("Lead", lead) != first


def test_a_forgotten_lead_leaves_no_promise(house: House, lead: str) -> None:
    operations.forget(house.space.house, lead, PRIYA)
    with house.space.store.reading() as conn:
        assert conn.execute(select(tables.promises).where(tables.promises.c.record_id == lead)).all() == []


def test_every_choice_of_a_lead_that_went_on_can_be_made_again_from_the_ledger(house: House, lead: str) -> None:
    until(house, 14, minute=5)
    replays = operations.replay(house.space.house, lead)
    assert (len(replays), {one.verdict for one in replays}) == (4, {"same"})
