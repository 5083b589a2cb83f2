"""A step's first half: run its function for every item, have the gate decide what it proposes, ask who must be asked.

What is decided goes into the ledger before anything else may act on it. A step that was prepared before is
recognised by its proposals and not run again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from upbeat.apply import State as Stage
from upbeat.base import UpbeatError, decode, encode
from upbeat.domain import Approval, Decision, Hold, Mode, Proposal, Verdict
from upbeat.engine import due
from upbeat.engine.desk import Desk
from upbeat.engine.items import Progress, State, Work, load
from upbeat.engine.looking import read_again
from upbeat.engine.parts import MISFIRE, STILL, Parts, Sheet, after, sight
from upbeat.engine.stuck import stick
from upbeat.engine.undo import STEP, reversal
from upbeat.engine.wording import about, names_in, title
from upbeat.formula import Text
from upbeat.gate import Facts, decide_group
from upbeat.ledger import Entry, Kind
from upbeat.review import RELEASE, Review, find, open_hold, open_release
from upbeat.review import State as Answered
from upbeat.salesforce import SalesforceError
from upbeat.steps import FUNCTIONS, Answer, Case, Result, within_contract
from upbeat.store import StoreError, tables
from upbeat.triggers import Sight
from upbeat.workflows import Step, Workflow

BLOCKED = "blocked"
REJECTED = "rejected"
_STAGE = {
    Verdict.APPLY: Stage.CLEARED,
    Verdict.REVIEW: Stage.HELD,
    Verdict.OBSERVE: Stage.OBSERVED,
    Verdict.BLOCK: Stage.BLOCKED,
}


def prepare(parts: Parts, batch_id: str, workflow: Workflow, index: int) -> int:
    """Prepare step `index` for the items of a batch that stand before it; give how many items moved."""
    step = workflow.steps[index]
    with parts.store.reading() as conn:
        works = [one for one in load(conn, batch_id=batch_id, state=State.RUNNING) if one.step == index]
    if not works:
        return 0
    parts.people.freshen()
    works = read_again(parts, workflow, works)
    desk = Desk(parts, workflow, step, [one.progress.record or {} for one in works], parts.zone)
    with parts.store.writing() as conn:
        phase = _Preparing(parts, workflow, step, desk, conn)
        desk.open(conn)
        phase.recall(works)
        for work in works:
            phase.one(work)
        desk.save(conn)
        return phase.flush()


class _Preparing:
    """One transaction of one step over one batch."""

    def __init__(self, parts: Parts, workflow: Workflow, step: Step, desk: Desk, conn: Connection) -> None:
        self.parts = parts
        self.workflow = workflow
        self.policy = parts.versions.policy
        self.step = step
        self.desk = desk
        self.conn = conn
        self.now: datetime = parts.clock.now()
        self.names = parts.people.names()
        self.sheet = Sheet()
        self.decided: list[tuple[Proposal, Decision]] = []
        self.held: list[tuple[Work, Sequence[Proposal], Decision, str]] = []  # with whoever may not release it
        self.made_before: dict[str, list[Proposal]] = {}

    def recall(self, works: Sequence[Work]) -> None:
        """Read the proposals that this step made for these items before: in an earlier try, or before a review."""
        table = tables.proposals
        rows = self.conn.execute(
            select(table.c.item_id, table.c.body)
            .where(table.c.item_id.in_([one.item.id for one in works]), table.c.step.in_([self.step.name, STEP]))
            .where(table.c.state.not_in([Stage.STALE, Stage.WITHDRAWN]))
            .order_by(table.c.seq)
        )
        for row in rows:
            self.made_before.setdefault(row.item_id, []).append(decode(row.body, Proposal))

    def one(self, work: Work) -> None:
        """Carry one item as far as this step's first half goes."""
        proposals = self.made_before.get(work.item.id, [])
        review = find(self.conn, work.review_id) if work.review_id else None
        if proposals and review is not None and review.kind == RELEASE:
            self._after_review(work, proposals, review)
        elif proposals:
            return  # prepared before a crash: the second half finds them
        else:
            self._run(work, review)

    def _run(self, work: Work, review: Review | None) -> None:
        """Run the step's function. An item has one open question at a time: a second one waits for its answer."""
        mine = review if review is not None and review.group == self._group(work) else None
        try:
            result = self._result(work, mine)
        except (SalesforceError, StoreError):
            raise  # nothing is wrong with this item
        except UpbeatError as error:  # a value that cannot be made, or an agent outside its contract
            self.stuck(work, f"step {self.step.name}: {error.what}")
            return
        question = None if mine is review else review
        asks = result.hold if work.mode is Mode.LIVE else None
        if asks is not None and question is not None:
            self._wait(work, question)
            return
        work = replace(
            work,
            progress=_with_result(work, self.step.name, result.gives),
            review_id=None if question is None else question.id,
        )
        if asks is not None:
            work = self._ask(work, asks, waits=result.waits)
            if result.waits:
                return
        if result.proposals:
            self._decide(work, result.proposals)
        else:
            self.sheet.move(work, step=after(work, self.workflow), attempts=0)

    def _result(self, work: Work, review: Review | None) -> Result:
        if work.progress.undo:
            return reversal(self.conn, work)
        if work.progress.escalates:
            return self._escalation(work)
        progress, seen = work.progress, sight(work, self.workflow, self.now)
        if self.step.when is not None and seen.value(self.step.when) is not True:
            return Result(dict.fromkeys(FUNCTIONS[self.step.use].spec.gives))  # skipped: later formulas find blanks
        answer = None
        if review is not None and review.state is Answered.ANSWERED:
            answer = Answer(review.choice, review.decided_by, review.note)
        case = Case(
            item=work.item,
            step=self.step.name,
            agent=self.step.agent,
            use=self.step.use,
            tier=self.step.tier,
            record=seen.record,
            reasons=_reasons(progress),
            args=_fill_in(self.step.values, seen),
            now=self.now.astimezone(self.parts.zone),  # days are the org's
            owner=self.workflow.owner,
            person=self.parts.people.find,
            assign=partial(self.desk.assign, work.mode),
            is_taken=self.desk.is_taken,
            answer=answer,
        )
        result = FUNCTIONS[self.step.use].run(case)
        return within_contract(self.workflow.agents[self.step.agent], self.step.use, result)

    def _escalation(self, work: Work) -> Result:
        """Tell the manager of the record's owner, else of the workflow's, that the condition still holds."""
        people, record = self.parts.people, work.progress.record or {}
        owner = people.find(record.get("OwnerId") or "")
        above = people.manager(owner.username if owner is not None else self.workflow.owner) or self.workflow.owner
        ask = f"still so: {self.workflow.title}"
        return Result(hold=Hold(STILL, ask, above, self.now + MISFIRE, ("seen",), (work.progress.reason,)))

    def _decide(self, work: Work, proposals: Sequence[Proposal], approvals: tuple[Approval, ...] = ()) -> None:
        """Have the gate decide a step's proposals together, and move the item where the verdict says."""
        author = work.progress.asked_by or self.workflow.owner
        facts = Facts(
            schema=self.parts.schema,
            mode=work.mode,
            deal=work.progress.record if work.item.event.object == "Opportunity" else None,
            approvals=approvals,
            author=author,
            now=self.now,
        )
        decisions = decide_group([(one, facts) for one in proposals], self.policy)
        first = decisions[0]
        if first.verdict is Verdict.REVIEW and work.review_id is not None:  # an earlier step's question comes first
            self._wait(work, find(self.conn, work.review_id))
            return
        self.decided += zip(proposals, decisions, strict=True)
        match first.verdict:
            case Verdict.APPLY:
                self.sheet.move(work)
            case Verdict.OBSERVE:
                self.sheet.move(work, step=after(work, self.workflow), attempts=0)
            case Verdict.BLOCK:
                self.sheet.end(work, BLOCKED, first.why, self.now)
            case Verdict.REVIEW:
                self.held.append((work, proposals, first, author))

    def _after_review(self, work: Work, proposals: Sequence[Proposal], review: Review) -> None:
        if review.state is Answered.APPROVED:
            self._decide(replace(work, review_id=None), proposals, review.body.approvals)
            return
        _withdraw(self.conn, proposals)
        why = f"{review.decided_by} rejected it: {review.note}"
        self.sheet.end(work, REJECTED, why, self.now)

    def _ask(self, work: Work, hold: Hold, *, waits: bool) -> Work:
        hold = replace(hold, ask=about(work.progress.record or {}, hold.ask))
        review = open_hold(self.conn, self.parts.ledger, work.item, self.step.name, hold, self.now)
        due.put(self.conn, due.Kind.REVIEW, review.id, review.due_at)
        asked = replace(work, review_id=review.id)
        return self._wait(asked, review) if waits else asked

    def _group(self, work: Work) -> str:
        return f"{work.item.id}:{self.step.name}"

    def _wait(self, work: Work, review: Review) -> Work:
        due.put(self.conn, due.Kind.REVIEW, review.id, review.due_at)
        return self.sheet.move(work, state=State.WAITING, review_id=review.id, owner=review.owner, due_at=review.due_at)

    def stuck(self, work: Work, why: str) -> None:
        """Hand an item that cannot go on to the workflow's owner, with the time by which they look at it."""
        stick(self.parts, self.conn, self.sheet, work, self.workflow.owner, why)

    def _signer(self, decision: Decision, author: str) -> str:
        """Give the first active person who may release it and does not ask for it, else the workflow's owner."""
        names = [name for role in decision.roles for name in self.policy.roles.get(role, ())]
        people = [self.parts.people.find(name) for name in names if name.casefold() != author.casefold()]
        others = [one for role in self.policy.promotion.roles for one in self.policy.roles.get(role, ())]
        people += [self.parts.people.find(name) for name in others if name.casefold() != author.casefold()]
        return next((one.username for one in people if one is not None and one.active), self.workflow.owner)

    def flush(self) -> int:
        """Record every decision, then the proposals and the questions that stand on them, then the items."""
        if self.decided:
            entries = [self._entry(proposal, decision) for proposal, decision in self.decided]
            ids = self.parts.ledger.append(self.conn, entries)
            _keep(self.conn, self.decided, ids)
        for held in self.held:
            self._put_to_a_person(*held)
        return self.sheet.flush(self.conn, self.parts.ledger)

    def _put_to_a_person(self, work: Work, proposals: Sequence[Proposal], decision: Decision, author: str) -> None:
        review = open_release(
            self.conn,
            self.parts.ledger,
            work.item,
            proposals,
            decision,
            title=title(work.progress.record or {}, proposals, self.names),
            names=names_in(proposals, self.names),
            owner=self._signer(decision, author),
            author=author,
            now=self.now,
        )
        self._wait(work, review)

    def _entry(self, proposal: Proposal, decision: Decision) -> Entry:
        return Entry(
            kind=Kind.DECIDED,
            actor="gate",
            payload={"proposal": proposal, "decision": decision, "names": names_in([proposal], self.names)},
            item_id=proposal.item_id,
            proposal_id=proposal.id,
            workflow=proposal.workflow,
            version=proposal.version,
            record_id=proposal.record_id,
        )


