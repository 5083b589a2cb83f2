"""What people do with a conversation that is kept: have it read again by today's rules, or erased."""

from dataclasses import replace

from sqlalchemy import select

from upbeat.conversation.privacy import excluded
from upbeat.engine import Start, captured, resolve
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.listing import row_of
from upbeat.operations.forgetting import erase_runs, forget_words
from upbeat.operations.house import House, Refused
from upbeat.store import tables


def again(house: House, key: str, by: str) -> str:
    """Have a conversation read again: who took part, what it is of, and all workflows; give its key.

    What it was logged as stays, and is completed. Raises Refused where it is kept no more, is under way, or is one that
    capture.yaml keeps out by now.
    """
    person, ground = house.person(by).username, Ground.of(house)
    with house.store.reading() as conn:
        row = row_of(conn, key)
        one = captured.read(conn, house.ledger, [row.key]).get(row.key)
    if one is None:
        raise Refused(f"{row.key} is {row.state}: nothing of it can be read", fix="Capture it anew from its source.")
    if row.ended_at is None:
        raise Refused(f"{row.key} is under way", fix="Ask again when `upbeat capture show` tells that it was logged.")
    [found] = resolve(
        house.query, house.get_schema(), house.get_people().all().values(), ground.ours, [one.conversation]
    )
    if why := excluded(found.conversation, ground.exclusions):
        raise Refused(f"{row.key} may not be kept: {why.why}", fix=f"Erase it: `upbeat capture drop {row.key}`.")
    said_by_a_person = one.link if one.link.by else found.link
    turn, now = row.round + 1, house.clock.now()
    link = replace(said_by_a_person, activity=one.link.activity, same_as=one.link.same_as, reading=turn)
    fresh = replace(found, link=link)
    with house.store.writing() as conn:
        captured.read_anew(conn, house.ledger, fresh, one.link.reading)
        org_id = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "org_id")) or ""
        Start(org_id, house.versions, house.ledger, now, person).log(conn, fresh, turn)
    return row.key


def drop(house: House, key: str, by: str, why: str = "") -> str:
    """Erase a conversation, and what runs kept of it; what was written to the org stays there. Give its key.

    Raises Refused where nothing of it is kept, a run of it is under way this moment, or no active user asks.
    """
    person = house.person(by).username
    with house.store.writing() as conn:
        row = row_of(conn, key)
        if row.state != captured.State.KEPT:
            raise Refused(f"{row.key} is {row.state}: nothing of it is kept")
        erase_runs(house, conn, row.key, person, why or f"{row.key} is dropped")
        forget_words(house, conn, [row.key], f"dropped by {person}", by=person)
    house.store.rewrite()
    return row.key
