"""What a policy says of itself: who may do what, which tier a write needs, and its one text."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base.files import FileModel
from upbeat.domain import Effect, Tier
from upbeat.workflows import PLAYBOOKS, POLICY, Act, Policy, Rule, content_of, load, restore_file

PRIYA, DANA = "priya.shah@acme.example", "dana.whitfield@acme.example"
SHIPPED = load(PLAYBOOKS).policy


def a_rule(effect: Effect, tier: Tier, *roles: str, **more: Any) -> Rule:
    return Rule(effect=effect, tier=tier, roles=roles, why="Margins are thin", owner=PRIYA, **more)


def restored(policy: Policy) -> FileModel:
    return restore_file(POLICY, content_of(policy))


def changed(**more: Any) -> Policy:
    return SHIPPED.model_copy(update=more)


class TestPermissions:
    @pytest.mark.parametrize("act", ["build", "connect", "resume"])
    def test_what_names_no_role_is_everyones(self, act: Act) -> None:
        assert SHIPPED.may("anybody@acme.example", act)

    @pytest.mark.parametrize(("person", "may"), [(PRIYA, True), (PRIYA.upper(), True), (DANA, False), ("", False)])
    def test_what_names_a_role_is_for_those_who_hold_it(self, person: str, may: bool) -> None:
        policy = changed(permissions=SHIPPED.permissions.model_copy(update={"build": ("revops",)}))
        assert policy.may(person, "build") is may

    def test_a_role_that_nobody_holds_lets_nobody_through(self) -> None:
        policy = changed(permissions=SHIPPED.permissions.model_copy(update={"build": ("ghosts",)}))
        assert not policy.may(PRIYA, "build")

    def test_to_connect_is_another_permission_than_to_build(self) -> None:
        policy = changed(permissions=SHIPPED.permissions.model_copy(update={"build": ("revops",), "connect": ("it",)}))
        assert (policy.may(PRIYA, "build"), policy.may(PRIYA, "connect")) == (True, False)

    def test_without_a_policy_nobody_publishes_and_nobody_lifts_a_stop(self) -> None:
        nobody = Policy.refusing()
        assert not nobody.may(PRIYA, "build")
        assert not nobody.may(PRIYA, "resume")


class TestTier:
    PRICED = changed(
        rules=(*SHIPPED.rules, a_rule(Effect.FIELD, Tier.REVIEW, "revops", fields=("Lead.Rating",), workflows=("a",)))
    )

    @pytest.mark.parametrize(
        ("written", "workflow", "tier"),
        [
            pytest.param({("lead", "rating")}, "a", Tier.REVIEW, id="in its scope"),
            pytest.param({("lead", "rating")}, "b", Tier.AUTO, id="in another workflow"),
            pytest.param({("lead", "status")}, "a", Tier.AUTO, id="another field"),
            pytest.param({("contact", "rating")}, "a", Tier.AUTO, id="another object"),
            pytest.param({("", "rating")}, "a", Tier.REVIEW, id="an object that is not known"),
        ],
    )
    def test_a_scoped_rule_counts_within_its_scope(
        self, written: set[tuple[str, str]], workflow: str, tier: Tier
    ) -> None:
        assert self.PRICED.tier([Effect.FIELD], Tier.AUTO, written, workflow) is tier

    def test_an_effect_without_a_rule_of_its_own_counts_as_approval(self) -> None:
        assert changed(rules=()).tier([Effect.FIELD], Tier.AUTO) is Tier.APPROVAL

    def test_a_step_asks_for_more_and_never_for_less(self) -> None:
        asked = [SHIPPED.tier(effects, Tier.REVIEW) for effects in ([Effect.FIELD], [Effect.PRICE])]
        assert asked == [Tier.REVIEW, Tier.APPROVAL]


class TestText:
    def test_a_policy_is_restored_from_its_text(self) -> None:
        again = restored(SHIPPED)
        assert (again.model_dump(), content_of(again)) == (SHIPPED.model_dump(), content_of(SHIPPED))

    @pytest.mark.parametrize(
        ("old", "new", "same"),
        [
            pytest.param("# nobody releases", "# three, as nobody", True, id="a comment"),
            pytest.param("late_from: Proposal/Price Quote", 'late_from: "Proposal/Price Quote"', True, id="quotes"),
            pytest.param("rules:\n", "queue: {hold: 10 seconds}\nrules:\n", True, id="a default, written out"),
            pytest.param("rules:\n", "queue: {hold: 20 seconds}\nrules:\n", False, id="a figure"),
            pytest.param("A forecast is the manager's word", "A forecast is a promise", False, id="a reason"),
        ],
    )
    def test_its_text_is_what_it_says_and_not_how(
        self, old: str, new: str, same: bool, workspace: Any, spoil: Callable[..., list[str]]
    ) -> None:
        assert spoil("policy.yaml", old, new) == []
        assert (content_of(load(workspace).policy) == content_of(SHIPPED)) is same

    @given(data=st.data())
    def test_any_policy_is_restored_from_its_text(self, data: st.DataObject) -> None:
        some = data.draw(st.lists(st.sampled_from(SHIPPED.rules), unique_by=lambda one: one.effect))
        floors = data.draw(st.dictionaries(st.sampled_from(["update_record", "assign_owner"]), st.integers(0, 1)))
        confidence = SHIPPED.confidence.model_copy(update={"by": floors})
        policy = changed(rules=tuple(some), late_from=data.draw(st.none() | st.just("Lost")), confidence=confidence)
        assert restored(policy).model_dump() == policy.model_dump()
