"""The sole writer on an org of its own: proposals that the ledger knows as decided, and what the org says after."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from upbeat.apply import Applier, Outcome, State
from upbeat.base import ManualClock, digest, encode
from upbeat.domain import Approval, Change, Decision, Effect, Event, Mode, Proposal, Tier, Verb, Verdict
from upbeat.gate import Clearance, clear
from upbeat.ledger import Entry, Keys, Kind, Ledger, Stored
from upbeat.localorg import LocalOrg, Server
from upbeat.localorg.faults import Fault
from upbeat.salesforce import ClientCredentials, Session
from upbeat.schema import Field, FieldType
from upbeat.store import Store, control, tables

STARTED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
FLOW = "flag-deals"
POLICY = "p" * 64
Cleared = tuple[Proposal, Clearance]


@dataclass
class Desk:
    """`decided` makes a proposal that the gate let through; `apply` carries out; `value` and `row` tell what came."""

    org: LocalOrg
    user: str
    store: Store
    ledger: Ledger
    clock: ManualClock
    session: Session
    writer: str
    numbers: Iterator[int]
    long: timedelta = timedelta(minutes=5)  # after a decision: it is no longer sent at once
    settled: timedelta = timedelta(minutes=11)  # after a call: Salesforce has surely ended it

    @property
    def applier(self) -> Applier:
        """A new one, as a new process has."""
        return Applier(self.session, self.store, self.ledger, lambda: self.org.schema, self.clock)

    def deal(self, **values: Any) -> str:
        plain = {"Name": "Lowell", "StageName": "Qualification", "CloseDate": "2026-06-30", "NextStep": "before"}
        (saved,) = self.org.create("Opportunity", [{**plain, **values}], self.user)
        return saved.id

    def proposal(self, deal: str, **more: Any) -> Proposal:
        number = next(self.numbers)
        plain: dict[str, Any] = {
            "id": digest(["proposal", number]),
            "item_id": digest(["item", number]),
            "workflow": FLOW,
            "version": "v" * 64,
            "step": "flag",
            "agent": "inspector",
            "verb": Verb.UPDATE,
            "object": "Opportunity",
            "record_id": deal,
            "before": {"NextStep": "before"},
            "after": {"NextStep": f"after {number}"},
            "reasons": ("why",),
            "group": digest(["group", number]),
        }
        return Proposal(**{**plain, **more})

    def task(self, **more: Any) -> Proposal:
        after = {"Subject": f"Call {next(self.numbers)}", "Status": "Not Started", "Priority": "Normal"}
        return self.proposal("", verb=Verb.CREATE, object="Task", before={}, after={**after, **more})

    def decided(
        self,
        proposal: Proposal,
        verdict: Verdict = Verdict.APPLY,
        *,
        mode: Mode = Mode.LIVE,
        approvals: tuple[Approval, ...] = (),
        effects: tuple[Effect, ...] = (Effect.FIELD,),
        is_said: bool = True,
    ) -> Decision:
        """Put it where the line has it after the gate: an item, a decision in the ledger, a row."""
        decision = Decision(
            proposal.id,
            digest(proposal),
            verdict,
            Tier.AUTO,
            effects,
            "field",
            "why",
            approvals=approvals,
            policy=POLICY,
        )
        with self.store.writing() as conn:
            entry = Entry(Kind.DECIDED, "gate", {"proposal": proposal, "decision": decision}, proposal_id=proposal.id)
            said = [
                Entry(Kind.PERSON_DECIDED, one.by, {"review": one.review_id, "approvals": approvals}, proposal.item_id)
                for one in (approvals if is_said else ())
            ]
            *_, entry_id = self.ledger.append(conn, [*said, entry])
            self._item(conn, proposal, mode)
            state = State.CLEARED if verdict is Verdict.APPLY else State.HELD
            columns = ("id", "item_id", "workflow", "step", "group", "object", "record_id")
            row = {name: getattr(proposal, name) for name in columns}
            row |= {"body": encode(proposal), "decision": encode(decision), "decision_entry": entry_id, "state": state}
            conn.execute(insert(tables.proposals).values(row))
        return decision

    def cleared(self, proposal: Proposal, **more: Any) -> Cleared:
        """Give a proposal that may be carried out, with its clearance."""
        decision = self.decided(proposal, **more)
        return proposal, clear(decision, self.row(proposal).decision_entry)

    def apply(self, *cleared: Cleared) -> list[Outcome]:
        return self.applier.apply(cleared)

    def row(self, proposal: Proposal) -> Any:
        with self.store.reading() as conn:
            return conn.execute(select(tables.proposals).where(tables.proposals.c.id == proposal.id)).one()

    def value(self, deal: str, name: str = "NextStep") -> Any:
        return self.org.record("Opportunity", deal)[name]

    def tasks(self) -> list[str]:
        return [row["Subject"] for row in self.org.query("SELECT Subject FROM Task ORDER BY CreatedDate", self.user)]

    def entries(self, proposal: Proposal) -> list[Stored]:
        with self.store.reading() as conn:
            return self.ledger.about(conn, proposal_id=proposal.id)

    def fails(self, kind: str, **more: Any) -> None:
        """Let the next write meet a fault."""
        self.org.faults.add(Fault("(PATCH|POST|DELETE) /services/data", kind, **more))

    def mode(self, mode: Mode) -> None:
        with self.store.writing() as conn:
            conn.execute(update(tables.modes).values(mode=mode))

    def stop(self) -> None:
        with self.store.writing() as conn:
            control.stop(conn, by="dana.whitfield@acme.example", why="wrong", now=self.clock.now())

    def _item(self, conn: Any, proposal: Proposal, mode: Mode) -> None:
        event = Event("00D", "Opportunity", proposal.record_id, Change.UPDATED, "key", self.clock.now())
        conn.execute(
            insert(tables.items).values(
                id=proposal.item_id,
                workflow=FLOW,
                version="v" * 64,
                mode=mode,
                object="Opportunity",
                record_id=proposal.record_id,
                event=encode(event),
                event_at=event.at,
                state="running",
                created_at=event.at,
            )
        )


Served = tuple[LocalOrg, str, Server, ManualClock, Iterator[int]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """An org with a writer, whose tasks carry the marker; shared by a module's tests."""
    clock = ManualClock(STARTED)
    org = LocalOrg(":memory:", clock=clock)
    user = org.user("priya.shah@acme.example", last_name="Shah")
    org.user("upbeat@acme.example", last_name="Upbeat")
    org.client_credentials("writer", "secret", "upbeat@acme.example")
    marker = Field(name="Upbeat_Key__c", type=FieldType.STRING, length=64, unique=True, external_id=True)
    org.define(fields={"Task": [marker]})
    with Server(org) as server:
        yield org, user, server, clock, count(1)
    org.close()


@pytest.fixture
def desk(served: Served, tmp_path: Path) -> Iterator[Desk]:
    org, user, server, clock, numbers = served
    writer = org.user("upbeat@acme.example", last_name="Upbeat")
    with ExitStack() as held:
        store = held.enter_context(Store.open(tmp_path / "upbeat.db", clock=clock))
        credentials = ClientCredentials(server.url, "writer", "secret")
        session = Session(credentials, clock=clock, sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)))
        held.callback(session.__exit__, None, None, None)
        with store.writing() as conn:
            row = {"workflow": FLOW, "version": "v" * 64, "mode": Mode.LIVE, "entry_id": "e", "at": STARTED}
            conn.execute(insert(tables.modes).values(row))
        yield Desk(
            org, user, store, Ledger(Keys.load_or_create(tmp_path / "keys"), clock), clock, session, writer, numbers
        )
