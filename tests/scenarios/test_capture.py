"""Files of calls are captured: each once, what may not be kept is not, and what was kept can be shown and erased."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from tests.scenarios import talked
from tests.scenarios.talked import AE

from upbeat import operations
from upbeat.conversation import stands
from upbeat.engine import captured, conversing
from upbeat.operations import Refused, capture
from upbeat.store import tables
from upbeat.testing import House

_DAYS = count(1)  # a day for each call: two of one time and the same people would be one meeting
ADMIN = "priya.shah@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"], files=talked.files("Event")) as one:
        account = one.create("Account", Name="Dyke Works")
        one.create("Contact", FirstName="Joost", LastName="Kramer", Email="joost@dyke.example", AccountId=account)
        one.promote("log-event")
        yield one


def call(folder: Path, name: str, *people: tuple[str, str], **more: Any) -> Path:
    """Write a call of Gong's, one file for each."""
    parties = [
        {"id": str(at), "name": who, "emailAddress": address, "speakerId": str(at)}
        for at, (who, address) in enumerate(people)
    ]
    said = [{"speakerId": "1", "sentences": [{"start": 1000, "end": 4000, "text": f"The pumps of {name} fail."}]}]
    started = f"2026-11-{next(_DAYS):02}T10:00:00+01:00"
    about = {"id": name, "title": f"Pumps {name}", "started": started, "duration": 1200, **more}
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"metaData": about, "parties": parties, "transcript": said}))
    return path


MAYA = ("Maya Chen", AE)
JOOST = ("Joost Kramer", "joost@dyke.example")


def rows(house: House, key: str) -> str:
    """Give all that the store has of a conversation, as text."""
    with house.space.store.reading() as conn:
        return str(conn.execute(select(tables.conversations).where(tables.conversations.c.key == key)).one())


def test_what_is_captured_twice_is_logged_once(house: House, tmp_path: Path) -> None:
    call(tmp_path, "twice", MAYA, JOOST)
    first = capture.add(house.space.house, [tmp_path]).taken
    house.play()
    second = capture.add(house.space.house, [tmp_path]).taken
    house.play()
    assert (len(first.new), second.new, second.known) == (1, (), 1)
    assert len(house.query("SELECT Id FROM Event WHERE Subject = 'Pumps twice'")) == 1


@pytest.mark.law(13)
def test_of_a_meeting_of_our_own_people_nothing_is_kept_but_the_count(house: House, tmp_path: Path) -> None:
    call(tmp_path, "secret", MAYA, ("Owen Hughes", "owen.hughes@acme.example"))
    taken = capture.add(house.space.house, [tmp_path]).taken
    assert (taken.new, dict(taken.excluded)) == ((), {"internal only": 1})
    [one] = capture.listed(house.space.house, state="excluded")
    assert "secret" not in rows(house, one.key)
    assert capture.heard(house.space.house, one.key).captured is None


def test_a_file_that_is_no_conversation_is_told_and_holds_nothing_up(house: House, tmp_path: Path) -> None:
    (tmp_path / "broken.vtt").write_text("WEBVTT\n\nnothing")
    call(tmp_path, "beside", MAYA, JOOST)
    added = capture.add(house.space.house, [tmp_path])
    assert [Path(one.name).name for one in added.left] == ["broken.vtt"]
    assert len(added.taken.new) == 1
    house.play()


def test_an_import_goes_on_where_it_was_and_says_what_lands_where(house: House, tmp_path: Path) -> None:
    call(tmp_path, "before", MAYA, JOOST)
    capture.add(house.space.house, [tmp_path])
    call(tmp_path, "after", MAYA, JOOST, meetingUrl="https://meet.example/1", colour="blue")
    told = list[tuple[int, int]]()
    found = capture.bring_in(house.space.house, tmp_path, progress=lambda done, whole: told.append((done, whole)))
    house.play()
    assert (found.calls, len(found.taken.new), found.taken.known, told) == (2, 1, 1, [(2, 2)])
    lands = {one.field: one.lands or one.why for one in found.coverage}
    assert lands["metaData.title"] == "Event.Subject, Task.Subject"
    assert "no field of Gong's" in lands["metaData.colour"]
    assert sum(found.links.values()) == 2


