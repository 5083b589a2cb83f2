"""What happens to a proposal: the order of the reasons, the tiers, and who may release it."""

import copy
import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from upbeat.base import decode, digest
from upbeat.domain import Approval, Decision, Effect, Mode, Proposal, Quote, Record, Tier, Verb, Verdict
from upbeat.gate import FLOOR, Clearance, Facts, Uncleared, clear, decide, decide_group
from upbeat.workflows import Policy

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = "priya.shah@acme.example"

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]
Deals = Mapping[str, Record | None]


def signed(proposal: Proposal, by: str, role: str, *, at: datetime = NOW) -> Approval:
    return Approval(review_id="r1", by=by, role=role, at=at, proposal_digest=digest(proposal))


def with_rule(policy: Policy, effect: Effect, **change: Any) -> Policy:
    """Give the policy with one rule changed, past the checks that a file would meet."""
    rules = tuple(one.model_copy(update=change) if one.effect is effect else one for one in policy.rules)
    return policy.model_copy(update={"rules": rules})


@pytest.fixture
def lead(proposal: Make) -> Proposal:
    """An auto action: a lead's owner."""
    return proposal(Verb.UPDATE, "Lead", {"OwnerId": "005000000000001AAA"})


@pytest.fixture
def account(proposal: Make) -> Proposal:
    """An action that two people must sign: an account's owner."""
    return proposal(Verb.UPDATE, "Account", {"OwnerId": "005000000000001AAA"})


@pytest.fixture
def contact(proposal: Make) -> Proposal:
    """An action that one person reviews: a contact's owner."""
    return proposal(Verb.UPDATE, "Contact", {"OwnerId": "005000000000001AAA"})


