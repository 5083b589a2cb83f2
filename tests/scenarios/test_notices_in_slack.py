"""What people are told arrives in Slack, through the gate and apply; by mail where Slack cannot deliver it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from mail_server import MailServer
from slack_server import LOSE, TOKEN, SlackServer
from upbeat.notices import Kind, State, tell
from upbeat.store import tables
from upbeat.testing import House

DANA, ROWAN = "dana.whitfield@acme.example", "rowan.ellis@acme.example"
MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)  # a Monday in London, where everybody is


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with SlackServer({DANA: "UDANA"}) as server:
        yield server


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with MailServer(tmp_path_factory.mktemp("post")) as server:
        yield server


@pytest.fixture(scope="module")
def house(slack: SlackServer, post: MailServer) -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLACK_TOKEN", TOKEN)
        settings = (one.folder / "upbeat.yaml").read_text(encoding="utf-8")
        mail = f"mail: {{host: localhost, port: {post.port}, security: none, sender: upbeat@acme.example}}"
        ways = f"slack: {{url: {slack.url}, secret_env: SLACK_TOKEN}}\n{mail}\n"
        one.write({"upbeat.yaml": f"{settings}{ways}console: {{address: https://upbeat.acme.example}}\n"})
        one.clock.move_to(MORNING)
        yield one


@pytest.fixture(autouse=True)
def empty(slack: SlackServer, post: MailServer) -> None:
    slack.box.clear()
    slack.calls.clear()
    post.box.clear()


def told(house: House, to: str, subject: str, **more: Any) -> str:
    plain = {"text": "Shall it?", "reason": "You are asked as its manager.", "now": house.clock.now()}
    with house.space.store.writing() as conn:
        return tell(conn, to, Kind.ASKED, subject=subject, **{**plain, **more})


def notice(house: House, key: str) -> Any:
    table, mails = tables.notices, tables.proposals
    both = select(table, mails.c.result).join(mails, mails.c.id == table.c.proposal_id)
    with house.space.store.reading() as conn:
        return conn.execute(both.where(table.c.id == key)).one()


@pytest.mark.law(1)
def test_a_notice_arrives_in_slack_with_its_reason_and_a_link_that_opens_it(
    house: House, slack: SlackServer, post: MailServer
) -> None:
    key = told(house, DANA, "Lowell & <Co> moves to Commit", review_id="3f2a", command="upbeat review show 3f2a")
    house.play()
    [one] = slack.of(DANA)
    for words in ("Lowell &amp; &lt;Co&gt; moves", "Shall it?", "Why you get this: You are asked as its manager."):
        assert words in one.text
    assert "Open: <https://upbeat.acme.example/open/" in one.text
    assert (post.box, notice(house, key).state) == ([], State.SENT)


def test_whom_slack_does_not_know_is_told_by_mail_and_the_history_says_why(
    house: House, slack: SlackServer, post: MailServer
) -> None:
    key = told(house, ROWAN, "Kestrel moves to Commit", review_id="9c")
    house.play()
    [mail] = post.box
    assert (mail.to, slack.box) == (ROWAN, [])
    assert "https://upbeat.acme.example/open/" in mail.text
    assert notice(house, key).result == f"250 taken (Slack refuses the message to {ROWAN}: users_not_found)"


@pytest.mark.law(3)
def test_after_a_lost_answer_it_is_found_in_slack_and_not_posted_twice(house: House, slack: SlackServer) -> None:
    slack.next("chat.postMessage", LOSE)
    key = told(house, DANA, "Osprey moves to Commit")
    house.play()
    assert notice(house, key).state == State.SENDING
    house.play("2 minutes")
    assert (notice(house, key).state, len(slack.box)) == (State.SENT, 1)


def test_a_rate_limit_is_waited_out_as_long_as_slack_asks(house: House, slack: SlackServer, post: MailServer) -> None:
    slack.next("chat.postMessage", (429, {"Retry-After": "150"}))
    key = told(house, DANA, "Heron moves to Commit")
    house.play()
    house.play("2 minutes")
    assert (notice(house, key).state, slack.box, post.box) == (State.SENDING, [], [])
    assert slack.calls.count("chat.postMessage") == 1
    house.play("1 minute")
    assert (notice(house, key).state, len(slack.box)) == (State.SENT, 1)


def test_while_slack_is_away_people_are_told_by_mail(house: House, slack: SlackServer, post: MailServer) -> None:
    slack.next("users.lookupByEmail", "token_revoked")
    key = told(house, DANA, "Egret moves to Commit")
    house.play()
    assert ([mail.to for mail in post.box], slack.box) == ([DANA], [])
    assert "token_revoked" in notice(house, key).result
