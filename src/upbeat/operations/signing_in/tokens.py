"""API tokens: what a program comes in with, in a person's name, for less than that person may, and not for ever.

A token reads, and changes logic where its scopes say so. It decides nothing that waits for a person, and makes no
other token.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import compare_digest, token_hex, token_urlsafe
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from upbeat.base import decode, encode
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.signing_in.sessions import How
from upbeat.operations.signing_in.standing import holds, standing_of
from upbeat.store.tables import console_tokens
from upbeat.workflows import Permission

LONGEST_TOKEN: Final = 366
"""Days that a token is good for at the most."""

SCOPES: Final = tuple(one for one in Permission if one is not Permission.CONNECT)
"""What a token may be made for. Secrets and who is let in stay with people."""

_MARK: Final = "upbeat"  # in front of a token, so that whoever finds one knows whose it is
_NOTED: Final = timedelta(hours=1)  # so rarely it is written that a token is used


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the store keeps it: no secret. `how` is that of its maker.

    `seen` is None where it was never used, `revoked_at` while it holds.
    """

    id: str
    name: str
    username: str
    how: How
    scopes: tuple[Permission, ...]
    made: datetime
    ends: datetime
    seen: datetime | None
    revoked_by: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token, and its text, which is told this once."""

    token: Token
    text: str = field(repr=False)


class AlreadyMadeError(Refused):
    """The same form was sent before, as a page that is loaded again sends it: its token is made, and was told."""


def make_token(
    house: House, by: str, name: str, scopes: Collection[Permission], days: int, how: How, *, form: str = ""
) -> MadeToken:
    """Make a token in one's own name; `form` is a word of the form that asks, which makes one token and no second.

    `how` is how one came in oneself: the token opens no more than that.
    Raises Refused where it would be for more than one may oneself, or too long; AlreadyMadeError.
    """
    standing, now, name = standing_of(house, by), house.clock.now(), name.strip()
    if not name:
        raise Refused("the token has no name", fix="Say what will use it, so that whoever finds it here knows.")
    if not 1 <= days <= LONGEST_TOKEN:
        raise Refused(f"{days} days is no time for a token", fix=f"Give 1 to {LONGEST_TOKEN} days.")
    wanted = tuple(one for one in Permission if one in scopes)
    if not wanted:
        raise Refused("the token would be for nothing", fix="Choose what it is for.")
    held = frozenset[Permission]() if standing is None else standing.permissions & frozenset(SCOPES)
    if beyond := [one for one in wanted if one not in held]:
        fix = "A token is for less than its person may, and never for connections and secrets."
        raise Refused(f"{by} cannot give away: {', '.join(beyond)}", fix=fix)
    token_id = _digest(f"{by} {form}")[:16] if form else token_hex(8)
    secret = token_urlsafe(32)
    row = {
        "id": token_id,
        "digest": _digest(secret),
        "name": name,
        "username": by,
        "how": how.value,
        "scopes": encode(wanted),
        "made": now,
        "ends": now + timedelta(days=days),
    }
    with house.store.writing() as conn:
        if conn.scalar(select(console_tokens.c.id).where(console_tokens.c.id == token_id)) is not None:
            fix = "If you have not copied it, revoke it, and make another one."
            raise AlreadyMadeError(f"the token {name} is made already, and its text was shown once", fix=fix)
        conn.execute(insert(console_tokens).values(row))
        said = {"token": token_id, "name": name, "scopes": wanted, "ends": row["ends"]}
        house.ledger.append(conn, [Entry(Kind.TOKEN_MADE, by, said)])
    made = Token(token_id, name, by, how, wanted, now, now + timedelta(days=days), None, "", None)
    return MadeToken(made, f"{_MARK}_{token_id}_{secret}")


def find_token(house: House, text: str) -> Token | None:
    """Give the token of a text, None where it opens nothing (any more)."""
    mark, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    table, now = console_tokens, house.clock.now()
    with house.store.reading() as conn:
        row = conn.execute(select(table).where(table.c.id == token_id)).one_or_none()
    if mark != _MARK or row is None or not compare_digest(row.digest, _digest(secret)):
        return None
    found = _token(row)
    if found.revoked_at is not None or found.ends <= now:
        return None
    if found.seen is None or now - found.seen >= _NOTED:
        with house.store.writing() as conn:
            conn.execute(update(table).where(table.c.id == token_id).values(seen=now))
    return found


def tokens(house: House, username: str = "") -> list[Token]:
    """Give the tokens of one person, or of all, the newest first; those that are over as well."""
    wanted = select(console_tokens).order_by(console_tokens.c.made.desc(), console_tokens.c.id)
    if username:
        wanted = wanted.where(console_tokens.c.username == username)
    with house.store.reading() as conn:
        return [_token(row) for row in conn.execute(wanted)]


def revoke_token(house: House, token_id: str, by: str) -> Token:
    """End a token: one's own, or with the permission to connect anybody's. Raises Refused where one may end none such.

    One that is revoked stays so.
    """
    found = next((one for one in tokens(house) if one.id == token_id), None)
    if found is None or (found.username != by and not holds(house, by, Permission.CONNECT)):
        raise Refused(
            "there is no such token, or it is not yours", fix="See Settings, Tokens for those that there are."
        )
    table, now = console_tokens, house.clock.now()
    with house.store.writing() as conn:
        standing = update(table).where(table.c.id == token_id, table.c.revoked_at.is_(None))
        if conn.execute(standing.values(revoked_by=by, revoked_at=now)).rowcount:
            said = {"token": token_id, "name": found.name, "of": found.username}
            house.ledger.append(conn, [Entry(Kind.TOKEN_REVOKED, by, said)])
    return next(one for one in tokens(house, found.username) if one.id == token_id)


def _token(row: Row[Any]) -> Token:
    scopes = decode(row.scopes, tuple[Permission, ...])
    return Token(
        row.id,
        row.name,
        row.username,
        How(row.how),
        scopes,
        row.made,
        row.ends,
        row.seen,
        row.revoked_by,
        row.revoked_at,
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
