"""A test on real records: what a draft would do with each, by the line that runs live, and nothing written."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from upbeat import operations
from upbeat.base.files import DefinitionError
from upbeat.engine import rehearse
from upbeat.operations import Refused
from upbeat.operations import Rehearsal as Came
from upbeat.operations.rehearsing import draft_of
from upbeat.operations.rehearsing.scratch import parts_of
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

LARGER = "single-threaded-larger-deals"
ROUTE = "route-inbound-leads"
PUSH = "repeated-close-date-push"
DRAFT = (PLAYBOOKS / "workflows" / f"{LARGER}.yaml").read_text()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[LARGER, ROUTE, PUSH]) as one:
        _ = one.engine
        for name, amount in (("Large", 90_000), ("Small", 10_000)):
            one.create("Opportunity", Name=name, StageName="Qualification", CloseDate="2026-12-01", Amount=amount)
        yield one


def came(house: House, name: str = LARGER, **asked: object) -> Came:
    return operations.rehearse(house.space.house, name, **asked)  # pyright: ignore[reportArgumentType]


def test_each_record_says_whether_it_fires_and_why(house: House) -> None:
    found = {one.name: one for one in came(house).records}
    assert (found["Large"].fired, found["Small"].fired) == (True, False)
    assert found["Small"].why == "Amount 10,000 is not above the threshold 50,000"


def test_what_it_would_do_is_told_as_the_gate_decides_it(house: House) -> None:
    large = next(one for one in came(house).records if one.fired)
    assert [(one.step, one.does, one.tier.value) for one in large.would] == [
        ("flag", "update Opportunity", "auto"),
        ("ask", "create Task", "auto"),
    ]
    risk = next(one for one in large.would[0].values if one.field == "Risk_Flag__c")
    assert (risk.before, risk.after) == ("blank", "Single-threaded")


@pytest.mark.law(7)
def test_a_test_writes_nothing_in_the_org_and_nothing_in_the_store(house: House) -> None:
    with house.space.store.reading() as conn:
        before = list(conn.connection.iterdump())  # pyright: ignore[reportAttributeAccessIssue]
    calls = house.space.writing.calls
    assert came(house).written == 0
    with house.space.store.reading() as conn:
        assert list(conn.connection.iterdump()) == before  # pyright: ignore[reportAttributeAccessIssue]
    assert (house.written(), house.space.writing.calls) == ([], calls)


@pytest.mark.law(7)
@pytest.mark.parametrize("part", ["applier", "sender"])
def test_the_line_is_not_rehearsed_on_parts_that_could_write_or_send(house: House, part: str) -> None:
    draft = draft_of(house.space.house, LARGER)
    with parts_of(house.space.house, draft, []) as parts, pytest.raises(AssertionError, match="nothing that writes"):
        rehearse(replace(parts, **{part: object()}), draft.flow, [])


def test_a_draft_is_tested_in_place_of_its_file(house: House) -> None:
    draft = DRAFT.replace("{value: 50000,", "{value: 5000,")
    assert [one.fired for one in came(house, text=draft).records] == [True, True]
    assert sum(one.fired for one in came(house).records) == 1


def test_the_condition_alone_is_tested_while_its_steps_are_not_right_yet(house: House) -> None:
    draft = DRAFT.replace("use: update_record", "use: nothing_yet")
    found = came(house, text=draft, step=operations.TRIGGER)
    assert [(one.name, one.fired, one.would) for one in found.records if one.fired] == [("Large", True, ())]
    with pytest.raises(DefinitionError, match="nothing_yet"):
        came(house, text=draft)


def test_a_step_is_tested_with_those_above_it_and_none_below(house: House) -> None:
    large = next(one for one in came(house, step="flag").records if one.fired)
    assert [one.step for one in large.would] == ["flag"]


def test_a_record_is_tested_by_its_id(house: House) -> None:
    (row,) = house.query("SELECT Id FROM Opportunity WHERE Name = 'Small'")
    found = came(house, ids=[row["Id"][:15]])
    assert [(one.name, one.fired) for one in found.records] == [("Small", False)]


def test_an_update_is_seen_at_its_newest_change_that_the_history_knows(house: House) -> None:
    (row,) = house.query("SELECT Id FROM Opportunity WHERE Name = 'Large'")
    house.update("Opportunity", row["Id"], CloseDate="2026-12-20")
    found = came(house, PUSH, ids=[row["Id"]])
    assert found.notes == ("Each record is seen at its newest change of CloseDate.",)
    assert found.records[0].outcome == "condition not met"  # pushed once, and not three times


def test_a_lead_is_routed_as_it_would_be_and_nobodys_turn_is_taken(house: House) -> None:
    queue = house.ids["New Leads"]
    lead = house.create("Lead", LastName="Adler", Company="Adler AG", Country="Germany", OwnerId=queue)
    first, again = (came(house, ROUTE, ids=[lead]).records[0] for _ in range(2))
    assert first.outcome == again.outcome
    assert [one.does for one in first.would] == ["update Lead"]
    assert first.would == again.would
    assert house.owner("Lead", lead) == "New Leads"


@pytest.mark.parametrize(
    ("name", "asked", "why"),
    [
        pytest.param("nothing", {}, "there is no workflow nothing", id="no such workflow"),
        pytest.param(LARGER, {"step": "fly"}, "has no step fly", id="no such step"),
        pytest.param(LARGER, {"ids": ["006000000000001AAA"]}, "there is no Opportunity", id="no such record"),
        pytest.param(LARGER, {"ids": ["x"]}, "is no record id", id="no id"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_reason(
    house: House, name: str, asked: dict[str, object], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        came(house, name, **asked)