def _reasons(progress: Progress) -> tuple[str, ...]:
    """Give why an item fired: in words, and the values that those do not name."""
    facts = (f"{fact.name} is {fact.value}" for fact in progress.facts)
    return (progress.reason, *(one for one in facts if one not in progress.reason))


def _with_result(work: Work, step: str, gives: Mapping[str, Any]) -> Progress:
    return replace(work.progress, results={**work.progress.results, step: dict(gives)})


def _fill_in(value: Any, seen: Sight) -> Any:
    """Fill in the merge fields of a step's values, however deep they stand."""
    if isinstance(value, Text):
        return seen.value(value)
    if isinstance(value, Mapping):
        return {name: _fill_in(one, seen) for name, one in cast("Mapping[str, Any]", value).items()}
    return value


def _keep(conn: Connection, decided: Sequence[tuple[Proposal, Decision]], entry_ids: Sequence[str]) -> None:
    """Write the proposals with what was decided of them; one that stands already gets its new decision."""
    table = tables.proposals
    statement = insert(table)
    fresh = statement.excluded
    decision = {"decision": fresh.decision, "decision_entry": fresh.decision_entry, "state": fresh.state}
    changes = {"body": fresh.body, "intended_at": None, **decision}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changes),
        [
            {
                "id": proposal.id,
                "item_id": proposal.item_id,
                "workflow": proposal.workflow,
                "step": proposal.step,
                "group": proposal.group,
                "object": proposal.object,
                "record_id": proposal.record_id,
                "body": encode(proposal),
                "decision": encode(decision),
                "decision_entry": entry_id,
                "state": _STAGE[decision.verdict],
            }
            for (proposal, decision), entry_id in zip(decided, entry_ids, strict=True)
        ],
    )


def _withdraw(conn: Connection, proposals: Sequence[Proposal]) -> None:
    ids = [one.id for one in proposals]
    conn.execute(update(tables.proposals).where(tables.proposals.c.id.in_(ids)).values(state=Stage.WITHDRAWN))
