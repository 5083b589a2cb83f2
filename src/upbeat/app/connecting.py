"""Connecting a workspace to an org: log in, see that it is the org that was meant, keep what logs in, write it down.

Nothing stands in upbeat.yaml before the org has been seen; nothing secret ever does.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from upbeat.app.finding import SETTINGS
from upbeat.app.identities import CLIENT_NAMES, READING, WRITING, consent_name, secret_name
from upbeat.app.settings_file import write_connection
from upbeat.app.vault import KeptConsent, Vault
from upbeat.app.workspace import Workspace
from upbeat.base import Clock, UpbeatError
from upbeat.ledger import Entry, Kind
from upbeat.salesforce import (
    PUBSUB,
    ClientCredentials,
    Credentials,
    JwtBearer,
    Organization,
    Reader,
    Rejected,
    Retryable,
    Session,
    Subscriber,
    WebServer,
    ask_for_consent,
    is_loopback,
)
from upbeat.store import connection


@dataclass(frozen=True, slots=True)
class BySecret:
    """Client credentials: the consumer secret, from where `named` says, or to be kept where that is empty."""

    client_id: str
    secret: str = field(repr=False)
    named: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ByKey:
    """JWT bearer: the user who is acted as, and the key that signs for them."""

    client_id: str
    username: str
    key_file: Path


@dataclass(frozen=True, slots=True)
class ByConsent:
    """A person's consent in the browser. `show` is given the address; the callback names `port`."""

    client_id: str
    show: Callable[[str], None]
    port: int


