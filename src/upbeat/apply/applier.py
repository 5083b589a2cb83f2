"""The sole writer. It checks the clearance against the ledger, says what it is about to do, does it, and records it.

    cleared ──intend──▶ sending ──answer──▶ written | failed
       ▲                   │
       └───not written───  └──no answer, or we died──▶ read Salesforce: adopted, cleared once more, or a person's

Nothing is ever repeated blindly: a row found in `sending` is compared with the org first (law 3), and what was not
written waits for the gate to decide it anew (law 1).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from upbeat.apply.book import Book, Cleared, Standing, stopped_before
from upbeat.apply.hands import Hands, Lent, Warrant
from upbeat.apply.joining import conversion_of, merge_of, reached
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.apply.reconcile import Found
from upbeat.base import Clock
from upbeat.domain import Proposal, Record, Verb
from upbeat.gate import deal_path
from upbeat.ledger import Kind, Ledger
from upbeat.salesforce import Rejected, Result, SalesforceError, Session, SessionDead, Unanswered
from upbeat.salesforce.write import Writer
from upbeat.schema import Schema
from upbeat.store import Store, tables

CHUNK = 200  # rows in one collection call: Salesforce's own limit
_RECENT = timedelta(minutes=1)  # of a decision; what was decided earlier is compared with the org before it is sent
_ADOPTED = "found in Salesforce after a lost answer"
_UNWRITTEN = "its answer was lost, and it was not written: it is decided once more"
_NOT_BEFORE = "another change of the same step is found out first"
_TOO_EARLY = "waiting until the org must have answered"
MARKER = "Upbeat_Key__c"  # the external id that makes a create safe to send twice, where an org has deployed it


class Applier:
    """Writes cleared proposals: over one connection, which nobody else writes with, or over an approver's own."""

    def __init__(
        self,
        connection: Session,
        store: Store,
        ledger: Ledger,
        schema: Callable[[], Schema],
        clock: Clock,
        *,
        written_as: str = "",
        lent: Lent = lambda _: None,
    ) -> None:
        """Take the writing connection and the username it acts as; the writer over it is made here and stays here.

        `lent` gives the connection that an approver has lent, by username.
        """
        self._hands = Hands(connection, written_as, lent, schema, MARKER)
        self._store = store
        self._book = Book(store, ledger, clock)
        self._schema = schema
        self._clock = clock

    def apply(self, cleared: Sequence[Cleared]) -> list[Outcome]:
        """Carry out proposals in their order, in collections, and record each result.

        Returns one outcome a proposal. A proposal that was written before is given as it was. Raises
        RefusedWriteError, and sends nothing at all, where a clearance does not hold; Retryable where the org is not
        there to say whose names can be written in.
        """
        seen = self._sorted(self._book.look_up(cleared))
        settled = self._settle(seen)
        current, stale = self._still_true(seen)
        unsure = {one.proposal.group for one in settled}
        spoilt = {one.proposal.group: one.why for one in stale}
        sendable, held_up = list[Proposal](), list[Outcome]()
        for one in (*seen.fresh, *current):  # together or not at all
            if one.group in unsure:
                held_up.append(Outcome(one, State.CLEARED, why=_NOT_BEFORE, retry=True, is_try=False))
            elif one.group in spoilt:
                stale.append(Outcome(one, State.STALE, why=spoilt[one.group]))
            else:
                sendable.append(one)
        current, halted = self._book.intend(sendable, seen.warrants)
        outcomes = {one.proposal.id: one for one in (*seen.done, *settled, *stale, *held_up, *halted)}
        for lent_by, chunk in _chunks(current, seen.warrants):
            results = [stopped_before(one) for one in chunk] if self._book.is_stopped() else self._send(chunk, lent_by)
            self._book.record(results, seen.warrants)
            outcomes.update((one.proposal.id, one) for one in results)
        return [outcomes[proposal.id] for proposal, _ in cleared]

    def _sorted(self, standings: Sequence[Standing]) -> "_Seen":
        """Sort proposals by what must be found out before they are sent, and say in whose name each leaves."""
        seen, now = _Seen(), self._clock.now()
        for one in standings:
            proposal, decision = one.proposal, one.clearance.decision
            waited = (
                proposal.undoes
                or decision.approvals
                or one.is_again
                or one.intended_at
                or now - one.decided_at > _RECENT
            )
            if one.state is State.SENDING:
                seen.unsure[one.lent_by].append((proposal, one.intended_at or one.decided_at))
                seen.warrants[proposal.id] = self._hands.named(decision.policy, one.lent_by)
            elif one.state is not State.CLEARED:
                seen.done.append(one.as_it_was)
            else:
                on_deal = one.deal is not None and deal_path(proposal.object, self._schema()) is not None
                (seen.late if waited and (on_deal or proposal.verb is not Verb.CREATE) else seen.fresh).append(proposal)
                if on_deal and one.deal is not None:
                    seen.deals[proposal.id] = one.deal
                seen.warrants[proposal.id] = self._hands.warrant(decision)
        return seen

    def _settle(self, seen: "_Seen") -> list[Outcome]:
        """Find out what became of writes whose answer we never had.

        Each is looked for in the name that it was sent in.
        """
        settled: list[Outcome] = []
        for lent_by, unsure in seen.unsure.items():
            hand = self._hands.of(lent_by)
            if hand is None:
                why = f"its answer was lost, and {lent_by}, in whose name it was sent, is connected no more"
                settled += [Outcome(one, State.FAILED, why=why) for one, _ in unsure]
                continue
            findings = hand.reconciler.look(unsure, self._clock.now(), self._accounted)
            for (proposal, _), found in zip(unsure, findings, strict=True):
                match found.state:
                    case Found.NOT_WRITTEN:
                        settled.append(Outcome(proposal, State.CLEARED, why=_UNWRITTEN, retry=True, is_try=False))
                    case Found.WRITTEN:
                        became = found.became
                        settled.append(Outcome(proposal, State.WRITTEN, found.record_id, _ADOPTED, became=became))
                    case Found.TOO_EARLY:
                        settled.append(Outcome(proposal, State.SENDING, why=_TOO_EARLY, retry=True, is_try=False))
                    case Found.UNCLEAR:
                        settled.append(Outcome(proposal, State.FAILED, why=found.why))
        self._book.record([one for one in settled if one.state is not State.SENDING], seen.warrants, Kind.ADOPTED)
        return settled

    def _still_true(self, seen: "_Seen") -> tuple[list[Proposal], list[Outcome]]:
        """Compare what was not sent at once with the org: what somebody changed since is never overwritten."""
        changed = self._hands.own.reconciler.changed_since(seen.late, seen.deals)
        stale = [Outcome(one, State.STALE, why=changed[one.id]) for one in seen.late if one.id in changed]
        self._book.record(stale, seen.warrants)
        return [one for one in seen.late if one.id not in changed], stale

    def _send(self, chunk: Sequence[Proposal], lent_by: str) -> list[Outcome]:
        """Send one call in one name. What the org refuses in a person's name is refused, with whatever other rights."""
        hand, first = self._hands.of(lent_by), chunk[0]
        if hand is None:  # it has ended since the warrant was given, and nothing was sent
            return [Outcome(one, State.CLEARED, why=f"{lent_by} is connected no more", retry=True) for one in chunk]
        refused = f"the org refuses it to {lent_by}, who approved it: " if lent_by else ""
        try:
            results: Sequence[Result | None] = self._call(hand.writer, first.verb, first.object, chunk)
            lost = ""
        except Unanswered as error:
            results, lost = error.results or [None] * len(chunk), error.what
        except Rejected as error:
            return [Outcome(one, State.FAILED, why=f"{refused}{error.what}") for one in chunk]
        except SessionDead as error:  # a person whose session dies may be connected no more at the next try
            return [Outcome(one, State.CLEARED, why=str(error), retry=True, is_try=bool(lent_by)) for one in chunk]
        except SalesforceError as error:  # nothing was changed
            return [Outcome(one, State.CLEARED, why=str(error), retry=True, is_try=False) for one in chunk]
        return [_outcome(one, result, lost, refused) for one, result in zip(chunk, results, strict=True)]

    def _call(self, writer: Writer, verb: Verb, target: str, chunk: Sequence[Proposal]) -> list[Result]:
        match verb:
            case Verb.UPDATE:
                return writer.update(target, [{**one.after, "Id": one.record_id} for one in chunk])
            case Verb.CREATE if self._schema().object(target).has(MARKER):
                return writer.upsert(target, MARKER, [{**one.after, MARKER: one.id} for one in chunk])
            case Verb.CREATE:
                return writer.create(target, [one.after for one in chunk])
            case Verb.DELETE:
                return writer.delete([one.record_id for one in chunk])
            case Verb.MERGE:
                return writer.merge([merge_of(one) for one in chunk])
            case Verb.CONVERT:
                return writer.convert([conversion_of(one) for one in chunk])
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
    """Proposals by what must be found out before they are sent, and by id what each stands on as it leaves.

    `unsure` holds them by the name that they were sent in, with the moment they were last meant; `deals`, by id, what
    the gate saw of the deal.
    """

    done: list[Outcome] = field(default_factory=list[Outcome])
    fresh: list[Proposal] = field(default_factory=list[Proposal])
    late: list[Proposal] = field(default_factory=list[Proposal])
    unsure: dict[str, list[tuple[Proposal, datetime]]] = field(default_factory=lambda: defaultdict(list))
    deals: dict[str, Record] = field(default_factory=dict[str, Record])
    warrants: dict[str, Warrant] = field(default_factory=dict[str, Warrant])


