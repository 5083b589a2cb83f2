"""What an override stands on: the facts that a condition reads, and nothing that moves by the clock alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.engine.mutes import NO_FACTS, facts_of
from upbeat.schema import Field, FieldType, Schema, standard
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS
from upbeat.workflows import PLAYBOOKS, Catalogue, Workflow, compile_workflow, load

FORMULAS = {
    "Days_Open__c": "TODAY() - DATEVALUE(CreatedDate)",
    "Weeks_Open__c": "Days_Open__c / 7",
    "Margin__c": "Amount * 0.2",
}


def catalogue() -> Catalogue:
    deal = standard().object("Opportunity")
    made = {
        name: Field(name=name, type=FieldType.DOUBLE, precision=18, scale=2, formula=text, updateable=False)
        for name, text in FORMULAS.items()
    }
    schema: Schema = standard().with_objects([replace(deal, fields={**deal.fields, **made})])
    return Catalogue(schema, SPECS, SIGNALS, time_zone="UTC")


def a_workflow(when: str) -> Workflow:
    """Give one of the shipped workflows with another condition."""
    definitions, against = load(PLAYBOOKS), catalogue()
    written = next(one for one in definitions.workflows if one.workflow == "missing-next-step")
    trigger = written.trigger.model_copy(update={"when": when})
    return compile_workflow(written.model_copy(update={"trigger": trigger}), definitions, against)


OF_DEAL = a_workflow("AND(NOT(IsClosed), ISBLANK(NextStep), Account.NumberOfEmployees > 10, $Signal.ContactRoles < 3)")
RECORD: Mapping[str, Any] = {
    "IsClosed": False,
    "NextStep": None,
    "Account": {"NumberOfEmployees": 50},
    "Amount": 1000,
    "Days_Open__c": 5,
    "Weeks_Open__c": 1,
    "Margin__c": 200,
}
SIGNAL = {"ContactRoles": 1}

values = st.one_of(st.none(), st.text(max_size=5), st.integers(0, 5), st.booleans())
records = st.fixed_dictionaries(
    {
        "IsClosed": values,
        "NextStep": values,
        "Account": st.one_of(st.none(), st.fixed_dictionaries({"NumberOfEmployees": values})),
        "Amount": values,
    }
)


def read(record: Mapping[str, Any]) -> tuple[object, ...]:
    parent = (record["Account"] or {}).get("NumberOfEmployees")
    return tuple((type(one), one) for one in (record["IsClosed"], record["NextStep"], parent))


@given(records, records)
def test_facts_are_the_same_exactly_where_all_that_the_condition_reads_is_the_same(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    same = facts_of(OF_DEAL, before, SIGNAL) == facts_of(OF_DEAL, after, SIGNAL)
    assert same == (read(before) == read(after))


@pytest.mark.parametrize(
    ("when", "change"),
    [
        pytest.param("ISBLANK(NextStep)", {"NextStep": "Call"}, id="a field"),
        pytest.param("Account.NumberOfEmployees > 10", {"Account": {"NumberOfEmployees": 51}}, id="a parent's field"),
        pytest.param("Margin__c > 100", {"Margin__c": 300}, id="a formula field over stored values"),
        pytest.param("AND(Days_Open__c > 3, Amount > 1)", {"Amount": 2}, id="a field beside a count of days"),
    ],
)
def test_a_change_of_what_the_condition_reads_is_a_change_of_facts(when: str, change: dict[str, Any]) -> None:
    flow = a_workflow(when)
    assert facts_of(flow, RECORD, {}) != facts_of(flow, {**RECORD, **change}, {})


@pytest.mark.parametrize(
    ("when", "change"),
    [
        pytest.param("AND(Days_Open__c > 3, Amount > 1)", {"Days_Open__c": 6}, id="a count of days"),
        pytest.param("AND(Weeks_Open__c > 3, Amount > 1)", {"Weeks_Open__c": 2}, id="what rests on a count of days"),
        pytest.param("ISBLANK(NextStep)", {"Amount": 2}, id="another field"),
    ],
)
def test_what_moves_by_the_clock_or_is_not_read_is_no_fact(when: str, change: dict[str, Any]) -> None:
    flow = a_workflow(when)
    assert facts_of(flow, RECORD, {}) == facts_of(flow, {**RECORD, **change}, {})


def test_a_signal_is_a_fact() -> None:
    assert facts_of(OF_DEAL, RECORD, SIGNAL) != facts_of(OF_DEAL, RECORD, {"ContactRoles": 2})


def test_a_condition_on_the_clock_alone_has_no_facts() -> None:
    assert facts_of(a_workflow("Days_Open__c > 3"), RECORD, {}) == NO_FACTS
