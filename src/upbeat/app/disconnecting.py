"""Leaving an org: take back what logs in, say what stays there, and erase what is here where that is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from upbeat.app.identities import READING, WRITING, consent_name, secret_name
from upbeat.app.workspace import Workspace
from upbeat.base import UpbeatError
from upbeat.ledger import Entry, Kind
from upbeat.operations import Refused, Remaining, remaining
from upbeat.salesforce import Session
from upbeat.workflows import Connection


@dataclass(frozen=True, slots=True)
class Left:
    """One identity that left: whether the org took its token back, why not, and what admins may remove there."""

    connection: str
    client_id: str
    username: str
    revoked: bool
    why: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """What was done, and what stays: here, and in Salesforce.

    `forgotten` names the secrets that were erased here, `kept` those that are not ours to erase; `erased` are files.
    """

    org: str
    identities: tuple[Left, ...]
    forgotten: tuple[str, ...]
    kept: tuple[str, ...]
    remaining: Remaining
    erased: tuple[str, ...]


def disconnect(space: Workspace, by: str, *, erase: bool = False) -> Disconnected:
    """Take back every identity's token at the org, forget here what logs in, and `erase` the local data if wanted.

    An org that does not answer keeps nobody: what it did not take back is said. Raises Refused while an engine runs.
    """
    if space.house.engine_runs:
        raise Refused("an engine runs on this workspace", fix="End it first; `upbeat stop` halts its writes at once.")
    org, identities = space.settings.org, list[Left]()
    stays = remaining(space.house, space.reading_needs)
    for name, connection in ((READING, org.reading), (WRITING, org.writing)):
        if connection is not None:
            identities.append(_leave(space, name, connection))
    forgotten, kept = _forget(space)
    payload = {"identities": identities, "forgotten": forgotten}
    with space.store.writing() as conn:
        space.ledger.append(conn, [Entry(Kind.DISCONNECTED, by, payload)])
    space.ledger.seal(space.store)
    erased = _erase(space) if erase else ()
    return Disconnected(org.login_url, tuple(identities), forgotten, kept, stays, erased)


def _leave(space: Workspace, name: str, connection: Connection) -> Left:
    username = ""
    try:
        session = _session(space, name)
        username = session.identity().username
        return Left(name, connection.client_id, username, session.log_out(), "")
    except UpbeatError as error:
        return Left(name, connection.client_id, username, revoked=False, why=error.what)


def _session(space: Workspace, name: str) -> Session:
    return space.reading if name == READING else space.writing


def _forget(space: Workspace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase what logs in, and say what is left of it: a variable of the environment, a key that is the user's own."""
    settings, forgotten, kept = space.settings, list[str](), list[str]()
    with space.vault.alone():
        for name in (READING, WRITING):
            forgotten += [what for what in (secret_name(name), consent_name(name)) if space.vault.forget(what)]
    for connection in filter(None, (settings.org.reading, settings.org.writing)):
        if connection.secret_env is not None:
            kept.append(f"the environment variable {connection.secret_env}")
        if connection.key_file is not None:
            kept.append(str(settings.path(connection.key_file)))
        if connection.secret_file is not None:
            file = settings.path(connection.secret_file)
            if file.is_relative_to(space.folder):
                file.unlink(missing_ok=True)
                forgotten.append(str(file))
            else:
                kept.append(str(file))
    return tuple(forgotten), tuple(kept)


def _erase(space: Workspace) -> tuple[str, ...]:
    """Erase the store, what stands beside it, the ledger's keys and anchor; the files that a person wrote stay."""
    store, keys = space.settings.path(space.settings.store), space.settings.path(space.settings.keys)
    space.store.close()
    beside = (one for one in store.parent.glob(f"{store.stem}.*") if one.is_file() and one.suffix != ".yaml")
    ours = [store, *beside, keys / "ledger.key", keys / "vault.key", space.settings.path(space.settings.anchor)]
    return tuple(_unlinked(dict.fromkeys(ours)))


def _unlinked(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        if file.exists():
            file.unlink()
            yield str(file)
