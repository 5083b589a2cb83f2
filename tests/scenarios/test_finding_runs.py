"""Finding what happened: runs by filter and page, a record's whole journey, and everything by a word of its name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from upbeat.localorg.rules import ValidationRule
from upbeat.operations import Refused, tracing
from upbeat.operations.tracing import RunsWanted, Scope, Sort
from upbeat.testing import House

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
ROWAN, DANA, MAYA, PRIYA = (
    f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen", "priya.shah")
)
Runs = Callable[..., list[str]]


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """Record ids by what they are in the story."""
    return {}


@pytest.fixture(scope="module")
def house(told: dict[str, str]) -> Iterator[House]:
    """Two leads were routed and one is stuck; one deal was advanced by two people, and one waits."""
    with House(only=[ROUTE, ADVANCE]) as one:
        formula = 'AND(ISCHANGED(OwnerId), Company = "Stuck Foods")'
        one.org.define(rules=[ValidationRule("Lead", "Held", formula, "Not this one")])
        one.promote(ROUTE, ADVANCE)
        for name in ("Pennant", "São Textiles", "Stuck Foods"):
            queue = one.ids["New Leads"]
            told[name] = one.create("Lead", LastName="Rowe", Company=name, Country="UK", City="London", OwnerId=queue)
        values = {"StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
        for name in ("Lowell Instruments - Platform", "Lowell Foods - Renewal"):
            told[name] = one.create("Opportunity", by=MAYA, Name=name, **values)
        one.play("1 minute")
        for name in ("Lowell Instruments - Platform", "Lowell Foods - Renewal"):
            one.update("Opportunity", told[name], by=MAYA, Verbal_Commitment__c=True)
            one.play("1 minute")
        [review] = [each for each in one.reviews() if each.record_id == told["Lowell Instruments - Platform"]]
        for person in (ROWAN, DANA):
            one.approve(review, person)
        one.play()
        yield one


@pytest.fixture
def runs(house: House) -> Runs:
    """Give the names of the records whose runs fit, newest first."""

    def listed(scope: Scope = tracing.EVERYTHING, **wanted: object) -> list[str]:
        found = tracing.list_runs(house.space.house, RunsWanted(**wanted), scope)  # type: ignore[arg-type]
        return [one.name for one in found.lines]

    return listed


def test_runs_are_listed_newest_first_with_what_their_record_is_called(runs: Runs) -> None:
    listed = runs()
    assert listed[:2] == ["Lowell Foods - Renewal", "Lowell Instruments - Platform"]
    assert set(listed[2:]) == {"Rowe, Pennant", "Rowe, São Textiles", "Rowe, Stuck Foods"}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param({"state": "dead"}, {"Rowe, Stuck Foods"}, id="by state"),
        pytest.param({"state": "waiting"}, {"Lowell Foods - Renewal"}, id="what waits"),
        pytest.param({"outcome": "routed"}, {"Rowe, Pennant", "Rowe, São Textiles"}, id="by outcome"),
        pytest.param({"workflow": ADVANCE, "state": "done"}, {"Lowell Instruments - Platform"}, id="by workflow"),
        pytest.param({"agent": "router"}, {"Rowe, Pennant", "Rowe, São Textiles", "Rowe, Stuck Foods"}, id="by agent"),
        pytest.param({"step": "advance"}, {"Lowell Instruments - Platform", "Lowell Foods - Renewal"}, id="by step"),
        pytest.param({"system": "people"}, {"Rowe, Stuck Foods", "Lowell Foods - Renewal"}, id="by system, people"),
        pytest.param({"system": "engine"}, set(), id="by system, engine"),
        pytest.param({"system": "mail"}, set(), id="by system, mail"),
        pytest.param({"mode": "monitor"}, set(), id="by mode"),
    ],
)
def test_runs_are_found_by(runs: Runs, wanted: dict[str, str], names: set[str]) -> None:
    assert set(runs(**wanted)) == names


def test_runs_that_touched_salesforce_are_those_that_proposed_to_write_there(runs: Runs) -> None:
    assert len(runs(system="salesforce")) == 5


def test_pages_follow_one_another_without_a_gap_or_a_double(house: House, runs: Runs) -> None:
    wanted, seen = RunsWanted(limit=2), list[str]()
    for _ in range(3):
        page = tracing.list_runs(house.space.house, wanted)
        seen += [one.name for one in page.lines]
        wanted = replace(wanted, after=page.after)
    assert (seen, page.after) == (runs(), 0)


def test_runs_are_found_by_when_they_came_in(house: House, runs: Runs) -> None:
    [newest, before, *_] = tracing.list_runs(house.space.house).lines
    assert runs(since=newest.came_at) == ["Lowell Foods - Renewal"]
    assert runs(since=before.came_at, until=newest.came_at) == ["Lowell Instruments - Platform"]
    assert runs(until=newest.came_at - timedelta(days=30)) == []


def test_a_word_that_no_state_has_is_refused_with_those_that_there_are(runs: Runs) -> None:
    with pytest.raises(Refused, match="no run has the state 'stuck'"):
        runs(state="stuck")


def test_a_rep_sees_the_runs_of_their_own_records_alone(runs: Runs) -> None:
    theirs = runs(Scope(frozenset([MAYA])))
    assert {"Lowell Foods - Renewal", "Lowell Instruments - Platform"} <= set(theirs)
    assert "Rowe, Stuck Foods" not in theirs
    assert runs(Scope(frozenset([DANA]))) == []


def test_who_is_asked_sees_the_run_that_waits_for_them(runs: Runs) -> None:
    assert runs(Scope(frozenset([PRIYA]))) == ["Rowe, Stuck Foods"]


def test_a_run_says_where_it_stands_and_with_whom(house: House) -> None:
    [stuck] = tracing.list_runs(house.space.house, RunsWanted(state="dead")).lines
    assert (stuck.step, stuck.agent, stuck.owner, bool(stuck.review)) == ("route", "router", PRIYA, True)


# One record's journey


def test_a_records_journey_has_each_run_with_why_and_what_it_changed(house: House, told: dict[str, str]) -> None:
    story = tracing.record_story(house.space.house, told["Lowell Instruments - Platform"])
    assert story is not None
    assert (story.name, story.owner, story.workflows) == ("Lowell Instruments - Platform", "Maya Chen", (ADVANCE,))
    [run] = story.runs
    assert "StageName is Proposal/Price Quote" in run.why
    [change] = run.changes
    [field] = change.fields
    assert (field.before, field.after) == ("Proposal/Price Quote", "Negotiation/Review")
    assert (change.state, change.tier) == ("written", "approval")
    assert (run.is_flag, run.goes_back, run.retries) == (True, True, "")
    assert [(one.state, one.by) for one in run.questions] == [("released", DANA)]


def test_a_stuck_run_names_the_question_that_tries_it_again(house: House, told: dict[str, str]) -> None:
    story = tracing.record_story(house.space.house, told["Stuck Foods"])
    assert story is not None
    assert story.runs[0].retries == story.open_questions[0].review


def test_a_record_that_belongs_to_somebody_else_is_as_one_that_is_not_there(house: House, told: dict[str, str]) -> None:
    space, deal = house.space.house, told["Lowell Instruments - Platform"]
    run = house.run(deal).run
    theirs, others = Scope(frozenset([MAYA])), Scope(frozenset(["ben.foster@acme.example"]))
    assert tracing.record_story(space, deal, theirs) is not None
    assert tracing.run_story(space, run, theirs) is not None
    assert tracing.record_story(space, deal, others) is None
    assert tracing.run_story(space, run, others) is None
    assert tracing.record_story(space, "006000000000000") is None
    assert tracing.record_story(space, "nonsense") is None


def test_whom_a_pool_passed_over_stands_in_the_story_of_the_run(house: House, told: dict[str, str]) -> None:
    story = tracing.run_story(house.space.house, house.run(told["Pennant"]).run[:12])
    assert story is not None
    assert any("passed over" in detail for one in story.journey.told for detail in one.details)


# Search


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("lowell", "Lowell Foods - Renewal", id="by a word of the name"),
        pytest.param("renew low", "Lowell Foods - Renewal", id="by how its words begin, in any order"),
        pytest.param("sao text", "Rowe, São Textiles", id="without accents"),
        pytest.param("PENNANT", "Rowe, Pennant", id="in capitals"),
    ],
)
def test_a_record_is_found(house: House, text: str, title: str) -> None:
    hits = tracing.search(house.space.house, text).hits
    assert title in [one.title for one in hits if one.sort is Sort.RECORD]


def test_a_record_is_found_by_its_id_and_by_how_it_begins(house: House, told: dict[str, str]) -> None:
    deal = told["Lowell Foods - Renewal"]
    for key in (deal, deal[:15], deal[:14]):
        assert deal in [one.key for one in tracing.search(house.space.house, key).hits]


def test_all_that_is_open_about_a_found_record_is_found_with_it(house: House) -> None:
    hits = tracing.search(house.space.house, "lowell foods").hits
    assert [one.sort for one in hits] == [Sort.RECORD, Sort.REVIEW]


def test_runs_and_reviews_are_found_by_how_their_id_begins(house: House, told: dict[str, str]) -> None:
    run, review = house.run(told["Pennant"]).run, house.reviews()[0].id
    assert Sort.RUN in {one.sort for one in tracing.search(house.space.house, run[:10]).hits}
    assert Sort.REVIEW in {one.sort for one in tracing.search(house.space.house, review[:10]).hits}


def test_people_and_workflows_are_found_by_name(house: House) -> None:
    assert [one.key for one in tracing.search(house.space.house, "maya").hits] == [MAYA]
    assert [one.key for one in tracing.search(house.space.house, "advance").hits] == [ADVANCE]


def test_nobody_finds_a_record_or_a_question_of_somebody_else(house: House) -> None:
    others = Scope(frozenset(["ben.foster@acme.example"]))
    assert tracing.search(house.space.house, "lowell", others).hits == ()
    run = tracing.list_runs(house.space.house, RunsWanted(workflow=ADVANCE)).lines[0].run
    assert tracing.search(house.space.house, run, others).hits == ()


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "'", '"; DROP TABLE items', "\x00", "😀"])
def test_no_text_is_more_than_a_text(house: House, text: str) -> None:
    assert tracing.search(house.space.house, text).hits == ()


def test_who_is_given_a_record_finds_it_at_once(house: House, told: dict[str, str]) -> None:
    owner = house.owner("Lead", told["Pennant"])
    theirs = tracing.search(house.space.house, "pennant", Scope(frozenset([owner]))).hits
    assert [one.key for one in theirs if one.sort is Sort.RECORD] == [told["Pennant"]]
