"""Who takes a workflow from monitor to live: people, by name, in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from upbeat.base import decode
from upbeat.domain import Event, Mode
from upbeat.engine import clear_standing, set_mode
from upbeat.intake import Taker, accept
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.store import tables
from upbeat.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Promoted:
    """A workflow that changed its mode, and what its time in monitor showed: items by outcome.

    `caught_up` counts the records that monitor had seen and that it starts on again, live.
    """

    workflow: str
    version: str
    mode: Mode
    by: tuple[str, ...]
    observed: dict[str, int]
    caught_up: int = 0


def promote(house: House, name: str, by: Sequence[str], note: str = "", *, catch_up: bool = False) -> Promoted:
    """Take a workflow's present version from monitor to live, in the names of the people that policy asks for.

    What monitor saw stays as it is, unless `catch_up` asks to start on those records too, as they are now. Raises
    Refused where the people are too few, lack a role, or are one and the same; where the version is live already, is
    paused in its file, or never ran in monitor; where a schedule finds the records again by itself; and where nothing
    may be written over this workspace's connections.
    """
    flow = _workflow(house, name)
    if not house.writes:
        raise Refused(
            f"{name} cannot write: this workspace has a reading connection alone",
            fix="Run `upbeat org connect --writing`: it says what the org must have for it, and logs in.",
        )
    if catch_up and flow.every is not None:
        raise Refused(
            f"{name} looks at every record, {flow.every.text}",
            fix="Leave out --catch-up: what monitor saw is found again at its next look.",
        )
    people = [house.person(one).username for one in by]
    _must_fill_the_roles(house, people)
    now = house.clock.now()
    with house.store.writing() as conn:
        if flow.mode is Mode.PAUSED:
            raise Refused(f"{name} is paused in its file", fix=f"Remove 'mode: paused' from workflows/{name}.yaml.")
        if house.versions.mode(conn, flow) is Mode.LIVE:
            raise Refused(f"{name} is live already")
        items = tables.items
        seen = select(items.c.outcome, func.count()).where(
            items.c.workflow == name, items.c.version == flow.version, items.c.mode == Mode.MONITOR
        )
        observed = {outcome or "under way": count for outcome, count in conn.execute(seen.group_by(items.c.outcome))}
        published = tables.versions
        mine = select(published.c.at).where(published.c.name == name, published.c.version == flow.version)
        if conn.scalar(mine) is None:
            raise Refused(
                f"this version of {name} never ran in monitor mode",
                fix="Let `upbeat run` watch for a while; `upbeat status` shows what it would have done.",
            )
        payload = {"by": people, "note": note, "observed": observed}
        entry = Entry(Kind.PROMOTED, " and ".join(people), payload, workflow=name, version=flow.version)
        [entry_id] = house.ledger.append(conn, [entry])
        clear_standing(conn, name, _in_monitor_since(conn, flow))
        set_mode(conn, flow, Mode.LIVE, entry_id, now)
        again = _seen_in_monitor(conn, flow, f"asked:{entry_id}") if catch_up else []
        taker = Taker(name, flow.version, flow.owner, Mode.LIVE)
        actor = " and ".join(people)
        caught_up = accept(conn, house.ledger, [(event, taker) for event in again], now, actor=actor).items
    return Promoted(name, flow.version, Mode.LIVE, tuple(people), observed, caught_up)


def _in_monitor_since(conn: Connection, flow: Workflow) -> datetime:
    """Give when a version that is taken live began in monitor: when it was taken back, else when it was published."""
    given, published = tables.modes, tables.versions
    row = conn.execute(select(given).where(given.c.workflow == flow.name)).first()
    if row is not None and row.mode != Mode.LIVE:
        return row.at
    mine = select(func.min(published.c.at)).where(published.c.name == flow.name, published.c.version == flow.version)
    return conn.execute(mine).scalar_one()


def _workflow(house: House, name: str) -> Workflow:
    current = house.versions.current
    if name not in current:
        raise Refused(f"there is no workflow {name}", fix=f"There are: {', '.join(sorted(current))}.")
    return current[name]


def _seen_in_monitor(conn: Connection, flow: Workflow, key: str) -> list[Event]:
    """Give the newest event of each record that this version saw in monitor and that no live run followed.

    The record is seen as it is now, with the prior values of that event; `key` makes it an event of its own.
    """
    items, later = tables.items, tables.items.alias()
    followed = exists().where(
        later.c.workflow == flow.name, later.c.record_id == items.c.record_id, later.c.mode == Mode.LIVE
    )
    seen = select(items.c.event).where(
        items.c.workflow == flow.name, items.c.version == flow.version, items.c.mode == Mode.MONITOR, ~followed
    )
    events = (decode(text, Event) for text in conn.scalars(seen.order_by(items.c.seq)))
    newest = {event.record_id: event for event in events}
    return [replace(event, change_key=key, after={}) for event in newest.values()]


def _must_fill_the_roles(house: House, people: Sequence[str]) -> None:
    """Hold that different people take the seats that promote: one of each role, and the second person if there is."""
    promotion, roles = house.policy.promotion, house.policy.roles
    seats = [tuple(roles.get(role, ())) for role in promotion.roles]
    seats += [(promotion.second,)] if promotion.second is not None else []
    if not _filled(seats, list(dict.fromkeys(people))):
        holders = [f"{role}: {', '.join(roles.get(role, ()))}" for role in promotion.roles]
        holders += [f"and {promotion.second}"] if promotion.second is not None else []
        fix = f"Name one of each with --by. {'; '.join(holders)}."
        raise Refused("going live takes a different person of each role", fix=fix)


def _filled(seats: Sequence[Sequence[str]], people: list[str]) -> bool:
    if not seats:
        return True
    first = {one.casefold() for one in seats[0]}
    others = ([other for other in people if other != one] for one in people if one.casefold() in first)
    return any(_filled(seats[1:], rest) for rest in others)
