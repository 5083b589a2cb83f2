"""What apply keeps of everything that leaves: said before it goes, told after, and halted where it must not go."""

from typing import Any

import pytest
from sqlalchemy import select

from upbeat.apply import Applier, Outcome, State
from upbeat.apply.book import _Modes, stopped_before
from upbeat.domain import HOUSE, Mode, Verb
from upbeat.ledger import Kind
from upbeat.store import tables

OURS = "upbeat@acme.example"
POLICY = "p" * 64


def applier(desk: Any) -> Applier:
    return Applier(desk.session, desk.store, desk.ledger, lambda: desk.org.schema, desk.clock, written_as=OURS)


def stands(desk: Any, proposal: Any) -> tuple[Any, ...]:
    row = desk.row(proposal)
    return row.state, row.result, row.record_id, row.written_at


@pytest.mark.law(3)
def test_as_it_is_sent_it_is_in_the_ledger_and_the_store_that_it_is_about_to_be(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, seen = desk.proposal(deal := desk.deal()), list[Any]()
    cleared, writer = desk.cleared(proposal), applier(desk)
    send = writer._send

    def look_first(*sent: Any) -> Any:
        seen.append((desk.row(proposal), desk.entries(proposal)[-1], desk.value(deal)))
        return send(*sent)

    monkeypatch.setattr(writer, "_send", look_first)
    writer.apply([cleared])
    [(row, said, value)] = seen
    assert (row.state, row.intended_at, row.lent_by, value) == (State.SENDING, desk.clock.now(), "", "before")
    assert (said.kind, said.actor, said.policy, said.workflow) == (Kind.INTENDED, "apply", POLICY, proposal.workflow)
    assert (said.item_id, said.version, said.record_id) == (proposal.item_id, proposal.version, deal)
    meant = {"verb": "update", "object": "Opportunity", "after": dict(proposal.after), "written_as": OURS}
    assert said.payload == meant


@pytest.mark.law(8)
def test_what_was_written_is_told_whole_in_whose_name_and_under_which_policy(desk: Any) -> None:
    proposal = desk.proposal(deal := desk.deal())
    applier(desk).apply([desk.cleared(proposal)])
    said = desk.entries(proposal)[-1]
    assert (said.kind, said.policy, said.record_id) == (Kind.WROTE, POLICY, deal)
    assert said.payload == {
        "state": "written",
        "verb": "update",
        "object": "Opportunity",
        "record_id": deal,
        "before": {"NextStep": "before"},
        "after": dict(proposal.after),
        "why": "",
        "written_as": OURS,
    }
    assert stands(desk, proposal) == (State.WRITTEN, "", deal, desk.clock.now())


def test_a_created_record_is_told_by_its_id(desk: Any) -> None:
    [outcome] = desk.apply(desk.cleared(proposal := desk.task()))
    assert desk.entries(proposal)[-1].payload["record_id"] == outcome.record_id
    assert "written_as" not in desk.entries(proposal)[-1].payload  # nobody said whose name the connection has


def test_what_the_org_refused_is_kept_with_its_words_and_as_never_written(desk: Any) -> None:
    proposal = desk.proposal(deal := desk.deal(), after={"StageName": None})
    [outcome] = desk.apply(desk.cleared(proposal))
    assert stands(desk, proposal) == (State.FAILED, outcome.why, deal, None)
    said = desk.entries(proposal)[-1]
    assert (said.kind, said.payload["state"], said.payload["why"]) == (Kind.FAILED, "failed", outcome.why)


def test_what_may_be_tried_again_is_no_result_yet(desk: Any) -> None:
    proposal = desk.proposal(deal := desk.deal())
    cleared = desk.cleared(proposal)
    desk.fails("500 before")
    [outcome] = desk.apply(cleared)
    assert stands(desk, proposal) == (State.SENDING, outcome.why, deal, None)
    assert [one.kind for one in desk.entries(proposal)] == [Kind.DECIDED, Kind.INTENDED]


def test_what_was_written_before_is_given_as_it_was(desk: Any) -> None:
    cleared, task = desk.cleared(desk.proposal(desk.deal())), desk.cleared(desk.task())
    assert desk.apply(cleared, task) == desk.apply(cleared, task)


def test_what_failed_before_is_given_as_it_was(desk: Any) -> None:
    cleared = desk.cleared(desk.proposal(desk.deal(), after={"StageName": None}))
    [first], [again] = desk.apply(cleared), desk.apply(cleared)
    assert (again.state, again.why) == (State.FAILED, first.why)


@pytest.mark.law(7)
def test_what_the_mode_forbids_is_kept_as_blocked_and_never_meant(desk: Any) -> None:
    desk.mode(Mode.MONITOR)
    proposal = desk.proposal(deal := desk.deal())
    [outcome] = desk.apply(desk.cleared(proposal))
    why = "flag-deals is in monitor mode: nothing is written"
    assert (outcome.why, stands(desk, proposal)) == (why, (State.BLOCKED, why, deal, None))
    assert [one.kind for one in desk.entries(proposal)] == [Kind.DECIDED, Kind.FAILED]
    assert desk.row(proposal).intended_at is None


@pytest.mark.law(15)
def test_what_a_stop_came_before_is_as_it_was(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal)
    desk.stop()
    assert desk.apply(cleared) == [stopped_before(proposal)]
    row = desk.row(proposal)
    assert (row.state, row.intended_at, row.result) == (State.CLEARED, None, "")
    assert [one.kind for one in desk.entries(proposal)] == [Kind.DECIDED]


@pytest.mark.law(15)
def test_a_stop_is_no_try_and_what_waits_for_its_end_may_go_then(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    why = "all writes are stopped"
    assert stopped_before(proposal) == Outcome(proposal, State.CLEARED, why=why, retry=True, is_try=False)


@pytest.mark.law(15)
def test_a_stop_between_two_calls_halts_the_second(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    update, task = desk.proposal(deal := desk.deal(), after={"NextStep": "ours"}), desk.task()
    cleared, writer = [desk.cleared(update), desk.cleared(task)], desk.applier
    send = writer._send

    def then_stop(*sent: Any) -> Any:
        done = send(*sent)
        desk.stop()
        return done

    monkeypatch.setattr(writer, "_send", then_stop)
    outcomes = writer.apply(cleared)
    assert [(one.state, one.retry) for one in outcomes] == [(State.WRITTEN, False), (State.CLEARED, True)]
    assert (desk.value(deal), task.after["Subject"] in desk.tasks()) == ("ours", False)
    assert desk.row(task).state == State.CLEARED


@pytest.mark.law(7)
def test_a_mode_that_forbids_it_is_said_even_where_all_writes_are_stopped(desk: Any) -> None:
    desk.mode(Mode.MONITOR)
    cleared = desk.cleared(desk.proposal(desk.deal()))
    desk.stop()
    assert desk.apply(cleared)[0].state is State.BLOCKED


@pytest.mark.law(7)
def test_a_rollback_is_written_in_every_mode_its_workflow_is_in_now(desk: Any) -> None:
    cleared = desk.cleared(desk.proposal(deal := desk.deal(), undoes=("before",), after={"NextStep": "restored"}))
    desk.mode(Mode.MONITOR)
    assert (desk.apply(cleared)[0].state, desk.value(deal)) == (State.WRITTEN, "restored")


@pytest.mark.law(7)
@pytest.mark.parametrize(
    ("began", "now", "more", "why"),
    [
        pytest.param(Mode.LIVE, Mode.LIVE, {}, "", id="live then and now"),
        pytest.param(Mode.MONITOR, Mode.LIVE, {"undoes": ("x",)}, "monitor", id="a rollback of what was not live"),
        pytest.param(Mode.LIVE, None, {}, "monitor", id="a workflow that was never given a mode"),
        pytest.param(Mode.LIVE, Mode.PAUSED, {}, "paused", id="paused"),
        pytest.param(None, Mode.LIVE, {}, "None", id="an item that is not there"),
        pytest.param(None, None, {"workflow": HOUSE, "item_id": "", "verb": Verb.SEND}, "", id="the house's own word"),
        pytest.param(
            None, None, {"workflow": HOUSE, "item_id": "", "verb": Verb.UPDATE}, "None", id="a write of the house"
        ),
        pytest.param(None, None, {"item_id": "", "verb": Verb.SEND}, "None", id="a word of a workflow without an item"),
        pytest.param(
            Mode.MONITOR, None, {"workflow": HOUSE, "verb": Verb.SEND}, "monitor", id="an item's word as the house's"
        ),
    ],
)
def test_only_what_is_live_then_and_now_leaves(
    desk: Any, began: Mode | None, now: Mode | None, more: dict[str, Any], why: str
) -> None:
    proposal = desk.proposal("006", **more)
    modes = _Modes({proposal.item_id: began} if began else {}, {proposal.workflow: now} if now else {})
    said = f"{proposal.workflow} is in {why} mode: nothing is written" if why else ""
    assert modes.not_live(proposal) == said


def test_beside_what_is_written_other_rows_stay_as_they_are(desk: Any) -> None:
    waits = desk.proposal(desk.deal())
    desk.cleared(waits)
    desk.apply(desk.cleared(desk.proposal(desk.deal())))
    with desk.store.reading() as conn:
        states = conn.scalars(select(tables.proposals.c.state).order_by(tables.proposals.c.id)).all()
    assert sorted(states) == [State.CLEARED, State.WRITTEN]
    assert desk.row(waits).intended_at is None
