"""The story of one run, and of one record across all workflows: what happened, what changed, and why each time."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, full_id
from upbeat.domain import Decision, Proposal, Verb
from upbeat.engine import UNDO_STEP, ItemState, Progress, begins, captured
from upbeat.ledger import Kind
from upbeat.operations.explaining import Journey, Teller
from upbeat.operations.house import House
from upbeat.operations.sentences import Told, names_of
from upbeat.operations.tracing.listing import RunLine, lines_of
from upbeat.operations.tracing.scope import (
    EVERYTHING,
    Scope,
    holders,
    names_of_records,
    people_by_id,
    sees_record,
    took_part,
)
from upbeat.review import State
from upbeat.store import tables

AT_ONCE: Final = 12  # runs told whole on one page
_OTHERS: Final = 20  # changes that runs of other records made to this one
_ID: Final = re.compile(r"\b[0-9A-Za-z]{18}\b")
_REACHED: Final = (Kind.DECIDED, Kind.WROTE, Kind.ADOPTED, Kind.FAILED)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a suggested change, by its API name, with the values as they stand in the proposal."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SuggestedChange:
    """What a run did to one record, would have done, or wanted to; `state` says which, as apply.State has it.

    `tier`, `rule` and `why` are what was decided of it, `reasons` what its step says beside the reasons of the run.
    `record_id` is empty for what was to be created.
    """

    step: str
    agent: str
    verb: Verb
    object: str
    record_id: str
    fields: tuple[FieldChange, ...]
    state: str
    tier: str
    rule: str
    why: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What was put to a person about it: `state` as review.State has it, `by` who decided it last."""

    review: str
    kind: str
    title: str
    state: str
    owner: str
    choice: str
    by: str


