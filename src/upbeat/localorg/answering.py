"""A call's way to its reply: what goes wrong on demand, who calls, the resource, and errors in Salesforce's form.

`outside` answers what came over the wire. `inside` answers a call that a resource sends on behalf of the one that it
is answering, as composite requests do: by the same routes, counted and refused in the same way, in the same session.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs

from upbeat.base import canonical
from upbeat.localorg import problems
from upbeat.localorg.duplicates import HEADER, Options, asked
from upbeat.localorg.faults import REST, Fault, FaultKind
from upbeat.localorg.problems import OrgError, Problem, Refused
from upbeat.localorg.rest import FIRST_VERSION, LAST_VERSION, Call, Reply, Resource
from upbeat.soql import SoqlError

_VERSION: Final = re.compile(r"v([0-9]{2})\.0")
_INSIDE: Final = REST - {FaultKind.SLOW}
"""What can go wrong with a call that never leaves the org."""
_OVERRIDE: Final = "_HttpMethod"  # for clients that can send nothing but GET and POST


def outside(call: Call, fault: Fault | None) -> Reply:
    """Answer a call that came over the wire, and say how many of the day's calls are used."""
    try:
        resource, call = _routed(call)
        reply = _reply(resource, call, fault, known="")
    except Refused as refused:
        return _refused(refused)
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
        return _refused(refused)


def _routed(call: Call) -> tuple[Resource, Call]:
    path, _, query = call.address.partition("?")
    resource, parts = call.routes.find(path)
    asked = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    method = asked.get(_OVERRIDE, call.method).upper() if call.method == "POST" else call.method
    return resource, replace(call, method=method, path=parts, query=asked)


def _reply(resource: Resource, call: Call, fault: Fault | None, *, known: str) -> Reply:
    """Give the resource's reply to a call; `known` is the user where a session was looked at before."""
    try:
        _break(fault)
        if call.method == "OPTIONS":
            return Reply(200, headers={"Allow": ",".join(resource.methods)})
        if not resource.is_open:
            call = _admitted(call, fault, known)
            if resource.counts and not known:
                call.org.access.count(call.org.clock.now())
        handler = resource.handler(call.method)
        said = Options.read(call.headers.get(HEADER, ""))
        with call.org.journal.origin(call.origin), asked(said):
            reply = handler(call)
    except Refused as refused:
        return _refused(refused)
    except SoqlError as error:
        return Reply(400, [Problem(str(error.code), error.message).body()])
    except OrgError as error:
        return Reply(503, [Problem("SERVER_UNAVAILABLE", error.what).body()])
    if fault is not None and fault.kind == FaultKind.AFTER:
        return Reply(500, [problems.server_error().body()])
    return reply


def _refused(refused: Refused) -> Reply:
    return Reply(refused.status, [problem.body() for problem in refused.problems], refused.headers)


def _admitted(call: Call, fault: Fault | None, known: str) -> Call:
    """Give the call with its user. Raises Refused for a wrong version or session."""
    version = _VERSION.fullmatch(call.path.get("version", f"v{LAST_VERSION}.0"))
    if version is None or not FIRST_VERSION <= int(version[1]) <= LAST_VERSION:
        raise Refused(404, problems.NOT_FOUND)
    return replace(
        call,
        user_id=known or _caller(call),
        fault=fault if fault is not None and fault.kind == FaultKind.LOCK else None,
    )


def _caller(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.casefold() not in {"bearer", "oauth"}:
        raise Refused(401, problems.no_session())
    return call.org.access.user_of(token.strip())


def _break(fault: Fault | None) -> None:
    """Raise what the fault asks for before anything is done."""
    match fault.kind if fault else None:
        case FaultKind.SESSION:
            raise Refused(401, problems.no_session())
        case FaultKind.UNUSABLE:
            raise Refused(401, problems.not_for_rest())
        case FaultKind.LIMIT:
            raise Refused(403, problems.no_calls_left())
        case FaultKind.BEFORE:
            raise Refused(500, problems.server_error())
        case _:
            pass
