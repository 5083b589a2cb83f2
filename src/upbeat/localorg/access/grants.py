"""What people granted to apps: codes on their way, refresh tokens, and approvals that outlive both."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from upbeat.base import Clock
from upbeat.localorg.access.apps import ConnectedApp
from upbeat.localorg.access.secrets import digest, fresh
from upbeat.localorg.storage import Storage

CODE_LIVES: Final = timedelta(minutes=15)
"""How long an authorization code may wait to be exchanged, as Salesforce documents it."""

_MOST_CODES: Final = 1_000  # on their way at a time
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS "_approvals" (
        client_id TEXT, user_id TEXT, scopes TEXT NOT NULL, PRIMARY KEY (client_id, user_id)
    )""",
    """CREATE TABLE IF NOT EXISTS "_refresh_tokens" (
        digest TEXT PRIMARY KEY, authorization TEXT NOT NULL, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
        scopes TEXT NOT NULL, issued REAL NOT NULL, spent INTEGER NOT NULL
    )""",
)


@dataclass(frozen=True, slots=True)
class Code:
    """What an authorization code stands for."""

    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    nonce: str
    issued: datetime


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh token stands for. All that come from one consent share an authorization."""

    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    authorization: str
    issued: float
    spent: bool


class Grants:
    """Codes live in memory and die with the process; the rest is kept, tokens as digests."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        """Keep them in this storage."""
        self._storage, self._clock = storage, clock
        self._lock = Lock()
        self._codes: dict[str, Code] = {}
        for statement in _TABLES:
            storage.execute(statement)

    def approve(self, client_id: str, user_id: str, scopes: tuple[str, ...]) -> None:
        """Remember that a user approved an app; scopes add up over approvals."""
        whole = " ".join(dict.fromkeys((*self.approved(client_id, user_id), *scopes)))
        with self._storage.transaction():
            self._storage.execute('INSERT OR REPLACE INTO "_approvals" VALUES (?, ?, ?)', (client_id, user_id, whole))

    def approved(self, client_id: str, user_id: str) -> tuple[str, ...]:
        """Give the scopes that a user approved for an app."""
        sql = 'SELECT scopes FROM "_approvals" WHERE client_id=? AND user_id=?'
        found = self._storage.execute(sql, (client_id, user_id))
        return tuple(found[0][0].split()) if found else ()

    def issue_code(self, code: Code) -> str:
        """Give a new code that stands for this."""
        text = f"aPrx{fresh(76)}"
        with self._lock:
            for key in [key for key, one in self._codes.items() if self._clock.now() >= one.issued + CODE_LIVES]:
                del self._codes[key]
            while len(self._codes) >= _MOST_CODES:
                del self._codes[next(iter(self._codes))]
            self._codes[digest(text)] = code
        return text

    def take_code(self, text: str) -> Code | None:
        """Give what a code stands for, once, however the exchange ends. It may have died of age since."""
        with self._lock:
            return self._codes.pop(digest(text), None)

    def issue_refresh(self, app: ConnectedApp, user_id: str, scopes: tuple[str, ...], authorization: str) -> str:
        """Give a new refresh token of an authorization; those it had before are spent."""
        token = f"5Aep{fresh(83)}"
        with self._storage.transaction():
            self._storage.execute('UPDATE "_refresh_tokens" SET spent=1 WHERE authorization=?', (authorization,))
            now = self._clock.now().timestamp()
            row = (digest(token), authorization, app.client_id, user_id, " ".join(scopes), now, 0)
            self._storage.execute('INSERT INTO "_refresh_tokens" VALUES (?, ?, ?, ?, ?, ?, ?)', row)
        return token

    def find_refresh(self, token: str) -> Refresh | None:
        """Give what a refresh token stands for: a spent one too."""
        sql = 'SELECT client_id, user_id, scopes, authorization, issued, spent FROM "_refresh_tokens" WHERE digest=?'
        rows: list[Any] = self._storage.execute(sql, (digest(token),))
        if not rows:
            return None
        client_id, user_id, scopes, authorization, issued, spent = rows[0]
        return Refresh(client_id, user_id, tuple(scopes.split()), authorization, issued, bool(spent))

    def revoke(self, authorization: str) -> None:
        """End every refresh token of an authorization, and the approval that it was."""
        sql = 'SELECT DISTINCT client_id, user_id FROM "_refresh_tokens" WHERE authorization=?'
        with self._storage.transaction():
            for row in self._storage.execute(sql, (authorization,)):
                self._storage.execute('DELETE FROM "_approvals" WHERE client_id=? AND user_id=?', row)
            self._storage.execute('DELETE FROM "_refresh_tokens" WHERE authorization=?', (authorization,))

    def revoke_app(self, client_id: str) -> None:
        """End every refresh token and every approval of an app."""
        with self._storage.transaction():
            self._storage.execute('DELETE FROM "_approvals" WHERE client_id=?', (client_id,))
            self._storage.execute('DELETE FROM "_refresh_tokens" WHERE client_id=?', (client_id,))
