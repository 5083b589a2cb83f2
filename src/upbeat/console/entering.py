"""The door: who comes in, what they may do, and that a request comes from a page of ours."""

import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest, new
from threading import Lock
from typing import Final
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import structlog
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from upbeat.base import UpbeatError
from upbeat.console.asked import Asked, NotAllowedError, NotSignedInError, Viewer
from upbeat.console.cookies import SESSION, Cookies
from upbeat.console.permissions import BY_PEOPLE, Permission
from upbeat.operations import House
from upbeat.operations.signing_in import (
    LONGEST,
    LOOK_EVERY,
    App,
    How,
    Opened,
    Standing,
    find_session,
    find_token,
    look_again,
    standing_of,
    still_stands,
)

TOKEN: Final = "form_token"  # noqa: S105  the name of a field
HEADER: Final = "X-Form-Token"
SAFE: Final = frozenset({"GET", "HEAD"})
_TRY_AGAIN: Final = timedelta(minutes=1)  # after the org did not say whether somebody is still who they were
Asking = Callable[[Request], Awaitable[Asked]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Came:
    """Who came in, and what the forms of their browser carry; a program has none."""

    viewer: Viewer
    form_secret: str


class Door:
    """Lets people in by their session and programs by their token.

    `dev` lets anybody in as anybody, which is for a local org alone. `app` is what people sign in with at the org, None
    where none is named; `address` is where browsers reach the console.
    """

    def __init__(self, house: House, *, dev: bool, app: App | None, address: str) -> None:
        """Begin with whoever has a session in the store."""
        self.house = house
        self.dev = dev
        self.app = app
        self.origin = address
        self.cookies = Cookies(secure=address.startswith("https://"))
        self._asks_the_org = ThreadPoolExecutor(1, "people")
        self._org_away = False  # when it was asked last
        self._asked = dict[str, datetime]()  # when the org was last asked about somebody
        self._lock = Lock()

    def close(self) -> None:
        """Ask the org for nobody any more."""
        self._asks_the_org.shutdown(wait=False, cancel_futures=True)

    def came(self, request: Request) -> Came | None:
        """Give who asks, None where nobody is signed in."""
        named, _, shown = request.headers.get("Authorization", "").partition(" ")
        if named.casefold() == "bearer":
            return self._program(shown.strip())
        opened = find_session(self.house, self.cookies.read(request, SESSION))
        if opened is None or (opened.session.how is How.DEV and not self.dev):
            return None
        return self._person(request, opened)

    def _person(self, request: Request, opened: Opened) -> Came | None:
        session = opened.session
        standing = standing_of(self.house, session.username)
        if standing is None:
            return None
        if opened.cookie:
            self.cookies.keep(request, SESSION, opened.cookie, ends=session.ends, now=self.house.clock.now())
        self._look_again(standing)
        dev = session.how is How.DEV
        return Came(_viewer(standing, standing.permissions, dev=dev), session.form_token)

    def _program(self, shown: str) -> Came | None:
        token = find_token(self.house, shown)
        if token is None or (token.how is How.DEV and not self.dev):
            return None
        standing = standing_of(self.house, token.username)
        if standing is not None and self.house.clock.now() - standing.looked_at >= LONGEST:
            standing = look_again(
                self.house, token.username
            )  # no session is so old: whoever left must not live on in one
        if standing is None:
            return None
        self._look_again(standing)
        return Came(_viewer(standing, standing.permissions & frozenset(token.scopes), token=True), "")

    def still_in(self, request: Request) -> bool:
        """Whether who came in with a request, some time ago, has not gone out since."""
        named, _, shown = request.headers.get("Authorization", "").partition(" ")
        if named.casefold() == "bearer":
            return find_token(self.house, shown.strip()) is not None
        return still_stands(self.house, self.cookies.read(request, SESSION))

    def _look_again(self, standing: Standing) -> None:
        """Have the org asked anew about somebody whom it spoke of long ago. Nobody waits for that: it may be away."""
        now = self.house.clock.now()
        with self._lock:
            asked = self._asked.get(standing.username, standing.looked_at)
            if now - standing.looked_at < LOOK_EVERY or (asked > standing.looked_at and now - asked < _TRY_AGAIN):
                return
            self._asked[standing.username] = now
        self._asks_the_org.submit(self._ask_the_org, standing.username)

    def _ask_the_org(self, username: str) -> None:
        try:
            look_again(self.house, username)
            self._org_away = False
        except UpbeatError as error:
            self._org_away = True
            log.warning("the org does not say whether somebody is still who they were", who=username, why=error.what)

    def asking(self, needs: Permission, *, by_person: bool = False) -> Asking:
        """Give the dependency of a route: it refuses whoever may not, and gives who asks to those that may.

        `by_person` is whether no token does it, whatever it is for.
        """

        async def ask(request: Request) -> Asked:
            came = await run_in_threadpool(self.came, request)
            if came is None:
                raise NotSignedInError("nobody is signed in", fix="Sign in, and ask again.")
            viewer, changes = came.viewer, request.method not in SAFE
            if changes and not viewer.token:
                await self.must_be_ours(request, came)
            if changes and viewer.token and (by_person or needs in BY_PEOPLE):
                raise NotAllowedError("a token does nothing that a person decides", fix="Sign in, and do it there.")
            if not viewer.may(needs):
                fix = "policy.yaml says who may: Settings shows it, and who to ask."
                raise NotAllowedError(f"{viewer.name} may not {needs.says}", fix=fix)
            return self.asked(request, came)

        return ask

    def asked(self, request: Request, came: Came) -> Asked:
        """Give what a page works with for who came in."""
        return Asked(
            house=self.house,
            viewer=came.viewer,
            now=self.house.clock.now(),
            zone=self._zone(request),
            path=request.url.path,
            form_token=_form_token(came),
            nonce=request.state.nonce,
            org_away=self._org_away,
        )

    def _zone(self, request: Request) -> ZoneInfo:
        """Give the org's time zone. One that has not said yet who it is would keep every page waiting."""
        return ZoneInfo("UTC") if request.app.state.live.now.place is None else self.house.get_zone()

    async def must_be_ours(self, request: Request, came: Came) -> None:
        """Hold that what changes something was sent by a page of ours. Raises NotAllowedError."""
        self.must_come_from_here(request)
        shown = request.headers.get(HEADER) or (await request.form(max_files=0)).get(TOKEN)
        salt, _, signed = str(shown or "").partition(".")
        if not signed or not compare_digest(signed.encode(), _sign(salt, came.form_secret).encode()):
            raise NotAllowedError("this page is too old", fix="Load it again, and send the form once more.")

    def is_at_home(self, request: Request) -> bool:
        """Whether a request came to the address by which the console is known."""
        return request.url.netloc == urlsplit(self.origin).netloc

    def must_come_from_here(self, request: Request) -> None:
        """Hold that no page of another site sent this. Raises NotAllowedError."""
        origin = request.headers.get("Origin")
        ours = origin is None or origin == self.origin or origin.partition("://")[2] == request.url.netloc
        if not ours or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise NotAllowedError("this was sent by another site", fix="Open the console and do it there.")


def sign_in_address(request: Request) -> str:
    """Give where to sign in, and come back from to what was asked for."""
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?to={quote(to, safe='')}" if request.method in SAFE else "/sign-in"


def _viewer(
    standing: Standing, permissions: frozenset[Permission], *, token: bool = False, dev: bool = False
) -> Viewer:
    return Viewer(
        standing.username, standing.name, permissions, standing.team, everybody=standing.over_all, token=token, dev=dev
    )


def _form_token(came: Came) -> str:
    """Give what a form of this browser's shows: another in each answer, or its packed size would tell it."""
    salt = secrets.token_hex(8)
    return f"{salt}.{_sign(salt, came.form_secret)}"


def _sign(salt: str, secret: str) -> str:
    return new(secret.encode(), salt.encode(), "sha256").hexdigest()[:32]
