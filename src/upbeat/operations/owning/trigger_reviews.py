"""A trigger is looked at once a quarter by a person, with its figures before them: it is kept, or retired.

The cap on live triggers can be raised beyond the product's own only by these reviews: action rates high and few
misfires are a reason for more, and a number in a file is none (C19).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from upbeat.base import Rate, decode, encode, rate
from upbeat.engine import take_back
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.owning.scorecards import scorecards
from upbeat.store import tables
from upbeat.workflows import Triggers

TRIGGER_REVIEW = "trigger review"  # the kind of the sign-off; its key begins with the workflow's name
Word = Literal["keep", "retire"]


@dataclass(frozen=True, slots=True)
class TriggerReview:
    """What a person saw of a trigger, since when, and what they said.

    `fires` counts its live runs; `action_rate` is of the flags that people decided or left, and `misfire_rate` how
    many of the live runs were reported as wrong and found to be.
    """

    workflow: str
    version: str
    word: Word
    note: str
    by: str
    at: datetime
    since: datetime
    fires: int
    action_rate: Rate
    misfire_rate: Rate


def review_trigger(house: House, name: str, word: Word, by: str, note: str) -> TriggerReview:
    """Enter a person's review of a trigger, with its figures since a review was last due; a retired one is taken back.

    Raises Refused for no such workflow, without a note, and a second time within the minute.
    """
    person, now, flow = house.person(by).username, house.clock.now(), house.workflow(name)
    if not note.strip():
        raise Refused("a review says what was seen", fix="Add --note: what the figures mean, and what is to be done.")
    since = now - house.policy.triggers.review_every
    [card] = scorecards(house, name, since)
    fires = card.fires["live"]
    found = TriggerReview(
        workflow=name,
        version=flow.version,
        word=word,
        note=note.strip(),
        by=person,
        at=now,
        since=since,
        fires=fires,
        action_rate=card.action_rate,
        misfire_rate=rate(min(card.misfires.upheld, fires), fires),
    )
    key = f"{name} {now:%Y%m%d%H%M}"
    with house.store.writing() as conn:
        table = tables.signoffs
        if conn.scalar(select(table.c.key).where(table.c.kind == TRIGGER_REVIEW, table.c.key == key)):
            raise Refused(f"{name} has just been reviewed", fix="Wait a minute, where there is more to say.")
        [entry] = house.ledger.append(
            conn,
            [
                Entry(
                    Kind.SIGNED_OFF,
                    person,
                    {"of": TRIGGER_REVIEW, "review": found},
                    workflow=name,
                    version=flow.version,
                )
            ],
        )
        row = {"kind": TRIGGER_REVIEW, "key": key, "body": encode(found), "by": person, "note": found.note}
        conn.execute(insert(table).values(**row, entry_id=entry, made_at=now, at=now))
        if word == "retire":
            take_back(conn, house.ledger, name, person, f"retired in its review: {found.note}", now)
    return found


def last_review(conn: Connection, name: str) -> TriggerReview | None:
    """Give the newest review of a trigger, None before its first."""
    table = tables.signoffs
    named = table.c.key.startswith(f"{name} ", autoescape=True)
    newest = select(table.c.body).where(table.c.kind == TRIGGER_REVIEW, named).order_by(table.c.at.desc()).limit(1)
    body = conn.scalar(newest)
    return None if body is None else decode(body, TriggerReview)


def looked_at(conn: Connection, name: str, live_since: datetime) -> datetime:
    """Give when people looked at a live trigger last: in its review, or when they took it live."""
    found = last_review(conn, name)
    return live_since if found is None else max(live_since, found.at)


def cap(house: House, conn: Connection, live: Iterable[str]) -> tuple[int, str]:
    """Give how many triggers may be live, and why not as many as the policy says, where that is so.

    More than the product's own figure takes a review of each live one, within the last quarter, that kept it.
    """
    policy, shipped, now = house.policy.triggers, Triggers().most, house.clock.now()
    if policy.most <= shipped:
        return policy.most, ""
    lacking: list[str] = []
    for name in live:
        found = last_review(conn, name)
        if found is None or found.word != "keep" or not found.fires or now - found.at > policy.review_every:
            lacking.append(name)
    if not lacking:
        return policy.most, ""
    reviews = f"`upbeat trigger-review` of {', '.join(lacking)} shows its action and misfire rates"
    return shipped, f" ({policy.most} from when {reviews})"
