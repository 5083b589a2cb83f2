"""Leaving an org: take back what logs in, say what stays there, and erase what is here where that is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from upbeat.app.approvers import Left, approvers_of, leave_approver
from upbeat.app.identities import READING, WRITING, approver, consent_name, secret_name
from upbeat.app.messages import PASSWORD, TOKEN
from upbeat.app.workspace import Workspace
from upbeat.base import UpbeatError
from upbeat.ledger import Entry, Kind
from upbeat.operations import Asker, Refused, Remaining, remaining
from upbeat.salesforce import Session
from upbeat.store import connection
from upbeat.store.connection import Disconnection
from upbeat.workflows import Connection


@dataclass(frozen=True, slots=True)
class Disconnected:
    """What was done, and what stays: here, and in Salesforce.

    `by` is who asked. `before` is who had disconnected it already: then there was no identity to leave with.
    `forgotten` names the secrets that were erased here, `kept` those that are not ours to erase; `erased` are files.
    """

    org: str
    by: Asker
    before: Disconnection | None
    identities: tuple[Left, ...]
    forgotten: tuple[str, ...]
    kept: tuple[str, ...]
    remaining: Remaining
    erased: tuple[str, ...]


def disconnect(space: Workspace, by: str, *, erase: bool = False) -> Disconnected:
    """Take back every identity's token at the org, forget here what logs in, and `erase` the local data if wanted.

    An org that does not answer keeps nobody: what it did not take back is said, and who asks stands unchecked.
    Raises Refused while an engine runs, where the org knows nobody by that name, and where policy gives it to others.
    """
    if space.house.engine_runs:
        raise Refused("an engine runs on this workspace", fix="End it first; `upbeat stop` halts its writes at once.")
    org, identities, before = space.settings.org, list[Left](), space.disconnection
    asker = space.house.asker(by, without=UpbeatError)
    space.house.allow(asker.username, "connect")
    stays = remaining(space.house, space.reading_needs)
    for name, one in ((READING, org.reading), (WRITING, org.writing)):
        if one is not None and before is None:
            identities.append(_leave(space, name, one))
    identities += [leave_approver(space, one) for one in approvers_of(space.settings)] if before is None else []
    forgotten, kept = _forget(space)
    payload = {"identities": identities, "forgotten": forgotten, "unchecked": asker.unchecked}
    if before is None:
        with space.store.writing() as conn:
            space.ledger.append(conn, [Entry(Kind.DISCONNECTED, asker.username, payload)])
            connection.disconnect(conn, by=asker.username, now=space.clock.now())
        space.ledger.seal(space.store)
    erased = _erase(space) if erase else ()
    return Disconnected(org.login_url, asker, before, tuple(identities), forgotten, kept, stays, erased)


def _leave(space: Workspace, name: str, leaver: Connection) -> Left:
    username = ""
    try:
        session = _session(space, name)
        username = session.identity().username
        return Left(name, leaver.client_id, username, session.log_out(), "")
    except UpbeatError as error:
        return Left(name, leaver.client_id, username, revoked=False, why=error.what)


def _session(space: Workspace, name: str) -> Session:
    return space.reading if name == READING else space.writing


def _forget(space: Workspace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase what logs in, and say what is left of it: a variable of the environment, a key that is the user's own."""
    settings, forgotten, kept = space.settings, list[str](), list[str]()
    with space.vault.alone():
        for name in (READING, WRITING):
            forgotten += [what for what in (secret_name(name), consent_name(name)) if space.vault.forget(what)]
        consents = [consent_name(approver(one)) for one in approvers_of(settings)]
        forgotten += [what for what in (*consents, PASSWORD, TOKEN) if space.vault.forget(what)]
    for one in filter(None, (settings.org.reading, settings.org.writing)):
        if one.secret_env is not None:
            kept.append(f"the environment variable {one.secret_env}")
        if one.key_file is not None:
            kept.append(str(settings.path(one.key_file)))
        if one.secret_file is not None:
            file = settings.path(one.secret_file)
            if not file.is_relative_to(space.folder):
                kept.append(str(file))
            elif file.exists():
                file.unlink()
                forgotten.append(str(file))
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
