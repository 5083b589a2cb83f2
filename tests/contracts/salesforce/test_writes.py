"""Writing: each row at most once, what the client says of it is what the org has, and nothing repeated in silence."""

from collections.abc import Callable
from typing import Any

import pytest

from upbeat.salesforce import LimitReached, Result, SalesforceError, Unanswered

ROWS = 3
Verb = Callable[[Any, list[str]], list[Result]]


def create(org: Any, _: list[str]) -> list[Result]:
    return org.writer.create("Lead", org.rows(ROWS, Title="after"))


def update(org: Any, ids: list[str]) -> list[Result]:
    return org.writer.update("Lead", [{"Id": key, "Title": "after"} for key in ids])


def upsert(org: Any, _: list[str]) -> list[Result]:
    rows = [{**row, "Upbeat_Key__c": f"{org.company} {n}"} for n, row in enumerate(org.rows(ROWS, Title="after"))]
    return org.writer.upsert("Lead", "Upbeat_Key__c", rows)


def delete(org: Any, ids: list[str]) -> list[Result]:
    return org.writer.delete(ids)


VERBS = [pytest.param(verb, id=verb.__name__) for verb in (create, update, upsert, delete)]
WRITE = "(POST|PATCH|DELETE) .*/composite/sobjects"
PASSING = [
    pytest.param("401", "session", id="the session ended"),
    pytest.param("concurrent limit", "too many calls at once", id="too many at once"),
]
LOST = ["500 before", "500 after commit", "503 before", "503 after commit", "cut before", "cut after commit"]


def begun(org: Any, verb: Verb) -> list[str]:
    if verb is upsert and not any(one["name"] == "Upbeat_Key__c" for one in org.reader.describe("Lead")["fields"]):
        pytest.skip("the org has no external id Upbeat_Key__c on Lead")
    return org.made(ROWS) if verb in {update, delete} else []


def done(org: Any, verb: Verb) -> list[bool]:
    """Give, row by row, whether the org has what was to be written; fails where it has a row twice."""
    found = org.standing("Title")
    names = [row["LastName"] for row in found]
    assert len(names) == len(set(names)), "a row stands twice"
    by_name = {row["LastName"]: row for row in found}
    wanted = [f"Row {number}" for number in range(ROWS)]
    if verb is delete:
        return [name not in by_name for name in wanted]
    return [name in by_name and by_name[name]["Title"] == "after" for name in wanted]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_does_what_it_says(org: Any, verb: Verb) -> None:
    ids = begun(org, verb)
    results = verb(org, ids)
    assert ([one.ok for one in results], done(org, verb)) == ([True] * ROWS, [True] * ROWS)
    assert org.explained() == []


@pytest.mark.law(3)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("kind", "cause"), PASSING)
def test_what_cannot_have_happened_is_sent_again_and_told(org: Any, verb: Verb, kind: str, cause: str) -> None:
    ids = begun(org, verb)
    org.fails(WRITE, kind)
    assert all(one.ok for one in verb(org, ids))
    assert (done(org, verb), org.explained()) == ([True] * ROWS, [cause])


@pytest.mark.law(3)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_never_followed_by_a_second_try(org: Any, verb: Verb, kind: str) -> None:
    """What is known of each row is that nothing is known: the org is read before anything is repeated."""
    ids = begun(org, verb)
    org.fails(WRITE, kind)
    before = org.session.calls
    with pytest.raises(Unanswered) as lost:
        verb(org, ids)
    assert (lost.value.results, org.session.calls - before, org.explained()) == ((None,) * ROWS, 1, [])
    assert done(org, verb) == ["after" in kind] * ROWS


@pytest.mark.law(3)
@pytest.mark.parametrize("verb", VERBS)
def test_rows_that_are_held_by_someone_else_are_tried_again_alone_or_said(org: Any, verb: Verb) -> None:
    ids = begun(org, verb)
    org.fails(WRITE, "lock", rows=1)
    results = verb(org, ids)
    assert done(org, verb) == [one.ok for one in results]
    if verb is create:  # a create carries nothing by which the org would know it again
        assert [one.errors[0].code for one in results if not one.ok] == ["UNABLE_TO_LOCK_ROW"]
        assert org.explained() == []
    else:
        assert ([one.ok for one in results], org.explained()) == ([True] * ROWS, ["row lock"])


@pytest.mark.law(3)
@pytest.mark.parametrize("verb", [pytest.param(create, id="create"), pytest.param(update, id="update")])
def test_a_row_that_is_refused_holds_up_no_other(org: Any, verb: Verb) -> None:
    ids = begun(org, verb)
    org.fails(WRITE, "row error", rows=1)
    results = verb(org, ids)
    assert [one.ok for one in results] == [False, True, True]
    assert (done(org, verb), org.explained()) == ([False, True, True], [])


@pytest.mark.parametrize("verb", VERBS)
def test_at_the_days_limit_nothing_is_written(org: Any, verb: Verb) -> None:
    ids = begun(org, verb)
    org.fails(WRITE, "limit")
    with pytest.raises(LimitReached):
        verb(org, ids)
    assert (done(org, verb), org.explained()) == ([False] * ROWS, [])


@pytest.mark.law(14)
def test_more_rows_than_a_call_takes_come_back_in_their_order(org: Any) -> None:
    rows = org.rows(401)
    results = org.writer.create("Lead", rows)
    by_id = {row["Id"]: row["LastName"] for row in org.standing()}
    assert [by_id[one.id] for one in results] == [row["LastName"] for row in rows]


@pytest.mark.law(3)
def test_of_three_calls_the_rows_of_the_lost_one_are_unknown_and_the_last_is_not_sent(org: Any) -> None:
    org.fails("POST .*/composite/sobjects", "cut after commit", skip=1)
    with pytest.raises(SalesforceError) as lost:
        org.writer.create("Lead", org.rows(401))
    known = [one is not None for one in lost.value.results]
    assert (known, len(org.standing())) == ([True] * 200 + [False] * 201, 400)
