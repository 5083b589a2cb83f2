"""Was it decided by the rules? Any run is decided again from the ledger alone, and comes out the same to the byte."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from upbeat import operations
from upbeat.app import code_version
from upbeat.base import UpbeatError
from upbeat.ledger import Kind, seals
from upbeat.ledger.payloads import NOISE, close
from upbeat.operations import Redone, Replayed
from upbeat.store import tables
from upbeat.testing import House

Make = Callable[..., str]

REP, ROWAN, DANA = (f"{name}@acme.example" for name in ("maya.chen", "rowan.ellis", "dana.whitfield"))
FLOWS = (
    "advance-stage",
    "missing-next-step",
    "repeated-close-date-push",
    "route-inbound-leads",
    "single-threaded-larger-deals",
)


@pytest.fixture
def house() -> Iterator[House]:
    with House() as one:
        one.promote(*FLOWS)
        yield one


def decisions(house: House, record_id: str) -> list[Redone]:
    return [one for run in operations.replay(house.space.house, record_id) for one in run.decisions]


def verdicts(house: House, record_id: str) -> list[tuple[str, Replayed]]:
    return [(one.what, one.verdict) for one in decisions(house, record_id)]


def same(*what: str) -> list[tuple[str, Replayed]]:
    return [(one, Replayed.SAME) for one in what]


def test_a_lead_is_routed_the_same_again_though_many_others_took_their_turn_since(house: House, a_lead: Make) -> None:
    first = a_lead(Country="Ireland")
    house.play()
    for number in range(4):
        a_lead(LastName=f"Other {number}")
    house.play()
    house.restart()
    assert verdicts(house, first) == same("condition", "step route", "decision on step route", "outcome")


@pytest.mark.law(4)
def test_no_question_is_put_to_the_org_to_decide_again(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    house.restart()
    before = house.space.reading.calls
    assert verdicts(house, lead)
    assert house.space.reading.calls == before


def test_a_change_that_two_people_signed_was_decided_twice_and_both_come_out_the_same(
    house: House, a_deal: Make
) -> None:
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    house.approve(review, ROWAN)
    house.approve(review, DANA)
    house.play()
    found = Counter(verdicts(house, deal))
    assert found["decision on step advance", Replayed.SAME] == 2
    assert {verdict for _, verdict in found} == {Replayed.SAME}


def test_a_rollback_is_decided_the_same_again(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    operations.roll_back(house.space.house, lead, DANA)
    house.play()
    assert ("decision on the rollback", Replayed.SAME) in verdicts(house, lead)
    assert {verdict for _, verdict in verdicts(house, lead)} == {Replayed.SAME}


def test_what_did_not_fire_did_not_fire_for_the_same_reason(house: House, a_deal: Make) -> None:
    deal = a_deal()
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, CloseDate="2026-01-31")
    house.play()
    assert house.run(deal).outcome == "condition not met"
    assert verdicts(house, deal) == same("condition")


def rewrite(house: House, record_id: str, kind: Kind, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what the ledger says of a record as somebody could who has the store and its keys."""
    ledger, entries, payloads = house.space.ledger, tables.ledger_entries, tables.ledger_payloads
    with house.space.store.writing() as conn:
        entry = next(one for one in ledger.about(conn, record_id=record_id) if one.kind is kind)
        change(entry.payload)
        payload_hash, nonce, sealed = close(ledger._keys.cipher, entry.id, entry.payload, b"x" * NOISE)
        values = {"nonce": nonce, "sealed": sealed}
        conn.execute(update(payloads).where(payloads.c.entry_id == entry.id).values(**values))
        mine = entries.c.id == entry.id
        conn.execute(update(entries).where(mine).values(payload_hash=payload_hash))
        row = conn.execute(select(*[entries.c[name] for name in _HASHED]).where(mine)).one()
        conn.execute(update(entries).where(mine).values(hash=seals.hash_of(row)))


_HASHED = tuple(one.name for one in tables.ledger_entries.c if one.name not in {"seq", "position", "hash"})


def _other_country(said: dict[str, Any]) -> None:
    said["seen"]["record"]["Country"] = "Japan"
    said["seen"]["record"]["IsConverted"] = True


def _other_owner(said: dict[str, Any]) -> None:
    said["gives"]["owner"] = "ben.foster@acme.example"


def _other_tier(said: dict[str, Any]) -> None:
    said["decision"]["tier"] = "approval"


def _other_end(said: dict[str, Any]) -> None:
    said["outcome"] = "held"


@pytest.mark.parametrize(
    ("kind", "change", "what", "difference"),
    [
        pytest.param(Kind.FIRED, _other_country, "condition", "reason: ", id="the record that it fired on"),
        pytest.param(Kind.RAN, _other_owner, "step route", "gives.owner: ben.foster@acme.example → ", id="its owner"),
        pytest.param(Kind.DECIDED, _other_tier, "decision on step route", "0.tier: approval → auto", id="the tier"),
        pytest.param(Kind.ENDED, _other_end, "outcome", "outcome: held → routed", id="the outcome"),
    ],
)
def test_a_record_that_was_tampered_with_shows_the_difference(
    house: House,
    a_lead: Make,
    kind: Kind,
    change: Callable[[dict[str, Any]], None],
    what: str,
    difference: str,
) -> None:
    lead = a_lead()
    house.play()
    rewrite(house, lead, kind, change)
    different = [one for one in decisions(house, lead) if one.verdict is Replayed.DIFFERENT]
    assert what in {one.what for one in different}
    assert [words for one in different if one.what == what for words in one.differences if difference in words]


