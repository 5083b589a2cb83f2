"""Captured conversations are kept once, closed, and leave nothing where they may not be kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from upbeat.base import ManualClock, is_id
from upbeat.conversation import Captured, Conversation, Link, Medium, Party, Turn, draft
from upbeat.domain import Change, Event
from upbeat.engine import captured, conversing
from upbeat.ledger import Keys, Ledger, LedgerError
from upbeat.store import Store, tables

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
OURS = Party("Ines Amaral", "ines@pumps.example", internal=True, kind="User", record_id="005000000000001AAA")
THEIRS = Party("Joost Kramer", "joost@dyke.example", internal=False, kind="Contact", record_id="003000000000001AAA")
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="19:meeting",
    title="Dyke / Pumps: pilot",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=1830,
    parties=(THEIRS, OURS),
    turns=(Turn(0, "Joost Kramer", 0, 0, 3, 3, "We lost four pumps in the flood."),),
)
DEAL = Link(account="001000000000001AAA", opportunity="006000000000001AAA", why="its contact took part")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Ledger]]:
    folder = tmp_path_factory.mktemp("captured")
    clock = ManualClock(NOW)
    with Store.open(folder / "upbeat.db", clock=clock) as store:
        yield store, Ledger(Keys.load_or_create(folder), clock)


@pytest.mark.law(3)
def test_a_conversation_is_kept_once(opened: tuple[Store, Ledger]) -> None:
    store, ledger = opened
    one = Captured(TALK, DEAL)
    with store.writing() as conn:
        assert captured.keep(conn, ledger, one, NOW)
        assert not captured.keep(conn, ledger, replace(one, link=Link()), NOW)
        assert captured.read(conn, ledger, [TALK.key]) == {TALK.key: one}


@pytest.mark.law(13)
def test_what_is_excluded_is_not_stored(opened: tuple[Store, Ledger]) -> None:
    store, ledger = opened
    talk = replace(TALK, source_id="private", title="Redundancy talks")
    with store.writing() as conn:
        assert captured.exclude(conn, talk, "its calendar says that it is private", NOW)
        assert not captured.keep(conn, ledger, Captured(talk, Link()), NOW)
        table = tables.conversations
        row = conn.execute(select(table).where(table.c.key == talk.key)).one()
    assert row.body is None
    assert "Redundancy" not in str(row)


def test_the_store_alone_tells_nothing_of_what_was_said(opened: tuple[Store, Ledger]) -> None:
    store, ledger = opened
    talk = replace(TALK, source_id="sealed")
    with store.writing() as conn:
        captured.keep(conn, ledger, Captured(talk, DEAL), NOW)
        body = conn.scalar(select(tables.conversations.c.body).where(tables.conversations.c.key == talk.key))
    assert b"flood" not in body
    with pytest.raises(LedgerError, match="not what was written"):
        ledger.show("c-another", body)


@pytest.mark.law(2)
def test_what_waits_for_the_other_telling_of_its_meeting_takes_no_turn_from_others(
    opened: tuple[Store, Ledger],
) -> None:
    store, ledger = opened
    first, second = (replace(TALK, source_id=one) for one in ("first telling", "second telling"))
    table = tables.conversations
    with store.writing() as conn:
        captured.keep(conn, ledger, Captured(first, DEAL), NOW)
        captured.keep(conn, ledger, Captured(second, replace(DEAL, same_as=first.key)), NOW)
        whose_turn = {row.key for row in conversing._through(conn)}
        conn.execute(update(table).where(table.c.key == first.key).values(ended_at=NOW))
        afterwards = {row.key for row in conversing._through(conn)}
        conn.execute(update(table).where(table.c.key == second.key).values(ended_at=NOW))
    assert (first.key in whose_turn, second.key in whose_turn) == (True, False)
    assert (first.key in afterwards, second.key in afterwards) == (False, True)


@pytest.mark.law(11)
def test_what_is_found_out_later_is_kept_with_it(opened: tuple[Store, Ledger]) -> None:
    store, ledger = opened
    talk = replace(TALK, source_id="doubt")
    of = tables.conversation_records
    with store.writing() as conn:
        captured.keep(conn, ledger, Captured(talk, Link(why="two open deals")), NOW)
        captured.relink(conn, ledger, Captured(talk, replace(DEAL, by="maya@pumps.example")))
        assert captured.read(conn, ledger, [talk.key])[talk.key].link.by == "maya@pumps.example"
        assert DEAL.opportunity in set(conn.scalars(select(of.c.record_id).where(of.c.key == talk.key)))


def test_an_item_tells_which_conversation_started_it() -> None:
    event = Event("00D", "Event", TALK.key, Change.CAPTURED, captured.change_key(TALK.key), NOW)
    assert captured.key_of(event) == TALK.key
    assert captured.key_of(replace(event, change=Change.ASKED, change_key="asked:c-1")) == ""
    assert not is_id(TALK.key)


def test_a_meeting_would_be_logged_as_an_event_of_its_people_and_deal() -> None:
    made = draft(Captured(TALK, DEAL))
    assert made["WhatId"] == DEAL.opportunity
    assert (made["OwnerId"], made["WhoId"]) == (OURS.record_id, THEIRS.record_id)
    assert (made["StartDateTime"], made["DurationInMinutes"]) == ("2026-03-03T09:00:00.000+0000", 30)


@pytest.mark.law(11)
def test_what_may_be_of_several_deals_would_be_logged_to_none() -> None:
    made = draft(Captured(TALK, Link(why="two open deals")))
    assert made["WhatId"] is None
