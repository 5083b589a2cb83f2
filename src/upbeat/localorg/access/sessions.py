"""Sessions: access tokens, kept as digests, that end by age, on demand, or with the grant that they came from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from upbeat.base import Clock
from upbeat.localorg.access.secrets import digest, fresh
from upbeat.localorg.storage import Storage

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS "_tokens" (
    digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL,
    authorization TEXT NOT NULL, issued REAL NOT NULL, used REAL NOT NULL, minutes INTEGER NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Session:
    """What a token stands for. `authorization` names the refresh tokens that it came from, if any."""

    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    authorization: str
    issued: datetime
    used: datetime
    minutes: int

    @property
    def ends(self) -> datetime:
        """When it ends, if no call comes."""
        return self.used + timedelta(minutes=self.minutes)

    @property
    def reaches_api(self) -> bool:
        """Whether the APIs take it: one that was granted neither `api` nor `full` is alive, and of no use to them."""
        return not {"api", "full"}.isdisjoint(self.scopes)


class Sessions:
    """The sessions that are alive. A restarted server knows them still."""

    def __init__(self, storage: Storage, clock: Clock, org_id: str) -> None:
        """Take up those of the storage."""
        self._storage, self._clock, self._org_id = storage, clock, org_id
        self._lock = Lock()
        storage.execute(_TABLES)
        self._alive = {row[0]: _session(*row[1:]) for row in storage.execute('SELECT * FROM "_tokens"')}

    def begin(
        self,
        user_id: str,
        *,
        client_id: str = "",
        scopes: tuple[str, ...] = ("api",),
        authorization: str = "",
        minutes: int = 120,
    ) -> tuple[str, Session]:
        """Begin a session and give its token, of which the org keeps a digest alone."""
        now = self._clock.now()
        token = f"{self._org_id[:15]}!{fresh()}"
        session = Session(user_id, client_id, scopes, authorization, now, now, minutes)
        self._bury(now)
        with self._storage.transaction():
            at = now.timestamp()
            row = (digest(token), user_id, client_id, " ".join(scopes), authorization, at, at, minutes)
            self._storage.execute('INSERT INTO "_tokens" VALUES (?, ?, ?, ?, ?, ?, ?, ?)', row)
        with self._lock:
            self._alive[digest(token)] = session
        return token, session

    def find(self, token: str) -> Session | None:
        """Give a token's session where it is alive. It lives on from its use once half of its time is over."""
        key, now = digest(token), self._clock.now()
        session = self._alive.get(key)
        if session is None or now >= session.ends:
            return None
        if now - session.used > timedelta(minutes=session.minutes) / 2:
            session = replace(session, used=now)
            with self._lock:
                self._alive[key] = session
            with self._storage.transaction():
                self._storage.execute('UPDATE "_tokens" SET used=? WHERE digest=?', (now.timestamp(), key))
        return session

    def end(
        self,
        *,
        token: str = "",
        authorization: str = "",
        user_id: str = "",
        client_id: str = "",
        everything: bool = False,
    ) -> int:
        """End the sessions of a token, an authorization, a user or an app, or all; give how many that were."""
        key = digest(token) if token else ""
        with self._lock:
            ended = [
                one
                for one, session in self._alive.items()
                if everything
                or one == key
                or (authorization and session.authorization == authorization)
                or (user_id and session.user_id == user_id)
                or (client_id and session.client_id == client_id)
            ]
            for one in ended:
                del self._alive[one]
        self._forget(ended)
        return len(ended)

    def _bury(self, now: datetime) -> None:
        """Forget sessions that have ended."""
        with self._lock:
            dead = [one for one, session in self._alive.items() if now >= session.ends]
            for one in dead:
                del self._alive[one]
        self._forget(dead)

    def _forget(self, keys: list[str]) -> None:
        with self._storage.transaction():
            for one in keys:
                self._storage.execute('DELETE FROM "_tokens" WHERE digest=?', (one,))


def _session(
    user_id: str, client_id: str, scopes: str, authorization: str, issued: float, used: float, minutes: int
) -> Session:
    born, last = (datetime.fromtimestamp(one, UTC) for one in (issued, used))
    return Session(user_id, client_id, tuple(scopes.split()), authorization, born, last, minutes)
