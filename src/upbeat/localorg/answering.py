"""A call's way to its reply: what goes wrong on demand, who calls, the resource, and errors in Salesforce's form.

`outside` answers what came over the wire. `inside` answers a call that a resource sends on behalf of the one that it
is answering, as composite requests do: by the same routes, counted and refused in the same way, in the same session.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final
from urllib.parse import parse_qs

from upbeat.base import canonical
from upbeat.localorg import problems
from upbeat.localorg.duplicates import HEADER, Options, asked
from upbeat.localorg.faults import REST, ROWS, Fault, FaultKind
from upbeat.localorg.problems import OrgError, Problem, Refused
from upbeat.localorg.rest import FIRST_VERSION, LAST_VERSION, Call, Reply, Resource, refusal
from upbeat.soql import SoqlError

_VERSION: Final = re.compile(r"v([0-9]{2})\.0")
_INSIDE: Final = REST - {FaultKind.SLOW, FaultKind.CUT, FaultKind.CUT_AFTER}
"""What can go wrong with a call that never leaves the org."""
_OVERRIDE: Final = "_HttpMethod"  # for clients that can send nothing but GET and POST


def outside(call: Call, fault: Fault | None) -> Reply:
    """Answer a call that came over the wire, and say how many of the day's calls are used."""
    try:
        resource, call = _routed(call)
        reply = _reply(resource, call, fault, known="")
    except Refused as refused:
        return refusal(refused)
    if resource.is_open:
        return reply
    usage = f"api-usage={call.org.access.used}/{call.org.access.allowed}"
    return replace(reply, headers={**reply.headers, "Sforce-Limit-Info": usage})


def inside(
    outer: Call, method: str, address: str, headers: Mapping[str, str], content: Any = None, *, counts: bool = False
) -> Reply:
    """Answer a call that another one brings with it; `content` is its JSON body, None for none.

    `headers` are its own; of the outer call's it has the client's name. `counts` where it is one of the day's calls.
    Never raises Refused: that is a Reply too.
    """
    call = replace(
        outer,
        method=method,
        address=address,
        headers={name: outer.headers[name] for name in ("sforce-call-options",) if name in outer.headers}
        | {name.casefold(): value for name, value in headers.items()},
        body=b"" if content is None else canonical(content),
    )
    try:
        resource, call = _routed(call)
        if counts:
            call.org.access.count(call.org.clock.now())
        return _reply(resource, call, call.org.faults.take(f"{method} {address}", _INSIDE), known=outer.user_id)
    except Refused as refused:
        return refusal(refused)


def _routed(call: Call) -> tuple[Resource, Call]:
    path, _, query = call.address.partition("?")
    resource, parts = call.routes.find(path)
    asked = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    method = asked.get(_OVERRIDE, call.method).upper() if call.method == "POST" else call.method
    return resource, replace(call, method=method, path=parts, query=asked)


def _reply(resource: Resource, call: Call, fault: Fault | None, *, known: str) -> Reply:
    """Give the resource's reply to a call; `known` is the user where a session was looked at before."""
    try:
        refused = _REFUSED_BEFORE.get(fault.kind) if fault else None
        if fault and refused:
            raise refused(fault)
        if call.method == "OPTIONS":
            return Reply(200, headers={"Allow": ",".join(resource.methods)})
        call = replace(call, fault=fault if fault and fault.kind in ROWS else None)
        if not resource.is_open:
            call = _admitted(call, known)
            if resource.counts and not known:
                call.org.access.count(call.org.clock.now())
        handler = resource.handler(call.method)
        _check_media(resource, call)
        said = Options.read(call.headers.get(HEADER, ""))
        with call.org.journal.origin(call.origin), asked(said):
            reply = handler(call)
    except Refused as refused:
        return resource.refusal(call, refused)
    except SoqlError as error:
        return resource.refusal(call, Refused(400, Problem(str(error.code), error.message)))
    except RecursionError:
        return resource.refusal(call, Refused(400, problems.no_json("the request is nested too deeply")))
    except OrgError as error:
        return resource.refusal(call, Refused(503, Problem("SERVER_UNAVAILABLE", error.what)))
    refused = _REFUSED_AFTER.get(fault.kind) if fault else None
    return resource.refusal(call, refused(fault)) if fault and refused else reply


def _check_media(resource: Resource, call: Call) -> None:
    """Raises Refused for a body that the resource cannot read (415), or an answer that it cannot write (406)."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if call.body and kind and resource.takes and kind not in resource.takes:
        raise Refused(415, problems.no_such_media(kind))
    wanted = call.headers.get("accept", "")
    if resource.takes and "xml" in wanted and "json" not in wanted and "*" not in wanted:
        raise Refused(406, problems.not_in_this_form(wanted))


def _admitted(call: Call, known: str) -> Call:
    """Give the call with its user. Raises Refused for a wrong version or session, or a user without the API."""
    version = _VERSION.fullmatch(call.path.get("version", f"v{LAST_VERSION}.0"))
    if version is None or not FIRST_VERSION <= int(version[1]) <= LAST_VERSION:
        raise Refused(404, problems.NOT_FOUND)
    user_id = known or _caller(call)
    if not call.org.rights.of(user_id).may("ApiEnabled"):
        raise Refused(403, problems.no_api())
    return replace(call, user_id=user_id)


def _caller(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.casefold() not in {"bearer", "oauth"}:
        raise Refused(401, problems.no_session())
    return call.org.access.user_of(token.strip())


def _server_error(_: Fault) -> Refused:
    return Refused(500, problems.server_error())


def _away(fault: Fault) -> Refused:
    return Refused(503, problems.unavailable(), headers={"Retry-After": str(ceil(fault.seconds))})


_REFUSED_BEFORE: Final[Mapping[str, Callable[[Fault], Refused]]] = {
    FaultKind.SESSION: lambda _: Refused(401, problems.no_session()),
    FaultKind.UNUSABLE: lambda _: Refused(401, problems.not_for_rest()),
    FaultKind.LIMIT: lambda _: Refused(403, problems.no_calls_left()),
    FaultKind.CONCURRENT: lambda _: Refused(403, problems.concurrent_calls()),
    FaultKind.LOCATOR: lambda _: Refused(400, problems.no_cursor()),
    FaultKind.BEFORE: _server_error,
    FaultKind.AWAY: _away,
}
_REFUSED_AFTER: Final[Mapping[str, Callable[[Fault], Refused]]] = {
    FaultKind.AFTER: _server_error,
    FaultKind.AWAY_AFTER: _away,
}
