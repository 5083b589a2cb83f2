"""Areas become routes: each page and action twice, as HTML for people and as JSON under /api for programs.

FastAPI reads what a function takes from its signature. Here `Asked` is put in, for the permission that the route names,
and an action's body is read from a form or from JSON: the function knows neither.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import wraps
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Final, get_type_hints

from fastapi import APIRouter, Depends, FastAPI, Request, Security
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import ValidationError

from upbeat.base import UpbeatError
from upbeat.base.files import UnwritableError
from upbeat.console.area import Action, Area, Body, Done, Download, Elsewhere, File, Function, Page
from upbeat.console.asked import Asked
from upbeat.console.entering import Door
from upbeat.console.rendering import is_partial, remember, render
from upbeat.operations import Refused, SalesforceError

API = "/api"
_PIECE: Final = 64 * 1024  # bytes of a file that are sent at once
_MADE = "A token from Settings, Tokens. A page of ours comes by its session, and shows its form's token."
_TOKEN = Security(HTTPBearer(scheme_name="token", description=_MADE, auto_error=False))  # told alone: the door reads it


def mount(app: FastAPI, areas: Iterable[Area], door: Door) -> None:
    """Give the application every route of every area. Each asks the door for its permission."""
    for area in areas:
        pages, api = APIRouter(include_in_schema=False), APIRouter(prefix=API, tags=[area.name], dependencies=[_TOKEN])
        for one in area.routes:
            asks = door.asking(one.needs, by_person=isinstance(one, Action) and one.by_person)
            match one:
                case Page():
                    _page(pages, api, one, asks)
                case Action():
                    _action(pages, api, one, asks)
                case File():
                    _file(pages, one, asks)
        app.include_router(pages)
        app.include_router(api)


def _page(pages: APIRouter, api: APIRouter, one: Page, asks: Function) -> None:
    function = _asked(one.function, asks)

    def html(
        request: Request, asked: Annotated[Asked, Depends(asks)], it: Annotated[Any, Depends(function)]
    ) -> Response:
        if isinstance(it, Elsewhere):
            return RedirectResponse(it.to, status_code=303)
        return render(request, asked, one.template, it, title=one.title)

    pages.add_api_route(one.path, html, methods=["GET"], response_model=None)
    summary = one.title
    api.add_api_route(one.path if one.path != "/" else "/home", function, methods=["GET"], summary=summary)


def _action(pages: APIRouter, api: APIRouter, one: Action, asks: Function) -> None:
    by_form = _asked(_or_again(one), asks, body=_form(one.body))

    def html(
        request: Request, asked: Annotated[Asked, Depends(asks)], it: Annotated[Any, Depends(by_form)]
    ) -> Response:
        said = it.said if isinstance(it, Done) else ""
        if isinstance(it, _Refused):
            return render(request, asked, one.template, it.shown, status=409)
        request.app.state.live.again()  # the page that comes next shows what was just done
        if one.template and (is_partial(request) or not isinstance(it, Done)):
            return render(request, asked, one.template, it, said=said)
        to = it.to if isinstance(it, Done) and it.to else one.back.format(**request.path_params)
        return remember(request, RedirectResponse(to, status_code=303), said)

    pages.add_api_route(one.path, html, methods=["POST"], response_model=None)
    api.add_api_route(one.path, _asked(one.function, asks), methods=["POST"])


@dataclass(frozen=True, slots=True)
class _Refused:
    """What is shown to whom something was refused."""

    shown: Any


def _or_again(one: Action) -> Function:
    """Give an action's function that answers its form again where it is refused, if it has such a form."""
    again = one.again
    if again is None:
        return one.function

    @wraps(one.function)
    def call(**arguments: Any) -> Any:
        try:
            return one.function(**arguments)
        except (Refused, SalesforceError, UnwritableError) as error:
            return _Refused(again(error=error, **arguments))

    return call


def _file(pages: APIRouter, one: File, asks: Function) -> None:
    function = _asked(one.function, asks)

    def keep(it: Annotated[Download, Depends(function)]) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{it.name}"'}
        return StreamingResponse(written(it.lines), media_type=it.media_type, headers=headers)

    pages.add_api_route(one.path, keep, methods=["POST"], response_model=None)


def written(lines: Iterable[str]) -> Iterator[bytes]:
    """Give a file's text in pieces, once it is whole: what it is read from waits for nobody who reads slowly."""
    with ExitStack() as kept:
        file = kept.enter_context(TemporaryFile())  # without a name, and for this user alone
        file.writelines(line.encode() for line in lines)
        file.seek(0)
        return _pieces(file, kept.pop_all())


def _pieces(file: IO[bytes], kept: ExitStack) -> Iterator[bytes]:
    with kept:
        while piece := file.read(_PIECE):
            yield piece


def _asked(function: Function, asks: Function, body: Function | None = None) -> Function:
    """Give a function whose `Asked` comes from the door, and whose body from `body` where it is given."""
    hints = get_type_hints(function, include_extras=True)

    def given(one: inspect.Parameter) -> inspect.Parameter:
        hint = hints[one.name]
        if hint is Asked:
            return one.replace(annotation=Annotated[Asked, Depends(asks)])
        if body is not None and isinstance(hint, type) and issubclass(hint, Body):
            return one.replace(annotation=Annotated[hint, Depends(body)])
        return one.replace(annotation=hint)

    def call(**arguments: Any) -> Any:
        return function(**arguments)

    parameters = [given(one) for one in inspect.signature(function).parameters.values()]
    kept = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    call.__signature__ = inspect.Signature(kept, return_annotation=hints.get("return"))  # type: ignore[attr-defined]
    call.__name__, call.__doc__, call.__module__ = function.__name__, function.__doc__, function.__module__
    return call


class FormError(UpbeatError):
    """A form holds what it may not hold, or lacks something."""


def _form(body: type[Body]) -> Callable[[Request], Any]:
    """Give a function that reads a body from a form. `values[Amount]` is the entry `Amount` of `values`."""

    async def read(request: Request) -> Body:
        form = await request.form(max_files=0)
        fields, tables = dict[str, Any](), dict[str, dict[str, str]]()
        for key in form:
            name, _, rest = key.partition("[")
            if name not in body.model_fields:
                continue  # the form's token, and the name of the button
            found = [one for one in form.getlist(key) if isinstance(one, str)]
            if (
                found == [""]
                and body.model_fields[name].get_default() is None
                and not body.model_fields[name].is_required()
            ):
                continue  # a field that may be left out, and was: a browser sends it empty
            if rest:
                tables.setdefault(name, {})[rest.removesuffix("]")] = found[-1]
            else:
                fields[name] = found if _takes_many(body, name) else found[-1]
        try:
            return body.model_validate(fields | tables)
        except ValidationError as error:
            raise _in_words(error) from None

    return read


def _takes_many(body: type[Body], name: str) -> bool:
    origin = getattr(body.model_fields[name].annotation, "__origin__", None)
    return origin in {tuple, list, set, frozenset}


def _in_words(error: ValidationError) -> FormError:
    first = error.errors()[0]
    where = ".".join(str(one) for one in first["loc"])
    return FormError(
        first["msg"].removeprefix("Value error, "), where=where, fix="Change it in the form, and send it again."
    )
