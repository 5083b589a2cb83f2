"""Governance: owners who are there, misfires answered in time, changes held for people, packets that are signed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.foundation.talk import NOW, an_org, held

from upbeat.foundation import BY_KEY, Found, Ground, HouseFacts, PacketAt, Stake, Status, Weight, judge
from upbeat.foundation.governance import DELTAS, HIGH_STAKES, MISFIRES, OWNERS
from upbeat.workflows import Person, Workflow

PRIYA = Person("priya.shah@acme.example", "005000000000001AAA", "Priya Shah")
STAKE = Stake(
    "advance-stage", PRIYA.username, "commit", refused=False, releasable=True, roles=("revenue_manager", "revops")
)


def house(**facts: Any) -> Ground:
    return an_org(house=HouseFacts(**facts))


def shares(found: Found) -> dict[str, tuple[int, int]]:
    return {one.name: (one.part, one.of) for one in found.measures}


def test_an_owner_who_has_left_is_told_with_what_they_own(shipped: Mapping[str, Workflow]) -> None:
    flow = shipped["missing-next-step"]
    step = replace(flow.steps[0], owner="sam.porter@acme.example")
    ground = an_org(workflows=(replace(flow, steps=(step,)), shipped["advance-stage"]), people={PRIYA.username: PRIYA})
    found = held(OWNERS, ground, {})
    [one] = found.findings
    assert one.says == (
        "sam.porter@acme.example owns its step ask in workflows/missing-next-step.yaml, and is no active user of this "
        "org."
    )
    assert (one.weight, shares(found)) == (Weight.MEDIUM, {"workflow-owners": (2, 3)})
    live = replace(ground, live=frozenset({"missing-next-step"}))
    assert held(OWNERS, live, {}).findings[0].weight is Weight.HIGH


def test_without_a_workflow_there_is_no_owner_to_measure() -> None:
    assert shares(held(OWNERS, an_org(), {})) == {"workflow-owners": (0, 0)}


@pytest.mark.parametrize(
    ("rule", "stated"),
    [
        pytest.param({"owner": PRIYA.username, "why": "Two days is what people wait."}, 1, id="with owner and reason"),
        pytest.param({"owner": PRIYA.username}, 0, id="without a reason"),
        pytest.param({"owner": None, "why": "Two days is what people wait."}, 0, id="without an owner"),
    ],
)
def test_the_time_for_misfires_is_stated_with_why_and_by_whom(rule: dict[str, Any], stated: int) -> None:
    ground = house(answered=3, misfires=4)
    plain = type(ground.policy.misfires)()
    policy = ground.policy.model_copy(update={"misfires": plain.model_copy(update=rule)})
    found = held(MISFIRES, replace(ground, policy=policy), {})
    assert shares(found) == {"misfire-sla/stated": (stated, 1), "misfire-sla/answered": (3, 4)}


def test_a_change_that_went_on_without_a_person_would_fail_the_item() -> None:
    found = held(HIGH_STAKES, house(floor={"commit": True, "price": False}), {})
    assert shares(found) == {"human-queue/asked": (1, 2), "human-queue/released": (0, 0)}


def test_without_a_workflow_there_is_nothing_to_ask_the_gate_about_and_that_is_said() -> None:
    found = held(HIGH_STAKES, house(), {})
    stands = judge(BY_KEY["human-queue"], {HIGH_STAKES.name: found}, 90, None, NOW)
    assert (stands.status, stands.says) == (
        Status.NOTHING,
        "no workflow runs here yet: there is no change that the gate could be asked about",
    )


def test_a_change_that_nobody_can_release_is_told_with_who_is_missing() -> None:
    stuck = replace(STAKE, releasable=False, vacant=("revenue_manager",))
    found = held(HIGH_STAKES, house(floor={"commit": True}, stakes=(STAKE, stuck)), {})
    [one] = found.findings
    assert one.says == (
        "Nobody can release what advance-stage suggests (commit): beside priya.shah@acme.example, who owns it "
        "and never releases their own, nobody active is revenue_manager."
    )
    assert "under 'roles' in policy.yaml, as revenue_manager." in one.fix
    assert shares(found)["human-queue/released"] == (1, 2)


def test_one_person_in_two_roles_does_not_release_what_takes_both() -> None:
    [one] = held(HIGH_STAKES, house(floor={"commit": True}, stakes=(replace(STAKE, releasable=False),)), {}).findings
    assert "each of revenue_manager and revops must sign, no person for two" in one.says


def test_what_the_policy_refuses_needs_nobody_to_release_it() -> None:
    found = held(
        HIGH_STAKES, house(floor={"commit": True}, stakes=(replace(STAKE, refused=True, releasable=False),)), {}
    )
    assert (found.findings, shares(found)["human-queue/released"]) == ((), (0, 0))


@pytest.mark.parametrize(
    ("packets", "share"),
    [
        pytest.param((), (0, 0), id="no week is over"),
        pytest.param((PacketAt("2026-W45", NOW, "", None),), (0, 1), id="nobody signed"),
        pytest.param((PacketAt("2026-W45", NOW, PRIYA.username, NOW - timedelta(days=14)),), (1, 1), id="lately"),
        pytest.param((PacketAt("2026-W40", NOW, PRIYA.username, NOW - timedelta(days=15)),), (0, 1), id="long ago"),
    ],
)
def test_a_weekly_packet_is_signed_in_two_weeks(packets: tuple[PacketAt, ...], share: tuple[int, int]) -> None:
    assert shares(held(DELTAS, house(packets=packets), {})) == {"pipeline-deltas": share}
