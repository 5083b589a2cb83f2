"""A promotion refused for each of its reasons: what stands in the way is named, and each has its own fix."""

import re
from collections.abc import Iterator
from typing import cast

import pytest

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Refused
from upbeat.steps import SPECS
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, DefinitionError, FunctionSpec

PRIYA, ROWAN = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis"))
ROUTE, STEP, THREADS, PUSH = (
    "route-inbound-leads", "missing-next-step", "single-threaded-larger-deals", "repeated-close-date-push",
)  # fmt: skip


def shipped(path: str, *changes: tuple[str, str]) -> dict[str, str]:
    """Give a shipped file with changes, each of which must hold."""
    text = (PLAYBOOKS / path).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return {path: text}


def refused(house: House, name: str, why: str, fix: str) -> None:
    """Hold that two people who may are refused so, that the report says the same, and that nothing is live."""
    with pytest.raises(Refused, match=re.escape(why)) as error:
        operations.promote(house.space.house, name, [PRIYA, ROWAN])
    assert fix in error.value.fix
    assert why in operations.go_live_report(house.space.house, name).refusals[0].what
    assert house.space.versions.modes()[name] is not Mode.LIVE


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.play()
        yield one


def test_the_owner_has_left(house: House) -> None:
    house.update("User", house.ids[PRIYA], IsActive=False)
    house.play("2 minutes")
    why = "priya.shah@acme.example, who owns route-inbound-leads, is no longer an active user"
    found = operations.go_live_report(house.space.house, ROUTE).refusals
    assert [(one.rule, one.what) for one in found] == [("owner", why)]
    assert found[0].fix == "Name an active user as 'owner' in workflows/route-inbound-leads.yaml."


@pytest.mark.parametrize("said", ["none", "TODO", "n/a."])
def test_nothing_is_said_of_the_way_back(said: str) -> None:
    with House(only=[STEP], files=_with_rollback(said)) as house:
        house.play()
        refused(house, STEP, "missing-next-step has no rollback path", "how what it did is taken back")


def _with_rollback(said: str) -> dict[str, str]:
    was = "rollback: The tasks that it created can be deleted to the recycle bin"
    return shipped(f"workflows/{STEP}.yaml", (was, f"rollback: {said}"))


def test_a_threshold_has_a_reason_in_name_alone() -> None:
    changed = shipped(
        f"workflows/{PUSH}.yaml", ("The third push is where deals begin to be lost more often than won", "TBD")
    )
    with House(only=[PUSH], files=changed) as house:
        house.play()
        refused(house, PUSH, "the threshold pushes of repeated-close-date-push has no reason", "thresholds.pushes.why")


@pytest.mark.parametrize(
    ("without", "why"),
    [
        pytest.param("owner: priya.shah@acme.example\n", "owner", id="no owner"),
        pytest.param("rollback: Nothing to take back, as it only asks\n", "rollback", id="no rollback path"),
        pytest.param(
            ", why: The third push is where deals begin to be lost more often than won", "why", id="no reason"
        ),
    ],
)
def test_what_the_file_does_not_say_at_all_is_refused_where_it_is_read(without: str, why: str) -> None:
    files = shipped(f"workflows/{PUSH}.yaml", (without, ""))
    with (
        House(only=[PUSH], files=files) as house,
        pytest.raises(DefinitionError, match=rf"{PUSH}\.yaml:.*\b{why}\b"),
    ):
        operations.promote(house.space.house, PUSH, [PRIYA, ROWAN])


