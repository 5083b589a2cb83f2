"""Who may call: client credentials, sessions, and the day's calls of the API."""

from datetime import date, datetime
from hashlib import sha256
from secrets import compare_digest, token_urlsafe

from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.localorg.storage import Storage


class Access:
    """Credentials and sessions, kept in the org's file as digests, so that a restarted server knows them."""

    def __init__(self, storage: Storage, org_id: str) -> None:
        """Keep them in this storage."""
        self._storage = storage
        self._org_id = org_id
        self.allowed = 100_000  # calls a day
        self.used = 0
        self._day: date | None = None
        self._users = dict[str, str](storage.execute('SELECT token, user_id FROM "_sessions"'))

    def count(self, now: datetime) -> None:
        """Count one call of the API. Raises Refused (403) where the day's calls are used up."""
        if self._day != now.date():
            self._day, self.used = now.date(), 0
        if self.used >= self.allowed:
            raise Refused(403, problems.no_calls_left())
        self.used += 1

    def register(self, client_id: str, secret: str, user_id: str) -> None:
        """Let a client log in as a user. A client that is known gets the new secret and user."""
        with self._storage.transaction():
            row = (client_id, _digest(secret), user_id)
            self._storage.execute('INSERT OR REPLACE INTO "_clients" VALUES (?, ?, ?)', row)

    def log_in(self, client_id: str, secret: str) -> tuple[str, str] | None:
        """Give a new session's token and its user's id, or None where the credentials do not hold."""
        found = self._storage.execute('SELECT secret, user_id FROM "_clients" WHERE id=?', (client_id,))
        if not found or not compare_digest(found[0][0], _digest(secret)):
            return None
        token = f"{self._org_id[:15]}!{token_urlsafe(48)}"
        user_id = str(found[0][1])
        with self._storage.transaction():
            self._storage.execute('INSERT INTO "_sessions" VALUES (?, ?)', (_digest(token), user_id))
        self._users[_digest(token)] = user_id
        return token, user_id

    def user_of(self, token: str) -> str:
        """Give the id of the user behind a token. Raises Refused (401) where it is of no session."""
        user_id = self._users.get(_digest(token))
        if user_id is None:
            raise Refused(401, problems.no_session())
        return user_id


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
