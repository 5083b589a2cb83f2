"""Values become HTML: templates that escape everything, and one header of words that are shown once."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from upbeat.console.asked import Asked
from upbeat.console.cookies import SAID, Cookies
from upbeat.console.permissions import Permission
from upbeat.console.places import places, waiting
from upbeat.console.words import FILTERS

_SECONDS: Final = 30  # that such words wait for the next page
_LONGEST: Final = 300  # characters of them


@cache
def _static(name: str) -> str:
    """Give the address of a file of ours; it changes with what is in it."""
    held = files("upbeat.console").joinpath("static", *name.split("/")).read_bytes()
    return f"/static/{name}?{sha256(held).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("upbeat.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)  # pyright: ignore[reportUnknownMemberType]  jinja2 does not say what it holds
    made.globals.update(static=_static, places=places, waiting=waiting, Permission=Permission)  # pyright: ignore[reportUnknownMemberType]
    return made


def render(
    request: Request, asked: Asked, template: str, it: Any, *, title: str = "", said: str = "", status: int = 200
) -> Response:
    """Give a page; to htmx, which asks for a part of one, the block that it will put the answer into."""
    page = _environment().get_template(template)
    cookies: Cookies = request.app.state.door.cookies
    words = [one for one in (said, unquote(cookies.read(request, SAID))[:_LONGEST]) if one]
    context = {"it": it, "asked": asked, "title": title, "said": words, "band": request.app.state.live.now}
    if is_partial(request):
        block = _target(request).replace("-", "_")
        context |= {"partial": True, "parts": _environment().get_template("parts.html").make_module(context)}
        made = page.new_context(context)
        body = "".join(page.blocks[block if block in page.blocks else "content"](made))
        toasts = _environment().get_template("toasts.html").render(context) if words else ""
        answer = HTMLResponse(body + toasts, status)
    else:
        answer = HTMLResponse(page.render(context | {"partial": False}), status)
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if words:
        cookies.drop(answer, SAID)
    return answer


def render_bare(template: str, context: dict[str, Any], status: int = 200) -> Response:
    """Give a page that nobody need be signed in for."""
    return HTMLResponse(_environment().get_template(template).render(context), status)


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def remember(request: Request, answer: Response, said: str) -> Response:
    """Have these words shown once, on the page that comes next."""
    if said:
        cookies: Cookies = request.app.state.door.cookies
        cookies.give(answer, SAID, quote(said[:_LONGEST]), seconds=_SECONDS)
    return answer


def _target(request: Request) -> str:
    """Give the id of the element that htmx will fill: it names it as `div#queue`."""
    return request.headers.get("HX-Target", "").partition("#")[2]
