"""What apply reads and writes in our own store around every act: the clearance held against it, the intent, the result.

A clearance is not trusted by itself: the decision is read again from the ledger (law 1). What is about to leave is said
there before it leaves (law 3), unless the mode of its workflow or a stop forbids it (laws 7 and 15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from upbeat.apply.hands import Warrant
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.base import Clock, digest
from upbeat.domain import HOUSE, Approval, Mode, Proposal, Record, Verb, Verdict
from upbeat.gate import Clearance
from upbeat.ledger import Entry, Kind, Ledger, Stored
from upbeat.store import Store, tables
from upbeat.store.control import stopped

Cleared = tuple[Proposal, Clearance]

_SIGNING = frozenset({Kind.PERSON_DECIDED, Kind.RECALLED})


@dataclass(frozen=True, slots=True)
class Standing:
    """A cleared proposal as our store has it: when it was decided, and how far it has come.

    `deal` is what the gate saw of the deal around it. It decided `is_again` what it had decided, or asked, before.
    """

    proposal: Proposal
    clearance: Clearance
    decided_at: datetime
    state: State
    intended_at: datetime | None
    record_id: str
    result: str
    lent_by: str = ""
    deal: Record | None = None
    is_again: bool = False

    @property
    def as_it_was(self) -> Outcome:
        """What became of it before."""
        return Outcome(self.proposal, self.state, self.record_id, self.result)


class Book:
    """The rows and the ledger entries of everything that leaves."""

    def __init__(self, store: Store, ledger: Ledger, clock: Clock) -> None:
        """Keep the book in `store`, at the times of `clock`."""
        self._store = store
        self._ledger = ledger
        self._clock = clock

    def look_up(self, cleared: Sequence[Cleared]) -> list[Standing]:
        """Give where each proposal stands. Raises RefusedWriteError where a clearance does not hold."""
        with self._store.reading() as conn:
            rows = _rows(conn, [proposal.id for proposal, _ in cleared])
            decisions = self._ledger.read_all(conn, [clearance.entry_id for _, clearance in cleared])
            self._check_signatures(conn, cleared)
        found: list[Standing] = []
        for proposal, clearance in cleared:
            stored = _checked(proposal, clearance, decisions.get(clearance.entry_id))
            row = rows[proposal.id]
            known = (State(row.state), row.intended_at, row.record_id, row.result, row.lent_by)
            told = stored.payload.get("told", {})
            found.append(
                Standing(proposal, clearance, stored.at, *known, told.get("stands"), is_again="policies" in told)
            )
        return found

    def _check_signatures(self, conn: Connection, cleared: Sequence[Cleared]) -> None:
        """Hold that each person who released it said so in the ledger, and has not taken it back: a row is not enough.

        Raises RefusedWriteError.
        """
        for item_id in {proposal.item_id for proposal, clearance in cleared if clearance.decision.approvals}:
            said = [one for one in self._ledger.about(conn, item_id=item_id) if one.kind in _SIGNING]
            for proposal, clearance in cleared:
                for one in clearance.decision.approvals if proposal.item_id == item_id else ():
                    if not _is_signed(one, said):
                        what = f"the ledger does not hold that {one.by} released {proposal.object} {proposal.id}"
                        raise RefusedWriteError(what)

    def intend(
        self, proposals: Sequence[Proposal], warrants: Mapping[str, Warrant]
    ) -> tuple[list[Proposal], list[Outcome]]:
        """Say in the ledger what is about to leave, unless its mode or a stop forbids it, in one transaction.

        `warrants` say, by proposal id, what each stands on. Gives what may leave, and what came of the rest.
        """
        allowed: list[Proposal] = []
        halted: list[Outcome] = []
        if not proposals:
            return allowed, halted
        with self._store.writing() as conn:
            modes, stop = _modes(conn, proposals), stopped(conn)
            for one in proposals:
                if not_live := modes.not_live(one):
                    halted.append(Outcome(one, State.BLOCKED, why=not_live))
                elif stop is not None:
                    halted.append(stopped_before(one))
                else:
                    allowed.append(one)
            if allowed:
                now = self._clock.now()
                conn.execute(
                    update(tables.proposals).where(tables.proposals.c.id == bindparam("key")),
                    [
                        {
                            "key": one.id,
                            "state": State.SENDING,
                            "intended_at": now,
                            "lent_by": warrants[one.id].lent_by,
                        }
                        for one in allowed
                    ],
                )
                meant = [_entry(one, Kind.INTENDED, _meant(one), warrants[one.id]) for one in allowed]
                self._ledger.append(conn, meant)
        self.record([one for one in halted if one.state is State.BLOCKED], warrants)
        return allowed, halted

    def record(self, outcomes: Sequence[Outcome], warrants: Mapping[str, Warrant], kind: Kind = Kind.WROTE) -> None:
        """Keep what became of proposals; `kind` says how those that are done came to be."""
        if not outcomes:
            return
        now = self._clock.now()
        with self._store.writing() as conn:
            conn.execute(
                update(tables.proposals).where(tables.proposals.c.id == bindparam("key")),
                [
                    {
                        "key": one.proposal.id,
                        "state": one.state,
                        "result": one.why,
                        "record_id": one.record_id or one.proposal.record_id,
                        "written_at": now if one.state is State.WRITTEN else None,
                    }
                    for one in outcomes
                ],
            )
            done = (one for one in outcomes if not one.retry)
            self._ledger.append(conn, [_result_entry(one, kind, warrants[one.proposal.id]) for one in done])

    def is_stopped(self) -> bool:
        """Whether a person has halted everything that leaves."""
        with self._store.reading() as conn:
            return stopped(conn) is not None


def stopped_before(proposal: Proposal) -> Outcome:
    """Give what becomes of a proposal that a stop came before."""
    return Outcome(proposal, State.CLEARED, why="all writes are stopped", retry=True, is_try=False)


@dataclass(frozen=True, slots=True)
class _Modes:
    """The modes that items began in, by item id, and that workflows have now, by name."""

    of_items: Mapping[str, str]
    of_workflows: Mapping[str, str]

    def not_live(self, proposal: Proposal) -> str:
        """Say why the mode forbids a write (law 7), or nothing."""
        if (
            proposal.workflow == HOUSE and not proposal.item_id and proposal.verb is Verb.SEND
        ):  # the house's own word, which no mode is for
            return ""
        began, now = self.of_items.get(proposal.item_id), self.of_workflows.get(proposal.workflow, Mode.MONITOR)
        if began == Mode.LIVE and (proposal.undoes or now == Mode.LIVE):
            return ""
        return f"{proposal.workflow} is in {now if began == Mode.LIVE else began} mode: nothing is written"


def _modes(conn: Connection, proposals: Sequence[Proposal]) -> _Modes:
    items, given = tables.items, tables.modes
    began = conn.execute(select(items.c.id, items.c.mode).where(items.c.id.in_({one.item_id for one in proposals})))
    now = conn.execute(select(given.c.workflow, given.c.mode))
    return _Modes({row.id: row.mode for row in began}, {row.workflow: row.mode for row in now})


def _checked(proposal: Proposal, clearance: Clearance, stored: Stored | None) -> Stored:
    """Hold the clearance against the ledger's own copy of the decision, and give that (law 1)."""
    held = clearance.decision
    if stored is None or stored.kind is not Kind.DECIDED or digest(stored.payload["decision"]) != digest(held):
        raise RefusedWriteError(f"the ledger does not hold the decision that clears {proposal.object} {proposal.id}")
    if held.verdict is not Verdict.APPLY:
        raise RefusedWriteError(
            f"the gate says {held.verdict} of {proposal.object} {proposal.id}, which clears nothing"
        )
    if held.proposal_id != proposal.id or held.proposal_digest != digest(proposal):
        raise RefusedWriteError(f"the clearance is for another proposal than {proposal.object} {proposal.id}")
    return stored


