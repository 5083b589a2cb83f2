"""Writes and what became of them: in order, recorded before and after, and looked up where the answer was lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.apply import State
from upbeat.apply.applier import CHUNK, _chunks
from upbeat.apply.hands import Warrant
from upbeat.domain import Approval, Proposal, Verb
from upbeat.ledger import Kind


def approval(proposal: Proposal, desk: Any) -> Approval:
    return Approval("review", "rowan.ellis@acme.example", "revenue_manager", desk.clock.now(), proposal.id)


class TestRecords:
    def test_every_write_is_said_before_it_is_sent_and_after_it_was_done(self, desk: Any) -> None:
        proposal = desk.proposal(desk.deal())
        desk.apply(desk.cleared(proposal))
        assert [one.kind for one in desk.entries(proposal)] == [Kind.DECIDED, Kind.INTENDED, Kind.WROTE]

    @pytest.mark.law(8)
    def test_what_was_written_keeps_the_values_before_and_after(self, desk: Any) -> None:
        proposal = desk.proposal(desk.deal(), after={"NextStep": "Call finance"})
        desk.apply(desk.cleared(proposal))
        said = desk.entries(proposal)[-1].payload
        assert (said["before"], said["after"]) == ({"NextStep": "before"}, {"NextStep": "Call finance"})

    def test_a_created_record_is_known_by_its_id(self, desk: Any) -> None:
        proposal = desk.task()
        [outcome] = desk.apply(desk.cleared(proposal))
        assert desk.org.record("Task", outcome.record_id)["Subject"] == proposal.after["Subject"]
        assert desk.row(proposal).record_id == outcome.record_id

    def test_a_refused_row_fails_in_the_orgs_words_and_the_others_are_written(self, desk: Any) -> None:
        good, bad = desk.proposal(desk.deal()), desk.proposal(desk.deal(), after={"StageName": None})
        outcomes = desk.apply(desk.cleared(good), desk.cleared(bad))
        assert [one.state for one in outcomes] == [State.WRITTEN, State.FAILED]
        assert outcomes[1].why.startswith("REQUIRED_FIELD_MISSING")

    @pytest.mark.law(3)
    def test_what_was_written_is_not_written_again(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.apply(cleared)
        desk.org.update("Opportunity", [{"Id": deal, "NextStep": "a person's"}], desk.user)
        [again] = desk.apply(cleared)
        assert (again.state, desk.value(deal)) == (State.WRITTEN, "a person's")

    def test_a_delete_goes_to_the_recycle_bin(self, desk: Any) -> None:
        [created] = desk.apply(desk.cleared(made := desk.task()))
        gone = desk.proposal(created.record_id, verb=Verb.DELETE, object="Task", before={}, after={}, undoes=(made.id,))
        [outcome] = desk.apply(desk.cleared(gone))
        assert outcome.state is State.WRITTEN
        assert made.after["Subject"] not in desk.tasks()


@pytest.mark.law(8)
class TestWhatAPersonChangedSince:
    """What waited is compared with the org before it goes."""

    def changed(self, desk: Any, deal: str) -> None:
        desk.org.update("Opportunity", [{"Id": deal, "NextStep": "a person's"}], desk.user)

    def test_what_waited_for_an_approval_is_stale_and_not_written(self, desk: Any) -> None:
        proposal = desk.proposal(deal := desk.deal())
        cleared = desk.cleared(proposal, approvals=(approval(proposal, desk),))
        self.changed(desk, deal)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.STALE, "a person's")
        assert outcome.why == "changed since: NextStep is a person's and was before"

    def test_a_rollback_is_stale_and_not_written(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), undoes=("written before",)))
        self.changed(desk, deal)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.STALE, "a person's")

    def test_what_was_decided_long_ago_is_stale_and_not_written(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal()))
        desk.clock.advance(desk.long)
        self.changed(desk, deal)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.STALE, "a person's")

    def test_what_waited_and_is_as_it_was_is_written(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.clock.advance(desk.long)
        desk.apply(cleared)
        assert desk.value(deal) == "ours"

    def test_a_record_that_is_gone_is_stale(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), undoes=("written before",)))
        desk.org.delete([deal], desk.user)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, outcome.why) == (State.STALE, f"Opportunity {deal} is gone")


@pytest.mark.law(3)
class TestLostAnswers:
    """The org committed, or did not, and the answer never came: the org is asked before anything is sent again."""

    def test_an_update_that_was_committed_is_adopted(self, desk: Any) -> None:
        cleared = desk.cleared(proposal := desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.fails("500 after commit")
        assert desk.apply(cleared)[0].state is State.SENDING
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.WRITTEN, "ours")
        assert desk.entries(proposal)[-1].kind is Kind.ADOPTED

    def test_an_update_that_was_not_committed_is_cleared_once_more_before_it_is_sent(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.fails("500 before")
        desk.apply(cleared)
        [found] = desk.apply(cleared)
        assert (found.state, found.retry, found.is_try, desk.value(deal)) == (State.CLEARED, True, False, "before")
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.WRITTEN, "ours")

    def test_an_update_that_somebody_wrote_over_meanwhile_is_a_persons(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.fails("500 after commit")
        desk.apply(cleared)
        desk.org.update("Opportunity", [{"Id": deal, "NextStep": "a person's"}], desk.user)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.value(deal)) == (State.FAILED, "a person's")
        assert "someone changed it" in outcome.why

    @pytest.mark.parametrize("fault", ["500 after commit", "500 before"])
    def test_a_create_with_the_marker_is_made_once(self, desk: Any, fault: str) -> None:
        cleared = desk.cleared(proposal := desk.task())
        desk.fails(fault)
        desk.apply(cleared)
        desk.apply(cleared)  # the org is read: what was not written is cleared once more
        [outcome] = desk.apply(cleared)
        assert (outcome.state, desk.tasks().count(proposal.after["Subject"])) == (State.WRITTEN, 1)

    def account(self, desk: Any) -> Proposal:
        name = {"Name": f"Firm {next(desk.numbers)}"}
        return desk.proposal("", verb=Verb.CREATE, object="Account", before={}, after=name)

    def named(self, desk: Any, proposal: Proposal) -> int:
        return len(desk.org.query(f"SELECT Id FROM Account WHERE Name = '{proposal.after['Name']}'", desk.user))

    def test_a_create_without_the_marker_that_was_committed_is_adopted(self, desk: Any) -> None:
        cleared = desk.cleared(proposal := self.account(desk))
        desk.fails("500 after commit")
        desk.apply(cleared)
        [outcome] = desk.apply(cleared)
        assert (outcome.state, self.named(desk, proposal)) == (State.WRITTEN, 1)

    def test_a_create_without_the_marker_is_not_repeated_before_the_org_must_have_answered(self, desk: Any) -> None:
        cleared = desk.cleared(proposal := self.account(desk))
        desk.fails("500 before")
        desk.apply(cleared)
        assert desk.apply(cleared)[0].state is State.SENDING
        desk.clock.advance(desk.settled)
        assert desk.apply(cleared)[0].state is State.CLEARED
        [outcome] = desk.apply(cleared)
        assert (outcome.state, self.named(desk, proposal)) == (State.WRITTEN, 1)

    def test_a_create_that_could_be_either_of_two_is_a_persons(self, desk: Any) -> None:
        cleared = desk.cleared(proposal := self.account(desk))
        desk.fails("500 after commit")
        desk.apply(cleared)
        desk.org.create("Account", [dict(proposal.after)], desk.writer)
        [outcome] = desk.apply(cleared)
        assert outcome.state is State.FAILED
        assert "it could be any of 001" in outcome.why


records = st.sampled_from([f"00600000000000{n}AAA" for n in range(5)])


def a_proposal(number: int, verb: Verb, record: str) -> Proposal:
    target = "Task" if verb is Verb.CREATE else "Opportunity"
    key = "" if verb is Verb.CREATE else record
    return Proposal(
        f"p{number}", "i", "w", "v", "s", "a", verb, target, key, {}, {"NextStep": number}, ("why",), "group"
    )


@pytest.mark.law(14)
@given(
    st.lists(st.tuples(st.sampled_from([Verb.UPDATE, Verb.CREATE, Verb.DELETE]), records), max_size=30),
    st.integers(1, 3),
)
def test_writes_to_one_record_go_in_order_and_never_together_whoever_writes_them(
    rows: list[tuple[Verb, str]], people: int
) -> None:
    proposals = [a_proposal(number, verb, record) for number, (verb, record) in enumerate(rows)]
    warrants = {one.id: Warrant(lent_by=f"{number % people}") for number, one in enumerate(proposals)}
    cut = list(_chunks(proposals, warrants))
    assert all({warrants[one.id].lent_by for one in chunk} == {lent_by} for lent_by, chunk in cut)
    chunks = [chunk for _, chunk in cut]
    sent = [one for chunk in chunks for one in chunk]
    assert sorted(one.id for one in sent) == sorted(one.id for one in proposals)
    for chunk in chunks:
        assert len({(one.verb, one.object) for one in chunk}) == 1
        touched = [one.record_id for one in chunk if one.record_id]
        assert len(touched) == len(set(touched))
    for record in {one.record_id for one in sent if one.record_id}:
        order = [one.after["NextStep"] for one in sent if one.record_id == record]
        assert order == sorted(order)


def test_a_call_carries_200_rows_at_most() -> None:
    proposals = [a_proposal(number, Verb.CREATE, "") for number in range(450)]
    warrants = dict.fromkeys((one.id for one in proposals), Warrant())
    assert [len(chunk) for _, chunk in _chunks(proposals, warrants)] == [CHUNK, CHUNK, 50]
