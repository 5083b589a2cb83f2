"""Starting a workflow on one record because a person asks for it."""

from sqlalchemy import select

from upbeat.base import is_id, to_18
from upbeat.domain import Change, Event, Mode
from upbeat.intake import Taker, accept, item_id
from upbeat.operations.house import House, Refused
from upbeat.store import tables


def start_on(house: House, name: str, record: str, by: str) -> str:
    """Put a record on the line of a workflow, in a person's name; give the run's id.

    The condition is still asked, and the mode is the workflow's own: in monitor nothing is written. Raises Refused for
    an unknown workflow or a paused one, and for what is no record of its object.
    """
    flow, person, now = house.workflow(name), house.person(by).username, house.clock.now()
    query = f"SELECT Id FROM {flow.object} WHERE Id = :id"  # noqa: S608  a name from the schema
    if not is_id(record) or not house.query(query, {"id": to_18(record)}):
        raise Refused(f"{record} is no {flow.object} of this org", fix="Give the record's id, 15 or 18 characters.")
    with house.store.writing() as conn:
        mode = house.versions.mode(conn, flow)
        if mode is Mode.PAUSED:
            raise Refused(f"{name} is paused", fix="Promote it, or take 'mode: paused' out of its file.")
        org_id = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "org_id")) or ""
        event = Event(org_id, flow.object, to_18(record), Change.ASKED, f"asked:{now.isoformat()}:{person}", now)
        taker = Taker(name, flow.version, flow.owner, mode)
        accept(conn, house.ledger, [(event, taker)], now, actor=person)
    return item_id(event, name)
