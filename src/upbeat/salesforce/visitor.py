"""Who a person is who signed in at the org: asked once, with a token that is given back at once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec

from upbeat.base import Clock, decode
from upbeat.salesforce.authorizing import Try, door_of
from upbeat.salesforce.errors import Rejected, Retryable
from upbeat.salesforce.login import Door, Token, ask, exchange, refuse_open_http, revoke, token_in
from upbeat.salesforce.retries import Retries

SCOPES: Final = "openid profile"
"""Who it is, and nothing more: no record can be read with it, and it does not last."""

_USERINFO: Final = "/services/oauth2/userinfo"
_INTERNAL: Final = "STANDARD"
_ONCE: Final = Retries(attempts=1)  # the person waits, and asks again sooner than a retry would


@dataclass(frozen=True, slots=True)
class Visitor:
    """The user who signed in, in the org's own words."""

    org_id: str
    user_id: str
    username: str
    name: str
    internal: bool


class _Told(msgspec.Struct):
    """What is read of the answer of the User Info endpoint, as Salesforce documents it."""

    organization_id: str
    user_id: str
    preferred_username: str
    name: str = ""
    user_type: str = ""
    active: bool = True


def begin_visit(login_url: str, client_id: str, callback: str) -> Try:
    """Begin a try to sign somebody in. Raises Rejected where the org's address is not safe."""
    refuse_open_http(login_url)
    return Try(login_url, client_id, callback, SCOPES, "Sign in again.")


def visitor(one: Try, said: Mapping[str, str], *, clock: Clock, sleep: Callable[[float], None]) -> Visitor:
    """Give who came back from the org with this answer.

    Raises Rejected where the answer is not this try's or the person may not come in, SessionDead where the org refuses
    the code, Retryable where it is not there.
    """
    code = one.code(said)
    with door_of(one.login_url, _ONCE, clock, sleep) as door:
        token = token_in(exchange(door, one.login_url, one.form(code)), one.login_url)
        try:
            told = _told(door, token)
        finally:
            _give_back(door, token)
    if not told.active:
        raise Rejected(f"{told.preferred_username} is not active", where=one.login_url, fix="Ask an admin of the org.")
    internal = told.user_type in {_INTERNAL, ""}
    return Visitor(told.organization_id, told.user_id, told.preferred_username, told.name, internal)


def _told(door: Door, token: Token) -> _Told:
    bearer = {"Authorization": f"Bearer {token.secret}"}
    send = lambda: door.http.get(token.instance_url + _USERINFO, headers=bearer)  # noqa: E731  sent once or again
    answer = ask(door, send, token.instance_url, f"GET {_USERINFO}")
    try:
        if answer.is_success:
            return msgspec.convert(decode(answer.content), _Told)
        why = f"it answered {answer.status_code}"
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        why = str(error)
    raise Rejected(
        f"the org does not say who signed in: {why}",
        where=token.instance_url,
        fix=f"Give the app the scopes `{SCOPES}`.",
    )


def _give_back(door: Door, token: Token) -> None:
    with suppress(Retryable):  # it reads nothing but who it is, and dies of itself
        revoke(door, token.instance_url, token.secret)
