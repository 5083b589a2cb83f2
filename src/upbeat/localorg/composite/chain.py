"""Composite: up to 25 requests in one call, each of which may refer to the answers of those before it."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlencode

from upbeat.localorg import problems
from upbeat.localorg.answering import inside
from upbeat.localorg.composite.references import REFERENCE_ID, RULE, References
from upbeat.localorg.composite.requests import MOST, Request, above, check_version, listed, read
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rest import Call, Reply
from upbeat.localorg.storage import RollBack

_MOST_AT_ONCE: Final = 5  # of queries and collections
_COLLECTIONS: Final = "/composite/sobjects"
_SUPPORTED: Final = ("/sobjects", "/query", "/queryAll", _COLLECTIONS)
_OF_TOOLING: Final = ("/tooling/sobjects", "/tooling/query")
_HEAVY: Final = ("/query", "/tooling/query", _COLLECTIONS)
_STRICT_SINCE: Final = 52  # the version from which a reference id with other characters fails the whole call
_HALTED: Final = "PROCESSING_HALTED"
_ROLLED_BACK: Final = Problem(
    _HALTED, "The transaction was rolled back since another operation in the same transaction failed."
)


def chain(call: Call) -> Reply:
    """`POST composite`: 200 whatever becomes of its requests; each has an answer of its own."""
    return _chained(call, _SUPPORTED)


def tooling_chain(call: Call) -> Reply:
    """`POST tooling/composite`: the same, of Tooling resources alone (Tooling API guide, Composite Resource)."""
    return _chained(call, _OF_TOOLING)


def _chained(call: Call, supported: tuple[str, ...]) -> Reply:
    requests = _requests(call)
    limit = _above(requests)
    if limit:
        return Reply(200, {"compositeResponse": [_answer(Reply(400, [_body(limit)]), None)]})
    whole = call.json().get("allOrNone") is True
    answers: list[dict[str, Any]] = []
    try:
        with call.org.transaction() if whole else nullcontext():
            references = References(call.version)
            for request in requests:
                reply = _run(call, request, references, supported, whole=whole)
                answers.append(_answer(reply, request.reference_id))
                if whole and _failed(reply):
                    raise RollBack
    except RollBack:
        rolled_back = Reply(400, [_body(_ROLLED_BACK)])
        failed = len(answers) - 1
        answers = [
            answers[n] if n == failed else _answer(rolled_back, request.reference_id)
            for n, request in enumerate(requests)
        ]
    return Reply(200, {"compositeResponse": answers})


def _requests(call: Call) -> list[Request]:
    requests = [read(row, "body") for row in listed(call, "compositeRequest")]
    seen: set[str] = set()
    for request in requests:
        name = request.reference_id
        if not name or (call.version >= _STRICT_SINCE and REFERENCE_ID.fullmatch(name) is None):
            raise Refused(400, problems.no_json(f"Provided referenceId ('{name}') {RULE}"))
        if name in seen:
            raise Refused(400, problems.no_json(f"Provided referenceId ('{name}') is not unique."))
        seen.add(name)
    return requests


def _above(requests: Sequence[Request]) -> Problem | None:
    """Give the limit that the requests are above."""
    if len(requests) > MOST:
        return above(MOST, "operations")
    heavy = [one for one in requests if one.resource.startswith(_HEAVY)]
    if len(heavy) > _MOST_AT_ONCE:
        return above(_MOST_AT_ONCE, "sObject Collections or query operations")
    return None


def _run(call: Call, request: Request, references: References, supported: tuple[str, ...], *, whole: bool) -> Reply:
    try:
        address, content = references.address(request.url), references.resolve(request.content)
        check_version(address, call)
        resource = replace(request, url=address).resource
        if not any(resource == one or resource.startswith(f"{one}/") for one in supported):
            raise Refused(400, Problem(_HALTED, f"The resource is not supported in a composite request: {resource}"))
    except Refused as refused:
        return Reply(refused.status, [_body(problem) for problem in refused.problems])
    if whole and resource.startswith(_COLLECTIONS):
        address, content = _all_or_none(request.method, address, content)
    reply = inside(call, request.method, address, request.headers, content)
    references.keep(request.reference_id, reply.content)
    return reply


def _all_or_none(method: str, address: str, content: Any) -> tuple[str, Any]:
    """What the call wants overrules what a collection in it wants."""
    if isinstance(content, dict):
        content = {**cast("dict[str, Any]", content), "allOrNone": True}
    if method == "DELETE":
        path, _, query = address.partition("?")
        kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "allOrNone"]
        address = f"{path}?{urlencode([*kept, ('allOrNone', 'true')])}"
    return address, content


def _failed(reply: Reply) -> bool:
    """Whether a request failed, or a row of its collection."""
    content: object = reply.content
    rows = cast("list[object]", content) if isinstance(content, list) else []
    results = [cast("dict[str, Any]", row) for row in rows if isinstance(row, dict)]
    return reply.status >= 400 or any(result.get("success") is False for result in results)


def _answer(reply: Reply, reference_id: str | None) -> dict[str, Any]:
    return {
        "body": reply.content,
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": reference_id,
    }


def _body(problem: Problem) -> dict[str, Any]:
    return {"errorCode": problem.code, "message": problem.message}
