"""What connects this workspace, and what is secret of it: who logs in to what, with what, and whether it lies safely.

Nothing here opens a secret, and nothing asks the org.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_IMODE

from sqlalchemy import select

from upbeat.ledger import Kind, Stored
from upbeat.operations.house import House
from upbeat.store.connection import Disconnection, disconnection
from upbeat.store.tables import ledger_entries, ledger_seals
from upbeat.workflows import Connection, Settings, load_settings


@dataclass(frozen=True, slots=True)
class Connected:
    """One identity of ours somewhere else. `way` is how it logs in, `purpose` what it is for, in words."""

    name: str
    purpose: str
    client_id: str
    way: str
    where: str


@dataclass(frozen=True, slots=True)
class Change:
    """That somebody connected or disconnected something."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Connections:
    """Everything that this workspace reaches."""

    login_url: str
    stream: str
    disconnected: Disconnection | None
    identities: tuple[Connected, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of ours that is secret or proves something. `problem` is empty where it lies as it should."""

    name: str
    what: str
    path: str
    there: bool
    problem: str


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """The files, and up to where the history is sealed."""

    files: tuple[Kept, ...]
    sealed: int
    sealed_at: datetime | None


_LATEST = 20  # changes that are shown
_WORDS = {Kind.CONNECTED: "connected", Kind.DISCONNECTED: "disconnected"}


def connections(house: House) -> Connections:
    """Give what upbeat.yaml connects, with who last changed it. Raises DefinitionError where the file is wrong."""
    settings, table = load_settings(house.folder), ledger_entries.c
    latest = select(table.id).where(table.kind.in_(_WORDS)).order_by(table.seq.desc()).limit(_LATEST)
    with house.store.reading() as conn:
        ids = conn.scalars(latest).all()
        entries = house.ledger.read_all(conn, ids)
        left = disconnection(conn)
    changes = tuple(Change(one.at, one.actor, _told(one)) for one in (entries[key] for key in ids))
    org = settings.org
    return Connections(org.login_url, org.stream or "", left, tuple(_identities(settings)), changes)


def kept_keys(house: House) -> KeptKeys:
    """Give the files that are secret, and whether only their owner reads them."""
    settings = load_settings(house.folder)
    keys, store = settings.path(settings.keys), settings.path(settings.store)
    secrets = store.with_suffix(".secrets")
    files = [
        ("The ledger's keys", "close what entries say, and sign their seals", keys / "ledger.key"),
        ("The vault's key", "opens the file of secrets", keys / "vault.key"),
        ("The file of secrets", "what connections log in with, where there is no keyring", secrets),
        ("The store", "runs, reviews, the history", store),
        ("The anchor", "the history's head, outside the store", settings.path(settings.anchor)),
    ]
    seals = ledger_seals.c
    with house.store.reading() as conn:
        last = conn.execute(select(seals.last, seals.at).order_by(seals.number.desc()).limit(1)).one_or_none()
    sealed, at = (0, None) if last is None else (last[0], last[1])
    return KeptKeys(tuple(_kept(*one) for one in files), sealed, at)


def _told(entry: Stored) -> str:
    said: dict[str, object] = entry.payload or {}  # empty where it was erased
    return f"{_WORDS[entry.kind]} {said.get('connection', 'the org')}"


def _identities(settings: Settings) -> Iterator[Connected]:
    org, console = settings.org, settings.console
    yield _of_org("reading", "sees what workflows read, and changes nothing", org.reading)
    if org.writing is not None:
        yield _of_org("writing", "writes what the gate has cleared", org.writing)
    if org.approving is not None:
        for user in org.approving.users:
            what = "writes what they approved, in their own name"
            yield Connected(user, what, org.approving.client_id, "a consent in the browser", "the vault")
    if console.client_id is not None:
        what = "says who signs in here, and reads no record"
        yield Connected("console", what, console.client_id, "each person's own log-in (PKCE)", console.address)
    if (mail := settings.mail) is not None:
        way = f"as {mail.username}" if mail.username else "as nobody"
        yield Connected("mail", f"sends from {mail.sender}", "", way, f"{mail.host}:{mail.port}")


def _of_org(name: str, purpose: str, one: Connection) -> Connected:
    if one.key_file is not None:
        return Connected(name, purpose, one.client_id, f"a key, as {one.username}", one.key_file)
    if one.secret_file is not None:
        return Connected(name, purpose, one.client_id, "the app's secret", one.secret_file)
    if one.secret_env is not None:
        return Connected(name, purpose, one.client_id, "the app's secret", f"the variable {one.secret_env}")
    way = "a consent in the browser" if one.kept == "consent" else "the app's secret"
    return Connected(name, purpose, one.client_id, way, "the vault")


def _kept(name: str, what: str, path: Path) -> Kept:
    if not path.exists():
        return Kept(name, what, str(path), there=False, problem="")
    is_open = S_IMODE(path.stat().st_mode) & 0o077
    return Kept(name, what, str(path), there=True, problem=f"others can read it: chmod 600 {path}" if is_open else "")
