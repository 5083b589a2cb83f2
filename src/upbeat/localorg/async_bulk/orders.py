"""What a client orders: a jobInfo in XML or JSON, read and checked before there is a job."""

from collections.abc import Mapping
from typing import Any, Final

from upbeat.base import xmltext
from upbeat.localorg.async_bulk import refusals
from upbeat.localorg.async_bulk.forms import MEDIA, Form
from upbeat.localorg.bulk.orders import Operation, QueryOperation, key_of, object_of, text
from upbeat.localorg.jobs import Job, JobType
from upbeat.localorg.rest import Call

_CONCURRENCY: Final[Mapping[Any, str]] = {
    None: "Parallel",
    "": "Parallel",
    "Parallel": "Parallel",
    "Serial": "Serial",
    0: "Parallel",  # simple-salesforce sends numbers
    1: "Serial",
}


def body_of(call: Call, form: Form) -> dict[str, Any]:
    """Read a jobInfo. Raises Refused."""
    if form is Form.JSON:
        return call.json()
    try:
        root = xmltext.parse(call.body)
    except xmltext.NoXml as error:
        raise refusals.no_xml(str(error)) from None
    if xmltext.local(root) != "jobInfo":
        raise refusals.no_xml(f"{xmltext.local(root)} found where jobInfo was expected")
    return {xmltext.local(one): xmltext.text(one) for one in root}


def job(call: Call, body: Mapping[str, Any]) -> Job:
    """Read the order of a job. Raises Refused."""
    word = text(body, "operation")
    loads = word in set(Operation)
    if not loads and word not in set(QueryOperation):
        raise refusals.no_operation(word)
    content_type = text(body, "contentType") or "XML"
    if content_type not in MEDIA:
        raise refusals.no_content_type(content_type)
    mode = body.get("concurrencyMode")
    if not isinstance(mode, str | int | None) or mode not in _CONCURRENCY:
        raise refusals.no_concurrency(mode)
    one = object_of(call, body)
    return Job(
        id="",
        type=JobType.CLASSIC,
        operation=word,
        object=one.name,
        user_id=call.user_id,
        created="",
        modified="",
        version=int(call.path["number"][:2]),
        origin=call.origin,
        external_id=key_of(call, body, Operation(word), one) if loads else "",
        content_type=content_type,
        concurrency=_CONCURRENCY[mode],
    )
