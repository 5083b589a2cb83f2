"""The door of the first Bulk API: its session header, its versions, and the form in which a caller is answered."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.async_bulk import refusals
from upbeat.localorg.async_bulk.forms import Form, refusal
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import FIRST_VERSION, LAST_VERSION, Call, Reply, Resource

_VERSION: Final = re.compile(r"([0-9]{2})\.0")

Handler = Callable[[Call, Form], Reply]


def resource(**handlers: Handler) -> Resource:
    """Give a resource of this API: its handlers are told the form in which to answer."""
    inside: dict[str, Any] = {method: partial(_answered, handler) for method, handler in handlers.items()}
    return Resource(is_open=True, refusal=lambda call, refused: refusal(_form(call), refused), **inside)


def _answered(handler: Handler, call: Call) -> Reply:
    return handler(_admitted(call), _form(call))


def _form(call: Call) -> Form:
    """Give the form that a call is in, or asks for, or else that of its job."""
    for said in (call.headers.get("content-type", ""), call.headers.get("accept", "")):
        for form in Form:
            if form.value.casefold() in said.casefold():
                return form
    key = call.path.get("job", "")
    job = call.org.jobs.find(key, call.org.clock.now())
    return Form.JSON if job is not None and job.content_type == Form.JSON else Form.XML


def _admitted(call: Call) -> Call:
    """Give the call with its user. Raises Refused for a wrong version or session, or a user without the API."""
    number = call.path.get("number", "")
    version = _VERSION.fullmatch(number)
    if version is None or not FIRST_VERSION <= int(version[1]) <= LAST_VERSION:
        raise refusals.no_version(number)
    bearer = call.headers.get("authorization", "").partition(" ")[2]
    user_id = call.org.access.user_of(call.headers.get("x-sfdc-session", bearer).strip())
    if not call.org.rights.of(user_id).may("ApiEnabled"):
        raise Refused(403, problems.no_api())
    call.org.access.count(call.org.clock.now())
    return replace(call, user_id=user_id)
