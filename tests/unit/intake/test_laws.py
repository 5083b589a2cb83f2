"""Nothing twice and nothing lost: in whatever order pages come, however often they are read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.domain import Change, Event, Mode
from upbeat.intake import Taker, accept, item_id

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

events = st.builds(
    Event,
    org_id=st.just("00D000000000001EAA"),
    object=st.sampled_from(["Lead", "Opportunity"]),
    record_id=st.sampled_from([f"00Q00000000000{n}AAA" for n in range(4)]),
    change=st.sampled_from(Change),
    change_key=st.sampled_from(["created", "polled:1", "polled:2", "due:1"]),
    at=st.just(NOW),
)
takers = st.builds(
    Taker,
    workflow=st.sampled_from(["route", "flag"]),
    version=st.sampled_from(["a" * 64, "b" * 64]),
    owner=st.just("priya.shah@acme.example"),
    mode=st.sampled_from(Mode),
)


@pytest.mark.law(3)
@given(pairs=st.lists(st.tuples(events, takers), max_size=12), pages=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_of_what_was_read_gives_each_item_once(
    intake: Any, pairs: list[tuple[Event, Taker]], pages: st.DataObject
) -> None:
    intake.empty()
    order = pages.draw(st.permutations([*pairs, *pairs]))
    cut = pages.draw(st.integers(0, len(order)))
    for page in (order[:cut], order[cut:], order):
        with intake.store.writing() as conn:
            accept(conn, intake.ledger, page, NOW)
    keys = {(one.org_id, taker.workflow, one.object, one.record_id, one.change_key) for one, taker in pairs}
    assert len(intake.events()) == len(keys)


@given(event=events, one=takers, other=takers)
def test_the_key_is_of_the_change_and_the_workflow_and_not_of_its_version(
    event: Event, one: Taker, other: Taker
) -> None:
    same = item_id(event, one.workflow) == item_id(event, other.workflow)
    assert same == (one.workflow == other.workflow)


acts = st.lists(
    st.one_of(
        st.just(("create", 0, 0)),
        st.tuples(st.just("change"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(st.just("wait"), st.integers(0, 40), st.just(0)),
        st.just(("poll", 0, 0)),
        st.just(("restart", 0, 0)),
    ),
    max_size=14,
)


@pytest.mark.law(2)
@pytest.mark.law(3)
@given(story=acts)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_an_org_changes_and_a_process_ends_every_creation_is_one_item_and_changes_join_up(
    intake: Any, story: list[tuple[str, int, int]]
) -> None:
    """Each change of a deal begins where the last one ended, and the last one ends at the value that it has."""
    intake.empty()
    watch = intake.watch(created="route", updated="amounts", fields="Amount")
    intake.poll(watch)
    deals: list[str] = []
    for name, number, amount in story:
        match name:
            case "create":
                deals.append(intake.deal(Amount=1))
            case "change" if number < len(deals):
                intake.change(deals[number], Amount=amount)
            case "wait":
                intake.clock.advance(timedelta(seconds=number))
            case "poll":
                intake.poll(watch, after=0)
            case "restart":
                intake.restart()
            case _:
                pass
    intake.poll(watch)
    intake.poll(watch)
    for deal in deals:
        created, changes = intake.events(deal, "route"), intake.events(deal, "amounts")
        assert [one.change for one in created] == [Change.CREATED]
        assert all(earlier.after == later.before for earlier, later in pairwise(changes))
        if changes:
            assert changes[-1].after["Amount"] == intake.org.record("Opportunity", deal)["Amount"]
