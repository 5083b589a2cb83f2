"""What a person weighs a suggestion by: its rule, the words that prove it, how alike ones fared, how far it reaches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.scenarios import queued, talked
from tests.scenarios.queued import DANA, MAYA, PRIYA, ROWAN
from tests.scenarios.test_calibration import READER
from tests.scenarios.test_talk_read_by_a_model import FLOW, SHORT

from upbeat import operations
from upbeat.conversation import Turn
from upbeat.localorg import Fault, FaultKind
from upbeat.operations import Review
from upbeat.operations.capture import take
from upbeat.operations.considering import Considered, consider, decided_last, may_see, pace
from upbeat.testing import House

WATCHER = """\
workflow: see-forecast
title: See what is forecast
function: leadership
family: forecast
owner: priya.shah@acme.example
problem: Nobody looks
metric: seen
rollback: automatic
trigger:
  start: updated
  object: Opportunity
  watches: [ForecastCategoryName]
  when: |
    ISPICKVAL(ForecastCategoryName, "Best Case")
steps:
  - step: see
    agent: seer
    use: update_record
    set:
      Description: Seen
outcomes:
  seen: {when: '{!$Step.see.written}'}
  waiting: {due: 2 days, then: escalate, to: '{!$Record.Owner.ManagerId}'}
