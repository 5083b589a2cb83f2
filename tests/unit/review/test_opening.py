"""What is put into the queue: whole, once, for who may sign it, and until when."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from upbeat import review
from upbeat.domain import HOUSE, Approval, Change, Decision, Effect, Event, Item, Proposal, Tier, Verdict
from upbeat.ledger import Kind
from upbeat.review import Body, Matter, OwnerQueue, Review, ReviewError, State
from upbeat.review.rights import demand_of, may_sign, next_signer, writers
from upbeat.review.rows import told

AUTHOR = "priya.shah@acme.example"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))
DAY = timedelta(days=1)
INSTANT = datetime.resolution


def matter(queue: Any, **more: Any) -> Matter:
    due = queue.clock.now() + 2 * DAY
    plain = {"kind": "incident", "key": str(next(queue.numbers)), "ask": "What now?", "owner": DANA, "due": due}
    return Matter(**{**plain, "choices": ("seen",), "reasons": ("why",), **more})


def opened(queue: Any, one: Matter) -> Review:
    with queue.store.writing() as conn:
        return review.open_matter(conn, queue.ledger, one, queue.clock.now())


def decided(proposal: Proposal, *effects: Effect) -> Decision:
    return Decision(proposal.id, "d", Verdict.REVIEW, Tier.APPROVAL, effects, "stage", "why", ("revops",))


class TestASuggestedChange:
    @pytest.mark.parametrize(("tier", "within"), [(Tier.APPROVAL, DAY), (Tier.REVIEW, 2 * DAY)])
    def test_it_is_due_as_its_tier_is_and_given_up_later(self, queue: Any, tier: Tier, within: timedelta) -> None:
        found, now = queue.release("revenue_manager", tier=tier), queue.clock.now()
        assert (found.due_at, found.expires_at, found.created_at) == (now + within, now + 30 * DAY, now)
        assert (found.tier, found.kind, found.moves, found.decided_at) == (tier, review.RELEASE, 0, None)

    @pytest.mark.law(6)
    def test_it_is_never_given_up_before_somebody_else_was_asked_as_well(self, queue: Any) -> None:
        policy = queue.policy
        short = policy.model_copy(update={"queue": policy.queue.model_copy(update={"expire_after": DAY})})
        now = queue.clock.now()
        assert review.gives_up(short, now + 2 * DAY, now) == now + 3 * DAY
        assert review.gives_up(policy, now + 2 * DAY, now) == now + 30 * DAY

    def test_it_shows_every_effect_that_one_of_its_changes_has(self, queue: Any) -> None:
        item = replace(an_item(queue), id=f"item {next(queue.numbers)}")
        two = [replace(queue.release("revops").body.proposals[0], id=f"{item.id} {number}") for number in range(2)]
        decisions = [decided(two[0], Effect.STAGE), decided(two[1], Effect.FORECAST, Effect.STAGE)]
        with queue.store.writing() as conn:
            found = review.open_release(
                conn,
                queue.ledger,
                item,
                two,
                decisions,
                queue.policy,
                title="Lowell",
                names={"005": "Rowan"},
                owner=ROWAN,
                author=AUTHOR,
                now=queue.clock.now(),
                rests_on={"Amount": 1},
                again="its facts changed",
            )
        assert set(found.body.effects) == {Effect.STAGE, Effect.FORECAST}
        assert found.body == queue.find(found.id).body
        assert (found.body.rests_on, found.body.again, found.body.names) == (
            {"Amount": 1},
            "its facts changed",
            {"005": "Rowan"},
        )

    def test_in_the_ledger_it_is_whole_and_in_the_name_of_the_house(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        entry = queue.entries(found)[-1]
        assert (entry.kind, entry.actor, entry.item_id, entry.record_id) == (
            Kind.HELD,
            HOUSE,
            found.item_id,
            found.record_id,
        )
        assert (entry.workflow, entry.version) == (found.workflow, found.version)
        said = entry.payload
        assert (said["review"], said["title"], said["owner"]) == (found.id, found.title, ROWAN)
        assert said["body"]["proposals"][0]["id"] == found.body.proposals[0].id
        assert {"due_at", "expires_at"} <= said.keys()


def an_item(queue: Any) -> Item:
    event = Event("00D000000000001EAA", "Opportunity", "006000000000009AAA", Change.UPDATED, "k", queue.clock.now())
    return Item("item", "advance-stage", "v" * 64, event)


class TestAMatter:
    def test_one_that_is_open_is_not_opened_twice(self, queue: Any) -> None:
        one = matter(queue)
        assert opened(queue, one) == opened(queue, replace(one, ask="And now?"))

    def test_one_that_was_answered_is_opened_anew(self, queue: Any) -> None:
        first = opened(queue, one := matter(queue))
        queue.answer(first, DANA, "seen")
        again = opened(queue, one)
        assert (again.id != first.id, again.state) == (True, State.OPEN)

    def test_another_kind_or_key_or_workflow_is_another(self, queue: Any) -> None:
        one = matter(queue)
        others = [one, replace(one, kind="alarm"), replace(one, key="k"), replace(one, workflow="advance-stage")]
        assert len({opened(queue, each).id for each in others}) == 4

    def test_it_is_due_before_it_lapses(self, queue: Any) -> None:
        now = queue.clock.now()
        soon = opened(queue, matter(queue, expires=now + DAY))
        late = opened(queue, matter(queue, expires=now + 9 * DAY))
        assert (soon.due_at, soon.expires_at) == (now + DAY, now + DAY)
        assert (late.due_at, late.expires_at) == (now + 2 * DAY, now + 9 * DAY)

    def test_it_is_of_the_house_and_lapses_never_where_nothing_else_is_said(self, queue: Any) -> None:
        found = opened(queue, matter(queue))
        assert (found.workflow, found.expires_at, found.queue, found.item_id) == (HOUSE, None, OwnerQueue.NONE, "")
        assert found == queue.find(found.id)


@pytest.mark.law(6)
class TestRights:
    def test_of_a_review_one_signature_of_a_list_is_enough_and_an_approval_needs_every_role(self) -> None:
        body = Body((), roles=("a", "b"), one_of=(("c", "d"),), tier=Tier.REVIEW)
        assert (demand_of(body).every, demand_of(body).one_of) == ((), (("c", "d"),))
        assert demand_of(replace(body, one_of=())).one_of == (("a", "b"),)
        approval = demand_of(replace(body, tier=Tier.APPROVAL))
        assert (approval.every, approval.one_of) == (("a", "b"), (("c", "d"),))

    def test_who_wrote_a_value_is_known_whatever_the_case(self, queue: Any) -> None:
        found = queue.release("revenue_manager", edited={"StageName": ROWAN.upper()})
        assert writers(found) == {ROWAN}
        assert not may_sign(found, ROWAN, queue.policy)

    def test_who_may_sign_is_told_apart(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        assert [may_sign(found, one, queue.policy) for one in (ROWAN, DANA, AUTHOR)] == [True, False, False]

    def test_next_is_somebody_who_may_sign_what_is_missing(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager")
        assert next_signer(found, queue.policy) == ROWAN
        assert next_signer(queue.approve(found, ROWAN), queue.policy) == DANA

    def test_where_only_the_author_holds_a_role_nobody_is_next(self, queue: Any) -> None:
        found = queue.release("revops")
        alone = queue.policy.model_copy(update={"roles": {"revops": (AUTHOR,)}})
        assert next_signer(found, alone) is None
        assert next_signer(found, queue.policy) == MAYA
        assert next_signer(found, queue.policy.model_copy(update={"roles": {}})) is None

    def test_of_a_list_that_somebody_who_signed_holds_nothing_is_missing(self, queue: Any) -> None:
        found = queue.release(tier=Tier.APPROVAL)
        approval = Approval(found.id, DANA, "revenue_manager", queue.clock.now(), "d")
        body = replace(found.body, roles=(), one_of=(("revops",), ("sales_manager", "revops")), approvals=(approval,))
        assert review.missing(replace(found, body=body), queue.policy) == ["revops"]

    def test_of_a_list_only_who_holds_one_of_its_roles_signs_and_is_next(self, queue: Any) -> None:
        found = queue.release("revops")
        found = replace(found, body=replace(found.body, roles=(), one_of=(("sales_manager",),)))
        assert [may_sign(found, one, queue.policy) for one in (DANA, ROWAN, MAYA)] == [True, True, False]
        assert next_signer(found, queue.policy) == DANA

    def test_who_may_sign_both_signs_what_an_approval_needs_before_what_any_may(self, queue: Any) -> None:
        found = queue.release("sales_manager")
        found = replace(found, body=replace(found.body, one_of=(("revenue_manager",),)))
        assert review.role_of(found, ROWAN, queue.policy) == "sales_manager"

    def test_whoever_signed_signs_no_second_time_in_other_letters(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager", "sales_manager"), ROWAN)
        with pytest.raises(ReviewError, match="has signed already"):
            queue.approve(found, ROWAN.title())


class TestRows:
    def test_what_is_still_open_is_what_people_or_the_hold_have(self, queue: Any) -> None:
        held, wanted = queue.approve(queue.release("revenue_manager"), ROWAN), queue.release("revenue_manager")
        over, other = queue.reject(queue.release("revenue_manager"), ROWAN), queue.release("revenue_manager")
        with queue.store.reading() as conn:
            found = review.still_open(conn, [one.item_id for one in (held, wanted, over)])
        assert {one.id for one in found} == {held.id, wanted.id}
        assert other.id not in {one.id for one in found}

    def test_of_an_item_every_review_is_given_the_oldest_first(self, queue: Any) -> None:
        number = 2 * 10**6
        three = [queue.question("a", number=number) for _ in range(3)]
        queue.answer(three[0], DANA, "a")
        with queue.store.reading() as conn:
            assert [one.id for one in review.of_item(conn, three[0].item_id)] == [one.id for one in three]

    def test_a_review_is_found_by_the_beginning_of_its_id_in_any_case(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        assert [queue.find(one) for one in (found.id, found.id[:20], found.id[:20].upper())] == [found] * 3

    def test_what_no_act_may_do_is_refused_and_what_was_read_before_another_act_too(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager")
        queue.approve(found, ROWAN)
        with queue.store.writing() as conn, pytest.raises(ReviewError, match="changed by somebody") as raised:
            review.reject(conn, queue.ledger, found, DANA, "wrong fact", queue.clock.now())
        assert raised.value.fix == "`upbeat review show` has it as it is."
        assert queue.find(found.id).moves == 1

    def test_who_decided_it_and_when_is_told_by_the_choice_or_the_state(self, queue: Any) -> None:
        found = queue.answer(queue.question("keep"), DANA, "keep")
        assert told(found) == f"was keep by {DANA} at {queue.clock.now():%F %R}"
        assert told(replace(found, choice="", decided_at=None)) == f"was answered by {DANA} at before"

    def test_no_act_on_one_review_moves_another(self, queue: Any) -> None:
        one, other = queue.release("revenue_manager"), queue.release("revenue_manager")
        queue.approve(one, ROWAN)
        assert queue.find(other.id) == other
