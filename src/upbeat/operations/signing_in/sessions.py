"""Sessions: rows behind a random cookie. The store holds digests, so that who reads it can be nobody.

A cookie has two halves. The first stays as long as the session and names its row; the second is replaced every half
hour. One that has been replaced and comes back later was copied: it ends the session, and the history says so.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.signing_in.standing import Standing, forget_standing, holds, look
from upbeat.store.tables import console_sessions
from upbeat.workflows import Permission

LONGEST: Final = timedelta(hours=12)
"""A session ends after a working day, whatever happens in it."""

IDLE: Final = timedelta(hours=4)
"""One in which nothing happens ends sooner."""

TURN: Final = timedelta(minutes=30)
"""How long one second half is good."""

_GRACE: Final = timedelta(minutes=1)  # in which requests that were on their way still carry the one before
_NOTED: Final = timedelta(minutes=1)  # so rarely it is written that a session is used


class How(StrEnum):
    """How somebody signed in."""

    SALESFORCE = "salesforce"
    DEV = "dev"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's browser, signed in. `key` names it and opens nothing; `form_token` is what its forms carry."""

    key: str
    username: str
    how: How
    began: datetime
    seen: datetime
    ends: datetime
    form_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and the cookie that the browser is to keep from now on; empty where it keeps the one it has."""

    session: Session
    cookie: str = field(repr=False)


def open_session(house: House, username: str, how: How) -> Opened:
    """Begin a session for somebody who has shown who they are. It is always a new one."""
    now, first, second = house.clock.now(), token_urlsafe(24), token_urlsafe(32)
    session = Session(_digest(first), username, how, now, now, now + LONGEST, _form_token(first))
    row = {"key": session.key, "username": username, "how": how.value, "began": now, "seen": now, "ends": session.ends}
    turn = {"turn": _digest(second), "former": "", "turned_at": now, "taken": False}
    with house.store.writing() as conn:
        conn.execute(delete(console_sessions).where(_is_over(now)))
        conn.execute(insert(console_sessions).values(row | turn))
        house.ledger.append(conn, [Entry(Kind.SIGNED_IN, username, {"how": how.value, "session": session.key})])
    return Opened(session, f"{first}.{second}")


def find_session(house: House, cookie: str) -> Opened | None:
    """Give the session of a cookie, None where it opens none (any more)."""
    first, _, second = cookie.partition(".")
    now, key, turn = house.clock.now(), _digest(first), _digest(second)
    table = console_sessions
    with house.store.reading() as conn:
        row = conn.execute(select(table).where(table.c.key == key, ~_is_over(now))).one_or_none()
    if row is None:
        return None
    found = _session(row, first)
    if compare_digest(row.turn, turn):
        if now - row.turned_at >= TURN:
            return Opened(found, _turn(house, row, first, now, former=row.turn))
        if not row.taken or now - row.seen >= _NOTED:
            with house.store.writing() as conn:
                conn.execute(update(table).where(table.c.key == key).values(taken=True, seen=now))
        return Opened(found, "")
    if row.former and compare_digest(row.former, turn):
        if now - row.turned_at <= _GRACE:
            return Opened(found, "")
        if not row.taken:  # the answer that brought the new one was lost on its way
            return Opened(found, _turn(house, row, first, now, former=row.former))
    with house.store.writing() as conn:
        why = "a cookie that had been replaced was used again: somebody may have copied it"
        _end(house, conn, found.key, found.username, found.username, why)
    return None


def still_stands(house: House, cookie: str) -> bool:
    """Whether the session that a cookie opened once has not ended. Asking is no use of it: it ends as if idle."""
    table, first = console_sessions, cookie.partition(".")[0]
    with house.store.reading() as conn:
        mine = select(table.c.key).where(table.c.key == _digest(first), ~_is_over(house.clock.now()))
        return conn.execute(mine).first() is not None


def sign_out(house: House, cookie: str) -> bool:
    """End the session of a cookie; False where there was none."""
    first, _, _ = cookie.partition(".")
    key, table = _digest(first), console_sessions
    with house.store.writing() as conn:
        username = conn.scalar(select(table.c.username).where(table.c.key == key))
        if username is not None:
            _end(house, conn, key, username, username, "signed out")
    return username is not None


def sessions(house: House, username: str = "") -> list[Session]:
    """Give the sessions that stand, of one person or of all, the last used first."""
    table, now = console_sessions, house.clock.now()
    wanted = select(table).where(~_is_over(now)).order_by(table.c.seen.desc())
    if username:
        wanted = wanted.where(table.c.username == username)
    with house.store.reading() as conn:
        return [_session(row) for row in conn.execute(wanted)]


def end_session(house: House, key: str, by: str) -> Session:
    """End a session in somebody's name: one's own, or with the permission to connect anybody's.

    Raises Refused where there is none by this key that they may end.
    """
    found = next((one for one in sessions(house) if one.key == key), None)
    if found is None or (found.username != by and not holds(house, by, Permission.CONNECT)):
        raise Refused("there is no such session, or it is not yours", fix="It may have ended by itself.")
    with house.store.writing() as conn:
        _end(house, conn, key, found.username, by, "ended by hand")
    return found


def look_again(house: House, username: str) -> Standing | None:
    """Ask the org anew about somebody who is signed in; who is no active user any more is out at once, and None.

    Raises SalesforceError where the org is away: then what it said last holds.
    """
    try:
        return look(house, username)
    except Refused as gone:
        with house.store.writing() as conn:
            forget_standing(conn, username)
            for one in sessions(house, username):
                _end(house, conn, one.key, username, username, gone.what)
        return None


def _end(house: House, conn: Connection, key: str, username: str, by: str, why: str) -> None:
    done = conn.execute(delete(console_sessions).where(console_sessions.c.key == key))
    if done.rowcount:
        said = {"of": username, "session": key, "why": why}
        house.ledger.append(conn, [Entry(Kind.SESSION_ENDED, by, said)])


def _turn(house: House, row: Row[Any], first: str, now: datetime, *, former: str) -> str:
    """Replace the second half, and give the cookie; empty where another request has done so this very moment."""
    second, table = token_urlsafe(32), console_sessions
    new = {"turn": _digest(second), "former": former, "turned_at": now, "taken": False, "seen": now}
    with house.store.writing() as conn:
        done = conn.execute(update(table).where(table.c.key == row.key, table.c.turn == row.turn).values(new))
    return f"{first}.{second}" if done.rowcount else ""


def _session(row: Row[Any], first: str = "") -> Session:
    form_token = _form_token(first) if first else ""
    return Session(row.key, row.username, How(row.how), row.began, row.seen, row.ends, form_token)


def _form_token(first: str) -> str:
    """Give what the forms of a session carry: it stays while the cookie is replaced, and only its browser has it."""
    return _digest(f"form {first}")


def _is_over(now: datetime) -> Any:
    return (console_sessions.c.ends <= now) | (console_sessions.c.seen <= now - IDLE)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
