"""What is compared with the org first, what goes together, and what comes of each way in which a call can end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from upbeat.apply import Applier, Outcome, State
from upbeat.apply.applier import _outcome
from upbeat.domain import Approval, Proposal, Verb
from upbeat.ledger import Kind
from upbeat.salesforce import Rejected, Result, Retryable, SessionDead, Unanswered
from upbeat.salesforce.errors import Fault

DANA = "dana.whitfield@acme.example"
INSTANT = datetime.resolution
LOCK, BAD = Fault("UNABLE_TO_LOCK_ROW", "held"), Fault("REQUIRED_FIELD_MISSING", "a name")


def persons(desk: Any, deal: str) -> None:
    desk.org.update("Opportunity", [{"Id": deal, "NextStep": "a person's"}], desk.user)


def lending(desk: Any, *usernames: str) -> Applier:
    """Give the applier where these people have lent their connection."""

    def lent(name: str) -> Any:
        return desk.session if name in usernames else None

    return Applier(desk.session, desk.store, desk.ledger, lambda: desk.org.schema, desk.clock, lent=lent)


def signed(desk: Any, proposal: Proposal) -> Any:
    """Give it cleared, as Dana Whitfield released it."""
    return desk.cleared(proposal, approvals=(Approval("review", DANA, "manager", desk.clock.now(), proposal.id),))


class TestComparedFirst:
    @pytest.mark.law(8)
    @pytest.mark.parametrize(("late", "state"), [(timedelta(), State.WRITTEN), (INSTANT, State.STALE)])
    def test_after_a_minute_what_was_decided_is_compared(self, desk: Any, late: timedelta, state: State) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal()))
        desk.clock.advance(timedelta(minutes=1) + late)
        persons(desk, deal)
        assert desk.apply(cleared)[0].state is state

    @pytest.mark.law(8)
    def test_what_was_tried_before_is_compared(self, desk: Any) -> None:
        cleared = desk.cleared(desk.proposal(deal := desk.deal()))
        desk.fails("lock", times=20)
        [first] = desk.apply(cleared)
        desk.org.faults.clear()
        assert (first.state, first.retry) == (State.CLEARED, True)
        persons(desk, deal)
        assert (desk.apply(cleared)[0].state, desk.value(deal)) == (State.STALE, "a person's")

    def test_a_create_has_nothing_to_be_compared_with_however_late_it_is(self, desk: Any) -> None:
        cleared = desk.cleared(task := desk.task())
        desk.clock.advance(desk.long)
        assert (desk.apply(cleared)[0].state, desk.tasks().count(task.after["Subject"])) == (State.WRITTEN, 1)

    @pytest.mark.law(8)
    def test_what_is_stale_is_kept_so_and_takes_its_group_with_it(self, desk: Any) -> None:
        one, other = (desk.proposal(desk.deal(), group="together", undoes=("x",)) for _ in range(2))
        task = replace(desk.task(), group="together")
        cleared = [desk.cleared(each) for each in (one, other, task)]
        persons(desk, one.record_id)
        outcomes = desk.apply(*cleared)
        why = "changed since: NextStep is a person's and was before"
        assert [(each.state, each.why) for each in outcomes] == [(State.STALE, why)] * 3
        assert (desk.value(other.record_id), task.after["Subject"] in desk.tasks()) == ("before", False)
        assert desk.row(one).state == State.STALE
        assert desk.entries(one)[-1].kind is Kind.FAILED

    def test_what_is_stale_takes_none_of_another_group(self, desk: Any) -> None:
        one, other = (desk.proposal(desk.deal(), undoes=("x",), after={"NextStep": "ours"}) for _ in range(2))
        cleared = [desk.cleared(each) for each in (one, other)]
        persons(desk, one.record_id)
        assert [each.state for each in desk.apply(*cleared)] == [State.STALE, State.WRITTEN]

    @pytest.mark.law(3)
    def test_what_was_not_written_after_all_waits_for_the_gate_where_its_group_is_stale(self, desk: Any) -> None:
        sent = desk.proposal(desk.deal(), group="together", after={"NextStep": "ours"})
        late = desk.proposal(desk.deal(), group="together", undoes=("x",))
        first, second = desk.cleared(sent), desk.cleared(late)
        desk.fails("500 before")
        desk.apply(first)
        persons(desk, late.record_id)
        assert [one.state for one in desk.apply(first, second)] == [State.CLEARED, State.STALE]
        assert desk.value(sent.record_id) == "before"


class TestHowACallEnds:
    """What the connection raises, and what that says of what was sent."""

    def ends(self, desk: Any, error: Exception, *, lent: bool = False) -> Outcome:
        proposal = desk.proposal(desk.deal())
        writer = lending(desk, DANA) if lent else desk.applier
        cleared = signed(desk, proposal) if lent else desk.cleared(proposal)

        def fails(*_: Any) -> Any:
            raise error

        writer._call = fails
        [outcome] = writer.apply([cleared])
        assert desk.value(proposal.record_id) == "before"
        assert desk.row(proposal).lent_by == (DANA if lent else "")
        return outcome

    def test_what_is_refused_fails_in_its_words(self, desk: Any) -> None:
        found = self.ends(desk, Rejected("no such field"))
        assert (found.state, found.why, found.retry) == (State.FAILED, "no such field", False)

    @pytest.mark.law(1)
    def test_what_is_refused_to_a_person_fails_and_is_tried_with_no_other_rights(self, desk: Any) -> None:
        found = self.ends(desk, Rejected("no such field"), lent=True)
        why = f"the org refuses it to {DANA}, who approved it: no such field"
        assert (found.state, found.why, found.retry) == (State.FAILED, why, False)

    @pytest.mark.parametrize("lent", [False, True])
    def test_a_session_that_ended_is_a_try_of_the_person_who_lent_it_alone(self, desk: Any, lent: bool) -> None:
        found = self.ends(desk, SessionDead("it ended"), lent=lent)
        assert (found.state, found.retry, found.is_try) == (State.CLEARED, True, lent)
        assert "it ended" in found.why

    def test_an_org_that_is_away_is_no_try(self, desk: Any) -> None:
        found = self.ends(desk, Retryable("away"))
        assert (found.state, found.why, found.retry, found.is_try) == (State.CLEARED, "away", True, False)

    @pytest.mark.law(3)
    def test_a_lost_answer_is_not_known_to_be_anything(self, desk: Any) -> None:
        found = self.ends(desk, Unanswered("lost"))
        assert (found.state, found.why, found.retry) == (State.SENDING, "lost", True)

    @pytest.mark.law(3)
    def test_of_a_call_that_was_answered_in_part_each_row_is_what_was_answered(
        self, desk: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known, unknown = desk.proposal(desk.deal()), desk.proposal(desk.deal())
        error = Unanswered("lost")
        error.results = (Result(ok=True, id=known.record_id), None)

        def fails(*_: Any) -> Any:
            raise error

        writer = desk.applier
        monkeypatch.setattr(writer, "_call", fails)
        outcomes = writer.apply([desk.cleared(known), desk.cleared(unknown)])
        assert [one.state for one in outcomes] == [State.WRITTEN, State.SENDING]

    @pytest.mark.law(1)
    def test_a_connection_that_was_taken_back_since_sends_nothing(self, desk: Any) -> None:
        proposal, people = desk.proposal(deal := desk.deal()), [DANA]
        writer = Applier(
            desk.session,
            desk.store,
            desk.ledger,
            lambda: desk.org.schema,
            desk.clock,
            lent=lambda name: desk.session if people and people.pop() == name else None,
        )
        [found] = writer.apply([signed(desk, proposal)])
        assert (found.state, found.retry, desk.value(deal)) == (State.CLEARED, True, "before")
        assert found.why == f"{DANA} is connected no more"

    @pytest.mark.law(1)
    def test_what_was_lost_in_a_name_is_looked_for_in_that_name_or_is_a_persons(self, desk: Any) -> None:
        cleared = signed(desk, desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}))
        desk.fails("500 after commit")
        assert lending(desk, DANA).apply([cleared])[0].state is State.SENDING
        [found] = lending(desk).apply([cleared])
        why = f"its answer was lost, and {DANA}, in whose name it was sent, is connected no more"
        assert (found.state, found.why, desk.value(deal)) == (State.FAILED, why, "ours")
        said = desk.entries(cleared[0])[-1]
        assert (said.kind, said.payload["lent_by"], said.payload["written_as"]) == (Kind.FAILED, DANA, DANA)

    @pytest.mark.law(3)
    def test_what_was_lost_in_a_name_is_found_in_it_again(self, desk: Any) -> None:
        cleared = signed(desk, proposal := desk.proposal(desk.deal(), after={"NextStep": "ours"}))
        desk.fails("500 after commit")
        lending(desk, DANA).apply([cleared])
        [found] = lending(desk, DANA).apply([cleared])
        assert (found.state, found.why) == (State.WRITTEN, "found in Salesforce after a lost answer")
        assert desk.row(proposal).record_id == proposal.record_id

    @pytest.mark.law(3)
    def test_what_cannot_be_known_yet_is_no_try_and_no_result(self, desk: Any) -> None:
        after = {"Name": f"Firm {next(desk.numbers)}"}
        proposal = desk.proposal("", verb=Verb.CREATE, object="Account", before={}, after=after)
        cleared = desk.cleared(proposal)
        desk.fails("500 before")
        desk.apply(cleared)
        [found] = desk.apply(cleared)
        why = "waiting until the org must have answered"
        assert (found.state, found.why, found.retry, found.is_try) == (State.SENDING, why, True, False)
        assert desk.entries(proposal)[-1].kind is Kind.INTENDED

    @pytest.mark.law(3)
    def test_a_record_that_another_suggestion_made_is_not_taken_for_a_lost_one(self, desk: Any) -> None:
        after = {"Name": f"Firm {next(desk.numbers)}"}
        one, other = (desk.proposal("", verb=Verb.CREATE, object="Account", before={}, after=after) for _ in range(2))
        desk.apply(desk.cleared(one))
        cleared = desk.cleared(other)
        desk.fails("500 before")
        desk.apply(cleared)
        desk.clock.advance(desk.settled)
        assert desk.apply(cleared)[0].state is State.CLEARED
        [found] = desk.apply(cleared)
        assert (found.state, found.record_id != desk.row(one).record_id) == (State.WRITTEN, True)


@pytest.mark.parametrize(
    ("result", "ended"),
    [
        (None, (State.SENDING, "", "lost", True)),
        (Result(ok=True, id="006B"), (State.WRITTEN, "006B", "", False)),
        (Result(ok=True), (State.WRITTEN, "006A", "", False)),
        (Result(ok=False, errors=(LOCK,)), (State.CLEARED, "", "UNABLE_TO_LOCK_ROW: held", True)),
        (Result(ok=False, errors=(BAD,)), (State.FAILED, "", "refused: REQUIRED_FIELD_MISSING: a name", False)),
        (
            Result(ok=False, errors=(LOCK, BAD)),
            (State.FAILED, "", "refused: UNABLE_TO_LOCK_ROW: held; REQUIRED_FIELD_MISSING: a name", False),
        ),
        (Result(ok=False), (State.FAILED, "", "refused: ", False)),
    ],
    ids=["no answer", "done", "done without an id", "a passing fault", "a lasting one", "one of each", "no reason"],
)
def test_a_row_ends_as_the_org_says_of_it(desk: Any, result: Result | None, ended: tuple[Any, ...]) -> None:
    found = _outcome(desk.proposal("006A"), result, "lost", "refused: ")
    assert (found.state, found.record_id, found.why, found.retry) == ended
    assert found.is_try
