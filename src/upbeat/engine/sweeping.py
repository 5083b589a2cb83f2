"""A schedule's look at the org: the condition pushed down into SOQL, the rest evaluated here, new firings accepted."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from upbeat.base import encode
from upbeat.domain import Change, Event, Item, Mode, Record
from upbeat.engine import mutes, standing
from upbeat.engine.items import Progress
from upbeat.engine.looking import read_records
from upbeat.engine.parts import Parts
from upbeat.intake import Accepted, Taker, accept
from upbeat.timeline import fetch
from upbeat.triggers import Quiet, evaluate, scope_values
from upbeat.workflows import Workflow

PAGE = 200  # records evaluated at once: one query of their fields, one of each signal
GONE = "gone"  # in place of the facts of a record that is not there any more
_CANDIDATES = 50_000  # ids asked for at once: a few calls of the API however many they are


def sweep(parts: Parts, workflow: Workflow, mode: Mode, moment: datetime, actor: str = "schedule") -> Accepted:
    """Find every record for which the condition holds at `moment`; accept those that fire as items."""
    taker = Taker(workflow.name, workflow.version, workflow.owner, mode)
    total, all_holding = Accepted(), set[str]()
    with parts.store.reading() as conn:
        muted = mutes.read(conn, workflow.name)
    facts = mutes.facts_now(workflow, list(muted), parts.query)
    changed = {one for one, mute in muted.items() if mute.facts != facts.get(one, GONE)}
    for ids in _candidates(parts, workflow, moment):
        rows = read_records(parts, workflow, ids)
        signals = fetch(workflow.signals, workflow.object, list(rows), parts.query)
        events = {one: _event(parts.org_id, workflow.object, one, moment) for one in rows}
        holding = [one for one in rows if _holds(workflow, events[one], rows[one], signals.get(one, {}), moment)]
        with parts.store.writing() as conn:
            stands = standing.read(conn, workflow.name, ids)
            for one in changed:  # people overrode what stood, and it is another matter now
                stands.pop(one, None)
            firing = [one for one in holding if standing.fires_again(workflow, stands.get(one), moment)]
            for again in (False, True):
                pairs = [(events[one], taker) for one in firing if (one in stands) is again]
                escalates = again and workflow.if_still_true is not None and workflow.if_still_true.then == "escalate"
                data = encode(Progress(escalates=escalates))
                total += accept(conn, parts.ledger, pairs, parts.clock.now(), actor=actor, data=data)
            standing.fired(conn, workflow.name, firing, moment)
        all_holding.update(holding)
    with parts.store.writing() as conn:
        standing.keep_only(conn, workflow.name, all_holding)
        over = [one for one in muted.values() if one.record_id not in all_holding]  # the others are looked at as items
        gone_by = (one for one in over if one.record_id in changed or one.facts == mutes.NO_FACTS)
        mutes.lift(conn, parts.ledger, gone_by)
    return total


def _candidates(parts: Parts, workflow: Workflow, moment: datetime) -> Iterator[Sequence[str]]:
    """Give the ids that the condition's pushed-down part selects, by the page; it never leaves out a true one."""
    pushed = workflow.when.to_soql(scope_values(workflow, {}), now=moment).where
    last = ""
    while True:
        condition = "Id > :last" + (f" AND ({pushed})" if pushed else "")
        query = f"SELECT Id FROM {workflow.object} WHERE {condition} ORDER BY Id LIMIT {_CANDIDATES}"  # noqa: S608  our own text
        ids = [row["Id"] for row in parts.query(query, {"last": last or "0" * 18})]
        yield from (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
        if len(ids) < _CANDIDATES:
            return
        last = ids[-1]


def _event(org_id: str, target: str, record_id: str, moment: datetime) -> Event:
    return Event(org_id, target, record_id, Change.DUE, f"due:{moment:%Y-%m-%dT%H:%M:%SZ}", moment)


def _holds(workflow: Workflow, event: Event, record: Record, signals: Record, moment: datetime) -> bool:
    item = Item("", workflow.name, workflow.version, event)
    return not isinstance(evaluate(item, workflow, record, signals, moment), Quiet)
