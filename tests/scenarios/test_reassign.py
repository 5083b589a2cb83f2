"""A rep leaves with five leads and an account: shown first, then given on, each by its tier, and taken back again."""

import json
from collections.abc import Iterator

import pytest
from click.testing import Result
from tests.scenarios.promised import BEN, LENA, OWEN, POOL, PRIYA, ROUTE, arrives, kinds, monday, promise
from typer.testing import CliRunner

from upbeat import operations
from upbeat.app import add_template
from upbeat.cli import app
from upbeat.domain import Tier
from upbeat.ledger import Kind
from upbeat.operations import Pattern, Reassignment, Refused
from upbeat.testing import House
from upbeat.workflows import templates

ACCOUNTS = "hand-over-accounts"
TWO = """\
pool: accounts
title: Accounts of two people
object: Account
owner: priya.shah@acme.example
takes_from: [lena.vogel@acme.example, owen.hughes@acme.example]
territories:
  - {name: DACH, countries: [Germany, Austria, Switzerland]}
  - {name: UK, countries: [United Kingdom]}
members:
  - {user: lena.vogel@acme.example, territories: [DACH]}
  - {user: owen.hughes@acme.example, territories: [DACH, UK]}
otherwise: {hold: An account needs an owner, owner: priya.shah@acme.example, due: 5 days}
"""


class Story:
    """What Lena had as she left: three leads that the pool gave her, of which she accepted two; two of her own."""

    def __init__(self, house: House) -> None:
        self.house = house
        monday(house)
        given = [arrives(house, LastName=f"Lead {number}") for number in range(9)]
        self.given = [one for one in given if house.owner("Lead", one) == LENA]
        self.accepted = self.given[:2]
        for one in self.accepted:
            operations.accept_promise(house.space.house, one, LENA)
        self.own = [house.create("Lead", LastName=f"Own {n}", Company="Hers", OwnerId=house.ids[LENA]) for n in (1, 2)]
        house.create("Task", by=LENA, Subject="Call", WhoId=self.own[1], OwnerId=house.ids[LENA], Status="Completed")
        house.create("Lead", LastName="Other", Company="Owens", OwnerId=house.ids[OWEN])
        self.moves = house.create("Account", Name="Rheinwerk", BillingCountry="United Kingdom", OwnerId=house.ids[LENA])
        house.create("Account", Name="Stays", BillingCountry="Germany", OwnerId=house.ids[LENA])
        house.play()
        self.before = self.owners()
        house.update("User", house.ids[LENA], IsActive=False)
        self.left_at = house.clock.now()
        self.shown = self.plan("inbound", of=LENA)
        self.after_preview = self.owners()
        self.asked = operations.reassign(house.space.house, self.shown, PRIYA)
        self.again = self.plan("inbound", of=LENA)
        self.twice = operations.reassign(house.space.house, self.shown, PRIYA)
        house.play()
        self.after = self.owners()

    @property
    def leads(self) -> list[str]:
        return [*self.given, *self.own]

    def plan(self, pool: str, **said: str) -> Reassignment:
        return operations.plan_reassignment(self.house.space.house, pool, **said)

    def owners(self) -> list[str]:
        return [self.house.owner("Lead", one) for one in self.leads]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        add_template(house.folder, next(one for one in templates() if one.name == ACCOUNTS))
        house.write({"routing/accounts.yaml": TWO})
        house.promote(ROUTE)
        yield Story(house)


def test_a_preview_says_who_would_get_what_by_which_tier_and_writes_nothing(story: Story) -> None:
    found = {one.handover.record_id: one for one in story.shown.going}
    assert sorted(found) == sorted(story.leads)
    auto = {story.given[2], story.own[0]}
    tiers = {key: Tier.AUTO if key in auto else Tier.REVIEW for key in story.leads}
    assert {key: one.tier for key, one in found.items()} == tiers
    assert {one.to for one in story.shown.going} == {OWEN, BEN}
    assert "accepted it" in found[story.accepted[0]].taken
    assert "touched it" in found[story.own[1]].taken
    assert all(one.why == f"{LENA} has left" for one in story.shown.going)
    assert story.before == story.after_preview == [LENA] * 5


def test_what_nobody_worked_on_goes_at_once_as_it_was_shown_and_the_rest_waits_for_a_person(story: Story) -> None:
    shown = {one.handover.record_id: one for one in story.shown.going}
    wanted = [one.to if (one := shown[key]).tier is Tier.AUTO else LENA for key in story.leads]
    assert story.after == wanted
    waits = [one for one in story.house.reviews() if one.record_id in story.leads]
    assert {(one.record_id, one.tier) for one in waits} == {(one, "review") for one in (*story.accepted, story.own[1])}


