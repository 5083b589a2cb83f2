"""Putting questions to a source for a batch, before its transaction: what it says, or until when a record waits for it.

A call that fails for now is made again, later each time, until the record has waited as long as the source's file says;
then it goes on without an answer. What leaves this machine, over HTTP or to a database, stands in the ledger before; it
leaves neither in monitor mode, unless the file says so, nor while everything is stopped. An answer over HTTP is kept
and used again; a database is asked anew each time, and a file is read here. Where a budget is used up, nobody is asked,
and the source's owner is told once.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from upbeat.channels.enrich import QUERY_SECONDS, Reply, Said, Source
from upbeat.domain import Mode
from upbeat.engine import lookups
from upbeat.engine.counterpart import Calls, Counterpart
from upbeat.engine.items import Work
from upbeat.engine.lookups import Lookup, Question
from upbeat.engine.parts import Parts
from upbeat.engine.spending import Spending
from upbeat.steps import BUDGET, NOT_ASKED, TIMED_OUT, Enriched
from upbeat.store.control import stopped
from upbeat.workflows import Step

AT_ONCE: Final = 8  # calls: providers count a few a second as a crowd
PASS: Final = 5.0  # seconds of asking in one batch; what had no turn waits for the next, and others are not held up
_FIRST_PAUSE: Final = timedelta(seconds=2)  # before a call that failed is made again, doubled each time
_LONGEST_PAUSE: Final = timedelta(minutes=1)
_TABLE_PAUSE: Final = timedelta(seconds=10)  # before a table that did not answer is asked again
_DAY: Final = 86_400.0  # seconds: nobody waits longer for a source, whatever it says
_REFUSED_FOR: Final = timedelta(minutes=15)  # so long a refusal counts: somebody may have mended it


@dataclass(frozen=True, slots=True)
class Wait:
    """There is no answer yet: the item comes back at a time, having waited since another, and why."""

    until: datetime
    since: datetime
    why: str


Known = Mapping[str, Enriched | Wait]  # by item


class Asking:
    """One round of questions to one source, for items of one step."""

    def __init__(
        self, parts: Parts, other: Counterpart, step: Step, now: datetime, opened: Callable[[], Source | Reply]
    ) -> None:
        """Ask nobody yet; `opened` gives the source when it is needed."""
        self.parts = parts
        self.other = other
        self.step = step
        self.now = now
        self.opened = opened  # the source, or why it cannot be asked at all
        self.found: dict[str, Enriched | Wait] = {}

    def of(self, asked: Sequence[tuple[Work, Mapping[str, Any]]]) -> dict[str, Enriched | Wait]:
        """Ask with these keys; give what came of it for each item."""
        works, sent = defaultdict[str, list[Work]](list), dict[str, Mapping[str, str]]()
        for work, written in asked:
            keys = {name: self.other.form(name, str(text or "")) for name, text in written.items()}
            told = {name: text for name, text in keys.items() if text}
            if not told:
                self._without(work, NOT_ASKED, "there is nothing to ask with")
                continue
            key = lookups.key_of(self.other, told)
            sent[key] = told
            works[key].append(work)
        questions = [Question(key, told, tuple(works[key])) for key, told in sent.items()]
        if self.other.calls is not None:
            self._ask_once(questions, self.other.calls)
        elif self.other.leaves:
            self._ask_database(questions)
        else:
            self._ask_file(questions)
        return self.found

    def _ask_database(self, questions: Sequence[Question]) -> None:
        asked = [replace(one, works=tuple(work for work in one.works if self._may_leave(work))) for one in questions]
        pending = [one for one in asked if one.works]
        made = self._make(pending, {}, "")
        for one in pending:
            reply, _ = made.get(one.key, (_NO_TURN, None))
            self._settle(one, one.works, reply, self.now, self.now + _TABLE_PAUSE if one.key in made else self.now)

    def _ask_file(self, questions: Sequence[Question]) -> None:
        source = self.opened()
        for one in questions:
            reply = source if isinstance(source, Reply) else source.ask(one.sent)
            self._settle(one, one.works, reply, self.now, self.now + _TABLE_PAUSE)

    def _ask_once(self, questions: Sequence[Question], calls: Calls) -> None:
        """Ask over HTTP what was not asked before, as far as the day's budget goes; use again what was answered."""
        day = self.now.astimezone(self.parts.zone).date()
        with self.parts.store.reading() as conn:
            rows = lookups.read(conn, self.parts.ledger, [one.key for one in questions])
            spending = Spending(conn, self.other, calls, day)
        pending = list[Question]()
        for one in questions:
            row = rows.get(one.key, _NEVER)
            if row.reply is not None and row.answered_at is not None and self._counts(row.reply, row.answered_at, one):
                self._settle(one, one.works, row.reply, row.answered_at, self.now)
                continue
            waiting = [work for work in one.works if self._may_be_asked(work, row)]
            if waiting and row.retry_at is not None and row.retry_at > self.now:
                self._settle(one, waiting, row.reply or _NO_REPLY, self.now, row.retry_at)
            elif waiting and (why := spending.why_not(one)):
                for work in waiting:
                    self._without(work, BUDGET, why)
            elif waiting:
                pending.append(replace(one, works=tuple(waiting)))
        if spending.is_up:
            spending.tell(self.parts, self.now)
        made = self._make(pending, rows, day.isoformat())
        for one in pending:
            reply, retry_at = made.get(one.key, (_NO_TURN, self.now))
            self._settle(one, one.works, reply, self.parts.clock.now(), retry_at or self.now)
        self._remember(questions)

    def _counts(self, reply: Reply, answered_at: datetime, question: Question) -> bool:
        """Whether an answer is used again: while it is fresh, and for every item that has waited for it."""
        calls = self.other.calls
        keeps = _REFUSED_FOR if reply.said is Said.REFUSED or calls is None else calls.keeps
        return answered_at + keeps > self.now or any(self._since(one) <= answered_at for one in question.works)

    def _may_leave(self, work: Work) -> bool:
        if work.mode is Mode.MONITOR and not self.other.in_monitor:
            self._without(work, NOT_ASKED, "monitor mode sends nothing")
            return False
        return True

    def _may_be_asked(self, work: Work, row: Lookup) -> bool:
        if not self._may_leave(work):
            return False
        if self._since(work) + self.other.wait <= self.now and self.step.name in work.progress.asking:
            self._without(work, TIMED_OUT, (row.reply or _NO_TURN).why)
            return False
        return True

    def _make(
        self, questions: Sequence[Question], rows: Mapping[str, Lookup], day: str
    ) -> dict[str, tuple[Reply, datetime | None]]:
        """Make the calls, some at once; each is noted before, and a provider's answer kept after."""
        source, made = self.opened(), dict[str, tuple[Reply, datetime | None]]()
        if isinstance(source, Reply):
            return dict.fromkeys((one.key for one in questions), (source, None))
        parts, ends = self.parts, time.monotonic() + PASS
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="enrich")
        try:
            for start in range(0, len(questions), AT_ONCE):
                chunk = questions[start : start + AT_ONCE]
                if start and time.monotonic() > ends:
                    break
                with parts.store.writing() as conn:
                    if stopped(conn) is not None:
                        break
                    lookups.ask(conn, parts.ledger, self.other, chunk, self.now, day)
                said = dict(self._call(pool, source, chunk))
                now = parts.clock.now()
                answers = {key: (reply, _again(reply, rows.get(key, _NEVER), now)) for key, reply in said.items()}
                if self.other.calls is not None:
                    with parts.store.writing() as conn:
                        lookups.keep(conn, parts.ledger, answers, now)
                made |= answers
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return made

    def _call(
        self, pool: ThreadPoolExecutor, source: Source, questions: Sequence[Question]
    ) -> Iterator[tuple[str, Reply]]:
        """Call for each question; one that holds out longer than its time is given up."""
        bounds = self.other.calls
        longest = 2 * (QUERY_SECONDS if bounds is None else bounds.timeout.total_seconds()) + 1
        calls: dict[str, Future[Reply]] = {one.key: pool.submit(source.ask, one.sent) for one in questions}
        done, _ = wait(calls.values(), timeout=longest)
        for key, call in calls.items():
            yield key, call.result() if call in done else Reply(Said.LATER, why="it gave no answer")

    def _settle(self, one: Question, works: Sequence[Work], reply: Reply, at: datetime, retry_at: datetime) -> None:
        """Give items their answer, or the time at which they come back for it."""
        for work in works:
            since = self._since(work)
            ends = since + self.other.wait
            if reply.said is not Said.LATER:
                self.found[work.item.id] = Enriched(
                    source=self.other.name,
                    status=reply.said,
                    why=reply.why,
                    sent=one.sent,
                    values=reply.values,
                    odd=reply.odd,
                    at=at,
                )
            elif ends > self.now:
                self.found[work.item.id] = Wait(min(retry_at, ends), since, f"{self.other.name}: {reply.why}")
            else:
                self._without(work, TIMED_OUT, reply.why)

    def _without(self, work: Work, status: str, why: str) -> None:
        self.found[work.item.id] = Enriched(source=self.other.name, status=status, why=why)

    def _since(self, work: Work) -> datetime:
        return work.progress.asking.get(self.step.name, self.now)

    def _remember(self, questions: Sequence[Question]) -> None:
        """Note whose records an answer was used for."""
        ids = {key for key, known in self.found.items() if isinstance(known, Enriched) and known.at is not None}
        used = [replace(one, works=tuple(work for work in one.works if work.item.id in ids)) for one in questions]
        if any(one.works for one in used):
            with self.parts.store.writing() as conn:
                lookups.used_for(conn, used)


_NEVER: Final = Lookup(0, None, None, None)
_NO_TURN: Final = Reply(Said.LATER, why="its turn has not come yet")
_NO_REPLY: Final = Reply(Said.LATER, why="it was asked, and has not answered yet")


def _again(reply: Reply, before: Lookup, now: datetime) -> datetime | None:
    """Give when a call is made again, None where there is no need; the source's own wish is the least."""
    if reply.said is not Said.LATER:
        return None
    tries = 0 if before.answered_at is not None else before.tries
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries, 10))
    return now + max(pause, timedelta(seconds=min(reply.after, _DAY)))
