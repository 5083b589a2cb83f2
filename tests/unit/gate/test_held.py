"""What was put to people under one policy and is decided under another: whichever asks for more holds."""

from collections.abc import Callable
from typing import Any

import pytest

from upbeat.base import digest
from upbeat.domain import Approval, Decision, Effect, Mode, Proposal, Tier, Verb, Verdict
from upbeat.gate import Facts, decide, decide_again
from upbeat.workflows import Policy, content_of, version_of

ANN, RAJ = "ann@acme.example", "raj@acme.example"

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]


def ruled(policy: Policy, tier: Tier, **more: Any) -> Policy:
    """Give the policy with that tier for a lead's owner, released by managers."""
    change = {"tier": tier, "roles": () if tier is Tier.AUTO else ("manager",)}
    rules = [one.model_copy(update=change) if one.effect is Effect.LEAD_OWNER else one for one in policy.rules]
    return policy.model_copy(update={"rules": tuple(rules), **more})


@pytest.fixture
def lead(proposal: Make) -> Proposal:
    return proposal(Verb.UPDATE, "Lead", {"OwnerId": "005000000000001AAA"})


def again(lead: Proposal, now: Policy, then: Policy, told: Facts) -> Decision:
    [decided] = decide_again([(lead, told)], now, then)
    return decided


def signed(lead: Proposal, told: Facts, by: str) -> Approval:
    return Approval("r1", by, "manager", told.now, digest(lead))


@pytest.mark.law(6)
@pytest.mark.parametrize(
    ("then", "now", "tier", "by"),
    [
        pytest.param(Tier.REVIEW, Tier.APPROVAL, Tier.APPROVAL, "now", id="stricter since"),
        pytest.param(Tier.APPROVAL, Tier.REVIEW, Tier.APPROVAL, "then", id="milder since"),
        pytest.param(Tier.REVIEW, Tier.AUTO, Tier.REVIEW, "then", id="auto since"),
        pytest.param(Tier.AUTO, Tier.REVIEW, Tier.REVIEW, "now", id="auto before"),
    ],
)
def test_the_stricter_policy_decides_and_is_named(
    then: Tier, now: Tier, tier: Tier, by: str, lead: Proposal, policy: Policy, facts: Tell
) -> None:
    both = {"then": ruled(policy, then), "now": ruled(policy, now)}
    decided = again(lead, both["now"], both["then"], facts())
    assert (decided.verdict, decided.tier, decided.policy) == (Verdict.REVIEW, tier, version_of(content_of(both[by])))


def test_of_two_that_ask_as_much_todays_is_named(lead: Proposal, policy: Policy, facts: Tell) -> None:
    now, then = ruled(policy, Tier.REVIEW, late_from="Proposal"), ruled(policy, Tier.REVIEW)
    assert again(lead, now, then, facts()) == decide(lead, now, facts())


def test_the_same_policy_decides_as_ever(lead: Proposal, policy: Policy, facts: Tell) -> None:
    assert again(lead, policy, policy.model_copy(), facts()) == decide(lead, policy, facts())


@pytest.mark.parametrize("silent", ["then", "now"])
def test_what_one_of_them_refuses_is_refused(silent: str, lead: Proposal, policy: Policy, facts: Tell) -> None:
    both = {"then": ruled(policy, Tier.AUTO), "now": ruled(policy, Tier.AUTO)}
    both[silent] = policy.model_copy(update={"rules": ()})
    assert again(lead, both["now"], both["then"], facts()).verdict is Verdict.BLOCK


@pytest.mark.law(7)
def test_monitor_observes_under_both(lead: Proposal, policy: Policy, facts: Tell) -> None:
    decided = again(lead, ruled(policy, Tier.AUTO), ruled(policy, Tier.REVIEW), facts(mode=Mode.MONITOR))
    assert (decided.verdict, decided.tier) == (Verdict.OBSERVE, Tier.REVIEW)


@pytest.mark.law(1)
@pytest.mark.parametrize(
    ("roles", "verdict"),
    [
        pytest.param({"manager": (ANN,)}, Verdict.APPLY, id="who signed holds the role still"),
        pytest.param({"manager": (RAJ,)}, Verdict.REVIEW, id="who signed has lost it"),
        pytest.param({"revops": (RAJ,)}, Verdict.APPLY, id="today's policy no longer knows the role"),
    ],
)
def test_who_holds_a_role_is_as_todays_policy_says(
    roles: dict[str, tuple[str, ...]], verdict: Verdict, lead: Proposal, policy: Policy, facts: Tell
) -> None:
    now, then = ruled(policy, Tier.AUTO, roles=roles), ruled(policy, Tier.REVIEW)
    told = facts()
    assert again(lead, now, then, facts(approvals=(signed(lead, told, ANN),))).verdict is verdict
