"""Whoever is asked hears of it by mail: who signs, who signs next, to whom it is passed, and who let it lapse."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mail_server import MailServer
from upbeat import operations
from upbeat.testing import House

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH, ADVANCE = "repeated-close-date-push", "advance-stage"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)
MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)  # in London, where everybody is


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path) as server:
        yield server


@pytest.fixture
def house(post: MailServer) -> Iterator[House]:
    with House(only=[PUSH, ADVANCE]) as one:
        settings = (one.folder / "upbeat.yaml").read_text(encoding="utf-8")
        mail = f"mail: {{host: localhost, port: {post.port}, security: none, sender: upbeat@acme.example}}\n"
        one.write({"upbeat.yaml": settings + mail})
        one.clock.move_to(MORNING)
        yield one


@pytest.fixture
def into_commit(house: House, a_deal: Make) -> Callable[[], str]:
    """A deal whose way into Commit waits for approval, once it is live."""

    def make() -> str:
        deal = a_deal(StageName="Proposal/Price Quote")
        house.play("1 minute")
        house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
        house.play()
        return deal

    return make


def test_a_request_for_approval_arrives_at_the_signers_mailbox(
    house: House, post: MailServer, into_commit: Callable[[], str]
) -> None:
    house.promote(ADVANCE)
    into_commit()
    [review] = house.reviews()
    [mail] = post.box
    assert mail.to == review.owner
    assert mail.subject == f"To approve: {review.title}"
    assert f"Answer: upbeat review show {review.id[:10]}" in mail.text
    assert "Why you get this: You may release it as " in mail.text
    assert "By: Tue 17 Nov" in mail.text


def test_when_one_has_signed_the_next_one_hears_of_it_in_the_same_thread(
    house: House, post: MailServer, into_commit: Callable[[], str]
) -> None:
    house.promote(ADVANCE)
    into_commit()
    [review] = house.reviews()
    first, other = (ROWAN, DANA) if review.owner == ROWAN else (DANA, ROWAN)
    house.approve(review, first)
    house.play()
    asked, next_ = post.box
    assert (asked.to, next_.to) == (first, other)
    assert f"Why you get this: {first} has signed it, and this is still needed: " in next_.text
    assert asked.letter["References"] == next_.letter["References"]


@pytest.mark.law(7)
def test_in_monitor_nobody_hears_anything(house: House, post: MailServer, into_commit: Callable[[], str]) -> None:
    deal = into_commit()
    assert house.run(deal).mode == "monitor"
    assert post.box == []


def test_what_was_handed_on_and_what_went_up_is_told_with_the_reason(
    house: House, post: MailServer, a_deal: Make, push: Push
) -> None:
    house.promote(PUSH)
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    [review] = house.reviews()
    [asked] = post.box
    assert (asked.to, "The workflow repeated-close-date-push asks you." in asked.text) == (DANA, True)
    assert "Choices: " in asked.text
    operations.delegate(house.space.house, review.id, DANA, MAYA, note="you know them")
    house.play()
    assert (post.box[-1].to, post.box[-1].subject) == (MAYA, f"Handed to you: {review.title}")
    assert f"{DANA} handed it to you: you know them" in post.box[-1].text
    house.play("7 days")
    house.play("14 hours")
    up = [mail for mail in post.box if mail.subject.startswith("Now yours: ")]
    assert up
    assert f"{MAYA} did not answer in time." in up[0].text


def test_what_is_due_soon_is_told_once_more_and_once_only(
    house: House, post: MailServer, a_deal: Make, push: Push
) -> None:
    house.promote(PUSH)
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    [review] = house.reviews()
    house.clock.move_to(review.due_at - timedelta(hours=5))
    house.play()
    assert [mail.subject for mail in post.of(DANA)] == [review.title]
    for _ in range(4):
        house.play("1 hour")
    assert [mail.subject for mail in post.of(DANA)] == [review.title, f"Due soon: {review.title}"]


def test_what_was_decided_before_it_could_be_sent_is_not_sent(
    house: House, post: MailServer, a_deal: Make, push: Push
) -> None:
    house.promote(PUSH)
    deal = a_deal()
    push(deal, 14)
    push(deal, 14)
    house.clock.move_to(datetime(2026, 11, 16, 22, tzinfo=UTC))
    push(deal, 14)
    [review] = house.reviews()
    house.approve(review, DANA, "close it as lost")
    house.play("12 hours")
    assert post.box == []


def test_the_alerts_of_a_person_say_how_much_they_acted_on(
    house: House, post: MailServer, a_deal: Make, push: Push
) -> None:
    house.promote(PUSH)
    for name in ("One", "Two"):
        deal = a_deal(Name=name)
        for _ in range(3):
            push(deal, 14)
    first, _ = house.reviews()
    house.approve(first, DANA, "close it as lost")
    house.play()
    [mine] = [one for one in operations.alerts(house.space.house).people if one.person == DANA]
    assert (mine.sent, mine.asks, mine.acted_on, mine.action_rate) == (2, 2, 1, 0.5)
    assert len(post.of(DANA)) == 2
