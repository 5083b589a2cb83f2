"""Notices on their way to people: what is due is put into mails, the gate decides each, and `apply` sends them.

    waiting ──its time──▶ sending ──taken──▶ sent | digested
       │  └──beyond the budget──▶ held ──the digest's time──▶ sending
       └──nothing left to tell──▶ withdrawn         no way to the person ──▶ failed

A mail is decided once, in the transaction that puts its notices into it. Whatever happens after, the same mail is sent
again under the same Message-ID, until the server has taken it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, func, select, update

from upbeat.apply import Outcome, RefusedWriteError, Sender
from upbeat.apply import State as Stage
from upbeat.base import decode, digest
from upbeat.domain import HOUSE, Decision, Mode, Proposal, Verdict
from upbeat.engine.house_mail import HouseMail, decide_mail
from upbeat.engine.parts import Parts
from upbeat.gate import Clearance, Facts, clear
from upbeat.ledger import Entry, Kind
from upbeat.notices import Notice, State
from upbeat.notices.hours import Hours, hours
from upbeat.notices.plan import Day, plan
from upbeat.notices.rows import notice_of
from upbeat.notices.words import Words, asking, digest_of
from upbeat.review import State as Answered
from upbeat.store import tables
from upbeat.store.control import stopped
from upbeat.workflows import Person

MOST: Final = 500  # notices that one turn looks at
MAILS: Final = 50  # that one turn sends: between them the line goes on
AGAIN: Final = timedelta(minutes=1)  # until a mail that did not leave is tried again
GIVEN_UP: Final = timedelta(days=3)  # after so long a notice tells of the past
DIGEST: Final = "digest"  # the step of a mail with what went beyond a day's budget
_UNSAID: Final = (State.WAITING, State.HELD)

log = structlog.get_logger()


def notify(parts: Parts, now: datetime) -> int:
    """Send what people are to be told by `now`; give how many notices moved. A stop holds all of it where it is."""
    if parts.sender is None or not _is_time(parts, now):
        return 0
    parts.people.freshen()
    with parts.store.writing() as conn:
        moved = _put_into_mails(parts, conn, now)
    return moved + _send(parts, now)


def _is_time(parts: Parts, now: datetime) -> bool:
    table = tables.notices
    with parts.store.reading() as conn:
        open_ = table.c.state.in_([*_UNSAID, State.SENDING]) & (table.c.send_at <= now)
        found = conn.execute(select(table.c.seq).where(open_).limit(1)).first()
        return found is not None and stopped(conn) is None


# --- into mails -----------------------------------------------------------------------------------


def _put_into_mails(parts: Parts, conn: Connection, now: datetime) -> int:
    """Decide who gets what now, in which mails, and what comes later or not at all."""
    table = tables.notices
    ready = select(table).where(table.c.state.in_(_UNSAID), table.c.send_at <= now).order_by(table.c.seq).limit(MOST)
    by_person: dict[str, list[Notice]] = defaultdict(list)
    for row in conn.execute(ready):
        by_person[row.to].append(notice_of(row))
    live, moved = _live(conn), 0
    for to, notices in by_person.items():
        pointless = {one.id: why for one in notices if (why := _pointless(conn, one, live))}
        for one in notices:
            if one.id in pointless:
                _note(conn, [one], state=State.WITHDRAWN, detail=pointless[one.id])
        left = [one for one in notices if one.id not in pointless]
        person = parts.people.active(to)
        if person is None or not person.email:
            _note(conn, left, state=State.FAILED, detail=f"{to} is no active user with a mail address")
        else:
            _to_person(parts, conn, person, left, now)
        moved += len(notices)
    return moved


def _to_person(parts: Parts, conn: Connection, person: Person, notices: Sequence[Notice], now: datetime) -> None:
    alerts = parts.versions.policy.alerts
    clock = hours(alerts, _zone(person, parts.zone))
    found = plan(notices, clock, alerts.per_day, _day(conn, notices, clock, now), now)
    for later in found.later:
        _note(conn, [later.notice], state=later.state, send_at=later.at, detail=later.why)

    def linked(one: Notice) -> str:
        return parts.links.of(one, now)

    if found.asks:
        _mail(parts, conn, person, found.asks, asking(found.asks, clock.zone, linked), now)
    for one in found.tells:
        if one.source:  # the step's own message, which the gate has cleared
            _note(conn, [one], state=State.SENDING, proposal_id=one.source, send_at=now)
        else:
            _mail(parts, conn, person, [one], asking([one], clock.zone, linked), now)
    if found.digest:
        words = digest_of(found.digest, alerts.per_day, clock.zone, linked)
        _mail(parts, conn, person, found.digest, words, now, DIGEST)


def _mail(
    parts: Parts,
    conn: Connection,
    person: Person,
    notices: Sequence[Notice],
    words: Words,
    now: datetime,
    step: str = "notify",
) -> None:
    """Put notices into one mail of the house, and have the gate decide it."""
    subject, text, reason = words
    records, reviews = {one.record_id for one in notices}, {one.review_id for one in notices}
    key = digest(["mail", person.username, sorted(one.id for one in notices)])
    mail = HouseMail(
        key=key,
        to=person.email,
        subject=subject,
        text=text,
        reason=reason,
        thread=f"review:{reviews.pop()}" if len(reviews) == 1 and "" not in reviews else f"mail:{key}",
        step=step,
        record_id=records.pop() if len(records) == 1 else "",
    )
    facts = Facts(schema=parts.schema, mode=Mode.LIVE, author="", now=now, colleagues=parts.people.colleagues())
    _, decision, _ = decide_mail(conn, parts.ledger, parts.versions.policy, facts, mail, parts.opened)
    if decision.verdict is Verdict.APPLY:
        _note(conn, notices, state=State.SENDING, proposal_id=key, send_at=now, detail="")
    else:
        _note(conn, notices, state=State.FAILED, proposal_id=key, detail=decision.why)


def _day(conn: Connection, notices: Sequence[Notice], clock: Hours, now: datetime) -> Day:
    """Give what a person was sent today; a mail that asks counts once, whatever stood in it."""
    if not notices:
        return Day()
    table, began = tables.notices, clock.day_began(now)
    mine = (table.c.to == notices[0].to) & (table.c.sent_at >= began)
    told_ = conn.scalar(select(func.count()).where(mine, ~table.c.urgent, table.c.state == State.SENT))
    asked = select(func.count(table.c.proposal_id.distinct()), func.max(table.c.sent_at)).where(mine, table.c.urgent)
    count, last = conn.execute(asked).one()
    return Day(told_ or 0, count, last)


def _pointless(conn: Connection, notice: Notice, live: Mapping[str, str]) -> str:
    """Say why there is nothing left to tell, or nothing."""
    if notice.source and live.get(notice.workflow) != Mode.LIVE:
        return f"{notice.workflow} is not live any more"  # law 7
    if not notice.review_id or not notice.urgent:
        return ""
    table = tables.reviews
    row = conn.execute(select(table.c.state, table.c.decided_by).where(table.c.id == notice.review_id)).first()
    return "" if row is None or row.state == Answered.OPEN else f"{row.state} before it was sent"


def _live(conn: Connection) -> dict[str, str]:
    return {row.workflow: row.mode for row in conn.execute(select(tables.modes))}


def _zone(person: Person, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(person.time_zone) if person.time_zone else otherwise
    except (KeyError, ValueError, OSError):  # a zone that this machine does not know
        return otherwise


# --- out of the house -----------------------------------------------------------------------------


def _send(parts: Parts, now: datetime) -> int:
    """Send the mails that notices stand in; give how many notices came to an end."""
    if parts.sender is None:
        return 0
    notices, mails = tables.notices, tables.proposals
    waiting = (notices.c.state == State.SENDING) & (notices.c.send_at <= now)
    with parts.store.reading() as conn:
        ids = select(notices.c.proposal_id).where(waiting)
        columns = select(mails.c.body, mails.c.decision, mails.c.decision_entry)
        rows = conn.execute(columns.where(mails.c.id.in_(ids)).order_by(mails.c.seq).limit(MAILS)).all()
    if not rows:
        return 0
    outcomes = _hand_over(parts.sender, [_cleared(*row) for row in rows])
    for one in outcomes:
        if one.retry:
            log.warning("a message did not leave", to=one.proposal.after.get("To"), why=one.why)
    with parts.store.writing() as conn:
        return sum(_settle(parts, conn, one, parts.clock.now()) for one in outcomes)


def _hand_over(sender: Sender, cleared: Sequence[tuple[Proposal, Clearance]]) -> list[Outcome]:
    """Send mails. One whose clearance does not hold fails by itself, and holds up no other."""
    try:
        return sender.send(cleared)
    except RefusedWriteError as error:
        if len(cleared) > 1:
            return [outcome for one in cleared for outcome in _hand_over(sender, [one])]
        return [Outcome(cleared[0][0], Stage.FAILED, why=error.what)]


def _cleared(body: str, decision: str, entry_id: str) -> tuple[Proposal, Clearance]:
    return decode(body, Proposal), clear(decode(decision, Decision), entry_id)


def _settle(parts: Parts, conn: Connection, outcome: Outcome, now: datetime) -> int:
    """Note at every notice of a mail what became of it; give how many came to an end."""
    table, mail = tables.notices, outcome.proposal
    notices = [notice_of(row) for row in conn.execute(select(table).where(table.c.proposal_id == mail.id))]
    if outcome.retry:
        old = [one for one in notices if now - one.created_at > GIVEN_UP]
        _note(conn, old, state=State.FAILED, detail=outcome.why)
        _note(
            conn, [one for one in notices if one not in old], send_at=now + max(AGAIN, outcome.wait), detail=outcome.why
        )
        return len(old)
    if outcome.state is Stage.WRITTEN:
        digested = mail.workflow == HOUSE and mail.step == DIGEST
        _note(conn, notices, state=State.DIGESTED if digested else State.SENT, sent_at=now, detail="")
        if digested:
            _say_digested(parts, conn, notices, mail)
    else:
        state = State.WITHDRAWN if outcome.state is Stage.BLOCKED else State.FAILED
        _note(conn, notices, state=state, detail=outcome.why)
    return len(notices)


def _say_digested(parts: Parts, conn: Connection, notices: Sequence[Notice], mail: Proposal) -> None:
    """Let a run whose message went out in a digest say so."""
    mine = [one for one in notices if one.source]
    if not mine:
        return
    table, why = tables.proposals, f"in the digest to {mail.after['To']}"
    done = update(table).where(table.c.id.in_([one.source for one in mine]))
    conn.execute(done.values(state=Stage.WRITTEN, result=why, written_at=parts.clock.now()))
    payload = {"object": mail.object, "record_id": "", "before": {}, "after": {"To": mail.after["To"]}, "why": why}
    parts.ledger.append(
        conn,
        [
            Entry(
                kind=Kind.SENT,
                actor="apply",
                payload={"state": Stage.WRITTEN, **payload},
                item_id=one.item_id,
                proposal_id=one.source,
                workflow=one.workflow,
                record_id=one.record_id,
            )
            for one in mine
        ],
    )


def _note(conn: Connection, notices: Sequence[Notice], **values: Any) -> None:
    if notices:
        table = tables.notices
        conn.execute(update(table).where(table.c.id.in_([one.id for one in notices])).values(values))
