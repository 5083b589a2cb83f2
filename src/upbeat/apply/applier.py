"""The sole writer. It checks the clearance against the ledger, says what it is about to do, does it, and records it.

    cleared ──intend──▶ sending ──answer──▶ written | failed
                           │
                           └──no answer, or we died──▶ read Salesforce: adopted, sent again, or a person's

Nothing is ever repeated blindly: a row found in `sending` is compared with the org first (law 3).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from upbeat.apply.reconcile import Found, Reconciler
from upbeat.base import Clock, UpbeatError, digest
from upbeat.domain import Mode, Proposal, Verb, Verdict
from upbeat.gate import Clearance
from upbeat.ledger import Entry, Kind, Ledger, Stored
from upbeat.salesforce import Rejected, Result, SalesforceError, Session, Unanswered
from upbeat.salesforce.write import Writer
from upbeat.schema import Schema
from upbeat.store import Store, tables
from upbeat.store.control import stopped

CHUNK = 200  # rows in one collection call: Salesforce's own limit
_RECENT = timedelta(minutes=1)  # of a decision; what was decided earlier is compared with the org before it is sent
_ADOPTED = "found in Salesforce after a lost answer"
_TOO_EARLY = "waiting until the org must have answered"
MARKER = "Upbeat_Key__c"  # the external id that makes a create safe to send twice, where an org has deployed it


class State(StrEnum):
    """Where a proposal stands."""

    HELD = "held"
    CLEARED = "cleared"
    SENDING = "sending"
    WRITTEN = "written"
    FAILED = "failed"
    STALE = "stale"
    OBSERVED = "observed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"


class RefusedWriteError(UpbeatError):
    """A write without a clearance that the ledger confirms, from a workflow that is not live: it is not sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one proposal. `retry` says that it has not happened and may be tried again.

    `is_try` is False where that says nothing of the proposal itself: the org is away, or all writes are stopped.
    """

    proposal: Proposal
    state: State
    record_id: str = ""
    why: str = ""
    retry: bool = False
    is_try: bool = True


class Applier:
    """Writes cleared proposals over one connection, which nobody else writes with."""

    def __init__(self, connection: Session, store: Store, ledger: Ledger, schema: Schema, clock: Clock) -> None:
        """Take the writing connection; the writer over it is made here and stays here."""
        self._writer = Writer(connection)
        self._reconciler = Reconciler(connection, schema, MARKER)
        self._store = store
        self._ledger = ledger
        self._schema = schema
        self._clock = clock

    def apply(self, cleared: Sequence[tuple[Proposal, Clearance]]) -> list[Outcome]:
        """Carry out proposals in their order, in collections, and record each result.

        Returns one outcome a proposal. A proposal that was written before is given as it was. Raises
        RefusedWriteError, and sends nothing at all, where a clearance does not hold.
        """
        seen = self._examine(cleared)
        again, settled = self._settle(seen.unsure)
        current, stale = self._still_true(seen.late)
        spoilt = {one.proposal.group: one.why for one in stale}
        sendable = [one for one in (*seen.fresh, *again, *current) if one.group not in spoilt]
        stale += [
            Outcome(one, State.STALE, why=spoilt[one.group]) for one in (*seen.fresh, *current) if one.group in spoilt
        ]  # together or not at all; what may have been sent already is sent again, and taken back by a person
        sendable += [one for one in again if one.group in spoilt]
        current, halted = self._intend(sendable)
        self._record([one for one in halted if one.state is State.BLOCKED])
        outcomes = {one.proposal.id: one for one in (*seen.done, *settled, *stale, *halted)}
        for chunk in _chunks(current):
            results = [_stopped_before(one) for one in chunk] if self._stopped() else self._send(chunk)
            self._record(results)
            outcomes.update((one.proposal.id, one) for one in results)
        return [outcomes[proposal.id] for proposal, _ in cleared]

    def _examine(self, cleared: Sequence[tuple[Proposal, Clearance]]) -> "_Seen":
        """Check every clearance, and sort the proposals by what must be found out before they are sent."""
        seen, now = _Seen(), self._clock.now()
        with self._store.reading() as conn:
            rows = _rows(conn, [proposal.id for proposal, _ in cleared])
            decisions = self._ledger.read_all(conn, [clearance.entry_id for _, clearance in cleared])
        for proposal, clearance in cleared:
            stored = _checked(proposal, clearance, decisions.get(clearance.entry_id))
            row = rows[proposal.id]
            waited = proposal.undoes or clearance.decision.approvals or row.intended_at or now - stored.at > _RECENT
            if row.state == State.SENDING:
                seen.unsure.append((proposal, row.intended_at))
            elif row.state != State.CLEARED:
                seen.done.append(Outcome(proposal, State(row.state), row.record_id, row.result))
            elif waited and proposal.verb is not Verb.CREATE:
                seen.late.append(proposal)
            else:
                seen.fresh.append(proposal)
        return seen

    def _intend(self, proposals: Sequence[Proposal]) -> tuple[list[Proposal], list[Outcome]]:
        """Say in the ledger what is about to be sent, unless its mode or a stop forbids it, in one transaction."""
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
                    halted.append(_stopped_before(one))
                else:
                    allowed.append(one)
            if allowed:
                now = self._clock.now()
                conn.execute(
                    update(tables.proposals).where(tables.proposals.c.id == bindparam("key")),
                    [{"key": one.id, "state": State.SENDING, "intended_at": now} for one in allowed],
                )
                self._ledger.append(conn, [_entry(one, Kind.INTENDED, {"after": one.after}) for one in allowed])
        return allowed, halted

    def _settle(self, unsure: Sequence[tuple[Proposal, datetime]]) -> tuple[list[Proposal], list[Outcome]]:
        """Find out what became of writes whose answer we never had: to send again, and outcomes."""
        again: list[Proposal] = []
        settled: list[Outcome] = []
        findings = self._reconciler.look(unsure, self._clock.now(), self._accounted)
        for (proposal, _), found in zip(unsure, findings, strict=True):
            match found.state:
                case Found.NOT_WRITTEN:
                    again.append(proposal)
                case Found.WRITTEN:
                    settled.append(Outcome(proposal, State.WRITTEN, found.record_id, _ADOPTED))
                case Found.TOO_EARLY:
                    settled.append(Outcome(proposal, State.SENDING, why=_TOO_EARLY, retry=True, is_try=False))
                case Found.UNCLEAR:
                    settled.append(Outcome(proposal, State.FAILED, why=found.why))
        self._record([one for one in settled if not one.retry], Kind.ADOPTED)
        return again, settled

    def _still_true(self, late: Sequence[Proposal]) -> tuple[list[Proposal], list[Outcome]]:
        """Compare what was not sent at once with the org: what somebody changed since is never overwritten."""
        changed = self._reconciler.changed_since(late)
        stale = [Outcome(one, State.STALE, why=changed[one.id]) for one in late if one.id in changed]
        self._record(stale)
        return [one for one in late if one.id not in changed], stale

    def _send(self, chunk: Sequence[Proposal]) -> list[Outcome]:
        first = chunk[0]
        try:
            results: Sequence[Result | None] = self._call(first.verb, first.object, chunk)
            lost = ""
        except Unanswered as error:
            results, lost = error.results or [None] * len(chunk), error.what
        except Rejected as error:
            return [Outcome(one, State.FAILED, why=error.what) for one in chunk]
        except SalesforceError as error:  # nothing was changed
            return [Outcome(one, State.CLEARED, why=str(error), retry=True, is_try=False) for one in chunk]
        return [_outcome(one, result, lost) for one, result in zip(chunk, results, strict=True)]

    def _call(self, verb: Verb, target: str, chunk: Sequence[Proposal]) -> list[Result]:
        match verb:
            case Verb.UPDATE:
                return self._writer.update(target, [{"Id": one.record_id, **one.after} for one in chunk])
            case Verb.CREATE if self._schema.object(target).has(MARKER):
                return self._writer.upsert(target, MARKER, [{**one.after, MARKER: one.id} for one in chunk])
            case Verb.CREATE:
                return self._writer.create(target, [one.after for one in chunk])
            case Verb.DELETE:
                return self._writer.delete([one.record_id for one in chunk])
            case _:
                raise RefusedWriteError(f"no way to {verb} a record is connected")

    def _record(self, outcomes: Sequence[Outcome], kind: Kind = Kind.WROTE) -> None:
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
            self._ledger.append(conn, [_result_entry(one, kind) for one in outcomes if not one.retry])

    def _accounted(self, record_ids: Sequence[str]) -> set[str]:
        """Give those of some records that are known to be what a proposal created."""
        table, found = tables.proposals, set[str]()
        with self._store.reading() as conn:
            for start in range(0, len(record_ids), CHUNK):
                ids = record_ids[start : start + CHUNK]
                found.update(conn.scalars(select(table.c.record_id).where(table.c.record_id.in_(ids))))
        return found

    def _stopped(self) -> bool:
        with self._store.reading() as conn:
            return stopped(conn) is not None


@dataclass(frozen=True, slots=True)
class _Modes:
    """The modes that items began in, by item id, and that workflows have now, by name."""

    of_items: Mapping[str, str]
    of_workflows: Mapping[str, str]

    def not_live(self, proposal: Proposal) -> str:
        """Say why the mode forbids a write (law 7), or nothing."""
        began, now = self.of_items.get(proposal.item_id), self.of_workflows.get(proposal.workflow, Mode.MONITOR)
        if began == Mode.LIVE and (proposal.undoes or now == Mode.LIVE):
            return ""
        return f"{proposal.workflow} is in {now if began == Mode.LIVE else began} mode: nothing is written"


def _modes(conn: Connection, proposals: Sequence[Proposal]) -> _Modes:
    items, given = tables.items, tables.modes
    began = conn.execute(select(items.c.id, items.c.mode).where(items.c.id.in_({one.item_id for one in proposals})))
    now = conn.execute(select(given.c.workflow, given.c.mode))
    return _Modes({row.id: row.mode for row in began}, {row.workflow: row.mode for row in now})


@dataclass(slots=True)
class _Seen:
    """Proposals by what must be found out before they are sent; `unsure` with the moment they were last meant."""

    done: list[Outcome] = field(default_factory=list[Outcome])
    fresh: list[Proposal] = field(default_factory=list[Proposal])
    late: list[Proposal] = field(default_factory=list[Proposal])
    unsure: list[tuple[Proposal, datetime]] = field(default_factory=list[tuple[Proposal, datetime]])


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


def _stopped_before(proposal: Proposal) -> Outcome:
    return Outcome(proposal, State.CLEARED, why="all writes are stopped", retry=True, is_try=False)


def _outcome(proposal: Proposal, result: Result | None, lost: str) -> Outcome:
    if result is None:
        return Outcome(proposal, State.SENDING, why=lost, retry=True)
    if result.ok:
        return Outcome(proposal, State.WRITTEN, result.id or proposal.record_id)
    why = "; ".join(f"{fault.code}: {fault.message}" for fault in result.errors)
    if result.errors and all(fault.retryable for fault in result.errors):
        return Outcome(proposal, State.CLEARED, why=why, retry=True)
    return Outcome(proposal, State.FAILED, why=why)


def _chunks(proposals: Iterable[Proposal]) -> Iterator[list[Proposal]]:
    """Cut proposals, in order, into calls of one verb and object in which no record stands twice (law 14)."""
    open_chunks: dict[tuple[Verb, str], list[Proposal]] = defaultdict(list)
    for one in proposals:
        chunk = open_chunks[one.verb, one.object]
        twice = one.record_id and any(other.record_id == one.record_id for other in chunk)
        if twice or len(chunk) == CHUNK:
            yield open_chunks.pop((one.verb, one.object))
            chunk = open_chunks[one.verb, one.object]
        chunk.append(one)
    yield from open_chunks.values()


def _rows(conn: Connection, ids: Sequence[str]) -> dict[str, Any]:
    found = conn.execute(select(tables.proposals).where(tables.proposals.c.id.in_(ids)))
    return {row.id: row for row in found}


def _entry(proposal: Proposal, kind: Kind, payload: object) -> Entry:
    return Entry(
        kind=kind,
        actor="apply",
        payload=payload,
        item_id=proposal.item_id,
        proposal_id=proposal.id,
        workflow=proposal.workflow,
        version=proposal.version,
        record_id=proposal.record_id,
    )


def _result_entry(outcome: Outcome, kind: Kind) -> Entry:
    proposal = outcome.proposal
    payload = {
        "state": outcome.state,
        "object": proposal.object,
        "record_id": outcome.record_id or proposal.record_id,
        "before": proposal.before,
        "after": proposal.after,
        "why": outcome.why,
    }
    return _entry(proposal, kind if outcome.state is State.WRITTEN else Kind.FAILED, payload)
