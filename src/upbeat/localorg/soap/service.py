"""The SOAP API's addresses: an envelope in, the operation that it names, an envelope or a fault out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from upbeat.base.xmltext import local
from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rest import FIRST_VERSION, LAST_VERSION, Call, Reply, Resource
from upbeat.localorg.soap import leads, merges, people, records
from upbeat.localorg.soap.envelope import (
    ENTERPRISE,
    PARTNER,
    Dialect,
    NoEnvelope,
    client_fault,
    fault,
    read,
    result,
)
from upbeat.localorg.soap.request import Request

_VERSION: Final = re.compile(r"([0-9]{2})\.0")
_OPEN: Final = "login"  # the operation that needs no session
_OPERATIONS: Final[Mapping[str, Callable[[Request], Iterable[str]]]] = {
    "login": people.login,
    "logout": people.logout,
    "getUserInfo": people.user_info,
    "getServerTimestamp": people.server_timestamp,
    "convertLead": leads.convert_leads,
    "merge": merges.merge_records,
    "undelete": records.undelete,
    "emptyRecycleBin": records.empty_recycle_bin,
    "create": records.create,
    "update": records.update,
    "upsert": records.upsert,
    "delete": records.delete,
    "retrieve": records.retrieve,
    "query": records.query,
    "queryAll": records.query_all,
    "queryMore": records.query_more,
}


def _answer(dialect: Dialect, call: Call) -> Reply:
    version = _VERSION.fullmatch(call.path["number"])
    if version is None or not FIRST_VERSION <= int(version[1]) <= LAST_VERSION:
        raise Refused(500, Problem("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"))
    try:
        headers, operation = read(call.body)
    except NoEnvelope as error:
        return client_fault(str(error))
    name = local(operation)
    run = _OPERATIONS.get(name)
    if run is None:
        return client_fault(f"No operation available for request {name}")
    request = Request(call, dialect, operation, headers)
    if name != _OPEN:
        user_id = _caller(request)
        if not call.org.rights.of(user_id).may("ApiEnabled"):
            raise Refused(500, problems.no_api())
        call.org.access.count(call.org.clock.now())
        request = replace(request, call=replace(call, user_id=user_id))
    return result(dialect, name, run(request), (call.org.access.used, call.org.access.allowed))


def _caller(request: Request) -> str:
    """Give the user of the session in the header, worded as SOAP words it where there is none."""
    try:
        return request.call.org.access.user_of(request.header("SessionHeader", "sessionId"))
    except Refused as refused:
        if refused.problems[0] != problems.no_session():
            raise
        text = "Invalid Session ID found in SessionHeader: Illegal Session. Session not found"
        raise Refused(500, Problem("INVALID_SESSION_ID", text)) from None


def _resource(dialect: Dialect) -> Resource:
    return Resource(is_open=True, refusal=lambda _, refused: fault(dialect, refused), post=partial(_answer, dialect))


ADDRESSES: Final = {
    f"/services/Soap/{short}/{{number}}{org}": _resource(dialect)
    for short, dialect in (("u", PARTNER), ("c", ENTERPRISE))
    for org in ("", "/{org}")
}