def _outcome(proposal: Proposal, result: Result | None, lost: str, refused: str) -> Outcome:
    if result is None:
        return Outcome(proposal, State.SENDING, why=lost, retry=True)
    if result.ok:
        return Outcome(proposal, State.WRITTEN, result.id or proposal.record_id, became=result.became)
    why = "; ".join(f"{fault.code}: {fault.message}" for fault in result.errors)
    if result.errors and all(fault.retryable for fault in result.errors):
        return Outcome(proposal, State.CLEARED, why=why, retry=True)
    return Outcome(proposal, State.FAILED, why=f"{refused}{why}")


def _chunks(proposals: Iterable[Proposal], warrants: Mapping[str, Warrant]) -> Iterator[tuple[str, list[Proposal]]]:
    """Cut proposals, in order, into calls of one name, verb and object in which no record stands twice (law 14).

    A record that stands in an open call of another kind is written there first.
    """
    open_chunks: dict[tuple[str, Verb, str], tuple[list[Proposal], set[str]]] = {}
    for one in proposals:
        mine, ids = (warrants[one.id].lent_by, one.verb, one.object), reached(one)
        before = [
            key
            for key, (chunk, touched) in open_chunks.items()
            if not touched.isdisjoint(ids) or (key == mine and len(chunk) == CHUNK)
        ]
        yield from ((key[0], open_chunks.pop(key)[0]) for key in before)
        chunk, touched = open_chunks.setdefault(mine, ([], set()))
        chunk.append(one)
        touched |= ids
    yield from ((key[0], chunk) for key, (chunk, _) in open_chunks.items())