def test_a_day_that_is_named_late_in_the_evening_is_the_orgs_day_whichever_zone_the_source_writes(
    house: House, tmp_path: Path
) -> None:
    at = datetime(2026, 11, 14, 4, 30, tzinfo=timezone(timedelta(hours=9)))  # a Saturday there, a Friday in London
    call(tmp_path, "evening", MAYA, JOOST, started=at.isoformat())
    zone = house.space.house.get_zone()
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    kept = capture.heard(house.space.house, key).captured
    assert kept is not None
    assert kept.conversation.began == at
    assert kept.conversation.began.date() == at.astimezone(zone).date() != at.date()


def test_an_import_leaves_what_is_no_call_and_takes_the_calls_beside_it(house: House, tmp_path: Path) -> None:
    whole = json.loads(call(tmp_path, "listed", MAYA, JOOST).read_text())
    (tmp_path / "listed.json").write_text(json.dumps({"calls": ["x", {"metaData": "y"}, whole]}))
    found = capture.bring_in(house.space.house, tmp_path)
    house.play()
    assert (found.calls, len(found.taken.new), [one.why for one in found.left]) == (
        1,
        1,
        ["2 of what it lists are no calls"],
    )


def test_a_conversation_shows_who_it_was_with_and_what_it_became(house: House, tmp_path: Path) -> None:
    call(tmp_path, "shown", MAYA, JOOST)
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    found = capture.heard(house.space.house, key[:10])
    assert house.get("Event", found.listed.activity)["Subject"] == "Pumps shown"
    assert [one.outcome for one in found.runs] == ["logged"]
    assert found.captured is not None
    assert [one.kind for one in found.captured.conversation.parties] == ["User", "Contact"]
    assert found.reading is not None
    assert all(stands(one.place, found.captured.conversation) for one in found.reading.findings)


def test_one_that_is_read_again_completes_what_it_was_logged_as(house: House, tmp_path: Path) -> None:
    call(tmp_path, "again", MAYA, JOOST, ("Ines Amaral", "ines@dyke.example"))
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    made = house.create("Contact", FirstName="Ines", LastName="Amaral", Email="ines@dyke.example")
    capture.again(house.space.house, key, ADMIN)
    house.play()
    [event] = house.query("SELECT Id FROM Event WHERE Subject = 'Pumps again'")
    named = house.query(f"SELECT RelationId FROM EventRelation WHERE EventId = '{event['Id']}'")
    assert made in {row["RelationId"] for row in named}
    assert {one.verdict for one in operations.replay(house.space.house, key)} == {"same"}


@pytest.mark.law(13)
def test_one_that_capture_yaml_keeps_out_by_now_is_not_read_again(house: House, tmp_path: Path) -> None:
    call(tmp_path, "lawyers", MAYA, JOOST)
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    file = house.folder / "capture.yaml"
    file.write_text(f"owner: {ADMIN}\ninternal: [acme.example]\nexclude: {{domains: [dyke.example]}}\n")
    with pytest.raises(Refused, match=f"{key} may not be kept: somebody of dyke.example") as refused:
        capture.again(house.space.house, key, ADMIN)
    file.unlink()
    assert f"upbeat capture drop {key}" in str(refused.value)


def test_what_is_dropped_is_gone_and_says_so_when_it_is_replayed(house: House, tmp_path: Path) -> None:
    call(tmp_path, "dropped", MAYA, JOOST)
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    capture.drop(house.space.house, key, ADMIN, "the customer asked")
    assert "dropped by" in capture.heard(house.space.house, key).listed.why
    assert {one.verdict for one in operations.replay(house.space.house, key)} == {"erased"}
    with pytest.raises(Refused, match="nothing of it can be read"):
        capture.again(house.space.house, key, ADMIN)


