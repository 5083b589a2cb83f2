"""Whatever the org answers, for an update or a create: when it answers again, all is done, and done once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.crash.conftest import (
    DEFINITIONS,
    FORMS,
    REVOPS,
    WORKFLOWS,
    hold_nothing_lost_nothing_twice,
    leads,
)

from upbeat.apply.applier import MARKER
from upbeat.ledger import Kind
from upbeat.localorg import Fault, FaultKind, sample
from upbeat.localorg.faults import Faults
from upbeat.salesforce import SessionDead
from upbeat.testing import House

pytestmark = [pytest.mark.law(2), pytest.mark.law(3)]

UPDATE = r"PATCH .*/composite/sobjects($|\?)"
CREATE = r"(PATCH .*/sobjects/Task/)|(POST .*/composite/sobjects($|\?))"
FOR_EVER = 1_000_000


@contextmanager
def live(count: int = 5, *, marker: bool = True) -> Iterator[House]:
    """A house with live workflows, and leads that have just arrived."""
    with House(DEFINITIONS) as house:
        if not marker:
            task = house.org.object("Task")
            house.org.define(objects=[replace(task, fields={k: v for k, v in task.fields.items() if k != MARKER})])
        house.promote(*WORKFLOWS)
        house.org.create("Lead", leads(count, house.ids), house.ids[FORMS])
        yield house


def hold(house: House) -> None:
    house.close()
    hold_nothing_lost_nothing_twice(house.org, house.ids, house.folder)


def let_time_pass(house: House, minutes: int = 30) -> None:
    for _ in range(minutes // 6):
        house.play("6 minutes")


@pytest.mark.parametrize("marker", [True, False], ids=["with a marker", "without a marker"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(("401", 1), id="a session that ended"),
        pytest.param(("401", 2), id="a session that ends again at once"),
        pytest.param(("limit", 2), id="403 REQUEST_LIMIT_EXCEEDED"),
        pytest.param(("lock", 1), id="a row lock"),
        pytest.param(("lock", 6), id="a row lock that outlasts the writer's own tries"),
        pytest.param(("500 before", 1), id="500 and nothing done"),
        pytest.param(("500 before", 3), id="500 three times"),
        pytest.param(("500 after commit", 1), id="500 and all done"),
        pytest.param(("slow", 1), id="a slow answer"),
    ],
)
def test_what_the_org_answers_for_a_while_is_outlived(fault: tuple[str, int], *, marker: bool) -> None:
    kind, times = fault
    with live(marker=marker) as house:
        for match in (UPDATE, CREATE):
            house.org.faults.add(Fault(match, kind, times, rows=2 if kind == FaultKind.LOCK else None, seconds=0.2))
        house.play()
        let_time_pass(house, 120)  # each lost answer takes one more look, and the gate's word once more
        hold(house)


def test_a_row_that_stays_locked_goes_to_a_person_and_takes_no_other_with_it() -> None:
    with live() as house:
        house.org.faults.add(Fault(UPDATE, "lock", FOR_EVER, rows=1))
        house.play()
        assert (
            sum(1 for one in house.query("SELECT OwnerId FROM Lead") if one["OwnerId"] != house.ids["New Leads"]) == 4
        )
        let_time_pass(house, 60)
        [stuck] = house.reviews()
        assert (stuck.kind, stuck.owner, stuck.due_at > house.clock.now()) == ("stuck item", REVOPS, True)
        assert "UNABLE_TO_LOCK_ROW" in stuck.title
        house.org.faults = Faults()
        house.approve(stuck, REVOPS, "retry")
        house.play()
        hold(house)


def test_a_writing_connection_that_lost_its_rights_uses_up_no_tries() -> None:
    with live() as house:
        house.org.faults.add(Fault(UPDATE, "401", FOR_EVER))
        let_time_pass(house, 120)
        assert house.reviews() == []
        house.org.faults = Faults()
        let_time_pass(house)
        hold(house)


def test_an_org_that_no_longer_lets_us_in_ends_the_engine_with_nothing_lost() -> None:
    with live() as house:
        house.org.faults.add(Fault("GET .*/query", "401", FOR_EVER))
        with pytest.raises(SessionDead, match="INVALID_SESSION_ID"):
            house.play()
        house.org.faults = Faults()
        let_time_pass(house)
        hold(house)


def tasks(house: House) -> int:
    return len(house.query("SELECT Id FROM Task"))


def test_a_create_whose_answer_was_lost_is_found_by_its_marker_at_once() -> None:
    with live(1) as house:
        house.org.faults.add(Fault(CREATE, "500 after commit"))
        house.play()
        house.play("6 seconds")
        assert [one.outcome for one in house.runs(the_lead(house))] == ["routed", "asked"]
        hold(house)


def test_a_create_without_a_marker_is_looked_for_until_the_org_must_have_answered() -> None:
    with live(1, marker=False) as house:
        house.org.faults.add(Fault(CREATE, "500 before"))
        house.play()
        let_time_pass(house, 6)
        assert tasks(house) == 0
        assert house.run(the_lead(house)).state == "retry"
        let_time_pass(house, 12)
        assert tasks(house) == 1
        hold(house)


def test_a_create_without_a_marker_is_found_by_who_when_and_what() -> None:
    with live(1, marker=False) as house:
        house.org.faults.add(Fault(CREATE, "500 after commit"))
        house.play()
        house.play("6 seconds")
        run = house.run(the_lead(house))
        assert run.outcome == "asked"
        assert Kind.ADOPTED in {told.kind for told in run.told}
        hold(house)


def test_where_several_could_be_the_lost_create_a_person_decides() -> None:
    with live(1, marker=False) as house:
        house.org.faults.add(Fault(CREATE, "500 after commit"))
        house.play()
        [made] = house.query("SELECT OwnerId, Subject, Description, ActivityDate, Status, Priority, WhoId FROM Task")
        writer = sample.CONNECTIONS["writer"].username
        house.create("Task", by=writer, **{name: value for name, value in made.items() if name != "attributes"})
        house.play("6 seconds")
        [stuck] = house.reviews()
        assert "could be any of 00TLo" in stuck.title
        let_time_pass(house)
        assert tasks(house) == 2


def test_another_workflows_like_task_is_not_taken_for_the_lost_one() -> None:
    again = (DEFINITIONS / "workflows" / "welcome-leads.yaml").read_text().replace("welcome-leads", "welcome-again")
    with House(DEFINITIONS, files={"workflows/welcome-again.yaml": again}) as house:
        house.promote("welcome-leads", "welcome-again")
        house.org.create("Lead", leads(1, house.ids), house.ids[FORMS])
        house.org.faults.add(Fault(CREATE, "500 before", skip=1))
        house.play()
        assert tasks(house) == 1
        let_time_pass(house)
        assert tasks(house) == 2


@pytest.mark.law(11)
def test_a_lead_that_somebody_took_while_the_org_was_away_is_theirs() -> None:
    with live(1) as house:
        house.org.faults.add(Fault(UPDATE, "limit", 1))
        house.play()
        house.update("Lead", the_lead(house), OwnerId=house.ids["owen.hughes@acme.example"])
        let_time_pass(house)
        assert house.owner("Lead", the_lead(house)) == "owen.hughes@acme.example"
        assert house.runs(the_lead(house))[0].outcome == "left alone"


def the_lead(house: House) -> str:
    [lead] = house.query("SELECT Id FROM Lead")
    return lead["Id"]
