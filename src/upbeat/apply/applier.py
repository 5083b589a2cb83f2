"""The sole writer. It checks the clearance against the ledger, says what it is about to do, does it, and records it.

    cleared ──intend──▶ sending ──answer──▶ written | failed
                           │
                           └──no answer, or we died──▶ read Salesforce: adopted, sent again, or a person's

Nothing is ever repeated blindly: a row found in `sending` is compared with the org first (law 3).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from upbeat.apply.book import Book, Cleared, Standing, stopped_before
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.apply.reconcile import Found, Reconciler
from upbeat.base import Clock
from upbeat.domain import Proposal, Verb
from upbeat.ledger import Kind, Ledger
from upbeat.salesforce import Rejected, Result, SalesforceError, Session, Unanswered
from upbeat.salesforce.write import Writer
from upbeat.schema import Schema
from upbeat.store import Store, tables

CHUNK = 200  # rows in one collection call: Salesforce's own limit
_RECENT = timedelta(minutes=1)  # of a decision; what was decided earlier is compared with the org before it is sent
_ADOPTED = "found in Salesforce after a lost answer"
_TOO_EARLY = "waiting until the org must have answered"
MARKER = "Upbeat_Key__c"  # the external id that makes a create safe to send twice, where an org has deployed it


class Applier:
    """Writes cleared proposals over one connection, which nobody else writes with."""

    def __init__(
        self, connection: Session, store: Store, ledger: Ledger, schema: Callable[[], Schema], clock: Clock
    ) -> None:
        """Take the writing connection; the writer over it is made here and stays here."""
        self._writer = Writer(connection)
        self._reconciler = Reconciler(connection, schema, MARKER)
        self._store = store
        self._book = Book(store, ledger, clock)
        self._schema = schema
        self._clock = clock

    def apply(self, cleared: Sequence[Cleared]) -> list[Outcome]:
        """Carry out proposals in their order, in collections, and record each result.

        Returns one outcome a proposal. A proposal that was written before is given as it was. Raises
        RefusedWriteError, and sends nothing at all, where a clearance does not hold.
        """
        seen = self._sorted(self._book.look_up(cleared))
        again, settled = self._settle(seen.unsure)
        current, stale = self._still_true(seen.late)
        spoilt = {one.proposal.group: one.why for one in stale}
        sendable = [one for one in (*seen.fresh, *again, *current) if one.group not in spoilt]
        stale += [
            Outcome(one, State.STALE, why=spoilt[one.group]) for one in (*seen.fresh, *current) if one.group in spoilt
        ]  # together or not at all; what may have been sent already is sent again, and taken back by a person
        sendable += [one for one in again if one.group in spoilt]
        current, halted = self._book.intend(sendable)
        outcomes = {one.proposal.id: one for one in (*seen.done, *settled, *stale, *halted)}
        for chunk in _chunks(current):
            results = [stopped_before(one) for one in chunk] if self._book.is_stopped() else self._send(chunk)
            self._book.record(results)
            outcomes.update((one.proposal.id, one) for one in results)
        return [outcomes[proposal.id] for proposal, _ in cleared]

    def _sorted(self, standings: Sequence[Standing]) -> "_Seen":
        """Sort proposals by what must be found out before they are sent."""
        seen, now = _Seen(), self._clock.now()
        for one in standings:
            proposal, approvals = one.proposal, one.clearance.decision.approvals
            waited = proposal.undoes or approvals or one.intended_at or now - one.decided_at > _RECENT
            if one.state is State.SENDING:
                seen.unsure.append((proposal, one.intended_at or one.decided_at))
            elif one.state is not State.CLEARED:
                seen.done.append(one.as_it_was)
            elif waited and proposal.verb is not Verb.CREATE:
                seen.late.append(proposal)
            else:
                seen.fresh.append(proposal)
        return seen

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
        self._book.record([one for one in settled if not one.retry], Kind.ADOPTED)
        return again, settled

    def _still_true(self, late: Sequence[Proposal]) -> tuple[list[Proposal], list[Outcome]]:
        """Compare what was not sent at once with the org: what somebody changed since is never overwritten."""
        changed = self._reconciler.changed_since(late)
        stale = [Outcome(one, State.STALE, why=changed[one.id]) for one in late if one.id in changed]
        self._book.record(stale)
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
                return self._writer.update(target, [{**one.after, "Id": one.record_id} for one in chunk])
            case Verb.CREATE if self._schema().object(target).has(MARKER):
                return self._writer.upsert(target, MARKER, [{**one.after, MARKER: one.id} for one in chunk])
            case Verb.CREATE:
                return self._writer.create(target, [one.after for one in chunk])
            case Verb.DELETE:
                return self._writer.delete([one.record_id for one in chunk])
            case _:
                raise RefusedWriteError(f"no way to {verb} a record is connected")

    def _accounted(self, record_ids: Sequence[str]) -> set[str]:
        """Give those of some records that are known to be what a proposal created."""
        table, found = tables.proposals, set[str]()
        with self._store.reading() as conn:
            for start in range(0, len(record_ids), CHUNK):
                ids = record_ids[start : start + CHUNK]
                found.update(conn.scalars(select(table.c.record_id).where(table.c.record_id.in_(ids))))
        return found


@dataclass(slots=True)
class _Seen:
    """Proposals by what must be found out before they are sent; `unsure` with the moment they were last meant."""

    done: list[Outcome] = field(default_factory=list[Outcome])
    fresh: list[Proposal] = field(default_factory=list[Proposal])
    late: list[Proposal] = field(default_factory=list[Proposal])
    unsure: list[tuple[Proposal, datetime]] = field(default_factory=list[tuple[Proposal, datetime]])


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
