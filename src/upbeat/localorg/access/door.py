"""The org's door: what it knows of apps, people and sessions, and the day's calls of the API."""

from datetime import date, datetime

from upbeat.base import Clock
from upbeat.localorg import problems
from upbeat.localorg.access.apps import Apps, ConnectedApp
from upbeat.localorg.access.grants import Grants
from upbeat.localorg.access.people import People
from upbeat.localorg.access.sessions import Session, Sessions
from upbeat.localorg.problems import OrgError, Refused
from upbeat.localorg.storage import Storage


class Access:
    """Who may come in. Whatever is secret stands in the org's file as a digest, so a restarted server knows it."""

    def __init__(self, storage: Storage, clock: Clock, org_id: str) -> None:
        """Keep it in this storage."""
        self.apps = Apps(storage)
        self.people = People(storage, clock)
        self.grants = Grants(storage, clock)
        self.sessions = Sessions(storage, clock, org_id)
        self.allowed = 100_000  # calls a day
        self.used = 0  # of them today, since the org was opened
        self._day: date | None = None

    def count(self, now: datetime) -> None:
        """Count one call of the API. Raises Refused (403) where the day's calls are used up."""
        if self._day != now.date():
            self._day, self.used = now.date(), 0
        if self.used >= self.allowed:
            raise Refused(403, problems.no_calls_left())
        self.used += 1

    def connect(self, app: ConnectedApp, secret: str = "") -> None:
        """Define a connected app. Raises OrgError for an app that nobody could use, or to run as no known user."""
        if app.run_as and self.people.find(app.run_as) is None:
            raise OrgError(f"there is no user {app.run_as}", fix="Create the user first.")
        self.apps.connect(app, secret)

    def disconnect(self, client_id: str) -> None:
        """Remove a connected app, with its sessions and all that people granted to it. Raises OrgError for no app."""
        self.apps.remove(client_id)
        self.grants.revoke_app(client_id)
        self.sessions.end(client_id=client_id)

    def set_password(self, username: str, password: str) -> None:
        """Let a person log in with this password. Raises OrgError for no such user, or too short a password."""
        self.people.set_password(username, password)

    def session_for(self, username: str, password: str) -> tuple[str, str] | None:
        """Log a person in, as SOAP's login() does: the new session's token and the user's id, or None."""
        person = self.people.enter(username, password)
        return (self.sessions.begin(person.id)[0], person.id) if person else None

    def token_for(self, username: str) -> str:
        """Give a token of a new session for a user whom whoever holds the org's file means. Raises OrgError."""
        person = self.people.find(username)
        if person is None or not person.active:
            raise OrgError(f"there is no active user {username}", fix="Name one by the username.")
        return self.sessions.begin(person.id)[0]

    def user_of(self, token: str) -> str:
        """Give the id of the user behind a token that the APIs take. Raises Refused (401) where they do not."""
        session = self.session_of(token)
        if not session.reaches_api:
            raise Refused(401, problems.not_for_rest())
        return session.user_id

    def session_of(self, token: str) -> Session:
        """Give the session of a token. Raises Refused (401) where there is none."""
        session = self.sessions.find(token)
        if session is None:
            raise Refused(401, problems.no_session())
        return session
