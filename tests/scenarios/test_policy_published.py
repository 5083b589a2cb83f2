"""The policy is published while work is under way: of two policies the stricter holds, and a burst loses nothing."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.rating import RATER

from upbeat import operations
from upbeat.ledger import Kind
from upbeat.operations import Journey, Refused
from upbeat.review import ReviewError
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
ROUTE, RATE = "route-inbound-leads", "rate-new-leads"
RATES = f"""\
workflow: {RATE}
title: Give every new lead a rating
function: sdr
family: hygiene
owner: {PRIYA}
problem: Nobody rates leads
metric: rated_leads
rollback: automatic
trigger:
  start: created
  object: Lead
  when: |
    NOT(IsConverted)
steps:
  - step: rate
    agent: rater
    use: update_record
    set: {{Rating: Warm}}
outcomes:
  rated: {{when: '{{!$Step.rate.written}}'}}
  waiting: {{due: 1 day, then: escalate, to: {PRIYA}}}
"""
POLICY = (PLAYBOOKS / "policy.yaml").read_text()
AUTO = "  - effect: field\n    tier: auto\n"
REVIEWED = "  - effect: field\n    tier: review\n    roles: [sales_manager]\n"
SIGNED = "  - effect: field\n    tier: approval\n    roles: [revops, revenue_manager]\n"


def policy(rule: str) -> dict[str, str]:
    assert AUTO in POLICY
    return {"policy.yaml": POLICY.replace(AUTO, rule)}


@pytest.fixture
def house() -> Iterator[House]:
    files = {f"workflows/{RATE}.yaml": RATES, "agents/rater.yaml": RATER, **policy(REVIEWED)}
    with House(only=[RATE], files=files) as one:
        one.promote(RATE)
        yield one


def publish(house: House, rule: str) -> None:
    house.write(policy(rule))
    house.publish("policy")
    house.play()


def rating(house: House, lead: str) -> str | None:
    return house.get("Lead", lead)["Rating"]


def decided(run: Journey) -> list[int]:
    return [one.policy for one in run.told if one.kind is Kind.DECIDED]


class TestAPolicyMadeStricter:
    @pytest.mark.law(6)
    def test_what_waited_for_one_signature_needs_both_that_are_asked_now(self, house: House, a_lead: Make) -> None:
        lead = a_lead()
        house.play()
        publish(house, SIGNED)
        [review] = house.reviews()
        house.approve(review, DANA)
        house.play()
        assert rating(house, lead) is None
        [stricter] = house.reviews()
        assert set(stricter.body.roles) == {"revops", "revenue_manager"}
        with pytest.raises((Refused, ReviewError)):
            house.approve(stricter, DANA)
        house.approve(stricter, ROWAN)
        house.play()
        assert rating(house, lead) is None  # and the workflow's owner, who holds the other role, asks for it

    def test_each_decision_names_the_policy_that_it_was_taken_by(self, house: House, a_lead: Make) -> None:
        lead = a_lead()
        house.play()
        publish(house, SIGNED)
        [review] = house.reviews()
        house.approve(review, DANA)
        house.play()
        assert decided(house.run(lead)) == [1, 2]


class TestAPolicyMadeMilder:
    @pytest.mark.law(6)
    def test_what_was_asked_is_still_asked(self, house: House, a_lead: Make) -> None:
        waits = a_lead()
        house.play()
        publish(house, AUTO)
        at_once = a_lead(LastName="Adler")
        house.play()
        assert (rating(house, waits), rating(house, at_once)) == (None, "Warm")
        [review] = house.reviews()
        house.approve(review, DANA)
        house.play()
        assert rating(house, waits) == "Warm"
        assert decided(house.run(waits)) == [1, 1]

    @pytest.mark.law(6)
    def test_who_holds_a_role_is_as_published_last(self, house: House, a_lead: Make) -> None:
        lead = a_lead()
        house.play()
        [review] = house.reviews()
        house.approve(review, DANA)
        house.write(
            {
                "policy.yaml": policy(REVIEWED)["policy.yaml"].replace(
                    "sales_manager: [dana.whitfield@acme.example, ", "sales_manager: ["
                )
            }
        )
        house.publish("policy")
        house.play()
        assert rating(house, lead) is None
        [again] = house.reviews()
        house.approve(again, ROWAN)
        house.play()
        assert rating(house, lead) == "Warm"


@pytest.mark.law(2)
@pytest.mark.law(3)
def test_a_workflow_published_anew_in_the_middle_of_a_burst_loses_nothing_and_doubles_nothing() -> None:
    with House(only=[ROUTE]) as house:
        house.promote(ROUTE)

        def arrive(name: str, count: int) -> list[str]:
            queue = house.ids["New Leads"]
            return [
                house.create("Lead", LastName=f"{name} {n}", Company=f"{name} {n}", Country="UK", OwnerId=queue)
                for n in range(count)
            ]

        done = arrive("Done", 5)
        house.play()
        operations.stop(house.space.house, PRIYA, "the burst stands half-way")
        taken = arrive("Taken", 20)
        house.play()
        text = (house.folder / f"workflows/{ROUTE}.yaml").read_text()
        house.write({f"workflows/{ROUTE}.yaml": text.replace("title: ", "title: Anew. ")})
        [change] = operations.publish(house.space.house, [ROUTE], PRIYA)
        assert change.in_flight == 20
        later = arrive("Later", 5)
        house.play()
        operations.resume(house.space.house, PRIYA)
        house.play("2 minutes")
        runs = {lead: house.runs(lead) for lead in (*done, *taken, *later)}
        assert {len(found) for found in runs.values()} == {1}
        assert {(run.number, run.mode, run.outcome) for lead in (*done, *taken) for run in runs[lead]} == {
            (1, "live", "routed")
        }
        assert {(run.number, run.mode, run.outcome) for lead in later for run in runs[lead]} == {
            (2, "monitor", "routed")
        }
        given = house.query("SELECT LeadId FROM LeadHistory WHERE Field = 'Owner'")
        assert sorted({row["LeadId"] for row in given}) == sorted((*done, *taken))


def test_explain_names_the_version_and_the_policy_by_their_numbers(house: House, a_lead: Make) -> None:
    house.write({f"workflows/{RATE}.yaml": RATES.replace("every new lead", "each new lead")})
    house.publish(RATE)
    house.play()
    house.promote(RATE)
    lead = a_lead()
    house.play()
    publish(house, SIGNED)
    run = house.run(lead)
    assert (run.number, {one.policy for one in run.told}) == (2, {1})
    operations.stop(house.space.house, PRIYA, "")
    with house.space.store.reading() as conn:
        entries = house.space.ledger.about(conn, item_id=run.run)
    assert all(entry.policy for entry in entries)
    assert all(entry.version for entry in entries)
