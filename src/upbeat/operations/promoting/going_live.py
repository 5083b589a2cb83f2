"""Taking a workflow live: people who agree, by name, to a report that they were shown; the ledger keeps all three."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, exists, select

from upbeat import review
from upbeat.base import decode
from upbeat.domain import Event, Mode
from upbeat.engine import clear_standing, set_mode
from upbeat.intake import Taker, accept
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.promoting.report import Report, Wish, in_monitor_since, report
from upbeat.operations.promoting.seats import filled, not_filled
from upbeat.review import Review
from upbeat.store import tables
from upbeat.workflows import Workflow

GO_LIVE = "go live"  # the kind of a question whether to


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


def promote(
    house: House,
    name: str,
    by: Sequence[str],
    note: str = "",
    *,
    catch_up: bool = False,
    exception: str = "",
    production: bool = False,
) -> Promoted:
    """Take a workflow's present version from monitor to live, in the names of the people that policy asks for.

    What monitor saw stays as it is, unless `catch_up` asks to start on those records too, as they are now. `exception`
    says why it may be one more than the cap, and `production` that the org is meant to be a production org. Raises
    Refused where the people are too few, lack a seat, or are one and the same; where a schedule finds the records again
    by itself; and for the first of `obstacles.REFUSALS` that holds.
    """
    wish = Wish(note, catch_up, exception, production)
    people = [house.person(one).username for one in by]
    shown = may_go_live(house, name, wish)
    if not filled(house.policy, people):
        raise not_filled(house.policy)
    with house.store.writing() as conn:
        return take_live(house, conn, people, shown, wish)


def may_go_live(house: House, name: str, wish: Wish) -> Report:
    """Give the report of a workflow that nothing keeps from going live. Raises Refused with what does, and its fix."""
    flow = house.workflow(name)
    if wish.catch_up and flow.every is not None:
        raise Refused(
            f"{name} looks at every record, {flow.every.text}",
            fix="Leave out --catch-up: what monitor saw is found again at its next look.",
        )
    shown = report(house, name, wish)
    if shown.refusals:
        first, *others = shown.refusals
        more = f" It is the first of {len(others) + 1} things in the way: `upbeat promote {name}`." if others else ""
        raise Refused(first.what, fix=f"{first.fix}{more}")
    return shown


def take_live(house: House, conn: Connection, people: Sequence[str], shown: Report, wish: Wish) -> Promoted:
    """Set the version live that a report is of, in these people's names, in the caller's transaction.

    Raises Refused where another promotion came first, or the version is no longer the present one.
    """
    flow, now = house.workflow(shown.workflow), house.clock.now()
    if flow.version != shown.version or house.versions.mode(conn, flow) is Mode.LIVE:
        raise Refused(
            f"{flow.name} has changed since it was looked at", fix=f"Look again: `upbeat promote {flow.name}`."
        )
    actor, since = " and ".join(people), in_monitor_since(conn, flow)
    payload = {
        "by": list(people),
        "note": wish.note,
        "exception": wish.exception,
        "observed": shown.monitor.outcomes,
        "shown": shown.digest,
        "report": shown.kept,
    }
    entry = Entry(Kind.PROMOTED, actor, payload, workflow=flow.name, version=flow.version)
    [entry_id] = house.ledger.append(conn, [entry])
    take_question_back(house, conn, flow.name, f"it went live by {actor}")
    if since is not None:
        clear_standing(conn, flow.name, since)
    set_mode(conn, flow, Mode.LIVE, entry_id, now)
    again = _seen_in_monitor(conn, flow, f"asked:{entry_id}") if wish.catch_up else []
    taker = Taker(flow.name, flow.version, flow.owner, Mode.LIVE)
    caught_up = accept(conn, house.ledger, [(event, taker) for event in again], now, actor=actor).items
    return Promoted(flow.name, flow.version, Mode.LIVE, tuple(people), dict(shown.monitor.outcomes), caught_up)


def question(house: House, name: str) -> Review | None:
    """Give the question whether to take a workflow live that waits for somebody, or None."""
    with house.store.reading() as conn:
        return open_question(conn, name)


def open_question(conn: Connection, name: str) -> Review | None:
    """Give the question whether to take a workflow live that waits for somebody, or None."""
    table = tables.reviews
    mine = (table.c.kind == GO_LIVE, table.c.workflow == name, table.c.state == review.State.OPEN)
    found = conn.scalar(select(table.c.id).where(*mine).limit(1))
    return None if found is None else review.find(conn, found)


def take_question_back(house: House, conn: Connection, name: str, why: str) -> None:
    """Close the question whether to take a workflow live, where one waits; `why` is told with it."""
    if (asked := open_question(conn, name)) is not None:
        review.withdraw(conn, house.ledger, asked, why, house.clock.now())


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
