"""Asking a source of facts for a batch, before its transaction: what it says, or until when a record waits for it.

A call that fails for now is made again, later each time, until the record has waited as long as the source's file says;
then it goes on without an answer. What leaves this machine, over HTTP or to a database, stands in the ledger before; it
leaves neither in monitor mode, unless the file says so, nor while everything is stopped. An answer over HTTP is kept
and used again; a database is asked anew each time, and a file is read here.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from upbeat.base import UpbeatError, is_id
from upbeat.channels.enrich import QUERY_SECONDS, Reply, Said, Source
from upbeat.domain import Mode, Record
from upbeat.engine import lookups
from upbeat.engine.items import Work
from upbeat.engine.judging import arguments, fired_by
from upbeat.engine.lookups import Lookup, Question
from upbeat.engine.model_reading import keys_of, open_reading, provider_of
from upbeat.engine.parts import Parts
from upbeat.engine.provenance import filled_before
from upbeat.steps import BUDGET, FUNCTIONS, NOT_ASKED, TIMED_OUT, Enriched
from upbeat.store.control import stopped
from upbeat.workflows import Http, Provider, Step, Task, Workflow, asked_with, unsent

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
_Asked = Mapping[str, tuple[Work, Mapping[str, Any]]]  # by item: with the arguments of its step


def look_up(parts: Parts, workflow: Workflow, step: Step, works: Sequence[Work]) -> Known:
    """Give what the step's source, or its agent's model, says of each item; nothing where none is asked."""
    provider, now = step.values.get("provider"), parts.clock.now()
    agent = workflow.agents[step.agent]
    if isinstance(provider, Provider):
        asked = _asked(workflow, step, works, now)
        if why := _hidden(parts, workflow, step):
            return _of_none(asked, provider.provider, why)
        known = _Asking(parts, provider, step, now, lambda: _source(parts, provider)).of(
            [(work, args["ask"]) for work, args in asked.values()]
        )
        return _with_records(parts, step, known, asked)
    if not agent.has_model or not FUNCTIONS[step.use].spec.to_model:
        return {}
    # One that gave something already is run again for what a person answered: a model is not asked beside them.
    asked = _asked(workflow, step, [one for one in works if step.name not in one.progress.results], now)
    name = agent.model
    if why := parts.models.why_not(name, Task.CLASSIFICATION) or _hidden(parts, workflow, step):
        return _of_none(asked, name, why)
    model = provider_of(name, parts.models.allow[name])
    asking = _Asking(parts, model, step, now, lambda: open_reading(parts, name))
    return asking.of([(work, keys_of(args)) for work, args in asked.values()])


def _asked(workflow: Workflow, step: Step, works: Sequence[Work], now: datetime) -> _Asked:
    return {one.item.id: (one, args) for one in works if (args := _arguments(workflow, step, one, now)) is not None}


def _hidden(parts: Parts, workflow: Workflow, step: Step) -> str:
    """Say what the step's agent may not let leave the machine, or nothing."""
    hidden = unsent(workflow.agents[step.agent], step.sends, workflow.object, parts.schema)
    return f"{step.agent} may not let {', '.join(hidden)} leave the machine" if hidden else ""


def _of_none(asked: _Asked, source: str, why: str) -> Known:
    return {key: Enriched(source=source, status=NOT_ASKED, why=why) for key in asked}


def _source(parts: Parts, provider: Provider) -> Source | Reply:
    """Give the source, or why it cannot be asked at all: its secret is not there."""
    try:
        return parts.sources(provider)
    except UpbeatError as error:
        return Reply(Said.REFUSED, why=error.what)


def _arguments(workflow: Workflow, step: Step, work: Work, now: datetime) -> Mapping[str, Any] | None:
    progress = work.progress
    if progress.is_apart:
        return None
    try:
        return arguments(work.item, workflow, step, fired_by(progress), progress.results, now)
    except UpbeatError:
        return None  # the run says what is wrong