LogIn = BySecret | ByKey | ByConsent


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for: which org, whether it is a sandbox, which identity, how it logs in, where its stream is.

    `stream` is empty for none, and None where nothing is said of it: what is set for that org stays, and another one
    streams from Salesforce's own address, where it is no local one.

    `in_file` keeps secrets in the encrypted file though there is a keyring. `by` is who asks, where the policy minds.
    """

    url: str
    sandbox: bool
    log_in: LogIn
    writing: bool = False
    stream: str | None = None
    in_file: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """What is so now. `streamed` and `polled` are the objects that workflows start on."""

    connection: str
    org_id: str
    org_name: str
    sandbox: bool
    username: str
    instance_url: str
    kept_in: str
    person_accounts: bool
    streamed: tuple[str, ...]
    polled: tuple[str, ...]
    calls_left: int | None
    calls_allowed: int | None


def connect(folder: Path, wish: Wish, *, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> Connected:
    """Connect the workspace in `folder` as a person wishes.

    Raises UpbeatError, and leaves upbeat.yaml and what was kept as they were, where the org is another one than was
    said, does not let the identity in, or does not speak the API version that Upbeat is made for; and where policy
    gives it to others.
    """
    name = WRITING if wish.writing else READING
    with Workspace(folder, clock=clock, sleep=sleep) as space, ExitStack() as undo:
        space.house.allow(wish.by, "connect")
        if wish.writing and wish.url.rstrip("/") != space.settings.org.login_url.rstrip("/"):
            raise UpbeatError(
                f"the workspace reads from {space.settings.org.login_url}",
                where=str(folder / SETTINGS),
                fix="Connect the writing identity to the same org.",
            )
        log_in = _given(space.vault, name, wish, clock, sleep, undo)
        with Session(log_in, clock=clock, client_name=CLIENT_NAMES[name], sleep=sleep) as session:
            reader = Reader(session)
            identity, organization = session.identity(), reader.organization()
            _must_be_what_was_said(organization, wish)
            space.store.claim_org(organization.id)
            stream, streamed, polled = _stream(space, session, wish, clock)
            person_accounts = _has_person_accounts(reader)
            kept_in = _keep(space.vault, name, wish, undo)
            usage = session.usage
        write_connection(folder / SETTINGS, wish.url, name, _written(wish.log_in, folder), stream)
        undo.pop_all()  # it stands: nothing is taken back any more
        payload = {
            "by": wish.by,
            "connection": name,
            "org_id": organization.id,
            "sandbox": organization.sandbox,
            "login_url": wish.url,
            "log_in": type(wish.log_in).__name__,
        }
        with space.store.writing() as conn:
            space.ledger.append(conn, [Entry(Kind.CONNECTED, identity.username, payload)])
            connection.connect(conn)
    return Connected(
        connection=name,
        org_id=organization.id,
        org_name=organization.name,
        sandbox=organization.sandbox,
        username=identity.username,
        instance_url=identity.instance_url,
        kept_in=kept_in,
        person_accounts=person_accounts,
        streamed=streamed,
        polled=polled,
        calls_left=usage.left if usage else None,
        calls_allowed=usage.allowed if usage else None,
    )


def _given(
    vault: Vault, name: str, wish: Wish, clock: Clock, sleep: Callable[[float], None], undo: ExitStack
) -> Credentials:
    """Give what the identity logs in with; a consent is asked for now, and kept, for it is used up by logging in."""
    match wish.log_in:
        case BySecret(client_id=client_id, secret=secret):
            return ClientCredentials(wish.url, client_id, secret)
        case ByKey(client_id=client_id, username=username, key_file=key_file):
            return JwtBearer(wish.url, client_id, username, key_file)
        case ByConsent(client_id=client_id, show=show, port=port):
            secret = ask_for_consent(wish.url, client_id, show, clock=clock, sleep=sleep, port=port)
            _put(vault, consent_name(name), secret, wish, undo)
            return WebServer(wish.url, client_id, KeptConsent(vault, consent_name(name)))


def _keep(vault: Vault, name: str, wish: Wish, undo: ExitStack) -> str:
    """Keep what the identity logs in with, and give where it lies, in words."""
    match wish.log_in:
        case BySecret(named={**named}) if named:
            return next(iter(named.values()))
        case BySecret(secret=secret):
            return _put(vault, secret_name(name), secret, wish, undo)
        case ByKey(key_file=key_file):
            return str(key_file)
        case ByConsent():
            return str(vault.place(consent_name(name)))


def _put(vault: Vault, what: str, secret: str, wish: Wish, undo: ExitStack) -> str:
    """Keep a secret, and take it back where the connection does not come to stand."""
    before = vault.read(what)
    in_file = vault.is_in_file(what)
    if before is None:
        undo.callback(vault.forget, what)
    else:
        undo.callback(vault.keep, what, before, in_file=in_file)
    return vault.keep(what, secret, in_file=wish.in_file)


def _must_be_what_was_said(organization: Organization, wish: Wish) -> None:
    if organization.sandbox != wish.sandbox:
        found, said = ("a sandbox", "production") if organization.sandbox else ("a production org", "a sandbox")
        raise UpbeatError(
            f"{organization.name} ({organization.id}) is {found}, and you said {said}: nothing was connected",
            where=wish.url,
            fix=f"Check the address; where it is the org that you mean, say --{found.split()[1]}.",
        )


def _has_person_accounts(reader: Reader) -> bool:
    """Whether the org has person accounts: Account then has a field that says so of each row."""
    try:
        return any(one["name"] == "IsPersonAccount" for one in reader.describe("Account")["fields"])
    except Rejected:  # it may not see accounts at all
        return False


def _stream(
    space: Workspace, session: Session, wish: Wish, clock: Clock
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Give where the stream is, and which of the objects that workflows start on come over it; the rest is polled."""
    objects = tuple(sorted({one.trigger.object for one in space.definitions.workflows}))
    address = _source(space, wish) if wish.stream is None else wish.stream
    if not address:
        return "", (), objects
    with Subscriber(session, clock, address=address) as asking:
        try:
            told = {name: asking.streams(name) for name in objects}
        except Retryable as error:
            raise UpbeatError(
                f"the stream does not answer: {error.what}",
                where=address,
                fix="Check the address and that port 7443 is let out, or say --stream none: then all is polled.",
            ) from error
    streamed = tuple(name for name in objects if told[name])
    return address, streamed, tuple(name for name in objects if not told[name])


def _source(space: Workspace, wish: Wish) -> str:
    org = space.settings.org
    if wish.url.rstrip("/") == org.login_url.rstrip("/"):
        return org.stream or ""
    return "" if is_loopback(wish.url) else PUBSUB


def _written(log_in: LogIn, folder: Path) -> dict[str, str]:
    """Give what upbeat.yaml says of a connection: never a secret, only where it is."""
    match log_in:
        case BySecret(named=named):
            how = named or {"kept": "secret"}
        case ByKey(username=username, key_file=key_file):
            whole, home = key_file.absolute(), folder.absolute()
            file = whole.relative_to(home) if whole.is_relative_to(home) else whole
            how = {"username": username, "key_file": str(file)}
        case ByConsent():
            how = {"kept": "consent"}
    return {"client_id": log_in.client_id, **how}
