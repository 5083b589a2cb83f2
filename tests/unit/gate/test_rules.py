"""What an org's own rules do beside the floor: scoped ones, floors of confidence, and whose signatures they want."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from upbeat.base import digest
from upbeat.domain import HOUSE, Approval, Effect, Proposal, Quote, Record, Tier, Verb, Verdict
from upbeat.gate import Facts, decide
from upbeat.workflows import POLICY, Policy, Rule, content_of, restore_file

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = "priya.shah@acme.example"
ANN, RAJ, BOTH, KIM = (f"{name}@acme.example" for name in ("ann", "raj", "both", "kim"))

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]


def ruled(policy: Policy, *rules: Rule, **more: Any) -> Policy:
    """Give the policy with more rules, with Kim in finance."""
    roles = {**policy.roles, "finance": (KIM,)}
    return policy.model_copy(update={"rules": (*policy.rules, *rules), "roles": roles, **more})


def a_rule(effect: Effect, tier: Tier, *roles: str, **more: Any) -> Rule:
    return Rule(effect=effect, tier=tier, roles=roles, why="Margins are thin.", owner=KIM, **more)


def signed(proposal: Proposal, by: str, role: str) -> Approval:
    return Approval(review_id="r1", by=by, role=role, at=NOW, proposal_digest=digest(proposal))


SECTOR = a_rule(Effect.FIELD, Tier.APPROVAL, "finance", fields=("Lead.Industry",), applies="to banks alone")


class TestScope:
    @pytest.mark.parametrize(
        ("after", "tier"),
        [
            pytest.param({"Status": "Working"}, Tier.AUTO, id="another field"),
            pytest.param({"Industry": "Banking"}, Tier.APPROVAL, id="the field"),
            pytest.param({"INDUSTRY": "Banking"}, Tier.APPROVAL, id="the field, in another case"),
            pytest.param({"Status": "Working", "Industry": "Banking"}, Tier.APPROVAL, id="the field among others"),
            pytest.param({"Convertible": {"Industry": "Banking"}}, Tier.APPROVAL, id="the field, nested"),
        ],
    )
    def test_a_rule_for_a_field_speaks_of_writes_to_it_alone(
        self, after: Record, tier: Tier, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        write = proposal(Verb.UPDATE, "Lead", after)
        assert decide(write, ruled(policy, SECTOR), facts()).tier is tier

    def test_a_rule_for_a_field_says_nothing_of_its_namesake_on_another_object(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        write = proposal(Verb.UPDATE, "Contact", {"Industry": "Banking"})
        assert decide(write, ruled(policy, SECTOR), facts()).tier is Tier.AUTO

    def test_a_rule_for_every_field_of_an_object_speaks_of_each(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        every = a_rule(Effect.FIELD, Tier.REVIEW, "finance", fields=("lead.*",))
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"})
        assert decide(write, ruled(policy, every), facts()).roles == ("finance",)

    @pytest.mark.parametrize(("workflow", "tier"), [("nurture", Tier.REVIEW), ("route-inbound-leads", Tier.AUTO)])
    def test_a_rule_for_a_workflow_speaks_of_no_other(
        self, workflow: str, tier: Tier, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        of_one = a_rule(Effect.FIELD, Tier.REVIEW, "finance", workflows=("nurture",))
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, workflow=workflow)
        assert decide(write, ruled(policy, of_one), facts()).tier is tier

    def test_a_rule_that_acts_is_shown_with_its_scope_its_owner_and_when_it_applies(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        decided = decide(proposal(Verb.UPDATE, "Lead", {"Industry": "Banking"}), ruled(policy, SECTOR), facts())
        assert (decided.rule, decided.why) == (
            "field for Lead.Industry",
            (
                "A change of a field needs approval by finance: Margins are thin "
                "(rule for Lead.Industry of kim@acme.example, applies to banks alone)."
            ),
        )

    def test_every_rule_that_acts_is_shown(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Account", {"OwnerId": "005000000000001AAA", "Discount_Rate__c": 5})
        why = decide(write, policy, facts()).why
        assert "We agreed on account owner" in why
        assert "We agreed on price" in why

    @pytest.mark.law(6)
    def test_a_scoped_rule_never_lowers_what_the_effects_own_rule_asks(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        lower = a_rule(Effect.OPPORTUNITY_OWNER, Tier.AUTO, fields=("Opportunity.OwnerId",))
        write = proposal(Verb.UPDATE, "Opportunity", {"OwnerId": "005000000000001AAA"})
        assert decide(write, ruled(policy, lower), facts()).tier is Tier.APPROVAL

    def test_an_effect_that_has_scoped_rules_alone_is_refused(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        silent = policy.model_copy(update={"rules": (SECTOR,)})
        decided = decide(proposal(Verb.UPDATE, "Lead", {"Industry": "Banking"}), silent, facts())
        assert (decided.verdict, decided.rule) == (Verdict.BLOCK, "field")


class TestRoleLists:
    """A deal's forecast is a review by manager or revops; with finance's own rule, theirs as well."""

    @pytest.fixture
    def both_lists(self, policy: Policy) -> Policy:
        return ruled(policy, a_rule(Effect.FORECAST, Tier.REVIEW, "finance", fields=("Opportunity.*",)))

    @pytest.fixture
    def forecast(self, proposal: Make) -> Proposal:
        return proposal(Verb.UPDATE, "Opportunity", {"ForecastCategoryName": "Upside"})

    @pytest.fixture
    def handed_over(self, proposal: Make) -> Proposal:
        return proposal(Verb.UPDATE, "Opportunity", {"OwnerId": "005000000000001AAA"})

    @pytest.fixture
    def watched(self, policy: Policy) -> Policy:
        """An open deal's owner is an approval by manager and revops, and finance reviews it."""
        return ruled(policy, a_rule(Effect.OPPORTUNITY_OWNER, Tier.REVIEW, "finance", fields=("Opportunity.*",)))

    @pytest.fixture
    def told(self, facts: Tell) -> Callable[..., Facts]:
        deal = {"StageName": "Discovery", "ForecastCategory": "Pipeline", "IsWon": False}
        return lambda *approvals: facts(deal=deal, approvals=approvals)

    def test_each_rules_list_is_asked_for(self, forecast: Proposal, both_lists: Policy, told: Any) -> None:
        decided = decide(forecast, both_lists, told())
        assert (decided.tier, decided.one_of) == (Tier.REVIEW, (("manager", "revops"), ("finance",)))

    @pytest.mark.parametrize("who", [(ANN, "manager"), (KIM, "finance")])
    def test_a_signature_of_one_list_is_not_enough(
        self, who: tuple[str, str], forecast: Proposal, both_lists: Policy, told: Any
    ) -> None:
        assert decide(forecast, both_lists, told(signed(forecast, *who))).verdict is Verdict.REVIEW

    def test_a_signature_of_each_list_is(self, forecast: Proposal, both_lists: Policy, told: Any) -> None:
        approvals = (signed(forecast, ANN, "manager"), signed(forecast, KIM, "finance"))
        decided = decide(forecast, both_lists, told(*approvals))
        assert (decided.verdict, set(decided.approvals)) == (Verdict.APPLY, set(approvals))

    def test_one_person_who_is_in_both_lists_is_enough_for_a_review(
        self, forecast: Proposal, both_lists: Policy, told: Any
    ) -> None:
        kim_manages = both_lists.model_copy(update={"roles": {**both_lists.roles, "manager": (ANN, KIM)}})
        assert decide(forecast, kim_manages, told(signed(forecast, KIM, "manager"))).verdict is Verdict.APPLY

    def test_a_list_that_includes_another_one_asks_for_nothing_more(
        self, forecast: Proposal, policy: Policy, told: Any
    ) -> None:
        narrower = ruled(policy, a_rule(Effect.FORECAST, Tier.REVIEW, "manager", fields=("Opportunity.*",)))
        assert decide(forecast, narrower, told()).one_of == (("manager",),)

    def test_an_approval_takes_no_review_away(self, handed_over: Proposal, watched: Policy, told: Any) -> None:
        two = (signed(handed_over, ANN, "manager"), signed(handed_over, RAJ, "revops"))
        three = (*two, signed(handed_over, KIM, "finance"))
        verdicts = [decide(handed_over, watched, told(*some)).verdict for some in (two, three)]
        assert verdicts == [Verdict.REVIEW, Verdict.APPLY]

    def test_a_review_that_an_approver_may_give_too_needs_no_signature_of_its_own(
        self, handed_over: Proposal, watched: Policy, told: Any
    ) -> None:
        of_two = watched.model_copy(update={"roles": {**watched.roles, "revops": (RAJ, KIM)}})
        two = (signed(handed_over, ANN, "manager"), signed(handed_over, KIM, "revops"))
        assert decide(handed_over, of_two, told(*two)).verdict is Verdict.APPLY

    def test_what_asks_the_most_is_named_first(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        asking = (
            a_rule(Effect.LEAD_OWNER, Tier.REVIEW, "finance", fields=("Lead.*",)),
            a_rule(Effect.FIELD, Tier.APPROVAL, "manager", fields=("Lead.*",)),
        )
        write = proposal(Verb.UPDATE, "Lead", {"OwnerId": "005000000000001AAA", "Rating": "Hot"})
        assert decide(write, ruled(policy, *asking), facts()).rule == "field for Lead.*"

    def test_a_review_below_an_approval_is_shown_beside_it(
        self, handed_over: Proposal, watched: Policy, told: Any
    ) -> None:
        decided = decide(handed_over, watched, told())
        assert (decided.rule, decided.one_of) == ("opportunity owner", (("finance",),))
        assert "Margins are thin" in decided.why


class TestConfidence:
    @pytest.mark.parametrize(
        ("sure", "use", "tier"),
        [
            pytest.param(0.85, "update_record", Tier.REVIEW, id="less sure than the function must be"),
            pytest.param(0.9, "update_record", Tier.AUTO, id="just as sure as the function must be"),
            pytest.param(0.85, "assign_owner", Tier.AUTO, id="another function"),
            pytest.param(0.75, "assign_owner", Tier.REVIEW, id="less sure than the effect asks"),
            pytest.param(0.75, "create_task", Tier.REVIEW, id="a function's lower floor lowers nothing"),
            pytest.param(1.01, "assign_owner", Tier.REVIEW, id="more than sure"),
            pytest.param(-1.0, "assign_owner", Tier.REVIEW, id="less than not at all"),
            pytest.param(float("nan"), "assign_owner", Tier.REVIEW, id="not a number"),
            pytest.param(float("inf"), "assign_owner", Tier.REVIEW, id="without end"),
        ],
    )
    def test_what_is_not_sure_enough_for_its_effect_and_its_function_is_reviewed(
        self, sure: float, use: str, tier: Tier, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        by = policy.confidence.model_copy(
            update={"by": {"update_record": Decimal("0.9"), "create_task": Decimal("0.1")}}
        )
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, confidence=sure, use=use)
        assert decide(write, ruled(policy, confidence=by), facts()).tier is tier

    def test_a_scoped_rule_may_ask_for_more_of_it(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        surer = a_rule(Effect.FIELD, Tier.AUTO, fields=("Lead.Rating",), confidence=Decimal("0.95"))
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, confidence=0.9)
        assert decide(write, ruled(policy, surer), facts()).tier is Tier.REVIEW

    def test_a_functions_floor_is_shown_with_its_why_and_its_owner(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        by = policy.confidence.model_copy(
            update={"by": {"update_record": Decimal("0.9")}, "why": "It was wrong twice.", "owner": KIM}
        )
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, confidence=0.85, use="update_record")
        assert decide(write, ruled(policy, confidence=by), facts()).why == (
            "The suggestion is 85% sure, and what is not 90% sure is never auto for update_record: It was wrong twice "
            "(confidence, of kim@acme.example, applies always)."
        )

    def test_of_two_equal_floors_the_effects_own_is_named(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        by = policy.confidence.model_copy(update={"by": {"update_record": Decimal("0.8")}})
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, confidence=0.7, use="update_record")
        assert decide(write, ruled(policy, confidence=by), facts()).why == (
            "The suggestion is 70% sure, and what is not 80% sure is never auto."
        )

    @pytest.mark.parametrize("sure", [float("nan"), -0.1, 1.01, 1.5])
    def test_what_does_not_say_how_sure_it_is_is_told_so(
        self, sure: float, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, confidence=sure)
        assert decide(write, policy, facts()).why == (
            "The suggestion does not say how sure it is, from 0 to 1, and such a one is never auto."
        )


def quoted(*fields: str, text: str = "We are a bank", source: str = "call 17") -> tuple[Quote, ...]:
    return tuple(Quote(one, text, source, NOW) for one in fields)


class TestModel:
    @pytest.mark.law(5)
    @pytest.mark.parametrize(
        "quotes",
        [
            pytest.param((), id="no quote"),
            pytest.param(quoted("Rating"), id="a quote for one of the two"),
            pytest.param(quoted("Rating", "Industry", text=" \n"), id="an empty quote"),
            pytest.param(quoted("Rating", "Industry", source=""), id="a quote from nowhere"),
        ],
    )
    def test_a_models_value_without_its_quote_is_refused(
        self, quotes: tuple[Quote, ...], policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        after = {"Rating": "Hot", "Industry": "Banking"}
        decided = decide(proposal(Verb.UPDATE, "Lead", after, from_model=True, quotes=quotes), policy, facts())
        assert (decided.verdict, decided.rule) == (Verdict.BLOCK, "quotes")

    @pytest.mark.law(5)
    def test_a_models_value_with_its_quote_follows_its_tier(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Lead", {"Industry": "Banking"}, from_model=True, quotes=quoted("INDUSTRY"))
        assert decide(write, policy, facts()).verdict is Verdict.APPLY

    def test_what_a_person_wrote_in_a_models_place_needs_no_quote(
        self, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        after = {"Rating": "Hot", "Industry": "Banking"}
        write = proposal(Verb.UPDATE, "Lead", after, from_model=True, quotes=quoted("Rating"), edited={"Industry": ANN})
        assert decide(write, policy, facts()).verdict is Verdict.APPLY

    @pytest.mark.law(4)
    @pytest.mark.parametrize(
        ("verb", "target", "after", "tier"),
        [
            pytest.param(Verb.UPDATE, "Lead", {"OwnerId": "005000000000001AAA"}, Tier.REVIEW, id="a lead's owner"),
            pytest.param(Verb.UPDATE, "Lead", {"Rating": "Hot"}, Tier.AUTO, id="a plain field"),
            pytest.param(Verb.CREATE, "Task", {"Subject": "Call"}, Tier.AUTO, id="a task"),
            pytest.param(Verb.CREATE, "Contact", {"LastName": "Ito"}, Tier.AUTO, id="a record"),
        ],
    )
    def test_a_model_alone_never_moves_what_somebody_owns(
        self, verb: Verb, target: str, after: Record, tier: Tier, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        write = proposal(verb, target, after, from_model=True, quotes=quoted(*after))
        assert decide(write, policy, facts()).tier is tier

    @pytest.mark.law(4)
    def test_what_holds_a_models_word_is_said(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        after = {"OwnerId": "005000000000001AAA"}
        write = proposal(Verb.UPDATE, "Lead", after, from_model=True, quotes=quoted("OwnerId"))
        decided = decide(write, policy, facts())
        assert (decided.rule, decided.why) == (
            "model",
            "A new owner of a lead never happens on a model's word alone: a person looks at it first.",
        )

    @pytest.mark.law(6)
    @pytest.mark.parametrize(
        ("to", "item", "workflow", "verdict"),
        [
            pytest.param(OWNER, "", HOUSE, Verdict.APPLY, id="the house, to a colleague"),
            pytest.param(OWNER, "", "a-workflow", Verdict.REVIEW, id="a workflow"),
            pytest.param(OWNER, "i1", HOUSE, Verdict.REVIEW, id="a run of a workflow of that name"),
            pytest.param("kim@other.example", "", HOUSE, Verdict.REVIEW, id="the house, to somebody outside"),
        ],
    )
    def test_a_rule_for_notices_holds_all_but_what_the_house_itself_tells_a_colleague(
        self, to: str, item: str, workflow: str, verdict: Verdict, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        raised = ruled(policy, a_rule(Effect.NOTICE, Tier.REVIEW, "finance"))
        after = {"To": to, "Text": "A change waits for you."}
        mail = proposal(Verb.SEND, "Email", after, record_id="", item_id=item, workflow=workflow)
        assert decide(mail, raised, facts()).verdict is verdict

    def test_a_model_may_tell_a_colleague(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        notice = proposal(Verb.SEND, "Email", {"To": OWNER, "Text": "It is quiet."}, record_id="", from_model=True)
        assert decide(notice, policy, facts()).verdict is Verdict.APPLY


class TestEdits:
    @pytest.mark.law(1)
    def test_who_wrote_a_value_does_not_approve_it(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Account", {"OwnerId": "005000000000001AAA"}, edited={"OwnerId": ANN.upper()})
        both = (signed(write, ANN, "manager"), signed(write, RAJ, "revops"))
        assert decide(write, policy, facts(approvals=both)).verdict is Verdict.REVIEW

    def test_who_reviews_may_write_a_better_value(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Contact", {"OwnerId": "005000000000001AAA"}, edited={"OwnerId": ANN})
        assert decide(write, policy, facts(approvals=(signed(write, ANN, "manager"),))).verdict is Verdict.APPLY


class TestRecord:
    @pytest.mark.law(1)
    @pytest.mark.parametrize(
        "after",
        [
            pytest.param({"Id": "006000000000001AAA", "Rating": "Hot"}, id="another record's id"),
            pytest.param({"iD": "006000000000001AAA"}, id="an id in another case"),
            pytest.param({"attributes": {"type": "Opportunity"}, "Rating": "Hot"}, id="another object"),
            pytest.param({"Owner.Id": "005000000000001AAA"}, id="an id at the end of a path"),
        ],
    )
    def test_values_that_lead_to_another_record_are_refused(
        self, after: Record, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        decided = decide(proposal(Verb.UPDATE, "Lead", after), policy, facts())
        assert (decided.verdict, decided.rule) == (Verdict.BLOCK, "record")

    @pytest.mark.law(1)
    @pytest.mark.parametrize(("record_id", "verdict"), [("00Q1", Verdict.APPLY), ("0061", Verdict.BLOCK)])
    def test_an_id_of_another_object_is_refused(
        self, record_id: str, verdict: Verdict, policy: Policy, proposal: Make, facts: Tell
    ) -> None:
        schema = facts().schema
        leads = replace(schema.object("Lead"), key_prefix="00Q")
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"}, record_id=record_id)
        assert decide(write, policy, facts(schema=schema.with_objects([leads]))).verdict is verdict

    def test_a_create_has_no_id_to_be_wrong(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        schema = facts().schema
        leads = replace(schema.object("Lead"), key_prefix="00Q")
        write = proposal(Verb.CREATE, "Lead", {"LastName": "Ito"}, record_id="")
        assert decide(write, policy, facts(schema=schema.with_objects([leads]))).verdict is Verdict.APPLY


class TestVersion:
    def test_a_decision_names_the_version_of_the_policy(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"})
        again = restore_file(POLICY, content_of(policy))
        assert isinstance(again, Policy)
        assert decide(write, policy, facts()).policy == decide(write, again, facts()).policy

    def test_another_policy_has_another_version(self, policy: Policy, proposal: Make, facts: Tell) -> None:
        write = proposal(Verb.UPDATE, "Lead", {"Rating": "Hot"})
        first, second = (decide(write, one, facts()).policy for one in (policy, ruled(policy, SECTOR)))
        assert first != second