class _Asking:
    """One round of questions to one source."""

    def __init__(
        self, parts: Parts, provider: Provider, step: Step, now: datetime, opened: Callable[[], Source | Reply]
    ) -> None:
        self.parts = parts
        self.provider = provider
        self.step = step
        self.now = now
        self.opened = opened  # the source, or why it cannot be asked at all
        self.found: dict[str, Enriched | Wait] = {}

    def of(self, asked: Sequence[tuple[Work, Mapping[str, Any]]]) -> dict[str, Enriched | Wait]:
        """Ask with these keys; give what came of it for each item."""
        works, sent = defaultdict[str, list[Work]](list), dict[str, Mapping[str, str]]()
        for work, written in asked:
            keys = {name: asked_with(self.provider.takes[name], str(text or "")) for name, text in written.items()}
            told = {name: text for name, text in keys.items() if text}
            if not told:
                self._without(work, NOT_ASKED, "there is nothing to ask with")
                continue
            key = lookups.key_of(self.provider, told)
            sent[key] = told
            works[key].append(work)
        questions = [Question(key, told, tuple(works[key])) for key, told in sent.items()]
        if self.provider.http is not None:
            self._ask_once(questions, self.provider.http)
        elif self.provider.leaves:
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

    def _ask_once(self, questions: Sequence[Question], http: Http) -> None:
        """Ask over HTTP what was not asked before, as far as the day's budget goes; use again what was answered."""
        day = self.now.astimezone(self.parts.zone).date().isoformat()
        with self.parts.store.reading() as conn:
            rows = lookups.read(conn, [one.key for one in questions])
            left = http.calls_per_day - lookups.calls_on(conn, self.provider.provider, day)
        pending = list[Question]()
        for one in questions:
            row = rows.get(one.key, _NEVER)
            if row.reply is not None and row.answered_at is not None and self._counts(row.reply, row.answered_at, one):
                self._settle(one, one.works, row.reply, row.answered_at, self.now)
                continue
            waiting = [work for work in one.works if self._may_be_asked(work, row)]
            if waiting and row.retry_at is not None and row.retry_at > self.now:
                self._settle(one, waiting, row.reply or _NO_REPLY, self.now, row.retry_at)
            elif waiting and len(pending) >= left:
                for work in waiting:
                    self._without(work, BUDGET, f"{http.calls_per_day:,} calls were made today")
            elif waiting:
                pending.append(replace(one, works=tuple(waiting)))
        made = self._make(pending, rows, day)
        for one in pending:
            reply, retry_at = made.get(one.key, (_NO_TURN, self.now))
            self._settle(one, one.works, reply, self.parts.clock.now(), retry_at or self.now)
        self._remember(questions)

    def _counts(self, reply: Reply, answered_at: datetime, question: Question) -> bool:
        """Whether an answer is used again: while it is fresh, and for every item that has waited for it."""
        http = self.provider.http
        keeps = _REFUSED_FOR if reply.said is Said.REFUSED or http is None else http.keeps
        return answered_at + keeps > self.now or any(self._since(one) <= answered_at for one in question.works)

    def _may_leave(self, work: Work) -> bool:
        if work.mode is Mode.MONITOR and not self.provider.in_monitor:
            self._without(work, NOT_ASKED, "monitor mode sends nothing")
            return False
        return True

    def _may_be_asked(self, work: Work, row: Lookup) -> bool:
        if not self._may_leave(work):
            return False
        if self._since(work) + self.provider.wait <= self.now and self.step.name in work.progress.asking:
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
                    lookups.ask(conn, parts.ledger, self.provider, chunk, self.now, day)
                said = dict(self._call(pool, source, chunk))
                now = parts.clock.now()
                answers = {key: (reply, _again(reply, rows.get(key, _NEVER), now)) for key, reply in said.items()}
                if self.provider.http is not None:
                    with parts.store.writing() as conn:
                        lookups.keep(conn, answers, now)
                made |= answers
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return made

    def _call(
        self, pool: ThreadPoolExecutor, source: Source, questions: Sequence[Question]
    ) -> Iterator[tuple[str, Reply]]:
        """Call for each question; one that holds out longer than its time is given up."""
        http = self.provider.http
        longest = 2 * (QUERY_SECONDS if http is None else http.timeout.total_seconds()) + 1
        calls: dict[str, Future[Reply]] = {one.key: pool.submit(source.ask, one.sent) for one in questions}
        done, _ = wait(calls.values(), timeout=longest)
        for key, call in calls.items():
            yield key, call.result() if call in done else Reply(Said.LATER, why="it gave no answer")

    def _settle(self, one: Question, works: Sequence[Work], reply: Reply, at: datetime, retry_at: datetime) -> None:
        """Give items their answer, or the time at which they come back for it."""
        for work in works:
            since = self._since(work)
            ends = since + self.provider.wait
            if reply.said is not Said.LATER:
                self.found[work.item.id] = Enriched(
                    source=self.provider.provider,
                    status=reply.said,
                    why=reply.why,
                    sent=one.sent,
                    values=reply.values,
                    odd=reply.odd,
                    at=at,
                )
            elif ends > self.now:
                self.found[work.item.id] = Wait(min(retry_at, ends), since, f"{self.provider.provider}: {reply.why}")
            else:
                self._without(work, TIMED_OUT, reply.why)

    def _without(self, work: Work, status: str, why: str) -> None:
        self.found[work.item.id] = Enriched(source=self.provider.provider, status=status, why=why)

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


def _with_records(parts: Parts, step: Step, known: Known, asked: _Asked) -> Known:
    """Give answers with what they may fill: the matched account as it stands, and what we wrote there before."""
    named = {key: str(args.get("account") or "") for key, (_, args) in asked.items()}
    answered = [key for key, one in known.items() if isinstance(one, Enriched) and one.values]
    accounts = _accounts(parts, step, sorted({named[key] for key in answered if is_id(named[key])}))
    own = [asked[key][0].item.event.record_id for key in answered]
    with parts.store.reading() as conn:
        filled = filled_before(conn, [*own, *accounts])
    found = dict(known)
    for key in answered:
        one, account = known[key], accounts.get(named[key])
        ids = [asked[key][0].item.event.record_id, *([] if account is None else [account["Id"]])]
        if isinstance(one, Enriched):
            before = {record_id: filled[record_id] for record_id in ids if record_id in filled}
            found[key] = replace(one, account=account, filled=before)
    return found


def _accounts(parts: Parts, step: Step, ids: Sequence[str]) -> Mapping[str, Record]:
    names = sorted({name for one in ("fill_account", "stamp_account") for name in step.values.get(one, ())})
    if not ids or not names:
        return {}
    query = f"SELECT {', '.join(['Id', *names])} FROM Account WHERE Id IN :ids"  # noqa: S608  names from the schema
    return {row["Id"]: row for row in parts.query(query, {"ids": list(ids)})}