def test_one_that_is_dropped_while_the_engine_looks_at_it_holds_up_no_other(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(tmp_path, "meanwhile", MAYA, JOOST)
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    through, looked = conversing._through, list[str]()

    def then_dropped(conn: Connection) -> Sequence[Any]:
        found = through(conn)
        looked.extend(row.key for row in found)
        with house.space.store.writing() as other:
            captured.erase(other, [row.key for row in found], "dropped")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(conversing, "_through", then_dropped)
        house.play()
    assert key in looked


def test_who_is_forgotten_is_forgotten_with_what_they_said(house: House, tmp_path: Path) -> None:
    gone = house.create("Contact", FirstName="Ruth", LastName="Ekblad", Email="ruth@dyke.example")
    call(tmp_path, "forgotten", MAYA, ("Ruth Ekblad", "ruth@dyke.example"))
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.play()
    assert operations.known_of(house.space.house, gone).conversations == 1
    assert operations.forget(house.space.house, gone, ADMIN).conversations == 1
    assert capture.heard(house.space.house, key).captured is None
    house.play()
    ledger, store = house.space.ledger, house.space.store
    assert ledger.verify(store, house.space.house.anchor).problems == ()


def test_what_was_not_captured_in_time_is_listed(house: House, tmp_path: Path) -> None:
    (tmp_path / "mute.vtt").write_text("WEBVTT\n\nnothing")
    silent = call(tmp_path, "silent", MAYA, JOOST)
    silent.write_text(json.dumps({**json.loads(silent.read_text()), "transcript": []}))
    began = house.clock.now() - timedelta(days=2)
    [joost] = house.query("SELECT Id FROM Contact WHERE Email = 'joost@dyke.example'")
    met = {"StartDateTime": began.isoformat(), "EndDateTime": (began + timedelta(hours=1)).isoformat()}
    owner = house.ids[AE]
    missed = house.create("Event", by=AE, Subject="Nobody recorded it", OwnerId=owner, WhoId=joost["Id"], **met)
    house.create("Event", by=AE, Subject="Lunch", OwnerId=owner, **met)
    capture.add(house.space.house, [tmp_path])
    house.play()
    found = capture.watch(house.space.house)
    mute = str(tmp_path / "mute.vtt")
    assert mute in {one.name for one in found.unread}
    assert [one.source for one in found.silent] == ["Gong"]
    assert [(one.event, one.owner) for one in found.missed] == [(missed, AE)]
    assert found.late == ()
    call(tmp_path, "mute").rename(tmp_path / "mute.vtt")
    capture.add(house.space.house, [tmp_path])
    house.play()
    assert mute not in {one.name for one in capture.watch(house.space.house).unread}


def test_a_conversation_that_nothing_carries_on_is_listed_as_late(house: House, tmp_path: Path) -> None:
    call(tmp_path, "stands", MAYA, JOOST)
    [key] = capture.add(house.space.house, [tmp_path]).taken.new
    house.clock.advance(timedelta(days=2))
    assert [one.key for one in capture.watch(house.space.house).late] == [key]
    house.play()
    assert capture.watch(house.space.house).late == ()


def test_whoever_answers_for_capture_is_told_of_a_miss_once(house: House, tmp_path: Path) -> None:
    house.write({"capture.yaml": "owner: priya.shah@acme.example\ninternal: [acme.example]\n"})
    (tmp_path / "mute.vtt").write_text("WEBVTT\n\nnothing")
    capture.add(house.space.house, [tmp_path])
    said = capture.look_for_misses(house.space.house, house.clock.now())
    assert said is not None
    capture.look_for_misses(house.space.house, house.clock.now())
    asked = [one for one in house.reviews(ADMIN) if one.kind == capture.NOT_CAPTURED]
    assert len(asked) == 1
    assert any("something of files cannot be read" in reason for reason in asked[0].body.reasons)
