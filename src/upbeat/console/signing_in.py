"""The pages before the door: sign in with Salesforce, or as anybody in development; sign out."""

import re
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from upbeat.base import UpbeatError
from upbeat.console.asked import NotAllowedError, NotSignedInError
from upbeat.console.cookies import SESSION, TRY
from upbeat.console.entering import Door
from upbeat.console.rendering import render_bare
from upbeat.operations import SalesforceError
from upbeat.operations.signing_in import How, Opened, begin_sign_in, finish_sign_in, look, open_session, sign_out
from upbeat.workflows import Person

ANSWER: Final = "/sign-in/answer"
"""Where the org sends people back to; the app in the org names it as its callback."""

_BEGIN: Final = "/sign-in/salesforce"
_PATH: Final = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_LONGEST: Final = 1000  # characters of an address that is come back to: it goes along in a cookie


def within(to: str) -> str:
    """Give an address where it is one of ours, else the first page: nobody is sent elsewhere from here."""
    return to if len(to) <= _LONGEST and _PATH.fullmatch(to) else "/"


def sign_in_routes(app: FastAPI, door: Door) -> None:
    """Give an application the pages that let people in and out."""
    pages = _Pages(door)
    for path, method, page in (
        ("/sign-in", "GET", pages.sign_in),
        ("/sign-in", "POST", pages.enter),
        (_BEGIN, "GET", pages.begin),
        (ANSWER, "GET", pages.finish),
        ("/sign-out", "POST", pages.leave),
    ):
        app.add_api_route(path, page, methods=[method], include_in_schema=False, response_model=None)


@dataclass(frozen=True)
class _Pages:
    door: Door

    def sign_in(self, to: str = "/") -> Response:
        return self._page(to)

    def enter(self, request: Request, username: Annotated[str, Form()], to: Annotated[str, Form()] = "/") -> Response:
        """Let anybody in as anybody, where that is what the console was started for."""
        door = self.door
        door.must_come_from_here(request)
        if not door.dev:
            raise NotAllowedError("nobody comes in without showing who they are", fix="Sign in with Salesforce.")
        return self._come_in(open_session(door.house, look(door.house, username).username, How.DEV), to)

    def begin(self, request: Request, to: str = "/") -> Response:
        """Send somebody to the org, from the very address that the org sends them back to."""
        door = self.door
        if door.app is None:
            return self._page(to)
        if not door.cookies.secure and not door.is_at_home(request):
            return RedirectResponse(f"{door.origin}{_BEGIN}?to={quote(within(to), safe='')}", status_code=303)
        begun = begin_sign_in(door.house, door.app, within(to))
        answer = RedirectResponse(begun.address, status_code=303)
        door.cookies.give(answer, TRY, begun.kept)
        return answer

    def finish(self, request: Request) -> Response:
        """Let in whom the org names."""
        door = self.door
        if door.app is None:
            return self._page("/")
        kept, said = door.cookies.read(request, TRY), dict(request.query_params)
        try:
            opened, to = finish_sign_in(door.house, door.app, kept, said)
        except UpbeatError as problem:
            answer = self._page("/", problem, 503 if isinstance(problem, SalesforceError) else 403)
        else:
            answer = self._come_in(opened, to)
        door.cookies.drop(answer, TRY)
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session of this browser."""
        door = self.door
        came = await run_in_threadpool(door.came, request)
        if came is None:
            raise NotSignedInError("nobody is signed in")
        await door.must_be_ours(request, came)
        await run_in_threadpool(sign_out, door.house, door.cookies.read(request, SESSION))
        request.state.cookie = ""  # one that the door has just replaced is not to come after it
        answer = RedirectResponse("/sign-in", status_code=303)
        door.cookies.drop(answer, SESSION)
        return answer

    def _page(self, to: str, problem: UpbeatError | None = None, status: int = 200) -> Response:
        door = self.door
        context = {
            "people": self._people(),
            "dev": door.dev,
            "with_org": door.app is not None,
            "to": within(to),
            "problem": problem,
        }
        return render_bare("sign_in.html", context, status)

    def _people(self) -> list[Person]:
        users = self.door.house.get_people().all().values() if self.door.dev else ()
        found = [one for one in users if one.active and one.internal and not one.integration]
        return sorted(found, key=lambda one: one.name)

    def _come_in(self, opened: Opened, to: str) -> Response:
        answer = RedirectResponse(within(to), status_code=303)
        length = opened.session.ends - opened.session.began
        self.door.cookies.give(answer, SESSION, opened.cookie, seconds=int(length.total_seconds()))
        return answer