def test_a_run_whose_row_says_another_outcome_than_the_ledger_is_different(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    with house.space.store.writing() as conn:
        conn.execute(update(tables.items).where(tables.items.c.record_id == lead).values(outcome="left alone"))
    assert decisions(house, lead)[-1].differences == ("outcome: routed → left alone",)


def test_what_was_forgotten_cannot_be_replayed_and_says_who_erased_it(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    operations.forget(house.space.house, lead, DANA, "asked by mail")
    [run] = operations.replay(house.space.house, lead)
    assert run.verdict is Replayed.ERASED
    told = {words for one in run.decisions for words in one.differences}
    assert told == {f"cannot be replayed: erased by {DANA} on {house.clock.now():%d %B %Y}: asked by mail"}


def test_the_code_that_decided_is_named_beside_the_code_that_decides_again(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    [run] = operations.replay(house.space.house, lead)
    assert (run.code_then, run.code_now) == ((code_version(),), code_version())


class Life:
    """A company at work, by one seed: people make and change records, answer what is asked, and take things back."""

    def __init__(self, house: House, seed: int, a_lead: Make, a_deal: Make) -> None:
        self.house, self.random, self.a_lead, self.a_deal = house, Random(seed), a_lead, a_deal
        self.leads: list[str] = []
        self.deals: list[str] = []

    def go_on(self) -> None:
        acts = (
            self.lead_comes, self.lead_comes, self.deal_comes, self.deal_moves, self.date_moves, self.date_moves,
            self.word_is_given, self.person_answers, self.person_answers, self.time_passes, self.is_taken_back,
        )  # fmt: skip
        self.random.choice(acts)()

    def lead_comes(self) -> None:
        place = self.random.choice(({"Country": "Ireland"}, {"Country": "Japan"}, {"PostalCode": "60614"}, {}))
        owner = self.random.choice(({}, {}, {"OwnerId": self.house.ids["ben.foster@acme.example"]}))
        self.leads.append(self.a_lead(LastName=f"Rowe {len(self.leads)}", **place, **owner))
        self.house.play()

    def deal_comes(self) -> None:
        stage = self.random.choice(("Prospecting", "Value Proposition", "Proposal/Price Quote"))
        step = self.random.choice((None, "Meet the economic buyer"))
        amount = self.random.choice((42_000, 50_000, 90_000))
        self.deals.append(self.a_deal(StageName=stage, NextStep=step, Amount=amount))
        self.house.play()

    def deal_moves(self) -> None:
        if self.deals:
            stage = self.random.choice(("Qualification", "Value Proposition", "Negotiation/Review", "Closed Lost"))
            self.change(self.random.choice(self.deals), StageName=stage)

    def date_moves(self) -> None:
        for deal in self.random.sample(self.deals, min(2, len(self.deals))):
            closes = date.fromisoformat(self.house.get("Opportunity", deal)["CloseDate"])
            for days in self.random.sample((-3, 10, 20, 30), 2):
                closes += timedelta(days=days)
                self.change(deal, CloseDate=closes.isoformat())

    def word_is_given(self) -> None:
        if self.deals:
            self.change(self.random.choice(self.deals), Verbal_Commitment__c=self.random.random() < 0.8)

    def person_answers(self) -> None:
        for review in self.house.reviews():
            with suppress(UpbeatError):  # who may not is told so, and tries no more
                if self.random.random() < 0.2:
                    self.house.reject(review, self.random.choice((ROWAN, DANA)))
                elif review.body.choices:
                    self.house.approve(review, review.owner, self.random.choice(review.body.choices))
                else:
                    self.house.approve(review, ROWAN)
                    self.house.approve(review, DANA)
        self.house.play("1 minute")

    def time_passes(self) -> None:
        for _ in range(self.random.choice((1, 3, 16))):
            self.house.play("1 day")

    def is_taken_back(self) -> None:
        if self.leads:
            with suppress(UpbeatError):  # nothing was written, or it is taken back already
                operations.roll_back(self.house.space.house, self.random.choice(self.leads), DANA)
            self.house.play()

    def change(self, deal: str, **values: Any) -> None:
        with suppress(AssertionError):  # the org refuses it
            self.house.update("Opportunity", deal, by=REP, **values)
        self.house.play("5 minutes")


@pytest.mark.law(4)
@pytest.mark.parametrize("seed", range(2))
def test_every_run_of_the_shipped_playbooks_comes_out_the_same_after_a_restart(
    house: House, a_lead: Make, a_deal: Make, seed: int
) -> None:
    life = Life(house, seed, a_lead, a_deal)
    for _ in range(35):
        life.go_on()
    house.restart()
    with house.space.store.reading() as conn:
        runs = list(conn.scalars(select(tables.items.c.id)))
    replays = [one for run in runs for one in operations.replay(house.space.house, run)]
    wrong = [(run.workflow, one) for run in replays for one in run.decisions if one.verdict is not Replayed.SAME]
    assert wrong == []
    decided = Counter(one.what.partition(" ")[0] for run in replays for one in run.decisions)
    assert min(decided[what] for what in ("condition", "step", "decision", "outcome")) >= 3
