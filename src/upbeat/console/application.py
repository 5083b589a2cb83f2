"""The console as one application: its areas, the door before them, the stream beside them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import as_file, files
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from upbeat import __version__
from upbeat.charts import STYLE
from upbeat.console.areas import AREAS
from upbeat.console.asked import Asked
from upbeat.console.bodies import Bodies
from upbeat.console.entering import Door
from upbeat.console.faults import answer_faults
from upbeat.console.headers import Headers
from upbeat.console.live import Live
from upbeat.console.mounting import API, mount
from upbeat.console.permissions import Permission
from upbeat.console.rendering import render_bare
from upbeat.console.signing_in import ANSWER, sign_in_routes
from upbeat.operations import House
from upbeat.operations.signing_in import App
from upbeat.workflows import Console, Settings

_HERE = (
    "127.0.0.1",
    "[::1]",
    "localhost",
)  # another name that leads here is another site's, made to read what we answer
_SMALL = 500  # bytes: below it packing costs more than it saves


def application(house: House, *, dev: bool, settings: Settings | None = None) -> FastAPI:
    """Give the console of a house. `dev` lets people in without asking who they are: on a local org alone.

    `settings` say where browsers reach it and what people sign in with; without them it is for this machine.
    """
    seen = Console() if settings is None else settings.console
    door, live = Door(house, dev=dev, app=_app(settings), address=seen.address), Live(house)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        live.open()
        yield
        live.close()
        door.close()

    app = FastAPI(
        title="Upbeat",
        summary="What the console's pages show and do, for programs.",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.live, app.state.door = live, door
    answer_faults(app)
    sign_in_routes(app, door)
    mount(app, AREAS, door)

    @app.get("/events", include_in_schema=False)
    async def events(request: Request, _: Annotated[Asked, Depends(door.asking(Permission.STOP))]) -> Response:
        return await live.stream(request, partial(door.still_in, request))

    @app.get("/band", include_in_schema=False)
    def band(asked: Annotated[Asked, Depends(door.asking(Permission.STOP))]) -> Response:
        return render_bare("band.html", {"asked": asked, "band": live.now})

    @app.get("/static/charts.css", include_in_schema=False)
    def charts() -> Response:  # the room that draws says how it looks, for reports and pages alike
        return Response(STYLE, media_type="text/css")

    with as_file(files("upbeat.console").joinpath("static")) as static:
        app.mount("/static", StaticFiles(directory=static), name="static")
    app.add_middleware(Bodies)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALL)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_HERE, _host(seen.address)], www_redirect=False)
    app.add_middleware(Headers, over_tls=seen.address.startswith("https://"))
    return app


def _app(settings: Settings | None) -> App | None:
    if settings is None or settings.console.client_id is None:
        return None
    return App(settings.org.login_url, settings.console.client_id, f"{settings.console.address}{ANSWER}")


def _host(address: str) -> str:
    return urlsplit(address).hostname or "localhost"