@dataclass(frozen=True, slots=True)
class Reported:
    """That somebody said a flag is wrong: `kind` as Wrong has it, and `answer` what its owner did, empty until then."""

    by: str
    kind: str
    why: str
    owner: str
    answer_by: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class RunStory:
    """One run. `why` is the reason in a sentence: what made its condition true, or kept it from being so.

    `is_flag` is whether its condition held, so that somebody may say that it was wrong; `reported` is what was said so.
    `retries` is the question by which it is tried again, empty where it is not stuck. `goes_back` is whether something
    of it can be looked at to be taken back. `names` is what the records and people are called whose ids stand in it.
    """

    line: RunLine
    journey: Journey
    why: str
    changes: tuple[SuggestedChange, ...]
    names: dict[str, str]
    questions: tuple[Question, ...]
    is_flag: bool
    reported: tuple[Reported, ...]
    retries: str
    goes_back: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something that a run of another record did to this one."""

    run: str
    workflow: str
    told: Told


@dataclass(frozen=True, slots=True)
class RecordStory:
    """All that Upbeat did about one record, the newest run first; `older` counts the runs that are not told here.

    Whom a pool passed over, and why, stands in the story of the run itself.

    `owner` is the name of a person or a queue, as the line last saw it; an id where the org does not say. `names` is
    what the records and people are called whose ids stand in what runs of other records did.
    """

    record_id: str
    object: str
    name: str
    owner: str
    runs: tuple[RunStory, ...]
    older: int
    workflows: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...]
    names: dict[str, str]
    open_questions: tuple[Question, ...]
    conversations: tuple[str, ...]


def run_story(house: House, key: str, scope: Scope = EVERYTHING) -> RunStory | None:
    """Tell the one run whose id begins so; None where there is none, several, or it is in nobody's scope.

    Raises SalesforceError where the scope cannot be told, LedgerError where an entry is not what was written.
    """
    with house.store.reading() as conn:
        runs = list(conn.scalars(select(tables.items.c.seq).where(begins(tables.items.c.id, key.lower())).limit(2)))
        if len(runs) != 1:
            return None
        [line] = lines_of(conn, runs)
        is_theirs = scope.people is not None and line.owner in scope.people
        if not is_theirs and not sees_record(house, conn, scope, line.record_id):
            return None
        [story] = _stories(house, conn, [line], pools=True)
        return story


def record_story(house: House, record: str, scope: Scope = EVERYTHING, *, before: int = 0) -> RecordStory | None:
    """Tell one record's journey, or what came before the run of a number; None where nothing is known of it in a scope.

    Raises as `run_story` does.
    """
    key = full_id(record)
    with house.store.reading() as conn:
        if not key or not sees_record(house, conn, scope, key):
            return None
        items, names = tables.items.c, tables.record_names.c
        every = conn.execute(select(items.seq, items.workflow).where(items.record_id == key).order_by(items.seq.desc()))
        numbers = {row.seq: row.workflow for row in every}
        shown_ = [one for one in numbers if not before or one < before][:AT_ONCE]
        lines = list(lines_of(conn, shown_))
        called = conn.execute(select(names.object, names.name, names.owner_id).where(names.record_id == key)).first()
        elsewhere = tuple(_elsewhere(house, conn, key)) if not before else ()
        if not numbers and not elsewhere and called is None:
            return None
        still_open = (tables.reviews.c.record_id == key) & (tables.reviews.c.state == State.OPEN)
        return RecordStory(
            record_id=key,
            object=lines[0].object if lines else "" if called is None else called.object,
            name="" if called is None else called.name,
            owner="" if called is None else people_by_id(house).get(called.owner_id, called.owner_id),
            runs=tuple(_stories(house, conn, lines, pools=False)),
            older=sum(one < shown_[-1] for one in numbers) if shown_ else 0,
            workflows=tuple(sorted(set(numbers.values()))),
            elsewhere=elsewhere,
            names=_names(conn, people_by_id(house), repr(elsewhere)),
            open_questions=tuple(one for _, one in _asked(conn, still_open)),
            conversations=tuple(_conversations(house, conn, key, scope)),
        )


def _conversations(house: House, conn: Connection, record: str, scope: Scope) -> Iterator[str]:
    """Give the conversations of a record in which somebody of a scope took part."""
    table = tables.conversations.c
    mine = select(table.key).where(
        table.key.in_(captured.about(conn, [record])), took_part(scope, holders(house, scope))
    )
    yield from conn.scalars(mine.order_by(table.began.desc()))


def _stories(house: House, conn: Connection, lines: Sequence[RunLine], *, pools: bool) -> Iterator[RunStory]:
    ids = [one.run for one in lines]
    items = tables.items.c
    rows = conn.execute(select(items.id, items.data).where(items.id.in_(ids)))
    found = {row.id: decode(row.data, Progress) for row in rows}
    reported = reports(conn, ids)
    people, changes = people_by_id(house), _changes(conn, found)
    asked = defaultdict[str, list[Question]](list)
    for run, one in _asked(conn, tables.reviews.c.item_id.in_(ids)):
        asked[run].append(one)
    teller = Teller(house, conn, pools=pools)
    for line in lines:
        progress, mine, journey = found[line.run], changes[line.run], teller.tell(line.run)
        yield RunStory(
            line=line,
            journey=journey,
            why=progress.reason or line.detail,
            changes=tuple(mine),
            names=_names(conn, people, repr((journey.told, mine))),
            questions=tuple(asked[line.run]),
            is_flag=bool(progress.reason) and not progress.undo,
            reported=tuple(reported[line.run]),
            retries=next((one.review for one in asked[line.run] if _tries_again(line, one)), ""),
            goes_back=any(one.state == Stage.WRITTEN and one.verb != Verb.SEND for one in mine),
        )


def _changes(conn: Connection, runs: Mapping[str, Progress]) -> Mapping[str, list[SuggestedChange]]:
    """Give what each run changed or wanted to, in the order of its steps."""
    table, found = tables.proposals.c, defaultdict[str, list[SuggestedChange]](list)
    mine = select(table.item_id, table.body, table.decision, table.state, table.record_id)
    for row in conn.execute(mine.where(table.item_id.in_(list(runs))).order_by(table.seq)):
        proposal, decision = decode(row.body, Proposal), decode(row.decision, Decision)
        names, progress = {**dict.fromkeys(proposal.after), **dict.fromkeys(proposal.before)}, runs[row.item_id]
        told = {progress.reason, *(f"{one.name} is {one.value}" for one in progress.facts)}
        found[row.item_id].append(
            SuggestedChange(
                step="take back" if proposal.step == UNDO_STEP else proposal.step,
                agent=proposal.agent,
                verb=proposal.verb,
                object=proposal.object,
                record_id=row.record_id,
                fields=tuple(FieldChange(one, proposal.before.get(one), proposal.after.get(one)) for one in names),
                state=row.state,
                tier=decision.tier,
                rule=decision.rule,
                why=decision.why,
                reasons=tuple(one for one in proposal.reasons if one not in told),
            )
        )
    return found


def _names(conn: Connection, people: Mapping[str, str], text: str) -> dict[str, str]:
    """Give the names of the people and records whose ids stand in a text, as far as they are known."""
    ids = set(_ID.findall(text))
    return {one: people[one] for one in ids if one in people} | names_of_records(conn, ids)


def reports(conn: Connection, runs: Sequence[str]) -> Mapping[str, list[Reported]]:
    """Give what people said is wrong with each run, and what was answered."""
    said, reviews, found = tables.misfires, tables.reviews, defaultdict[str, list[Reported]](list)
    columns = (said.c.item_id, said.c.by, said.c.kind, said.c.why, said.c.answer_by)
    asked = (reviews.c.owner, reviews.c.state, reviews.c.choice)
    mine = select(*columns, *asked).join(reviews, reviews.c.id == said.c.review_id).where(said.c.item_id.in_(runs))
    for row in conn.execute(mine.order_by(said.c.at)):
        answer = "" if row.state == State.OPEN else row.choice or row.state
        found[row.item_id].append(Reported(row.by, row.kind, row.why, row.owner, row.answer_by, answer))
    return found


def _asked(conn: Connection, where: ColumnElement[bool]) -> Iterator[tuple[str, Question]]:
    """Give what was put to people, by the run that waits for it."""
    table = tables.reviews.c
    columns = (
        table.item_id,
        table.id,
        table.kind,
        table.title,
        table.state,
        table.owner,
        table.choice,
        table.decided_by,
    )
    for row in conn.execute(select(*columns).where(where).order_by(table.seq)):
        yield row.item_id, Question(row.id, row.kind, row.title, row.state, row.owner, row.choice, row.decided_by)


def _elsewhere(house: House, conn: Connection, key: str) -> Iterator[Elsewhere]:
    """Give what runs of other records decided of this one, and wrote to it, oldest first."""
    items, proposals = tables.items, tables.proposals
    reached = select(proposals.c.id, proposals.c.item_id).join(items, items.c.id == proposals.c.item_id)
    reached = reached.where(proposals.c.record_id == key, items.c.record_id != key).order_by(proposals.c.seq.desc())
    rows = conn.execute(reached.limit(_OTHERS)).all()
    ids, teller, found = {row.id for row in rows}, Teller(house, conn), list[tuple[int, Elsewhere]]()
    for run in {row.item_id for row in rows}:
        entries = house.ledger.about(conn, item_id=run)
        names = names_of(entries)
        found += [
            (one.seq, Elsewhere(run, one.workflow, teller.tell_entry(one, names)))
            for one in entries
            if one.proposal_id in ids and one.kind in _REACHED
        ]
    yield from (one for _, one in sorted(found, key=lambda each: each[0]))


def _tries_again(line: RunLine, asked: Question) -> bool:
    """Whether a question is the one by which a stuck run goes on, and nobody has answered it yet."""
    return line.state == ItemState.DEAD and line.review == asked.review and asked.state == State.OPEN
