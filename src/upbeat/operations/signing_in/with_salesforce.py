"""Signing in with Salesforce: the org says who it is, Upbeat begins a session for them.

What a try knows goes along in the person's own browser, closed with the key of the ledger: nobody who only comes by
leaves a row behind, and no answer fits another browser's try.
"""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from upbeat.base import decode, encode
from upbeat.ledger import LedgerError
from upbeat.operations.house import House, Refused
from upbeat.operations.signing_in.sessions import How, Opened, open_session
from upbeat.operations.signing_in.standing import look
from upbeat.salesforce import Try, begin_visit, visitor

PATIENCE: Final = timedelta(minutes=10)
"""How long somebody may take at the org's log-in page."""

_NAME: Final = "a try to sign in"  # what is closed is bound to it


@dataclass(frozen=True, slots=True)
class App:
    """The org's log-in address, the app of the org that people sign in with, and the callback that it names."""

    login_url: str
    client_id: str
    callback: str


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it keeps meanwhile: `kept` opens for us alone."""

    address: str
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    one: Try
    to: str
    began: datetime


def begin_sign_in(house: House, app: App, to: str) -> Begun:
    """Begin a try. `to` is where the person wants to go, a path of the console, which comes back with them."""
    one = begin_visit(app.login_url, app.client_id, app.callback)
    closed = house.ledger.hide(_NAME, encode(_Kept(one, to, house.clock.now())))
    return Begun(one.address, urlsafe_b64encode(closed).decode())


def finish_sign_in(
    house: House, app: App, kept: str, said: Mapping[str, str], *, sleep: Callable[[float], None] = time.sleep
) -> tuple[Opened, str]:
    """Begin a session for who comes back from the org with this answer; give where they wanted to go as well.

    Raises Refused where the browser began no such try, or too long ago, and where the person is no active user of the
    house itself; Rejected or SessionDead where the answer is not the try's, or the org refuses it; StoreError where it
    is another org; Retryable where the org is away.
    """
    begun = _open(house, kept)
    if begun.one.client_id != app.client_id or begun.one.callback != app.callback:
        raise Refused("the settings have changed since you began to sign in", fix="Sign in again.")
    found = visitor(begun.one, said, clock=house.clock, sleep=sleep)
    house.store.claim_org(found.org_id)
    if not found.internal:
        fix = "The console is for the org's own users."
        raise Refused(f"{found.username} is a login for customers or partners", fix=fix)
    standing = look(house, found.username)
    return open_session(house, standing.username, How.SALESFORCE), begun.to


def _open(house: House, kept: str) -> _Kept:
    again = "Sign in again, in one browser, and with its cookies on."
    try:
        found = decode(house.ledger.show(_NAME, urlsafe_b64decode(kept.encode())), _Kept)
    except (LedgerError, ValueError) as error:
        raise Refused("this browser did not begin to sign in", fix=again) from error
    if house.clock.now() - found.began > PATIENCE:
        raise Refused(f"it took longer than {PATIENCE.seconds // 60} minutes to sign in", fix="Sign in again.")
    return found