class TestAuto:
    def test_what_policy_calls_auto_is_applied(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(lead, policy, facts()).verdict is Verdict.APPLY

    @pytest.mark.law(6)
    def test_a_lead_that_a_rep_has_taken_changes_hands_by_a_persons_word(
        self, lead: Proposal, policy: Policy, facts: Tell
    ) -> None:
        held = decide(lead, policy, facts(taken="Lena Vogel accepted it on 21 Nov"))
        assert (held.verdict, held.tier, held.rule) == (Verdict.REVIEW, Tier.REVIEW, "taken")
        assert held.why.endswith("never auto once somebody works on it: Lena Vogel accepted it on 21 Nov.")

    def test_a_decision_is_bound_to_its_proposal(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(lead, policy, facts()).proposal_digest == digest(lead)

    def test_nobody_is_asked(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(lead, policy, facts()).roles == ()

    @pytest.mark.parametrize("sure", [0.79, 0.0, float("nan")])
    def test_what_is_not_sure_enough_waits_for_a_review(
        self, sure: float, lead: Proposal, policy: Policy, facts: Tell
    ) -> None:
        decided = decide(replace(lead, confidence=sure), policy, facts())
        assert (decided.verdict, decided.tier, decided.rule) == (Verdict.REVIEW, Tier.REVIEW, "confidence")

    def test_what_is_just_sure_enough_is_applied(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(replace(lead, confidence=0.8), policy, facts()).verdict is Verdict.APPLY

    def test_a_step_may_raise_the_tier(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide(replace(lead, raise_to=Tier.APPROVAL), policy, facts())
        assert (decided.verdict, decided.tier, decided.rule) == (Verdict.REVIEW, Tier.APPROVAL, "step")

    def test_what_a_step_raised_is_released_by_those_who_promote(
        self, lead: Proposal, policy: Policy, facts: Tell
    ) -> None:
        assert decide(replace(lead, raise_to=Tier.REVIEW), policy, facts()).roles == policy.promotion.roles

    def test_a_step_cannot_lower_the_tier(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(replace(account, raise_to=Tier.REVIEW), policy, facts()).tier is Tier.APPROVAL


class TestReview:
    def test_a_review_waits(self, contact: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(contact, policy, facts()).verdict is Verdict.REVIEW

    @pytest.mark.parametrize(("by", "role"), [("ann@acme.example", "manager"), ("raj@acme.example", "revops")])
    def test_any_one_who_may_releases_it(
        self, by: str, role: str, contact: Proposal, policy: Policy, facts: Tell
    ) -> None:
        decided = decide(contact, policy, facts(approvals=(signed(contact, by, role),)))
        assert decided.verdict is Verdict.APPLY

    def test_the_decision_names_the_approval_that_released_it(
        self, contact: Proposal, policy: Policy, facts: Tell
    ) -> None:
        approval = signed(contact, "ann@acme.example", "manager")
        assert decide(contact, policy, facts(approvals=(approval,))).approvals == (approval,)

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"at": NOW - timedelta(hours=1)}, id="one came earlier"),
            pytest.param({"by": "both@acme.example"}, id="by two people"),
            pytest.param({"by": "both@acme.example", "role": "revops"}, id="by two people in two roles"),
            pytest.param({"review_id": "r0"}, id="in two reviews"),
        ],
    )
    def test_of_several_signatures_it_is_the_same_one_that_counts(
        self, change: dict[str, Any], contact: Proposal, policy: Policy, facts: Tell
    ) -> None:
        first = signed(contact, "ann@acme.example", "manager")
        two = (first, replace(first, **change))
        assert decide(contact, policy, facts(approvals=two)) == decide(contact, policy, facts(approvals=two[::-1]))

    def test_of_one_persons_two_roles_it_is_the_same_one_that_counts(
        self, contact: Proposal, policy: Policy, facts: Tell
    ) -> None:
        two = tuple(signed(contact, "both@acme.example", role) for role in ("manager", "revops"))
        assert decide(contact, policy, facts(approvals=two)) == decide(contact, policy, facts(approvals=two[::-1]))


class TestApproval:
    def test_one_of_two_roles_is_not_enough(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide(account, policy, facts(approvals=(signed(account, "ann@acme.example", "manager"),)))
        assert decided.verdict is Verdict.REVIEW

    def test_every_role_by_another_person_releases(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        both = (signed(account, "ann@acme.example", "manager"), signed(account, "raj@acme.example", "revops"))
        decided = decide(account, policy, facts(approvals=both[::-1]))
        assert (decided.verdict, decided.approvals) == (Verdict.APPLY, both)

    @pytest.mark.law(1)
    def test_one_person_in_two_roles_counts_once(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        both = (signed(account, "both@acme.example", "manager"), signed(account, "both@acme.example", "revops"))
        assert decide(account, policy, facts(approvals=both)).verdict is Verdict.REVIEW

    def test_who_holds_two_roles_signs_the_one_that_is_left(
        self, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        three = (
            signed(account, "both@acme.example", "manager"),
            signed(account, "both@acme.example", "revops"),
            signed(account, "ann@acme.example", "manager"),
        )
        assert decide(account, policy, facts(approvals=three)).verdict is Verdict.APPLY

    @pytest.mark.parametrize(
        ("by", "role"),
        [
            pytest.param(OWNER, "manager", id="the workflow's owner"),
            pytest.param(OWNER.upper(), "manager", id="the workflow's owner, in capitals"),
            pytest.param("raj@acme.example", "manager", id="somebody in another role"),
            pytest.param("eve@acme.example", "manager", id="somebody in no role"),
            pytest.param("raj@acme.example", "chief", id="a role that the policy does not know"),
        ],
    )
    def test_an_approval_does_not_count_by(
        self, by: str, role: str, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        both = (signed(account, by, role), signed(account, "raj@acme.example", "revops"))
        assert decide(account, policy, facts(approvals=both)).verdict is Verdict.REVIEW

    def test_an_approval_of_other_values_does_not_count(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        other = replace(account, after={"OwnerId": "005000000000002AAA"})
        both = (signed(other, "ann@acme.example", "manager"), signed(other, "raj@acme.example", "revops"))
        assert decide(account, policy, facts(approvals=both)).verdict is Verdict.REVIEW

    def test_an_approval_from_the_future_does_not_count(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        soon = NOW + timedelta(seconds=1)
        both = (
            signed(account, "ann@acme.example", "manager", at=soon),
            signed(account, "raj@acme.example", "revops"),
        )
        assert decide(account, policy, facts(approvals=both)).verdict is Verdict.REVIEW

    @pytest.mark.law(4)
    def test_a_model_that_is_quite_sure_needs_people_all_the_same(
        self, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        quote = Quote("OwnerId", "Lena takes this account over", "call 17", NOW)
        sure = replace(account, from_model=True, confidence=1.0, quotes=(quote,))
        assert decide(sure, policy, facts()).verdict is Verdict.REVIEW


class TestFloor:
    @pytest.mark.law(6)
    @pytest.mark.parametrize("effect", FLOOR)
    def test_no_rule_goes_below_the_floor(
        self, effect: Effect, policy: Policy, proposal: Make, facts: Tell, deals: Deals
    ) -> None:
        lowered = with_rule(policy, effect, tier=Tier.AUTO, roles=())
        write, deal = {
            Effect.COMMIT: (proposal(Verb.UPDATE, "Opportunity", {"TotalOpportunityQuantity": 2}), "commit"),
            Effect.CLOSED_WON: (proposal(Verb.UPDATE, "Opportunity", {"NextStep": "x"}), "won"),
            Effect.ACCOUNT_OWNER: (proposal(Verb.UPDATE, "Account", {"OwnerId": "x"}), "-"),
            Effect.PRICE: (proposal(Verb.UPDATE, "PricebookEntry", {"UnitPrice": 1}), "-"),
            Effect.MERGE: (proposal(Verb.MERGE, "Contact", {}), "-"),
            Effect.CONVERT: (proposal(Verb.CONVERT, "Lead", {}), "-"),
            Effect.MESSAGE: (proposal(Verb.SEND, "Email", {"To": "buyer@customer.example"}), "-"),
            Effect.STAGE: (proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"}), "pipeline"),
        }[effect]
        assert decide(write, lowered, facts(deal=deals[deal])).verdict is Verdict.REVIEW

    def test_the_floor_is_what_the_laws_name(self) -> None:
        assert {
            **dict.fromkeys((Effect.COMMIT, Effect.CLOSED_WON, Effect.ACCOUNT_OWNER, Effect.PRICE), Tier.APPROVAL),
            **dict.fromkeys((Effect.MERGE, Effect.CONVERT), Tier.APPROVAL),
            **dict.fromkeys((Effect.MESSAGE, Effect.STAGE), Tier.REVIEW),
        } == FLOOR

    def test_an_early_stage_is_never_auto(self, policy: Policy, proposal: Make, facts: Tell, deals: Deals) -> None:
        lowered = with_rule(policy, Effect.STAGE, tier=Tier.AUTO, roles=()).model_copy(update={"late_from": "Proposal"})
        move = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"})
        assert decide(move, lowered, facts(deal=deals["pipeline"])).tier is Tier.REVIEW

    def test_a_rule_may_ask_for_more(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        raised = with_rule(policy, Effect.LEAD_OWNER, tier=Tier.REVIEW, roles=("manager",))
        assert decide(lead, raised, facts()).tier is Tier.REVIEW

    @pytest.mark.law(6)
    def test_approval_that_nobody_may_give_is_never_given(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        nobody = policy.model_copy(update={"roles": {}})
        both = (signed(account, "ann@acme.example", "manager"), signed(account, "raj@acme.example", "revops"))
        assert decide(account, nobody, facts(approvals=both)).verdict is Verdict.REVIEW

    @pytest.mark.parametrize(
        ("deal", "stage", "tier"),
        [
            pytest.param("pipeline", "Qualified", Tier.REVIEW, id="early to early"),
            pytest.param("pipeline", "Proposal", Tier.APPROVAL, id="early to late"),
            pytest.param("lost", "Qualified", Tier.APPROVAL, id="closed to early"),
            pytest.param("unknown", "Qualified", Tier.APPROVAL, id="not known to early"),
        ],
    )
    def test_a_lowered_rule_for_stages_holds_for_early_ones_alone(
        self, deal: str, stage: str, tier: Tier, policy: Policy, proposal: Make, facts: Tell, deals: Deals
    ) -> None:
        lowered = with_rule(policy, Effect.STAGE, tier=Tier.REVIEW).model_copy(update={"late_from": "Proposal"})
        move = proposal(Verb.UPDATE, "Opportunity", {"StageName": stage})
        assert decide(move, lowered, facts(deal=deals[deal])).tier is tier

    def test_without_a_first_late_stage_every_stage_is_late(
        self, policy: Policy, proposal: Make, facts: Tell, deals: Deals
    ) -> None:
        lowered = with_rule(policy, Effect.STAGE, tier=Tier.REVIEW)
        move = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"})
        assert decide(move, lowered, facts(deal=deals["pipeline"])).tier is Tier.APPROVAL


class TestBlock:
    @pytest.mark.law(5)
    @pytest.mark.parametrize("reasons", [(), ("",), (" ", "\n")])
    def test_nothing_is_written_without_a_reason(
        self, reasons: tuple[str, ...], lead: Proposal, policy: Policy, facts: Tell
    ) -> None:
        decided = decide(replace(lead, reasons=reasons), policy, facts())
        assert (decided.verdict, decided.rule) == (Verdict.BLOCK, "reasons")

    def test_an_effect_without_a_rule_is_refused(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        silent = policy.model_copy(update={"rules": ()})
        decided = decide(lead, silent, facts())
        assert (decided.verdict, decided.why) == (
            Verdict.BLOCK,
            "A new owner of a lead is in no rule of the policy, and what no rule names is refused.",
        )

    def test_an_update_of_nothing_is_refused(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        assert decide(proposal(Verb.UPDATE, "Lead", {}), policy, facts()).verdict is Verdict.BLOCK

    def test_a_paused_workflow_writes_nothing(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide(lead, policy, facts(mode=Mode.PAUSED))
        assert (decided.verdict, decided.rule) == (Verdict.BLOCK, "paused")

    @pytest.mark.law(8)
    def test_a_record_that_somebody_else_made_is_not_deleted(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        assert decide(proposal(Verb.DELETE, "Task", {}), policy, facts()).rule == "delete"

    @pytest.mark.law(8)
    def test_a_record_that_we_made_may_be_taken_back(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        back = proposal(Verb.DELETE, "Task", {}, undoes=("p0",))
        assert decide(back, policy, facts()).verdict is Verdict.REVIEW


class TestMonitor:
    @pytest.mark.law(7)
    def test_monitor_observes_what_would_be_applied(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(lead, policy, facts(mode=Mode.MONITOR)).verdict is Verdict.OBSERVE

    def test_monitor_shows_what_it_would_have_needed(self, account: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide(account, policy, facts(mode=Mode.MONITOR))
        assert (decided.tier, decided.effects, decided.roles) == (
            Tier.APPROVAL,
            (Effect.ACCOUNT_OWNER,),
            ("manager", "revops"),
        )

    def test_monitor_shows_what_would_be_refused(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(replace(lead, reasons=()), policy, facts(mode=Mode.MONITOR)).verdict is Verdict.BLOCK


class TestGroup:
    def test_the_writes_of_one_step_take_the_highest_tier(
        self, lead: Proposal, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        decided = decide_group([(lead, facts()), (account, facts())], policy)
        assert [one.tier for one in decided] == [Tier.APPROVAL, Tier.APPROVAL]

    def test_each_keeps_its_own_effects(self, lead: Proposal, account: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide_group([(lead, facts()), (account, facts())], policy)
        assert [one.effects for one in decided] == [(Effect.LEAD_OWNER,), (Effect.ACCOUNT_OWNER,)]

    @pytest.mark.law(6)
    def test_signing_one_of_them_releases_none(
        self, lead: Proposal, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        told = facts(
            approvals=(signed(account, "ann@acme.example", "manager"), signed(account, "raj@acme.example", "revops"))
        )
        decided = decide_group([(lead, told), (account, told)], policy)
        assert {one.verdict for one in decided} == {Verdict.REVIEW}

    def test_signing_all_of_them_releases_all(
        self, lead: Proposal, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        people = [("ann@acme.example", "manager"), ("raj@acme.example", "revops")]
        told = facts(approvals=tuple(signed(one, *who) for one in (lead, account) for who in people))
        decided = decide_group([(lead, told), (account, told)], policy)
        assert {one.verdict for one in decided} == {Verdict.APPLY}

    @pytest.mark.law(7)
    def test_one_of_them_in_monitor_observes_all(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide_group([(lead, facts()), (lead, facts(mode=Mode.MONITOR))], policy)
        assert {one.verdict for one in decided} == {Verdict.OBSERVE}

    @pytest.mark.law(6)
    def test_refusing_one_refuses_all(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        decided = decide_group([(lead, facts()), (replace(lead, reasons=()), facts())], policy)
        assert {one.verdict for one in decided} == {Verdict.BLOCK}


class TestWords:
    def test_a_hold_names_the_effect_the_people_the_rule_and_its_owner(
        self, account: Proposal, policy: Policy, facts: Tell
    ) -> None:
        assert decide(account, policy, facts()).why == (
            "A new owner of an account always needs approval by manager and revops: We agreed on account owner "
            "(rule of priya.shah@acme.example, applies always)."
        )

    def test_an_auto_action_names_its_rule_too(self, lead: Proposal, policy: Policy, facts: Tell) -> None:
        assert decide(lead, policy, facts()).why == (
            "A new owner of a lead happens at once: We agreed on lead owner "
            "(rule of priya.shah@acme.example, applies always)."
        )

    def test_a_doubt_is_called_one(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Opportunity", {"NextStep": "Call"})
        assert decide(write, policy, facts(deal=None)).why.startswith(
            "A change to a won deal (the org does not say, so it counts as one) always needs approval"
        )

    def test_a_doubt_about_commit_is_called_one(
        self, policy: Policy, proposal: Make, facts: Tell, deals: Deals
    ) -> None:
        write = proposal(Verb.UPDATE, "Opportunity", {"Amount": 5})
        assert decide(write, policy, facts(deal=deals["unmapped stage"])).why.startswith(
            "A change into, out of or within Commit (the org does not say, so it counts as one)"
        )

    def test_a_certainty_is_not_called_a_doubt(self, policy: Policy, proposal: Make, facts: Tell, deals: Deals) -> None:
        write = proposal(Verb.UPDATE, "Opportunity", {"NextStep": "Call"})
        assert "does not say" not in decide(write, policy, facts(deal=deals["won"])).why


@pytest.mark.law(1)
class TestClearance:
    @pytest.fixture
    def applied(self, lead: Proposal, policy: Policy, facts: Tell) -> Decision:
        return decide(lead, policy, facts())

    def test_a_decision_to_apply_is_cleared(self, applied: Decision) -> None:
        cleared = clear(applied, "e1")
        assert (cleared.decision, cleared.entry_id) == (applied, "e1")

    def test_a_clearance_is_told_apart_by_its_proposal_and_its_entry(self, applied: Decision) -> None:
        assert repr(clear(applied, "e1")) == "Clearance(proposal p1, entry e1)"

    @pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.APPLY])
    def test_no_other_decision_is_cleared(self, verdict: Verdict, applied: Decision) -> None:
        with pytest.raises(Uncleared, match="is not cleared"):
            clear(replace(applied, verdict=verdict), "e1")

    def test_a_decision_outside_the_ledger_is_not_cleared(self, applied: Decision) -> None:
        with pytest.raises(Uncleared, match="not in the ledger"):
            clear(applied, "")

    @pytest.mark.parametrize(
        "forge",
        [
            pytest.param(lambda c: Clearance(object(), c.decision, "e2"), id="constructing one"),
            pytest.param(copy.copy, id="copying one"),
            pytest.param(copy.deepcopy, id="copying one deeply"),
            pytest.param(lambda c: replace(c, entry_id="e2"), id="replacing a field"),
            pytest.param(pickle.dumps, id="pickling one"),
            pytest.param(lambda c: setattr(c, "entry_id", "e2"), id="changing one"),
            pytest.param(lambda c: delattr(c, "entry_id"), id="emptying one"),
            pytest.param(lambda _: type("Forged", (Clearance,), {}), id="inheriting"),
            pytest.param(lambda _: decode('{"entry_id": "e2"}', Clearance), id="decoding one"),
            pytest.param(lambda _: object.__new__(Clearance).entry_id, id="an empty shell"),
        ],
    )
    def test_there_is_no_other_way_to_one(self, forge: Callable[[Clearance], object], applied: Decision) -> None:
        with pytest.raises((Uncleared, TypeError, AttributeError, msgspec.ValidationError)):
            forge(clear(applied, "e1"))
