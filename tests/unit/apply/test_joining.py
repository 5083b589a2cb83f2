"""Merges and conversions: only on records that are as they were shown, once, and found after a lost answer."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.apply import State
from upbeat.apply.applier import _chunks
from upbeat.apply.hands import Warrant
from upbeat.domain import Approval, Proposal, Snapshot, Verb
from upbeat.ledger import Kind
from upbeat.localorg import Fault

SHOWN = ("LastName", "Company", "Phone", "OwnerId", "IsConverted")
LOST = ("500 before", "500 after commit")


@pytest.fixture(autouse=True)
def writer_may(desk: Any) -> None:
    """The writer merges and converts whatever it sees."""
    profile = desk.org.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'", desk.user)[0]["Id"]
    desk.org.update("User", [{"Id": desk.writer, "ProfileId": profile}], desk.org.process_user)


def lead(desk: Any, **values: Any) -> str:
    [saved] = desk.org.create("Lead", [{"LastName": "Rowe", "Company": "Pennant", **values}], desk.user)
    return saved.id


def shown(desk: Any, name: str, key: str, fields: tuple[str, ...] = SHOWN) -> Snapshot:
    record = desk.org.record(name, key)
    return Snapshot(name, key, {field: record[field] for field in fields})


def merge(desk: Any, stays: str, *goes: str, **after: Any) -> Proposal:
    records = tuple(shown(desk, "Lead", key) for key in (stays, *goes))
    before = {name: records[0].values.get(name) for name in after}
    return desk.proposal(stays, verb=Verb.MERGE, object="Lead", before=before, after=after, records=records)


def convert(desk: Any, key: str, **after: Any) -> Proposal:
    after = {"ConvertedStatus": "Closed - Converted", "DoNotCreateOpportunity": True, **after}
    records = (shown(desk, "Lead", key),)
    return desk.proposal(key, verb=Verb.CONVERT, object="Lead", before={}, after=after, records=records)


def approved(desk: Any, proposal: Proposal) -> Any:
    signed = Approval("review", "rowan.ellis@acme.example", "revops", desk.clock.now(), proposal.id)
    return desk.cleared(proposal, approvals=(signed,))


def loses(desk: Any, kind: str) -> None:
    """Let the next answer over SOAP be lost."""
    desk.org.faults.add(Fault("services/Soap", kind))


def master_of(desk: Any, key: str) -> Any:
    text = f"SELECT MasterRecordId FROM Lead WHERE Id = '{key}'"
    return desk.org.answer(text, desk.user, all_rows=True).records[0]["MasterRecordId"]


@pytest.mark.law(8)
def test_a_merge_keeps_every_value_of_every_record_in_the_ledger(desk: Any) -> None:
    stays, goes = lead(desk, Phone="1"), lead(desk, Phone="2")
    proposal = merge(desk, stays, goes, Phone="2")
    [outcome] = desk.apply(approved(desk, proposal))
    assert (outcome.state, outcome.record_id) == (State.WRITTEN, stays)
    said = desk.entries(proposal)[-1]
    assert said.kind is Kind.WROTE
    assert [(one["record_id"], one["values"]["Phone"]) for one in said.payload["records"]] == [
        (stays, "1"),
        (goes, "2"),
    ]
    assert (master_of(desk, goes), desk.org.record("Lead", stays)["Phone"]) == (stays, "2")


def test_a_conversion_tells_what_the_lead_is_now(desk: Any) -> None:
    key = lead(desk)
    proposal = convert(desk, key)
    desk.apply(approved(desk, proposal))
    became = desk.entries(proposal)[-1].payload["became"]
    assert became["accountId"] == desk.org.record("Lead", key)["ConvertedAccountId"]


@pytest.mark.law(8)
@pytest.mark.parametrize("which", [0, 1], ids=["the one that stays", "the one that goes"])
def test_a_merge_whose_records_somebody_changed_since_is_stale(desk: Any, which: int) -> None:
    both = [lead(desk), lead(desk)]
    cleared = approved(desk, merge(desk, *both))
    desk.org.update("Lead", [{"Id": both[which], "Phone": "a person's"}], desk.user)
    [outcome] = desk.apply(cleared)
    assert (outcome.state, master_of(desk, both[1])) == (State.STALE, None)
    assert outcome.why == "changed since: Phone is a person's and was None"


def test_a_merge_that_a_person_did_first_is_stale_and_not_done_again(desk: Any) -> None:
    stays, goes = lead(desk), lead(desk)
    cleared = approved(desk, merge(desk, stays, goes))
    desk.org.delete([goes], desk.user, into=stays)
    [outcome] = desk.apply(cleared)
    assert (outcome.state, outcome.why) == (State.STALE, f"Lead {goes} is gone")


@pytest.mark.law(3)
@pytest.mark.parametrize("kind", LOST)
def test_a_merge_whose_answer_was_lost_is_looked_up_and_never_sent_blindly(desk: Any, kind: str) -> None:
    stays, goes = lead(desk), lead(desk)
    proposal = merge(desk, stays, goes)
    cleared = approved(desk, proposal)
    loses(desk, kind)
    [first] = desk.apply(cleared)
    assert (first.state, first.retry) == (State.SENDING, True)
    [soon] = desk.apply(cleared)
    written = kind == "500 after commit"
    assert soon.state is (State.WRITTEN if written else State.SENDING)  # it may be on its way still
    desk.clock.advance(desk.settled)
    [later] = desk.apply(cleared)
    assert later.state is (State.WRITTEN if written else State.CLEARED)
    assert desk.entries(proposal)[-1].kind is (Kind.ADOPTED if written else Kind.INTENDED)


@pytest.mark.law(3)
@pytest.mark.parametrize("kind", LOST)
def test_a_conversion_whose_answer_was_lost_is_looked_up_and_makes_one_account(desk: Any, kind: str) -> None:
    proposal = convert(desk, lead(desk, Company=f"Only once {kind}"))
    cleared = approved(desk, proposal)
    loses(desk, kind)
    desk.apply(cleared)
    desk.clock.advance(desk.settled)
    [found] = desk.apply(cleared)
    if kind == "500 before":
        assert found.state is State.CLEARED  # decided anew, and then sent
        desk.apply(cleared)
    assert desk.row(proposal).state == State.WRITTEN
    text = f"SELECT Id FROM Account WHERE Name = 'Only once {kind}'"
    assert len(desk.org.query(text, desk.user)) == 1
    assert "accountId" in desk.entries(proposal)[-1].payload["became"]


@pytest.mark.law(11)
def test_what_somebody_else_did_in_the_meantime_is_a_persons_to_look_at(desk: Any) -> None:
    stays, goes, other = lead(desk), lead(desk), lead(desk)
    cleared = approved(desk, merge(desk, stays, goes))
    loses(desk, "500 before")
    desk.apply(cleared)
    desk.org.delete([goes], desk.user, into=other)
    [outcome] = desk.apply(cleared)
    assert (outcome.state, outcome.why) == (
        State.FAILED,
        f"its answer was lost, and {goes} is gone otherwise than by this merge",
    )


@pytest.mark.law(7)
@pytest.mark.law(15)
def test_a_stop_holds_a_merge(desk: Any) -> None:
    stays, goes = lead(desk), lead(desk)
    cleared = approved(desk, merge(desk, stays, goes))
    desk.stop()
    [outcome] = desk.apply(cleared)
    assert (outcome.state, outcome.retry, master_of(desk, goes)) == (State.CLEARED, True, None)


def test_what_the_org_refuses_to_merge_fails_in_its_words(desk: Any) -> None:
    stays, goes = lead(desk), lead(desk)
    proposal = merge(desk, stays, goes, Email="nowhere")
    proposal = desk.proposal(stays, **{**_fields(proposal), "before": {}})
    [outcome] = desk.apply(approved(desk, proposal))
    assert (outcome.state, outcome.why.partition(":")[0]) == (State.FAILED, "INVALID_EMAIL_ADDRESS")


def _fields(one: Proposal) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("verb", "object", "before", "after", "records")}


@pytest.mark.law(14)
@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=3, unique=True), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_record_stands_in_two_merges_of_one_call(merges: list[list[str]]) -> None:
    made = [
        Proposal(
            **dict.fromkeys(("item_id", "workflow", "version", "step", "agent"), "x"),
            id=str(number),
            verb=Verb.MERGE,
            object="Lead",
            record_id=keys[0],
            before={},
            after={},
            reasons=("why",),
            group=str(number),
            records=tuple(Snapshot("Lead", key, {}) for key in keys),
        )
        for number, keys in enumerate(merges)
    ]
    calls = [chunk for _, chunk in _chunks(made, {one.id: Warrant() for one in made})]
    assert sorted(one.id for chunk in calls for one in chunk) == sorted(one.id for one in made)
    for chunk in calls:
        ids = [each.record_id for one in chunk for each in one.records]
        assert len(ids) == len(set(ids))
