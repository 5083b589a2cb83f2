"""What people are told arrives in their mailbox: through the gate and apply, at their hours, within their budget."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mail_server import DROP, LOSE, MailServer
from upbeat import operations
from upbeat.channels.send import Smtp
from upbeat.notices import Kind, State, tell
from upbeat.store import tables
from upbeat.testing import House

DANA, ROWAN, PRIYA = (f"{name}@acme.example" for name in ("dana.whitfield", "rowan.ellis", "priya.shah"))
MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)  # a Monday in London, where everybody is
EVENING = datetime(2026, 11, 16, 21, tzinfo=UTC)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path) as server:
        yield server


def mail_of(post: MailServer) -> str:
    return f"mail: {{host: localhost, port: {post.port}, security: none, sender: Upbeat <upbeat@acme.example>}}\n"


@pytest.fixture
def house(post: MailServer) -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one:
        settings = (one.folder / "upbeat.yaml").read_text(encoding="utf-8")
        one.write({"upbeat.yaml": settings + mail_of(post)})
        one.clock.move_to(MORNING)
        yield one


def told(house: House, to: str = DANA, kind: Kind = Kind.ASKED, **more: Any) -> str:
    plain = {"subject": "Lowell moves to Commit", "text": "Shall it?", "reason": "You are asked as its manager."}
    with house.space.store.writing() as conn:
        return tell(conn, to, kind, **{**plain, "now": house.clock.now(), **more})


def notice(house: House, key: str) -> Any:
    with house.space.store.reading() as conn:
        return conn.execute(select(tables.notices).where(tables.notices.c.id == key)).one()


def alerts(house: House, count: int, to: str = DANA) -> list[str]:
    return [told(house, to, Kind.ALERT, subject=f"Deal {number} is quiet") for number in range(count)]


@pytest.mark.law(1)
def test_a_notice_arrives_with_its_reason_its_time_and_what_answers_it(house: House, post: MailServer) -> None:
    key = told(house, due_at=MORNING + timedelta(days=1), command="upbeat review show 3f2a")
    house.play()
    [mail] = post.box
    assert (mail.to, mail.subject) == (DANA, "Lowell moves to Commit")
    for words in ("Shall it?", "By: Tue 17 Nov 09:00 (Europe/London)", "upbeat review show 3f2a"):
        assert words in mail.text
    assert "Why you get this: You are asked as its manager." in mail.text
    assert notice(house, key).state == State.SENT


@pytest.mark.law(1)
def test_what_left_is_in_the_ledger_decided_meant_and_sent(house: House) -> None:
    key = told(house)
    house.play()
    with house.space.store.reading() as conn:
        entries = house.space.ledger.about(conn, proposal_id=notice(house, key).proposal_id)
    assert [one.kind for one in entries] == ["gate:proposal:decided", "apply:write:intended", "apply:message:sent"]
    assert entries[0].payload["decision"]["effects"] == ["notice"]


def test_what_asks_one_person_at_once_comes_in_one_mail(house: House, post: MailServer) -> None:
    for number in range(3):
        told(house, subject=f"Deal {number} moves to Commit")
    told(house, ROWAN)
    house.play()
    [mine], [his] = post.of(DANA), post.of(ROWAN)
    assert mine.subject == "3 things wait for you"
    assert all(f"Deal {number} moves to Commit" in mine.text for number in range(3))
    assert his.subject == "Lowell moves to Commit"


def test_quiet_hours_hold_it_until_they_end(house: House, post: MailServer) -> None:
    house.clock.move_to(EVENING)
    told(house)
    house.play()
    house.play("9 hours")
    assert post.box == []
    house.play("1 hour")
    assert [mail.subject for mail in post.box] == ["Lowell moves to Commit"]


def test_quiet_hours_do_not_hold_what_is_due_in_them(house: House, post: MailServer) -> None:
    house.clock.move_to(EVENING)
    told(house, due_at=EVENING + timedelta(hours=5))
    house.play()
    assert len(post.box) == 1


def test_quiet_hours_are_those_of_the_persons_own_clock(house: House, post: MailServer) -> None:
    house.update("User", house.ids[DANA], TimeZoneSidKey="America/Los_Angeles")
    told(house)  # it is one in the morning there
    told(house, ROWAN)
    house.play()
    assert [mail.to for mail in post.box] == [ROWAN]
    house.play("6 hours")
    assert [mail.to for mail in post.box] == [ROWAN, DANA]


def test_beyond_the_budget_they_come_in_one_digest_and_a_request_still_arrives(house: House, post: MailServer) -> None:
    policy = (house.folder / "policy.yaml").read_text(encoding="utf-8")
    house.write({"policy.yaml": f"{policy}\nalerts: {{per_day: 2}}\n"})
    keys = alerts(house, 5)
    house.play()
    assert [mail.subject for mail in post.box] == ["Deal 0 is quiet", "Deal 1 is quiet"]
    told(house)
    house.play()
    assert post.box[-1].subject == "Lowell moves to Commit"
    house.play("23 hours")
    digest = post.box[-1]
    assert (len(post.box), digest.subject) == (4, "Your digest: 3 notices")
    assert all(f"Deal {number} is quiet" in digest.text for number in (2, 3, 4))
    assert {notice(house, key).state for key in keys[2:]} == {State.DIGESTED}


@pytest.mark.law(15)
def test_a_stop_halts_it_until_a_person_lifts_it(house: House, post: MailServer) -> None:
    key = told(house)
    operations.stop(house.space.house, DANA, "wrong words")
    house.play()
    house.play("1 hour")
    assert (post.box, notice(house, key).state) == ([], State.WAITING)
    operations.resume(house.space.house, DANA)
    house.play()
    assert len(post.box) == 1


@pytest.mark.law(3)
@pytest.mark.parametrize(
    ("fault", "arrived"), [pytest.param(LOSE, 2, id="it had arrived"), pytest.param(DROP, 1, id="it had not")]
)
def test_after_a_lost_answer_the_same_mail_comes_under_the_same_id(
    house: House, post: MailServer, fault: Any, arrived: int
) -> None:
    key = told(house)
    post.next("DATA", fault)
    house.play()
    told(house, subject="Something else")
    house.play("2 minutes")
    mine = [mail for mail in post.box if mail.subject == "Lowell moves to Commit"]
    assert len(mine) == arrived
    assert len({mail.letter["Message-ID"] for mail in mine}) == 1
    assert notice(house, key).state == State.SENT


class PowerCutError(BaseException):
    """The process ends here, as a power cut ends it: nothing catches it."""


@pytest.mark.law(3)
@pytest.mark.parametrize("arrived", [True, False], ids=["it had arrived", "it had not"])
def test_after_a_crash_between_the_intent_and_the_answer_the_same_mail_is_sent_again(
    house: House, post: MailServer, arrived: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, real = told(house), Smtp.send

    def cut(channel: Smtp, message: Any) -> str:
        if arrived:
            real(channel, message)
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(Smtp, "send", cut)
        with pytest.raises(PowerCutError):
            house.play()
    house.close()
    told(house, ROWAN, subject="Something else")
    house.play("1 minute")
    mine = post.of(DANA)
    assert (len(mine), len({mail.letter["Message-ID"] for mail in mine})) == (1 + arrived, 1)
    assert notice(house, key).state == State.SENT
    house.play("1 hour")
    assert len(post.of(DANA)) == 1 + arrived


def test_a_server_that_is_away_is_tried_again_and_holds_up_nothing_else(
    house: House, post: MailServer, a_lead: Any
) -> None:
    house.promote("route-inbound-leads")
    key, lead = told(house), a_lead()
    post.next("RCPT", *[DROP] * 3)
    house.play()
    assert house.run(lead).outcome == "routed"
    assert notice(house, key).state == State.SENDING
    for _ in range(4):
        house.play("1 minute")
    assert (len(post.box), notice(house, key).state) == (1, State.SENT)


def test_what_the_server_refuses_for_good_is_said_and_not_tried_again(house: House, post: MailServer) -> None:
    post.next("RCPT", "550 no such person")
    key = told(house)
    house.play()
    house.play("1 hour")
    assert (post.box, notice(house, key).state) == ([], State.FAILED)
    assert "550 no such person" in notice(house, key).detail


def test_somebody_who_left_is_written_to_no_more(house: House, post: MailServer) -> None:
    house.play()
    house.update("User", house.ids[DANA], IsActive=False)
    key = told(house)
    house.play("1 minute")
    assert (post.box, notice(house, key).state) == ([], State.FAILED)
    assert "no active user" in notice(house, key).detail


def test_without_mail_settings_everything_else_works_and_notices_wait(post: MailServer) -> None:
    with House(only=["route-inbound-leads"]) as house:
        house.clock.move_to(MORNING)
        house.promote("route-inbound-leads")
        key = told(house)
        lead = house.create(
            "Lead", by="web.forms@acme.example", LastName="Rowe", Company="Pennant", City="London", Country="UK",
            OwnerId=house.ids["New Leads"],
        )  # fmt: skip
        house.play()
        assert (house.run(lead).outcome, notice(house, key).state, post.box) == ("routed", State.WAITING, [])
