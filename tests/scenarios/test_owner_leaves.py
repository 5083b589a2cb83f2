"""The owner of a workflow is deactivated: an incident, a hand-over, a pause after the grace, and nothing is lost."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.base.files import DefinitionError
from upbeat.domain import Mode
from upbeat.operations import Review, Says
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]
Push = Callable[[str, int], None]

NEXT, PUSH = "missing-next-step", "repeated-close-date-push"
FILES = {one: f"workflows/{one}.yaml" for one in (NEXT, PUSH)}
PRIYA, ROWAN, DANA, MAYA = (
    f"{one}@acme.example" for one in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)
LUIS = "luis.ortega@acme.example"


def written(name: str, owner: str) -> str:
    return (PLAYBOOKS / FILES[name]).read_text().replace(f"owner: {PRIYA}", f"owner: {owner}")


@pytest.fixture
def house() -> Iterator[House]:
    """Luis Ortega, whose manager is Dana Whitfield, owns the workflow that asks for next steps."""
    with House(only=[NEXT, PUSH], files={FILES[NEXT]: written(NEXT, LUIS)}) as one:
        one.promote(NEXT, PUSH)
        yield one


def leave(house: House, person: str) -> None:
    house.update("User", house.ids[person], IsActive=False)
    house.play("1 hour")


def incidents(house: House) -> list[Review]:
    return [one for one in house.reviews() if one.kind == "incident"]


def name_another(house: House, owner: str = PRIYA) -> None:
    house.write({FILES[NEXT]: written(NEXT, owner)})
    operations.publish(house.space.house, [NEXT], PRIYA)
    house.play("1 hour")


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def nothing_is_loose(house: House) -> bool:
    return not operations.status(house.space.house).loose


def test_an_incident_goes_to_whoever_is_above_them_and_says_what_to_do(house: House) -> None:
    leave(house, LUIS)
    [asked] = incidents(house)
    assert (asked.owner, asked.queue) == (DANA, "break/fix")
    assert asked.title == f"{LUIS} is no longer active, and is owner in {FILES[NEXT]}"
    assert "publish it" in asked.body.reasons[0]


def test_an_incident_of_somebody_who_left_is_no_stranger_in_the_org(house: House) -> None:
    leave(house, LUIS)
    assert len(incidents(house)) == 1
    says = {one.control.name: one.says for one in operations.check_controls(house.space.house)}
    assert says["reconcile"] is not Says.FAILS


def test_the_workflow_goes_on_within_the_grace_and_pauses_after_it(house: House) -> None:
    leave(house, LUIS)
    days(house, 6)
    assert house.space.versions.modes() == {NEXT: Mode.LIVE, PUSH: Mode.LIVE}
    days(house, 1)
    assert house.space.versions.modes() == {NEXT: Mode.PAUSED, PUSH: Mode.LIVE}


def test_the_incident_cannot_be_answered_away(house: House) -> None:
    leave(house, LUIS)
    house.reject(incidents(house)[0], DANA, "later")
    house.play("1 hour")
    assert len(incidents(house)) == 1
    days(house, 7)
    assert house.space.versions.modes()[NEXT] is Mode.PAUSED


def test_an_incident_that_nobody_looks_at_goes_up(house: House) -> None:
    leave(house, LUIS)
    days(house, 1)
    assert incidents(house)[0].owner == ROWAN


def test_a_new_owner_ends_it_before_anything_is_paused(house: House) -> None:
    leave(house, LUIS)
    name_another(house)
    days(house, 8)
    assert (incidents(house), house.space.versions.modes()[NEXT]) == ([], Mode.MONITOR)


def test_a_person_who_is_back_ends_it_too(house: House) -> None:
    leave(house, LUIS)
    house.update("User", house.ids[LUIS], IsActive=True)
    house.play("1 hour")
    assert incidents(house) == []
    days(house, 8)
    assert house.space.versions.modes()[NEXT] is Mode.LIVE


def test_who_left_is_named_by_the_owners_and_the_status(house: House) -> None:
    leave(house, LUIS)
    [gone] = [one for one in operations.owners(house.space.house) if not one.active]
    assert (gone.subject, gone.what, gone.person) == (FILES[NEXT], "owner", LUIS)
    assert operations.status(house.space.house).answering.incidents == (f"{LUIS} in {FILES[NEXT]}",)


def test_what_runs_goes_on_after_a_restart_though_a_file_names_somebody_who_left(house: House, a_deal: Make) -> None:
    leave(house, LUIS)
    house.restart()
    deal = a_deal(NextStep=None)
    days(house, 1)
    assert house.run(deal).outcome == "asked"


def test_nothing_new_is_published_in_the_name_of_somebody_who_left(house: House) -> None:
    leave(house, LUIS)
    house.write({FILES[NEXT]: written(NEXT, LUIS).replace("due: 2 days\n\nout", "due: 3 days\n\nout")})
    with pytest.raises(DefinitionError, match="no longer an active user"):
        operations.publish(house.space.house, [NEXT], PRIYA)


def test_a_question_that_waited_with_whoever_left_goes_to_the_next_person_and_the_ledger_says_so(
    house: House, a_deal: Make, push: Push
) -> None:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    [asked] = house.reviews(DANA)
    leave(house, DANA)
    [moved] = [one for one in house.reviews(ROWAN) if one.id == asked.id]
    assert moved.due_at == asked.due_at
    assert house.run(deal).owner == ROWAN
    assert any(told.kind == "review:item:delegated" for told in house.run(deal).told)


@pytest.mark.law(2)
def test_what_is_under_way_when_it_pauses_stands_with_somebody_active_and_goes_on_once_it_is_live(
    house: House, a_deal: Make
) -> None:
    leave(house, LUIS)
    days(house, 6)
    deal = a_deal(NextStep=None)
    operations.stop(house.space.house, ROWAN, "a holiday")
    operations.start_on(house.space.house, NEXT, deal, ROWAN)
    days(house, 1)
    operations.resume(house.space.house, ROWAN)
    house.play()
    assert house.space.versions.modes()[NEXT] is Mode.PAUSED
    stands = house.run(deal)
    assert (stands.state, stands.owner in {DANA, ROWAN}, nothing_is_loose(house)) == ("ready", True, True)
    days(house, 3)
    assert nothing_is_loose(house)
    name_another(house)
    stands = house.runs(deal)[0]
    assert (stands.state, stands.owner, nothing_is_loose(house)) == ("ready", PRIYA, True)
    house.promote(NEXT)
    house.play("1 hour")
    assert house.runs(deal)[0].outcome == "asked"


@pytest.mark.law(2)
@pytest.mark.parametrize("gone", [[LUIS], [DANA], [PRIYA], [LUIS, DANA], [LUIS, ROWAN, PRIYA]])
def test_whoever_leaves_every_run_and_question_has_somebody_active_and_a_due_time(
    house: House, a_deal: Make, push: Push, gone: list[str]
) -> None:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    for person in gone:
        house.update("User", house.ids[person], IsActive=False)
    house.play("1 hour")
    active = {one.username for one in house.space.people.all().values() if one.active}
    assert {one.owner for one in house.reviews()} <= active
    assert {run.owner for run in house.runs(deal) if run.outcome is None} <= active
    assert nothing_is_loose(house)


def test_a_step_with_an_owner_of_its_own_is_theirs_and_pauses_when_they_leave() -> None:
    text = (PLAYBOOKS / FILES[NEXT]).read_text().replace("use: create_task", f"use: create_task\n    owner: {LUIS}")
    with House(only=[NEXT], files={FILES[NEXT]: text}) as house:
        house.promote(NEXT)
        [trigger] = operations.the_register(house.space.house).triggers
        assert [action.owner for action in trigger.row.actions] == [LUIS]
        leave(house, LUIS)
        assert "owner of step ask" in incidents(house)[0].title
        days(house, 8)
        assert house.space.versions.modes() == {NEXT: Mode.PAUSED}


def test_a_role_or_a_rule_of_somebody_who_left_is_an_incident_and_pauses_nothing(house: House) -> None:
    leave(house, ROWAN)
    days(house, 8)
    assert any("role revenue_manager" in one.title for one in incidents(house))
    assert house.space.versions.modes() == {NEXT: Mode.LIVE, PUSH: Mode.LIVE}


def test_an_owner_is_a_person_and_no_integration() -> None:
    text = written(NEXT, "upbeat.reader@acme.example")
    with House(only=[NEXT], files={FILES[NEXT]: text}) as house:
        found = [one.what for one in house.space.check()]
        assert "upbeat.reader@acme.example logs in over the API alone: it is no person" in found
