"""The door: who comes in, what they may do, and that a request comes from a page of ours."""

import secrets
from collections.abc import Awaitable, Callable
from hashlib import sha256
from hmac import compare_digest, new
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from upbeat.console.asked import Asked, NotAllowedError, NotSignedInError, Viewer
from upbeat.console.permissions import Permission
from upbeat.operations import House

COOKIE: Final = "upbeat"
TOKEN: Final = "form_token"  # noqa: S105  the name of a field
HEADER: Final = "X-Form-Token"
SAFE: Final = frozenset({"GET", "HEAD"})
Asking = Callable[[Request], Awaitable[Asked]]


class Door:
    """Lets people in. `dev` lets anybody in as anybody, which is for a local org alone."""

    def __init__(self, house: House, *, dev: bool) -> None:
        """Begin with nobody signed in."""
        self.house = house
        self.dev = dev
        self._inside: dict[str, str] = {}  # usernames by the digest of what their browser holds

    def enter(self, username: str) -> str:
        """Let an active user in; give what their browser shows from now on. Raises Refused where there is none."""
        person = self.house.person(username)
        shown = secrets.token_urlsafe(32)
        self._inside[_digest(shown)] = person.username
        return shown

    def leave(self, request: Request) -> None:
        """End the session that a request shows."""
        self._inside.pop(_digest(request.cookies.get(COOKIE, "")), None)

    def viewer(self, request: Request) -> Viewer | None:
        """Give who asks, None where nobody is signed in."""
        username = self._inside.get(_digest(request.cookies.get(COOKIE, "")))
        if username is None:
            return None
        person = self.house.person(username)
        policy = self.house.policy
        people = self.house.get_people()
        below = [one for one in people.all() if username in people.above(one)]
        allowed = {Permission.OWN, Permission.STOP}
        if below:
            allowed |= {Permission.DECIDE, Permission.WATCH}
        if any(policy.holds(username, role) for role in policy.roles):
            allowed |= set(Permission)
        return Viewer(person.username, person.name, frozenset(allowed), (username, *below), dev=self.dev)

    def asking(self, needs: Permission) -> Asking:
        """Give the dependency of a route: it refuses whoever may not, and gives who asks to those that may."""

        async def ask(request: Request) -> Asked:
            viewer = await run_in_threadpool(self.viewer, request)
            if viewer is None:
                raise NotSignedInError("nobody is signed in", fix="Sign in, and ask again.")
            if request.method not in SAFE:
                await self.must_be_ours(request)
            if not viewer.may(needs):
                fix = "policy.yaml says who may: ask whoever builds your workflows."
                raise NotAllowedError(f"{viewer.name} may not {needs}", fix=fix)
            return Asked(
                house=self.house,
                viewer=viewer,
                now=self.house.clock.now(),
                zone=self.house.get_zone(),
                path=request.url.path,
                form_token=self.form_token(request),
                nonce=request.state.nonce,
            )

        return ask

    def form_token(self, request: Request) -> str:
        """Give what a form of this browser's shows: another in each answer, or its packed size would tell it."""
        salt = secrets.token_hex(8)
        return f"{salt}.{_sign(salt, request.cookies.get(COOKIE, ''))}"

    async def must_be_ours(self, request: Request) -> None:
        """Hold that what changes something was sent by a page of ours. Raises NotAllowedError."""
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.url.netloc:
            raise NotAllowedError("this was sent by another site", fix="Open the console and do it there.")
        shown = request.headers.get(HEADER) or (await request.form()).get(TOKEN)
        salt, _, signed = str(shown or "").partition(".")
        if not signed or not compare_digest(signed, _sign(salt, request.cookies.get(COOKIE, ""))):
            raise NotAllowedError("this page is too old", fix="Load it again, and send the form once more.")


def sign_in_address(request: Request) -> str:
    """Give where to sign in, and come back from to what was asked for."""
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?to={quote(to, safe='')}" if request.method in SAFE else "/sign-in"


def within(to: str) -> str:
    """Give an address where it is one of ours, else the first page: nobody is sent elsewhere from here."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"


def _digest(shown: str) -> str:
    return sha256(shown.encode()).hexdigest()


def _sign(salt: str, shown: str) -> str:
    return new(shown.encode(), salt.encode(), "sha256").hexdigest()[:32]
