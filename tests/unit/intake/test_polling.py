"""What changed since we last looked: once each, with the values from before, and from the place where we stopped."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.domain import Change


def test_a_record_created_since_the_beginning_is_taken_in_once(intake: Any) -> None:
    watch = intake.watch(created="route")
    intake.poll(watch)
    deal = intake.deal()
    assert [intake.poll(watch).items for _ in range(3)] == [1, 0, 0]
    [event] = intake.events(deal)
    assert (event.change, event.change_key) == (Change.CREATED, "created")


def test_a_record_from_before_the_beginning_is_not_new_even_where_it_changes(intake: Any) -> None:
    deal = intake.deal()
    intake.clock.advance(timedelta(minutes=1))
    intake.restart()
    watch = intake.watch(created="route")
    intake.poll(watch)
    intake.change(deal, Amount=2)
    intake.poll(watch)
    assert intake.events(deal) == []


def test_a_change_of_a_watched_field_is_taken_in_with_the_values_before_and_after(intake: Any) -> None:
    deal = intake.deal(CloseDate="2026-06-30")
    watch = intake.watch(updated="pushes", fields="CloseDate")
    intake.poll(watch, after=90)
    intake.change(deal, CloseDate="2026-07-31")
    intake.poll(watch)
    [event] = intake.events(deal)
    assert (event.before, event.after, event.known) == (
        {"CloseDate": "2026-06-30"},
        {"CloseDate": "2026-07-31"},
        ("CloseDate",),
    )


def test_a_change_of_another_field_is_nothing(intake: Any) -> None:
    deal = intake.deal()
    watch = intake.watch(updated="pushes", fields="CloseDate")
    intake.poll(watch, after=90)
    intake.change(deal, Amount=2)
    assert intake.poll(watch).items == 0


def test_two_edits_between_two_looks_are_one(intake: Any) -> None:
    deal = intake.deal(Amount=1)
    watch = intake.watch(updated="amounts", fields="Amount")
    intake.poll(watch, after=90)
    for amount in (2, 3):
        intake.clock.advance(timedelta(seconds=2))
        intake.change(deal, Amount=amount)
    intake.poll(watch)
    [event] = intake.events(deal)
    assert (event.before["Amount"], event.after["Amount"]) == (1, 3)


def test_there_and_back_between_two_looks_is_nothing(intake: Any) -> None:
    deal = intake.deal(Amount=1)
    watch = intake.watch(updated="amounts", fields="Amount")
    intake.poll(watch, after=90)
    for amount in (2, 1):
        intake.clock.advance(timedelta(seconds=2))
        intake.change(deal, Amount=amount)
    assert intake.poll(watch).items == 0


def test_the_same_change_made_again_later_is_another_one(intake: Any) -> None:
    deal = intake.deal(Amount=1)
    watch = intake.watch(updated="amounts", fields="Amount")
    intake.poll(watch, after=90)
    for amount in (2, 1, 2):
        intake.change(deal, Amount=amount)
        intake.poll(watch)
    assert [event.after["Amount"] for event in intake.events(deal)] == [2, 1, 2]


def test_a_record_that_is_created_is_not_also_changed(intake: Any) -> None:
    watch = intake.watch(created="route", updated="amounts", fields="Amount")
    intake.poll(watch)
    deal = intake.deal()
    intake.poll(watch)
    assert [event.change for event in intake.events(deal)] == [Change.CREATED]


def test_each_workflow_hears_of_its_own_fields(intake: Any) -> None:
    deal = intake.deal()
    amounts = intake.watch(updated="amounts", fields="Amount")
    dates = intake.watch(updated="dates", fields="CloseDate")
    both = type(amounts)("Opportunity", (), (*amounts.updated, *dates.updated))
    intake.poll(both, after=90)
    intake.change(deal, Amount=2)
    intake.poll(both)
    assert (len(intake.events(deal, "amounts")), len(intake.events(deal, "dates"))) == (1, 0)


@pytest.mark.law(2)
def test_what_is_created_while_nobody_looks_is_taken_in_by_the_next_process(intake: Any) -> None:
    watch = intake.watch(created="route")
    intake.poll(watch)
    deal = intake.deal()
    intake.clock.advance(timedelta(hours=8))
    intake.restart()
    intake.poll(watch)
    assert len(intake.events(deal)) == 1


@pytest.mark.law(2)
def test_what_is_changed_while_nobody_looks_has_its_value_from_before(intake: Any) -> None:
    deal = intake.deal(Amount=1)
    watch = intake.watch(updated="amounts", fields="Amount")
    intake.poll(watch, after=90)
    intake.change(deal, Amount=2)
    intake.clock.advance(timedelta(hours=8))
    intake.restart()
    intake.poll(watch)
    assert [event.before["Amount"] for event in intake.events(deal)] == [1]


def test_a_workflow_that_comes_later_does_not_take_old_records_for_new_ones(intake: Any) -> None:
    intake.poll(intake.watch(created="first"))
    deal = intake.deal()
    intake.poll(intake.watch(created="first"))
    intake.clock.advance(timedelta(days=30))
    intake.poll(intake.watch(created="later"))
    intake.change(deal, Amount=2)
    intake.poll(intake.watch(created="later"))
    assert intake.events(deal, "later") == []


def test_a_field_that_is_newly_watched_is_known_before_its_first_change(intake: Any) -> None:
    deal = intake.deal(Amount=1)
    intake.poll(intake.watch(updated="dates", fields="CloseDate"), after=90)
    more = intake.watch(updated="amounts", fields="Amount CloseDate")
    intake.poll(more)
    intake.change(deal, Amount=2)
    intake.poll(more)
    [event] = intake.events(deal, "amounts")
    assert (event.before["Amount"], set(event.known)) == (1, {"Amount", "CloseDate"})


def test_watching_another_field_is_no_change_of_the_records(intake: Any) -> None:
    intake.deal()
    intake.poll(intake.watch(updated="dates", fields="CloseDate"), after=90)
    assert intake.poll(intake.watch(updated="dates", fields="Amount CloseDate")).items == 0


def test_a_record_that_was_never_seen_before_has_no_prior_and_says_so(intake: Any) -> None:
    watch = intake.watch(updated="amounts", fields="Amount")
    deal = intake.deal()
    intake.clock.advance(timedelta(seconds=90))
    intake.deal()
    intake.poll(watch)
    intake.forget(deal)
    intake.change(deal, Amount=2)
    intake.poll(watch)
    [event] = intake.events(deal)
    assert (event.before, event.known) == ({}, ())


def test_what_the_org_commits_late_is_found_by_looking_back(intake: Any) -> None:
    """A transaction that takes ten seconds gives its rows the time at which it began."""
    watch = intake.watch(created="route")
    intake.poll(watch)
    late = intake.deal()
    intake.hide(late)
    intake.clock.advance(timedelta(seconds=9))
    intake.deal()
    intake.poll(watch, after=1)
    intake.hidden.clear()
    intake.poll(watch)
    assert len(intake.events(late)) == 1


def test_a_page_that_ends_among_records_of_one_second_goes_on_after_them(
    intake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upbeat.intake.poll.PAGE", 3)
    watch = intake.watch(created="route")
    intake.poll(watch)
    deals = [intake.deal() for _ in range(10)]
    assert (intake.poll(watch).items, sorted(one.record_id for one in intake.events())) == (10, sorted(deals))
