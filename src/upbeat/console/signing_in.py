"""The pages before the door: sign in, sign out."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from upbeat.console.entering import COOKIE, Door, within
from upbeat.console.rendering import render_bare


def sign_in_routes(app: FastAPI, door: Door) -> None:
    """Give an application the pages that let people in and out."""

    @app.get("/sign-in", include_in_schema=False)
    def sign_in(to: str = "/") -> Response:
        people = sorted(
            (
                one
                for one in door.house.get_people().all().values()
                if one.active and one.internal and not one.integration
            ),
            key=lambda one: one.name,
        )
        return render_bare("sign_in.html", {"people": people if door.dev else (), "dev": door.dev, "to": within(to)})

    @app.post("/sign-in", include_in_schema=False)
    def enter(username: Annotated[str, Form()], to: Annotated[str, Form()] = "/") -> Response:
        answer = RedirectResponse(within(to), status_code=303)
        answer.set_cookie(COOKIE, door.enter(username), httponly=True, samesite="lax", path="/")
        return answer

    @app.post("/sign-out", include_in_schema=False)
    async def leave(request: Request) -> Response:
        await door.must_be_ours(request)
        door.leave(request)
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE, path="/")
        return answer
