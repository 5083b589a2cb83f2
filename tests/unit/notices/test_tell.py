"""What people are told is a row with its reason, and the same words are not said to them twice a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from upbeat.base import ManualClock
from upbeat.notices import Kind, State, tell
from upbeat.notices.rows import notice_of
from upbeat.store import Store, tables

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
DANA = "dana.whitfield@acme.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "upbeat.db", clock=ManualClock(NOW)) as one:
        yield one


def told(store: Store, kind: Kind = Kind.ASKED, **more: Any) -> str:
    plain = {"subject": "Lowell moves to Commit", "text": "Shall it?", "reason": "you are its manager", "now": NOW}
    with store.writing() as conn:
        return tell(conn, DANA, kind, **{**plain, **more})


def rows(store: Store) -> list[Any]:
    with store.reading() as conn:
        return [notice_of(row) for row in conn.execute(select(tables.notices).order_by(tables.notices.c.seq))]


def test_a_notice_keeps_why_by_when_and_what_answers_it(store: Store) -> None:
    told(store, due_at=NOW + timedelta(days=1), command="upbeat review show 3f2a", review_id="3f2a")
    [one] = rows(store)
    assert (one.to, one.reason, one.command, one.state) == (
        DANA,
        "you are its manager",
        "upbeat review show 3f2a",
        State.WAITING,
    )
    assert one.due_at == NOW + timedelta(days=1)


def test_the_same_words_about_the_same_thing_are_one_notice(store: Store) -> None:
    assert told(store, review_id="a") == told(store, review_id="a", now=NOW + timedelta(hours=23))
    assert len(rows(store)) == 1


def test_they_are_said_again_on_another_day_once_they_were_said(store: Store) -> None:
    first = told(store)
    with store.writing() as conn:
        conn.execute(tables.notices.update().values(state=State.SENT))
    assert told(store, now=NOW + timedelta(hours=25)) != first


def test_what_nobody_could_send_yet_is_not_said_twice_however_long_it_waits(store: Store) -> None:
    told(store)
    told(store, now=NOW + timedelta(days=9))
    assert len(rows(store)) == 1


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"review_id": "b"}, id="another question"),
        pytest.param({"item_id": "b"}, id="another run"),
        pytest.param({"text": "other words"}, id="other words"),
        pytest.param({"kind": Kind.ALERT}, id="another kind"),
    ],
)
def test_what_differs_is_another_notice(store: Store, more: dict[str, Any]) -> None:
    told(store)
    told(store, **more)
    assert len(rows(store)) == 2


def test_what_has_not_reached_them_of_a_question_gives_way_to_the_newer_word(store: Store) -> None:
    first = told(store, review_id="a")
    later = told(store, Kind.ESCALATED, review_id="a", reason="it was Dana's", now=NOW + timedelta(hours=1))
    [one] = rows(store)
    assert (first == later, one.kind, one.reason) == (True, Kind.ESCALATED, "it was Dana's")


def test_what_has_reached_them_stands_beside_the_newer_word(store: Store) -> None:
    told(store, review_id="a")
    with store.writing() as conn:
        conn.execute(tables.notices.update().values(state=State.SENT))
    told(store, Kind.DUE_SOON, review_id="a", now=NOW + timedelta(hours=1))
    assert [one.kind for one in rows(store)] == [Kind.ASKED, Kind.DUE_SOON]


@pytest.mark.parametrize("kind", Kind)
def test_only_what_asks_nothing_of_anybody_may_be_held_back(store: Store, kind: Kind) -> None:
    told(store, kind)
    [one] = rows(store)
    assert one.urgent == (kind not in {Kind.ALERT, Kind.EXPIRED})
