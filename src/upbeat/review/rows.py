"""Reviews as rows: found by the beginning of an id, kept once, and moved by one act at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from upbeat.base import decode, encode
from upbeat.domain import HOUSE, Tier
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.notices import Kind as Notice
from upbeat.review import valued
from upbeat.review.telling import tell_of, why_asked
from upbeat.review.values import ENTRIES, MOVES, Act, Body, Line, OwnerQueue, Review, ReviewError, State
from upbeat.store import tables

_WHOLE = tuple(one.name for one in fields(Review))
_LINE = tuple(one.name for one in fields(Line))
LINE = tuple(tables.reviews.c[name] for name in _LINE)  # the columns of a line: no body is read for it
_HEAD = tuple(name for name in _WHOLE if name != "body")
WHOLE = select(*(tables.reviews.c[name] for name in _HEAD), tables.review_bodies.c.body).join(
    tables.review_bodies, tables.review_bodies.c.review_id == tables.reviews.c.id
)  # whole reviews, for a WHERE
_PAST_HEX = "g"  # sorts behind every digit of an id


def find(conn: Connection, prefix: str) -> Review:
    """Give the review whose id begins so. Raises ReviewError where none or several do."""
    column, start = tables.reviews.c.id, prefix.lower()
    begins = (column >= start) & (column < start + _PAST_HEX)
    rows = conn.execute(WHOLE.where(begins).limit(2)).all()
    if not start or len(rows) != 1:
        some = "several reviews begin" if rows else "no review begins"
        raise ReviewError(f"{some} with {prefix!r}", fix="`upbeat review list` shows what is open.")
    return whole(rows[0])


def still_open(conn: Connection, item_ids: Sequence[str]) -> list[Review]:
    """Give every review of these items that people, or the hold before a write, still have."""
    table = tables.reviews
    undecided = table.c.state.in_([State.OPEN, State.APPROVED])
    return [whole(row) for row in conn.execute(WHOLE.where(table.c.item_id.in_(item_ids), undecided))]


def of_item(conn: Connection, item_id: str) -> list[Review]:
    """Give every review of an item, open or not, oldest first."""
    return of_items(conn, [item_id])


def of_items(conn: Connection, item_ids: Sequence[str]) -> list[Review]:
    """Give every review of these items, open or not, oldest first."""
    table = tables.reviews
    rows = conn.execute(WHOLE.where(table.c.item_id.in_(item_ids)).order_by(table.c.seq))
    return [whole(row) for row in rows]


def keep(conn: Connection, ledger: Ledger, review: Review) -> Review:
    """Write a new review down, and in the ledger that it is there."""
    head = {name: getattr(review, name) for name in _HEAD}
    conn.execute(
        insert(tables.reviews).values(
            head | {"author": review.body.author, "roles": between(review.body), "spoken": spoken(review.body)}
        )
    )
    conn.execute(insert(tables.review_bodies).values(review_id=review.id, body=encode(review.body)))
    said = {"review": review.id, "title": review.title, "body": review.body}
    said |= {"owner": review.owner, "due_at": review.due_at, "expires_at": review.expires_at}
    ledger.append(conn, [entry(review, Kind.HELD, HOUSE, said)])
    tell_of(conn, review, Notice.ASKED, why_asked(review), review.created_at)
    return review


def move(
    conn: Connection, ledger: Ledger, review: Review, act: Act, by: str, said: Mapping[str, Any], **changes: Any
) -> Review:
    """Carry one act out on the row as it was read, and enter it in the ledger with who and why.

    Raises ReviewError where the act does not start or end in such a state, or another act came first.
    """
    moved = replace(review, moves=review.moves + 1, **changes)
    if (review.state, moved.state) not in MOVES[act]:
        raise ReviewError(f"{review.title!r} {told(review)}")
    table, bodies = tables.reviews, tables.review_bodies
    row = {name: getattr(moved, name) for name in changes if name != "body"}
    as_read = (table.c.id == review.id) & (table.c.state == review.state) & (table.c.moves == review.moves)
    if conn.execute(update(table).where(as_read).values(**row, moves=moved.moves)).rowcount != 1:
        now = find(conn, review.id)
        raise ReviewError(f"{review.title!r} {told(now)}", fix="`upbeat review show` has it as it is.")
    if "body" in changes:
        conn.execute(update(table).where(table.c.id == review.id).values(spoken=spoken(moved.body)))
        conn.execute(update(bodies).where(bodies.c.review_id == review.id).values(body=encode(moved.body)))
    payload = {"review": review.id, "state": moved.state, **said}
    ledger.append(conn, [entry(moved, ENTRIES[act], by, payload)])
    valued.note(conn, moved)
    return moved


def between(body: Body) -> str:
    """Give the roles in which a change may be signed as a column has them, to be looked for with a space on each side.

    What needs a signature of every role, and one of any of several, may be signed in all of them.
    """
    roles = dict.fromkeys(role for some in (body.roles, *body.one_of) for role in some)
    return f" {' '.join(roles)} " if roles else ""


def spoken(body: Body) -> str:
    """Give who has said all they may to a change, in small letters and set apart as roles are.

    They signed it; or they wrote values of it, where somebody else has to approve those.
    """
    wrote = (name for one in body.proposals for name in one.edited.values() if body.tier is not Tier.REVIEW)
    names = dict.fromkeys(name.casefold() for name in (*(one.by for one in body.approvals), *wrote))
    return f" {' '.join(names)} " if names else ""


def told(review: Review) -> str:
    """Say by whom and when a review was decided, or that it has moved on meanwhile."""
    if review.state is State.OPEN:
        return "was changed by somebody meanwhile"
    when = f"{review.decided_at:%F %R}" if review.decided_at else "before"
    return f"was {review.choice or review.state} by {review.decided_by} at {when}"


def entry(review: Line, kind: Kind, actor: str, payload: object) -> Entry:
    """Give the entry of something that happened to a review."""
    return Entry(
        kind=kind,
        actor=actor,
        payload=payload,
        item_id=review.item_id,
        workflow=review.workflow,
        version=review.version,
        policy=review.policy if isinstance(review, Review) else "",
        record_id=review.record_id,
    )


def whole(row: object) -> Review:
    """Read a row with its body."""
    found = _read(row, _WHOLE)
    found["body"] = decode(found["body"], Body)
    return Review(**found)


def line(row: object) -> Line:
    """Read a row without its body."""
    return Line(**_read(row, _LINE))


def _read(row: object, names: Sequence[str]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    return found | {"state": State(found["state"]), "queue": OwnerQueue(found["queue"])}
