"""A step tells people by mail: colleagues by itself, within their budget; anybody else once it is released."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from mail_server import DROP, LOSE, MailServer
from upbeat import operations
from upbeat.base.files import DefinitionError, Severity
from upbeat.testing import House

PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)
MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)
EVENING = datetime(2026, 11, 16, 21, tzinfo=UTC)
FLOW = "big-deals"
WORKFLOW = """\
workflow: big-deals
title: Tell the owner of a large deal
function: ae
family: deal-execution
owner: priya.shah@acme.example
problem: Large deals are noticed late
metric: days_unnoticed
rollback: A message that was read cannot be taken back
trigger:
  start: created
  object: Opportunity
  when: |
    Amount > 50000
steps:
  - step: tell
    agent: messenger
    use: notify
    to: TO
    subject: '{!Name} is large'
    text: '{!Name} is worth {!Amount}. Who is its economic buyer?'
outcomes:
  told: {when: '{!NOT(ISBLANK($Step.tell.to))}'}
  waiting: {due: 2 days, then: escalate, to: priya.shah@acme.example}
"""
AGENT = """\
agent: messenger
role: Tells people what a workflow found
may_call: [notify]
reads: [Opportunity.*, User.*, Contact.*]
sends: [Opportunity.Name, Opportunity.Amount]
model: none
"""
LARGE: dict[str, Any] = {"StageName": "Qualification", "CloseDate": "2027-01-30", "Amount": 90_000}
OWNER, BUYER = "'{!Owner.Email}'", "buyer@customer.example"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path) as server:
        yield server


class Told(House):
    """A house whose one workflow tells somebody of each large deal."""

    def __init__(self, post: MailServer | None, to: str = OWNER, agent: str = AGENT) -> None:
        files = {f"workflows/{FLOW}.yaml": WORKFLOW.replace("TO", to, 1), "agents/messenger.yaml": agent}
        super().__init__(only=[FLOW], files=files)
        self._post = post

    def __enter__(self) -> Self:
        super().__enter__()
        if self._post is not None:
            settings = (self.folder / "upbeat.yaml").read_text(encoding="utf-8")
            mail = f"mail: {{host: localhost, port: {self._post.port}, security: none, sender: upbeat@acme.example}}\n"
            self.write({"upbeat.yaml": settings + mail})
        self.clock.move_to(MORNING)
        return self

    def large(self, name: str = "Lowell") -> str:
        deal = self.create("Opportunity", by=MAYA, Name=name, **LARGE)
        self.play()
        return deal


def test_its_owner_hears_of_a_large_deal_at_once(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        deal = house.large()
        [mail] = post.box
        assert (mail.to, mail.subject) == (MAYA, "Lowell is large")
        assert mail.text.startswith("Lowell is worth 90000. Who is its economic buyer?")
        assert f"Is this wrong? Tell {PRIYA}: upbeat misfire {house.run(deal).run[:10]}" in mail.text
        assert house.run(deal).outcome == "told"
        [mine] = operations.alerts(house.space.house).people
        assert (mine.person, mine.sent, mine.left_today) == (MAYA, 1, 9)


@pytest.mark.law(7)
def test_in_monitor_it_is_told_as_what_would_have_been_done_and_nothing_leaves(post: MailServer) -> None:
    with Told(post) as house:
        deal = house.large()
        run = house.run(deal)
        assert (run.mode, run.outcome, post.box) == ("monitor", "told", [])
        assert any("would have been done" in told.what for told in run.told)


@pytest.mark.law(7)
def test_what_waits_for_the_morning_is_not_sent_once_its_workflow_is_taken_back(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        house.clock.move_to(EVENING)
        house.large()
        operations.demote(house.space.house, FLOW, PRIYA, "too loud")
        house.play("12 hours")
        assert post.box == []


def test_quiet_hours_hold_the_message_and_not_the_run(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        house.clock.move_to(EVENING)
        deal = house.large()
        assert (house.run(deal).outcome, post.box) == ("told", [])
        house.play("10 hours")
        assert [mail.subject for mail in post.box] == ["Lowell is large"]


def test_beyond_the_budget_the_run_says_that_it_came_in_the_digest(post: MailServer) -> None:
    with Told(post) as house:
        policy = (house.folder / "policy.yaml").read_text(encoding="utf-8")
        house.write({"policy.yaml": f"{policy}\nalerts: {{per_day: 1}}\n"})
        house.promote(FLOW)
        deals = [house.large(name) for name in ("One", "Two", "Three")]
        assert [mail.subject for mail in post.box] == ["One is large"]
        house.play("23 hours")
        digest = post.box[-1]
        assert (len(post.box), digest.subject) == (2, "Your digest: 2 notices")
        assert "Two is large" in digest.text
        assert any("in the digest to" in one for told in house.run(deals[1]).told for one in (told.what, *told.details))


@pytest.mark.law(8)
def test_a_message_to_a_customer_waits_for_a_person_who_is_told_that_it_cannot_be_taken_back(post: MailServer) -> None:
    with Told(post, BUYER) as house:
        house.promote(FLOW)
        house.large()
        [review] = house.reviews()
        assert [mail.to for mail in post.box] == [review.owner]
        assert "cannot be taken back" in post.box[0].text
        assert review.title == f"Lowell: message to {BUYER}: “Lowell is large”"
        house.approve(review, review.owner)
        house.play("1 minute")
        [sent] = post.of(BUYER)
        assert sent.subject == "Lowell is large"
        house.play("1 day")
        assert len(post.of(BUYER)) == 1


@pytest.mark.law(3)
@pytest.mark.parametrize(
    ("fault", "arrived"), [pytest.param(LOSE, 1, id="it had arrived"), pytest.param(DROP, 0, id="it had not")]
)
def test_a_message_to_a_customer_whose_answer_was_lost_is_never_repeated_blindly(
    post: MailServer, fault: Any, arrived: int
) -> None:
    with Told(post, BUYER) as house:
        house.promote(FLOW)
        deal = house.large()
        [review] = house.reviews()
        house.play("1 minute")
        house.approve(review, review.owner)
        post.next("DATA", fault)
        house.play("1 minute")
        house.play("1 hour")
        assert len(post.of(BUYER)) == arrived
        [question] = house.reviews()
        assert (question.owner, house.run(deal).state) == (PRIYA, "dead")
        assert "it may have arrived" in question.title
        house.approve(question, PRIYA, "give up")
        house.play()
        assert (house.run(deal).outcome, len(post.of(BUYER))) == ("given up", arrived)


def test_somebody_who_left_leaves_it_to_the_workflows_owner(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        house.create("Opportunity", by=MAYA, Name="Lowell", **LARGE)
        house.update("User", house.ids[MAYA], IsActive=False)
        house.play("2 minutes")
        assert [mail.to for mail in post.box] == [PRIYA]


@pytest.mark.law(15)
def test_a_stop_halts_its_messages_too(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        operations.stop(house.space.house, DANA, "too loud")
        house.large()
        house.play("1 hour")
        assert post.box == []
        operations.resume(house.space.house, DANA)
        house.play()
        assert len(post.box) == 1


@pytest.mark.law(13)
def test_a_field_that_its_agent_does_not_name_never_leaves(post: MailServer) -> None:
    silent = AGENT.replace(", Opportunity.Amount", "")
    with (
        Told(post, agent=silent) as house,
        pytest.raises(DefinitionError, match="may not let Amount of Opportunity leave"),
    ):
        house.play()


@pytest.mark.law(13)
def test_what_left_is_kept_word_for_word(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        deal = house.large()
        with house.space.store.reading() as conn:
            entries = house.space.ledger.about(conn, record_id=deal)
        [sent] = [one.payload["after"] for one in entries if one.kind == "apply:message:sent"]
        [mail] = post.box
        assert (sent["To"], sent["Subject"]) == (mail.to, mail.subject)
        assert mail.text.startswith(sent["Text"])


class TestCheck:
    def advice(self, house: House) -> list[str]:
        return [one.what for one in house.space.check() if one.severity is Severity.ADVICE]

    def test_says_that_no_mail_is_set_up(self) -> None:
        with Told(None) as house:
            assert any("neither mail nor Slack is set up" in one for one in self.advice(house))

    def test_says_that_a_message_goes_outside(self, post: MailServer) -> None:
        with Told(post, BUYER) as house:
            assert any("is no user of the org" in one for one in self.advice(house))

    def test_refuses_whom_nobody_could_write_to(self, post: MailServer) -> None:
        with Told(post, "Maya") as house, pytest.raises(DefinitionError, match="neither a user of the org nor a mail"):
            house.play()


def test_what_was_told_of_a_forgotten_deal_is_forgotten_with_it(post: MailServer) -> None:
    with Told(post) as house:
        house.promote(FLOW)
        house.clock.move_to(EVENING)
        told, untold = house.large("Quillfeather"), house.large("Other")
        house.play("12 hours")
        house.close()
        operations.forget(house.space.house, told, PRIYA, "asked by mail")
        house.close()
        content = [file.read_bytes() for file in house.folder.rglob("*") if file.is_file()]
        assert not [one for one in content if b"Quillfeather" in one]
        assert [one for one in content if b"Other is large" in one]
        assert house.run(untold).outcome == "told"
