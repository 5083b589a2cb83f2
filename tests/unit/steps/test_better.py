"""Which value is better: a source fills what is blank, mends what is its own, and leaves everything else alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.schema import Field, FieldType, PicklistValue
from upbeat.steps import SPECS, Enriched, Filled
from upbeat.steps.better import Choice, Verdict, choose
from upbeat.workflows import Fill, Provider
from upbeat.workflows.provider import RESERVED, Given

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LEAD = "00Q000000000001AAA"
CITY = Field(name="City", type=FieldType.STRING, length=40)
EMPLOYEES = Field(name="NumberOfEmployees", type=FieldType.INT)
REVENUE = Field(name="AnnualRevenue", type=FieldType.CURRENCY, precision=18, scale=0)
INDUSTRY = Field(
    name="Industry", type=FieldType.PICKLIST, picklist=(PicklistValue("Banking"), PicklistValue("Old", active=False))
)
SINCE = Field(name="Since__c", type=FieldType.DATE)
LISTED = Field(name="Listed__c", type=FieldType.BOOLEAN)
FACTS = Provider(
    provider="facts",
    title="Facts",
    owner="priya.shah@acme.example",
    takes={"domain": "domain"},
    table={"file": "facts.csv"},
    gives={"fact": "fact"},
    replaces=("list",),
)


def chosen(field: Field, raw: Any, now: Any = None, ours: Filled | None = None, **given: Any) -> Choice:
    filled = {} if ours is None else {LEAD: {field.name: ours}}
    found = Enriched(source="facts", status="found", values={"fact": raw}, at=NOW, filled=filled)
    return choose(Fill(field, "fact", Given(at="fact", **given)), found, FACTS, {"Id": LEAD, field.name: now})


def by(source: str, value: Any, at: datetime = NOW - timedelta(days=40)) -> Filled:
    return Filled(value, source, at)


@pytest.mark.parametrize(
    ("now", "ours", "verdict"),
    [
        pytest.param(None, None, Verdict.FILLED, id="blank"),
        pytest.param("  ", None, Verdict.FILLED, id="spaces are blank"),
        pytest.param("Bonn", None, Verdict.KEPT, id="typed"),
        pytest.param("Köln", None, Verdict.SAME, id="the same already"),
        pytest.param("Bonn", by("facts", "Bonn"), Verdict.FILLED, id="its own older one"),
        pytest.param("Bonn", by("facts", "Ulm"), Verdict.KEPT, id="changed since it was filled"),
        pytest.param("Bonn", by("list", "Bonn"), Verdict.FILLED, id="of a source that it replaces"),
        pytest.param("Bonn", by("register", "Bonn"), Verdict.KEPT, id="of a source that it does not replace"),
        pytest.param("Bonn", by("facts", "Bonn", NOW + timedelta(days=1)), Verdict.KEPT, id="newer than this answer"),
        pytest.param(None, by("facts", "Bonn"), Verdict.KEPT, id="emptied since it was filled"),
    ],
)
def test_what_becomes_of_a_value(now: Any, ours: Filled | None, verdict: Verdict) -> None:
    assert chosen(CITY, "Köln", now, ours).verdict is verdict


@pytest.mark.law(11)
@given(
    now=st.text(min_size=1).filter(str.strip),
    raw=st.text(max_size=40),
    ours=st.none() | st.builds(Filled, st.text(), st.sampled_from(["facts", "list", "register"]), st.just(NOW)),
)
def test_only_what_a_source_wrote_and_nobody_touched_since_is_ever_written_over(
    now: str, raw: str, ours: Filled | None
) -> None:
    found = chosen(CITY, raw, now, ours)
    if found.verdict is Verdict.FILLED:
        assert ours is not None
        assert (ours.value, ours.source in {"facts", "list"}) == (now, True)


@pytest.mark.parametrize(
    ("field", "given", "raw", "value"),
    [
        pytest.param(INDUSTRY, {}, "Banking", "Banking", id="a word of the picklist"),
        pytest.param(INDUSTRY, {}, "BANKING", "Banking", id="in the org's own spelling"),
        pytest.param(INDUSTRY, {"values": {"fin": "Banking"}}, "fin", "Banking", id="by the table"),
        pytest.param(EMPLOYEES, {"type": "number"}, 240, 240, id="a number"),
        pytest.param(EMPLOYEES, {"type": "number"}, " 240 ", 240, id="a number as a text, as a table has it"),
        pytest.param(REVENUE, {"type": "number"}, Decimal("1.5e6"), 1_500_000, id="a large one"),
        pytest.param(SINCE, {"type": "date"}, "1999-04-01T00:00:00+00:00", "1999-04-01", id="a moment as a day"),
        pytest.param(LISTED, {"type": "boolean"}, "TRUE", True, id="true or false"),
        pytest.param(CITY, {}, 4711, "4711", id="a number as a text"),
    ],
)
def test_a_fact_is_written_as_its_field_takes_it(field: Field, given: Any, raw: Any, value: Any) -> None:
    found = chosen(field, raw, **given)
    assert (found.verdict, found.value) == (Verdict.FILLED, value)


@pytest.mark.parametrize(
    ("field", "given", "raw", "why"),
    [
        pytest.param(INDUSTRY, {}, "Mining", "Industry has no value 'Mining'", id="a word that is not offered"),
        pytest.param(INDUSTRY, {}, "Old", "Industry has no value 'Old'", id="one that is offered no more"),
        pytest.param(EMPLOYEES, {"type": "number"}, "51-200", "51-200 is no number", id="a range"),
        pytest.param(EMPLOYEES, {"type": "number"}, "1,200", "1,200 is no number", id="a comma: it may be 1.2"),
        pytest.param(EMPLOYEES, {"type": "number"}, True, "True is no number", id="true"),
        pytest.param(EMPLOYEES, {"type": "number"}, "NaN", "NaN is no number", id="not a number"),
        pytest.param(EMPLOYEES, {"type": "number"}, Decimal("2.5"), "2.5 is no whole number", id="half a person"),
        pytest.param(EMPLOYEES, {"type": "number"}, 10**10, "more digits", id="too large"),
        pytest.param(SINCE, {"type": "date"}, "soon", "soon is no date", id="no date"),
        pytest.param(CITY, {}, "x" * 41, "City holds 40 characters", id="too long: nothing is cut off"),
    ],
)
def test_a_fact_that_its_field_does_not_take_is_dropped_and_says_why(
    field: Field, given: Any, raw: Any, why: str
) -> None:
    found = chosen(field, raw, **given)
    assert (found.verdict, why in found.why) == (Verdict.DROPPED, True), found.why


def test_a_fact_has_no_name_that_the_step_itself_gives() -> None:
    assert set(SPECS["enrich"].gives) == RESERVED
