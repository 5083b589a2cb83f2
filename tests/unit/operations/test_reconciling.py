"""The comparison of the org with the ledger, as a pure function: whatever the clocks, a faithful org is no stranger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.domain import Verb
from upbeat.operations.reconciling.alike import alike
from upbeat.operations.reconciling.comparing import compare, missing
from upbeat.operations.reconciling.values import Change, Claim, Class, What

pytestmark = pytest.mark.law(1)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIELDS = ("Status", "Rating", "OwnerId")
LONG = "x" * 300


def record(number: int) -> str:
    return f"00Q{number:012}AAA"


def claim(number: int, at: datetime = NOON, **after: Any) -> Claim:
    return Claim(
        entry=f"e{number}",
        proposal=f"p{number}",
        run="run",
        workflow="flow",
        verb=Verb.UPDATE,
        object="Lead",
        record_id=record(number),
        before=dict.fromkeys(after, "before"),
        after=after,
        began=at - timedelta(seconds=1),
        at=at,
    )


def shown(one: Claim, ahead: timedelta = timedelta()) -> list[Change]:
    """What a faithful org says of a write: a row a field, and the record's own audit fields."""
    at = ((one.at or one.began) + ahead).replace(microsecond=0)
    fields = [
        Change(What.FIELD, one.object, one.record_id, "005", at, name, (value,)) for name, value in one.after.items()
    ]
    return [*fields, Change(What.TOUCHED, one.object, one.record_id, "005", at)]


writes = st.lists(
    st.tuples(st.integers(0, 3600), st.dictionaries(st.sampled_from(FIELDS), st.text("abc", min_size=1), min_size=1)),
    min_size=1,
    max_size=12,
)
skews = st.integers(-200, 200).map(lambda seconds: timedelta(seconds=seconds))


@given(writes, skews)
def test_a_faithful_org_has_no_stranger_however_its_clock_goes(some: list[tuple[int, Any]], ahead: timedelta) -> None:
    claims = [claim(n, NOON + timedelta(seconds=at), **after) for n, (at, after) in enumerate(some)]
    changes = [change for one in claims for change in shown(one, ahead)]
    found = compare(claims, changes, {})
    assert (found.findings, found.matched) == ([], len(changes))
    assert all(missing(one, found.shown[one.proposal], FIELDS, None) == ((), ()) for one in claims)


@given(writes, skews, st.integers(0, 11), st.integers(5, 200))
def test_one_foreign_change_among_them_is_found_whatever_it_is(
    some: list[tuple[int, Any]], ahead: timedelta, which: int, late: int
) -> None:
    claims = [claim(n, NOON + timedelta(seconds=at), **after) for n, (at, after) in enumerate(some)]
    changes = [change for one in claims for change in shown(one, ahead)]
    victim = changes[which % len(changes)]
    foreign = replace(victim, at=victim.at + timedelta(seconds=late))
    found = compare(claims, [*changes, foreign], {})
    assert [(one.kind, one.record_id) for one in found.findings] == [(Class.STRANGER, victim.record_id)]


@given(writes, st.integers(0, 11))
def test_one_row_that_the_org_lacks_is_missed(some: list[tuple[int, Any]], which: int) -> None:
    claims = [claim(n, NOON + timedelta(seconds=at), **after) for n, (at, after) in enumerate(some)]
    rows = [change for one in claims for change in shown(one) if change.what is What.FIELD]
    lost = rows[which % len(rows)]
    found = compare(claims, [row for row in rows if row is not lost], {})
    lacking = {one.record_id: missing(one, found.shown.get(one.proposal, ()), FIELDS, NOON)[0] for one in claims}
    assert {key: fields for key, fields in lacking.items() if fields} == {lost.record_id: (lost.field,)}


def test_in_the_very_second_of_our_write_it_followed_it_and_later_it_did_not() -> None:
    ours = claim(1, Status="New")
    also = Change(What.FIELD, "Lead", ours.record_id, "005", NOON, "Rating", ("Hot",))
    later = replace(also, at=NOON + timedelta(seconds=10))
    assert [one.kind for one in compare([ours], [*shown(ours), also], {}).findings] == [Class.FOLLOWED]
    assert [one.kind for one in compare([ours], [*shown(ours), later], {}).findings] == [Class.STRANGER]


def test_what_is_meant_and_not_answered_is_under_way() -> None:
    meant = replace(claim(1, Status="New"), at=None)
    change = Change(What.FIELD, "Lead", meant.record_id, "005", NOON, "Rating", ("Hot",))
    assert [one.kind for one in compare([meant], [change], {}).findings] == [Class.UNDER_WAY]


def test_a_create_whose_answer_is_lost_accounts_for_one_record_and_no_more() -> None:
    meant = replace(claim(1), at=None, record_id="", verb=Verb.CREATE, after={"LastName": "Rowe"})
    made = [Change(What.CREATED, "Lead", record(n), "005", NOON) for n in (7, 8)]
    assert [one.kind for one in compare([meant], made, {}).findings] == [Class.UNDER_WAY, Class.STRANGER]


def test_an_untracked_field_of_a_record_that_nobody_changed_after_us_was_never_written() -> None:
    ours = claim(1, Risk__c="Stalled")
    assert missing(ours, (), (), NOON) == ((), ("Risk__c",))
    assert missing(ours, (), (), NOON - timedelta(hours=1)) == (("Risk__c",), ())


@pytest.mark.parametrize(
    ("wrote", "kept"),
    [
        pytest.param(" Stalled ", "Stalled", id="trimmed"),
        pytest.param("", None, id="an empty text is none"),
        pytest.param("a\r\nb", "a\nb", id="line ends"),
        pytest.param(True, "true", id="a checkbox as text"),
        pytest.param(Decimal("90000.00"), "90000", id="zeros after the point"),
        pytest.param(Decimal("10.005"), Decimal("10.01"), id="rounded to the field's digits"),
        pytest.param(1500, "1500.0", id="a number as text"),
        pytest.param("005Lo000000000C", "005Lo000000000CIAQ", id="a short id"),
        pytest.param(date(2026, 3, 2), "2026-03-02", id="a day"),
        pytest.param("2026-03-02T12:00:00Z", "2026-03-02T13:00:00.000+0100", id="a moment"),
        pytest.param(LONG, LONG[:255], id="cut by the history"),
    ],
)
def test_these_are_the_same_value(wrote: Any, kept: Any) -> None:
    assert alike(wrote, kept, scale=2)


@pytest.mark.parametrize(
    ("wrote", "kept"),
    [
        ("Hot", "Warm"),
        ("Hot", None),
        (Decimal("10.01"), Decimal("10.02")),
        (True, "false"),
        ("2026-03-02", "2026-03-03"),
    ],
)
def test_these_are_not(wrote: Any, kept: Any) -> None:
    assert not alike(wrote, kept, scale=2)


def test_a_reference_has_names_and_ids_and_either_will_do() -> None:
    ours = claim(1, OwnerId="005Lo000000000CIAQ")
    row = Change(What.FIELD, "Lead", ours.record_id, "005", NOON, "OwnerId", ("Lena Vogel", "005Lo000000000CIAQ"))
    assert compare([ours], [row], {}).findings == []
