"""An item and its record become a firing, or quiet with the reason: what a condition sees and never guesses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upbeat.domain import Change, Event, Firing, Item
from upbeat.schema import standard
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN, UNREADABLE, Quiet, evaluate
from upbeat.workflows import PLAYBOOKS, Catalogue, Workflow, compile_workflow, load

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ID = "006000000000001AAA"

Flow = Callable[[str], Workflow]


@pytest.fixture(scope="module")
def flow() -> Flow:
    """A shipped workflow on Opportunity, with another condition."""
    definitions = load(PLAYBOOKS)
    shipped = next(one for one in definitions.workflows if one.workflow == "repeated-close-date-push")

    def make(when: str) -> Workflow:
        trigger = shipped.trigger.model_copy(update={"when": when, "watches": ("CloseDate", "Amount")})
        changed = shipped.model_copy(update={"trigger": trigger})
        return compile_workflow(changed, definitions, Catalogue(standard(), SPECS, SIGNALS, time_zone="UTC"))

    return make


def look(
    workflow: Workflow,
    record: dict[str, Any],
    *,
    change: Change = Change.UPDATED,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **signals: Any,
) -> Firing | Quiet:
    event = Event("00D", "Opportunity", ID, change, "key", NOW, after or {}, before or {}, tuple(before or ()))
    return evaluate(Item("i", workflow.name, workflow.version, event), workflow, record, signals, NOW)


@pytest.mark.law(5)
def test_a_condition_that_holds_fires_with_the_values_that_made_it_so(flow: Flow) -> None:
    found = look(flow("Amount > 50000"), {"Amount": 60_000})
    assert isinstance(found, Firing)
    assert [(fact.name, fact.value) for fact in found.facts] == [("Amount", "60,000")]


def test_a_condition_that_does_not_hold_says_which_value_kept_it(flow: Flow) -> None:
    found = look(flow("Amount > 50000"), {"Amount": 40_000})
    assert isinstance(found, Quiet)
    assert (found.outcome, [fact.value for fact in found.facts]) == (NOT_MET, ["40,000"])


def test_a_blank_condition_is_not_met(flow: Flow) -> None:
    found = look(flow("Amount > 50000"), {"Amount": None})
    assert isinstance(found, Quiet)
    assert found.outcome == NOT_MET


def test_what_the_event_carried_is_seen_as_the_event_left_it(flow: Flow) -> None:
    found = look(flow("Amount > 50000"), {"Amount": 1}, after={"Amount": 60_000})
    assert isinstance(found, Firing)


def test_what_the_event_did_not_carry_is_seen_as_it_is_now(flow: Flow) -> None:
    found = look(flow("Amount > 50000"), {"Amount": 60_000, "Name": "L"}, after={"Name": "Lowell"})
    assert isinstance(found, Firing)


def test_a_change_is_told_from_the_value_before(flow: Flow) -> None:
    changed = flow("Amount > PRIORVALUE(Amount)")
    assert isinstance(look(changed, {"Amount": 2}, before={"Amount": 1}), Firing)
    assert isinstance(look(changed, {"Amount": 1}, before={"Amount": 2}), Quiet)


def test_a_prior_value_that_is_not_known_never_fires_and_is_reported(flow: Flow) -> None:
    found = look(flow("Amount > PRIORVALUE(Amount)"), {"Amount": 2}, before={"CloseDate": "2026-01-01"})
    assert isinstance(found, Quiet)
    assert found.outcome == PRIOR_UNKNOWN


def test_a_prior_value_that_is_known_to_be_blank_is_no_unknown(flow: Flow) -> None:
    assert isinstance(look(flow("ISBLANK(PRIORVALUE(Amount))"), {"Amount": 2}, before={"Amount": None}), Firing)


def test_a_condition_that_cannot_be_computed_is_reported_and_does_not_fire(flow: Flow) -> None:
    found = look(flow("1 / Amount > 0"), {"Amount": 0})
    assert isinstance(found, Quiet)
    assert found.outcome == UNREADABLE


def test_only_a_creation_is_new(flow: Flow) -> None:
    new = flow("ISNEW()")
    assert isinstance(look(new, {}, change=Change.CREATED), Firing)
    assert isinstance(look(new, {}, before={"Amount": 1}), Quiet)


def test_a_condition_reads_signals_and_thresholds(flow: Flow) -> None:
    pushed = flow("$Signal.PushCount >= $Threshold.pushes")
    assert isinstance(look(pushed, {}, PushCount=3), Firing)
    assert isinstance(look(pushed, {}, PushCount=2), Quiet)


@pytest.mark.law(9)
def test_today_is_the_day_that_it_is_told(flow: Flow) -> None:
    workflow = flow("CloseDate < TODAY()")
    item = Item("i", workflow.name, workflow.version, Event("00D", "Opportunity", ID, Change.DUE, "key", NOW))
    record = {"CloseDate": "2026-01-31"}
    assert isinstance(evaluate(item, workflow, record, {}, NOW), Quiet)
    assert isinstance(evaluate(item, workflow, record, {}, NOW + timedelta(days=1)), Firing)


def test_looking_changes_nothing_of_what_it_was_given(flow: Flow) -> None:
    record = {"Amount": 60_000}
    item = Item("i", "w", "v", Event("00D", "Opportunity", ID, Change.UPDATED, "key", NOW, {"Amount": 1}))
    same = replace(item)
    evaluate(item, flow("Amount > 50000"), record, {}, NOW)
    assert (record, item) == ({"Amount": 60_000}, same)
