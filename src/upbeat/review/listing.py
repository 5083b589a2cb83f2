"""The queue as a list: filtered, paged, and read without the bodies that nobody sees there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select

from upbeat.review.rows import LINE, line
from upbeat.review.values import Line, State
from upbeat.store import tables

PAGE = 50


@dataclass(frozen=True, slots=True)
class Whose:
    """What is put to one of these people, or may be signed in one of these roles.

    Left out is what `author` answers for, and what stands with them though they have said all they may to it: they
    signed it, or wrote what another has to approve.
    """

    people: tuple[str, ...]
    roles: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to see of the queue; what is left empty is not asked.

    `every` gives what was decided too, `snoozed` what was put off. `queue`, `kind` and `tier` are their words; `text`
    is looked for in titles, or is the id of a record. `whose` says for whom it waits, where that is not one `owner`.
    """

    whose: Whose | None = None
    owner: str = ""
    workflow: str = ""
    kind: str = ""
    tier: str = ""
    queue: str = ""
    pattern: str = ""
    text: str = ""
    overdue: bool = False
    every: bool = False
    snoozed: bool = False
    page: int = 1
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, the most pressing first; `total` counts all pages, `snoozed` what is put off beside."""

    lines: tuple[Line, ...]
    total: int
    snoozed: int


def page(conn: Connection, wanted: Wanted, now: datetime) -> Page:
    """Give one page of what is wanted, by due time."""
    table = tables.reviews
    asked = asked_for(wanted, now)
    put_off = table.c.snoozed_until > now
    shown = asked if wanted.every or wanted.snoozed else [*asked, table.c.snoozed_until.is_(None) | ~put_off]
    counts = select(func.count(), func.count(case((put_off, 1)))).select_from(table).where(*asked)
    total, away = conn.execute(counts).one()
    total -= 0 if shown is asked else away
    rows = select(*LINE).where(*shown).order_by(table.c.due_at, table.c.seq)
    rows = rows.limit(wanted.limit).offset((wanted.page - 1) * wanted.limit)
    return Page(tuple(line(row) for row in conn.execute(rows)), total, away)


def asked_for(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    """Give what a list asks of the rows, but for what was put off."""
    table = tables.reviews
    asked = [] if wanted.every else [table.c.state == State.OPEN]
    said = {name: getattr(wanted, name) for name in ("workflow", "kind", "tier", "queue", "pattern")}
    asked += [table.c[name] == value for name, value in said.items() if value]
    if wanted.whose is not None:
        asked.append(_waits_for(wanted.whose))
    if wanted.owner:
        asked.append(func.lower(table.c.owner) == wanted.owner.lower())
    if wanted.overdue:
        asked.append(table.c.due_at < now)
    if wanted.text:
        asked.append(table.c.title.icontains(wanted.text, autoescape=True) | (table.c.record_id == wanted.text))
    return asked


def _waits_for(whose: Whose) -> ColumnElement[bool]:
    """Select what one of some people has, or could sign."""
    table = tables.reviews.c
    me = whose.author.lower()
    spoken = table.spoken.contains(f" {me} ", autoescape=True) if me else false()
    put_to = func.lower(table.owner).in_([one.lower() for one in whose.people]) & ~and_(
        func.lower(table.owner) == me, spoken
    )
    if not whose.roles:
        return put_to
    signs = or_(*(table.roles.contains(f" {role} ", autoescape=True) for role in whose.roles))
    return or_(put_to, and_(signs, func.lower(table.author) != me, ~spoken))
