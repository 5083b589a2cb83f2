"""A step's first half: run its function for every item, have the gate decide what it proposes, ask who must be asked.

What is decided goes into the ledger before anything else may act on it. A step that was prepared before is
recognised by its proposals and not run again; what was cleared then and has not left is decided once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import UpbeatError, decode, digest
from upbeat.conversation import Captured
from upbeat.domain import Approval, Decision, Hold, Mode, Proposal, Tier, Verb, Verdict
from upbeat.engine import captured
from upbeat.engine.activities import Looked, look_beside
from upbeat.engine.again import look_again, withdraw_proposals
from upbeat.engine.asking import first_asked
from upbeat.engine.beside import note_beside, read_beside
from upbeat.engine.calibrating import calibration_for
from upbeat.engine.crediting import charge, stays, without_turn
from upbeat.engine.decided import keep
from upbeat.engine.desk import Desk
from upbeat.engine.enriching import look_up
from upbeat.engine.facts import moved, moves_of, outdated, rests_on
from upbeat.engine.items import Progress, State, Work, load
from upbeat.engine.judging import fired_by, run_step
from upbeat.engine.keeping.giving import note_stays, would_promise
from upbeat.engine.keeping.taking import taken_by
from upbeat.engine.looking import as_it_would_be, read_again
from upbeat.engine.parts import Parts, Sheet, after
from upbeat.engine.questioning import Known, Wait
from upbeat.engine.ranking import in_order
from upbeat.engine.recorded import Given, Said, compact, said_of, told
from upbeat.engine.settling import escalate
from upbeat.engine.stuck import stick
from upbeat.engine.touched import refusals
from upbeat.engine.undo import CONFLICT, STEP, written_of
from upbeat.engine.witness import Witness
from upbeat.engine.wording import about, names_in, title
from upbeat.gate import Facts, decide_again, decide_group
from upbeat.ledger import Entry, Kind
from upbeat.review import RELEASE, Review, approve, find, gives_up, may_sign, open_hold, open_release
from upbeat.review import State as Answered
from upbeat.routing import Turn
from upbeat.salesforce import SalesforceError
from upbeat.steps import Answer, Result
from upbeat.store import StoreError, tables
from upbeat.workflows import Step, Workflow

BLOCKED = "blocked"
REJECTED = "rejected"


def prepare(parts: Parts, batch_id: str, workflow: Workflow, index: int) -> int:
    """Prepare step `index` for the items of a batch that stand before it; give how many items moved."""
    step = workflow.steps[index]
    with parts.store.reading() as conn:
        works = [one for one in load(conn, batch_id=batch_id, state=State.RUNNING) if one.step == index]
    if not works:
        return 0
    parts.people.freshen()
    with parts.store.reading() as conn:
        made = _made_before(conn, works, step)
    unsent = {one.item.id: one.progress for one in works if made.get(one.item.id, _NOTHING).unsent}
    works = read_again(parts, workflow, works, unsent)
    now = parts.clock.now()
    works = in_order(works, workflow, step, now)
    desk = Desk(parts, workflow, step, [one.progress.record or {} for one in works], now)
    heard = captured.of_items(parts, works)
    neighbours = look_beside(parts, workflow, step, works, heard)
    refused = refusals(parts, works)
    with parts.store.reading() as conn:
        runs = [one for one in works if one.item.id not in refused and _will_run(conn, one, made)]
    known = look_up(parts, workflow, step, runs, heard)
    taken = taken_by(parts, workflow, step, works)
    with parts.store.writing() as conn:
        phase = _Preparing(parts, workflow, step, desk, neighbours, refused, known, taken, heard, conn, now)
        desk.open(conn, parts.ledger)
        neighbours.open(conn)
        for work in works:
            phase.one(work, made.get(work.item.id, _NOTHING), unsent.get(work.item.id, work.progress))
        desk.save(conn, parts.ledger)
        moved = phase.flush()
    desk.keep()
    return moved


@dataclass(frozen=True, slots=True)
class _Held:
    """What a person must release: with whoever may not be the one, and the review in which somebody wrote it."""

    work: Work
    proposals: Sequence[Proposal]
    decisions: Sequence[Decision]
    author: str
    edit: Review | None


@dataclass(frozen=True, slots=True)
class _Made:
    """What a step proposed for an item before: in an earlier try, or before a review; how far each has come."""

    proposals: Sequence[Proposal] = ()
    states: Sequence[str] = ()
    decisions: Sequence[Decision] = ()

    @property
    def unsent(self) -> list[tuple[Proposal, Decision]]:
        """What is cleared and has not left. Nothing, while `apply` must find out first whether a part of it has."""
        if Stage.SENDING in self.states:
            return []
        each = zip(self.proposals, self.states, self.decisions, strict=True)
        return [(proposal, decision) for proposal, state, decision in each if state == Stage.CLEARED]


_NOTHING = _Made()


def _made_before(conn: Connection, works: Sequence[Work], step: Step) -> dict[str, _Made]:
    """Read, by item, what this step proposed before and still stands."""
    table, found = tables.proposals, dict[str, _Made]()
    rows = conn.execute(
        select(table.c.item_id, table.c.body, table.c.state, table.c.decision)
        .where(table.c.item_id.in_([one.item.id for one in works]), table.c.step.in_([step.name, STEP]))
        .where(table.c.state.not_in([Stage.STALE, Stage.WITHDRAWN]))
        .order_by(table.c.seq)
    )
    for row in rows:
        was = found.get(row.item_id, _NOTHING)
        found[row.item_id] = _Made(
            [*was.proposals, decode(row.body, Proposal)],
            [*was.states, row.state],
            [*was.decisions, decode(row.decision, Decision)],
        )
    return found


def _will_run(conn: Connection, work: Work, made: Mapping[str, _Made]) -> bool:
    """Whether the step's function is run for an item: nothing of it stands, or what a person answered is outdated."""
    if not made.get(work.item.id, _NOTHING).proposals:
        return True
    review = find(conn, work.review_id) if work.review_id else None
    return review is not None and review.kind == RELEASE and bool(outdated(review, work))


