"""Settings: what I may do and where I am signed in, tokens, people and roles, connections and keys.

What is set in files is shown here, with the command that changes it.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from upbeat.console.area import Area, Body, Done, Nothing
from upbeat.console.asked import Asked
from upbeat.console.paging import PageNumber
from upbeat.console.permissions import Permission
from upbeat.operations.connections import Connections, KeptKeys, connections, kept_keys
from upbeat.operations.signing_in import (
    LONGEST_TOKEN,
    SCOPES,
    USERS_ON_A_PAGE,
    AlreadyMadeError,
    Held,
    How,
    Role,
    Session,
    Token,
    User,
    end_session,
    held,
    make_token,
    revoke_token,
    roles,
    sessions,
    tokens,
    users,
)

area = Area("settings")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which somebody is signed in. `key` ends it."""

    key: str
    username: str
    how: str
    began: datetime
    seen: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class You:
    """What whoever asks may do, whom they stand above, and where they are signed in."""

    held: tuple[Held, ...]
    team: tuple[str, ...]
    sessions: tuple[SignedIn, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens, mine or everybody's, and what I can make one for."""

    tokens: tuple[Token, ...]
    scopes: tuple[tuple[Permission, str], ...]
    longest: int
    everybodys: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A new token. Its text is told this once."""

    name: str
    text: str
    ends: datetime
    scopes: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Who may come in, and who is in."""

    users: tuple[User, ...]
    total: int
    q: str
    page: int
    pages: int
    sessions: tuple[SignedIn, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """Who may do what, by policy.yaml."""

    roles: tuple[Role, ...]
    held: tuple[Held, ...]


class NewToken(Body):
    """A token to be made. A `form` with the same word that is sent again makes no second one."""

    name: str = Field(max_length=100)
    scopes: tuple[Permission, ...] = ()
    days: int = Field(default=90, ge=1, le=LONGEST_TOKEN)
    form: str = Field(default="", max_length=100)


@area.page("/settings", needs=Permission.OWN, template="settings/you.html", title="You")
def you(asked: Asked) -> You:
    """Say what I may do, and where I am signed in."""
    return You(held(asked.house), asked.viewer.team, _signed_in(sessions(asked.house, asked.by)))


@area.action("/settings/sessions/{key}/end", needs=Permission.OWN, back="/settings", by_person=True)
def end(asked: Asked, key: str, _body: Nothing) -> Done:
    """Sign a browser out: one's own, or with the permission to connect anybody's."""
    ended = end_session(asked.house, key, asked.by)
    return Done("That browser is signed out.", to="/settings" if ended.username == asked.by else "/settings/users")


@area.page("/settings/tokens", needs=Permission.OWN, template="settings/tokens.html", title="Tokens")
def list_tokens(asked: Asked) -> Tokens:
    """List the tokens that programs come in with."""
    everybodys = asked.may(Permission.CONNECT)
    scopes = tuple((one, one.says) for one in SCOPES if asked.may(one))
    found = tokens(asked.house, "" if everybodys else asked.by)
    return Tokens(tuple(found), scopes, LONGEST_TOKEN, everybodys)


@area.action(
    "/settings/tokens", needs=Permission.OWN, back="/settings/tokens", template="settings/made.html", by_person=True
)
def make(asked: Asked, body: NewToken) -> Made | Done:
    """Make a token in my own name, for less than I may."""
    how = How.DEV if asked.viewer.dev else How.SALESFORCE
    try:
        made = make_token(asked.house, asked.by, body.name, body.scopes, body.days, how, form=body.form)
    except AlreadyMadeError as error:
        return Done(f"{error.what[:1].upper()}{error.what[1:]}. {error.fix}")
    return Made(made.token.name, made.text, made.token.ends, made.token.scopes)


@area.action("/settings/tokens/{token_id}/revoke", needs=Permission.OWN, back="/settings/tokens", by_person=True)
def revoke(asked: Asked, token_id: str, _body: Nothing) -> Done:
    """End a token: one's own, or with the permission to connect anybody's."""
    revoked = revoke_token(asked.house, token_id, asked.by)
    return Done(f"The token {revoked.name} opens nothing any more.")


@area.page("/settings/users", needs=Permission.CONNECT, template="settings/users.html", title="People")
def list_users(asked: Asked, q: str = "", page: PageNumber = 1) -> People:
    """List the org's people, what each may do here, and who is signed in."""
    found = users(asked.house, q.strip(), page)
    pages = -(-found.total // USERS_ON_A_PAGE)
    return People(found.users, found.total, q, page, pages, _signed_in(sessions(asked.house)))


@area.page("/settings/roles", needs=Permission.OWN, template="settings/roles.html", title="Roles")
def list_roles(asked: Asked) -> Roles:
    """Say who may do what, by the policy that decides."""
    return Roles(roles(asked.house), held(asked.house))


@area.page("/settings/connections", needs=Permission.CONNECT, template="settings/connections.html", title="Connections")
def list_connections(asked: Asked) -> Connections:
    """List what this workspace reaches, and as whom."""
    return connections(asked.house)


@area.page("/settings/keys", needs=Permission.CONNECT, template="settings/keys.html", title="Keys")
def list_keys(asked: Asked) -> KeptKeys:
    """List the files that are secret, and whether they lie safely."""
    return kept_keys(asked.house)


def _signed_in(found: list[Session]) -> tuple[SignedIn, ...]:
    return tuple(SignedIn(one.key, one.username, one.how, one.began, one.seen, one.ends) for one in found)