"""
SAID = (
    "Thanks for the time.",
    "Tell me about the cost.",
    "It hurts. We lost 240 000 euros last year.",
    "That is a lot.",
)
FILES = {
    **queued.FILES,
    "workflows/see-forecast.yaml": WATCHER,
    "workflows/fill-deal.yaml": FLOW.replace("  - {step: sum, agent: writer, use: summarise, unread: hold}\n", ""),
    "agents/seer.yaml": queued.AGENT.replace("forecaster", "seer").replace("ForecastCategoryName]", "Description]"),
    "agents/reader.yaml": READER,
    "methodologies/short.yaml": SHORT,
}


@dataclass(frozen=True)
class Story:
    house: House
    heard: Review
    raised: tuple[Review, ...]

    def consider(self, one: Review, by: str = DANA) -> Considered:
        return consider(self.house.space.house, one.id, by)


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """A deal whose customer told what it lost, and three whose customers agreed by word."""
    with House(only=["none of the shipped ones"], files=FILES) as house:
        house.promote("fill-deal", "raise-forecast")
        account = house.create("Account", Name="Havelund Fresh")
        hanna = house.create(
            "Contact", FirstName="Hanna", LastName="Berg", AccountId=account, Email="h@havelund.example"
        )
        closes = (house.clock.now().date() + timedelta(days=30)).isoformat()
        plain = {"AccountId": account, "StageName": "Prospecting", "CloseDate": closes}
        cold = house.create("Opportunity", Name="Cold", **plain)
        house.create("OpportunityContactRole", OpportunityId=cold, ContactId=hanna)
        people = [talked.party(house, "Maya Chen", house.ids[MAYA]), talked.party(house, "Hanna Berg", hanna)]
        turns = tuple(
            Turn(at, people[at % 2].name, at % 2, at * 9, at * 9 + 8, 8, text) for at, text in enumerate(SAID)
        )
        meeting = talked.meeting(house, people, title="Pilot review")
        take(house.space.house, [replace(meeting, turns=(*turns[:2], replace(turns[2], party=1), turns[3]))])
        house.play()
        [heard] = house.reviews()
        agreed = [
            house.create("Opportunity", by=MAYA, Name=f"Agreed {at}", Amount=at * 1000, NextStep="Sign", **plain)
            for at in (1, 2, 3)
        ]
        for one in agreed:
            queued.agree(house, one)
        yield Story(house, heard, tuple(queued.waiting(house, one) for one in agreed))


def test_a_quote_stands_in_what_was_said_around_it_with_who_said_it_and_when(story: Story) -> None:
    [quoted, *_] = story.consider(story.heard).quotes
    marked = [one for one in quoted.turns if one.end]
    assert [one.text[one.start : one.end] for one in marked] == [quoted.quote.text]
    assert (marked[0].speaker, marked[0].side, marked[0].seconds) == ("Hanna Berg", "theirs", 18)
    assert [one.text for one in quoted.turns] == list(SAID)
    assert (quoted.title, quoted.held) == ("Pilot review", None)


def test_the_rule_is_told_with_its_version_its_condition_and_the_values_that_met_it(story: Story) -> None:
    rule = story.consider(story.raised[0]).rule
    assert rule is not None
    assert (rule.workflow, rule.number, rule.mode, rule.owner) == ("raise-forecast", 1, "live", PRIYA)
    assert "Verbal_Commitment__c" in rule.condition
    assert ("Verbal_Commitment__c", "true") in [(one.name, one.value.casefold()) for one in rule.facts]


def test_its_reach_counts_alike_changes_what_they_are_worth_and_who_else_starts_on_it(story: Story) -> None:
    found = story.consider(story.raised[1]).reach
    assert (found.records, found.waiting, found.alike, found.undone) == (1, 3, 3, True)
    assert ([one.amount for one in found.amounts], [one.amount for one in found.all_amounts]) == (
        [Decimal(2000)],
        [Decimal(6000)],
    )
    assert [(one.workflow, one.mode, one.at_once, one.about) for one in found.fires] == [
        ("see-forecast", "monitor", True, ("ForecastCategoryName",))
    ]


@pytest.mark.parametrize(
    ("by", "decides", "why"),
    [
        pytest.param(DANA, True, "", id="a holder of the role"),
        pytest.param(PRIYA, False, "answers for this change", id="who answers for it"),
        pytest.param(MAYA, False, "may not release", id="a rep"),
    ],
)
def test_what_somebody_may_do_is_what_they_would_be_let_do(story: Story, by: str, decides: bool, why: str) -> None:
    may = story.consider(story.raised[0], by).may
    assert (may.decide, why in may.why_not) == (decides, True)
    assert (may.edit, may.withdraw, may.recall) == (decides, by == PRIYA, False)


def test_it_is_handed_to_nobody_who_may_not_sign_it(story: Story) -> None:
    one = story.raised[0]
    hand_to = [each.username for each in story.consider(one).may.hand_to]
    assert hand_to == [name for name in (DANA, ROWAN) if name != one.owner]


@pytest.mark.parametrize(
    ("team", "sees"), [((DANA,), True), ((PRIYA,), True), ((MAYA,), False), ((MAYA, ROWAN), False)]
)
def test_a_review_is_seen_by_who_has_it_may_sign_it_or_answers_for_it(
    story: Story, team: tuple[str, ...], sees: bool
) -> None:
    one = replace(story.raised[0], owner=DANA)
    assert may_see(story.house.space.house, one, team) is sees


def test_how_alike_changes_fared_is_told_of_those_that_were_decided_alone(story: Story) -> None:
    first, second, third = story.raised
    operations.approve(story.house.space.house, first.id, DANA)
    operations.reject(story.house.space.house, second.id, DANA, "wrong fact", "no such word")
    found = story.consider(third)
    assert (found.alike.approved, found.alike.rejected, found.alike.rate.of) == (1, 1, 2)
    assert found.of_workflow == found.alike
    assert story.consider(first).may.recall
    last = decided_last(story.house.space.house, (DANA,))
    assert [one.id for one in last][:2] == [second.id, first.id]
    assert pace(story.house.space.house, (DANA,)).decisions == 2


def test_an_org_that_is_away_leaves_out_what_only_it_knows(story: Story) -> None:
    story.house.org.faults.add(Fault("query", FaultKind.LIMIT, times=100))
    try:
        found = story.consider(story.raised[2])
    finally:
        story.house.org.faults.clear()
    assert found.shown.unread
    assert (found.reach.amounts, found.reach.all_amounts) == ((), ())