def test_a_second_order_starts_nothing_twice_and_says_so(story: Story) -> None:
    assert (len(story.asked.runs), story.asked.under_way) == (5, 0)
    assert story.again.to_start == []
    assert (story.twice.runs, story.twice.under_way) == ((), 5)


def test_a_promise_goes_on_with_its_age_and_the_ledger_says_by_whose_word(story: Story) -> None:
    [gone] = [one for one in story.given if one not in story.accepted]
    row = promise(story.house, gone)
    assert (row.stage, row.owner) == ("open", story.house.owner("Lead", gone))
    assert Kind.REASSIGNED in kinds(story.house, gone)
    assert f"{LENA} has left; {PRIYA} asked for it" in str(story.house.runs(gone)[-1].told)


@pytest.mark.law(7)
def test_a_pool_whose_workflow_is_not_live_gives_nothing_on(story: Story) -> None:
    with pytest.raises(Refused, match="is not live") as refused:
        story.plan("accounts", of=LENA)
    assert refused.value.fix == f"Take it live first: `upbeat promote {ACCOUNTS}`."


def test_only_who_answers_for_the_pool_may_ask(story: Story) -> None:
    with pytest.raises(Refused, match="does not answer for the pool"):
        operations.reassign(story.house.space.house, story.shown, BEN)


@pytest.mark.law(6)
def test_an_account_waits_for_approval_and_is_found_by_its_territory(story: Story) -> None:
    house = story.house
    house.promote(ACCOUNTS)
    plan = story.plan("accounts", territory="UK")
    assert [(one.name, one.to, one.tier) for one in plan.going] == [("Rheinwerk", OWEN, Tier.APPROVAL)]
    operations.reassign(house.space.house, plan, PRIYA)
    house.play()
    [asked] = [one for one in house.reviews() if one.record_id == story.moves]
    assert (asked.tier, house.owner("Account", story.moves)) == ("approval", LENA)
    with pytest.raises(Refused, match="no territory Mars"):
        story.plan("accounts", territory="Mars")


@pytest.mark.law(15)
def test_what_is_asked_while_writes_are_stopped_waits_and_goes_once_they_are_let(story: Story) -> None:
    house = story.house
    house.update("User", house.ids[LENA], IsActive=True)
    lead = house.create("Lead", LastName="Late", Company="Hers", OwnerId=house.ids[LENA])
    house.update("User", house.ids[LENA], IsActive=False)
    operations.stop(house.space.house, PRIYA, "looking")
    plan = story.plan("inbound", of=LENA)
    assert [one.handover.record_id for one in plan.to_start] == [lead]
    operations.reassign(house.space.house, plan, PRIYA)
    house.play()
    assert house.owner("Lead", lead) == LENA
    operations.resume(house.space.house, PRIYA)
    house.play("1 minute")
    assert house.owner("Lead", lead) in {OWEN, BEN}


def test_the_command_shows_counts_and_examples_and_does_nothing_without_a_yes(story: Story) -> None:
    def run(*more: str, answer: str = "") -> Result:
        said = ["routing", "reassign", "--pool", "inbound", "--of", OWEN, "--dir", str(story.house.folder)]
        return CliRunner().invoke(app, [*said, *more], input=answer)

    found = json.loads(run("--json").output)
    assert found["runs"] == []
    assert {one["owner"] for one in found["going"]} == {OWEN}
    said = run(answer="n\n").output
    assert "By the pool inbound as it is now" in said
    assert "Nothing was done" in said
    assert story.plan("inbound", of=OWEN).to_start
    again = run("--of", LENA, "--yes", "--as", PRIYA).output  # the last --of counts
    assert "under way already" in again
    assert "3 records under way already, and not started again" in again
    assert "Name one of them" in run("--territory", "UK").stderr


@pytest.mark.law(8)
def test_all_of_it_is_taken_back_by_a_rollback_of_the_workflow_since(story: Story) -> None:
    house = story.house
    house.update("User", house.ids[LENA], IsActive=True)  # an org gives nothing to who has left
    operations.roll_back(house.space.house, Pattern(workflow=ROUTE, since=story.left_at), PRIYA)
    house.play("1 minute")
    assert story.owners() == [LENA] * 5