def _is_signed(approval: Approval, said: Sequence[Stored]) -> bool:
    """Whether the last word of whoever signed, on the review in question, is this very signature."""
    own = [
        one.payload["approvals"] if one.kind is Kind.PERSON_DECIDED else ()
        for one in said
        if one.payload is not None
        and one.actor.casefold() == approval.by.casefold()
        and one.payload["review"] == approval.review_id
    ]
    return bool(own) and digest(approval) in {digest(one) for one in own[-1]}


def _rows(conn: Connection, ids: Sequence[str]) -> dict[str, Any]:
    found = conn.execute(select(tables.proposals).where(tables.proposals.c.id.in_(ids)))
    return {row.id: row for row in found}


def _entry(proposal: Proposal, kind: Kind, payload: Mapping[str, object], warrant: Warrant) -> Entry:
    name: dict[str, object] = {"written_as": warrant.written_as} if warrant.written_as else {}
    name |= {"lent_by": warrant.lent_by} if warrant.lent_by else {}
    name |= {"instead": warrant.instead} if warrant.instead else {}
    return Entry(
        kind=kind,
        actor="apply",
        payload={**payload, **name},
        policy=warrant.policy,
        item_id=proposal.item_id,
        proposal_id=proposal.id,
        workflow=proposal.workflow,
        version=proposal.version,
        record_id=proposal.record_id,
    )


def _meant(proposal: Proposal) -> dict[str, object]:
    said: dict[str, object] = {"verb": proposal.verb, "object": proposal.object, "after": proposal.after}
    return said | ({"records": proposal.records} if proposal.records else {})


def _result_entry(outcome: Outcome, kind: Kind, warrant: Warrant) -> Entry:
    proposal = outcome.proposal
    payload = {
        "state": outcome.state,
        "verb": proposal.verb,
        "object": proposal.object,
        "record_id": outcome.record_id or proposal.record_id,
        "before": proposal.before,
        "after": proposal.after,
        "why": outcome.why,
    }
    payload |= {"records": proposal.records} if proposal.records else {}
    payload |= {"became": outcome.became} if outcome.became else {}
    return _entry(proposal, kind if outcome.state is State.WRITTEN else Kind.FAILED, payload, warrant)
