"""Approvers who lend their own name: each logs in once in the browser, and their approved changes are written in it.

Nobody lends anybody else's: whoever logged in must be the user who was named, in the org of this workspace.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upbeat.app.finding import SETTINGS
from upbeat.app.identities import CLIENT_NAMES, WRITING, approver, consent_name
from upbeat.app.settings_file import write_approvers
from upbeat.app.vault import KeptConsent
from upbeat.app.workspace import Workspace
from upbeat.base import Clock, UpbeatError
from upbeat.ledger import Entry, Kind
from upbeat.operations import Refused
from upbeat.salesforce import Session, WebServer, ask_for_consent
from upbeat.workflows import Settings


@dataclass(frozen=True, slots=True)
class Left:
    """One identity that left: whether the org took its token back, why not, and what admins may remove there.

    `username` is empty where the org did not say whom it acted as.
    """

    connection: str
    client_id: str
    username: str
    revoked: bool
    why: str


@dataclass(frozen=True, slots=True)
class Lending:
    """What an approver asks for: who they are, the app they log in with, where their consent is kept.

    `client_id` is empty for the app that others lend their names in already. `show` is given the address for the
    browser; the callback names `port`.
    """

    username: str
    client_id: str
    show: Callable[[str], None]
    port: int
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class Lent:
    """What is so now: whose approved changes are written in their own name, and where their consent lies."""

    username: str
    org_id: str
    kept_in: str
    approvers: tuple[str, ...]


def connect_approver(folder: Path, wish: Lending, *, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> Lent:
    """Have an approver log in, and keep their consent under their username.

    Naming the app belongs to whoever may connect; lending one's own name needs one's own login and nothing else.
    Raises UpbeatError, takes the consent back and keeps nothing, where somebody else logged in, or in another org.
    """
    file = folder / SETTINGS
    with Workspace(folder, clock=clock, sleep=sleep) as space:
        space.house.person(wish.username)
        client_id = _app(space, wish)
        url, kept = space.settings.org.login_url, KeptConsent(space.vault, consent_name(approver(wish.username)))
        before, in_file = space.vault.read(kept.name), space.vault.is_in_file(kept.name)
        secret = ask_for_consent(url, client_id, wish.show, clock=clock, sleep=sleep, port=wish.port)
        kept_in = space.vault.keep(kept.name, secret, in_file=wish.in_file)
        try:
            with Session(WebServer(url, client_id, kept), clock=clock, client_name=CLIENT_NAMES[WRITING]) as session:
                found = session.identity()
                _must_be_who_was_named(session, found.username, wish.username)
                space.store.claim_org(found.org_id)
        except UpbeatError:
            if before is None:
                space.vault.forget(kept.name)
            else:
                space.vault.keep(kept.name, before, in_file=in_file)
            raise
        users = {one.casefold(): one for one in (*approvers_of(space.settings), found.username)}
        write_approvers(file, client_id, tuple(users.values()))
        payload = {"by": found.username, "connection": "approver", "org_id": found.org_id, "login_url": url}
        with space.store.writing() as conn:
            space.ledger.append(conn, [Entry(Kind.CONNECTED, found.username, payload)])
    return Lent(found.username, found.org_id, kept_in, tuple(users.values()))


def disconnect_approver(space: Workspace, username: str, by: str) -> Left:
    """Take back the name that an approver lent: they do it themselves, or whoever may connect."""
    known = {one.casefold(): one for one in approvers_of(space.settings)}
    if username.casefold() not in known:
        raise Refused(f"{username} lends nobody their name", fix=f"Who does: {', '.join(known.values()) or 'nobody'}.")
    person = space.house.asker(by, without=UpbeatError).username
    if person.casefold() != username.casefold():
        space.house.allow(person, "connect")
    left = leave_approver(space, known.pop(username.casefold()))
    with space.vault.alone():
        space.vault.forget(consent_name(approver(username)))
    approving = space.settings.org.approving
    write_approvers(space.folder / SETTINGS, approving.client_id if approving else "", tuple(known.values()))
    with space.store.writing() as conn:
        space.ledger.append(conn, [Entry(Kind.DISCONNECTED, person, {"connection": "approver", "identity": left})])
    return left


def approvers_of(settings: Settings) -> tuple[str, ...]:
    """Give who lends their name, by username."""
    approving = settings.org.approving
    return () if approving is None else approving.users


def leave_approver(space: Workspace, username: str) -> Left:
    """Have the org take back what an approver's connection logs in with; an org that does not is said."""
    approving = space.settings.org.approving
    client_id = "" if approving is None else approving.client_id
    try:
        session = space.lent(username)
        revoked = session is not None and session.log_out()
    except UpbeatError as error:
        return Left(approver(username), client_id, username, revoked=False, why=error.what)
    return Left(approver(username), client_id, username, revoked, "")


def _app(space: Workspace, wish: Lending) -> str:
    """Give the app that names are lent in; another one is named by whoever may connect."""
    approving = space.settings.org.approving
    if approving is None or wish.client_id not in {"", approving.client_id}:
        if not wish.client_id:
            raise Refused("no app is named in which names are lent", fix="Add --client-id, the app's consumer key.")
        if approving is not None:
            fix = f"First have these leave it: {', '.join(approving.users)}."
            raise Refused(f"names are lent in the app {approving.client_id}", fix=fix)
        space.house.allow(wish.username, "connect")
        return wish.client_id
    return approving.client_id


def _must_be_who_was_named(session: Session, found: str, named: str) -> None:
    if found.casefold() != named.casefold():
        session.log_out()
        raise Refused(
            f"{found} logged in, and {named} was named: nobody lends a name that is not theirs",
            fix=f"Log out of Salesforce in the browser, and have {named} log in.",
        )