class _Preparing:
    """One transaction of one step over one batch."""

    def __init__(
        self,
        parts: Parts,
        workflow: Workflow,
        step: Step,
        desk: Desk,
        neighbours: Looked,
        refused: Mapping[str, str],
        known: Known,
        taken: Mapping[str, str],
        heard: Mapping[str, Captured],
        conn: Connection,
        now: datetime,
    ) -> None:
        self.parts = parts
        self.workflow = workflow
        self.policy = parts.versions.policy
        self.step = step
        self.desk = desk
        self.neighbours = neighbours
        self.refused = refused
        self.known = known
        self.taken = taken
        self.heard = heard  # by key: the conversations that started these items
        self.calibration = calibration_for(conn, step, self.policy)
        self.conn = conn
        self.now = now
        self.names = parts.people.names()
        self.sheet = Sheet()
        self.read: dict[str, set[str]] = {}  # by item: records beside its own
        self.ran: list[Entry] = []  # steps, each written before what was decided of it
        self.decided: list[tuple[Proposal, Decision]] = []
        self.told: dict[str, Said] = {}  # by proposal: what the gate was told of it
        self.held: list[_Held] = []

    def one(self, work: Work, made: _Made, before: Progress) -> None:
        """Carry one item as far as this step's first half goes; `before` is how it stood when it was decided last."""
        proposals = made.proposals
        review = find(self.conn, work.review_id) if work.review_id else None
        asked = review if proposals and review is not None and review.kind == RELEASE else None
        if work.item.id in self.refused and (asked or made.unsent or not proposals):  # else it may have been sent
            withdraw_proposals(self.conn, proposals)
            self.sheet.end(work, CONFLICT, self.refused[work.item.id], self.now)
        elif asked is not None:
            self._after_review(work, proposals, asked)
        elif made.unsent:
            self._decide_anew(work, made, before)
        elif proposals:
            return  # sent, as far as we know: the second half finds out
        else:
            self._run(work, review)

    def _run(self, work: Work, review: Review | None) -> None:
        """Run the step's function. An item has one open question at a time: a second one waits for its answer."""
        known = self.known.get(work.item.id)
        if isinstance(known, Wait):
            asking = {**work.progress.asking, self.step.name: known.since}
            waiting = replace(work, progress=replace(work.progress, asking=asking))
            self.sheet.come_back(waiting, known.why, known.until, self.now)
            return
        mine = review if review is not None and review.group == f"{work.item.id}:{self.step.name}" else None
        work = without_turn(self.desk, self.step, work)
        witness = Witness(self.parts.people, self.desk, self.heard, work.mode, work.progress.reroute)
        given = replace(self._given(work, mine), enriched=known)
        try:
            fired = fired_by(work.progress)
            result = run_step(work.item, self.workflow, self.step, fired, given, witness, self.parts.zone)
        except (SalesforceError, StoreError):
            raise  # nothing is wrong with this item
        except UpbeatError as error:  # a value that cannot be made, or an agent outside its contract
            work = self._note(work, witness.noted(given), {"error": error.what})
            self.stuck(work, f"step {self.step.name}: {error.what}")
            return
        question = None if mine is review else review
        asks = result.hold if work.mode is Mode.LIVE else None
        if asks is not None and question is not None:
            self._wait(work, question)
            return
        work = self._note(work, witness.noted(given), said_of(result))
        work = replace(
            work,
            progress=_with_result(work, self.step.name, result, witness.turn),
            review_id=None if question is None else question.id,
        )
        if asks is not None:
            work = self._ask(work, asks, waits=result.waits)
            if result.waits:
                return
        if result.proposals:
            self.neighbours.note(work, result.proposals)
            self._decide(work, result.proposals)
        else:
            if stays(self.step, work):
                note_stays(self.parts, self.conn, self.workflow, self.step, work)
                work = charge(self.desk, self.step, work)
            self.sheet.move(work, step=after(work, self.workflow), attempts=0)

    def _given(self, work: Work, review: Review | None) -> Given:
        """Give what the step is run on; of a rollback, what is written of the changes that it takes back."""
        progress = work.progress
        said = review if review is not None and review.state is Answered.ANSWERED else None
        return Given(
            opened=self.parts.opened,
            now=self.now,
            record=progress.record if self._is_new(work) else None,
            beside=self.neighbours.beside(work),
            results=progress.results,
            answer=None if said is None else Answer(said.choice, said.decided_by, said.note),
            escalates=progress.escalates,
            undo=written_of(self.conn, progress.undo) if progress.undo else (),
            reason=progress.reason if progress.undo or progress.reroute else "",
            reroute=progress.reroute,
            signals=progress.signals if progress.reroute else {},
            link=None if (heard := self.heard.get(captured.key_of(work.item.event))) is None else heard.link,
            calibration=self.calibration,
            console=self.parts.links.url,
        )

    def _note(self, work: Work, given: Given, came: Said) -> Work:
        """Note that the step ran, on what, and what came of it."""
        said = {"step": self.step.name, "agent": self.step.agent, "use": self.step.use, "given": compact(given), **came}
        self.ran.append(self._entry(work, Kind.RAN, self.step.agent, said))
        self.read[work.item.id] = {*read_beside(given)} - {work.item.event.record_id}
        return replace(work, progress=replace(work.progress, kept_at=work.progress.read_at))

    def _is_new(self, work: Work) -> bool:
        """Whether the record was read after the one that the ledger holds."""
        return work.progress.read_at != work.progress.kept_at

    def _decide(
        self,
        work: Work,
        proposals: Sequence[Proposal],
        approvals: tuple[Approval, ...] = (),
        edit: Review | None = None,
        asked_by: str = "",
    ) -> None:
        """Have the gate decide a step's proposals together, and move the item where the verdict says.

        `edit` is the review in which a person wrote these values in place of others, and `asked_by` the version of the
        policy that put them to people, or cleared them: whichever asks for more, that one or today's, holds. Who has
        left the org has signed nothing.
        """
        author = work.progress.asked_by or self.workflow.owner
        left = {by for by in {one.by for one in approvals} if self.parts.people.active(by) is None}
        facts = Facts(
            schema=self.parts.schema,
            mode=work.mode,
            deal=work.progress.record if work.item.event.object == "Opportunity" else None,
            approvals=tuple(one for one in approvals if one.by not in left),
            author=author,
            now=self.now,
            colleagues=self.parts.people.colleagues() if proposals[0].verb is Verb.SEND else frozenset(),
            taken=self.taken.get(work.item.event.record_id, ""),
        )
        before = self.parts.versions.policy_of(asked_by) if asked_by else None
        group = [(one, facts) for one in proposals]
        decisions = decide_group(group, self.policy) if before is None else decide_again(group, self.policy, before)
        policies = () if before is None else (self.parts.versions.in_force, asked_by)
        held = None if self._is_new(work) else work.progress.record
        self.told |= dict.fromkeys(
            (one.id for one in proposals), told(facts, proposals, held, self.parts.opened, policies)
        )
        first = decisions[0]
        if first.verdict is Verdict.REVIEW and work.review_id is not None:  # an earlier step's question comes first
            self._wait(work, find(self.conn, work.review_id))
            return
        self.decided += zip(proposals, decisions, strict=True)
        match first.verdict:
            case Verdict.APPLY:
                self.sheet.move(work)
            case Verdict.OBSERVE:
                if (promised := would_promise(work, self.workflow, self.step, self.now)) is not None:
                    self.sheet.note(work, Kind.PROMISED, promised)
                progress = as_it_would_be(work, proposals, self.now)
                self.sheet.move(work, step=after(work, self.workflow), attempts=0, progress=progress)
            case Verdict.BLOCK:
                self.sheet.end(work, BLOCKED, first.why, self.now)
            case Verdict.REVIEW:
                self.held.append(_Held(work, proposals, decisions, author, edit))

    def _after_review(self, work: Work, proposals: Sequence[Proposal], review: Review) -> None:
        """Carry on what a person released or edited: the gate decides once more. What is outdated is proposed anew."""
        freed = replace(work, review_id=None)
        why = outdated(review, work)
        if why or review.state is Answered.EDITED:
            withdraw_proposals(self.conn, proposals)
        if why:
            if review.state is not Answered.OUTDATED:
                self.sheet.note(work, Kind.OUTDATED, {"review": review.id, "note": why})
            anew = {**work.progress.anew, self.step.name: why}
            self._run(replace(freed, progress=replace(work.progress, anew=anew)), None)
        elif review.state is Answered.EDITED:
            self._decide(freed, review.body.edited, edit=review, asked_by=review.policy)
        else:
            self._decide(freed, proposals, review.body.approvals, asked_by=review.policy)

    def _decide_anew(self, work: Work, made: _Made, before: Progress) -> None:
        """Have the gate decide once more what it cleared and was not sent, on the record as it is now.

        What was signed stays signed. Where a part of the step is written, the rest rests on that and not on what its
        condition read; `apply` compares the values that it found.
        """
        proposals = [one for one, _ in made.unsent]
        whole = len(proposals) == len(made.proposals) and not work.progress.undo
        was = rests_on(replace(work, progress=before), self.workflow, self.parts.schema)
        record_id = work.item.event.record_id
        why = moved(was, proposals, record_id, work.progress.record or {}) if whole else ""
        if why:
            self.sheet.note(work, Kind.OUTDATED, {"note": why})
            look_again(self.conn, self.sheet, work, proposals, why)
            return
        signed = {digest(one): one for _, decision in made.unsent for one in decision.approvals}
        self._decide(work, proposals, tuple(signed.values()), asked_by=made.unsent[0][1].policy)

    def _ask(self, work: Work, hold: Hold, *, waits: bool) -> Work:
        hold = replace(hold, ask=about(work.progress.record or {}, hold.ask))
        lapses = gives_up(self.policy, hold.due, self.now)
        review = open_hold(self.conn, self.parts.ledger, work.item, self.step.name, hold, self.now, expires_at=lapses)
        asked = replace(work, review_id=review.id)
        return self._wait(asked, review) if waits else asked

    def _wait(self, work: Work, review: Review) -> Work:
        if work.progress.reroute is not None:
            escalate(self.conn, self.parts.ledger, work.progress.reroute, review)
        return self.sheet.move(work, state=State.WAITING, review_id=review.id, owner=review.owner, due_at=review.due_at)

    def stuck(self, work: Work, why: str) -> None:
        """Hand an item that cannot go on to the workflow's owner, with the time by which they look at it."""
        stick(self.parts, self.conn, self.sheet, work, self.step.owner, why)

    def flush(self) -> int:
        """Record every decision, then the proposals and the questions that stand on them, then the items."""
        if self.decided:
            entries = [self._of_decision(proposal, decision) for proposal, decision in self.decided]
            ids = self.parts.ledger.append(self.conn, [*self.ran, *entries])
            keep(self.conn, self.decided, ids[len(self.ran) :])
        elif self.ran:
            self.parts.ledger.append(self.conn, self.ran)
        note_beside(self.conn, self.read)
        for held in self.held:
            self._put_to_a_person(held)
        return self.sheet.flush(self.conn, self.parts.ledger)

    def _put_to_a_person(self, held: _Held) -> None:
        """Ask for the release of what the gate held. Who edited it has signed with that, where one signature is all."""
        work, proposals, edit = held.work, held.proposals, held.edit
        asked = first_asked(held.decisions[0].roles, held.author, self.policy, self.parts.people)
        review = open_release(
            self.conn,
            self.parts.ledger,
            work.item,
            proposals,
            held.decisions,
            self.policy,
            title=title(work.progress.record or {}, proposals, self.names),
            names=names_in(proposals, self.names),
            owner=asked or self.workflow.owner,
            author=held.author,
            now=self.now,
            rests_on=rests_on(work, self.workflow, self.parts.schema),
            suggested=() if edit is None else edit.body.suggested or edit.body.proposals,
            again=work.progress.anew.get(self.step.name, ""),
            moves=moves_of(proposals, self.parts.schema),
        )
        if edit is not None and review.tier == Tier.REVIEW and may_sign(review, edit.decided_by, self.policy):
            review = approve(self.conn, self.parts.ledger, review, edit.decided_by, self.policy, edit.note, self.now)
        self._wait(work, review)

    def _of_decision(self, proposal: Proposal, decision: Decision) -> Entry:
        return Entry(
            kind=Kind.DECIDED,
            actor="gate",
            payload={
                "proposal": proposal,
                "decision": decision,
                "names": names_in([proposal], self.names),
                "told": self.told[proposal.id],
            },
            item_id=proposal.item_id,
            proposal_id=proposal.id,
            workflow=proposal.workflow,
            version=proposal.version,
            policy=decision.policy,
            record_id=proposal.record_id,
        )

    def _entry(self, work: Work, kind: Kind, actor: str, payload: object) -> Entry:
        item = work.item
        ids = {"item_id": item.id, "workflow": item.workflow, "version": item.version}
        return Entry(kind=kind, actor=actor, payload=payload, record_id=item.event.record_id, **ids)


def _with_result(work: Work, step: str, result: Result, turn: Turn | None) -> Progress:
    turns = work.progress.turns if turn is None else {**work.progress.turns, step: turn}
    progress = replace(work.progress, results={**work.progress.results, step: dict(result.gives)}, turns=turns)
    if result.hold is None or work.mode is Mode.LIVE:
        return progress
    return replace(progress, would_ask={**progress.would_ask, step: result.hold.owner})