def test_it_has_no_action(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that only looks may be installed; a workflow of nothing else acts on nothing that it finds."""
    monkeypatch.setitem(
        cast("dict[str, FunctionSpec]", SPECS), "look_up", FunctionSpec(name="look_up", does="Looks.", parameters={})
    )
    text = shipped(f"workflows/{PUSH}.yaml")[f"workflows/{PUSH}.yaml"]
    head, _ = text.split("steps:")
    end = "outcomes:\n  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}\n"
    step = "steps:\n  - step: look\n    agent: deal-inspector\n    use: look_up\n\n"
    agent = shipped("agents/deal-inspector.yaml", ("may_call: [", "may_call: [look_up, "))
    with House(only=[PUSH], files={f"workflows/{PUSH}.yaml": head + step + end, **agent}) as house:
        house.play()
        refused(house, PUSH, "repeated-close-date-push has no action", "Add to workflows/repeated-close-date-push.yaml")


def test_too_little_of_what_it_compares_is_there() -> None:
    with House(only=[THREADS]) as house:
        for number in range(10):
            amount = {"Amount": 90_000} if number < 7 else {}
            values = {"Name": f"Deal {number}", "StageName": "Qualification", "CloseDate": "2027-01-29"}
            house.create("Opportunity", **values, **amount)
        house.play()
        why = f"too little of what {THREADS} reads is there: Amount 70 % of 80 % (Opportunity, 10 records)"
        refused(house, THREADS, why, "Amount: {least: 70, why: ...}")


def test_how_much_is_enough_can_be_said_in_the_file_with_its_reason() -> None:
    enough = "completeness:\n  Amount: {least: 10, why: Deals get their amount with the first quote}\ntrigger:"
    with House(only=[THREADS], files=shipped(f"workflows/{THREADS}.yaml", ("trigger:", enough))) as house:
        house.create("Opportunity", Name="New", StageName="Prospecting", CloseDate="2027-01-29")
        house.create("Opportunity", Name="Known", StageName="Prospecting", CloseDate="2027-01-29", Amount=60_000)
        house.play()
        house.promote(THREADS)
        assert house.space.versions.modes() == {THREADS: Mode.LIVE}


def test_a_field_whose_blank_is_the_question_may_be_blank() -> None:
    with House(only=[STEP]) as house:
        house.create("Opportunity", Name="New", StageName="Prospecting", CloseDate="2027-01-29")
        house.play()
        [next_step] = [one for one in _filled(house, STEP) if one.path == "NextStep"]
        assert (next_step.percent, next_step.least) == (0, None)
        house.promote(STEP)


def test_it_never_ran_in_monitor() -> None:
    with House(only=[ROUTE]) as house:
        refused(house, ROUTE, "this version of route-inbound-leads never ran in monitor mode", "Let `upbeat run` watch")


def test_a_version_that_was_published_since_has_not_run_in_monitor_yet(house: House) -> None:
    house.write(shipped(f"workflows/{ROUTE}.yaml", ("Give every new lead", "Give each new lead")))
    house.publish(ROUTE)
    house.space.versions.pick_up()
    refused(house, ROUTE, "this version of route-inbound-leads never ran in monitor mode", "Let `upbeat run` watch")
    house.play()
    house.promote(ROUTE)


def test_it_has_not_run_in_monitor_for_as_long_as_the_policy_asks() -> None:
    asked = shipped(
        "policy.yaml", ("roles: [revops, revenue_manager]", "roles: [revops, revenue_manager]\n  monitor_for: 7 days")
    )
    with House(only=[ROUTE], files=asked) as house:
        house.play()
        house.play("30 hours")
        why = "route-inbound-leads ran in monitor for 30 hours, and the policy asks for 7 days"
        refused(house, ROUTE, why, "Let it run until 23 November 2026")
        house.play("6 days")
        house.promote(ROUTE)


def test_too_few_of_its_runs_were_judged() -> None:
    asked = shipped(
        "policy.yaml", ("roles: [revops, revenue_manager]", "roles: [revops, revenue_manager]\n  judged: 1")
    )
    with House(only=[ROUTE], files=asked) as house:
        house.play()
        lead = house.create(
            "Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"]
        )
        house.play()
        refused(house, ROUTE, "people judged 0 of its runs, and the policy asks for 1", "upbeat judge")
        operations.judge(house.space.house, lead, "right", PRIYA)
        house.promote(ROUTE)


def test_it_is_paused_in_its_file() -> None:
    with House(only=[ROUTE], files=shipped(f"workflows/{ROUTE}.yaml", ("mode: monitor", "mode: paused"))) as house:
        house.play()
        refused(house, ROUTE, "route-inbound-leads is paused in its file", "Remove 'mode: paused'")


def test_one_more_would_be_above_the_cap() -> None:
    capped = shipped("policy.yaml", ("late_from:", "triggers: {most: 2, least: 1}\n\nlate_from:"))
    with House(only=[ROUTE, STEP, THREADS, PUSH], files=capped) as house:
        house.play()
        house.promote(STEP, PUSH)
        house.promote(ROUTE)  # it routes by itself and interrupts nobody, so it does not count
        why = f"2 workflows that can interrupt a person are live, and 2 may be: {STEP}, {PUSH}"
        refused(house, THREADS, why, "--exception WHY")
        operations.promote(house.space.house, THREADS, [PRIYA, ROWAN], exception="the quarter's end needs it")
        assert house.space.versions.modes()[THREADS] is Mode.LIVE


def test_a_production_org_takes_the_word() -> None:
    with House(only=[ROUTE], sandbox=False) as house:
        house.play()
        refused(house, ROUTE, "this is a production org, and going live there takes the word", "Add --production.")
        operations.promote(house.space.house, ROUTE, [PRIYA, ROWAN], production=True)


def _filled(house: House, name: str) -> tuple[operations.Filled, ...]:
    return operations.go_live_report(house.space.house, name).completeness
