"""Somebody says "this is wrong": the owner is asked with a clock, answers, and too many of them end the workflow."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Misfire, Refused, Review, Wrong
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

NEXT = "missing-next-step"
FILE = f"workflows/{NEXT}.yaml"
POLICY = (PLAYBOOKS / "policy.yaml").read_text()
LIMITED = POLICY.replace("  answer_within: 2 days\n", "  most: 20\n  at_least: 3\n")
MAYA, DANA, BEN = "maya.chen@acme.example", "dana.whitfield@acme.example", "ben.foster@acme.example"
PRIYA, ROWAN = "priya.shah@acme.example", "rowan.ellis@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NEXT], files={"policy.yaml": LIMITED}) as one:
        one.promote(NEXT)
        yield one


def deals(house: House, number: int) -> list[str]:
    values = {"StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    made = [house.create("Opportunity", by=MAYA, Name=f"Deal {one}", **values) for one in range(number)]
    house.play("1 day")
    return made


def report(house: House, key: str, by: str = BEN, kind: Wrong = Wrong.FACT) -> Misfire:
    return operations.report_misfire(house.space.house, key, by, "The next step stands in the notes", kind)


def ticket(house: House) -> Review:
    [found] = [one for one in house.reviews() if one.kind == "misfire"]
    return found


def answer(house: House, choice: str, note: str = "", by: str = PRIYA) -> Review:
    return operations.approve(house.space.house, ticket(house).id, by, choice=choice, note=note)


def notices(house: House, to: str) -> list[str]:
    with house.space.store.reading() as conn:
        return list(conn.scalars(select(tables.notices.c.subject).where(tables.notices.c.to == to)))


def publish_another(house: House) -> None:
    house.write({FILE: (PLAYBOOKS / FILE).read_text().replace("due: 2 days\n\nout", "due: 3 days\n\nout")})
    house.restart()


def test_the_task_itself_says_why_it_is_there_and_how_to_say_that_it_is_wrong(house: House) -> None:
    [deal] = deals(house, 1)
    [task] = house.query(f"SELECT Description FROM Task WHERE WhatId = '{deal}'")
    assert "Why: " in task["Description"]
    assert f"Tell {PRIYA}: upbeat misfire {house.run(deal).run[:10]}" in task["Description"]


def test_anybody_may_report_a_flag_and_its_owner_is_asked_by_a_time(house: House) -> None:
    [deal] = deals(house, 1)
    said = report(house, deal)
    found = ticket(house)
    assert (said.owner, found.queue, found.owner) == (PRIYA, "break/fix", PRIYA)
    assert found.due_at == house.clock.now() + timedelta(days=2)
    assert any(deal_name in subject for subject in notices(house, PRIYA) for deal_name in ["Deal 0"])


def test_a_report_not_answered_in_time_goes_up_and_stays_visible_as_late(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    house.play("2 days")
    assert ticket(house).owner == ROWAN
    assert operations.status(house.space.house).answering.misfires_late == 1


@pytest.mark.parametrize(
    ("choice", "note"), [("works as meant", "The notes are no field"), ("data mended", "NextStep filled in")]
)
def test_the_one_who_reported_hears_what_was_done(house: House, choice: str, note: str) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    answer(house, choice, note)
    assert [one for one in notices(house, BEN) if choice in one]
    assert f"the report was answered: {choice}" in [one.what for one in house.run(deal).told]


def test_an_answer_that_something_was_tuned_names_the_version_in_which(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    publish_another(house)
    answer(house, "tuned")
    assert [one for one in notices(house, BEN) if "tuned in version 2" in one]


def test_nothing_was_tuned_where_no_newer_version_is_published(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    with pytest.raises(Refused, match="has not changed since version 1"):
        answer(house, "tuned")


def test_works_as_meant_needs_its_reason(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    with pytest.raises(Refused, match="needs a word of why"):
        answer(house, "works as meant")


def test_one_person_reports_a_run_once(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    with pytest.raises(Refused, match="has reported run"):
        report(house, deal)


def test_two_people_who_report_a_run_ask_one_question_and_both_hear_the_answer(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    report(house, deal, by=DANA)
    answer(house, "works as meant", "The notes are no field")
    assert [any("works as meant" in one for one in notices(house, person)) for person in (BEN, DANA)] == [True, True]


def test_more_misfires_than_policy_allows_take_the_workflow_back_with_the_figures(house: House) -> None:
    people = (BEN, BEN, DANA)
    said = [report(house, deal, by).demoted for deal, by in zip(deals(house, 3), people, strict=True)]
    assert (said, house.space.versions.modes()) == ([False, False, True], {NEXT: Mode.MONITOR})
    [told] = [one for one in house.reviews(PRIYA) if one.queue == "tuning"]
    assert "3 of its 3 flags within 30 days were reported wrong" in told.title


def test_one_person_alone_does_not_take_a_workflow_back_by_reports(house: House) -> None:
    said = [report(house, deal).demoted for deal in deals(house, 5)]
    assert (any(said), house.space.versions.modes()) == (False, {NEXT: Mode.LIVE})


def test_what_one_person_reported_counts_once_its_owner_upholds_it(house: House) -> None:
    for deal in deals(house, 3):
        report(house, deal)
        assert house.space.versions.modes() == {NEXT: Mode.LIVE}
        answer(house, "data mended", "NextStep filled in")
    house.play("1 hour")
    assert house.space.versions.modes() == {NEXT: Mode.MONITOR}


def test_what_nobody_answers_in_time_counts_though_one_person_reported_it(house: House) -> None:
    *late, last = deals(house, 3)
    for deal in late:
        report(house, deal)
    house.play("3 days")
    report(house, last)
    assert house.space.versions.modes() == {NEXT: Mode.LIVE}
    house.play("3 days")
    assert house.space.versions.modes() == {NEXT: Mode.MONITOR}


def test_a_run_whose_report_was_answered_is_not_reported_again(house: House) -> None:
    [deal] = deals(house, 1)
    report(house, deal)
    answer(house, "works as meant", "The notes are no field")
    with pytest.raises(Refused, match=f"{PRIYA} answered works as meant: The notes are no field"):
        report(house, deal, by=DANA)
    assert [one for one in house.reviews() if one.kind == "misfire"] == []


def test_many_reports_of_one_run_are_one_misfire(house: House) -> None:
    first, *_ = deals(house, 3)
    for person in (BEN, DANA, MAYA, ROWAN):
        report(house, first, by=person)
    assert house.space.versions.modes() == {NEXT: Mode.LIVE}


def test_few_misfires_among_many_flags_prove_nothing(house: House) -> None:
    for deal, by in zip(deals(house, 20), (BEN, DANA, BEN, DANA), strict=False):
        report(house, deal, by)
    assert house.space.versions.modes() == {NEXT: Mode.LIVE}


def test_what_works_as_meant_is_no_misfire(house: House) -> None:
    made = deals(house, 3)
    for deal in made[:2]:
        report(house, deal)
        answer(house, "works as meant", "The notes are no field")
    report(house, made[2], by=DANA)
    assert house.space.versions.modes() == {NEXT: Mode.LIVE}


def test_the_figures_begin_anew_when_people_take_it_live_again(house: House) -> None:
    for deal, by in zip(deals(house, 3), (BEN, DANA, BEN), strict=True):
        report(house, deal, by)
    house.promote(NEXT)
    [deal] = deals(house, 1)
    assert not report(house, deal).demoted


def test_a_record_that_no_workflow_flagged_cannot_be_reported(house: House) -> None:
    deal = house.create("Opportunity", by=MAYA, Name="Q", StageName="Qualification", CloseDate="2027-03-31")
    house.play("1 day")
    with pytest.raises(Refused, match="nothing is known"):
        report(house, deal)


def test_who_has_left_reports_nothing(house: House) -> None:
    [deal] = deals(house, 1)
    house.update("User", house.ids[BEN], IsActive=False)
    house.play("5 minutes")
    with pytest.raises(Refused, match="is not active"):
        report(house, deal)
