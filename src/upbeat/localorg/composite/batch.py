"""Composite batch: up to 25 requests in one call that know nothing of each other, each counted as a call."""

from typing import Any

from upbeat.localorg.answering import inside
from upbeat.localorg.composite.requests import MOST, Request, above, check_version, listed, read
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rest import Call, Reply

_RESOURCES = ("/limits", "/sobjects", "/query", "/queryAll", "/search", "/connect", "/chatter", "/actions")
_HALTED = {
    "errorCode": "BATCH_PROCESSING_HALTED",
    "message": "Batch processing halted per request. haltOnError = true in the batch request.",
}


def batch(call: Call) -> Reply:
    """`POST composite/batch`: 200 with a status and a result for each request."""
    requests = [_request(call, row) for row in listed(call, "batchRequests")]
    if len(requests) > MOST:
        raise Refused(400, above(MOST, "operations"))
    halts = call.json().get("haltOnError") is True
    results: list[dict[str, Any]] = []
    failed = False
    for one in requests:
        if failed and halts:
            results.append({"statusCode": 412, "result": [_HALTED]})
            continue
        reply = inside(call, one.method, one.url, {}, one.content, counts=True)
        failed = failed or reply.status >= 400
        results.append({"statusCode": reply.status, "result": reply.content})
    return Reply(200, {"hasErrors": failed, "results": results})


def _request(call: Call, row: dict[str, Any]) -> Request:
    """Read one: its url begins at the version, and may begin at `/services/data` as everywhere else."""
    url = row.get("url")
    if isinstance(url, str) and not url.startswith("/services/data/"):
        row = row | {"url": f"/services/data/{url.removeprefix('/')}"}
    request = read(row, "richInput")
    check_version(request.url, call)
    if not any(request.resource == one or request.resource.startswith(f"{one}/") for one in _RESOURCES):
        text = f"The resource is not supported in a batch: {request.resource}"
        raise Refused(400, Problem("INVALID_BATCH_REQUEST", text))
    return request
