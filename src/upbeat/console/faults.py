"""What is answered when something cannot be done: a page, a part of one, or JSON, each with what to do about it."""

from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from upbeat.base import UpbeatError
from upbeat.console.asked import Asked, MissingError, NotAllowedError, NotSignedInError
from upbeat.console.bodies import MOST
from upbeat.console.entering import Door, sign_in_address
from upbeat.console.mounting import API, FormError
from upbeat.console.rendering import is_partial, render, render_bare
from upbeat.operations import Rejected, SalesforceError, StoreError
from upbeat.operations.mine import ExpiredLinkError, OthersLinkError

_MISSING: Final = MissingError(
    "there is no such page, or it is not yours to see",
    fix="Go back, or look for it with the search above: press /.",
)
_UNREADABLE: Final = UpbeatError(
    "what was sent cannot be read", fix=f"Load the page again; {API}/openapi.json says what programs send."
)
_BY_NUMBER: Final = {
    404: _MISSING,
    405: UpbeatError("that cannot be done at this address"),
    413: UpbeatError(f"more was sent than {MOST // 1_000_000} MB", fix="Send less at once."),
}
_OURS: Final = UpbeatError(
    "something went wrong on our side", fix="Nothing more was done. Try again; the log of `upbeat console` says more."
)
_STATUS: Final = (
    (NotSignedInError, 401),
    (NotAllowedError, 403),
    (OthersLinkError, 403),
    (MissingError, 404),
    (ExpiredLinkError, 410),
    (FormError, 422),
    (Rejected, 409),
    (SalesforceError, 503),
    (StoreError, 503),
)

log = structlog.get_logger()


def answer_faults(app: FastAPI) -> None:
    """Have an application answer our errors so, and whatever else goes wrong."""
    app.add_exception_handler(UpbeatError, _ours)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _by_number)
    app.add_exception_handler(Exception, _unknown)


def _ours(request: Request, error: Exception) -> Response:
    told = error if isinstance(error, UpbeatError) else _OURS
    return _tell(request, told, next((status for kind, status in _STATUS if isinstance(told, kind)), 409))


def _unfit(request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"msg": str(error), "loc": ()}
    where = ".".join(str(one) for one in first["loc"][1:])
    return _tell(request, UpbeatError(str(first["msg"]), where=where, fix="Correct the address, or the fields."), 422)


def _by_number(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _tell(request, _BY_NUMBER.get(status, _UNREADABLE), status)


def _unknown(request: Request, error: Exception) -> Response:
    log.error("a page failed", path=request.url.path, exc_info=error)
    return _tell(request, _OURS, 500)


def _tell(request: Request, error: UpbeatError, status: int) -> Response:
    parts = {"what": error.what, "where": str(error.where), "fix": error.fix}
    if request.url.path.startswith(f"{API}/"):
        return JSONResponse({"error": parts}, status)
    if is_partial(request):
        if status == 401:
            return Response(status_code=status, headers={"HX-Redirect": "/sign-in"})
        answer = render_bare("problem.html", parts, status)
        answer.headers.update({"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"})
        return answer
    if status == 401:
        return RedirectResponse(sign_in_address(request), status_code=303)
    it, asked = {**parts, "status": status}, _framed(request, status)
    if asked is None:
        return render_bare("fault_bare.html", {"it": it}, status)
    return render(request, asked, "fault.html", it, title=str(status), status=status)


def _framed(request: Request, status: int) -> Asked | None:
    """Give who asks, to whom the page keeps its frame; a fault on our side reads nothing more for it."""
    if status >= 500:
        return None
    door: Door = request.app.state.door
    try:
        came = door.came(request)
        return None if came is None else door.asked(request, came)
    except (UpbeatError, SQLAlchemyError):
        return None
