"""What the line is built from, and the sheet on which one phase gathers what it moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from upbeat.apply import Applier, Sender
from upbeat.apply import State as Stage
from upbeat.base import Clock
from upbeat.channels.enrich import Source
from upbeat.domain import Fact
from upbeat.engine.directory import Directory
from upbeat.engine.items import State, Work, save
from upbeat.engine.jobs import Job
from upbeat.engine.people import People
from upbeat.engine.pools import Pools
from upbeat.engine.recorded import Judged, Seen, stood_on
from upbeat.engine.settling import settle
from upbeat.engine.versions import Versions
from upbeat.intake import Query
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.llm import Model
from upbeat.notices import Links
from upbeat.review import still_open, withdraw
from upbeat.salesforce import Budget
from upbeat.schema import Schema
from upbeat.store import Store, tables
from upbeat.workflows import Models, Provider, Workflow

MISFIRE = timedelta(days=1)  # how long a stuck item may stand with its owner before it counts as overdue
LIMIT = "limit reached"  # the kind of a question to the owner of a workflow that was paused
STILL = "still true"  # the kind of a question to a manager about a condition that goes on holding
_TOLD = frozenset({LIMIT, STILL})  # what is told to a person, and stays when the item is done
TRIES = 8  # of one item, before it becomes a person's
_NO_LINKS = Links("", b"")
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_OUTAGE_PAUSE = timedelta(seconds=15)


@dataclass(frozen=True)
class Parts:
    """The rooms that the line calls, wired by `app`. `query` reads over the reading connection.

    `budget` is what is left of the org's API calls, over both connections. Without a writing connection there is no
    `applier`, and no workflow goes live; without mail or Slack there is no `sender`, and notices wait. `opened` is the
    ledger's entry of the engine that runs on these parts.
    """

    org_id: str
    store: Store
    ledger: Ledger
    clock: Clock
    query: Query
    applier: Applier | None
    sender: Sender | None
    versions: Versions
    people: People
    pools: Pools
    directory: Directory
    budget: Budget
    sources: Callable[[Provider], Source]  # raises UpbeatError where one cannot be asked
    models: Models  # those that upbeat.yaml allows
    open_model: Callable[[str], Model]  # by the name of an allowed one; raises UpbeatError where its key is not there
    zone: ZoneInfo  # the org's, in which schedules are written and days counted
    links: Links = _NO_LINKS  # to the console, for notices
    bring_in: Callable[[datetime], int] = lambda _: 0  # takes from the sources of conversations; gives how many came
    jobs: tuple[Job, ...] = ()  # what the house does by itself
    opened: str = ""

    @property
    def schema(self) -> Schema:
        """The org's catalogue, as it was when something was published last."""
        return self.versions.catalogue.schema


def after(work: Work, workflow: Workflow) -> int:
    """Give the step that an item stands before when this one is done; what stands in place of all steps is one."""
    return len(workflow.steps) if work.progress.is_apart else work.step + 1


@dataclass
class Sheet:
    """What one phase moves: rows and ledger entries, flushed together in its transaction."""

    works: list[Work] = field(default_factory=list[Work])
    entries: list[Entry] = field(default_factory=list[Entry])
    asked: list[str] = field(default_factory=list[str])  # items that ended after a person was asked

    def move(self, work: Work, **changes: Any) -> Work:
        """Note the new state of an item."""
        moved = replace(work, **changes)
        self.works.append(moved)
        return moved

    def end(
        self,
        work: Work,
        outcome: str,
        detail: str,
        now: datetime,
        facts: Sequence[Fact] = (),
        on: Seen | Judged | None = None,
    ) -> Work:
        """Note that an item has come to a declared outcome, and on what that was decided, where rules decided it."""
        self.note(work, Kind.ENDED, {"outcome": outcome, "detail": detail, "facts": facts, **stood_on(on)})
        if work.review_id is not None:
            self.asked.append(work.item.id)
        return self.move(
            work,
            state=State.DONE,
            outcome=outcome,
            detail=detail,
            ended_at=now,
            owner=None,
            due_at=None,
            review_id=None,
        )

    def retry(self, work: Work, why: str, now: datetime, *, is_try: bool = False) -> Work:
        """Note that an item goes on later.

        After a try of its own the pause doubles from five seconds to five minutes; an org that is away uses up none.
        """
        attempts = work.attempts + is_try
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(work.attempts, 10)) if is_try else _OUTAGE_PAUSE
        return self.come_back(replace(work, attempts=attempts), why, now + pause, now)

    def come_back(self, work: Work, why: str, at: datetime, now: datetime) -> Work:
        """Note that an item goes on at a time, whatever it waits for until then."""
        self.note(work, Kind.RETRY, {"why": why, "attempt": work.attempts, "at": at})
        return self.move(work, state=State.RETRY, retry_at=at, detail=why, due_at=now + MISFIRE)

    def note(self, work: Work, kind: Kind, payload: object, *, actor: str = "upbeat", proposal_id: str = "") -> None:
        """Note a ledger entry about an item."""
        self.entries.append(
            Entry(
                kind=kind,
                actor=actor,
                payload=payload,
                item_id=work.item.id,
                proposal_id=proposal_id,
                workflow=work.item.workflow,
                version=work.item.version,
                record_id=work.item.event.record_id,
            )
        )

    def flush(self, conn: Connection, ledger: Ledger) -> int:
        """Write it all in the phase's transaction; give how many items moved."""
        save(conn, self.works)
        if self.entries:
            ledger.append(conn, self.entries)
        if ended := {one.item.id: one for one in self.works if one.state is State.DONE}:
            for question in still_open(conn, list(ended)):
                if question.kind in _TOLD:
                    continue
                at = ended[question.item_id].ended_at or question.created_at
                withdraw(conn, ledger, question, "its item has ended", at)
            settle(conn, ledger, list(ended.values()))
        if self.asked:
            proposals = tables.proposals
            held = proposals.c.item_id.in_(self.asked) & (proposals.c.state == Stage.HELD)
            conn.execute(update(proposals).where(held).values(state=Stage.WITHDRAWN))
        return len(self.works)
